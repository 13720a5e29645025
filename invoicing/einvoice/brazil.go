package einvoice

import (
	"regexp"
	"strings"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// What Brazil's documents have in common: an access key that repeats the issuer and the month of the document and ends with a
// check digit, parties known by CNPJ or CPF, and reais as the only currency.

// accessKey is how a key is put together.
type accessKey struct {
	kind   string
	form   *regexp.Regexp // groups: issuer (CNPJ, or CPF with zeros before it), year and month of issue as YYMM, in whatever order
	issuer int
	month  int
}

// nfeKey: state, YYMM, CNPJ, model, series, number, type of emission, code, check digit. A CNPJ may hold letters since July 2026
// (IN RFB 2.229/2024).
var nfeKey = accessKey{
	kind: "NF-e (44)", form: regexp.MustCompile(`^[0-9]{2}([0-9]{4})([0-9A-Z]{12}[0-9]{2})[0-9]{24}$`), issuer: 2, month: 1,
}

// nfseKey: municipality, environment, kind of taxpayer, CNPJ or CPF, number, YYMM, code, check digit.
var nfseKey = accessKey{
	kind: "NFS-e (50)", form: regexp.MustCompile(`^[0-9]{8}[12]([0-9A-Z]{12}[0-9]{2})[0-9]{13}([0-9]{4})[0-9]{9}[0-9]$`), issuer: 1, month: 2,
}

// keyDigit is the check digit of a key without it: weights 2 to 9 from the right, modulo 11, where a remainder of 0 or 1 gives 0. A letter
// counts as its distance from the digit 0 in ASCII.
func keyDigit(body string) byte {
	sum, weight := 0, 2
	for i := len(body) - 1; i >= 0; i-- {
		sum += int(body[i]-'0') * weight
		if weight++; weight > 9 {
			weight = 2
		}
	}
	if sum %= 11; sum < 2 {
		return '0'
	}
	return byte('0' + 11 - sum)
}

// key reads the access key and checks it against itself and the document. A wrong check digit is refused where strict, because
// no authority hands out such a key; an issuer or month of another document is told, since files are made anonymous by hand.
func (r *reading) key(k accessKey, at *node, strict bool, issuer string, days ...period.Day) {
	key := ""
	if at != nil {
		key = strings.TrimLeft(at.text, "NFSe")
	}
	if key == "" {
		r.warn("EINV-NOT-STAMPED", r.where(r.root), fault.Args{"stamp": k.kind})
		return
	}
	r.doc.FiscalID = key
	r.found("fiscalId", at)
	m := k.form.FindStringSubmatch(key)
	wrong := fault.New(fault.Invalid, "EINV-FISCAL-ID", r.where(at), fault.Args{"value": clip(key, 60), "kind": k.kind})
	switch {
	case m == nil:
		r.faults = append(r.faults, wrong)
		return
	case keyDigit(key[:len(key)-1]) != key[len(key)-1] && strict:
		r.faults = append(r.faults, wrong)
		return
	case keyDigit(key[:len(key)-1]) != key[len(key)-1]:
		wrong.Warn = true
		r.doc.Warnings = append(r.doc.Warnings, wrong)
	}
	if got := strings.TrimLeft(m[k.issuer], "0"); issuer != "" && got != strings.TrimLeft(issuer, "0") {
		r.warn("EINV-KEY-OTHER", r.where(at), fault.Args{"field": "CNPJ", "one": m[k.issuer], "other": clip(issuer, 20)})
	}
	if months := yearMonths(days); len(months) > 0 && !strings.Contains(months, m[k.month]) {
		r.warn("EINV-KEY-OTHER", r.where(at), fault.Args{"field": "AAMM", "one": m[k.month], "other": months})
	}
}

// yearMonths gives days as the months that a key writes: 2610.
func yearMonths(days []period.Day) string {
	var out []string
	for _, d := range days {
		if !d.IsZero() {
			out = append(out, d.String()[2:4]+d.String()[5:7])
		}
	}
	return strings.Join(out, " ")
}

// reais sets the currency of a format that knows no other.
func (r *reading) reais(at *node) {
	r.doc.Currency = "BRL"
	r.doc.Evidence["currency"] = Evidence{Where: r.where(at), Raw: "BRL", Derived: true}
}

// brazilian reads who stands at a path: name, and whichever number is given: CNPJ, CPF, or one of another country.
func (r *reading) brazilian(field, path string, foreign ...string) Party {
	p := Party{Name: r.text(field+".name", path+"/xNome", true)}
	p.TradingName = r.text(field+".tradingName", path+"/xFant", false)
	if p.TradingName == p.Name {
		p.TradingName = ""
		delete(r.doc.Evidence, field+".tradingName")
	}
	for _, scheme := range []string{"CNPJ", "CPF"} {
		r.taxID(&p, field, scheme, path+"/"+scheme)
	}
	if len(p.TaxIDs) > 0 {
		p.Country, r.doc.Evidence[field+".country"] = "BR", r.doc.Evidence[field+".taxIds[0]"]
	}
	for _, name := range foreign {
		r.taxID(&p, field, name, path+"/"+name)
	}
	for _, scheme := range []string{"IE", "IM"} { // registrations with a state, a municipality
		r.taxID(&p, field, scheme, path+"/"+scheme)
	}
	return p
}

// only gives the first element of a path that says anything.
func (r *reading) only(path string) *node {
	for _, n := range r.root.all(r.ns, path) {
		if n.text != "" || len(n.kids) > 0 {
			return n
		}
	}
	return nil
}

// taxed adds a tax of the document to the breakdown, where there is any of it.
func (r *reading) taxed(name, base, tax string) {
	at := r.only(tax)
	if at == nil {
		return
	}
	v, ok := r.parse(at)
	if !ok || v.IsZero() {
		return
	}
	c := TaxCategory{Local: name, Tax: v}
	if n := r.only(base); base != "" && n != nil {
		c.Base, _ = money.Parse(n.text)
	}
	r.category(at, c)
}

// held adds a tax that the buyer keeps back, where there is any of it.
func (r *reading) held(name, path string) {
	at := r.only(path)
	if at == nil {
		return
	}
	if v, ok := r.parse(at); ok && !v.IsZero() {
		r.withheld(at, Withholding{Tax: name, Amount: v})
	}
}
