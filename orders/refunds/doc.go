// Package refunds judges requests to give a buyer's money back (退订), walks them through review and return of goods, and asks the marketplace
// to pay.
//
// Owns: requests, their attachments, and what a buyer's account has used of its yearly quota. Does not own the refund itself: that is a fact of
// orders, which answers the instruction and closes the request. It never moves money.
//
//	negotiated; goods not received                                    goods received
//	(in transit ─operations confirm─▶) review ─approve─▶ refunding    review ─approve─▶ awaiting return ─shipped─▶ awaiting acceptance ─accept─▶ refunding
//	                                     ├─reject─▶ rejected                               └─10 days─▶ withdrawn       ├─15 days─▶ refunding
//	                                     ├─withdraw─▶ withdrawn                                                        ├─reject─▶ rejected
//	                                     └─invoice asked for─▶ failed                                                  └─appeal─▶ appealed ─operations─▶ refunding, rejected
//	self-service (five days, conditional, not in effect) and failed provisioning begin at refunding;
//	refunding ─the refund's fact─▶ refunded; any open request ─other refunds leave too little─▶ failed
//
// From request to end the line bears a hold of kind "refund", so it is on no bill meanwhile. A refund that arrives as a fact without a request is
// none of this package's business, beyond the quota it uses.
//
// Times: requests, decisions and deadlines are business time. The five days and the days for return and acceptance are periods of 24 hours; the
// seven working days are those of the owing entity's calendar, in its zone.
package refunds
