// Package sim checks the whole product against figures it did not compute itself: months worked by hand, and months invented from a seed and
// booked a second time by a naive auditor.
package sim
