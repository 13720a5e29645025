package invoicing_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"suanpan/entities"
	"suanpan/invoicing"
	"suanpan/invoicing/einvoice"
)

// TestWhatNationalRulesLookAtIsReadFromEachFormat: what a format has a place for is known, whether it is filled or not; what it has none for never is.
func TestWhatNationalRulesLookAtIsReadFromEachFormat(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]struct{ known, unknown []entities.Part }{
		"cfdi":      {[]entities.Part{entities.PartFiscal, entities.PartVersion, entities.PartType, entities.PartRetained}, []entities.Part{entities.PartAccessKey, entities.PartLocal}},
		"nfe":       {[]entities.Part{entities.PartFiscal, entities.PartAccessKey, entities.PartRetained}, []entities.Part{entities.PartType}},
		"nfse":      {[]entities.Part{entities.PartFiscal, entities.PartRetained}, []entities.Part{entities.PartAccessKey}},
		"fatturapa": {[]entities.Part{entities.PartType, entities.PartRetained}, []entities.Part{entities.PartFiscal}},
		"ubl":       {[]entities.Part{entities.PartLocal, entities.PartReferences}, []entities.Part{entities.PartType, entities.PartAccessKey}},
		"cii":       {[]entities.Part{entities.PartLocal, entities.PartReferences}, []entities.Part{entities.PartType, entities.PartFiscal}},
	} {
		files, err := filepath.Glob(filepath.Join("einvoice", "testdata", format, "*.xml"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no worked example (%v)", format, err)
		}
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			d, err := einvoice.Read(raw)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			inv := invoicing.FromDocument(d, nil)
			for _, p := range want.known {
				if !slices.Contains(inv.Known, p) {
					t.Errorf("%s: %s is not known", name, p)
				}
			}
			for _, p := range want.unknown {
				if slices.Contains(inv.Known, p) {
					t.Errorf("%s: %s is known", name, p)
				}
			}
			if p := inv.Particulars; slices.Contains(want.known, entities.PartFiscal) && p.FiscalID != d.FiscalID || slices.Contains(want.known, entities.PartRetained) && !p.Retained.Equal(d.Retained) {
				t.Errorf("%s: %+v", name, p)
			}
		}
	}
}
