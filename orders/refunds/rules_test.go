package refunds

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/money"
	"suanpan/orders"
)

var (
	now   = at("2026-11-10T08:00:00Z")
	acts  = []Act{ConfirmTransit, RefuseTransit, Approve, Reject, Withdraw, AskInvoice, Ship, ReturnLapse, Accept, AcceptLapse, Appeal, ForBuyer, ForMerchant, PayBack, Overtake}
	all   = []State{InTransit, Review, AwaitReturn, AwaitAcceptance, Appealed, Refunding, Refunded, Rejected, Withdrawn, Failed}
	terms = Terms{
		SaaS: entities.RefundNone, Supervised: entities.RefundNegotiated, FiveDay: 120 * time.Hour, Quota: 10, QuotaCovers: entities.QuotaFiveDay, QuotaZone: time.UTC, Zone: time.UTC,
	}
)

// TestTheStateMachines states every transition that there is; whatever is not listed is refused.
func TestTheStateMachines(t *testing.T) {
	t.Parallel()
	for name, m := range map[Goods]map[State]map[Act]State{
		GoodsNotReceived: {
			InTransit: {ConfirmTransit: Review, RefuseTransit: Rejected, Withdraw: Withdrawn, AskInvoice: Failed, PayBack: Refunded, Overtake: Failed},
			Review:    {Approve: Refunding, Reject: Rejected, Withdraw: Withdrawn, AskInvoice: Failed, PayBack: Refunded, Overtake: Failed},
			Refunding: {PayBack: Refunded, Overtake: Failed},
		},
		GoodsReceived: {
			Review:          {Approve: AwaitReturn, Reject: Rejected, Withdraw: Withdrawn, AskInvoice: Failed, PayBack: Refunded, Overtake: Failed},
			AwaitReturn:     {Ship: AwaitAcceptance, ReturnLapse: Withdrawn, PayBack: Refunded, Overtake: Failed},
			AwaitAcceptance: {Accept: Refunding, AcceptLapse: Refunding, Reject: Rejected, Appeal: Appealed, PayBack: Refunded, Overtake: Failed},
			Appealed:        {ForBuyer: Refunding, ForMerchant: Rejected, PayBack: Refunded, Overtake: Failed},
			Refunding:       {PayBack: Refunded, Overtake: Failed},
		},
	} {
		for _, from := range all {
			for _, a := range acts {
				to, f := Next(name, from, a)
				want, legal := m[from][a]
				code := "RFD-STATE"
				if from == InTransit && (a == Approve || a == Reject) {
					code = "RFD-TRANSIT"
				}
				switch {
				case legal && (f != nil || to != want):
					t.Errorf("%s: %s at %s gives %s (%v), want %s", name, a, from, to, f, want)
				case !legal && (f == nil || f.Code != code || to != from):
					t.Errorf("%s: %s at %s gives %s (%v), want %s", name, a, from, to, f, code)
				}
			}
		}
	}
	for _, s := range all {
		if ends := slices.Contains([]State{Refunded, Rejected, Withdrawn, Failed}, s); s.Open() == ends {
			t.Errorf("%s open: %v", s, s.Open())
		}
	}
}

// line is a paid line over 1,130.00 USD for a month.
func line(events ...string) *orders.State {
	s := &orders.State{Line: orders.Line{
		Merchant: "M1", ID: "L1", OrderID: "O1", Type: orders.New, Mode: orders.Period, Currency: "USD", Gross: money.MustParse("1130"),
		Terms: orders.Terms{PeriodType: "month", PeriodNumber: 1},
	}}
	for _, e := range append([]string{orders.Paid + " 2026-11-09T07:00:00Z"}, events...) {
		kind, when, _ := strings.Cut(e, " ")
		s.Events = append(s.Events, orders.Event{Line: "L1", Kind: kind, At: at(when)})
	}
	return s
}

