package entities

import "sort"

// Key describes a setting: its default, what it may be, where it may be set, and what it means. Where no source decides a
// rule, the choice is a key with a default here and never a constant elsewhere.
type Key struct {
	Name    string
	Default string
	Kind    ValueKind
	Values  []string // of a Choice
	Min     int      // of a Whole
	Max     int      // of a Whole; 0: none
	Levels  Level
	Doc     string
	Given   string // who says so: a source, or that it is a choice
}

// ValueKind says how a value is read.
type ValueKind int

// The kinds of values.
const (
	Text ValueKind = iota
	Whole
	Truth
	Choice
	Decimal
	List
	DayList
	PayoutList
	ZoneName
	Share // from 0 to 1; empty: not known
	WithholdingList
)

// Level is a set of scopes a key may be set at.
type Level int

// The levels.
const (
	PerInstallation Level = 1 << iota
	PerEntity
	PerResidence
	PerMerchant
	PerProduct
	PerFault // a code of the verdict, at an entity or everywhere
)

// Names of the keys that programs read.
const (
	KeyRunDay             = "run_day"
	KeyRunHolidays        = "run_holidays"
	KeyHolidayCalendar    = "holiday_calendar"
	KeyReviewWorkdays     = "review_workdays"
	KeyCountersignDays    = "countersign_workdays"
	KeyPeriodZone         = "period_zone"
	KeyGateCutoff         = "gate_cutoff"
	KeyCreditPool         = "credit_pool"
	KeyCertificationAt    = "certification_at"
	KeyUsageLine          = "usage_line"
	KeyReceiverChanges    = "receiver_changes_a_day"
	KeyNoticeChannels     = "notice_channels"
	KeyRounding           = "rounding"
	KeyFXDate             = "fx_date"
	KeyFXLookback         = "fx_lookback_days"
	KeyFXBearer           = "fx_bearer"
	KeySellerTaxBasis     = "seller_tax_basis"
	KeyCustomerWHT        = "customer_wht"
	KeyMinPayout          = "min_payout"
	KeyNegativeBill       = "negative_bill"
	KeyFeeAt              = "fee_at"
	KeyFeeOnRefund        = "fee_on_refund"
	KeyPairFullRefunds    = "pair_full_refunds"
	KeyUsageMonth         = "usage_month"
	KeyPackageStraddle    = "package_straddle"
	KeyIntercompany       = "intercompany"
	KeyInvoiceDueMonths   = "invoice_due_months"
	KeyBRLastDay          = "br_last_day"
	KeyInvoiceZone        = "invoice_zone"
	KeyReuseNumber        = "reuse_number_after_rejection"
	KeyComparedFigure     = "compared_figure"
	KeyMatchedAmount      = "matched_amount"
	KeyBillPer            = "bill_per"
	KeyNettingForbidden   = "netting_forbidden_pairs"
	KeyStarredFields      = "list_starred_fields"
	KeyReverseCharge      = "reverse_charge"
	KeyPayoutCurrencies   = "payout_currencies"
	KeyLegalName          = "legal_name"
	KeyEntityAddress      = "entity_address"
	KeyEntityTaxID        = "entity_tax_id"
	KeyInvoiceMailbox     = "invoice_mailbox"
	KeyInvoicePostAddress = "invoice_post_address"

	KeyInterfaceRetry       = "interface_retry_minutes"
	KeyInterfacePoll        = "interface_poll_minutes"
	KeyInterfaceExpiry      = "interface_expiry"
	KeyInterfaceTimestamp   = "interface_timestamp"
	KeyDialTimes            = "dial_times"
	KeyDialZone             = "dial_zone"
	KeyDialDays             = "dial_failed_days"
	KeySupervisionType      = "supervision_type"
	KeySupervisionChannel   = "supervision_channel"
	KeySupervisionProof     = "supervision_proof_elements"
	KeySupervisionStart     = "supervision_service_start"
	KeySupervisionEffective = "supervision_effective"
	KeySupervisionAccept    = "supervision_auto_accept_days"
	KeySupervisionOverdue   = "supervision_overdue"
	KeySupervisionWarn      = "supervision_warn_days"
	KeySupervisionClose     = "supervision_close_days"
	KeyAppealRule           = "appeal_rule"
	KeyAppealWorkdays       = "appeal_workdays"
	KeyAutoRenewDays        = "auto_renew_days"
	KeyAutoRenewHour        = "auto_renew_hour"
	KeyAutoRenewZone        = "auto_renew_zone"
	KeyOrderQueryZone       = "order_query_zone"
	KeyUsageMost            = "usage_records_most"
	KeyUsageTolerance       = "usage_ts_tolerance_seconds"
	KeyUsageSigned          = "usage_signed_body"
	KeyUsageMaxAge          = "usage_max_age_hours"
	KeyUsageDelisted        = "usage_after_delisting"
	KeyUsageBeginLimit      = "usage_begin_limit_hours"
	KeyPackageAnchor        = "package_reset_anchor"
	KeyPackageLow           = "package_low_quota"
)

