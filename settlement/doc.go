// Package settlement is the month (结算): which earned lines are billed, the bills, their approval, the requisition and its invoice list,
// payment, netting between entities, and what finance reconciles.
//
// Owns: runs, bills and their lines, requisitions, payments, nettings. Does not own lines (orders), invoices and lists (invoicing) or money
// (ledger). A bill never changes once issued; before its approval begins it can be withdrawn whole, afterwards only the next cycle's
// difference mends it.
//
//	             ┌──────────────── withdrawn (unsettle)
//	run ──▶ PENDING_COUNTERSIGN ──▶ COUNTERSIGNING ──▶ PENDING_REQUISITION ──▶ PENDING_INVOICE ⇄ INVOICE_REVIEW ──▶ REQUISITION_PROCESSING ──▶ PAYING ──▶ COMPLETED
//	  │             ▲                    │                     │                                                       │        │
//	  │             └ COUNTERSIGN_REJECTED                     └ REQUISITION_FAILED                       REQUISITION_REJECTED  PAYMENT_INFO_ERROR
//	  ├─▶ CARRIED (nothing to ask for: the whole amount goes to the merchant's next bill)
//	  └─▶ COLLECTED (below zero though it took a debt over already: taken from the deposit, the rest is owed; the setting negative_bill)
//
// Times: a bill's OccurredAt is the last instant of the month it bills, in the entity's zone; it is recorded on the run day. A run takes what
// was known before its run instant (00:00 of the run day), whatever hour it really starts.
package settlement
