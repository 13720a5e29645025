package arch_test

// known are breaches that stand, each with what will end it. A test fails when one is mended and still listed here.
var known = map[string]string{

	"sql: cmd/suanpan/fresh.go: SQL stands in store*.go of the module that owns the table": "making a fresh database moves to internal/pg",

	"size: internal/pg/pg_test.go: TestInTx is longer than 70 lines: name its steps":    "one test a subject",
	"fault: internal/web/server.go: INTERNAL names {id}, which this call does not give": "the call gives it",

	"fault: invoicing/einvoice/cii.go: EINV-DATE names {value}, which this call does not give": "the call gives the value",
}
