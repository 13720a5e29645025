// Package conformance reads a whole folder of invoices that this project did not write, and says of each file what was read or why not.
//
// Owns: one line a file, the comparison of invoices that lie there in two syntaxes, and what became of rule cases: files that hold
// documents and state which rule each breaks or keeps, as the unit tests of EN 16931 do. Does not own how anything is read
// (einvoice does), and keeps nothing.
//
// What never changes: no file stops the run, and every file has its line, in the order of the paths.
package conformance
