package main

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/invoicing/mailbox"
	"suanpan/money"
	"suanpan/notices"
	"suanpan/settlement"
)

// tellMerchants subscribes the notices of the month, after what others do at the same event.
func (m modules) tellMerchants() {
	e := &m.invoicing.Events
	e.ListIssued = append(e.ListIssued, func(ctx context.Context, tx *pg.Tx, r invoicing.Requisition, l invoicing.List) error {
		return tell(ctx, tx, r, "list.issued", strconv.Itoa(l.Version), "amount", r.Amount.String())
	})
	e.Judged = append(e.Judged, func(ctx context.Context, tx *pg.Tx, j invoicing.JudgedEvent) error {
		s := j.Submission
		r := invoicing.Requisition{Merchant: j.Merchant, Number: s.Requisition}
		switch s.Verdict.Outcome {
		case invoicing.Refused:
			return tell(ctx, tx, r, "invoice.refused", strconv.Itoa(s.No), "codes", strings.Join(s.Verdict.Faults.Codes(), ", "))
		case invoicing.Late, invoicing.Incomplete:
			return tell(ctx, tx, r, "invoice.waiting", strconv.Itoa(s.No), "codes", strings.Join(s.Verdict.Holds.Codes(), ", "))
		case invoicing.Accepted: // told when the list is answered
		}
		return nil
	})
	e.Accepted = append(e.Accepted, func(ctx context.Context, tx *pg.Tx, a invoicing.AcceptedEvent) error {
		return tell(ctx, tx, a.Requisition, "invoice.accepted", strconv.Itoa(a.Requisition.Attempt), "amount", a.Amount.String())
	})
	e.Revoked = append(e.Revoked, func(ctx context.Context, tx *pg.Tx, r invoicing.RevokedEvent) error {
		return tell(ctx, tx, r.Requisition, "invoice.revoked", strconv.Itoa(r.Requisition.Attempt))
	})
	e.ReissueNeeded = append(e.ReissueNeeded, func(ctx context.Context, tx *pg.Tx, r invoicing.ReissueEvent) error {
		return tell(ctx, tx, r.Requisition, "invoice.reissue", strconv.Itoa(r.Requisition.Attempt)+"/"+strings.Join(r.Numbers, ","), "numbers", strings.Join(r.Numbers, ", "))
	})
	e.AnswerDue = append(e.AnswerDue, tellOfAnswer)
	m.settlement.Paid = func(ctx context.Context, tx *pg.Tx, p settlement.Payment) error {
		r := invoicing.Requisition{Merchant: p.Merchant, Number: p.Requisition}
		return tell(ctx, tx, r, "payment.recorded", p.No, "amount", money.New(p.Amount, p.Currency).String(), "day", p.ValueDate.String())
	}
}

// tellOfAnswer tells those who review invoices that a law's time to answer runs out, and again when it has.
func tellOfAnswer(ctx context.Context, tx *pg.Tx, a invoicing.Answer) error {
	typ := "answer.due"
	if a.State == invoicing.AnswerTimeOver {
		typ = "answer.lapsed"
	}
	return notices.Tell(ctx, tx, notices.Notice{
		Key: typ + "/" + string(a.Asked) + "/" + a.Number + "/" + a.From.String(), Type: typ, Merchant: a.Merchant, Duty: string(web.FinanceReview),
		Args: map[string]string{"requisition": a.Requisition, "number": a.Number, "last": a.Last.String(), "rule": a.Rule},
	})
}

// tell tells a requisition's merchant something; attempt keeps apart what can happen to it more than once.
func tell(ctx context.Context, tx *pg.Tx, r invoicing.Requisition, typ, attempt string, pairs ...string) error {
	args := map[string]string{"requisition": r.Number, "entity": r.Entity}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return notices.Tell(ctx, tx, notices.Notice{Key: typ + "/" + r.Number + "/" + attempt, Type: typ, Merchant: r.Merchant, Args: args})
}

// ownAddress lends notices what entities keep of a merchant.
func ownAddress(ctx context.Context, tx *pg.Tx, merchant string) (email, phone string, err error) {
	ms, err := entities.Merchants(ctx, tx, []string{merchant})
	if err != nil || len(ms) == 0 {
		return "", "", err
	}
	return ms[0].Contact.Email, ms[0].Contact.Phone, nil
}

// changesADay and channelsOf lend notices the settings of this installation.
func changesADay(ctx context.Context, tx *pg.Tx) (int, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(dir.Text(entities.KeyReceiverChanges, entities.Scope{}, tx.Now))
}

func channelsOf(ctx context.Context, tx *pg.Tx, typ string) ([]notices.Channel, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []notices.Channel
	for _, c := range strings.Split(dir.Text(entities.KeyNoticeChannels, entities.Scope{}, tx.Now), ",") {
		at, list, _ := strings.Cut(strings.TrimSpace(c), "=")
		if at != typ {
			continue
		}
		for _, x := range strings.Split(list, "+") {
			out = append(out, notices.Channel(x))
		}
	}
	return out, nil
}

// channels reads from the environment by which ways notices leave. What is not configured waits; a wrong address stops the start.
func (m *Main) channels(ctx context.Context, s *session, base string) error {
	n := s.notices
	n.Clock = m.Clock
	if n.URL = strings.TrimRight(m.Env("SUANPAN_URL"), "/"); n.URL == "" {
		n.URL = base
	}
	if u, err := url.Parse(n.URL); err != nil || n.URL != "" && u.Host == "" {
		return fault.New(fault.Invalid, "CLI-VALUE", "SUANPAN_URL", fault.Args{"got": n.URL, "want": "https://suanpan.example.com"})
	}
	demo, _, err := s.db.Demo(ctx)
	if err != nil {
		return err
	}
	n.Loose = demo
	if v := m.Env("SUANPAN_SMTP"); v != "" {
		if n.Mail, err = notices.NewMail(v, m.Env("SUANPAN_MAIL_FROM"), nil); err != nil {
			return err
		}
		s.mailbox.Post = n.Mail
	}
	if v := m.Env("SUANPAN_IMAP"); v != "" {
		if s.mailbox.Box, err = mailbox.NewBox(v, nil); err != nil {
			return err
		}
	}
	if v := m.Env("SUANPAN_SMS_URL"); v != "" {
		if n.Text, err = notices.NewGateway(v, m.Env("SUANPAN_SMS_BODY"), m.Env("SUANPAN_SMS_SECRET")); err != nil {
			return err
		}
	}
	return nil
}
