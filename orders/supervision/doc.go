// Package supervision keeps the service supervision (服务监管) of order lines and the appeals (申诉) against it.
//
// Owns: the case of a supervised line, its stages, its log, delivery proofs and evidence, appeals and their decisions, and the clocks of all of
// these. Does not own what completion means for money: that is the fact supervisionCompleted, which it sends through the door of the feed; the same
// fact arriving by feed closes the case. Buyers never log in: their acts, courier events and the platform's review come from the marketplace.
//
//	          classify                                     accept, automatic, passed review
//	untyped ───────────▶ the stages of its flow (flow.go) ────────────────────────────────▶ completing ──fact──▶ done
//	                       │  ▲        │                                                       ▲
//	                appeal │  │ resume │ overdue (old rule)                                    │
//	                       ▼  │        ▼                                                       │
//	                     frozen ────▶ refunding ──refund fact──▶ refunded      frozen ──closed as accepted
//	                            refund
//
// A case opens when the payment of a supervised line is heard, never for a renewal (续费不再监管) and never for the past. It never opens again.
//
// Times: a stage begins at the instant of the act that led there; AcceptedAt is the instant of the act that ended supervision (the acceptance, the
// passing of the review, the decision) and is the time of the fact, however late that is sent. Verbs never send facts: they set a timer that is due
// at once, so that a merchant's transaction, which may not write to the ledger, and the staff's end the same way.
//
// While an appeal is open every timer of the line stands, those of other modules too, and nobody acts but operations. A timer that would have fired
// meanwhile has as much time left afterwards as it had when the appeal was opened. What the courier reports is still noted.
//
// No source says what becomes of supervision after a refund of a part (of an appeal's decision too): the rest is supervised on, since it is still
// paid for; a refund of the whole ends the case.
package supervision
