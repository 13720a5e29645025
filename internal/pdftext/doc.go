// Package pdftext reads the text of a PDF as rows of cells: what stands together, and what stands beside it on one line.
//
// Owns: bounds on what a stranger's file may unpack to, following the drawing of strings on a page, and putting them into
// rows. Does not own what the text means, nor text inside pictures.
//
// Places are points of a page, as binary fractions: nothing here is an amount.
//
//	bytes ──▶ measured by a reader with limits ──▶ strings with their places ──▶ cells ──▶ rows, from the top of each page
package pdftext
