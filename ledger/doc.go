// Package ledger is the one place where money moves (账本).
//
// Owns: books, accounts, entries and their transfers, the months of each book, the seal over everything that was
// posted, manual journals. Does not own why money moves: a posting recipe stands beside the event that causes it.
//
// An entry is a list of transfers; a transfer moves a positive amount from one account to another inside one book
// and one currency, so an unbalanced entry cannot be written down. Value crosses currencies through the book's
// fx_clearing account, naming the rate; it crosses books through due_to and due_from, whose mirror must stand in the
// same entry. Nothing is changed, only added: a correction is a reversal (key "reversal/<key>", so once) and a new
// entry. An entry's key is its cause; the same key with the same content is a no-op, with other content a fault.
//
// Three times are kept. OccurredAt: when it happened in the world. RecordedAt: when it was written here. Period: the
// month of OccurredAt in the zone of the book that owes the merchant, or the first later month that is still open in
// all of the entry's books. A month closes for incoming facts at its run instant and for everything once locked:
//
//	open ──run instant──▶ closed for facts (the run's own postings and journals still enter) ──lock──▶ never moves again
//
// Two doors lead in: Post, inside the caller's transaction, and Group.Submit, for callers without a business row.
package ledger
