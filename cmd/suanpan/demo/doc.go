// Package demo makes a month of an invented marketplace: merchants, orders, payments, credit, supervision, trials, refunds, usage,
// packages, appeals and collections across entities, as a feed file that goes through the same door as a real one.
//
// values.go holds every invented value, and nothing else in the program does; each shown one says DEMO. month.go draws the month
// from a seed: the same seed is the same month, to the byte. invoices.go draws the invoices that some merchants send back.
package demo
