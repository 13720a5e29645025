package conformance

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"suanpan/internal/fault"
	"suanpan/invoicing/einvoice"
	"suanpan/money"
)

const codeFile = "CONF-FILE"

var _ = fault.Define(codeFile, "The file cannot be opened: {why}. Give the program the right to read it.", "无法打开文件：{why}。请授予读取权限。", "O arquivo não pode ser aberto: {why}. Dê ao programa o direito de lê-lo.")

// Line is what is said of one file. Figures are as the invoice writes them, in Currency; one that it does not write is empty.
type Line struct {
	Path     string   `json:"path"` // from the folder, with slashes
	Format   string   `json:"format,omitempty"`
	Kind     string   `json:"kind,omitempty"`
	Number   string   `json:"number,omitempty"`
	Date     string   `json:"date,omitempty"` // as printed, without a zone
	Currency string   `json:"currency,omitempty"`
	Payable  string   `json:"payable,omitempty"`
	Net      string   `json:"net,omitempty"`
	Tax      string   `json:"tax,omitempty"`
	Gross    string   `json:"gross,omitempty"`
	Prepaid  string   `json:"prepaid,omitempty"`
	Rounding string   `json:"rounding,omitempty"`
	Retained string   `json:"retained,omitempty"` // what the buyer withholds
	FiscalID string   `json:"fiscalId,omitempty"` // UUID or access key
	Seller   string   `json:"seller,omitempty"`
	SellerID []string `json:"sellerTaxIds,omitempty"` // scheme and number: VAT DE123456789
	Buyer    string   `json:"buyer,omitempty"`
	BuyerID  []string `json:"buyerTaxIds,omitempty"`
	Warnings []string `json:"warnings,omitempty"` // codes
	Reason   []Reason `json:"reason,omitempty"`   // why it was not read; empty where it was
	Cases    []Case   `json:"cases,omitempty"`    // of a file of rule cases
}

// Reason is one fault of a file that was not read.
type Reason struct {
	Code    string `json:"code"`
	Place   string `json:"place,omitempty"`
	Message string `json:"message"`
}

// Read tells whether the file was read as an invoice.
func (l Line) Read() bool { return len(l.Reason) == 0 && len(l.Cases) == 0 }

// Why is the code of the first reason why a file was not read.
func (l Line) Why() string {
	if len(l.Reason) == 0 {
		return ""
	}
	return l.Reason[0].Code
}

// Walk reads every file of a folder and of its folders, several at a time, and hands over the lines in the order of the paths.
// A file that cannot be read is a line too; only a folder that cannot be walked, or tell, ends it.
func Walk(ctx context.Context, dir string, lang fault.Lang, tell func(Line) error) error {
	type job struct {
		path string
		done chan Line
	}
	queue := make(chan job, 2*runtime.NumCPU()) // bounds how many lines wait for a slow one
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	room := make(chan struct{}, runtime.NumCPU())
	var walked error
	go func() {
		defer close(queue)
		walked = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case path == dir && err != nil:
				return err
			case err == nil && d.IsDir():
				return ctx.Err()
			}
			j := job{path, make(chan Line, 1)}
			select {
			case queue <- j:
			case <-ctx.Done():
				return ctx.Err()
			}
			room <- struct{}{}
			go func() {
				defer func() { <-room }()
				j.done <- one(ctx, dir, path, lang, err)
			}()
			return nil
		})
	}()
	for j := range queue {
		if err := tell(<-j.done); err != nil {
			return err
		}
	}
	return walked
}

// one reads one file.
func one(ctx context.Context, dir, path string, lang fault.Lang, bad error) Line {
	name, err := filepath.Rel(dir, path)
	if err != nil {
		name = path
	}
	l := Line{Path: strings.ToValidUTF8(filepath.ToSlash(name), "?")}
	b, err := content(path, bad)
	if err != nil {
		l.Reason = reasons(fault.New(fault.Invalid, codeFile, "", fault.Args{"why": err}), lang)
		return l
	}
	if cases, ok := casesOf(b); ok {
		l.Format = "cases"
		for _, c := range cases {
			l.Cases = append(l.Cases, c.judge(ctx))
		}
		return l
	}
	doc, err := einvoice.ReadContext(ctx, b)
	if err != nil {
		l.Reason = reasons(err, lang)
		return l
	}
	l.fill(doc)
	return l
}

// content reads a regular file as far as a reader would; a link or a pipe is none, so that nothing outside the folder is read.
func content(path string, bad error) ([]byte, error) {
	if bad != nil {
		return nil, cause(bad)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, cause(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("no regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, cause(err)
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, einvoice.MaxBytes+1))
	return b, cause(err)
}

// cause is the system's reason without the path, which the line gives.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func reasons(err error, lang fault.Lang) []Reason {
	var out []Reason
	for _, f := range fault.All(err) {
		if !f.Warn {
			out = append(out, Reason{f.Code, f.Path, f.Text(lang)})
		}
	}
	if len(out) == 0 {
		out = []Reason{{Code: codeFile, Message: err.Error()}}
	}
	return out
}

func (l *Line) fill(d *einvoice.Document) {
	l.Format, l.Kind, l.Number, l.Date, l.Currency = d.Format, string(d.Kind), d.Number, d.IssueDate.String(), string(d.Currency)
	l.Seller, l.Buyer, l.SellerID, l.BuyerID = d.Seller.Name, d.Buyer.Name, ids(d.Seller), ids(d.Buyer)
	says := func(field string) bool { _, ok := d.Evidence[field]; return ok }
	if says("payable") {
		l.Payable = money.Plain(d.Payable, d.Currency)
	}
	if says("net") {
		l.Net = money.Plain(d.Net, d.Currency)
	}
	if says("tax") {
		l.Tax = money.Plain(d.Tax, d.Currency)
	}
	if says("gross") {
		l.Gross = money.Plain(d.Gross, d.Currency)
	}
	if says("prepaid") {
		l.Prepaid = money.Plain(d.Prepaid, d.Currency)
	}
	if says("rounding") {
		l.Rounding = money.Plain(d.Rounding, d.Currency)
	}
	if !d.Retained.IsZero() {
		l.Retained = money.Plain(d.Retained, d.Currency)
	}
	l.FiscalID = d.FiscalID
	l.Warnings = d.Warnings.Codes()
}

func ids(p einvoice.Party) []string {
	var out []string
	for _, t := range p.TaxIDs {
		out = append(out, strings.TrimSpace(t.Scheme+" "+t.ID))
	}
	return out
}
