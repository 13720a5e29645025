package web

import (
	"fmt"
	"html/template"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/money"
	"suanpan/templates"
)

// funcs are what templates may call, bound to one language. Strict makes a missing word an error, as tests want it.
func funcs(lang fault.Lang, strict bool, assets *assets) template.FuncMap {
	return template.FuncMap{
		"t": func(key string, pairs ...any) (string, error) {
			if key == "" {
				return "", nil // a part that was left empty
			}
			text, ok := templates.Text(string(lang), key, pairs...)
			if !ok && strict {
				return "", fmt.Errorf("no words for key %q", key)
			}
			return text, nil
		},
		"htmlLang":     htmlLang,
		"asset":        assets.address,
		"faultText":    func(f *fault.Fault) string { return f.Text(lang) },
		"onlyWarnings": func(fs fault.Faults) bool { return fs.Err() == nil },
		"pill":         func(tone, key any) Pill { return Pill{Tone: Tone(fmt.Sprint(tone)), Key: fmt.Sprint(key)} },
		"field":        makeField,
		"money":        func(v decimal.Decimal, c any) string { return money.Print(v, money.Currency(fmt.Sprint(c))) },
		"amount":       func(a money.Amount) string { return a.String() },
		"exact":        money.Exact,
		"when":         when,
		"day":          func(d fmt.Stringer) string { return d.String() },
	}
}

// htmlLang is the language as HTML names it, so that a screen reader chooses the right voice and a browser the right glyphs.
func htmlLang(l any) string {
	switch fmt.Sprint(l) {
	case "zh":
		return "zh-Hans"
	case "pt":
		return "pt-BR"
	default:
		return "en"
	}
}

// Instant prints an instant in a zone, the zone named: "2026-11-09 14:03 America/Sao_Paulo". A zone that is not known prints UTC.
func Instant(t time.Time, zone string) string {
	if t.IsZero() {
		return "—"
	}
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" {
		loc = time.UTC
	}
	return t.In(loc).Format("2006-01-02 15:04 ") + loc.String()
}

func when(t time.Time, zone string) template.HTML {
	if t.IsZero() {
		return "—"
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>`, //nolint:gosec // both parts are escaped or made of digits
		t.UTC().Format(time.RFC3339), template.HTMLEscapeString(Instant(t, zone))))
}

// makeField is {{field name key value faults pairs…}}; pairs are type, hint, autocomplete, inputmode, required, options.
func makeField(name, key string, value any, faults fault.Faults, pairs ...any) (Field, error) {
	f := Field{Name: name, Key: key, Value: fmt.Sprint(value), Type: "text", Faults: FaultsAt(faults, name)}
	for i := 0; i+1 < len(pairs); i += 2 {
		text, _ := pairs[i+1].(string)
		switch pairs[i] {
		case "type":
			f.Type = text
		case "hint":
			f.Hint = text
		case "autocomplete":
			f.Autocomplete = text
		case "inputmode":
			f.InputMode = text
		case "required":
			f.Required = text != "" || pairs[i+1] == true
		case "options":
			f.Options, _ = pairs[i+1].([]Option)
		default:
			return f, fmt.Errorf("a field has no %v", pairs[i])
		}
	}
	return f, nil
}
