package main

import "testing"

func TestCheckIDExplainsANumber(t *testing.T) {
	t.Parallel()
	b := &bench{t: t, env: []string{"SUANPAN_DATA=" + t.TempDir()}} // it needs no database
	b.run("check-id", "br.cnpj", "12.ABC.345/01DE-35").wants(t, 0, "ok  CNPJ 12.ABC.345/01DE-35", "branch 01DE")
	b.run("check-id", "mx.rfc", "VACE-460910-SX6").wants(t, 0, "warning  RFC VACE 460910 SX6", "ID-CHECK")
	b.run("check-id", "tax", "76086428-6", "--country", "cl", "--lang", "zh").wants(t, 1, "refused  RUT", "校验码")
	b.run("check-id", "account", "0001-9").wants(t, 0, "ID-NO-IBAN")
	b.run("check-id", "passport", "1").wants(t, 2, "ID-KIND", "br.cnpj")
	var got struct {
		Kind, Outcome, Normal string
		Faults                []struct{ Code string }
	}
	if code := b.json(&got, "check-id", "iban", "GB82 WEST 1234 5698 7654 23"); code != 1 || got.Kind != "iban" || got.Outcome != "refused" || len(got.Faults) != 1 || got.Faults[0].Code != "ID-CHECK" {
		t.Errorf("%d %+v", code, got)
	}
}