const (
	began     = orders.Effective + " 2026-11-09T08:00:00Z"
	completed = orders.Completed + " 2026-11-10T07:00:00Z"
	appealed  = orders.AppealOpened + " 2026-11-10T07:00:00Z"
)

// negotiable is a valid request for a negotiated refund; selfService one that the rules decide.
func negotiable() Case {
	c := Case{Now: now, Line: line(began), Terms: terms, Delivery: Manual, Amount: usd("500")}
	c.Line.Line.Supervised = true
	return c
}

func selfService() Case { return Case{Now: now, Line: line(began), Terms: terms, Delivery: Image} }

func codes(fs fault.Faults) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Code)
	}
	return out
}

// TestEveryReasonToRefuse breaks one thing of a valid request at a time.
func TestEveryReasonToRefuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of    func() Case
		spoil func(*Case)
		want  []string
	}{
		"a negotiated refund is taken":                 {negotiable, func(*Case) {}, nil},
		"a self-service refund is taken":               {selfService, func(*Case) {}, nil},
		"an appeal locks both":                         {negotiable, func(c *Case) { c.Line = line(began, appealed); c.Line.Line.Supervised = true }, []string{"RFD-APPEAL"}},
		"another request is under way":                 {negotiable, func(c *Case) { c.Busy = "R0" }, []string{"RFD-BUSY"}},
		"nothing was paid":                             {negotiable, func(c *Case) { c.Line.Events = nil }, []string{"RFD-UNPAID"}},
		"a trial":                                      {negotiable, func(c *Case) { c.Line.Line.Type = orders.Trial }, []string{"RFD-TRIAL"}},
		"pay-per-use":                                  {selfService, func(c *Case) { c.Line.Line.Mode = orders.OnDemand }, []string{"ORD-USAGE-NO-REFUND"}},
		"a package":                                    {selfService, func(c *Case) { c.Line.Line.Mode = orders.Package }, []string{"ORD-PKG-NO-REFUND"}},
		"a delivery that is not refunded":              {selfService, func(c *Case) { c.Delivery = API }, []string{"RFD-DELIVERY"}},
		"SaaS without supervision":                     {selfService, func(c *Case) { c.Delivery = SaaS }, []string{"RFD-DELIVERY"}},
		"SaaS without supervision, the Chinese rule":   {selfService, func(c *Case) { c.Delivery, c.Terms.SaaS = SaaS, entities.RefundSelf }, nil},
		"supervised deliveries, the older page":        {negotiable, func(c *Case) { c.Terms.Supervised = entities.RefundNone }, []string{"RFD-DELIVERY"}},
		"an order that only announces a refund":        {selfService, func(c *Case) { c.Line.Line.Type = orders.Unsubscribe }, []string{"RFD-DELIVERY"}},
		"a delivery nobody knows":                      {selfService, func(c *Case) { c.Delivery = "airship" }, []string{"RFD-DELIVERY-UNKNOWN"}},
		"goods of what has none":                       {negotiable, func(c *Case) { c.Goods = GoodsReceived }, []string{"RFD-GOODS"}},
		"hardware that does not say where it is":       {negotiable, func(c *Case) { c.Delivery = Hardware }, []string{"RFD-GOODS-MISSING"}},
		"a rule of the other way":                      {negotiable, func(c *Case) { c.Rule = orders.FiveDay; c.Amount = nil }, []string{"RFD-RULE"}},
		"supervision is completed":                     {negotiable, func(c *Case) { c.Line = line(began, completed); c.Line.Line.Supervised = true }, []string{"RFD-GUARANTEE"}},
		"never supervised":                             {negotiable, func(c *Case) { c.Line.Line.Supervised = false }, []string{"RFD-GUARANTEE"}},
		"past its validity":                            {negotiable, func(c *Case) { c.Now = at("2026-12-09T08:00:00Z") }, []string{"RFD-EXPIRED"}},
		"a renewal in effect":                          {negotiable, func(c *Case) { c.Line.Line.Type = orders.Renew }, []string{"RFD-RENEWAL"}},
		"a renewal not in effect is whole":             {negotiable, func(c *Case) { c.Line = line(); c.Line.Line.Type, c.Amount = orders.Renew, nil }, nil},
		"not in effect, and no renewal":                {selfService, func(c *Case) { c.Rule = orders.NotInEffect }, []string{"RFD-NO-RENEWAL"}},
		"the five days are over":                       {selfService, func(c *Case) { c.Now, c.Rule = at("2026-11-14T08:00:00Z"), orders.FiveDay }, []string{"RFD-WINDOW"}},
		"the last second of the five days":             {selfService, func(c *Case) { c.Now, c.Rule = at("2026-11-14T07:59:59Z"), orders.FiveDay }, nil},
		"a claimed licence code":                       {negotiable, func(c *Case) { c.Delivery, c.Claimed = AuthCode, true }, []string{"RFD-CODE-CLAIMED"}},
		"an invoice was asked for":                     {negotiable, func(c *Case) { c.Invoice = InvoiceAsked }, []string{"RFD-INVOICE-ASKED"}},
		"an invoice was issued":                        {negotiable, func(c *Case) { c.Invoice = InvoiceIssued }, []string{"RFD-INVOICE"}},
		"goods said not to be received, yet shipped":   {negotiable, func(c *Case) { c.Delivery, c.Goods, c.Shipped = Hardware, GoodsNotReceived, true }, []string{"RFD-TRANSIT"}},
		"the eleventh of the year":                     {selfService, func(c *Case) { c.Used = 10 }, []string{"RFD-QUOTA"}},
		"the tenth":                                    {selfService, func(c *Case) { c.Used = 9 }, nil},
		"conditional after the quota":                  {selfService, func(c *Case) { c.Used, c.Rule = 10, orders.Conditional }, nil},
		"conditional, where the quota covers it":       {selfService, func(c *Case) { c.Used, c.Rule, c.Terms.QuotaCovers = 10, orders.Conditional, entities.QuotaSelfService }, []string{"RFD-QUOTA"}},
		"no amount":                                    {negotiable, func(c *Case) { c.Amount = nil }, []string{"RFD-AMOUNT"}},
		"zero":                                         {negotiable, func(c *Case) { c.Amount = usd("0") }, []string{"RFD-AMOUNT"}},
		"a cent too much":                              {negotiable, func(c *Case) { c.Amount = usd("1130.01") }, []string{"RFD-AMOUNT"}},
		"all that was paid":                            {negotiable, func(c *Case) { c.Amount = usd("1130") }, nil},
		"all that was paid, some of it back already":   {negotiable, func(c *Case) { c.Amount = usd("1130"); c.Line.Refunds = []orders.Refund{{Gross: *usd("1")}} }, []string{"RFD-AMOUNT"}},
		"a part of a cent":                             {negotiable, func(c *Case) { c.Amount = usd("1.005") }, []string{"RFD-AMOUNT"}},
		"another amount than the rules give":           {selfService, func(c *Case) { c.Amount = usd("1") }, []string{"RFD-COMPUTED"}},
		"nothing left":                                 {selfService, func(c *Case) { c.Line.Refunds = []orders.Refund{{Gross: *usd("1130")}} }, []string{"RFD-NOTHING-LEFT"}},
		"conditional without a period":                 {selfService, func(c *Case) { c.Rule, c.Line.Line.Terms.PeriodType = orders.Conditional, "" }, []string{"RFD-NO-PERIOD"}},
		"an image under no supervision is never asked": {selfService, func(c *Case) { c.Line.Line.Supervised = true }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := c.of()
			c.spoil(&x)
			if _, fs := Judge(x); !slices.Equal(codes(fs), c.want) {
				t.Errorf("refused with %v, want %v", codes(fs), c.want)
			}
		})
	}
}

