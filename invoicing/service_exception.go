package invoicing

import (
	"context"
	"crypto/rand"
	"sort"
	"strings"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// Exceptions lists what finance has to look at, oldest first.
func (s *Service) Exceptions(ctx context.Context, tx *pg.Tx, f ExceptionFilter) ([]Exception, error) {
	list, err := selectExceptions(ctx, tx, f)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Exception
	for _, x := range list {
		x.Owners = owners(dir, x, tx)
		if f.takes(x) {
			out = append(out, x)
		}
	}
	return out, nil
}

// Explain adds to some exceptions, those a page shows, the faults that their verdicts found.
func (s *Service) Explain(ctx context.Context, tx *pg.Tx, list []Exception) error {
	for n, x := range list {
		subs, err := selectSubmissions(ctx, tx, x.Merchant, x.Requisition, x.Submission)
		if err != nil {
			return err
		}
		for _, sub := range subs {
			list[n].Faults = append(append(fault.Faults{}, sub.Verdict.Faults...), sub.Verdict.Holds...)
		}
	}
	return nil
}

func owners(dir *entities.Directory, x Exception, tx *pg.Tx) []string {
	var out []string
	for _, code := range x.Codes {
		if o := PracticeAt(dir, x.Entity, code, tx.Now).Owner; o != "" && !contains(out, o) {
			out = append(out, o)
		}
	}
	sort.Strings(out)
	return out
}

// ExceptionDecision is one decision about one or more exceptions: all of them or none.
type ExceptionDecision struct {
	Refs   []ExceptionRef
	Do     StepKind // not an undo
	Reason string   // of a proposal, a rejection or a closing; a confirmation takes the proposal's
	Duties []web.Duty
}

// DecideExceptions does so and answers with the name under which all of it can be undone. All that stands in the way comes back at once.
func (s *Service) DecideExceptions(ctx context.Context, tx *pg.Tx, d ExceptionDecision) (batch string, err error) {
	if len(d.Refs) == 0 {
		return "", fault.New(fault.Invalid, codeExceptionNone, "exceptions")
	}
	if d.Do != StepConfirm {
		if err := needReason(d.Reason); err != nil {
			return "", err
		}
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return "", err
	}
	batch = "dec_" + strings.ToLower(rand.Text())
	var fs fault.Faults
	for _, ref := range inOrder(d.Refs) {
		x, err := s.exception(ctx, tx, ref)
		if err == nil {
			err = s.step(ctx, tx, dir, x, d, batch)
		}
		if more := fault.All(err); len(more) > 0 {
			fs = append(fs, more...)
		} else if err != nil {
			return "", err
		}
	}
	return batch, fs.Err()
}

// inOrder sorts references, each once: merchants are locked in one order, so that two bulk decisions never wait for each other.
func inOrder(refs []ExceptionRef) []ExceptionRef {
	seen := map[ExceptionRef]bool{}
	var out []ExceptionRef
	for _, r := range refs {
		r.Requisition = RequisitionKey(r.Requisition)
		if !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	sort.Slice(out, func(a, b int) bool {
		if out[a].Merchant != out[b].Merchant {
			return out[a].Merchant < out[b].Merchant
		}
		if out[a].Requisition != out[b].Requisition {
			return out[a].Requisition < out[b].Requisition
		}
		return out[a].Submission < out[b].Submission
	})
	return out
}

// exception reads one under its merchant's lock.
func (s *Service) exception(ctx context.Context, tx *pg.Tx, ref ExceptionRef) (Exception, error) {
	if _, err := s.locked(ctx, tx, ref.Merchant, ref.Requisition); err != nil {
		return Exception{}, err
	}
	list, err := selectExceptions(ctx, tx, ExceptionFilter{Merchant: ref.Merchant, Requisition: RequisitionKey(ref.Requisition)})
	for _, x := range list {
		if x.Submission == ref.Submission {
			return x, err
		}
	}
	if err == nil {
		err = notFound("exception", ref.Requisition+"/"+text(ref.Submission))
	}
	return Exception{}, err
}

// step takes one step on one exception.
func (s *Service) step(ctx context.Context, tx *pg.Tx, dir *entities.Directory, x Exception, d ExceptionDecision, batch string) error {
	step := Step{Kind: d.Do, Batch: batch, By: tx.Actor.User, Reason: strings.TrimSpace(d.Reason)}
	if _, ok := x.Stands().After(d.Do); !ok || x.State != StateOpen || (x.Outcome == Refused && !x.Latest) {
		return x.cannot()
	}
	if x.SubmittedBy == tx.Actor.User {
		return fault.New(fault.Forbidden, codeExceptionOwn, x.path(), fault.Args{"requisition": x.Requisition})
	}
	if fs := permitted(dir, x, d.Duties, tx); len(fs) > 0 {
		return fs
	}
	switch d.Do {
	case StepPropose:
		if fs := x.hindrances(); len(fs) > 0 {
			return fs
		}
		step.Codes = x.Codes
	case StepConfirm:
		last, _ := x.Last() // the proposal: nothing else leads here
		if strings.EqualFold(last.By, tx.Actor.User) {
			return fault.New(fault.Forbidden, codeTwoPeople, x.path())
		}
		step.Codes, step.Proposer, step.Reason = last.Codes, last.By, last.Reason
		if err := s.override(ctx, tx, x, last); err != nil {
			return err
		}
	}
	if err := insertStep(ctx, tx, x, step); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		Merchant: x.Merchant, Action: "exception." + string(d.Do), Subject: "requisition/" + x.Requisition, Reason: step.Reason,
		Detail: map[string]any{"submission": x.Submission, "codes": strings.Join(x.Codes, " "), "batch": batch, "proposer": step.Proposer},
	})
}

// permitted asks the settings who may decide about each fault. Closing and rejecting leave an invoice refused: any one of the duties suffices.
func permitted(dir *entities.Directory, x Exception, duties []web.Duty, tx *pg.Tx) fault.Faults {
	var fs fault.Faults
	u := web.User{Duties: duties}
	for _, code := range x.Codes {
		if p := PracticeAt(dir, x.Entity, code, tx.Now); p.Decides != "" && !u.Has(p.Decides) {
			fs = append(fs, fault.New(fault.Forbidden, codeExceptionDuty, x.path(), fault.Args{"code": code, "entity": x.Entity, "duty": p.Decides}))
		} else if p.Decides == "" && overridable(code) && dir.Text(entities.KeyExceptionDecides, entities.ForFault(x.Entity, code), tx.Now) == entities.DecidesNobody {
			fs = append(fs, fault.New(fault.Forbidden, codeExceptionNever, x.path(), fault.Args{"code": code, "requisition": x.Requisition}))
		}
	}
	return fs
}
