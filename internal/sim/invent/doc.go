// Package invent makes up months of facts from a seed: entities in different zones, merchants certified early, late and never, orders of
// every kind, usage, credit, refunds, and facts that are heard late. The same seed gives the same months.
//
// What it does not invent is what no convention decides: orders closed after they were earned, refunds that become known in another order
// than they happened, packages that become known after the usage they cover.
package invent
