package entities

import (
	"strings"
	"testing"
)

func TestSameCompany(t *testing.T) {
	t.Parallel()
	same := [][2]string{
		{"SPARKOO TECNOLOGIAS DO BRASIL LTDA", "Sparkoo Tecnologias do Brasil Ltda."},
		{"SPARKOO TECNOLOGIAS DO BRASIL LTDA", "SPARKOO  TECNOLOGÍAS DO BRASIL LTDA"},
		{"Ipê Sistemas Ltda", "IPE SISTEMAS LTDA"},
		{"Ipê Sistemas Ltda", "Ipê Sistemas Limitada"},
		{"Lion City Software Pte. Ltd.", "LION CITY SOFTWARE PTE LTD"},
		{"Lion City Software Pte. Ltd.", "Lion City Software Private Limited"},
		{"Sparkoo Technologies Hong Kong Co., Limited", "Sparkoo Technologies Hong Kong Company Ltd"},
		{"SPARKOO TECHNOLOGIES PERU S.A.C.", "Sparkoo Technologies Perú Sociedad Anónima Cerrada"},
		{"Andes Datos SpA", "ANDES DATOS S.p.A."},
		{"Kumo Works K.K.", "Kumo Works Kabushiki Kaisha"},
		{"Kumo Works K.K.", "Ｋｕｍｏ　Ｗｏｒｋｓ　ＫＫ"},
		{"Straße GmbH", "STRASSE Gesellschaft mit beschränkter Haftung"},
		{"Łódź Sp", "Lodz Sp"},
		{"O'Neil Ltd", "ONEIL LTD"},
		{"Zero​Width Ltd", "ZeroWidth Ltd"},
		{"深圳算盘有限公司", "深圳算盘有限公司 "},
	}
	for _, p := range same {
		if !SameCompany(p[0], p[1]) || !SameCompany(p[1], p[0]) {
			t.Errorf("%q and %q are one company: %s", p[0], p[1], NameDifference(p[0], p[1]))
		}
		if d := NameDifference(p[0], p[1]); d != "" {
			t.Errorf("%q and %q: difference %q", p[0], p[1], d)
		}
	}
	other := []struct{ a, b, shows string }{
		{"SPARKOO TECNOLOGIA DO BRASIL LTDA", "SPARKOO TECNOLOGIAS DO BRASIL LTDA", "tecnologia ≠ tecnologias"},
		{"Lion City Software Sdn. Bhd.", "Lion City Software Pte. Ltd.", "sdn bhd ≠ pte ltd"},
		{"Lion City Software", "Lion City Software Pte. Ltd.", "– ≠ pte ltd"},
		{"Ipe Sistemas Ltd", "Ipe Sistemas Ltda", "ltd ≠ ltda"},
		{"Spаrkoo Ltd", "Sparkoo Ltd", "spаrkoo (U+0430) ≠ sparkoo"}, // a Cyrillic а
		{"がく株式会社", "かく株式会社", "がく株式会社 ≠ かく株式会社"},
		{"บริษัท น้ำ จำกัด", "บริษัท นำ จำกัด", ""},
		{"C++ Ltd", "C Ltd", "c++ ≠ c"},
		{"", "", "– ≠ –"},
		{"...", "!!", "– ≠ –"},
	}
	for _, c := range other {
		if SameCompany(c.a, c.b) || SameCompany(c.b, c.a) {
			t.Errorf("%q and %q are two companies", c.a, c.b)
		}
		if d := NameDifference(c.a, c.b); d == "" || (c.shows != "" && d != c.shows) {
			t.Errorf("%q and %q: shows %q, want %q", c.a, c.b, d, c.shows)
		}
	}
}

// TestNoEntityPassesForAnother pairs every known company of the group, old ones too, with every other.
func TestNoEntityPassesForAnother(t *testing.T) {
	t.Parallel()
	type company struct{ who, name string }
	var all []company
	for _, e := range Known() {
		for _, n := range append([]string{e.Name}, e.Spellings...) {
			if n != "" {
				all = append(all, company{e.Country, n})
			}
		}
	}
	for _, n := range []string{
		"Huawei Services (Hong Kong) Co., Limited", "Huawei (Chile) S.A.", "Huawei Technologies (Thailand) Co., Ltd.",
		"Huawei Technologies Africa (Pty) Ltd.", "Sparkoo Technologies Ireland Co., Limited", "Sparkoo Technologies Switzerland Ltd.",
		"SPARKOO TECHNOLOGIES SOUTH AFRICA (PTY) LTD",
	} {
		all = append(all, company{n, n})
	}
	for i, a := range all {
		for k, b := range all {
			if got := SameCompany(a.name, b.name); got != (a.who == b.who) {
				t.Errorf("%q and %q: same company = %v", a.name, b.name, got)
			}
			if i != k && a.who != b.who && NameDifference(a.name, b.name) == "" {
				t.Errorf("%q and %q: no difference is shown", a.name, b.name)
			}
		}
		if !SameCompany(strings.ToUpper(a.name), strings.ToLower(a.name)) {
			t.Errorf("%q differs by case", a.name)
		}
	}
}

func FuzzSameCompany(f *testing.F) {
	f.Add("Ipê Sistemas Ltda", "S.A.C.")
	f.Add("a b c limited liability company", "\xff\u0301")
	f.Fuzz(func(t *testing.T, a, b string) {
		if SameCompany(a, b) != SameCompany(b, a) {
			t.Errorf("%q and %q: not symmetric", a, b)
		}
		if (NameDifference(a, b) == "") != SameCompany(a, b) {
			t.Errorf("%q and %q: difference and verdict disagree", a, b)
		}
	})
}
