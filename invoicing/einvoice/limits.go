package einvoice

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	pdf "github.com/speedata/pdfdisassembler"

	"suanpan/internal/fault"
)

// Limits of what a stranger may make us do, beside MaxBytes, maxDepth and maxElements. Real invoices stay far below them.
const (
	maxTag         = 64 << 10 // bytes of one tag, attributes included
	maxAttributes  = 200      // of one element: the largest real root has about 60, name spaces included
	maxAllAttrs    = 300_000
	maxAttachments = 64      // of a PDF
	maxSecond      = 2 << 20 // bytes of text beyond which the second reader, ten times as slow as ours, is not asked
)

// readTime is how long one file may be read. A usual one takes milliseconds, the largest legitimate one about three seconds.
const readTime = 15 * time.Second

var (
	_ = fault.Define("EINV-SLOW", "The file took longer than {seconds} seconds to read and was put aside. Export the invoice again without large attachments, or type its values.",
		"读取该文件超过 {seconds} 秒，已中止。请重新导出不含大附件的发票，或手工录入。",
		"A leitura do arquivo passou de {seconds} segundos e foi interrompida. Exporte a fatura de novo sem anexos grandes, ou digite os valores.")
	_ = fault.Define("EINV-BUSY", "Too many files are being read at this moment. Send the invoice again in a minute.",
		"当前正在读取的文件过多。请一分钟后重新提交。",
		"Há arquivos demais sendo lidos neste momento. Envie a fatura de novo em um minuto.")
	_ = fault.Define("EINV-TWO-IN-ONE", "The file is two things at once ({one} and {other}), so that people and programs may see different invoices in it. Send one plain file.",
		"该文件同时是 {one} 与 {other}，人与程序可能看到不同的发票。请上传单一格式的文件。",
		"O arquivo é duas coisas ao mesmo tempo ({one} e {other}), e pessoas e programas podem ver faturas diferentes nele. Envie um arquivo simples.")
	_ = fault.Define("EINV-PACKED", "The file is packed ({format}). Unpack it and send the invoice itself.",
		"该文件是压缩包（{format}）。请解压后上传发票本身。",
		"O arquivo está compactado ({format}). Descompacte-o e envie a própria fatura.")
	_ = fault.Define("EINV-ATTRIBUTES", "An element of the XML has too many attributes, or one twice (line {line}). Export the invoice again from your billing system.",
		"XML 元素的属性过多或重复（第 {line} 行）。请从开票系统重新导出发票。",
		"Um elemento do XML tem atributos demais, ou um repetido (linha {line}). Exporte a fatura de novo do seu sistema.")
)

// slots are the files that may be read at a time: what hostile files can take of memory and processor is bounded by them, since one
// that was given up keeps its slot until its reader really ends.
var slots = make(chan struct{}, 2*max(2, runtime.NumCPU()))

// ReadContext reads an electronic invoice and gives up when ctx ends, or after readTime. EINV-SLOW then; EINV-BUSY where it never
// came to its turn; else as Read.
func ReadContext(ctx context.Context, b []byte) (*Document, error) {
	return within(ctx, readTime, func(ctx context.Context) (*Document, error) { return read(ctx, b) })
}

// within runs a reader beside the caller, who waits no longer than limit.
func within(ctx context.Context, limit time.Duration, reader func(context.Context) (*Document, error)) (*Document, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "EINV-BUSY", "").Wrap(ctx.Err())
	}
	type answer struct {
		doc *Document
		err error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() { <-slots }()
		var a answer
		if err := guard("reader", func() (err error) { a.doc, err = reader(ctx); return err }); err != nil {
			a = answer{err: err}
		}
		done <- a
	}()
	select {
	case a := <-done:
		if ctx.Err() != nil && errors.Is(a.err, ctx.Err()) {
			return nil, slow(ctx, limit)
		}
		return a.doc, a.err
	case <-ctx.Done():
		return nil, slow(ctx, limit)
	}
}

// slow is the fault of a file that was given up, or the caller's own end.
func slow(ctx context.Context, limit time.Duration) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return fault.New(fault.TooLarge, "EINV-SLOW", "", fault.Args{"seconds": int(limit.Seconds())}).Wrap(ctx.Err())
}

// oneThing refuses files that are packed, and those that two programs would take for two things: what a person sees in one of them
// says nothing of what is read in the other.
func oneThing(b []byte) error {
	head := b[:min(len(b), 1024)]
	isPDF, isZIP := bytes.Contains(head, []byte("%PDF-")), bytes.HasPrefix(b, []byte("PK\x03\x04"))
	two := func(one, other string) error {
		return fault.New(fault.Invalid, "EINV-TWO-IN-ONE", "", fault.Args{"one": one, "other": other})
	}
	switch {
	case isPDF && (isZIP || endsAsZIP(b)):
		return two("PDF", "ZIP")
	case isPDF && endsWhole(b) && beginsXML(head):
		return two("XML", "PDF")
	case looksXML(b) && endsAsZIP(b):
		return two("XML", "ZIP")
	case isZIP, endsAsZIP(b):
		return fault.New(fault.Invalid, "EINV-PACKED", "", fault.Args{"format": "ZIP"})
	}
	for mark, name := range map[string]string{"\x1f\x8b": "gzip", "BZh": "bzip2", "\xfd7zXZ\x00": "xz", "7z\xbc\xaf\x27\x1c": "7z", "Rar!\x1a\x07": "RAR", "\x28\xb5\x2f\xfd": "zstd"} {
		if bytes.HasPrefix(b, []byte(mark)) {
			return fault.New(fault.Invalid, "EINV-PACKED", "", fault.Args{"format": name})
		}
	}
	return nil
}

