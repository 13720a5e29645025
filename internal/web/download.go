package web

import (
	"bytes"
	"mime"
	"net/http"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// downloadPolicy lets a file that is opened all the same do nothing: no script, no form, no address of ours.
const downloadPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

// safeTypes are what a browser may be told of a file that somebody sent. Nothing in the list runs; anything else is bytes.
var safeTypes = map[string]bool{
	"application/pdf": true, "application/xml": true, "application/json": true, "text/plain": true, "text/csv": true,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": true, "image/png": true, "image/jpeg": true,
}

// Download sends bytes to be saved, never to be shown: of a safe type, under a clean name, in a sandbox of their own.
func Download(c echo.Context, name, kind string, b []byte) error {
	if base, _, err := mime.ParseMediaType(kind); err != nil || !safeTypes[base] {
		kind = echo.MIMEOctetStream
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": SafeName(name)}))
	h.Set(echo.HeaderContentSecurityPolicy, downloadPolicy)
	h.Set(echo.HeaderXContentTypeOptions, "nosniff")
	return c.Stream(http.StatusOK, kind, bytes.NewReader(b))
}

// maxName is how many characters of a file's name are kept.
const maxName = 120

// reserved are names that Windows takes for a device, whatever ending follows.
var reserved = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true, "conin$": true, "conout$": true}

// SafeName is a file's name as it may be stored, shown and sent back: no folder, nothing that hides its ending or means something
// to a system, at most 120 characters, the ending kept.
func SafeName(name string) string {
	name = filepath.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		// Format characters (Cf) turn the direction of writing, so that an .exe reads as .pdf.
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || strings.ContainsRune(`"<>|:*?/`, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .") // a leading dot hides a file, one at the end is dropped by some systems
	if r := []rune(name); len(r) > maxName {
		name = strings.Trim(string(r[len(r)-maxName:]), " .")
	}
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	stem = strings.TrimSpace(stem)
	device := len(stem) == 4 && (strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")) && stem[3] >= '0' && stem[3] <= '9'
	switch {
	case name == "":
		return "file"
	case reserved[stem] || device:
		return "file-" + name
	}
	return name
}
