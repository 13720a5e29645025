package entities

import "suanpan/money"

// The sources below are public help pages of the marketplace, named by what they show.
const (
	srcCurrencies = "KooGallery, certification page, table of entities and 支持结算货币"
	srcRegions    = "KooGallery, sales-region table (可销售区域)"
	srcBrazil     = "KooGallery, certification page, row 10: BRL only for companies inside Brazil, EUR outside"
	srcPeru       = "public list of company codes; the marketplace's own row shows only “… S.A.C.” and EUR"
)

// Known lists the contracting entities that public sources name, with exactly what they say: a currency that was not found is
// not here, a code that was not found is empty. Entities without a code are listed so that a person can complete them; SeedKnown
// leaves them out.
func Known() []Entity {
	anyone := func(source string, cs ...string) []Payout {
		out := make([]Payout, len(cs))
		for i, c := range cs {
			out[i] = Payout{Currency: money.Currency(c), For: Anyone, Source: source}
		}
		return out
	}
	return []Entity{
		{
			Code: "5821", Name: "Sparkoo Technologies Chile SpA", NameZH: "智利云", Country: "CL", Jurisdiction: "cl",
			ZoneName: "America/Santiago", Payout: anyone(srcCurrencies, "CLP", "EUR"), Source: srcCurrencies,
		},
		{ // the source's list of currencies is cut off after JPY: more may follow
			Code: "5541", Name: "Sparkoo Technologies Singapore Pte. Ltd.", NameZH: "新加坡云", Country: "SG", Jurisdiction: "sg",
			ZoneName: "Asia/Singapore", Payout: anyone(srcCurrencies, "EUR", "CNY", "HKD", "SGD", "JPY"), Source: srcCurrencies,
		},
		{ // no source states its currencies
			Code: "5531", Name: "Sparkoo Technologies Hong Kong Co., Limited", NameZH: "香港云", Country: "HK", Jurisdiction: "hk",
			ZoneName: "Asia/Hong_Kong", Source: srcRegions,
		},
		{ // the source prints “Sparkoo Technologies (Thailand) …” and cuts the rest: half a name would accept half an addressee
			Code: "5891", NameZH: "泰国云", Country: "TH", Jurisdiction: "th", ZoneName: "Asia/Bangkok", Source: srcRegions,
		},
		{
			Name: "SPARKOO TECHNOLOGIES PERU S.A.C.", Country: "PE", Jurisdiction: "pe", ZoneName: "America/Lima",
			Payout: anyone(srcCurrencies, "EUR"), Source: srcPeru,
		},
		{
			Code: "5861", Name: "SPARKOO TECNOLOGIAS DO BRASIL LTDA", NameZH: "巴西云", Spellings: []string{"Sparkoo Tecnologias do Brasil Ltda."},
			Country: "BR", Jurisdiction: "br", ZoneName: "America/Sao_Paulo", Source: srcBrazil,
			Payout: []Payout{{"BRL", ResidentsOnly, srcBrazil}, {"EUR", NonResidentsOnly, srcBrazil}},
		},
	}
}

// KnownRegions lists the sales regions that public sources tie to an entity. That of rows 2 to about 70 only some are seen with
// their entity is said in each row's source.
func KnownRegions() []Region {
	const inferred = srcRegions + "; inferred: the rows of 5541 run from ID on to about row 70"
	rs := []Region{
		{"CL", "CL", "Chile", "5821", srcRegions},
		{"ID", "ID", "Indonesia", "5541", srcRegions},
		{"HK", "HK", "Hong Kong (China)", "5531", srcRegions},
		{"TH", "TH", "Thailand", "5891", srcRegions},
		{"BR", "BR", "Brazil", "5861", srcRegions},
		{"BRA", "BR", "Brazil", "5861", srcRegions + ", printed so"},
		{"EW", "SZ", "Eswatini", "5541", inferred + "; printed EW"},
	}
	for _, r := range [][2]string{
		{"KR", "South Korea"},
		{"PH", "Philippines"},
		{"TT", "Trinidad and Tobago"},
		{"GH", "Ghana"},
		{"VN", "Vietnam"},
		{"UZ", "Uzbekistan"},
		{"UY", "Uruguay"},
		{"BD", "Bangladesh"},
	} {
		rs = append(rs, Region{r[0], r[0], r[1], "5541", inferred})
	}
	return rs
}
