package ledger_test

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

// TestPeriodOfAFact: the month of OccurredAt in the owing book's zone, or the next that is open in all the entry's books.
func TestPeriodOfAFact(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.begin(october, es) // Spain's run began early; its instant is still ahead
	w.lock(es, period.MustMonth("2026-12"))
	sgBooks, brBooks, both, withES := []string{sg}, []string{br}, []string{sg, br}, []string{sg, es}
	for _, c := range []struct {
		name            string
		books           []string
		occurred, known string
		want            string
	}{
		{"in the middle of a month", sgBooks, "2026-10-15T12:00:00Z", "2026-10-15T12:00:00Z", "2026-10"},
		{"the last microsecond in Singapore", sgBooks, "2026-10-31T15:59:59.999999Z", "2026-10-31T16:00:00Z", "2026-10"},
		{"midnight in Singapore is November", sgBooks, "2026-10-31T16:00:00Z", "2026-10-31T16:00:00Z", "2026-11"},
		{"the same instant is October in São Paulo", brBooks, "2026-10-31T16:00:00Z", "2026-10-31T16:00:00Z", "2026-10"},
		{"the last microsecond in São Paulo", brBooks, "2026-11-01T02:59:59.999999Z", "2026-11-01T03:00:00Z", "2026-10"},
		{"midnight in São Paulo is November", brBooks, "2026-11-01T03:00:00Z", "2026-11-01T03:00:00Z", "2026-11"},
		{"the owing book's zone decides, not the other's", both, "2026-10-31T16:00:00Z", "2026-10-31T16:00:00Z", "2026-11"},
		{"known just before the run instant", sgBooks, "2026-10-15T12:00:00Z", "2026-11-02T15:59:59.999999Z", "2026-10"},
		{"known at the run instant", sgBooks, "2026-10-15T12:00:00Z", "2026-11-02T16:00:00Z", "2026-11"},
		{"the run instant is São Paulo's own", brBooks, "2026-10-15T12:00:00Z", "2026-11-02T16:00:00Z", "2026-10"},
		{"known at São Paulo's run instant", brBooks, "2026-10-15T12:00:00Z", "2026-11-03T03:00:00Z", "2026-11"},
		{"closed in one of two books", both, "2026-10-15T12:00:00Z", "2026-11-02T16:00:00Z", "2026-11"},
		{"the other book's run has begun", withES, "2026-10-15T12:00:00Z", "2026-10-20T00:00:00Z", "2026-11"},
		{"two months late", sgBooks, "2026-09-15T12:00:00Z", "2026-11-10T00:00:00Z", "2026-11"},
		{"November closed here, December locked there", withES, "2026-11-15T12:00:00Z", "2026-12-10T00:00:00Z", "2027-01"},
		{"years without a plan are open", sgBooks, "2031-05-15T12:00:00Z", "2031-05-15T12:00:00Z", "2031-05"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := valid("fact/" + c.name)
			e.Book, e.OccurredAt, e.KnownAt = c.books[0], at(c.occurred), at(c.known)
			e.Transfers = nil
			for _, b := range c.books {
				e.Transfers = append(e.Transfers, move(b, ledger.Bank, ledger.Rounding, "1"))
			}
			res, err := w.postAs(batch, e)
			if err != nil || res[0].Period.String() != c.want {
				t.Errorf("%+v %v, want %s", res, err, c.want)
			}
		})
	}
}

// TestTheRunClosesAMonthForFacts: now decides where nobody says when a fact was known, and the begin of the run closes a month for facts even before its instant.
func TestTheRunClosesAMonthForFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	month := func(key string, want period.Month) {
		t.Helper()
		if r := w.post(valid(key)); r[0].Period != want {
			t.Errorf("%s is in %s, want %s", key, r[0].Period, want)
		}
	}
	w.clock.Set(at("2026-11-02T15:59:59Z"))
	month("before", october)
	w.clock.Set(at("2026-11-02T16:00:00Z"))
	month("at the instant", november)
	w.clock.Set(midway)
	month("clock back", october)
	w.begin(october, sg)
	month("run begun", november)
	w.begin(period.MustMonth("2027-05"), sg) // a month nobody planned
	e := valid("unplanned")
	e.OccurredAt = at("2027-05-10T00:00:00Z")
	if r := w.post(e); r[0].Period != period.MustMonth("2027-06") {
		t.Errorf("a run over an unplanned month leaves it open: %s", r[0].Period)
	}
}