// TestThePrecedenceOfRefusals adds one reason after the other, from the lightest to the weightiest: each newcomer stands before those it outweighs.
func TestThePrecedenceOfRefusals(t *testing.T) {
	t.Parallel()
	c := negotiable()
	c.Delivery, c.Goods = Hardware, GoodsNotReceived
	for i, step := range []struct {
		spoil func()
		want  string
	}{
		{func() { c.Amount = usd("9999") }, "RFD-AMOUNT"},
		{func() { c.Shipped = true }, "RFD-TRANSIT RFD-AMOUNT"},
		{func() { c.Invoice = InvoiceIssued }, "RFD-INVOICE RFD-TRANSIT RFD-AMOUNT"},
		{func() { c.Claimed = true }, "RFD-CODE-CLAIMED RFD-INVOICE RFD-TRANSIT RFD-AMOUNT"},
		{func() { c.Line.Line.Type = orders.Renew; c.Rule = orders.Negotiated }, "RFD-RENEWAL RFD-CODE-CLAIMED RFD-INVOICE RFD-TRANSIT RFD-AMOUNT"},
		{func() { c.Now = at("2027-01-01T00:00:00Z") }, "RFD-EXPIRED RFD-RENEWAL RFD-CODE-CLAIMED RFD-INVOICE RFD-TRANSIT RFD-AMOUNT"},
		{func() { c.Line.Line.Supervised = false }, "RFD-GUARANTEE RFD-EXPIRED RFD-RENEWAL RFD-CODE-CLAIMED RFD-INVOICE RFD-TRANSIT RFD-AMOUNT"},
		{func() { c.Rule, c.Used = orders.FiveDay, 10 }, "RFD-RULE RFD-EXPIRED RFD-WINDOW RFD-CODE-CLAIMED RFD-INVOICE RFD-TRANSIT RFD-QUOTA RFD-COMPUTED"},
		{func() { c.Goods = NoGoods }, "RFD-GOODS-MISSING RFD-RULE RFD-EXPIRED RFD-WINDOW RFD-CODE-CLAIMED RFD-INVOICE RFD-QUOTA RFD-COMPUTED"},
		{func() { c.Delivery = Consulting }, "RFD-DELIVERY RFD-CODE-CLAIMED RFD-INVOICE RFD-QUOTA"},
		{func() { c.Line.Line.Mode = orders.OnDemand }, "ORD-USAGE-NO-REFUND RFD-CODE-CLAIMED RFD-INVOICE RFD-QUOTA"},
		{func() { c.Line.Line.Type = orders.Trial }, "RFD-TRIAL ORD-USAGE-NO-REFUND RFD-CODE-CLAIMED RFD-INVOICE RFD-QUOTA"},
		{func() { c.Line.Events = nil }, "RFD-UNPAID RFD-TRIAL ORD-USAGE-NO-REFUND RFD-CODE-CLAIMED RFD-INVOICE RFD-QUOTA"},
		{func() { c.Busy = "R0" }, "RFD-BUSY RFD-UNPAID RFD-TRIAL ORD-USAGE-NO-REFUND RFD-CODE-CLAIMED RFD-INVOICE RFD-QUOTA"},
		{func() { c.Line.Events = line(appealed).Events[1:] }, "RFD-APPEAL RFD-BUSY RFD-UNPAID RFD-TRIAL ORD-USAGE-NO-REFUND RFD-CODE-CLAIMED RFD-INVOICE RFD-QUOTA"},
	} {
		step.spoil()
		if _, fs := Judge(c); strings.Join(codes(fs), " ") != step.want {
			t.Errorf("step %d: %s\nwant %s", i, strings.Join(codes(fs), " "), step.want)
		}
	}
}

