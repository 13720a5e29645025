// Package audit keeps who did what, when and why.
//
// Owns: the table audit_event, which is only ever added to; no role of the service may change or delete a row. An event is written
// in the transaction of what it tells of, so both stand or neither. Does not own what the ledger remembers: money has its own
// trace. No secret, no bank data and no document's text belongs in an event; it names things by their ids.
//
// At is business time (the transaction's); WrittenAt is machine time.
package audit
