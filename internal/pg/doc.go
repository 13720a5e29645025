// Package pg is the way to PostgreSQL: connections, transactions with their one instant and their actor, the schema and its
// roles, and a server of one's own for those who have none.
//
// It owns the tables installation and the schema house. It knows nothing of the field.
//
//	transaction   InTx (read committed), ReadTx (repeatable read, read only), OwnerTx (no role: schema work)
//	actor         web sees one merchant, staff everything under a name, batch everything, auditor everything and changes nothing
//	Tx.Now        business time: one instant a transaction; a demo's stands still until MoveClock
//	Fault         SQLSTATE and constraint name become faults; nobody reads an error's text
//	StartEmbedded the server that belongs to a data folder: shared by all commands on it, gone with the last
//
// A transaction costs one round trip to begin and one to commit. It is an argument, never in a context, and never nested.
package pg
