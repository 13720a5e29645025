package invoicing

import (
	"strings"

	"suanpan/entities/identifier"
	"suanpan/internal/fault"
)

// A fiscal document has an id that its tax office gives once: a CFDI's UUID, an NF-e's access key. It answers one list, once, in the whole
// system. What takes an id and what does not:
//
//	refused at once                       takes nothing: the document has answered nothing
//	pending, waiting, accepted            takes it for the merchant and the requisition, for ever
//	later refused, revoked, to reissue    keeps it: the same document may come again for the same requisition, never for another

// fiscalKinds are the kinds of the ids that formats of electronic invoices carry. A UBL's UUID is the sender's own and not among them.
var fiscalKinds = map[string]identifier.Kind{"cfdi": identifier.CFDI, "nfe": identifier.AccessKey, "nfse": identifier.ServiceKey}

// WithFiscal is the invoice with the fiscal id that a file of a format carries; as it is where the format's ids are not a tax office's.
func (i Invoice) WithFiscal(format, id string) Invoice {
	if kind, ok := fiscalKinds[format]; ok {
		i.FiscalKind, i.FiscalID = string(kind), id
	}
	return i
}

// FiscalHold is who has a fiscal id before an invoice with it is judged.
type FiscalHold struct {
	Elsewhere   bool   // another merchant; nothing more is known
	Requisition string // this merchant's requisition that has it
}

// FiscalKey names the fiscal document behind an invoice, "mx.cfdi/1FAC…", with case and separators made one; empty where it has none.
func (i Invoice) FiscalKey() string {
	if strings.TrimSpace(i.FiscalID) == "" {
		return ""
	}
	kind, id := i.fiscal()
	return kind + "/" + id
}

func (i Invoice) fiscal() (kind, id string) {
	id, _ = identifier.Normalise(identifier.Kind(i.FiscalKind), i.FiscalID)
	return i.FiscalKind, id
}

// fiscal checks the id of the fiscal document by itself, and that it is used once.
func (j *judgement) fiscal(n int, inv Invoice) {
	key := inv.FiscalKey()
	if key == "" {
		return
	}
	kind := identifier.Kind(inv.FiscalKind)
	if kind.Purpose() != identifier.Document { // any other would be a second name for the same document
		j.bad(n, codeFiscalKind, "fiscalKind", fault.Args{"got": said(inv.FiscalKind), "want": "mx.cfdi, br.nfe, br.nfse"})
		return
	}
	for _, f := range identifier.Check(kind, inv.FiscalID).Faults {
		g := *f
		g.Path = path(n, "fiscalId")
		if g.Warn {
			j.warn = append(j.warn, &g)
		} else {
			j.own[n] = append(j.own[n], &g)
		}
	}
	hold, held := j.Fiscal[key]
	switch {
	case held && hold.Elsewhere:
		j.bad(n, codeFiscalUsed, "fiscalId", fault.Args{"id": said(inv.FiscalID)})
		return
	case held && !j.meantFor(n, hold.Requisition):
		j.bad(n, codeFiscalOther, "fiscalId", fault.Args{"id": said(inv.FiscalID), "requisition": hold.Requisition})
		return
	}
	for _, e := range j.History {
		if e.Status.Live() && e.Invoice.FiscalKey() == key && NumberKey(e.Number) != NumberKey(inv.Number) { // the same number is told as INV-DUPLICATE
			j.bad(n, codeFiscalTwice, "fiscalId", fault.Args{"id": said(inv.FiscalID), "other": said(e.Number)})
			return
		}
	}
	for _, sib := range j.Upload.Invoices[:n] {
		if sib.FiscalKey() == key && NumberKey(sib.Number) != NumberKey(inv.Number) {
			j.bad(n, codeFiscalTwice, "fiscalId", fault.Args{"id": said(inv.FiscalID), "other": said(sib.Number)})
			return
		}
	}
}

// meantFor tells whether an invoice is compared with the list of a requisition.
func (j *judgement) meantFor(n int, requisition string) bool {
	for _, l := range j.against[n] {
		if RequisitionKey(l.Requisition) == RequisitionKey(requisition) {
			return true
		}
	}
	return false
}
