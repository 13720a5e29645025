// Package einvoice reads electronic invoices into one Document, with the place where each value was found.
//
// Owns: telling a format by the content of a file (never by its name), reading it, finding the numbers that a merchant
// must repeat on an invoice, checking that an invoice adds up, and hints from the pages of a PDF. Does not own whether the
// invoice is acceptable: nothing here compares a value with a list or corrects a figure. The figures of an invoice are kept
// apart, as written; where a format writes one only in parts, it is their sum and marked as derived.
//
// One file a format: ubl.go, cii.go, facturx.go, cfdi.go, nfe.go, nfse.go, fatturapa.go. A new format is one new file
// that registers itself and one worked example under testdata/<name>/; a shared test demands it. What is known but not
// read yet stands in notread.go.
//
// Files come from strangers. They are bounded (size, depth, elements, attributes, what is unpacked, time: limits.go), document type
// declarations, packed files and files that are two things at once are refused, a panic in a library becomes a fault. XML is read twice, here by path and by a library of its own mind: a figure
// that the two read differently is refused rather than guessed.
//
// Dates are calendar days as written, without a zone.
//
//	bytes ──▶ limits ──▶ PDF? ──▶ attached XML ─┐   (none: hints from its pages, for a person)
//	                └──▶ XML ───────────────────┴──▶ format by root element ──▶ Document + Evidence
package einvoice
