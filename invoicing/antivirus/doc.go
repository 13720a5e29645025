// Package antivirus asks a virus scanner over clamd's protocol (ClamAV's daemon; others speak it too).
//
// Owns: one question and its answer. Does not own what becomes of a file: invoicing does, and off is its default.
//
// What never changes: no answer is never taken for "clean". A scanner that is down, slow, cut off or that answers anything
// unknown is an error, and the file waits.
package antivirus
