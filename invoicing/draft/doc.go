// Package draft draws up, for an invoice list (开票清单), the invoice that answers it, before the merchant issues anything.
//
// Owns: what such an invoice has to say and its forms: UBL, CII, a PDF with the CII inside, the values for CFDI 4.0 and for NFS-e,
// plain text. Does not own whether an invoice is acceptable (invoicing judges) nor how the list came about. Nothing is stored: a
// draft is drawn anew from the list each time.
//
// What a draft never does: guess what only the merchant knows. Its number is its own; a tax is shown only where the merchant names
// its rate; what is unknown is an empty place with a mark beside it, never an invented value. An XML whose number is blank cannot be
// read as an invoice, so a draft that was not completed cannot be taken for one.
//
// Amounts. Which figure of the invoice has to equal which of the list is a dated setting (compared_figure); the draft follows the one
// in force on the day of the list's notice. Where the payable figure is compared, all tax is contained in the list's amount.
//
// Times. Date is the day the invoice is to bear, a calendar day without a zone; where the merchant names none it is today where the
// contracting entity is.
//
// One file a form: ubl.go, cii.go, facturx.go, cfdi.go, nfse.go, plain.go. A new form registers itself and a shared test takes it up.
//
//	list + settings + what the merchant adds ──▶ Draft ──▶ form ──▶ file
package draft
