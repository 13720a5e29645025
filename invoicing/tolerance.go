package invoicing

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/web"
	"suanpan/money"
)

// Practice is how finance deals with one fault at one entity, by the settings in force when the upload was received.
type Practice struct {
	Decides   web.Duty        // who may propose and confirm an override; empty: nobody
	Tolerance decimal.Decimal // how far an invoice may be off, inclusive; in the list's currency, or in days for INV-LATE
	Owner     string          // who looks after such exceptions; empty: not said
	Takes     bool            // within the tolerance the invoice is taken by itself
}

// never are faults that nobody can override, whatever a setting says: the money would be paid twice, there is nothing that could be
// paid, or it is not known for which list.
var never = map[string]bool{
	codeAnswered: true, codeDuplicate: true, codeNoList: true, codeEmpty: true, codeOther: true, codeSeveral: true, codeCreditNote: true, codeNumberGone: true,
	codeLateRefused: true, codeCreditUnknown: true, codeCreditMore: true, codeCreditTwice: true, codeCreditPaid: true, codeBeforeNotice: true,
}

// overridable tells whether two people may take an invoice in spite of a fault. A national rule is not finance's to waive.
func overridable(code string) bool { return strings.HasPrefix(code, "INV-") && !never[code] }

// PracticeAt reads how finance deals with a fault at an entity.
func PracticeAt(d *entities.Directory, entity, code string, at time.Time) Practice {
	scope := entities.ForFault(entity, code)
	p := Practice{
		Decides: web.Duty(d.Text(entities.KeyExceptionDecides, scope, at)), Owner: d.Text(entities.KeyExceptionOwner, scope, at),
		Takes: d.Text(entities.KeyExceptionAuto, scope, at) == entities.AutoTake,
	}
	if p.Decides == entities.DecidesNobody || !overridable(code) {
		p.Decides = ""
	}
	if v, err := money.Parse(d.Text(entities.KeyExceptionTolerance, scope, at)); err == nil {
		p.Tolerance = v
	}
	return p
}

// measured are the faults that a tolerance has a measure for.
var measured = []string{codeTotal, codeAmountDue, codeArithmetic, codeLate}

// tolerance is a dated tolerance that takes by itself; zero where there is none.
func (s Settings) tolerance(entity, code string) decimal.Decimal { return s.Tolerances[entity][code] }

// tolerances reads those that take by themselves, for the entities of some lists.
func tolerances(d *entities.Directory, lists []List, at time.Time) map[string]map[string]decimal.Decimal {
	out := map[string]map[string]decimal.Decimal{}
	for _, l := range lists {
		for _, code := range measured {
			p := PracticeAt(d, l.Entity, code, at)
			if !p.Takes || !p.Tolerance.IsPositive() {
				continue
			}
			if out[l.Entity] == nil {
				out[l.Entity] = map[string]decimal.Decimal{}
			}
			out[l.Entity][code] = p.Tolerance
		}
	}
	return out
}

// tolerates tells whether what is off is within the tolerance of a fault, and if so says it on the invoice. Off is not negative.
func (j *judgement) tolerates(l List, code, path string, off decimal.Decimal, unit string) bool {
	bound := j.Settings.tolerance(l.Entity, code)
	if !bound.IsPositive() || off.GreaterThan(bound) {
		return false
	}
	j.warn = append(j.warn, fault.Warning(codeTolerated, path, fault.Args{
		"code": code, "off": measure(off, unit), "bound": measure(bound, unit), "entity": l.EntityName, "want": l.Amount().String(),
	}))
	return true
}

// measure writes an amount in its currency, or days.
func measure(v decimal.Decimal, unit string) string {
	if c := money.Currency(unit); c.Valid() {
		return unit + " " + money.Plain(v, c)
	}
	return v.String() + " " + unit
}