// TestTheTableOfDeliveries states how each delivery is refunded, under supervision and without it.
func TestTheTableOfDeliveries(t *testing.T) {
	t.Parallel()
	want := map[Delivery][2]Way{ // supervised, not supervised
		Manual: {ByAgreement, ByAgreement}, Hardware: {ByAgreement, ByAgreement}, License: {ByAgreement, ByAgreement}, AuthCode: {ByAgreement, ByAgreement},
		SaaS: {ByAgreement, Never}, Orchestration: {ByAgreement, ByAgreement}, DataFile: {ByAgreement, ByAgreement}, DataAsset: {ByAgreement, ByAgreement},
		Image: {SelfService, SelfService}, API: {Never, Never}, AIAsset: {Never, Never}, Container: {Never, Never}, Content: {Never, Never}, Consulting: {Never, Never}, CloudHost: {Never, Never},
	}
	seen := map[Delivery]bool{}
	for _, p := range policies {
		seen[p.Delivery] = true
		if p.Source == "" {
			t.Errorf("%s has no source", p.Delivery)
		}
	}
	for d := range maps.Keys(want) {
		for i, supervised := range []bool{true, false} {
			if p, ok := policyOf(d, supervised); !ok || p.Way != want[d][i] {
				t.Errorf("%s, supervised %v: %s, want %s", d, supervised, p.Way, want[d][i])
			}
		}
		delete(seen, d)
	}
	if len(seen) > 0 {
		t.Errorf("rows nobody expects: %v", seen)
	}
}

