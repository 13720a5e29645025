package orders

import (
	"io"
	"mime/multipart"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/web"
)

// AttachmentLimit bounds a request that brings attachments, in bytes.
const AttachmentLimit = MaxAttachments*MaxAttachment + 1<<20

// ReadAttachments reads the part "files" of a form; none where the request is no form. One byte more than is allowed is read of each, so that
// CheckAttachments sees what is too large.
func ReadAttachments(c echo.Context) ([]Attachment, error) {
	if !strings.HasPrefix(c.Request().Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		return nil, nil
	}
	form, err := c.MultipartForm()
	if err != nil {
		return nil, err
	}
	var out []Attachment
	for _, part := range form.File["files"] {
		if part.Filename == "" { // a field that was left empty
			continue
		}
		b, err := readPart(part)
		if err != nil {
			return nil, err
		}
		out = append(out, NewAttachment(part.Filename, b))
	}
	return out, nil
}

func readPart(part *multipart.FileHeader) ([]byte, error) {
	f, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, MaxAttachment+1))
}

// SendAttachment gives a file back as a download: no browser is to run it.
func SendAttachment(c echo.Context, a Attachment) error {
	return web.Download(c, a.Name, a.ContentType, a.Content)
}
