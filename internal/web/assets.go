package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/templates"
)

// assets are the files of templates/static under names that carry their content's hash: such a name never changes its content,
// so browsers may keep it for a year.
type assets struct {
	byName  map[string]string // suanpan.css → /static/suanpan.0123456789.css
	content map[string][]byte // suanpan.0123456789.css → its bytes
}

func loadAssets() (*assets, error) {
	a := &assets{byName: map[string]string{}, content: map[string][]byte{}}
	entries, err := fs.ReadDir(templates.FS, "static")
	if err != nil {
		return nil, fmt.Errorf("web: assets: %w", err)
	}
	for _, e := range entries {
		b, err := fs.ReadFile(templates.FS, "static/"+e.Name())
		if err != nil {
			return nil, fmt.Errorf("web: assets: %w", err)
		}
		sum := sha256.Sum256(b)
		ext := path.Ext(e.Name())
		hashed := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:5]) + ext
		a.byName[e.Name()] = "/static/" + hashed
		a.content[hashed] = b
	}
	return a, nil
}

func (a *assets) address(name string) (string, error) {
	if p, ok := a.byName[name]; ok {
		return p, nil
	}
	return "", fmt.Errorf("no asset %q in templates/static", name)
}

func (s *Server) static(c echo.Context) error {
	name := c.Param("file")
	b, ok := s.view.assets.content[name]
	if !ok {
		return NotFound("file")
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(c.Response(), c.Request(), name, time.Time{}, bytes.NewReader(b))
	return nil
}
