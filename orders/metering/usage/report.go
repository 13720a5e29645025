package usage

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"time"
	"unicode"

	fastjson "github.com/goccy/go-json"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/strict"
	"suanpan/money"
	"suanpan/orders"
	"suanpan/orders/metering"
)

// timeForm is how the interface writes times, always UTC.
const timeForm = "20060102T150405Z"

// Sent is a usage record as a seller sends it (UsagePushData). Values are kept as they were written until they are checked.
type Sent struct {
	Instance string              `json:"instance_id"`
	Recorded string              `json:"record_time"`
	Begin    string              `json:"begin_time"`
	End      string              `json:"end_time"`
	Value    fastjson.RawMessage `json:"usage_value"` // a text or a number: the sites differ
	SN       string              `json:"metering_sn,omitempty"`
	Package  string              `json:"relate_pkg_instance,omitempty"`
	Product  string              `json:"product_id,omitempty"` // of the old interface
}

type sentBody struct {
	Records []Sent `json:"usage_records"`
}

// readBody reads the records of a call; what is wrong inside a record is found later, record by record.
func readBody(body []byte) ([]Sent, error) {
	var b sentBody
	if !json.Valid(body) {
		return nil, fault.New(fault.Invalid, "USG-BODY", "usage_records", fault.Args{"why": "not JSON"})
	}
	if err := fastjson.Unmarshal(body, &b); err != nil {
		why := err.Error()
		if p := strict.Part(body, &sentBody{}); p != nil { // says it in the words of JSON
			why = p.Error()
		}
		return nil, fault.New(fault.Invalid, "USG-BODY", "usage_records", fault.Args{"why": why})
	}
	if len(b.Records) == 0 {
		return nil, fault.New(fault.Invalid, "USG-BODY", "usage_records", fault.Args{"why": "it is empty"})
	}
	return b.Records, nil
}

// value reads the usage exactly, whether it was written as a text or as a number.
func (s *Sent) value() (decimal.Decimal, bool) {
	text := strings.TrimSpace(string(s.Value))
	if len(text) >= 2 && text[0] == '"' {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	if len(text) > 20 {
		return decimal.Zero, false
	}
	v, err := money.Parse(text)
	return v, err == nil
}

// read turns what was sent into a report; codes that speak of its form alone come first, in the order in which one is answered.
func (s *Sent) read() (orders.UsageReport, metering.Code) {
	r := orders.UsageReport{SN: s.SN, Instance: s.Instance, Package: s.Package}
	if !identifies(s.SN) {
		return r, metering.SNMissing
	}
	if !identifies(s.Instance) {
		return r, metering.UnknownInstance
	}
	ok := true
	for _, t := range []struct {
		text string
		into *time.Time
	}{{s.Begin, &r.Begin}, {s.End, &r.End}, {s.Recorded, &r.Recorded}} {
		at, err := time.Parse(timeForm, t.text)
		if err != nil || at.Year() < 1990 || at.Year() > 2200 {
			ok = false
			continue
		}
		*t.into = at
	}
	if !ok {
		return r, metering.BadTimeFormat
	}
	v, ok := s.value()
	r.Value = v
	for _, c := range (metering.Record{SN: r.SN, Begin: r.Begin, End: r.End, Value: v, ReportedAt: r.Recorded}).Check() {
		return r, c
	}
	if !ok {
		return r, metering.BadUsage
	}
	return r, ""
}

// identifies tells whether a text can be a number or id: 1 to 64 printable characters.
func identifies(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || !unicode.IsPrint(r) })
}

// clean takes out what the database's JSON cannot hold, so that even such a record can be listed.
func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "�"), "�")
}

func cut(s string, n int) string {
	if s = clean(s); len(s) > n {
		return strings.ToValidUTF8(s[:n], "")
	}
	return s
}

// refused is the record as it is listed.
func (s *Sent) refused(code metering.Code, why string) (orders.RefusedUsage, error) {
	raw, err := json.Marshal(map[string]string{
		"instance_id": cut(s.Instance, 256), "record_time": cut(s.Recorded, 64), "begin_time": cut(s.Begin, 64), "end_time": cut(s.End, 64),
		"usage_value": cut(string(bytes.Trim(s.Value, `"`)), 64), "metering_sn": cut(s.SN, 256), "relate_pkg_instance": cut(s.Package, 256),
	})
	sum := sha256.Sum256(raw)
	return orders.RefusedUsage{SN: cut(s.SN, 256), Instance: cut(s.Instance, 256), Code: code, Why: why, Record: raw, Hash: sum[:]}, err
}
