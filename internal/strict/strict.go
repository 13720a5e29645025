// Package strict reads JSON in one way only: every field is known, stands once, and is written in its own case. Readers that forgive any of these
// may see two amounts in one text.
package strict

import (
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Kinds of what may be wrong with a text.
const (
	Syntax  = "syntax"  // it is no JSON, or more than one value
	Unknown = "unknown" // it has a field that the record does not know
	Twice   = "twice"   // a field stands twice in one object
	Type    = "type"    // a field holds another type of value than it should
	Value   = "value"   // a field holds the right type of value, and one that cannot be read
)

// Problem is the first thing that is wrong with a text.
type Problem struct {
	Kind string
	Path string // of the field, as in orderLine[0].amount; empty for the whole
	Got  string // JSON's word for the type that stands there: string, number, boolean, null, object, array
	Want string // JSON's word for the type that belongs there
	Why  string // in English, for what has no fault of its own
}

// Error says it in English in one clause, for faults that have no words of their own for it.
func (p *Problem) Error() string {
	switch p.Kind {
	case Unknown:
		return "unknown field " + p.Path
	case Twice:
		return "field " + p.Path + " stands twice"
	case Type:
		return p.Path + " holds a " + p.Got + " where a " + p.Want + " belongs"
	}
	if p.Path != "" {
		return p.Path + ": " + p.Why
	}
	return p.Why
}

var options = json.RejectUnknownMembers(true)

// Unmarshal reads the one value of a text into a fresh record. Invalid UTF-8 is Syntax.
func Unmarshal(raw []byte, into any) *Problem { return unmarshal(raw, into, options) }

// Part is Unmarshal for a reader of some fields only: others may stand beside them.
func Part(raw []byte, into any) *Problem {
	return unmarshal(raw, into, json.RejectUnknownMembers(false))
}

func unmarshal(raw []byte, into any, o json.Options) *Problem {
	err := json.Unmarshal(raw, into, o)
	if err == nil {
		return nil
	}
	var bad *json.SemanticError
	var syn *jsontext.SyntacticError
	switch {
	case errors.As(err, &syn):
		p := &Problem{Kind: Syntax, Path: path(syn.JSONPointer), Why: syn.Err.Error() + " at byte " + strconv.FormatInt(syn.ByteOffset+1, 10)}
		if errors.Is(syn.Err, jsontext.ErrDuplicateName) {
			p.Kind = Twice
		}
		return p
	case errors.As(err, &bad):
		return semantic(bad)
	}
	return &Problem{Kind: Syntax, Why: err.Error()}
}

func semantic(e *json.SemanticError) *Problem {
	p := &Problem{Kind: Value, Path: path(e.JSONPointer), Got: word(e.JSONKind), Want: wanted(e.GoType)}
	switch {
	case errors.Is(e.Err, json.ErrUnknownName):
		p.Kind = Unknown
	case e.Err == nil && p.Got != "" && p.Want != "" && p.Got != p.Want:
		p.Kind = Type
	case e.Err != nil:
		p.Why = e.Err.Error()
	default:
		p.Why = "not a value that can be kept"
	}
	return p
}

// path turns /orderLine/0/amount into orderLine[0].amount.
func path(at jsontext.Pointer) string {
	var b strings.Builder
	for name := range at.Tokens() {
		if _, err := strconv.ParseUint(name, 10, 32); err == nil {
			b.WriteString("[" + name + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(name)
	}
	return b.String()
}

func word(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "boolean"
	case '"':
		return "string"
	case '0':
		return "number"
	case '{', '}':
		return "object"
	case '[', ']':
		return "array"
	}
	return ""
}

func wanted(t reflect.Type) string {
	if t == nil {
		return ""
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Slice, reflect.Array:
		return "array"
	case reflect.Map, reflect.Struct:
		return "object"
	}
	return ""
}
