package orders

import (
	"strings"

	"suanpan/entities"
)

// lawsOf names the countries whose rules are known, as a fact of an entity writes them.
func lawsOf(known []*entities.Jurisdiction) string {
	var ids []string
	for _, j := range known {
		if j.Country != "" {
			ids = append(ids, j.ID)
		}
	}
	return strings.Join(ids, ", ") + ", or none"
}

// fieldDoc is what the documentation says of a field: how it is written and what it means.
type fieldDoc struct {
	form  string   // one of forms
	enum  []string // of form enum
	about string
}

// forms are the ways in which a value is written, with the pattern that the schema holds it to.
var forms = map[string]string{
	"id": `^\S{1,64}$`, "text": "", "amount": `^-?[0-9]+(\.[0-9]{1,12})?$`, "rate": `^(0(\.[0-9]{1,12})?|1(\.0{1,12})?)$`, "currency": `^[A-Z]{3}$`,
	"time": `^([0-9]{14}|[0-9]{8}T[0-9]{6}Z|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)$`,
	"day":  `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`, "month": `^[0-9]{4}-(0[1-9]|1[0-2])$`, "zone": `^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$`, "country": `^[A-Z]{2}$`, "enum": "", "flag": "",
	"whole number": "", "object": "", "list": "", "anything": "",
}

