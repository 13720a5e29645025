package draft

import (
	"strings"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/money"
)

var _ = register(Form{
	Name: "text", File: ".txt", Type: "text/plain; charset=utf-8", order: 6,
	Draw: func(d Draft, lang fault.Lang, _ *doc.Fonts) ([]byte, error) { return d.text(lang), nil },
})

// text is the invoice as plain text to type in: the fields of the list, then the figures.
func (d Draft) text(lang fault.Lang) []byte {
	var b strings.Builder
	if d.Ground.Demo {
		b.WriteString(say(lang, "draft.demo") + "\n\n")
	}
	filled := map[string]string{}
	for k, v := range d.Values {
		filled[k] = v
	}
	b.WriteString(d.List.DraftText(filled, lang))
	c := d.List.Currency
	b.WriteString("\n" + say(lang, "draft.net") + ": " + money.New(d.Net, c).String() + "\n")
	b.WriteString(d.taxName(lang) + ": " + money.New(d.Tax, c).String() + "\n")
	b.WriteString(say(lang, "draft.gross") + ": " + money.New(d.Gross, c).String() + "\n")
	return []byte(b.String())
}
