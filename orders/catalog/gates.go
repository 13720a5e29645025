package catalog

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
)

// Gate is one thing that is looked at before a product is judged by people.
type Gate string

// The gates, in the order of the report.
const (
	GateBasics    Gate = "basics"
	GateImage     Gate = "image"
	GateInterface Gate = "interface"
	GateSecurity  Gate = "security"
	GateSupport   Gate = "support"
	GateCopyright Gate = "copyright"
	GateRegions   Gate = "regions"
)

// Gates lists them.
var Gates = []Gate{GateBasics, GateImage, GateInterface, GateSecurity, GateSupport, GateCopyright, GateRegions}

// Result is what one gate found: nothing wrong, or every fault.
type Result struct {
	Gate   Gate         `json:"gate"`
	Asked  bool         `json:"asked"` // false: the access type has no such gate
	Faults fault.Faults `json:"faults,omitempty"`
}

// Report is a submission's way through all gates; none is left out because an earlier one failed.
type Report []Result

// Passed tells whether no gate found a fault.
func (r Report) Passed() bool {
	for _, g := range r {
		if len(g.Faults) > 0 {
			return false
		}
	}
	return true
}

// Seller is what the gates ask of the company that publishes.
type Seller struct {
	Merchant  entities.Merchant
	Regions   []string // sales regions chosen
	Uncovered []string // of those, the ones whose entity it has no signed contract or certification with
	Intl      bool     // the international site's rules: support in English, certification before publication
}

// Check walks a product through every gate but the replay of its interface cases, which needs the network: its faults are handed in.
func Check(p Product, s Seller, replay fault.Faults) Report {
	find := map[Gate]func() fault.Faults{
		GateBasics: func() fault.Faults { return basics(p) }, GateImage: func() fault.Faults { return images(p.Listing.Images) },
		GateInterface: func() fault.Faults { return append(interfaceFaults(p), replay...) },
		GateSecurity:  func() fault.Faults { return p.Listing.Security.faults() },
		GateSupport:   func() fault.Faults { return p.Listing.Support.faults(s.Intl) },
		GateCopyright: func() fault.Faults { return copyrightFaults(p, s.Merchant) }, GateRegions: func() fault.Faults { return regionFaults(s) },
	}
	out := make(Report, 0, len(Gates))
	for _, g := range Gates {
		r := Result{Gate: g, Asked: p.Access.Asks(g)}
		if r.Asked {
			r.Faults = find[g]()
		}
		out = append(out, r)
	}
	return out
}

func bad(code, path string, args ...fault.Args) *fault.Fault {
	return fault.New(fault.Invalid, code, path, args...)
}

func at(list string, i int, field string) string { return list + "[" + strconv.Itoa(i) + "]." + field }

const specName = 50 // characters of a specification's name, at most

func basics(p Product) (fs fault.Faults) {
	if strings.TrimSpace(p.Name) == "" {
		fs = append(fs, bad("CAT-NAME", "name"))
	}
	if len(p.Listing.Specs) == 0 {
		fs = append(fs, bad("CAT-SPEC", "specs"))
	}
	seen := map[string]bool{}
	for i, s := range p.Listing.Specs {
		if n := utf8.RuneCountInString(s.Name); n == 0 || n > specName {
			fs = append(fs, bad("CAT-SPEC-NAME", at("specs", i, "name"), fault.Args{"max": specName, "n": n}))
		}
		if s.SKU == "" || seen[s.SKU] {
			fs = append(fs, bad("CAT-SKU", at("specs", i, "sku"), fault.Args{"sku": s.SKU}))
		}
		seen[s.SKU] = true
		if len(s.Modes) == 0 {
			fs = append(fs, bad("CAT-MODE", at("specs", i, "modes")))
		}
	}
	return fs
}

// refusedImages are the kinds of private image that cannot be published, each with its code.
var refusedImages = map[string]string{
	"SHARED": "IMG-SHARED", "ENCRYPTED": "IMG-ENCRYPTED", "PUBLISHED": "IMG-PUBLISHED", "WHOLE_MACHINE": "IMG-WHOLE", "REBUILT": "IMG-REBUILT",
}

