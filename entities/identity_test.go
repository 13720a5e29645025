package entities

import (
	"strings"
	"testing"

	"suanpan/entities/identifier"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
)

func TestNumbersOfAMerchantAreExplained(t *testing.T) {
	t.Parallel()
	m := Merchant{ID: "M1", Name: "Ipê", Residence: "BR", TaxID: "16.727.230/0001-98"}
	b := Bank{AccountName: "Ipê", AccountNo: "DE89 3704 0044 0532 0130 01", Swift: "AGRIFRPP8"}
	var got []string
	for _, n := range append(m.Numbers(), b.Numbers()...) {
		got = append(got, n.Field+" "+string(n.Result.Outcome)+" "+strings.Join(n.Result.Faults.Codes(), ","))
	}
	if s := strings.Join(got, "; "); s != "taxId refused ID-CHECK; accountNo refused ID-CHECK; swift refused ID-LENGTH" {
		t.Error(s)
	}
	m.TaxID, b.AccountNo, b.Swift = "16.727.230/0001-97", "0001-9", ""
	if ns := append(m.Numbers(), b.Numbers()...); len(ns) != 2 || ns[0].Result.Outcome != identifier.OK || ns[1].Result.Outcome != identifier.OK || len(ns[1].Result.Notes) != 1 {
		t.Errorf("%+v", ns)
	}
	m.TaxID, b.AccountNo = " ", ""
	if ns := append(m.Numbers(), b.Numbers()...); len(ns) != 0 {
		t.Errorf("nothing is given: %+v", ns)
	}
}

// A register may hold what the formula refuses: the merchant is saved all the same.
func TestAWrongTaxNumberRefusesNoMerchant(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	err := db.InTx(t.Context(), pg.AsBatch("test"), func(tx *pg.Tx) error {
		return SaveMerchants(t.Context(), tx, []Merchant{{ID: "M1", Name: "Ipê", Residence: "BR", TaxID: "16.727.230/0001-98"}})
	})
	if err != nil {
		t.Error(err)
	}
}
