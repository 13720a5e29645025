package draft

import (
	"encoding/json"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/money"
)

// tableJSON is a table of values as a file for a program that fills the form of a tax office.
type tableJSON struct {
	Form        string         `json:"form"`
	Requisition string         `json:"requisition"`
	Currency    money.Currency `json:"currencyCode"`
	Demo        bool           `json:"demo,omitempty"`
	Fields      []fieldJSON    `json:"fields"`
}

type fieldJSON struct {
	Field string `json:"field"`
	Says  string `json:"says"` // what goes there, in the reader's language
	Value string `json:"value"`
	Yours bool   `json:"yours,omitempty"` // blank: only the merchant knows it
	Note  string `json:"note,omitempty"`
}

func (d Draft) fieldsJSON(entries []Entry, lang fault.Lang) []fieldJSON {
	out := make([]fieldJSON, 0, len(entries))
	for _, e := range entries {
		f := fieldJSON{Field: e.Field, Says: say(lang, e.Key), Value: e.Value, Yours: e.Value == ""}
		if e.Note != "" {
			f.Note = say(lang, e.Note)
		}
		out = append(out, f)
	}
	return out
}

// drawTable writes a form's table as JSON.
func drawTable(name string, table func(d Draft) []Entry) func(Draft, fault.Lang, *doc.Fonts) ([]byte, error) {
	return func(d Draft, lang fault.Lang, _ *doc.Fonts) ([]byte, error) {
		return json.MarshalIndent(tableJSON{
			Form: name, Requisition: d.List.Requisition, Currency: d.List.Currency, Demo: d.Ground.Demo, Fields: d.fieldsJSON(table(d), lang),
		}, "", "  ")
	}
}
