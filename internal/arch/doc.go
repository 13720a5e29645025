// Package arch holds the rules of the house as tests: they read the source tree and the catalogue of a migrated database, and
// fail with the place and the way out.
//
// Owns: which package may import which (arrows), where SQL, the wall clock and floats may stand, that every fault has its three
// texts, how long files and functions may be, that exported names are explained, and how tables are keyed and guarded. It has no
// code of its own that the product runs. Each rule is a function from sources to findings, so that a test can plant a breach and
// see it found. A rule is not weakened for a file: a listed exception carries its reason, and one that nothing needs any more fails.
package arch