func TestConditionalRefundsAreExact(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		paid             string
		used, subscribed time.Duration
		fee              string
		currency         money.Currency
		due, took, back  string
	}{
		"a third used, no fee":                   {"100.00", 10 * day, 30 * day, "0", "USD", "33.33", "0", "66.67"},
		"two thirds used, no fee":                {"100.00", 20 * day, 30 * day, "0", "USD", "66.67", "0", "33.33"},
		"half a cent goes to the buyer":          {"0.01", 15 * day, 30 * day, "0", "USD", "0", "0", "0.01"},
		"a fee":                                  {"1130.00", 15 * day, 30 * day, "0.02", "USD", "565.00", "22.60", "542.40"},
		"yen have no minor unit":                 {"1000", 1 * day, 3 * day, "0", "JPY", "333", "0", "667"},
		"all used":                               {"100.00", 30 * day, 30 * day, "0", "USD", "100.00", "0", "0"},
		"more than all used":                     {"100.00", 40 * day, 30 * day, "0", "USD", "100.00", "0", "0"},
		"nothing used":                           {"100.00", 0, 30 * day, "0", "USD", "0", "0", "100.00"},
		"the fee takes the rest, never more":     {"100.00", 29 * day, 30 * day, "0.10", "USD", "90.00", "10.00", "0"},
		"a second of a leap year, to the minute": {"31622400.00", time.Second, 366 * day, "0", "USD", "1.00", "0", "31622399.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := Conditional(money.MustParse(c.paid), c.used, c.subscribed, money.MustParse(c.fee), c.currency)
			for what, pair := range map[string][2]decimal.Decimal{"due": {f.Due, *usd(c.due)}, "fee": {f.Fee, *usd(c.took)}, "refund": {f.Amount, *usd(c.back)}} {
				if !pair[0].Equal(pair[1]) {
					t.Errorf("%s is %s, want %s", what, pair[0], pair[1])
				}
			}
			if !f.Due.Add(f.Fee).Add(f.Amount).Equal(f.Paid) {
				t.Error("the three parts are not what was paid")
			}
		})
	}
}

func TestTheQuotaYearBeginsInItsZone(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	eve := at("2026-12-31T17:00:00Z") // 01:00 of the new year in Shanghai
	if terms.quotaYear(eve) != 2026 {
		t.Error("UTC, which counts where nothing is set")
	}
	china := terms
	china.QuotaZone = shanghai
	if china.quotaYear(eve) != 2027 {
		t.Error("Shanghai")
	}
}
