package catalog_test

import (
	"sort"
	"strings"
	"testing"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/orders/catalog"
)

// complete is a product of an access type that passes every gate; seller is its company.
func complete(a catalog.Access) catalog.Product {
	p := catalog.Product{Merchant: "M1", ID: "P11", Name: "Backup", Access: a, Listing: catalog.Listing{
		Specs:     []catalog.Spec{{SKU: "S1", Name: "Standard", Modes: []string{"PERIOD"}}},
		Security:  catalog.Security{Answers: map[string]catalog.Evidence{}, CVSS: "6.9"},
		Support:   catalog.Support{Hours: "Mon–Fri 09:00–18:00 (GMT+08:00)", Phone: "+65 6123 4567", Email: "help@example.com", English: true},
		Copyright: &catalog.Copyright{Product: "backup", Owner: "IPÊ SISTEMAS LTDA.", SizeBytes: 1000},
	}}
	for _, id := range catalog.SecurityItems {
		p.Listing.Security.Answers[id] = catalog.Evidence{Met: true, Text: "report 7"}
	}
	switch a {
	case catalog.Image:
		p.Listing.Images = []catalog.ImageFile{{ID: "img-1", Kind: "PRIVATE", SizeGB: 128, Regions: []string{"ap-southeast-1"}, PublicBase: true, CVSS: "0"}}
	case catalog.SaaS:
		in := &catalog.Interface{Address: "https://api.example.com/produce", Version: "V2"}
		for _, s := range catalog.Scenes("V2", p.Listing.Specs) {
			in.Cases = append(in.Cases, catalog.Case{Scene: s, Address: in.Address})
		}
		p.Listing.Interface = in
	}
	return p
}

func seller() catalog.Seller {
	return catalog.Seller{Merchant: entities.Merchant{ID: "M1", Name: "Ipê Sistemas Ltda"}, Regions: []string{"BR"}, Intl: true}
}

func codesOf(r catalog.Report) string {
	var out []string
	for _, g := range r {
		for _, f := range g.Faults {
			out = append(out, string(g.Gate)+":"+f.Code)
		}
	}
	sort.Strings(out)
	return strings.Join(out, " ")
}

func TestACompleteProductPassesEveryGate(t *testing.T) {
	t.Parallel()
	for _, a := range catalog.Accesses {
		r := catalog.Check(complete(a), seller(), nil)
		if !r.Passed() || len(r) != len(catalog.Gates) {
			t.Errorf("%s: %s in %d gates", a, codesOf(r), len(r))
		}
	}
}

func image(p *catalog.Product) *catalog.ImageFile { return &p.Listing.Images[0] }

