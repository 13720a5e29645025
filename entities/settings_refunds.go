package entities

// Names of the keys of refunds (退订).
const (
	KeyRefundSaaS           = "refund_saas_unsupervised"
	KeyRefundSupervised     = "refund_supervised"
	KeyRefundFiveDayHours   = "refund_five_day_hours"
	KeyRefundQuota          = "refund_quota"
	KeyRefundQuotaCovers    = "refund_quota_covers"
	KeyRefundQuotaZone      = "refund_quota_zone"
	KeyRefundHandlingFee    = "refund_handling_fee"
	KeyRefundReviewWorkdays = "refund_review_workdays"
	KeyRefundReturnDays     = "refund_return_days"
	KeyRefundAcceptDays     = "refund_accept_days"
	KeyRefundAppealWorkdays = "refund_appeal_workdays"
	KeyRefundMoneyHours     = "refund_money_hours"
)

// What a request for a refund may be, where the marketplace's pages differ.
const (
	RefundNone       = "none"         // not refundable
	RefundSelf       = "self_service" // five-day and conditional rules
	RefundNegotiated = "negotiated"   // by agreement with the merchant
	QuotaFiveDay     = "five_day"
	QuotaSelfService = "self_service"
)

var refundKeys = []Key{
	{Name: KeyRefundSaaS, Default: RefundNone, Kind: Choice, Values: []string{RefundNone, RefundSelf}, Levels: anywhere, Given: "KooGallery Intl: not refundable; the Chinese site refunds it as a cloud resource (that its five-day and conditional rules apply is a reading)", Doc: "Whether SaaS without supervision can be refunded."},
	{Name: KeyRefundSupervised, Default: RefundNegotiated, Kind: Choice, Values: []string{RefundNone, RefundNegotiated}, Levels: anywhere, Given: "KooGallery Intl 2025-07: negotiated; its 2024-08 page had none for SaaS, licences, manual services and hardware", Doc: "Whether supervised deliveries can be refunded by agreement inside the guarantee period."},
	{Name: KeyRefundFiveDayHours, Default: "120", Kind: Whole, Min: 1, Levels: anywhere, Given: "5 × 24 hours from provisioning", Doc: "Hours from effectiveness in which a self-service refund is whole."},
	{Name: KeyRefundQuota, Default: "10", Kind: Whole, Levels: PerInstallation, Given: "10 self-service refunds an account and calendar year, shared with all other cloud services", Doc: "Self-service refunds of a buyer's account in a calendar year. What the marketplace says was used elsewhere counts."},
	{Name: KeyRefundQuotaCovers, Default: QuotaFiveDay, Kind: Choice, Values: []string{QuotaFiveDay, QuotaSelfService}, Levels: PerInstallation, Given: choice, Doc: "What uses the yearly quota: five-day refunds, or conditional ones too. What is not in effect never does."},
	{Name: KeyRefundQuotaZone, Kind: ZoneName, Levels: PerInstallation, Given: unknown, Doc: "Zone in which the quota's year begins on 1 January; empty: UTC."},
	{Name: KeyRefundHandlingFee, Kind: Share, Levels: anywhere, Given: unknown, Doc: "Handling fee of a conditional refund, as a share of what was paid (0.02 is 2 %). Empty: none is taken, and every such refund says that the fee is not known."},
	{Name: KeyRefundReviewWorkdays, Default: "7", Kind: Whole, Levels: anywhere, Given: "KooGallery: after 7 working days without review the buyer may contact the seller", Doc: "Working days without a review after which the buyer may contact the merchant. Nothing is decided by itself."},
	{Name: KeyRefundReturnDays, Default: "10", Kind: Whole, Min: 1, Levels: anywhere, Given: "KooGallery: within 10 days of approval; counted as 24 hours each, which is a choice", Doc: "Days in which the buyer of returned goods enters carrier and number, else the request counts as withdrawn."},
	{Name: KeyRefundAcceptDays, Default: "15", Kind: Whole, Min: 1, Levels: anywhere, Given: "KooGallery: 15 days to accept or report a problem; counted as 24 hours each, which is a choice", Doc: "Days in which the merchant accepts returned goods, refuses them or appeals, else they count as accepted."},
	{Name: KeyRefundAppealWorkdays, Default: "3", Kind: Whole, Min: 1, Levels: anywhere, Given: "KooGallery: operations decide an appeal within 3 working days", Doc: "Working days in which operations decide on an appeal against returned goods; later ones are listed as overdue."},
	{Name: KeyRefundMoneyHours, Default: "3", Kind: Whole, Min: 1, Levels: anywhere, Given: "KooGallery: money and state are in step within 3 hours of approval", Doc: "Hours in which the marketplace answers an instruction to give money back; later ones are listed as overdue."},
}
