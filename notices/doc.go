// Package notices tells people what happened: in the console (站内信), by e-mail, by text message and by signed webhooks.
//
// Owns: the types of notices with their codes, who receives them and whether they confirmed, and every delivery until it is sent or given up. Does
// not own any cause: a module tells in the transaction of what it did, so a thing undone is never told; nor a merchant's own address, which is lent.
//
//	cause ─▶ Tell: one row, in the cause's transaction = the in-site message
//	           └─▶ spread: a delivery a channel and receiver ─▶ waiting ─▶ claimed by lease ─▶ sent outside any transaction ─▶ sent
//	                                                              ▲   later, up to eight times                        └─▶ failed ─▶ (by hand) waiting
//
// What a delivery says is made when it is sent, from the type's words and the notice's args; its id is made of its key, so a second one, after a
// worker died between sending and noting it, carries the same Message-ID or webhook id and can be dropped as a double.
//
// told_at is business time; leases, retries, links and signatures are machine time. No personal data outside notice_address.
package notices
