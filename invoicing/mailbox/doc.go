// Package mailbox takes the invoices that merchants send by mail, as most do today, and answers each message with the verdict.
//
// Owns: reading a mailbox over IMAP, telling whose message it is, and the answer. Does not own the verdict: what is attached goes through the very
// verb that a page and the API use. The mailbox itself is never changed; how far it was read stands in the database.
//
// A message is stored as it came before anybody reads it, and known by its content: read again, moved or copied it is one. Judging it, keeping the
// invoices and writing the answer is one transaction. The answer leaves afterwards; a process that ends while it is being handed to the mail server leaves it
// "unsure" for a person, so that nobody is answered twice.
//
// A sender is known by the address that the merchant confirmed, or by its contact's. Whoever else writes is told nothing at all, and finance sees the
// message. An address can be forged: what a forged message can do is to submit an invoice that is right, or to be refused; the answer goes to the address on file.
//
//	IMAP ──▶ mail_message (taken) ──▶ sender, requisition ──▶ invoicing.Submit ──▶ judged + answer due ──▶ SMTP
//	                                      └──▶ waiting (finance)   └──▶ ignored (auto-replies, bounces)
package mailbox
