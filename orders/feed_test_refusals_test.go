package orders

import (
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
	"testing"

	"suanpan/internal/fault"
)

// refusal is a line that is refused: the example of its kind with one thing broken. The documentation lists the codes of each kind from here.
type refusal struct {
	kind     string
	old, new string // replaced in the example; no old: new is the whole line
	code     string
	path     string
	before   []string // what stands before the line; nil: the kind's prerequisites
}

func after(kind string, more ...string) []string { return append(prerequisites(kind), more...) }

var (
	lineAt      = "orderLine[0]."
	twoLines    = strings.Replace(another(orderKind.example, "A5"), `"orderLine":[`, `"orderLine":[{"orderLineId":"L2","chargingMode":"ONE_TIME","productInfo":{"productId":"P11"},"amount":"5","currencyCode":"USD"},`, 1)
	unpaidMeter = `{"kind":"usageCharge","chargeId":"UC-2","orderId":"CS2610011100D1","cycle":"2026-10","amount":"2","time":"20261031235900"}`
	otherShop   = `{"kind":"merchant","merchantId":"M2","name":"Outra Loja Ltda","residence":"BR"}`
)

// stopPackagesOrder buys n stop-before-excess packages at once.
func stopPackagesOrder(n int) string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"orderLineId":"K%d","chargingMode":"ON_DEMAND_PKG","productInfo":{"productId":"P11"},"amount":"5","currencyCode":"USD","instanceId":"K-%d",`+
			`"package":{"coversInstanceId":"I-208","quota":"10","resetRule":"none","validUntil":"20271001000000","resetCycle":"order","stopBeforeExcess":true}}`, i, i)
	}
	return `{"kind":"order","orderId":"CSK","orderType":"NEW","createTime":"20261001110000","merchantId":"M1","buyerInfo":{"customerId":"C-BR1","registrationRegion":"BR"},"orderLine":[` + strings.Join(lines, ",") + `]}`
}

// replaced is a valid fact as a correction sends it.
func replaced(id, fact string) string {
	return `{"kind":"correction","correctionId":"` + id + `","reason":"test","time":"20261012100000","fact":` + fact + `}`
}

var refusals = []refusal{
	{kind: "order", new: `{"kind":"order",`, code: "FEED-JSON"},
	{kind: "order", new: orderKind.example + ` {}`, code: "FEED-JSON"},
	{kind: "order", new: "{\"kind\":\"order\",\"orderId\":\"\xff\"}", code: "FEED-UTF8"},
	{kind: "merchant", old: `Ipê`, new: `Ip\u0000`, code: "FEED-UTF8"},
	{kind: "order", old: `"kind":"order"`, new: `"kind":"ordre"`, code: "FEED-KIND", path: "kind"},
	{kind: "order", old: `"orderType"`, new: `"ordertyp"`, code: "FEED-FIELD", path: "ordertyp"},
	{kind: "order", old: `"1200.00"`, new: `1200.00`, code: "FEED-TYPE", path: "orderLine[0].amount"},
	{kind: "order", old: `"orderId":"CS2610051300A1"`, new: `"orderId":""`, code: "FEED-REQUIRED", path: "orderId"},
	{kind: "order", old: `"orderId":"CS2610051300A1"`, new: `"orderId":"CS 1"`, code: "FEED-ID", path: "orderId"},
	{kind: "order", old: `"registrationRegion":"BR"`, new: `"registrationRegion":"` + strings.Repeat("B", 300) + `"`, code: "FEED-LENGTH", path: "buyerInfo.registrationRegion"},
	{kind: "order", old: `"NEW"`, new: `"NEWISH"`, code: "FEED-ENUM", path: "orderType"},
	{kind: "order", old: `"20261005130000"`, new: `"2026-13-05"`, code: "FEED-TIME", path: "createTime"},
	{kind: "order", old: `"1200.00"`, new: `"1,200.00"`, code: "FEED-AMOUNT", path: lineAt + "amount"},
	{kind: "order", old: `"130.00"`, new: `"-130.00"`, code: "FEED-NEGATIVE", path: lineAt + "taxAmount"},
	{kind: "order", old: `"130.00"`, new: `"1130.01"`, code: "FEED-TAX-OVER", path: lineAt + "taxAmount"},
	{kind: "order", old: `"USD"`, new: `"US"`, code: "FEED-CURRENCY", path: lineAt + "currencyCode"},
	{kind: "order", old: `"currencyCode"`, new: `"platformFeeRate":"15","currencyCode"`, code: "FEED-RATE", path: lineAt + "platformFeeRate"},
	{kind: "order", old: `"chargingMode":"PERIOD"`, new: `"chargingMode":"ON_DEMAND"`, code: "FEED-REQUIRED", path: lineAt + "instanceId"},
	{kind: "order", old: `"chargingMode":"PERIOD"`, new: `"chargingMode":"ON_DEMAND_PKG"`, code: "FEED-REQUIRED", path: lineAt + "package"},
	{kind: "order", new: stopPackagesOrder(31), code: "ORD-PKG-MANY", path: "orderLine[30].package"},
	{kind: "order", new: strings.Replace(stopPackagesOrder(1), `"instanceId":"K-0",`, ``, 1), code: "FEED-REQUIRED", path: lineAt + "instanceId"},
	{kind: "order", new: strings.Replace(twoLines, `"L2"`, `"CS2610051300A5-000001"`, 1), code: "FEED-TWICE", path: "orderLine[1].orderLineId"},
	{kind: "order", old: `,"registrationRegion":"BR"`, new: ``, code: "FEED-ENTITY", path: lineAt + "contractingEntity"},
	{kind: "order", old: `"registrationRegion":"BR"`, new: `"registrationRegion":"XX"`, code: "FEED-REGION", path: "buyerInfo.registrationRegion"},
	{kind: "order", old: `"currencyCode"`, new: `"contractingEntity":"9999","currencyCode"`, code: "FEED-UNKNOWN-ENTITY", path: lineAt + "contractingEntity"},
	{kind: "order", old: `"M1"`, new: `"M9"`, code: "FEED-UNKNOWN-MERCHANT", path: "merchantId"},
	{kind: "order", old: `"P11"`, new: `"P99"`, code: "FEED-UNKNOWN-PRODUCT", path: lineAt + "productInfo.productId"},
	{kind: "order", old: `"1200.00"`, new: `"1300.00"`, code: "FEED-CHANGED", path: "orderId", before: after("payment")},
	{kind: "order", old: `"M1"`, new: `"M2"`, code: "ORD-OTHER-MERCHANT", path: "orderId", before: after("payment", otherShop)},
	{kind: "order", old: `"orderId":"CS2610051300A1"`, new: `"orderId":"ZS-OTHER"`, code: "ORD-LINE", path: lineAt + "orderLineId", before: after("payment")},
	{kind: "order", new: strings.ReplaceAll(meteredOrder, "D1", "D2"), code: "ORD-INSTANCE", path: lineAt + "instanceId", before: after("usageRecord")},
	{kind: "source", old: `Asia/Shanghai`, new: `Asia/Atlantis`, code: "FEED-ZONE", path: "zone"},
	{kind: "source", old: `Asia/Shanghai`, new: `Asia/Tokyo`, code: "FEED-SOURCE-TWICE", path: "zone"},
	{kind: "entity", old: `Europe/London`, new: ``, code: "FEED-ZONE", path: "zone"},
	{kind: "entity", old: `"none"`, new: `"zz"`, code: "ENTITY-INVALID"},
	{kind: "entity", old: `Example Digital`, new: `Other Digital`, code: "ENTITY-CONFLICT", path: "code", before: []string{entityKind.example}},
	{kind: "entity", old: `"source":"group register"`, new: `"source":"group register","salesRegions":["CL"]`, code: "REGION-CONFLICT", path: "region"},
	{kind: "merchant", old: `"M1"`, new: `"E5861"`, code: "FEED-MERCHANT-ID", path: "merchantId"},
	{kind: "merchant", old: `"BR"`, new: `"BRA"`, code: "FEED-COUNTRY", path: "residence"},
	{kind: "merchant", old: `Ipê Sistemas`, new: `Ipê Outra`, code: "MERCHANT-CONFLICT", path: "merchant", before: []string{merchantKind.example}},
	{kind: "certification", old: `"M1"`, new: `"M9"`, code: "MERCHANT-UNKNOWN", path: "merchant"},
	{kind: "certification", old: `"5861"`, new: `"9999"`, code: "ENTITY-UNKNOWN", path: "entity"},
	{kind: "certification", old: `"BRL"`, new: `"CLP"`, code: "CERT-CURRENCY"},
	{kind: "certification", old: `"accountName":"Ipê`, new: `"accountName":"Ype`, code: "CERT-ACCOUNT-NAME"},
	{kind: "certification", old: `"time"`, new: `"until":"20260101000000","time"`, code: "CERT-UNTIL"},
	{kind: "certification", old: `"0001-9"`, new: `"0002-7"`, code: "CERT-CONFLICT", path: "certification", before: after("certification", certificationKind.example)},
	{kind: "exchangeRate", old: `"2026-10-31"`, new: `"2026-10-32"`, code: "FEED-DAY", path: "date"},
	{kind: "exchangeRate", old: `"5.3217"`, new: `"0"`, code: "FEED-POSITIVE", path: "rate"},
	{kind: "exchangeRate", old: `"to":"BRL"`, new: `"to":"USD"`, code: "RATE-INCOMPLETE", path: "rate"},
	{kind: "exchangeRate", old: `"5.3217"`, new: `"5.4"`, code: "RATE-CONFLICT", path: "rate", before: []string{rateKind.example}},
	{kind: "product", old: `"0.15"`, new: `"1.5"`, code: "FEED-RATE", path: "platformFees[0].rate"},
	{kind: "product", old: `"M1"`, new: `"M9"`, code: "FEED-UNKNOWN-MERCHANT", path: "merchantId"},
	{kind: "product", old: `"0.15"`, new: `"0.2"`, code: "FEED-CHANGED", path: "platformFees[0].rate", before: after("product", productKind.example)},
	{kind: "product", new: strings.Replace(meteredProduct, `"name"`, `"name":"x","name"`, 1), code: "FEED-FIELD-TWICE", path: "name"},
	{kind: "product", new: strings.Replace(meteredProduct, `"productId"`, `"ProductID"`, 1), code: "FEED-FIELD", path: "ProductID"},
	{kind: "product", new: strings.Replace(meteredProduct, `"model"`, `"modle"`, 1), code: "FEED-FIELD", path: "rating.modle"},
	{kind: "payment", old: `CS2610051300A1`, new: `CS-NONE`, code: "FEED-UNKNOWN-ORDER", path: "orderId"},
	{kind: "payment", old: `"5861"`, new: `"9999"`, code: "FEED-UNKNOWN-ENTITY", path: "collectingEntity"},
	{kind: "payment", old: `"1130.00"`, new: `"1130.01"`, code: "FEED-PAID-AMOUNT", path: "amount"},
	{kind: "payment", old: `"CASH"`, new: `"CREDIT"`, code: "FEED-CHANGED", path: "orderId", before: after("payment", paymentKind.example)},
	{kind: "payment", old: `CS2610051300A1`, new: `CS2610051300A2`, code: "ORD-CLOSED", path: "orderId", before: after("cancellation", strings.Replace(cancellationKind.example, "20261005140000", "20261005130100", 1))},
	{kind: "effectiveness", old: `"time"`, new: `"orderLineId":"L9","time"`, code: "FEED-UNKNOWN-LINE", path: "orderLineId"},
	{kind: "effectiveness", old: `20261005130600`, new: `20261005130700`, code: "FEED-CHANGED", path: "orderId", before: after("effectiveness", effectiveKind.example)},
	{kind: "supervisionCompleted", old: `A4`, new: `A1`, code: "ORD-NOT-SUPERVISED", path: "orderId", before: after("effectiveness")},
	{kind: "cancellation", old: `A2`, new: `A1`, code: "ORD-CANCEL-PAID", path: "orderId", before: after("effectiveness")},
	{kind: "appealClosed", code: "ORD-NO-APPEAL", path: "orderId", before: after("effectiveness")},
	{kind: "refund", code: "REF-UNPAID", path: "orderId", before: after("payment")},
	{kind: "refund", old: `"113.00"`, new: `"1130.01"`, code: "REF-AMOUNT", path: "amount"},
	{kind: "refund", old: `"CONDITIONAL"`, new: `"FIVE_DAY"`, code: "REF-WHOLE", path: "amount"},
	{kind: "refund", old: `A1"`, new: `A5"`, code: "FEED-WHICH-LINE", path: "orderLineId", before: after("payment", twoLines)},
	{kind: "refund", old: `"113.00"`, new: `"114.00"`, code: "FEED-CHANGED", path: "refundId", before: after("refund", refundKind.example)},
	{kind: "usageCharge", old: `"2026-10"`, new: `"10/2026"`, code: "FEED-MONTH", path: "cycle"},
	{kind: "usageCharge", old: `CS2610011100D1`, new: `CS2610051300A1`, code: "USAGE-NOT-ON-DEMAND", path: "orderLineId", before: after("effectiveness")},
	{kind: "usageCharge", new: unpaidMeter, code: "USAGE-UNPAID", path: "orderId", before: after("usageRecord")},
	{kind: "usageCharge", code: "FEE-MISSING", path: "orderId", before: []string{merchantKind.example, `{"kind":"product","merchantId":"M1","productId":"P12"}`, meteredOrder, meteredPayment}},
	{kind: "usageCharge", old: `"8"`, new: `"9"`, code: "FEED-CHANGED", path: "chargeId", before: after("usageCharge", usageChargeKind.example)},
	{kind: "usageRecord", old: `"I-208"`, new: `"I-209"`, code: "USAGE-INSTANCE", path: "instance_id"},
	{kind: "usageRecord", old: `"2.0000"`, new: `"2.00001"`, code: "USAGE-DECIMALS", path: "usage_value"},
	{kind: "usageRecord", old: `"2.0000"`, new: `"0"`, code: "FEED-POSITIVE", path: "usage_value"},
	{kind: "usageRecord", old: `20261005T020000Z`, new: `20261005T000000Z`, code: "USAGE-TIMES", path: "end_time"},
	{kind: "usageRecord", old: `"2.0000"`, new: `"3"`, code: "FEED-CHANGED", path: "metering_sn", before: after("usageRecord", usageRecordKind.example)},
	{kind: "creditUse", old: `"5531"`, new: `"9999"`, code: "FEED-UNKNOWN-ENTITY", path: "collectingEntity"},
	{kind: "creditUse", old: `"300.00"`, new: `"301"`, code: "FEED-CHANGED", path: "creditUseId", before: []string{creditUseKind.example}},
	{kind: "repayment", old: `"5531"`, new: `"9999"`, code: "FEED-UNKNOWN-ENTITY", path: "collectingEntity"},
	{kind: "repayment", old: `"500.00"`, new: `"501"`, code: "FEED-CHANGED", path: "repaymentId", before: []string{repaymentKind.example}},
	{kind: "adjustment", old: `"5861"`, new: `"9999"`, code: "FEED-UNKNOWN-ENTITY", path: "contractingEntity"},
	{kind: "adjustment", old: `"M1"`, new: `"M9"`, code: "FEED-UNKNOWN-MERCHANT", path: "merchantId"},
	{kind: "adjustment", old: `"-20.00"`, new: `"-2e1"`, code: "FEED-AMOUNT", path: "amount"},
	{kind: "adjustment", old: `"-20.00"`, new: `"-21"`, code: "FEED-CHANGED", path: "adjustmentId", before: after("adjustment", adjustmentKind.example)},
	{kind: "payout", old: `"M1"`, new: `"M9"`, code: "FEED-UNKNOWN-MERCHANT", path: "merchantId"},
	{kind: "payout", old: `"410.50"`, new: `"-1"`, code: "FEED-POSITIVE", path: "amount"},
	{kind: "payout", old: `"410.50"`, new: `"411"`, code: "FEED-CHANGED", path: "payoutId", before: after("payout", payoutKind.example)},
	{kind: "merchantPayment", old: `"M1"`, new: `"M9"`, code: "FEED-UNKNOWN-MERCHANT", path: "merchantId"},
	{kind: "merchantPayment", old: `"5861"`, new: `"9999"`, code: "FEED-UNKNOWN-ENTITY", path: "contractingEntity"},
	{kind: "merchantPayment", old: `"DEPOSIT"`, new: `"FEE"`, code: "FEED-ENUM", path: "purpose"},
	{kind: "merchantPayment", old: `"500.00"`, new: `"-1"`, code: "FEED-POSITIVE", path: "amount"},
	{kind: "merchantPayment", old: `"500.00"`, new: `"501"`, code: "FEED-CHANGED", path: "merchantPaymentId", before: after("merchantPayment", merchantPaymentKind.example)},
	{kind: "opening", old: `"bank"`, new: `"safe"`, code: "FEED-ACCOUNT", path: "account"},
	{kind: "opening", old: `"bank"`, new: `"merchant_payable"`, code: "FEED-REQUIRED", path: "merchantId"},
	{kind: "opening", old: `"debit"`, new: `"left"`, code: "FEED-ENUM", path: "side"},
	{kind: "opening", old: `"10000.00"`, new: `"1"`, code: "FEED-CHANGED", path: "openingId", before: []string{openingKind.example}},
	{kind: "correction", old: `"kind":"order"`, new: `"kind":"ordre"`, code: "FEED-KIND", path: "fact.kind"},
	{kind: "correction", new: replaced("C2", adjustmentKind.example), code: "COR-KIND", path: "fact.kind"},
	{kind: "correction", new: replaced("C2", another(paymentKind.example, "A9")), code: "COR-UNKNOWN", path: "fact.orderId"},
	{kind: "correction", new: replaced("C2", refundKind.example), code: "COR-UNKNOWN", path: "fact"},
	{kind: "correction", old: `"USD"`, new: `"EUR"`, code: "COR-OTHER", path: "fact.orderLine"},
	{kind: "correction", new: replaced("C2", strings.Replace(paymentKind.example, "1130.00", "1131.00", 1)), code: "FEED-PAID-AMOUNT", path: "fact.amount"},
	{kind: "correction", old: `tax was wrong`, new: `another reason`, code: "FEED-CHANGED", path: "correctionId", before: after("correction", correctionKind.example)},
}

func (r refusal) line() string {
	example := kinds[r.kind].example
	switch {
	case r.old == "" && r.new == "":
		return example
	case r.old == "":
		return r.new
	}
	return strings.Replace(example, r.old, r.new, 1)
}

// TestRefusals starts from what is valid, breaks one thing, and expects one code at one place of one line.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, r := range refusals {
		t.Run(r.kind+" "+r.code+" "+r.path, func(t *testing.T) {
			before := r.before
			if before == nil {
				before = prerequisites(r.kind)
			}
			if r.old != "" && !strings.Contains(kinds[r.kind].example, r.old) {
				t.Fatalf("the example holds no %s", r.old)
			}
			w.t = t
			rep, err := w.try(feed(append(append([]string{history}, before...), r.line())...), Options{})
			if !fault.Has(err, "FEED-REFUSED") || rep.Loaded {
				t.Fatalf("the file was not refused: %v", err)
			}
			if len(rep.Faults) != 1 || len(rep.Faults[0].Faults) != 1 {
				t.Fatalf("got %v, want one fault", rep.Faults)
			}
			f := rep.Faults[0].Faults[0]
			if f.Code != r.code || r.path != "" && f.Path != r.path {
				t.Errorf("got %s at %q, want %s at %q", f.Code, f.Path, r.code, r.path)
			}
			if want := int64(len(before) + 2); rep.Faults[0].Line != want {
				t.Errorf("it names line %d, want %d", rep.Faults[0].Line, want)
			}
		})
	}
	same(t, "what refused files left behind", w.query(`SELECT merchant_id FROM merchant UNION ALL SELECT key FROM ledger_entry`), nil)
}

// ofFiles are the codes that concern a file as a whole; or need more than a file to come about; their tests stand beside this one.
var ofFiles = []string{"FEED-SOURCE", "FEED-GZIP", "FEED-READ", "FEED-LINE-LENGTH", "FEED-REFUSED", "FEED-OPENING-LATE", "COR-BILLED"}

// ofProcesses are those of timers and instructions, whose tests provoke them there.
var ofProcesses = []string{"ORD-PKG-NO-REFUND", "ORD-USAGE-NO-REFUND", "TIMER-KIND", "TIMER-NONE", "INS-CHANGED", "ATT-UNKNOWN", "ATT-COUNT", "ATT-SIZE", "ATT-EMPTY"}

// TestEveryCodeIsProvoked finds codes that no test raises.
func TestEveryCodeIsProvoked(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("faults.go")
	if err != nil {
		t.Fatal(err)
	}
	provoked := map[string]bool{}
	for _, r := range refusals {
		provoked[r.code] = true
	}
	for _, c := range append(ofProcesses, ofFiles...) {
		provoked[c] = true
	}
	var missing []string
	for _, m := range regexp.MustCompile(`fault\.Define\("([A-Z0-9-]+)"`).FindAllStringSubmatch(string(src), -1) {
		if !provoked[m[1]] {
			missing = append(missing, m[1])
		}
	}
	sort.Strings(missing)
	same(t, "codes that nothing provokes", missing, nil)
}