// breaches break one thing each and expect one code.
var breaches = map[string]struct {
	access catalog.Access
	break1 func(*catalog.Product, *catalog.Seller)
	want   string
}{
	"no name":          {catalog.Manual, func(p *catalog.Product, _ *catalog.Seller) { p.Name = " " }, "basics:CAT-NAME"},
	"no specification": {catalog.Manual, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Specs = nil }, "basics:CAT-SPEC"},
	"51 characters":    {catalog.Manual, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Specs[0].Name = strings.Repeat("规", 51) }, "basics:CAT-SPEC-NAME"},
	"no code of its own": {catalog.Manual, func(p *catalog.Product, _ *catalog.Seller) {
		p.Listing.Specs = append(p.Listing.Specs, p.Listing.Specs[0])
	}, "basics:CAT-SKU"},
	"no charging mode":              {catalog.Manual, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Specs[0].Modes = nil }, "basics:CAT-MODE"},
	"no image":                      {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Images = nil }, "image:IMG-NONE"},
	"shared":                        {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).Kind = "SHARED" }, "image:IMG-SHARED"},
	"encrypted":                     {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).Kind = "ENCRYPTED" }, "image:IMG-ENCRYPTED"},
	"published already":             {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).Kind = "PUBLISHED" }, "image:IMG-PUBLISHED"},
	"a whole machine":               {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).Kind = "WHOLE_MACHINE" }, "image:IMG-WHOLE"},
	"rebuilt from the market":       {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).Kind = "REBUILT" }, "image:IMG-REBUILT"},
	"an unknown kind":               {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).Kind = "ISO" }, "image:IMG-KIND"},
	"129 GB":                        {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).SizeGB = 129 }, "image:IMG-SIZE"},
	"no region of the image":        {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).Regions = nil }, "image:IMG-REGION"},
	"no public base":                {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).PublicBase = false }, "image:IMG-BASE"},
	"a virus":                       {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).Virus = true }, "image:IMG-VIRUS"},
	"a preset login":                {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).PresetLogin = true }, "image:IMG-PRESET"},
	"CVSS 7.0 in the image":         {catalog.Image, func(p *catalog.Product, _ *catalog.Seller) { image(p).CVSS = "7.0" }, "image:SEC-CVSS"},
	"no interface":                  {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Interface = nil }, "interface:IFC-NONE"},
	"an address without a domain":   {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { moveTo(p, "https://10.1.2.3/x") }, "interface:IFC-ADDRESS"},
	"an address without encryption": {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { moveTo(p, "http://api.example.com") }, "interface:IFC-ADDRESS"},
	"a case at another address": {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) {
		p.Listing.Interface.Cases[1].Address = "https://old.example.com"
	}, "interface:IFC-ONE-ADDRESS"},
	"a scene that was not tried": {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Interface.Cases = p.Listing.Interface.Cases[1:] }, "interface:IFC-CASE"},
	"an unknown version":         {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Interface.Version = "V3" }, "interface:IFC-VERSION"},
	"an item not met":            {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { delete(p.Listing.Security.Answers, "dev.root") }, "security:SEC-ITEM"},
	"an item without evidence": {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) {
		p.Listing.Security.Answers["dev.root"] = catalog.Evidence{Met: true}
	}, "security:SEC-EVIDENCE"},
	"CVSS 7.0":                  {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Security.CVSS = "7.0" }, "security:SEC-CVSS"},
	"no score":                  {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Security.CVSS = "high" }, "security:SEC-SCORE"},
	"hours without a zone":      {catalog.Manual, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Support.Hours = "09:00–18:00" }, "support:SVC-ZONE"},
	"no hotline":                {catalog.Manual, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Support.Phone = "ask" }, "support:SVC-PHONE"},
	"no mail":                   {catalog.Manual, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Support.Email = "help" }, "support:SVC-EMAIL"},
	"no English":                {catalog.Manual, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Support.English = false }, "support:SVC-ENGLISH"},
	"no certificate":            {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Copyright = nil }, "copyright:CPR-NONE"},
	"a certificate of 21 MB":    {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Copyright.SizeBytes = 21 << 20 }, "copyright:CPR-SIZE"},
	"another product's":         {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Copyright.Product = "Restore" }, "copyright:CPR-PRODUCT"},
	"another owner's":           {catalog.SaaS, func(p *catalog.Product, _ *catalog.Seller) { p.Listing.Copyright.Owner = "Ipê Serviços Ltda" }, "copyright:CPR-OWNER"},
	"no sales region":           {catalog.Manual, func(_ *catalog.Product, s *catalog.Seller) { s.Regions = nil }, "regions:REG-NONE"},
	"an entity not signed with": {catalog.Manual, func(_ *catalog.Product, s *catalog.Seller) { s.Uncovered = []string{"CL"} }, "regions:REG-SIGN"},
}

func moveTo(p *catalog.Product, address string) {
	p.Listing.Interface.Address = address
	for i := range p.Listing.Interface.Cases {
		p.Listing.Interface.Cases[i].Address = address
	}
}

func TestGates(t *testing.T) {
	t.Parallel()
	for name, c := range breaches {
		p, s := complete(c.access), seller()
		c.break1(&p, &s)
		if got := codesOf(catalog.Check(p, s, nil)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	p, s := complete(catalog.SaaS), seller()
	p.Name, s.Regions, p.Listing.Copyright = "", nil, nil
	got := codesOf(catalog.Check(p, s, fault.Faults{fault.New(fault.Invalid, "IFC-REPLAY", "interface.cases[0].scene")}))
	if got != "basics:CAT-NAME copyright:CPR-NONE interface:IFC-REPLAY regions:REG-NONE" {
		t.Errorf("all at once: %s", got)
	}
}

func TestADeclarationStandsForEqualNames(t *testing.T) {
	t.Parallel()
	p := complete(catalog.SaaS)
	p.Listing.Copyright = &catalog.Copyright{Declaration: true, Product: "other", Owner: "other", SizeBytes: 5}
	if r := catalog.Check(p, seller(), nil); !r.Passed() {
		t.Error(codesOf(r))
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	all := []catalog.State{catalog.Draft, catalog.InReview, catalog.OnSale, catalog.Stopped, catalog.Frozen, catalog.Delisted}
	acts := []catalog.Act{catalog.Submit, catalog.Pass, catalog.Refuse, catalog.Stop, catalog.Resume, catalog.Freeze, catalog.Thaw, catalog.Delist}
	want := map[string]catalog.State{
		"draft submit": catalog.InReview, "draft delist": catalog.Delisted, "in_review pass": catalog.OnSale, "in_review refuse": catalog.Draft,
		"on_sale submit": catalog.InReview, "on_sale stop": catalog.Stopped, "on_sale freeze": catalog.Frozen, "on_sale delist": catalog.Delisted,
		"stopped resume": catalog.OnSale, "stopped freeze": catalog.Frozen, "stopped delist": catalog.Delisted, "frozen thaw": catalog.OnSale, "frozen delist": catalog.Delisted,
	}
	for _, s := range all {
		for _, a := range acts {
			next, f := s.To(a)
			w, legal := want[string(s)+" "+string(a)]
			if legal != (f == nil) || legal && next != w || !legal && (next != s || f.Code != "CAT-STATE") {
				t.Errorf("%s %s: %s %v", s, a, next, f)
			}
		}
	}
}