const imageGB = 128 // the largest image that can be published

// worstCVSS is the score from which on a vulnerability blocks publication until it is fixed or mitigated.
var worstCVSS = decimal.NewFromInt(7)

func images(list []ImageFile) (fs fault.Faults) {
	if len(list) == 0 {
		fs = append(fs, bad("IMG-NONE", "images"))
	}
	for i, m := range list {
		if code := refusedImages[m.Kind]; code != "" {
			fs = append(fs, bad(code, at("images", i, "kind"), fault.Args{"image": m.ID}))
		} else if m.Kind != "PRIVATE" {
			fs = append(fs, bad("IMG-KIND", at("images", i, "kind"), fault.Args{"kind": m.Kind}))
		}
		if m.SizeGB <= 0 || m.SizeGB > imageGB {
			fs = append(fs, bad("IMG-SIZE", at("images", i, "sizeGB"), fault.Args{"size": m.SizeGB, "max": imageGB}))
		}
		if len(m.Regions) == 0 {
			fs = append(fs, bad("IMG-REGION", at("images", i, "regions"), fault.Args{"image": m.ID}))
		}
		if !m.PublicBase {
			fs = append(fs, bad("IMG-BASE", at("images", i, "publicBase"), fault.Args{"image": m.ID}))
		}
		if m.Virus {
			fs = append(fs, bad("IMG-VIRUS", at("images", i, "virus"), fault.Args{"image": m.ID}))
		}
		if m.PresetLogin {
			fs = append(fs, bad("IMG-PRESET", at("images", i, "presetLogin"), fault.Args{"image": m.ID}))
		}
		if f := cvss(m.CVSS, at("images", i, "cvss")); f != nil {
			fs = append(fs, f)
		}
	}
	return fs
}

func cvss(score, path string) *fault.Fault {
	if score == "" {
		return nil
	}
	d, err := decimal.NewFromString(score)
	if err != nil || d.IsNegative() || d.GreaterThan(decimal.NewFromInt(10)) {
		return bad("SEC-SCORE", path, fault.Args{"got": score})
	}
	if d.GreaterThanOrEqual(worstCVSS) {
		return bad("SEC-CVSS", path, fault.Args{"score": score, "max": worstCVSS})
	}
	return nil
}

// scenes are what a seller has to have tried, by interface version and charging mode.
var scenes = map[string]map[string][]string{
	"V1": {
		"PERIOD": {"newInstance", "refreshInstance", "expireInstance", "releaseInstance"}, "ONE_TIME": {"newInstance", "releaseInstance"},
		"ON_DEMAND": {"newInstance", "instanceStatus", "releaseInstance", "usage"}, "ON_DEMAND_PKG": {"newInstance", "queryInstance", "instanceStatus", "releaseInstance", "usage"},
	},
	"V2": {
		"PERIOD": {"newInstance", "queryInstance", "refreshInstance", "updateInstanceStatus", "releaseInstance"}, "ONE_TIME": {"newInstance", "queryInstance", "releaseInstance"},
		"ON_DEMAND":     {"newInstance", "queryInstance", "updateInstanceStatus", "releaseInstance", "usage"},
		"ON_DEMAND_PKG": {"newInstance", "queryInstance", "updateInstanceStatus", "releaseInstance", "usage"},
	},
}

// Scenes lists what the modes of a product's specifications ask for, once each, in the order of the cases above.
func Scenes(version string, specs []Spec) []string {
	var out []string
	for _, s := range specs {
		for _, m := range s.Modes {
			for _, scene := range scenes[version][m] {
				if !slices.Contains(out, scene) {
					out = append(out, scene)
				}
			}
		}
	}
	return out
}

