// Package provisioning calls the produce interface (生产接口) of sellers: a paid order asks the seller to make an instance, a renewal to prolong it, a
// refund to delete it.
//
// Owns: the sellers' addresses and keys, the requests of both versions with their signatures, the calls and every try of them, and what follows when
// no try did it. Does not own orders: what an answer means for one is a fact that goes through orders.Take, and money goes back by an instruction.
//
//	              ┌─ still processing ─┐
//	              ▼                    │
//	paid ──▶ waiting ──answer──▶ succeeded ──▶ effectiveness (a supervised line's: at acceptance)
//	           │  ▲  └─ no try left ──▶ exhausted ──▶ create, upgrade: provisioningFailed and the money back
//	      try failed │                      │            all others: wait for a person, who restarts them
//	           ▼  │ another try             └─restart─▶ waiting
//	          failed ─ the cause is gone ──▶ withdrawn
//
// What never changes: a call's id says what must happen once, so the same cause asked twice is one call, and a request that is repeated after a crash
// is the same for the seller. No transaction is open while a seller is called.
//
// Times: due_at, tries and spans are business time; leases, timestamps in requests and how long a request took are machine time. A try that fell due
// while nobody ran is made once, when somebody does.
//
// Secrets: a seller's key is written by the seller, read by batch alone to sign, encrypted where SUANPAN_KEY is set, and never logged; of requests only
// the hash is kept, of answers the result code and the seller's message.
package provisioning
