// Package buyerinvoices keeps the invoices that buyers ask for of what they bought (买家发票), as far as they matter to a refund.
//
// Owns: requests for an invoice of an order line and what became of each. Does not own the document, its tax, or the invoices that merchants send to
// an entity: those are invoicing's. It holds no line off bills: an invoiced sale is a sale.
//
//	requested ─issued─▶ issued ─returned─▶ returned
//	    └─cancelled (撤销开票)─▶ cancelled
//
// A line with an invoice that is requested or issued cannot be refunded; StateOf tells. Who wants to know that a buyer asks is called in the same
// transaction (Subscribe), and may refuse it. Times are business time.
package buyerinvoices
