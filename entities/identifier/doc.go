// Package identifier knows the numbers that companies, accounts, banks and fiscal documents are called by: how each is written,
// what is wrong with one that was entered, and what cannot be known about it.
//
// It owns forms and check digits. It does not know whether a number was ever given to anybody: that only a register tells.
//
// One file a country (br.go, mx.go …), and one each for IBAN and BIC. A file carries its own proof, examples with their outcome,
// which one shared test replays. To add a number, add its rule to its country's file.
//
// What a result says:
//
//	ok       form and check digits fit; Notes say what could not be checked
//	warning  something does not fit, but numbers that do not fit are in use, or no rule is known
//	refused  nobody can have this number: a character is missing, wrong or swapped
//
// Nobody has to refuse anything for a refused number: who asks decides. The formulas are the agencies' own, as python-stdnum
// cites them; its examples are the test numbers.
package identifier
