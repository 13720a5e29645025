package orders

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/money"
)

// TakenJSON says what became of facts.
type TakenJSON struct {
	Fresh    int64 `json:"fresh"`
	Repeated int64 `json:"repeated"` // stood already, with the same content
}

// apiFacts takes facts in, all or none.
func (h *HTTP) apiFacts(c echo.Context) error {
	facts, err := readFacts(c.Request().Body)
	if err != nil {
		return err
	}
	var out TakenJSON
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		name, err := caller(ctx, tx, c)
		if err != nil {
			return err
		}
		var in bytes.Buffer
		if kind, err := kindOf(facts[0]); err != nil || kind != sourceKind.name {
			raw, err := json.Marshal(map[string]string{"kind": sourceKind.name, "name": name, "zone": c.QueryParam("zone")})
			if err != nil {
				return err
			}
			in.Write(append(raw, '\n'))
		} else {
			in.Write(append(facts[0], '\n'))
			facts = facts[1:]
		}
		if len(facts) < 1 || len(facts) > factsMost {
			return fault.New(fault.Invalid, "FACTS-MANY", "", fault.Args{"max": factsMost, "got": len(facts)})
		}
		for _, f := range facts {
			in.Write(append(f, '\n'))
		}
		taken, err := h.svc.takeIn(ctx, tx, &in, true)
		if err != nil {
			return err
		}
		out = TakenJSON(taken)
		return audit.Write(ctx, tx, audit.Event{Action: "facts.taken", Subject: name, Detail: map[string]any{"fresh": out.Fresh, "repeated": out.Repeated}})
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if out.Fresh > 0 {
		status = http.StatusCreated
	}
	return c.JSON(status, out)
}

// readFacts cuts a body into its facts: the elements of a JSON array, or its lines. Each comes back on one line; whether it is a fact is for the
// feed's door to say.
func readFacts(body io.Reader) ([][]byte, error) {
	in := bufio.NewReaderSize(body, 64<<10)
	for { // the first character that is no blank tells the two apart
		b, err := in.Peek(1)
		if err != nil || !bytes.ContainsAny(b, " \t\r\n") {
			break
		}
		_, _ = in.Discard(1)
	}
	if b, _ := in.Peek(1); len(b) > 0 && b[0] == '[' {
		return readArray(in)
	}
	var out [][]byte
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	for lines.Scan() {
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			out = append(out, bytes.Clone(line))
		}
	}
	return someFacts(out, lines.Err())
}

func readArray(in *bufio.Reader) ([][]byte, error) {
	var all []json.RawMessage
	dec := json.NewDecoder(in)
	err := dec.Decode(&all)
	if err == nil && dec.More() {
		err = errors.New("something follows the array")
	}
	out := make([][]byte, len(all))
	for i := range all {
		var one bytes.Buffer
		if err == nil {
			err = json.Compact(&one, all[i])
		}
		out[i] = one.Bytes()
	}
	return someFacts(out, err)
}

func someFacts(out [][]byte, err error) ([][]byte, error) {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, large
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fault.New(fault.TooLarge, "FEED-LINE-LENGTH", "", fault.Args{"max": maxLine})
	case err != nil:
		return nil, fault.New(fault.Invalid, "FACTS-JSON", "", fault.Args{"why": err.Error()})
	case len(out) == 0:
		return nil, fault.New(fault.Invalid, "FACTS-MANY", "", fault.Args{"max": factsMost, "got": 0})
	}
	return out, nil
}

// InstructionJSON is one instruction as the marketplace collects it.
type InstructionJSON struct {
	Number      int64      `json:"number"`
	Kind        string     `json:"kind"` // charge, refund
	Merchant    string     `json:"merchantId"`
	Order       string     `json:"orderId"`
	Line        string     `json:"orderLineId,omitempty"`
	RefundID    string     `json:"refundId,omitempty"` // the answering fact bears it
	Buyer       string     `json:"customerId"`
	Amount      string     `json:"amount"`
	Currency    string     `json:"currencyCode"`
	Rule        string     `json:"rule,omitempty"`
	IssuedAt    time.Time  `json:"issuedAt"`
	DueAt       *time.Time `json:"dueAt,omitempty"`
	AnsweredAt  *time.Time `json:"answeredAt,omitempty"`
	Answer      string     `json:"answer,omitempty"`
	WithdrawnAt *time.Time `json:"withdrawnAt,omitempty"`
}

func instructionJSON(i Instruction) InstructionJSON {
	return InstructionJSON{
		Number: i.Number, Kind: i.Kind, Merchant: i.Merchant, Order: i.Order, Line: i.Line, RefundID: i.RefundID, Buyer: i.Buyer, Amount: money.Exact(i.Amount),
		Currency: string(i.Currency), Rule: i.Rule, IssuedAt: i.IssuedAt.UTC(), DueAt: i.DueAt, AnsweredAt: i.Answered, Answer: i.Answer, WithdrawnAt: i.Withdrawn,
	}
}

// apiInstructions lists instructions above a number, for the marketplace to collect.
func (h *HTTP) apiInstructions(c echo.Context) error {
	q := InstructionQuery{Open: c.QueryParam("open") == "true", Limit: maxAsked}
	if v := c.QueryParam("after"); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 0 {
			return fault.New(fault.Invalid, "FEED-AMOUNT", "after", fault.Args{"got": v})
		}
		q.After = n
	}
	out := struct {
		Instructions []InstructionJSON `json:"instructions"`
		Last         int64             `json:"last"` // ask for what comes after it
		More         bool              `json:"more"`
	}{Instructions: []InstructionJSON{}, Last: q.After}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, _ *entities.Directory) error {
		list, err := Instructions(ctx, tx, q)
		for _, i := range list {
			out.Instructions, out.Last = append(out.Instructions, instructionJSON(i)), i.Number
		}
		out.More = len(list) == maxAsked
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}
