// Package audit keeps a second set of books: a naive accountant who reads the neutral facts of some months and works them out in maps, slowly
// and plainly, from the written conventions alone. It knows nothing of the product and shares no code with it beyond money and months,
// so that what the two agree on was arrived at twice.
//
// It works month by month, entity by entity: usage first, then credit, then what is earned, then bills, then what is held. A fact
// counts in a run when it was known before the run instant (00:00 of the run day in the entity's zone), and in a month when it happened
// before that month's end.
package audit
