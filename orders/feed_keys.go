package orders

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"sync"

	"suanpan/internal/fault"
)

// knownKeys are all field names that records of the feed have, at any depth, exactly as they are written.
var knownKeys = sync.OnceValue(func() map[string]bool {
	keys := map[string]bool{}
	for _, k := range kinds {
		gatherKeys(reflect.TypeOf(k.make()), keys)
	}
	return keys
})

func gatherKeys(t reflect.Type, into map[string]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			into[name] = true
		}
		if f.Anonymous || name != "" {
			gatherKeys(f.Type, into)
		}
	}
}

// keyFault finds a field that stands twice in one object, or is a known one in another case. The JSON library takes both silently, the last one
// winning: two readers of the same line could then see two amounts.
func keyFault(raw []byte) *fault.Fault {
	dec := json.NewDecoder(bytes.NewReader(raw))
	var open []map[string]bool // keys of the objects around; nil for a list
	key := true                // whether a text in an object is its key now
	free := 0                  // depth of what may hold any keys
	for {
		tok, err := dec.Token()
		if err != nil {
			return nil // what is no JSON is told elsewhere
		}
		switch v := tok.(type) {
		case json.Delim:
			switch v {
			case '{', '[':
				var keys map[string]bool
				if v == '{' {
					keys = map[string]bool{}
				}
				open, key = append(open, keys), v == '{'
				if free > 0 {
					free++
				}
				continue
			}
			open, key = open[:len(open)-1], true
			if free > 0 {
				free--
			}
		case string:
			if in := len(open) - 1; key && in >= 0 && open[in] != nil {
				if open[in][v] || free == 0 && !knownKeys()[v] {
					return fault.New(fault.Invalid, "FEED-FIELD", v)
				}
				open[in][v], key = true, false
				if (v == "extendParams" || v == "rating") && free == 0 { // anything at all; read by its own rules
					free = 1
				}
				continue
			}
			key = true
		default:
			key = true
		}
		if free == 1 {
			free = 0
		}
	}
}
