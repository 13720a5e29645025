// Command suanpan settles a cloud marketplace: orders in, invoice lists out, merchant invoices judged, paid and printed.
//
// This folder wires and decides nothing: a command reads its flags, opens the database as somebody, calls one verb of a module and
// prints what came back. program.go is the program as a value that tests can hold; database.go opens the database of a data folder
// or of a URL; wire.go ties the modules together in one listed order; output.go prints faults and tables; then one file a command.
// The demo's invented values stand in demo/values.go and nowhere else.
//
//	exit code  0 done   1 refused   2 cannot be read, or used wrongly   3 waits for somebody   70 our mistake, or no database
package main
