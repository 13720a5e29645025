// Package templates holds what people see: pages, partials, one style sheet, pictures and the words of the interface.
//
// Owns: the files and the catalogue of words in English, Chinese and Portuguese. Does not own what a page shows; the module
// named by the folder does, and it registers each page with its type in internal/web. A folder per module; base is the frame
// around all of them. Files are embedded, so the binary carries them; a new folder or file is found by its pattern.
package templates

import "embed"

// FS holds every page and partial as <folder>/<name>.html and every asset as static/<name>.
//
//go:embed */*.html static/*
var FS embed.FS
