package provisioning

import (
	"github.com/shopspring/decimal"

	"suanpan/orders"
)

// Mock is one of the orders the marketplace offers for trying an interface (联调模拟订单).
type Mock struct {
	OrderID string
	Type    string // orderType
	Mode    string // chargingMode
	Scene   Scene  // what a seller is called for
}

// Mocks are the nine, under the names they have at the marketplace. Each has one line, <orderId>-000001.
var Mocks = []Mock{
	{"MOCKPERIODYEARNEW", orders.New, orders.Period, Create},
	{"MOCKONETIMENEW", orders.New, orders.OneTime, Create},
	{"MOCKONDEMAND", orders.New, orders.OnDemand, Create},
	{"MOCKONDEMANDPKG", orders.New, orders.Package, Create},
	{"MOCKPERIODDAYTRIAL", orders.Trial, orders.Period, Create},
	{"MOCKMONTYTRIALTOFORMAL", orders.TrialToFormal, orders.Period, TrialToFormal},
	{"MOCKMONTYUNSUBSCRIBE", orders.Unsubscribe, orders.Period, Release},
	{"MOCKMONTYRENEW", orders.Renew, orders.Period, Renewal},
	{"MOCKMONTYCHANGE", orders.Change, orders.Period, Upgrade},
}

// Order is what a seller is called with for a mock order: a debugging request. instance is the one it is about, where there is one already.
func (m Mock) Order(instance string) Order {
	o := Order{Scene: m.Scene, OrderID: m.OrderID, LineID: m.OrderID + "-000001", Product: "MOCKPRODUCT", SKU: "MOCKSKU", Mode: m.Mode, Instance: instance, Test: true}
	if m.Mode == orders.Period || m.Mode == orders.Package {
		o.Expire = "20301231160000"
	}
	if m.Scene == Renewal {
		paid := decimal.RequireFromString("1200")
		o.Amount = &paid
	}
	return o
}
