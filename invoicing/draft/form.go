package draft

import (
	"sort"
	"strings"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
)

// Form is a way in which a draft can be taken along. One file a form.
type Form struct {
	Name string // as in the address: ubl, cii …
	File string // end of the file's name: "-ubl.xml"
	Type string // content type
	// Country is the merchant's country for which the form is made, ISO 3166 alpha-2; empty: any.
	Country string
	// XML tells that what is drawn can be sent as it is: our readers read it.
	XML bool
	// Table gives the values of a form that somebody fills in elsewhere; nil where Draw alone says all.
	Table func(d Draft) []Entry
	Draw  func(d Draft, lang fault.Lang, fonts *doc.Fonts) ([]byte, error)
	order int // on the page
}

// Entry is one field of a form of the tax office and what has to stand in it.
type Entry struct {
	Field string // the form's own name for it, such as Receptor@Rfc
	Key   string // words that say what goes there
	Value string // empty: only the merchant knows it
	Note  string // key of words about the value; may be empty
}

var forms = map[string]Form{}

func register(f Form) Form {
	if _, twice := forms[f.Name]; twice {
		panic("draft: form " + f.Name + " is registered twice")
	}
	forms[f.Name] = f
	return f
}

// Forms lists every form in the order of the page.
func Forms() []Form {
	out := make([]Form, 0, len(forms))
	for _, f := range forms {
		out = append(out, f)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].order < out[j].order })
	return out
}

// FormNamed finds a form. DRAFT-FORM where there is none of that name.
func FormNamed(name string) (Form, error) {
	if f, ok := forms[strings.ToLower(strings.TrimSpace(name))]; ok {
		return f, nil
	}
	var names []string
	for _, f := range Forms() {
		names = append(names, f.Name)
	}
	return Form{}, fault.New(fault.NotFound, codeForm, "form", fault.Args{"got": clip(name), "forms": strings.Join(names, ", ")})
}

// FileName is what the file is called.
func (f Form) FileName(d Draft) string { return d.List.Requisition + f.File }
