// Package invoicing judges what merchants send: is this invoice the answer to that list (开票清单), and if not, why not.
//
// Owns: invoice lists as issued documents, uploaded files, submitted invoices in every version, the verdict with its coded
// faults, acceptance and its undoing. Does not own: how a month was computed (a list is a document handed in), payment
// (settlement), what each file format means (einvoice).
//
// What never changes: an issued list, a stored file, a version of an invoice, a withdrawn requisition's number, the requisition that a
// fiscal document (CFDI, NF-e) once counted towards, and what a verdict was judged on, from which it is given again for ever.
//
// Times. NoticeAt: when the merchant was told of the list; ReceivedAt: when an upload reached us (business time, judged in the
// entity's zone); Date: the day printed on the invoice, without a zone; AsOf: when the verdict is looked at; RulesOn: the day
// whose national rules count. A time that a law gives the buyer to answer (Answer) is a row in business time.
//
// A list:
//
//	issued ──withdraw──▶ withdrawn        (its requisition number is never used again)
//
// An invoice:
//
//	           ┌─▶ refused (number free again)
//	judged ────┼─▶ pending ───the sum reaches the list───▶ accepted ──payment recorded──▶ paid
//	           ├─▶ waiting (late: finance decides) ──▶ accepted, pending or refused
//	           └─▶ accepted ──▶ revoked (two people, until paid) or reissue (a law's month end); both free the number
//
// A credit note that names an accepted invoice counts against its list, once and for ever; where the list is no longer reached, the
// acceptance is reversed. What finance does about refusals stands in exception.go.
//
// Order of faults in a verdict, always the same: first the upload (list attached, starred fields), then each invoice in the order
// sent (its list, requisition, period, kind, number, fiscal id, date, currency, addressee, issuer, account name, its own arithmetic, tax, jurisdiction), then the
// time of each list (before its notice), then each list's sum.
package invoicing
