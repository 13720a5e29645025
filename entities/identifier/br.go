package identifier

import (
	"strconv"
	"strings"

	"suanpan/internal/fault"
)

// CNPJ is a Brazilian company's number: 8 characters of the company, 4 of its branch, 2 check digits. Letters are given since
// July 2026 and count as their distance from '0'; numbers given before stay as they are.
var CNPJ = register(Rule{
	Kind: "br.cnpj", Country: "BR", Name: "CNPJ", Purpose: Tax, Source: "IN RFB 2.229/2024",
	shapes: []string{"12c2n"}, mask: always("##.###.###/####-##"),
	check: func(x *inspection, n string) {
		if x.repeated() {
			return
		}
		x.part("company", n[:8])
		x.part("branch", n[8:12])
		first := modulo11(weigh(n, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
		x.digit(13, first+modulo11(weigh(n[:12]+first, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)))
	},
	Examples: []Example{
		{"12.ABC.345/01DE-35", OK, nil},
		{"12abc34501de35", OK, nil},
		{"16.727.230/0001-97", OK, nil},
		{"１６.727.230/0001-97", OK, nil},
		{"16.727.230.0001-98", Refused, []string{codeCheck}},
		{"12.ABC.345/01DE-36", Refused, []string{codeCheck}},
		{"12ABC34501DE3A", Refused, []string{codeCharacter}},
		{"16.727.230/0001=97", Refused, []string{codeLength}},
		{"00000000000000", Refused, []string{codeRepeated}},
		{" ", Refused, []string{codeEmpty}},
	},
})

// CPF is a Brazilian person's number: 9 digits and 2 check digits.
var CPF = register(Rule{
	Kind: "br.cpf", Country: "BR", Name: "CPF", Purpose: Tax, Source: "Receita Federal, as cited by python-stdnum br.cpf",
	shapes: []string{"11n"}, mask: always("###.###.###-##"),
	check: func(x *inspection, n string) {
		if x.repeated() {
			return
		}
		first := modulo11(weigh(n, 10, 9, 8, 7, 6, 5, 4, 3, 2))
		x.digit(10, first+modulo11(weigh(n[:9]+first, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)))
	},
	Examples: []Example{
		{"390.533.447-05", OK, nil},
		{"231.002.999-00", Refused, []string{codeCheck}},
		{"390.533.447=0", Refused, []string{codeCharacter}},
		{"111.111.111-11", Refused, []string{codeRepeated}},
	},
})

// modulo11 is the check digit of a weighed sum; what would be 10 or 11 is 0.
func modulo11(sum int) string {
	if d := 11 - sum%11; d < 10 {
		return figure(d)
	}
	return "0"
}

// states are the codes of the IBGE for the states of Brazil; 99 stands for foreign trade.
const states = " 11 12 13 14 15 16 17 21 22 23 24 25 26 27 28 29 31 32 33 35 41 42 43 50 51 52 53 99 "

// AccessKey (chave de acesso) names an NF-e or another electronic document of its family, for ever: state, year and month, issuer,
// model, series, number, kind of issue, code, check digit. A CNPJ with letters inside counts as it does by itself.
var AccessKey = register(Rule{
	Kind: "br.nfe", Country: "BR", Name: "chave de acesso", Purpose: Document, Source: "layout of NF-e 4.00; check digit verified on 16 of 16 published keys",
	shapes: []string{"6n12c26n"}, mask: always("#### #### #### #### #### #### #### #### #### #### ####"),
	tidy: func(n string) string { return strings.TrimPrefix(n, "NFE") },
	check: func(x *inspection, n string) {
		for _, p := range []struct {
			name     string
			from, to int
		}{{"state", 0, 2}, {"month", 2, 6}, {"issuer", 6, 20}, {"model", 20, 22}, {"series", 22, 25}, {"number", 25, 34}, {"issue", 34, 35}, {"code", 35, 43}} {
			x.part(p.name, n[p.from:p.to])
		}
		x.only(strings.Contains(states, " "+n[:2]+" "), 1, n[:2], strings.ReplaceAll(strings.TrimSpace(states), " ", ", "))
		month, _ := strconv.Atoi(n[4:6])
		x.only(month >= 1 && month <= 12, 5, n[4:6], "01–12")
		x.digit(44, keyDigit(n[:43]))
		x.issuer(n[6:20])
	},
	Examples: []Example{
		{"15231207933914000154550010006643501427015088", OK, nil},
		{"NFe15231207933914000154550010006643501427015088", OK, nil},
		{"13181017921427000125650010000000309887251170", OK, nil},
		{"1523 1207 9339 1400 0154 5500 1000 6643 5014 2701 5088", OK, nil},
		{"15231207933914000154550010006643501427015087", Refused, []string{codeCheck}},
		{"18231207933914000154550010006643501427015088", Refused, []string{codePart, codeCheck}},
		{"15231307933914000154550010006643501427015088", Refused, []string{codePart, codeCheck}},
		{"1523120793391400015455001000664350142701508", Refused, []string{codeLength}},
	},
})

// ServiceKey names an NFS-e of the national standard, for ever: municipality, who runs the system, kind of issuer, issuer, number, year and
// month, code, check digit. Keys whose check digit does not fit have been seen, so that one only warns.
var ServiceKey = register(Rule{
	Kind: "br.nfse", Country: "BR", Name: "chave de acesso da NFS-e", Purpose: Document, Source: "national NFS-e standard; forum.nfsebrasil.com.br, blog.espiaonfe.com.br",
	shapes: []string{"9n12c29n"},
	tidy:   func(n string) string { return strings.TrimPrefix(n, "NFS") },
	check: func(x *inspection, n string) {
		for _, p := range []struct {
			name     string
			from, to int
		}{{"municipality", 0, 7}, {"system", 7, 8}, {"issuer", 9, 23}, {"number", 23, 36}, {"month", 36, 40}, {"code", 40, 49}} {
			x.part(p.name, n[p.from:p.to])
		}
		x.only(strings.Contains(states, " "+n[:2]+" "), 1, n[:2], strings.ReplaceAll(strings.TrimSpace(states), " ", ", "))
		x.only(n[8] == '1' || n[8] == '2', 9, n[8:9], "1, 2")
		month, _ := strconv.Atoi(n[38:40])
		x.only(month >= 1 && month <= 12, 39, n[38:40], "01–12")
		x.perhaps(50, keyDigit(n[:49]))
		x.issuer(n[9:23])
	},
	Examples: []Example{
		{"NFS35503082216727230000197000000000012326101234567890", OK, nil},
		{"31062001251235800000112230000000173023019580208160", Warning, []string{codeCheck, codeInside}},
		{"31062001251235800000112230000000173023019580208167", Warning, []string{codeInside}},
		{"31062001351235800000112230000000173023019580208160", Refused, []string{codeCheck, codeInside, codePart}},
		{"3106200125123580000011223000000017302301958020816", Refused, []string{codeLength}},
	},
})

// keyDigit is the check digit of an access key: weights 2 to 9 from the right, modulo 11.
func keyDigit(n string) string {
	sum, w := 0, 2
	for i := len(n) - 1; i >= 0; i-- {
		sum += int(n[i]-'0') * w
		if w++; w == 10 {
			w = 2
		}
	}
	return modulo11(sum)
}

// issuer looks at the 14 characters of an issuer inside a key, a CNPJ or a CPF with zeros before it. An anonymised document has one that does not
// fit: said, not refused.
func (x *inspection) issuer(n string) {
	if Check(CNPJ, n).Outcome == OK || n[:3] == "000" && Check(CPF, n[3:]).Outcome == OK {
		return
	}
	x.fault(fault.Warning(codeInside, "value", fault.Args{"name": x.Name, "inner": "CNPJ/CPF", "got": n}))
}