func interfaceFaults(p Product) (fs fault.Faults) {
	in := p.Listing.Interface
	if in == nil {
		return fault.Faults{bad("IFC-NONE", "interface")}
	}
	if scenes[in.Version] == nil {
		fs = append(fs, bad("IFC-VERSION", "interface.version", fault.Args{"got": in.Version}))
	}
	if u, err := url.Parse(in.Address); err != nil || u.Scheme != "https" || !domain.MatchString(u.Hostname()) {
		fs = append(fs, bad("IFC-ADDRESS", "interface.address", fault.Args{"got": in.Address}))
	}
	have := map[string]bool{}
	for i, c := range in.Cases {
		have[c.Scene] = true
		if c.Address != in.Address {
			fs = append(fs, bad("IFC-ONE-ADDRESS", at("interface.cases", i, "address"), fault.Args{"scene": c.Scene}))
		}
	}
	for _, s := range Scenes(in.Version, p.Listing.Specs) {
		if !have[s] {
			fs = append(fs, bad("IFC-CASE", "interface.cases", fault.Args{"scene": s}))
		}
	}
	return fs
}

// domain is a name, not a number: the certificate has to be for it.
var domain = regexp.MustCompile(`^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]*[a-zA-Z0-9]$`)

// SecurityItems are the points of the security standard 3.0 that sources name, by group.
var SecurityItems = []string{
	"access.tenants", "access.least", "access.authenticated", "hardening.scan", "app.authorise", "app.session", "dev.bypass", "dev.malware", "dev.backdoor", "dev.root",
	"crypto.algorithms", "crypto.random", "data.storage", "data.channel", "log.fields", "log.kept", "secret.none",
}

func (s Security) faults() (fs fault.Faults) {
	for _, id := range SecurityItems {
		switch e, ok := s.Answers[id]; {
		case !ok || !e.Met:
			fs = append(fs, bad("SEC-ITEM", "security."+id, fault.Args{"item": id}))
		case strings.TrimSpace(e.Text) == "":
			fs = append(fs, bad("SEC-EVIDENCE", "security."+id, fault.Args{"item": id}))
		}
	}
	if f := cvss(s.CVSS, "security.cvss"); f != nil {
		fs = append(fs, f)
	}
	return fs
}

// zoned is a time zone as it has to stand behind service hours.
var zoned = regexp.MustCompile(`[(（]\s*GMT\s*[+-](0\d|1[0-4]):[0-5]\d\s*[)）]`)

var (
	phone = regexp.MustCompile(`^\+?[0-9][0-9 ()-]{4,24}$`)
	email = regexp.MustCompile(`^[^@\s]+@([a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}$`)
)

func (s Support) faults(intl bool) (fs fault.Faults) {
	if !zoned.MatchString(s.Hours) {
		fs = append(fs, bad("SVC-ZONE", "support.hours", fault.Args{"got": s.Hours}))
	}
	if !phone.MatchString(s.Phone) {
		fs = append(fs, bad("SVC-PHONE", "support.phone"))
	}
	if !email.MatchString(s.Email) {
		fs = append(fs, bad("SVC-EMAIL", "support.email"))
	}
	if intl && !s.English {
		fs = append(fs, bad("SVC-ENGLISH", "support.english"))
	}
	return fs
}

const certificateBytes = 20 << 20

func copyrightFaults(p Product, m entities.Merchant) (fs fault.Faults) {
	c := p.Listing.Copyright
	if c == nil {
		return fault.Faults{bad("CPR-NONE", "copyright")}
	}
	if c.SizeBytes <= 0 || c.SizeBytes > certificateBytes {
		fs = append(fs, bad("CPR-SIZE", "copyright.sizeBytes", fault.Args{"max": certificateBytes >> 20}))
	}
	if c.Declaration {
		return fs
	}
	if !strings.EqualFold(strings.Join(strings.Fields(c.Product), " "), strings.Join(strings.Fields(p.Name), " ")) {
		fs = append(fs, bad("CPR-PRODUCT", "copyright.product", fault.Args{"certificate": c.Product, "product": p.Name}))
	}
	if !m.Is(c.Owner) {
		fs = append(fs, bad("CPR-OWNER", "copyright.owner", fault.Args{"owner": c.Owner, "company": m.Name, "difference": entities.NameDifference(c.Owner, m.Name)}))
	}
	return fs
}

func regionFaults(s Seller) (fs fault.Faults) {
	if len(s.Regions) == 0 {
		fs = append(fs, bad("REG-NONE", "regions"))
	}
	for _, r := range s.Uncovered {
		fs = append(fs, bad("REG-SIGN", "regions", fault.Args{"region": r}))
	}
	return fs
}
