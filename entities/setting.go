package entities

import (
	"sort"
	"strconv"
	"strings"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Setting is one dated choice: from ValidFrom on, this key has this value in this scope.
type Setting struct {
	Key       string
	Scope     Scope
	ValidFrom time.Time // zero: from the beginning
	Value     string
	Source    string // the law, contract or decision behind it
	Who       string // the person who set it
	Reason    string // why it was set from a past instant; empty where it was not
	Second    string // the person who confirmed that; empty where nobody had to
}

// Scope says for whom a setting counts. The zero scope is the whole installation.
type Scope struct {
	Entity    string
	Residence string // ISO country of the merchant; with Entity
	Merchant  string
	Product   string
	Fault     string // code of a fault: how finance deals with it
}

// Shorthands for the usual scopes.
var Installation = Scope{}

// ForEntity is the scope of one entity.
func ForEntity(code string) Scope { return Scope{Entity: code} }

// ForResidence is the scope of one entity and the merchants resident in a country.
func ForResidence(code, country string) Scope { return Scope{Entity: code, Residence: country} }

// ForFault is the scope of one fault at one entity.
func ForFault(entity, code string) Scope { return Scope{Entity: entity, Fault: code} }

// String is the form in which a scope is stored: "entity=5861;residence=BR", or empty for the installation.
func (s Scope) String() string {
	var parts []string
	for _, p := range [][2]string{{"entity", s.Entity}, {"residence", s.Residence}, {"merchant", s.Merchant}, {"product", s.Product}, {"fault", s.Fault}} {
		if p[1] != "" {
			parts = append(parts, p[0]+"="+p[1])
		}
	}
	return strings.Join(parts, ";")
}

// parseScope reads what String wrote.
func parseScope(text string) Scope {
	var s Scope
	for _, p := range strings.Split(text, ";") {
		k, v, _ := strings.Cut(p, "=")
		switch k {
		case "entity":
			s.Entity = v
		case "residence":
			s.Residence = v
		case "merchant":
			s.Merchant = v
		case "product":
			s.Product = v
		case "fault":
			s.Fault = v
		}
	}
	return s
}

// level is the narrowness of a scope: which of the levels a key may be set at it is.
func (s Scope) level() Level {
	switch {
	case s.Fault != "":
		return PerFault
	case s.Product != "":
		return PerProduct
	case s.Merchant != "":
		return PerMerchant
	case s.Residence != "":
		return PerResidence
	case s.Entity != "":
		return PerEntity
	default:
		return PerInstallation
	}
}

// wider lists the scopes in which a value for s is looked up, the narrowest first.
func (s Scope) wider() []Scope {
	all := []Scope{}
	if s.Fault != "" {
		all = append(all, Scope{Fault: s.Fault, Entity: s.Entity}, Scope{Fault: s.Fault})
	}
	if s.Product != "" {
		all = append(all, Scope{Product: s.Product, Merchant: s.Merchant, Entity: s.Entity}, Scope{Product: s.Product, Merchant: s.Merchant}, Scope{Product: s.Product})
	}
	if s.Merchant != "" {
		all = append(all, Scope{Merchant: s.Merchant, Entity: s.Entity}, Scope{Merchant: s.Merchant})
	}
	// Only now: without product and merchant the scopes above would be the entity's alone, and stand before its residents'.
	all = append(all, Scope{Entity: s.Entity, Residence: s.Residence}, Scope{Entity: s.Entity})
	out := make([]Scope, 0, len(all))
	seen := map[Scope]bool{{}: true} // what is narrower only by parts that s has not is the installation, which comes last
	for _, c := range all {
		if !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	return append(out, Scope{})
}

// settings is all that was set: key → scope → by time, the latest last.
type settings map[string]map[Scope][]Setting

func newSettings(rows []Setting) settings {
	all := settings{}
	for _, r := range rows {
		if all[r.Key] == nil {
			all[r.Key] = map[Scope][]Setting{}
		}
		all[r.Key][r.Scope] = append(all[r.Key][r.Scope], r)
	}
	for _, scopes := range all {
		for _, rows := range scopes {
			sort.SliceStable(rows, func(a, b int) bool { return rows[a].ValidFrom.Before(rows[b].ValidFrom) })
		}
	}
	return all
}

// get finds the value of a key for a scope at an instant: the narrowest scope that has one then, else the default.
func (all settings) get(key string, s Scope, at time.Time) (string, error) {
	k, ok := keys[key]
	if !ok {
		return "", fault.New(fault.NotFound, "SETTING-UNKNOWN", "key", fault.Args{"key": key})
	}
	if scopes := all[key]; scopes != nil {
		for _, c := range s.wider() {
			rows := scopes[c]
			for i := len(rows) - 1; i >= 0; i-- {
				if !rows[i].ValidFrom.After(at) {
					return rows[i].Value, nil
				}
			}
		}
	}
	return k.Default, nil
}

// CheckSetting says whether a setting can be saved: the key exists, the value is of its kind, the scope is one of its levels.
func CheckSetting(s Setting) fault.Faults {
	k, ok := keys[s.Key]
	if !ok {
		return fault.Faults{fault.New(fault.Invalid, "SETTING-UNKNOWN", "key", fault.Args{"key": s.Key})}
	}
	var fs fault.Faults
	if !k.valid(s.Value) {
		fs = append(fs, fault.New(fault.Invalid, "SETTING-VALUE", s.Key, fault.Args{"key": s.Key, "value": s.Value, "wanted": k.wanted()}))
	}
	if l := s.Scope.level(); k.Levels&l == 0 || (l == PerResidence && s.Scope.Entity == "") || !s.Scope.faultKnown() {
		fs = append(fs, fault.New(fault.Invalid, "SETTING-SCOPE", s.Key, fault.Args{"key": s.Key, "scope": s.Scope.String()}))
	}
	if strings.TrimSpace(s.Source) == "" || strings.TrimSpace(s.Who) == "" {
		fs = append(fs, fault.New(fault.Invalid, "SETTING-SOURCE", s.Key, fault.Args{"key": s.Key}))
	}
	return fs
}

// faultKnown refuses a scope whose code no fault bears, or that mixes a fault with what no fault is asked for.
func (s Scope) faultKnown() bool {
	if s.Fault == "" {
		return true
	}
	_, ok := fault.Message(s.Fault, fault.EN)
	return ok && s.Residence == "" && s.Merchant == "" && s.Product == ""
}

func (k Key) valid(v string) bool {
	if v == "" && k.Default == "" && (k.Kind == Whole || k.Kind == Decimal) { // unknown, or unknown again
		return true
	}
	switch k.Kind {
	case Whole:
		n, err := strconv.Atoi(v)
		return err == nil && n >= k.Min && (k.Max == 0 || n <= k.Max)
	case Truth:
		return v == "true" || v == "false"
	case Choice:
		for _, c := range k.Values {
			if c == v {
				return true
			}
		}
		return false
	case Decimal:
		d, err := money.Parse(v)
		return err == nil && !d.IsNegative()
	case Share:
		d, err := money.Parse(v)
		return v == "" || err == nil && !d.IsNegative() && !d.GreaterThan(money.MustParse("1"))
	case DayList:
		return eachOf(v, func(s string) bool { _, err := period.ParseDay(s); return err == nil })
	case PayoutList:
		_, ok := parsePayouts(v, "")
		return ok
	case WithholdingList:
		_, ok := parseWithholding(v)
		return ok
	case ZoneName:
		if v == "" {
			return true
		}
		_, err := time.LoadLocation(v)
		return err == nil && v != "Local"
	default:
		return true
	}
}

func (k Key) wanted() string {
	switch k.Kind {
	case Whole:
		if k.Max > 0 {
			return strconv.Itoa(k.Min) + "–" + strconv.Itoa(k.Max)
		}
		return "≥ " + strconv.Itoa(k.Min)
	case Truth:
		return "true | false"
	case Choice:
		return strings.Join(k.Values, " | ")
	case Decimal:
		return "0.00"
	case Share:
		return "0.02"
	case DayList:
		return "2026-11-09,2026-12-25"
	case PayoutList:
		return "HKD,BRL:residents,EUR:nonresidents"
	case WithholdingList:
		return "IRRF=0.015,SaaS:CIDE=0.10"
	case ZoneName:
		return "America/Sao_Paulo"
	default:
		return "…"
	}
}

// splitList cuts a list at its commas; an empty text is an empty list.
func splitList(v string) []string {
	var out []string
	for _, p := range strings.Split(v, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func eachOf(v string, ok func(string) bool) bool {
	for _, p := range splitList(v) {
		if !ok(p) {
			return false
		}
	}
	return true
}

// parsePayouts reads "HKD,BRL:residents".
func parsePayouts(v, source string) ([]Payout, bool) {
	var out []Payout
	for _, p := range splitList(v) {
		c, who, _ := strings.Cut(p, ":")
		if who == "" {
			who = string(Anyone)
		}
		r := Residents(who)
		if !money.Currency(c).Valid() || (r != Anyone && r != ResidentsOnly && r != NonResidentsOnly) {
			return nil, false
		}
		out = append(out, Payout{money.Currency(c), r, source})
	}
	return out, true
}
