// Package statement tells people how a month stands: the invoice list of a requisition (开票清单), the statement of a merchant with an
// entity, the statement of an entity, and the workbook that finance closes the month with.
//
// Owns: the values, how they are gathered, the words on them in three languages, and the names of the files. Does not own any figure: a
// bill is settlement's, a list invoicing's, a balance the ledger's. Nothing here is saved, so nothing here has a state.
//
//	store.go, service.go ──▶ a plain value (List, Merchant, Entity, Finance) ──▶ pdf_*.go, xlsx.go, csv.go draw it
//
// What never changes: the same data in the same language at the same business time gives the same bytes. A drawer decides nothing; what
// it shows stands in the value.
//
// Times: an account is told by Period, the month an entry stands in, so opening, movements and closing agree with the ledger's trial
// balance of that month. Where a bill stands (invoices, payments) is as of the transaction. Days and hours are printed in the entity's
// zone, which every document names. An issued list is dated with its issue, whenever it is drawn.
package statement