// fields are the meanings, by kind and path or, where a name means the same everywhere, by the last name alone.
var fields = map[string]fieldDoc{
	"kind":       {"text", nil, "which kind of fact this is"},
	"recordedAt": {"time", nil, "when the marketplace knew of it; without it: now, or in a `history` file when it happened"},

	"source.name": {"text", nil, "name of the source, for the record of imports"}, "source.zone": {"zone", nil, "IANA zone of times that name none"},
	"history": {"flag", nil, "true: facts without `recordedAt` were known when they happened"},

	"entity.code": {"id", nil, "code of the entity: also the name of its book"}, "entity.name": {"text", nil, "legal name"}, "nameZh": {"text", nil, "Chinese name"},
	"spellings": {"list", nil, "other spellings of the name that count as equal"}, "country": {"country", nil, "country of the entity"}, "entity.zone": {"zone", nil, "IANA zone that cuts its months"},
	"jurisdiction": {"text", nil, "whose national rules hold: " + lawsOf(entities.Jurisdictions())}, "payoutCurrencies": {"list", nil, "currencies it pays in"},
	"payoutCurrencies.currencyCode": {"currency", nil, "currency"}, "for": {"enum", []string{"anyone", "residents", "nonresidents"}, "to whom the currency is open; anyone without it"},
	"entity.source": {"text", nil, "who says so"}, "salesRegions": {"list", nil, "registration regions of buyers for which this entity owes the merchant"},

	"merchantId": {"id", nil, "the merchant"}, "merchant.name": {"text", nil, "company name as certified"}, "residence": {"country", nil, "country the company is resident in"},
	"taxId": {"text", nil, "tax number"}, "contact": {"object", nil, "contact data; kept apart, can be erased"}, "contact.name": {"text", nil, "person"}, "email": {"text", nil, "mail address"},
	"phone": {"text", nil, "telephone"}, "address": {"text", nil, "postal address"},

	"contractingEntity":                 {"id", nil, "the entity that owes the merchant"},
	"exchangeRate.contractingEntity":    {"id", nil, "the entity the rate is for; all without it"},
	"order.orderLine.contractingEntity": {"id", nil, "the entity that owes the merchant; without it the buyer's registration region decides"},
	"certification.currencyCode":        {"currency", nil, "payout currency"},
	"certification.time":                {"time", nil, "when certification was finished"},
	"until":                             {"time", nil, "when it ended, if it did"},
	"accountName":                       {"text", nil, "holder of the account: the company's own name"}, "accountNo": {"text", nil, "account number"},
	"bankName": {"text", nil, "bank"}, "bankAddress": {"text", nil, "address of the bank"}, "swiftCode": {"text", nil, "SWIFT code"},

	"exchangeRate.from": {"currency", nil, "1 unit of this"}, "to": {"currency", nil, "is worth `rate` units of this"}, "date": {"day", nil, "day of the rate"},
	"exchangeRate.rate": {"amount", nil, "above zero"}, "exchangeRate.source": {"text", nil, "who published it"},

	"productId": {"id", nil, "the product, unique within its merchant"}, "product.name": {"text", nil, "name of the product"}, "platformFees": {"list", nil, "the platform's share, dated"},
	"platformFees.from": {"time", nil, "in force from; always without it"}, "platformFees.rate": {"rate", nil, "share of the base: 15 % is 0.15"},
	"policy": {"enum", []string{"rate", "cn_increment"}, "rate: the share itself. cn_increment: less the Chinese site's increment on the month's turnover"}, "platformFees.source": {"text", nil, "contract or list"},
	"rating":     {"object", nil, "how usage is priced: `model` fixed, step or tier; `price` or `bands` of `up_to` (null in the last) and `price`; `accumulate` month or day; `cycle` hour or day where it is charged that often"},
	"ratingFrom": {"time", nil, "in force from; always without it"},

	"orderId": {"id", nil, "the order, unique in the marketplace"}, "orderType": {"enum", []string{New, Trial, TrialToFormal, Renew, Change, Unsubscribe}, "a trial and an UNSUBSCRIBE are never billed"},
	"createTime": {"time", nil, "when it was placed; decides the fee in force"}, "buyerInfo": {"object", nil, "the customer"}, "customerId": {"id", nil, "the customer"},
	"registrationRegion": {"text", nil, "region the buyer is registered in; leads to the contracting entity of lines that name none"}, "orderLine": {"list", nil, "its lines, at least one"},
	"extendParams":                {"anything", nil, "whatever the marketplace adds; part of the content, drives nothing"},
	"order.orderLine.orderLineId": {"id", nil, "the line, unique within its merchant"},
	"chargingMode":                {"enum", []string{OneTime, Period, OnDemand, Package}, "one-time, period, pay-per-use, package"}, "periodType": {"enum", []string{"year", "month", "day"}, "unit of the period"},
	"periodNumber": {"whole number", nil, "how many of them"}, "expireTime": {"time", nil, "end of the term; drives nothing"}, "productInfo": {"object", nil, "what was bought"}, "skuCode": {"text", nil, "specification"},
	"order.orderLine.amount": {"amount", nil, "list price with indirect tax; 0 for pay-per-use; may be missing on UNSUBSCRIBE"}, "amountAfterDiscount": {"amount", nil, "what the customer pays; `amount` without it"},
	"taxAmount": {"amount", nil, "indirect tax within it"}, "customerWithholdingTax": {"amount", nil, "what the customer withheld of it"}, "currencyCode": {"currency", nil, "ISO 4217"},
	"order.orderLine.currencyCode": {"currency", nil, "sale currency; may be missing on UNSUBSCRIBE"}, "serviceSupervision": {"flag", nil, "true: billed only once supervision is completed"},
	"platformFeeRate": {"rate", nil, "agreed for this line; otherwise the product's"}, "taxRate": {"rate", nil, "pay-per-use: indirect tax on the price"},
	"customerWithholdingTaxRate": {"rate", nil, "pay-per-use: withheld by the customer, of the price"}, "sellerTaxes": {"list", nil, "taxes taken from the merchant's settlement"},
	"sellerTaxes.code": {"id", nil, "WHT, DST …"}, "sellerTaxes.amount": {"amount", nil, "the amount; wins over a rate"}, "sellerTaxes.rate": {"rate", nil, "or a rate"},
	"of": {"enum", []string{"gross", "net", "base", "share"}, "what the rate applies to; share without it"}, "instanceId": {"id", nil, "the instance; pay-per-use needs one"},
	"package": {"object", nil, "quota of a package line"}, "coversInstanceId": {"id", nil, "pay-per-use instance it is deducted from"}, "quota": {"amount", nil, "units"},
	"order.orderLine.quantity": {"whole number", nil, "how many; counted by purchase limits"}, "startTime": {"time", nil, "of a package: when its buyer wants it to begin"},
	"resetRule": {"enum", []string{"none", "month", "year"}, "when the quota is full again"}, "validUntil": {"time", nil, "end of the package"},
	"resetCycle": {"enum", []string{"calendar", "order"}, "which months and years a reset counts: the calendar's, or from the package's start"}, "stopBeforeExcess": {"flag", nil, "true: nothing beyond the quota is sold; needs instanceId"},

	"method": {"enum", []string{Cash, Credit}, "paid in money, or on credit of the month"}, "collectingEntity": {"id", nil, "the entity that collects from the customer"},
	"time": {"time", nil, "when it happened"}, "payment.amount": {"amount", nil, "compared with what the lines ask, where it is given"},
	"orderLineId": {"id", nil, "the line that is meant; all lines of the order, or its only one, without it"}, "effectiveness.time": {"time", nil, "from when on it is in effect; may lie ahead"},

	"refundId": {"id", nil, "the refund, unique within its merchant"}, "refund.amount": {"amount", nil, "of the line's gross amount, above zero"},
	"rule": {"enum", []string{Negotiated, FiveDay, NotInEffect, Conditional, ProvisionFailed}, "FIVE_DAY, RENEWAL_NOT_EFFECTIVE and PROVISIONING_FAILED give back the whole"}, "refund.time": {"time", nil, "when the money went back: decides the month"},

	"chargeId": {"id", nil, "the charge, unique within its merchant"}, "cycle": {"month", nil, "the month it is for"}, "quantity": {"amount", nil, "units used"}, "usageCharge.amount": {"amount", nil, "what the customer was charged, with tax"},
	"metering_sn": {"id", nil, "number of the record, unique within its merchant"}, "instance_id": {"id", nil, "the instance"}, "relate_pkg_instance": {"id", nil, "the package instance it is deducted from; needed where that stops before excess"}, "begin_time": {"time", nil, "begin of the window: decides the month"},
	"end_time": {"time", nil, "end of the window"}, "usage_value": {"amount", nil, "units, above zero, at most four decimals"}, "record_time": {"time", nil, "when it was reported, not before the window's end"},

	"creditUseId": {"id", nil, "the use, unique in the marketplace"}, "repaymentId": {"id", nil, "the repayment, unique in the marketplace"}, "amount": {"amount", nil, "above zero"},
	"adjustmentId": {"id", nil, "the adjustment, unique within its merchant"}, "adjustment.amount": {"amount", nil, "above zero: granted to the merchant; below: taken from it"}, "reason": {"text", nil, "why"},
	"document": {"text", nil, "the paper behind it"}, "payoutId": {"id", nil, "the payment, unique within its merchant"},
	"merchantPaymentId": {"id", nil, "the payment, unique within its merchant"}, "purpose": {"enum", []string{ForDeposit, ForReceivable, DepositBack}, "into the deposit, towards what the merchant owes, or the deposit given back"},
	"openingId": {"id", nil, "the balance, unique within its book"}, "account": {"text", nil, "account of the chart"}, "side": {"enum", []string{"debit", "credit"}, "on which side it stands"},
	"opening.merchantId": {"id", nil, "for an account of a merchant's own"}, "correctionId": {"id", nil, "the correction, unique within its merchant"}, "correction.time": {"time", nil, "when it was decided"},
	"fact": {"object", nil, "the right fact, whole, with the same id: order, payment, effectiveness, supervisionCompleted or refund"},
}
