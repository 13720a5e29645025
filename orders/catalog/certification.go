package catalog

import (
	"context"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/orders"
)

// certificationTries is how many attempts may fail in a row before certification with an entity is locked.
const certificationTries = 3

// Attempt is one try of a merchant to be certified with a contracting entity (商业信息认证). Its account is personal data and kept apart.
type Attempt struct {
	Merchant, Entity string
	Number           int
	State            string // waiting, passed, failed
	AskedAt          time.Time
	AskedBy          string
	Currency         money.Currency
	Bank             *entities.Bank // nil where it was erased, or the reader may not see it
	DecidedAt        *time.Time
	DecidedBy        string
	Reason           string
	Forgiven         bool
}

// Locked tells whether the last three attempts, newest first, failed and none was forgiven.
func Locked(newestFirst []Attempt) bool {
	n := 0
	for _, a := range newestFirst {
		if a.State != "failed" || a.Forgiven {
			break
		}
		n++
	}
	return n >= certificationTries
}

// AskCertification keeps what a merchant sends for its certification with an entity. What the rules refuse fails at once, and counts; the rest waits for
// operations.
func (s *Service) AskCertification(ctx context.Context, tx *pg.Tx, merchant, entity string, currency money.Currency, bank entities.Bank) (Attempt, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return Attempt{}, err
	}
	if fs := dir.NeedEntity(entity, "entity"); len(fs) > 0 {
		return Attempt{}, fs
	}
	before, err := selectAttempts(ctx, tx, merchant, entity)
	if err != nil {
		return Attempt{}, err
	}
	switch {
	case Locked(before):
		return Attempt{}, fault.New(fault.Conflict, "CERT-LOCKED", "entity", fault.Args{"entity": entity})
	case len(before) > 0 && before[0].State == "waiting":
		return Attempt{}, fault.New(fault.Conflict, "CERT-WAITS", "entity", fault.Args{"entity": entity})
	}
	ms, err := entities.Merchants(ctx, tx, []string{merchant})
	if err != nil || len(ms) != 1 {
		return Attempt{}, firstErr(err, fault.New(fault.NotFound, "MERCHANT-UNKNOWN", "merchant", fault.Args{"merchant": merchant}))
	}
	e, _ := dir.EntityAt(entity, tx.Now)
	a := Attempt{Merchant: merchant, Entity: entity, Number: len(before) + 1, State: "waiting", AskedAt: tx.Now, AskedBy: tx.Actor.User, Currency: currency, Bank: &bank}
	wrong := entities.CheckCertification(entities.Certification{MerchantID: merchant, Entity: entity, Currency: currency, At: tx.Now, Bank: bank}, ms[0], e)
	if len(wrong) > 0 {
		a.State, a.Reason = "failed", codes(wrong)
	}
	if err := insertAttempt(ctx, tx, a); err != nil {
		return a, err
	}
	return a, audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "certification." + a.State, Subject: entity, Reason: a.Reason})
}

func codes(fs fault.Faults) string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

// DecideCertification ends a waiting attempt, by somebody else than who asked. A pass brings the certification through the door of the feed: from this
// instant on the merchant may be billed there.
func (s *Service) DecideCertification(ctx context.Context, tx *pg.Tx, merchant, entity string, pass bool, reason string) error {
	before, err := selectAttempts(ctx, tx, merchant, entity)
	if err != nil {
		return err
	}
	if len(before) == 0 || before[0].State != "waiting" {
		return fault.New(fault.Conflict, "CERT-NOTHING", "entity", fault.Args{"entity": entity})
	}
	a := before[0]
	if err := auth.DifferentPeople(a.AskedBy, tx.Actor.User); err != nil {
		return err
	}
	a.State = "passed"
	if !pass {
		if strings.TrimSpace(reason) == "" {
			return fault.New(fault.Invalid, "CAT-REASON", "reason")
		}
		a.State = "failed"
	}
	a.Reason = reason
	if err := decideAttempt(ctx, tx, a); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "certification." + a.State, Subject: entity, Reason: reason}); err != nil || !pass {
		return err
	}
	fact := orders.Fact{"kind": "certification", "merchantId": merchant, "contractingEntity": entity, "currencyCode": string(a.Currency), "time": orders.Stamp(tx.Now)}
	if b := a.Bank; b != nil {
		for k, v := range map[string]string{"accountName": b.AccountName, "accountNo": b.AccountNo, "bankName": b.BankName, "bankAddress": b.BankAddress, "swiftCode": b.Swift} {
			if v != "" {
				fact[k] = v
			}
		}
	}
	_, err = s.Orders.Take(ctx, tx, "catalog", fact)
	return err
}

// UnlockCertification lets a merchant try again after three failures, with a reason.
func (s *Service) UnlockCertification(ctx context.Context, tx *pg.Tx, merchant, entity, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return fault.New(fault.Invalid, "CAT-REASON", "reason")
	}
	if err := forgiveAttempts(ctx, tx, merchant, entity); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "certification.unlocked", Subject: entity, Reason: reason})
}

// Attempts lists attempts, newest first: of one merchant and entity, or, with both empty, all that wait.
func (s *Service) Attempts(ctx context.Context, tx *pg.Tx, merchant, entity string) ([]Attempt, error) {
	if merchant == "" && entity == "" {
		return selectWaitingAttempts(ctx, tx)
	}
	return selectAttempts(ctx, tx, merchant, entity)
}

// Handle says what the catalog's timers do.
func (s *Service) Handle() { s.Orders.OnTimer(TimerDial, s.dialDue) }