// TestRunAndJournalsEnterUntilTheLock in a month that is closed for facts, in each of the entry's books.
func TestRunAndJournalsEnterUntilTheLock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.Set(at("2026-11-05T00:00:00Z"))
	w.begin(october, sg, br)
	for _, s := range []ledger.Source{ledger.Run, ledger.Journal} {
		e := between("entered/" + string(s))
		e.Source, e.Period = s, october
		if r := w.post(e); r[0].Period != october {
			t.Errorf("%s: %s", s, r[0].Period)
		}
	}
	w.lock(br, october) // the second book alone
	for _, s := range []ledger.Source{ledger.Run, ledger.Journal} {
		e := between("refused/" + string(s))
		e.Source, e.Period = s, october
		_, err := w.postAs(batch, e)
		w.wantCode(err, fault.Conflict, "LEDGER-MONTH-LOCKED")
		if got := fault.All(err)[0].Args["book"]; got != br {
			t.Errorf("the fault names book %v", got)
		}
	}
	alone := valid("alone")
	alone.Source, alone.Period = ledger.Run, october
	w.post(alone) // Singapore's own month is not locked
}

// TestAPlanMovesOnlyWhileItIsAhead: neither a past instant nor a month whose run began is planned anew.
func TestAPlanMovesOnlyWhileItIsAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.begin(november, sg)
	later := at("2027-03-01T00:00:00Z")
	var cal *ledger.Calendar
	w.must(batch, func(tx *pg.Tx) (err error) {
		var plan []ledger.Close
		for _, m := range []string{"2026-09", "2026-10", "2026-11"} {
			plan = append(plan, ledger.Close{Book: sg, Month: period.MustMonth(m), ClosesAt: later})
		}
		if err = ledger.PlanMonths(context.Background(), tx, plan); err == nil {
			cal, err = ledger.LoadCalendar(context.Background(), tx)
		}
		return err
	})
	for m, moved := range map[string]bool{"2026-09": false, "2026-10": true, "2026-11": false} {
		got, planned := cal.ClosesAt(sg, period.MustMonth(m))
		if !planned || got.Equal(later) != moved {
			t.Errorf("%s closes at %s", m, got)
		}
	}
	if !cal.Ran(sg, november) || cal.Ran(br, november) || cal.Locked(sg, november) {
		t.Error("the marks of the months are wrong")
	}
}

// TestALockedMonthNeverMoves, whatever is tried afterwards.
func TestALockedMonthNeverMoves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(valid("a"), exchanged("b"), between("c"))
	w.lock(sg, october)
	w.lock(br, october)
	before := w.trial(ledger.AsOf{Period: october})
	w.post(valid("late"), between("late/2"))
	if _, err := w.reverse(ledger.Reversal{Merchant: "M1", Key: "a", OccurredAt: midway}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []ledger.Source{ledger.Run, ledger.Journal} {
		e := valid("refused/" + string(s))
		e.Source, e.Period = s, october
		_, err := w.postAs(batch, e)
		w.wantCode(err, fault.Conflict, "LEDGER-MONTH-LOCKED")
	}
	w.lock(sg, october) // a second lock is none
	if after := w.trial(ledger.AsOf{Period: october}); !reflect.DeepEqual(before, after) {
		t.Errorf("the trial balance moved:\n%v\n%v", before, after)
	}
	if now := w.trial(ledger.AsOf{Period: november}); reflect.DeepEqual(before, now) {
		t.Error("nothing entered November")
	}
}

// TestTheEndOfAMonthWaitsForWhoPosts: a posting that found the month open commits before the lock or the run's beginning does, never after it.
func TestTheEndOfAMonthWaitsForWhoPosts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, end := range map[string]func(tx *pg.Tx) error{
		"lock": func(tx *pg.Tx) error { return ledger.LockMonth(ctx, tx, sg, october) },
		"run":  func(tx *pg.Tx) error { return ledger.BeginRun(ctx, tx, []string{sg}, october) },
	} {
		t.Run(name, func(t *testing.T) { waitsForWhoPosts(t, end) })
	}
}

