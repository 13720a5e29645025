// Package money holds exact amounts: a decimal and the currency it is in.
//
// Owns: currencies and their minor units, rounding, allocation, parsing and printing. Does not own rates,
// fees or any rule of settlement. An amount never changes once made; there is no float anywhere.
//
// Three precisions occur, and each has one function:
//
//	exact    what arithmetic gives (as many decimals as it needs)
//	Fixed    a line of a bill and a figure posted to FX clearing: 8 decimals, half-up
//	Rounded  a document's total, once: the minor unit of its currency (CLP and JPY have none), half-up
package money
