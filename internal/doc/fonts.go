package doc

import (
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"suanpan/internal/fault"
)

// Script is a writing system that needs a font of its own.
type Script string

// The scripts. Latin (with Greek and Cyrillic) is always there; Han carries Japanese and Korean too where the font has them.
const (
	Latin Script = "latin"
	Han   Script = "han"
	Thai  Script = "thai"
)

// scripts fixes the order in which fonts are tried for a rune.
var scripts = []Script{Latin, Han, Thai}

// Fonts are the fonts of a process. They are read only once and safe for use by many goroutines.
type Fonts struct {
	faces map[faceKey]*face
	files map[Script]string
}

type faceKey struct {
	script Script
	bold   bool
}

// A candidate is a font file for a script with, if there is one, its bold companion.
type candidate struct{ regular, bold string }

// candidates lists file names in order of preference, each looked for in every folder. Only TrueType outlines can be embedded,
// so the widespread .ttc and .otf editions of Noto CJK are not among them.
var candidates = map[Script][]candidate{
	Han: {
		{"NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"},
		{"NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf"},
		{"DroidSansFallbackFull.ttf", ""},
		{"DroidSansFallback.ttf", ""},
		{"Arial Unicode.ttf", ""},
	},
	// Waree and Loma carry the lower and left-hand marks that Thai needs, as extra glyphs; the others are readable without.
	Thai: {
		{"Waree.ttf", "Waree-Bold.ttf"},
		{"Loma.ttf", "Loma-Bold.ttf"},
		{"Norasi.ttf", "Norasi-Bold.ttf"},
		{"Garuda.ttf", "Garuda-Bold.ttf"},
		{"NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf"},
		{"Arial Unicode.ttf", ""},
	},
}

// folders are where Debian and macOS keep fonts.
var folders = []string{
	"/usr/share/fonts/truetype/droid", "/usr/share/fonts/truetype/tlwg", "/usr/share/fonts/truetype/noto",
	"/usr/share/fonts/truetype/thai", "/usr/share/fonts/truetype", "/usr/local/share/fonts",
	"/Library/Fonts", "/System/Library/Fonts/Supplemental", "/System/Library/Fonts", "/opt/homebrew/share/fonts",
}

// latin is parsed once however many Fonts a process makes: it is compiled in and cannot differ.
var latin = sync.OnceValue(func() [2]*face {
	regular, err := parseFace(goregular.TTF)
	if err != nil {
		panic(err)
	}
	bold, err := parseFace(gobold.TTF)
	if err != nil {
		panic(err)
	}
	return [2]*face{regular, bold}
})

// FindFonts looks for the fonts in a folder (usually the value of SUANPAN_FONTS; empty: none) and then in the system's. The
// warnings name each script that has none; the fonts are usable all the same.
func FindFonts(dir string) (*Fonts, fault.Faults) {
	where := folders
	if home, err := os.UserHomeDir(); err == nil {
		where = append(where[:len(where):len(where)], filepath.Join(home, "Library/Fonts"), filepath.Join(home, ".local/share/fonts"))
	}
	if dir != "" {
		where = append([]string{dir}, where...)
	}
	return findFonts(where)
}

func findFonts(where []string) (*Fonts, fault.Faults) {
	f := &Fonts{faces: map[faceKey]*face{}, files: map[Script]string{}}
	f.faces[faceKey{Latin, false}], f.faces[faceKey{Latin, true}] = latin()[0], latin()[1]
	for _, s := range scripts[1:] {
		f.find(s, where)
	}
	var warnings fault.Faults
	for _, s := range f.Missing() {
		warnings = append(warnings, s.warning())
	}
	return f, warnings
}

func (f *Fonts) find(s Script, where []string) {
	for _, dir := range where {
		for _, c := range candidates[s] {
			regular := readFace(filepath.Join(dir, c.regular))
			if regular == nil || !regular.has(sample[s]) {
				continue
			}
			f.faces[faceKey{s, false}] = regular
			f.files[s] = filepath.Join(dir, c.regular)
			if c.bold != "" {
				if bold := readFace(filepath.Join(dir, c.bold)); bold.has(sample[s]) {
					f.faces[faceKey{s, true}] = bold
				}
			}
			return
		}
	}
}

// sample is a character that a font for the script cannot lack.
var sample = map[Script]rune{Han: '中', Thai: 'ก'}

func readFace(file string) *face {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	f, err := parseFace(data)
	if err != nil {
		return nil // damaged or of a kind that cannot be embedded: the next candidate may do
	}
	return f
}

// Missing lists the scripts that no font was found for.
func (f *Fonts) Missing() []Script {
	var out []Script
	for _, s := range scripts {
		if f.faces[faceKey{s, false}] == nil {
			out = append(out, s)
		}
	}
	return out
}

// File is the file a script's font came from; empty for Latin, which is compiled in, and for a missing one.
func (f *Fonts) File(s Script) string { return f.files[s] }

func (s Script) warning() *fault.Fault {
	if s == Thai {
		return fault.Warning(CodeFontThai, "fonts")
	}
	return fault.Warning(CodeFontHan, "fonts")
}

// Text says that the script has no font, and what to do about it.
func (s Script) Text(l fault.Lang) string { return s.warning().Text(l) }

// pick chooses the font for a rune: its script's own for Thai, otherwise the first that has it. heavy tells that bold was asked
// for and only the regular cut exists, so the strokes are to be thickened.
func (f *Fonts) pick(r rune, bold bool) (key faceKey, fc *face, heavy bool) {
	if r >= 0x0E00 && r <= 0x0E7F {
		if key, fc, heavy = f.of(Thai, r, bold); fc != nil {
			return
		}
	}
	for _, s := range scripts {
		if key, fc, heavy = f.of(s, r, bold); fc != nil {
			return
		}
	}
	return faceKey{}, nil, false
}

func (f *Fonts) of(s Script, r rune, bold bool) (faceKey, *face, bool) {
	if bold {
		if fc := f.faces[faceKey{s, true}]; fc.has(r) {
			return faceKey{s, true}, fc, false
		}
	}
	if fc := f.faces[faceKey{s, false}]; fc.has(r) {
		return faceKey{s, false}, fc, bold
	}
	return faceKey{}, nil, false
}
