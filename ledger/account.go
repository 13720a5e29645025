package ledger

import (
	"strings"
)

// Account is an account of the chart (科目), with its party where the chart asks for one: "bank", "due_to:5541",
// "seller_tax:WHT". A merchant's own accounts bear no party: the entry's merchant is it.
type Account string

// The chart of accounts of a marketplace book. Balance is debit − credit.
const (
	CustomerClearing   Account = "customer_clearing"   // 客户清算: customers' money the entity collected
	CustomerCredit     Account = "customer_credit"     // 客户信用: what customers owe who bought on credit
	OutsideMarketplace Account = "outside_marketplace" // contra of credit that customers used outside the marketplace
	DeferredOrders     Account = "deferred_orders"     // 未实现订单: orders taken, gross, and not yet earned
	IndirectTax        Account = "indirect_tax"        // VAT, GST and the like, owed to the tax office
	PlatformFee        Account = "platform_fee"        // 平台费: the group's share
	MerchantUnbilled   Account = "merchant_unbilled"   // share earned, on no bill yet (merchant's own)
	MerchantPayable    Account = "merchant_payable"    // billed, no invoice accepted yet (merchant's own)
	MerchantInvoiced   Account = "merchant_invoiced"   // invoice accepted, unpaid (merchant's own)
	PaymentInTransit   Account = "payment_in_transit"  // payment recorded, not on a bank line yet (merchant's own)
	MerchantReceivable Account = "merchant_receivable" // what a merchant owes the entity (merchant's own)
	MerchantDeposit    Account = "merchant_deposit"    // 保证金 (merchant's own)
	WHTCertificates    Account = "wht_certificates"    // claim: certificates of tax that customers withheld
	WHTBorne           Account = "wht_borne"           // contra of wht_certificates: borne by merchants in the base
	Bank               Account = "bank"
	FXClearing         Account = "fx_clearing"
	Rounding           Account = "rounding"
	Netting            Account = "netting"     // between entities; zero after each netting
	Adjustments        Account = "adjustments" // contra of amounts granted to or taken from a merchant without an order
	Opening            Account = "opening"     // contra of opening balances
)

// SellerTax is the debt for a tax taken from a merchant's settlement: WHT, DST and so on.
func SellerTax(code string) Account { return Account("seller_tax:" + code) }

// DueTo is what this book owes another entity's book.
func DueTo(book string) Account { return Account("due_to:" + book) }

// DueFrom is what another entity's book owes this one.
func DueFrom(book string) Account { return Account("due_from:" + book) }

// Class says on which side of the books an account stands.
type Class string

// The four classes.
const (
	Asset     Class = "asset"
	Liability Class = "liability"
	Income    Class = "income"
	Clearing  Class = "clearing"
)

type chartLine struct {
	class Class
	own   bool // a merchant's own account: visible to it
	party bool // bears a party after a colon
	name  string
}

var chart = map[Account]chartLine{
	CustomerClearing: {Asset, false, false, "Customer clearing"}, CustomerCredit: {Asset, false, false, "Customer credit"},
	OutsideMarketplace: {Clearing, false, false, "Credit used outside the marketplace"},
	DeferredOrders:     {Liability, false, false, "Deferred orders"}, IndirectTax: {Liability, false, false, "Indirect tax"},
	PlatformFee: {Income, false, false, "Platform fee"}, MerchantUnbilled: {Liability, true, false, "Merchant, unbilled"},
	MerchantPayable: {Liability, true, false, "Merchant, payable"}, MerchantInvoiced: {Liability, true, false, "Merchant, invoiced"},
	PaymentInTransit: {Liability, true, false, "Payment in transit"}, MerchantReceivable: {Asset, true, false, "Merchant, receivable"},
	MerchantDeposit: {Liability, true, false, "Merchant, deposit"}, WHTCertificates: {Asset, false, false, "Customer withholding certificates"},
	WHTBorne: {Clearing, false, false, "Customer withholding borne"}, "seller_tax": {Liability, false, true, "Seller taxes"},
	Bank: {Asset, false, false, "Bank"}, FXClearing: {Clearing, false, false, "FX clearing"}, Rounding: {Clearing, false, false, "Rounding"},
	"due_to": {Liability, false, true, "Due to entity"}, "due_from": {Asset, false, true, "Due from entity"},
	Netting: {Clearing, false, false, "Netting"}, Adjustments: {Income, false, false, "Adjustments"}, Opening: {Clearing, false, false, "Opening balances"},
}

// Split gives the chart code and the party of an account.
func (a Account) Split() (code Account, party string) {
	c, p, _ := strings.Cut(string(a), ":")
	return Account(c), p
}

// Known tells whether the account is in the chart, with a party exactly where the chart asks for one.
func (a Account) Known() bool {
	code, party := a.Split()
	line, ok := chart[code]
	return ok && line.party == (party != "")
}

// Own tells whether the account is the merchant's own: its transfers are visible to it.
func (a Account) Own() bool { code, _ := a.Split(); return chart[code].own }

// Class is the side of the books; empty for an account that is not in the chart.
func (a Account) Class() Class { code, _ := a.Split(); return chart[code].class }

// Name is the account's English name, with its party.
func (a Account) Name() string {
	code, party := a.Split()
	n := chart[code].name
	if n == "" {
		return string(a)
	}
	if party != "" {
		n += " " + party
	}
	return n
}