func waitsForWhoPosts(t *testing.T, end func(tx *pg.Tx) error) {
	t.Parallel()
	w := newWorld(t)
	posted, commit, poster, locker := make(chan struct{}), make(chan struct{}), make(chan error, 1), make(chan error, 1)
	go func() {
		poster <- w.try(batch, func(tx *pg.Tx) error {
			_, err := ledger.Post(context.Background(), tx, valid("under way"))
			close(posted)
			<-commit
			return err
		})
	}()
	<-posted
	var atLock []ledger.Balance
	go func() {
		locker <- w.try(batch, func(tx *pg.Tx) (err error) {
			if err = end(tx); err == nil {
				atLock, err = ledger.TrialBalance(context.Background(), tx, ledger.AsOf{Period: october})
			}
			return err
		})
	}()
	const waiting = `pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	for w.count(waiting) == 0 {
		select {
		case err := <-locker:
			close(commit)
			t.Fatalf("the month ended without waiting for a posting under way (%v)", err)
		default:
		}
	}
	late := make(chan ledger.Result, 1) // whoever comes meanwhile finds the month ended
	go func() {
		res, err := w.postAs(batch, valid("late"))
		if err != nil {
			t.Error(err)
			res = []ledger.Result{{}}
		}
		late <- res[0]
	}()
	for w.count(waiting) == 1 && len(late) == 0 {
		runtime.Gosched()
	}
	close(commit)
	if err := <-poster; err != nil {
		t.Error(err)
	}
	if err := <-locker; err != nil {
		t.Error(err)
	}
	if r := <-late; r.Period != november {
		t.Errorf("a posting that came while the month's end waited entered %s", r.Period)
	}
	if now := w.trial(ledger.AsOf{Period: october}); !reflect.DeepEqual(now, atLock) || len(now) == 0 {
		t.Errorf("the ended month moved: %v, then %v", atLock, now)
	}
}

// TestWhoPlansAndThenPostsIsNotCaughtByAMonthsEnd: both change the calendar's one version, so both have to come to it in the same order.
func TestWhoPlansAndThenPostsIsNotCaughtByAMonthsEnd(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := newWorld(t)
	planned, post, planner, runner := make(chan struct{}), make(chan struct{}), make(chan error, 1), make(chan error, 1)
	go func() {
		planner <- w.try(batch, func(tx *pg.Tx) error {
			err := ledger.PlanMonths(ctx, tx, []ledger.Close{{Book: sg, Month: period.MustMonth("2031-01"), ClosesAt: at("2031-02-07T00:00:00Z")}})
			close(planned)
			<-post
			if err == nil {
				_, err = ledger.Post(ctx, tx, valid("planned first"))
			}
			return err
		})
	}()
	<-planned
	go func() {
		runner <- w.try(batch, func(tx *pg.Tx) error { return ledger.BeginRun(ctx, tx, []string{sg}, october) })
	}()
	const waiting = `pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()`
	for w.count(waiting) == 0 && len(runner) == 0 {
		runtime.Gosched()
	}
	close(post)
	if err := <-planner; err != nil {
		t.Error("who planned and posted:", err)
	}
	if err := <-runner; err != nil {
		t.Error("the run:", err)
	}
}

// TestAsOfGivesTheSameAnswerLater: by what had happened and what had been sealed, whatever is recorded afterwards.
func TestAsOfGivesTheSameAnswerLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	early, late := valid("early"), valid("late")
	early.OccurredAt, late.OccurredAt = at("2026-10-01T00:00:00Z"), at("2026-10-10T00:00:00Z")
	w.post(early)
	w.seal()
	w.post(late, exchanged("x"))
	w.seal()
	var top int64
	w.must(batch, func(tx *pg.Tx) (err error) { top, err = ledger.Sequence(context.Background(), tx); return err })
	if top != 3 {
		t.Fatalf("sequence %d", top)
	}
	questions := []ledger.AsOf{
		{Sequence: 1},
		{Sequence: top},
		{Sequence: top, Occurred: at("2026-10-05T00:00:00Z")},
		{Sequence: top, Occurred: at("2026-10-10T00:00:00Z"), Period: october},
	}
	earned := []string{"100", "200", "100", "200"}
	var first [][]ledger.Balance
	for i, q := range questions {
		first = append(first, w.trial(q))
		var deferred string
		for _, b := range first[i] {
			if b.Account == ledger.DeferredOrders {
				deferred = b.Net().String()
			}
		}
		if deferred != earned[i] {
			t.Errorf("question %d: %s earned, want %s", i, deferred, earned[i])
		}
	}
	backdated := valid("backdated")
	backdated.OccurredAt = at("2026-10-02T00:00:00Z")
	w.post(backdated)
	for round := range 2 { // before and after it is sealed
		for i, q := range questions {
			if again := w.trial(q); !reflect.DeepEqual(first[i], again) {
				t.Errorf("round %d, question %d:\n%v\n%v", round, i, first[i], again)
			}
		}
		w.seal()
	}
	if all := w.trial(ledger.AsOf{Occurred: at("2026-10-05T00:00:00Z")}); reflect.DeepEqual(all, first[2]) {
		t.Error("without a sequence the backdated entry counts")
	}
}

// TestTheThreeTimesAreKept as they were given, to the microsecond.
func TestTheThreeTimesAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := valid("times")
	e.OccurredAt = time.Date(2026, 9, 30, 23, 59, 59, 999999000, zone("Asia/Singapore"))
	w.clock.Set(at("2026-10-20T10:00:00.123456Z"))
	w.post(e)
	var l []ledger.Line
	w.must(batch, func(tx *pg.Tx) (err error) {
		l, err = ledger.AccountStatement(context.Background(), tx, ledger.AsOf{}, ledger.AccountQuery{Book: sg, Currency: "USD", Account: ledger.PlatformFee})
		return err
	})
	if len(l) != 1 || !l[0].OccurredAt.Equal(e.OccurredAt) || !l[0].RecordedAt.Equal(w.clock.Now()) || l[0].Period != october {
		t.Errorf("%s", fmt.Sprint(l))
	}
}