const (
	choice   = "a choice; no source says so"
	unknown  = "no source found; empty until a person fills it"
	anywhere = PerInstallation | PerEntity

	ofProduct = PerInstallation | PerMerchant | PerProduct
)

var keys = index([]Key{
	{Name: KeyReceiverChanges, Default: "40", Kind: Whole, Min: 1, Levels: PerInstallation, Given: "the message centre allows 40 changes of receivers a day", Doc: "How many changes of receivers a merchant may make on one day."},
	{Name: KeyNoticeChannels, Kind: Text, Levels: PerInstallation, Given: choice, Doc: "By which channels a type of notice goes to a merchant's own address, such as interface.failed=email+sms,refund.requested=email; a type not named goes by e-mail. The console always shows it."},
	{Name: KeyRunDay, Default: "7", Kind: Whole, Min: 1, Max: 28, Levels: anywhere, Given: "KooGallery Intl since 2022: the 7th (an older page says the 8th)", Doc: "Day of the next month on which a month is run; moved to the next working day."},
	{Name: KeyRunHolidays, Kind: DayList, Levels: anywhere, Given: choice, Doc: "Days besides weekends on which nothing is run, such as 2026-11-09,2026-12-25."},
	{Name: KeyHolidayCalendar, Default: "one", Kind: Choice, Values: []string{"one", "own"}, Levels: anywhere, Given: choice, Doc: "one: weekends and run_holidays for all entities, so that a month is one run. own: the calendar of the entity's jurisdiction besides."},
	{Name: KeyReviewWorkdays, Default: "3", Kind: Whole, Levels: anywhere, Given: "KooGallery Intl: review and send within 3 working days", Doc: "Working days from the run day to the end of the review, at most."},
	{Name: KeyCountersignDays, Default: "6", Kind: Whole, Levels: anywhere, Given: "KooGallery Intl: countersigning within 6 working days", Doc: "Working days of countersigning (会签), at most."},
	{Name: KeyPeriodZone, Default: "entity", Kind: Choice, Values: []string{"entity"}, Levels: PerInstallation, Given: choice, Doc: "Whose zone cuts the month: the entity that owes the merchant."},
	{Name: KeyGateCutoff, Default: "period_end", Kind: Choice, Values: []string{"period_end"}, Levels: PerInstallation, Given: choice, Doc: "When a line's conditions must hold to be on the bill: at the month's end."},
	{Name: KeyCreditPool, Default: "customer_entity_cycle", Kind: Choice, Values: []string{"customer_entity_cycle"}, Levels: PerInstallation, Given: choice, Doc: "What has to be repaid whole: a customer's credit with one collecting entity in one cycle."},
	{Name: KeyCertificationAt, Default: "run", Kind: Choice, Values: []string{"run"}, Levels: PerInstallation, Given: choice, Doc: "When a merchant has to be certified: at the run instant."},
	{Name: KeyUsageLine, Default: "instance_month", Kind: Choice, Values: []string{"instance_month"}, Levels: PerInstallation, Given: choice, Doc: "What one usage line is: an instance and a month; the fee is taken on it."},
	{Name: KeyRounding, Default: "half_up", Kind: Choice, Values: []string{"half_up"}, Levels: PerInstallation, Given: choice, Doc: "How a document's total is rounded, once: half away from zero."},
	{Name: KeyFXDate, Default: "period_end", Kind: Choice, Values: []string{"period_end"}, Levels: anywhere, Given: choice, Doc: "Which day's rate a bill takes: that of the cycle's last calendar day."},
	{Name: KeyFXLookback, Default: "5", Kind: Whole, Max: 31, Levels: anywhere, Given: choice, Doc: "How many days before the wanted one a rate may be, over weekends and holidays; older is RATE-MISSING."},
	{Name: KeyFXBearer, Default: "merchant", Kind: Choice, Values: []string{"merchant"}, Levels: anywhere, Given: choice, Doc: "Who bears the exchange rate; no spread is taken."},
	{Name: KeySellerTaxBasis, Default: "wht_share_dst_net", Kind: Choice, Values: []string{"wht_share_dst_net"}, Levels: anywhere, Given: choice, Doc: "What a rate of seller tax applies to: WHT to the merchant's share, DST to the price without VAT. A given amount wins."},
	{Name: KeyCustomerWHT, Default: "merchant_bears", Kind: Choice, Values: []string{"merchant_bears"}, Levels: anywhere, Given: choice, Doc: "Customer withholding comes off before the share; the entity keeps the certificate."},
	{Name: KeyMinPayout, Default: "0", Kind: Decimal, Levels: anywhere, Given: choice, Doc: "A bill below this amount in the payout currency waits for the next one."},
	{Name: KeyNegativeBill, Default: "carry", Kind: Choice, Values: []string{"carry", "collect"}, Levels: anywhere, Given: "KooGallery: refunds come off this or the next settlement, then off the deposit, else the seller pays; that a bill is carried until sales cover it is a choice", Doc: "What happens to a bill below zero. carry: it goes to the next bill, however often. collect: it goes to the next bill once; what is still missing there is taken from the merchant's deposit, and what that does not cover the merchant owes."},
	{Name: KeyFeeAt, Default: "order_placed", Kind: Choice, Values: []string{"order_placed"}, Levels: PerInstallation, Given: choice, Doc: "Which fee counts: the product's when the order was placed; refunds use the same."},
	{Name: KeyFeeOnRefund, Default: "returned", Kind: Choice, Values: []string{"returned"}, Levels: anywhere, Given: choice, Doc: "Whether the platform gives its fee back with a refund."},
	{Name: KeyPairFullRefunds, Default: "true", Kind: Truth, Levels: anywhere, Given: choice, Doc: "A five-day refund stands on one bill with its order, the later of the two."},
	{Name: KeyUsageMonth, Default: "window_begin", Kind: Choice, Values: []string{"window_begin"}, Levels: PerInstallation, Given: choice, Doc: "Which month usage belongs to: that in which its window begins."},
	{Name: KeyPackageStraddle, Default: "true", Kind: Truth, Levels: PerInstallation, Given: choice, Doc: "One usage record may take the rest of a package and be rated for what exceeds it."},
	{Name: KeyIntercompany, Default: "gross", Kind: Choice, Values: []string{"gross"}, Levels: PerInstallation, Given: choice, Doc: "What a collecting entity owes the owing one: the gross amount."},
	{Name: KeyInvoiceDueMonths, Default: "1", Kind: Whole, Min: 1, Max: 12, Levels: anywhere, Given: "KooGallery Intl: within one month of the notice; month arithmetic is a choice", Doc: "Months from the notice to the last day for the invoice; later waits for finance."},
	{Name: KeyBRLastDay, Default: "19", Kind: Whole, Min: 1, Max: 31, Levels: anywhere, Given: "KooGallery Intl: before the 20th; whether the 20th counts is not said", Doc: "Last day of a month on which an invoice to the Brazilian entity is received in time."},
	{Name: KeyInvoiceZone, Kind: ZoneName, Levels: PerEntity, Given: choice, Doc: "Zone in which invoice deadlines are counted; empty: the jurisdiction's, or the entity's where that has none."},
	{Name: KeyReuseNumber, Default: "true", Kind: Truth, Levels: anywhere, Given: choice, Doc: "An invoice number may come again when its first bearer was rejected."},
	{Name: KeyComparedFigure, Default: "invoice_payable/list_payable", Kind: Choice, Values: []string{"invoice_payable/list_payable", "invoice_payable/list_before_seller_tax", "invoice_net/list_payable", "invoice_net/list_before_seller_tax"}, Levels: anywhere | PerResidence, Given: choice, Doc: "Which figure of the invoice is compared with which of the list."},
	{Name: KeyMatchedAmount, Default: "amount_due", Kind: Choice, Values: []string{"amount_due"}, Levels: anywhere, Given: choice, Doc: "What an invoice's payable figure is: total less prepaid plus rounding."},
	{Name: KeyBillPer, Default: "merchant_entity_currency", Kind: Choice, Values: []string{"merchant_entity_currency"}, Levels: PerInstallation, Given: choice, Doc: "What one bill is for."},
	{Name: KeyNettingForbidden, Kind: List, Levels: PerInstallation, Given: choice, Doc: "Pairs of entities that may not net, such as 5821-5861,5531-5541."},
	{Name: KeyReverseCharge, Default: "false", Kind: Truth, Levels: anywhere | PerResidence, Given: unknown, Doc: "The list says reverse charge: the invoice must bear no tax. Which merchants it concerns follows from tax law no source here states; set it per entity and residence."},
	{Name: KeyStarredFields, Default: "company_name,bank_account_no,bank_account_beneficiary,bank_name,swift_code,invoice_no,invoice_date,invoice_currency,bill_to,requisition_no,settlement_period,invoice_amount", Kind: List, Levels: anywhere | PerResidence, Given: choice, Doc: "Fields of the invoice list that bear a * and may not be left blank."},
	{Name: KeyPayoutCurrencies, Kind: PayoutList, Levels: PerEntity, Given: unknown, Doc: "Currencies an entity pays in, where they are not known otherwise or have changed: HKD,BRL:residents,EUR:nonresidents."},
	{Name: KeyLegalName, Kind: Text, Levels: PerEntity, Given: unknown, Doc: "Legal name of an entity, where it is not known in full or has changed."},
	{Name: KeyEntityAddress, Kind: Text, Levels: PerEntity, Given: unknown, Doc: "Registered address printed on lists."},
	{Name: KeyEntityTaxID, Kind: Text, Levels: PerEntity, Given: unknown, Doc: "Tax number of the entity (华为付款方税务登记号)."},
	{Name: KeyInvoiceMailbox, Kind: Text, Levels: PerEntity, Given: unknown, Doc: "Mailbox that invoices are sent to."},
	{Name: KeyInterfaceRetry, Default: "60", Kind: Whole, Min: 1, Max: 60, Levels: PerInstallation, Given: "KooGallery access guide: once an hour for new purchases; for the other scenes " + choice, Doc: "Minutes between two tries of a call to a seller's interface, where no source gives a pause."},
	{Name: KeyInterfacePoll, Default: "5", Kind: Whole, Min: 1, Max: 60, Levels: PerInstallation, Given: choice, Doc: "Minutes until a seller who answered \"still processing\" is asked again."},
	{Name: KeyInterfaceExpiry, Default: "hour", Kind: Choice, Values: []string{"hour", "once"}, Levels: PerInstallation, Given: "KooGallery access guide: tried for an hour; another page says one call", Doc: "How long a failing expiry call is repeated."},
	{Name: KeyInterfaceTimestamp, Default: "seconds", Kind: Choice, Values: []string{"seconds", "milliseconds"}, Levels: PerInstallation, Given: "KooGallery access guide 2.0: UNIX seconds; its example shows milliseconds", Doc: "What the timestamp of a version 2.0 call counts."},
	{Name: KeyDialTimes, Default: "09:00,15:00", Kind: List, Levels: PerInstallation, Given: "every morning and afternoon; the hours are a choice", Doc: "When the interfaces of products on sale are dial-tested, in dial_zone."},
	{Name: KeyDialZone, Default: "UTC", Kind: ZoneName, Levels: PerInstallation, Given: choice, Doc: "Zone of dial_times, and of the days and months in which failures are counted."},
	{Name: KeyDialDays, Default: "5", Kind: Whole, Min: 1, Max: 60, Levels: PerInstallation, Given: "five consecutive days of failed dial tests freeze a product", Doc: "Consecutive days on which no dial test of a product succeeded before it is frozen and hidden."},
	{Name: KeyUsageMost, Default: "1000", Kind: Whole, Min: 1, Max: 10000, Levels: PerInstallation, Given: "KooGallery, usage push: 1,000 in the field tables; the text of MKT.9003 says 100", Doc: "Usage records of one call, at most."},
	{Name: KeyUsageTolerance, Default: "300", Kind: Whole, Min: 1, Max: 86400, Levels: PerInstallation, Given: choice, Doc: "How many seconds the ts of a signed usage call may be off the machine's clock; nonces are remembered that long."},
	{Name: KeyUsageSigned, Default: "either", Kind: Choice, Values: []string{"either", "raw", "sorted"}, Levels: PerInstallation, Given: "KooGallery says \"sorted naturally\" and no more; that the body as sent is taken too is a choice", Doc: "Over which body a usage call may be signed: as sent, or with the keys of its objects in order."},
	{Name: KeyUsageDelisted, Default: "running", Kind: Choice, Values: []string{"running", "none"}, Levels: PerInstallation, Given: "KooGallery, usage push: code 006, product delisted; of which instances is not said, and that running ones go on is a choice", Doc: "Which usage is taken after a product was delisted. running: that of instances opened before. none: no usage at all; each record ending later is abnormal with code 006."},
	{Name: KeyUsageMaxAge, Kind: Whole, Levels: PerInstallation, Given: unknown, Doc: "Hours after the end of its window beyond which a usage record is abnormal with code 007; empty: none is too old."},
	{Name: KeyUsageBeginLimit, Kind: Whole, Levels: PerInstallation, Given: unknown, Doc: "Hours before the call beyond which the begin of any record refuses the whole call with MKT.9004; empty: none does."},
	{Name: KeyPackageAnchor, Default: "start", Kind: Choice, Values: []string{"start", "calendar"}, Levels: PerInstallation, Given: "Huawei Cloud packages: the reset window begins with the package; the marketplace's own text is cut off", Doc: "From when on resets of a package are counted that is deducted hour by hour or day by day and does not say it itself: its own start, or the calendar's months and years. Usage rated by the month's run counts by the calendar."},
	{Name: KeyPackageLow, Kind: Decimal, Levels: PerInstallation, Given: unknown, Doc: "Share of a package's quota, such as 0.1: at or below it a notice says that little is left; empty: no notice."},
	{Name: KeyInvoicePostAddress, Kind: Text, Levels: PerEntity, Given: unknown, Doc: "Postal address that paper invoices are sent to."},
	{Name: KeySupervisionType, Kind: Choice, Values: []string{"", "manual", "manual_site", "saas", "license_offline", "license_id", "license_code", "license_deploy", "hardware", "app", "data"}, Levels: ofProduct, Given: unknown, Doc: "How a supervised product is delivered, which decides its stages of supervision. Without it a case waits until the marketplace or operations says so."},
	{Name: KeySupervisionChannel, Kind: Choice, Values: []string{"", "general", "joint", "enablement", "base"}, Levels: ofProduct, Given: unknown, Doc: "Whose goods they are: 通用, 联营, or joint on the track of 赋能云 or 基地云, which adds a review. Without it a case waits as without a type."},
	{Name: KeySupervisionProof, Kind: List, Levels: anywhere, Given: "KooGallery names five elements of 《交付验收文档》; the last two were never seen whole: " + unknown, Doc: "Further elements a delivery proof has to name, besides order number, company, product and specification."},
	{Name: KeySupervisionStart, Default: "seller", Kind: Choice, Values: []string{"seller", "acceptance"}, Levels: anywhere, Given: "KooGallery: 服务实际开通时间 as the seller fills it in, if empty the acceptance; an older page: the acceptance alone", Doc: "When the service of a supervised order began."},
	{Name: KeySupervisionEffective, Default: "feed", Kind: Choice, Values: []string{"feed", "service_start"}, Levels: anywhere, Given: choice, Doc: "Who says that a supervised order took effect. feed: the marketplace's own fact. service_start: completing supervision says it, at the service start, where no fact has."},
	{Name: KeySupervisionAccept, Default: "10", Kind: Whole, Min: 1, Levels: anywhere, Given: "KooGallery: hardware is accepted 10 days after it was signed for", Doc: "Days from the courier's SIGNED event to automatic acceptance."},
	{Name: KeySupervisionOverdue, Default: "warn", Kind: Choice, Values: []string{"warn", "close"}, Levels: anywhere, Given: "KooGallery: warn since 2024-03-05 00:00; close before, by which a case of 365 days was accepted (buyer invoice issued) or refunded (not issued)", Doc: "What happens to a case that is not accepted for long: a weekly warning, or an end."},
	{Name: KeySupervisionWarn, Default: "180", Kind: Whole, Min: 1, Levels: anywhere, Given: "KooGallery: more than 180 days", Doc: "Days of supervision after which the weekly warning begins."},
	{Name: KeySupervisionClose, Default: "365", Kind: Whole, Min: 1, Levels: anywhere, Given: "KooGallery, until 2024-03-05: 365 days", Doc: "Days of supervision after which supervision_overdue=close ends a case."},
	{Name: KeyAppealRule, Default: "any_time", Kind: Choice, Values: []string{"any_time", "after_days"}, Levels: anywhere, Given: "KooGallery: either side at any node and time; an older page: after 5 days at the other side's node or 3 rejections", Doc: "When an appeal may be opened."},
	{Name: KeyAppealWorkdays, Default: "3", Kind: Whole, Min: 1, Levels: anywhere, Given: "KooGallery: operations handles an appeal within 3 working days", Doc: "Working days, by the calendar of the entity, within which operations decides an appeal."},
	{Name: KeyAutoRenewDays, Default: "7", Kind: Whole, Min: 1, Max: 60, Levels: anywhere, Given: "Huawei Cloud, renewals: first 7 days before the end, then daily", Doc: "Days before an instance's end on which its automatic renewal is tried first."},
	{Name: KeyAutoRenewHour, Default: "3", Kind: Whole, Max: 23, Levels: anywhere, Given: "Huawei Cloud, renewals: at 03:00", Doc: "Hour of the day at which an automatic renewal is tried."},
	{Name: KeyAutoRenewZone, Kind: ZoneName, Levels: anywhere, Given: unknown, Doc: "Zone of that hour; empty: the zone of the entity that owes the merchant."},
	{Name: KeyOrderQueryZone, Kind: ZoneName, Levels: PerInstallation, Given: unknown, Doc: "Zone in which the order query writes times, which name none; empty: UTC."},
}, refundKeys, lawKeys, exceptionKeys)

func index(lists ...[]Key) map[string]Key {
	m := map[string]Key{}
	for _, list := range lists {
		for _, k := range list {
			m[k.Name] = k
		}
	}
	return m
}

// Keys lists all settings, by name: the page of settings and the tests walk it.
func Keys() []Key {
	out := make([]Key, 0, len(keys))
	for _, k := range keys {
		out = append(out, k)
	}
	sort.Slice(out, func(a, b int) bool { return out[a].Name < out[b].Name })
	return out
}
