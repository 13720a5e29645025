// Package doc draws documents: PDF pages, workbooks and CSV files. It knows how to draw, not what: a caller hands it a plain
// value (Document) or a stream of rows (Workbook, CSV), and what stands in the cells is the caller's business.
//
// What never changes: the same value drawn at the same business time gives the same bytes, on every machine that has the same
// fonts, so that a document can be hashed and its hash kept. Nothing here reads the wall clock.
//
// # Fonts
//
// Latin comes from a Go module; Chinese and Thai are found on the system or in the folder named by SUANPAN_FONTS, once per
// process (FindFonts). A script without a font is said at start (Fonts.Missing) and on the document (a note at its end), and its
// characters are written as their code points, "[U+4E2D 56FD]": longer than the word but lossless, so a name can still be looked
// up, where a box would hide which name it was. The same goes for anything that no font has: emoji, rare Han.
//
// A document carries only the glyphs that its text needs, cut out of the fonts here (cut.go) before the PDF library sees them:
// the library re-parses a whole font for every document (60 ms for a Chinese one), and takes minutes over long runs of
// consecutive characters; a font of at most 256 glyphs costs it neither.
package doc
