package web

import "suanpan/internal/fault"

// sampleData goes through every partial and each of its branches; CheckPages executes it with the others.
type sampleData struct {
	Table   Table
	Terms   []Term
	Faults  fault.Faults
	Pager   Pager
	Upload  Upload
	Options []Option
}

var samplePage = NewPage("base/sample.html", sample())

func sample() sampleData {
	row := func(n, amount, note string, p Pill) []Cell {
		return []Cell{{Text: n, Href: "/bills/" + n}, {Text: "Huawei Cloud Singapore"}, {Text: amount, Note: note}, {Pill: p}}
	}
	return sampleData{
		Table: Table{
			Caption: "product.tagline", Columns: []Column{{Key: "faults.where"}, {Key: "auth.account.merchant"}, {Key: "auth.tokens.until", Number: true}, {Key: "auth.tokens.state"}},
			Rows: [][]Cell{
				row("5821-202610-SG-USD", "USD 12,560.00", "", Pill{OK, "auth.tokens.active"}),
				row("5821-202610-BR-BRL", "BRL 7,104.47", "RATE 5.4021", Pill{Warn, "faults.warning"}),
				row("5821-202610-CL-CLP", "CLP 1,234,567", "", Pill{Bad, "faults.error"}),
				row("5821-202609-HK-USD", "USD 350.00", "", Pill{Info, "auth.tokens.expired"}),
			},
			Total: []Cell{{Text: "4"}, {}, {Text: "USD 20,000.00"}, {}},
		},
		Terms:   []Term{{Key: "auth.account.name", Cell: Cell{Text: "Ana"}}, {Key: "auth.tokens.until", Cell: Cell{Text: "2026-11-19 23:59 America/Sao_Paulo", Note: "x"}}, {Key: "auth.account.merchant", Cell: Cell{Text: "USD 12,560.00"}, Number: true}, {Key: "auth.tokens.state", Cell: Cell{Pill: Pill{OK, "auth.tokens.active"}}}},
		Faults:  fault.Faults{fault.New(fault.Invalid, "VALID", "number", ruleText("number", "required", "", 0)), fault.Warning("TIMEOUT", "")},
		Pager:   Pager{Page: 2, Prev: "/bills?page=1", Next: "/bills?page=3"},
		Upload:  Upload{Name: "file", Key: "auth.tokens.name", Accept: ".pdf,.xml", Types: "PDF, XML", MaxMB: 20, Multiple: true, Required: true, Faults: fault.Faults{fault.New(fault.TooLarge, "BODY-TOO-LARGE", "file", fault.Args{"max": 20})}},
		Options: []Option{{"a", "A"}, {"b", "B"}},
	}
}
