// Command gcloud turns the sales returns of the UK government's cloud marketplace (G-Cloud) into the feed, as an example of how a foreign
// export comes in: it brings an entity of its own, and says of everything it had to add that it is the example's choice.
//
//	go run ./docs/examples/gcloud returns.csv > feed.ndjson
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"suanpan/money"
)

// Entity is the code of the contracting entity that this example brings.
const Entity = "GB01"

// columns of an export, by name; their order does not matter and others are passed over.
var columns = []string{"ID", "LotDescription", "SupplierName", "CustomerName", "ReturnMonth", "EvidencedSpend"}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gcloud returns.csv > feed.ndjson")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(name string, out io.Writer) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	w := bufio.NewWriter(out)
	if err := convert(f, w); err != nil {
		return err
	}
	return w.Flush()
}

// line is one sales return. Its amount stays the text of the file: no figure is ever rounded here.
type line struct {
	id, lot, supplier, customer string
	month                       time.Time
	spend                       string
}

// convert writes the feed of an export: the ground first, then every return. The input may be in any order.
func convert(in io.Reader, out io.Writer) error {
	lines, err := read(in)
	if err != nil {
		return err
	}
	w := writer{enc: json.NewEncoder(out)}
	w.enc.SetEscapeHTML(false)
	w.ground(lines)
	for _, l := range lines {
		w.line(l)
	}
	return w.err
}

func read(in io.Reader) ([]line, error) {
	r := csv.NewReader(in)
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("no header line: %w", err)
	}
	at := make([]int, len(columns))
	for i, c := range columns {
		if at[i] = slices.Index(head, c); at[i] < 0 {
			return nil, fmt.Errorf("there is no column %s", c)
		}
	}
	var out []line
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		l := line{id: row[at[0]], lot: row[at[1]], supplier: row[at[2]], customer: row[at[3]], spend: row[at[5]]}
		if l.month, err = time.Parse("2006-01-02", row[at[4]]); err != nil {
			return nil, fmt.Errorf("ID %s: %w", l.id, err)
		}
		if _, err := money.Parse(l.spend); err != nil {
			return nil, fmt.Errorf("ID %s: %w", l.id, err)
		}
		out = append(out, l)
	}
}

// writer writes records until the first error.
type writer struct {
	enc *json.Encoder
	err error
}

type record map[string]any

func (w *writer) write(r record) {
	if w.err == nil {
		w.err = w.enc.Encode(r)
	}
}

// ground writes what the returns refer to. The entity, the certification and the fee of 0 are this example's and say so.
func (w *writer) ground(lines []line) {
	const source = "example: G-Cloud sales returns"
	w.write(record{"kind": "source", "name": "g-cloud-returns", "zone": "Europe/London", "history": true})
	w.write(record{
		"kind": "entity", "code": Entity, "name": "Example Digital Marketplace", "country": "GB", "zone": "Europe/London", "jurisdiction": "none",
		"payoutCurrencies": []record{{"currencyCode": "GBP"}}, "source": source,
	})
	seen := map[string]bool{}
	for _, l := range lines {
		m := merchantID(l.supplier)
		if !seen[m] {
			seen[m] = true
			w.write(record{"kind": "merchant", "merchantId": m, "name": l.supplier, "residence": "GB"})
			w.write(record{"kind": "certification", "merchantId": m, "contractingEntity": Entity, "currencyCode": "GBP", "time": "20120301000000"})
		}
		if p := m + "/" + l.lot; !seen[p] {
			seen[p] = true
			w.write(record{
				"kind": "product", "merchantId": m, "productId": "LOT-" + l.lot, "name": "Lot " + l.lot,
				"platformFees": []record{{"from": "2012-01-01T00:00:00Z", "rate": "0", "policy": "rate", "source": source + ": suppliers keep the whole spend"}},
			})
		}
	}
}

// line writes one return. A return has a month and no day: it happened on the month's last day. A credit has no order that it could be a refund
// of, so it is an adjustment.
func (w *writer) line(l line) {
	last := l.month.AddDate(0, 1, -1)
	at := func(minute int) string {
		return last.Add(10*time.Hour + time.Duration(minute)*time.Minute).Format("20060102150405")
	}
	m, order := merchantID(l.supplier), "GC-"+l.id
	if strings.HasPrefix(l.spend, "-") {
		w.write(record{
			"kind": "adjustment", "adjustmentId": order, "merchantId": m, "contractingEntity": Entity, "amount": l.spend, "currencyCode": "GBP",
			"reason": "credit in the sales returns", "document": "return " + l.id, "time": at(0),
		})
		return
	}
	w.write(record{
		"kind": "order", "orderId": order, "orderType": "NEW", "createTime": at(0), "merchantId": m, "buyerInfo": record{"customerId": customerID(l.customer)},
		"orderLine": []record{{
			"orderLineId": order + "-1", "chargingMode": "ONE_TIME", "productInfo": record{"productId": "LOT-" + l.lot}, "amount": l.spend,
			"currencyCode": "GBP", "contractingEntity": Entity,
		}},
	})
	w.write(record{"kind": "payment", "orderId": order, "method": "CASH", "collectingEntity": Entity, "time": at(1), "amount": l.spend})
	w.write(record{"kind": "effectiveness", "orderId": order, "time": at(2)})
}

// merchantID and customerID are the same for the same name in every export.
func merchantID(name string) string { return "GCS-" + digest(name) }
func customerID(name string) string { return "GCC-" + digest(name) }

func digest(name string) string {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.TrimSpace(name))))
	return hex.EncodeToString(sum[:5])
}