// beginsXML tells whether the first thing written is a tag, as in no PDF.
func beginsXML(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"), []byte("<"))
}

// endsAsZIP looks for the directory with which a ZIP ends. Its comment has to reach the end of the file exactly, so a workbook that
// lies inside a PDF is none.
func endsAsZIP(b []byte) bool {
	const record, comment = 22, 1 << 16
	from := max(0, len(b)-record-comment)
	for at := bytes.LastIndex(b[from:], []byte("PK\x05\x06")); at >= 0; at = bytes.LastIndex(b[from:from+at], []byte("PK\x05\x06")) {
		if i := from + at; i+record <= len(b) && i+record+int(binary.LittleEndian.Uint16(b[i+20:])) == len(b) {
			return true
		}
	}
	return false
}

// shortTags refuses a tag of endless attributes before the XML decoder collects them.
func shortTags(text []byte) error {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '<')
		if i < 0 {
			return nil
		}
		at += i
		end := ">"
		switch rest := text[at:]; {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			end = "]]>"
		case bytes.HasPrefix(rest, []byte("<?")):
			end = "?>"
		}
		n := bytes.Index(text[at:], []byte(end))
		if n < 0 {
			n = len(text) - at // cut off, or an end that never comes: the decoder says so
		}
		if n > maxTag && end == ">" {
			return attributesFault(bytes.Count(text[:at], []byte("\n")) + 1)
		}
		if at += n; at >= len(text) {
			return nil
		}
	}
}

func attributesFault(line int) error {
	return fault.New(fault.TooLarge, "EINV-ATTRIBUTES", "line "+strconv.Itoa(line), fault.Args{"line": line})
}

// oddAttributes refuses one that stands twice (the XML decoder takes both, and which one counts would be the reader's taste) and one
// with a lost letter.
func oddAttributes(dec *xml.Decoder, attrs []xml.Attr, text []byte) error {
	for i, a := range attrs {
		for _, earlier := range attrs[:i] {
			if earlier.Name == a.Name {
				return attributesFault(line(dec))
			}
		}
		if lost(a.Value, text) {
			return malformed(dec)
		}
	}
	return nil
}

// lost tells whether a letter was lost in decoding: of a reference to half a surrogate the decoder makes U+FFFD instead of refusing it.
func lost(s string, text []byte) bool {
	return strings.ContainsRune(s, utf8.RuneError) && !bytes.ContainsRune(text, utf8.RuneError)
}

// cutOff tells whether a text that began as XML ended before its first element did.
func cutOff(text []byte, err error) bool {
	var se *xml.SyntaxError
	return errors.As(err, &se) && se.Msg == "unexpected EOF" && bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("<"))
}

// attachments walks the names of a PDF's attachments, and stops where time is up or there are more than any invoice has: each may
// make the library unpack a stream of its own.
func attachments(ctx context.Context, r *pdf.Reader, cat *pdf.Dict) ([]pdf.EmbeddedFile, error) {
	names, ok := cat.Dict("Names")
	if !ok {
		return nil, nil
	}
	root, ok := names.Dict("EmbeddedFiles")
	if !ok {
		return nil, nil
	}
	w := walk{ctx: ctx, r: r, steps: 8 * maxAttachments}
	err := w.node(root, 0)
	return w.found, err
}

type walk struct {
	ctx   context.Context //nolint:containedctx // lives as long as one call
	r     *pdf.Reader
	steps int
	found []pdf.EmbeddedFile
}

func (w *walk) step() error {
	if w.steps--; w.steps < 0 || len(w.found) > maxAttachments {
		return fault.New(fault.TooLarge, "EINV-TOO-LARGE", "", fault.Args{"limit": MaxBytes >> 20})
	}
	return w.ctx.Err()
}

func (w *walk) node(n *pdf.Dict, depth int) error {
	if depth > maxDepth {
		return nil
	}
	kids, _ := n.Array("Kids")
	for _, kid := range kids {
		if err := w.step(); err != nil {
			return err
		}
		if child, err := w.r.ResolveDict(kid); err == nil {
			if err := w.node(child, depth+1); err != nil {
				return err
			}
		}
	}
	entries, _ := n.Array("Names")
	for i := 0; i+1 < len(entries); i += 2 {
		if err := w.step(); err != nil {
			return err
		}
		if name, ok := entries[i].(pdf.String); ok {
			if spec, err := w.r.ResolveDict(entries[i+1]); err == nil {
				w.found = append(w.found, pdf.EmbeddedFile{Name: string(name), Spec: spec})
			}
		}
	}
	return nil
}

// bomb tells whether a stream that could not be unpacked is one that only unpacks to more than may be read, packed once or several times over.
func bomb(s *pdf.Stream) bool {
	data, err := s.RawBytes()
	for range 4 {
		if err != nil {
			return false
		}
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return false
		}
		if data, _ = io.ReadAll(io.LimitReader(z, MaxBytes+1)); len(data) > MaxBytes {
			return true
		}
	}
	return false
}
