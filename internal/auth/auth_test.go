package auth

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
)

var (
	bg    = context.Background()
	start = time.Date(2026, 11, 9, 8, 0, 0, 0, time.UTC)
)

const word = "correct horse battery"

func ana() NewUser {
	return NewUser{Login: "ana", Name: "Ana Souza", Merchant: "5821", Duties: []Duty{web.Merchant}, Password: word}
}

func lei() NewUser {
	return NewUser{Login: "lei", Name: "李雷", Duties: []Duty{web.FinanceReview}, Password: word}
}

// setup gives a service whose machine time is moved by hand, with one merchant's user and one of staff.
func setup(t *testing.T) (*Service, *pg.DB, *pgtest.Clock) {
	t.Helper()
	db := pgtest.New(t)
	clock := &pgtest.Clock{}
	clock.Set(start)
	for _, n := range []NewUser{ana(), lei()} {
		if _, err := create(db, n); err != nil {
			t.Fatal(err)
		}
	}
	return New(db, Options{Now: clock.Now}), db, clock
}

func create(db *pg.DB, n NewUser) (u User, err error) {
	err = db.InTx(bg, pg.AsBatch("users"), func(tx *pg.Tx) (err error) { u, err = CreateUser(bg, tx, start, n); return err })
	return u, err
}

func mustLogin(t *testing.T, s *Service, login string) string {
	t.Helper()
	secret, _, err := s.Login(bg, login, word, "10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func bySession(t *testing.T, s *Service, secret string) *User {
	t.Helper()
	u, err := s.BySession(bg, secret)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestWhoLogsInIsKnownUntilLoggingOut(t *testing.T) {
	t.Parallel()
	s, db, _ := setup(t)
	secret := mustLogin(t, s, " ANA ")
	u := bySession(t, s, secret)
	if u == nil || u.ID != "usr_ana" || u.Merchant != "5821" || !u.Has(web.Merchant) || u.Has(web.FinancePay) {
		t.Fatalf("%+v", u)
	}
	if u.Actor() != pg.AsMerchant("5821", "usr_ana") {
		t.Errorf("%+v", u.Actor())
	}
	if got := bySession(t, s, secret+"x"); got != nil {
		t.Errorf("%+v", got)
	}
	if err := s.Logout(bg, secret); err != nil {
		t.Fatal(err)
	}
	if got := bySession(t, s, secret); got != nil {
		t.Errorf("still known after logging out: %+v", got)
	}
	var events []audit.Event
	_ = db.InTx(bg, pg.AsAuditor("a"), func(tx *pg.Tx) (err error) {
		events, err = audit.List(bg, tx, audit.Filter{Action: "login"})
		return err
	})
	if len(events) != 1 || events[0].Actor != "usr_ana" || events[0].Merchant != "5821" {
		t.Errorf("%+v", events)
	}
}

func TestASessionEndsIdleOrOldAndNotBefore(t *testing.T) {
	t.Parallel()
	s, _, clock := setup(t)
	secret := mustLogin(t, s, "ana")
	for range 24 { // used every 29 minutes it lives, over the idle time but not over the absolute one
		clock.Add(29 * time.Minute)
		if bySession(t, s, secret) == nil {
			t.Fatal("ended while in use, at", clock.Now())
		}
	}
	clock.Add(25 * time.Minute) // 12 hours and a minute after it began
	if bySession(t, s, secret) != nil {
		t.Error("older than 12 hours and still alive")
	}
	secret = mustLogin(t, s, "ana")
	clock.Add(31 * time.Minute)
	if bySession(t, s, secret) != nil {
		t.Error("idle for half an hour and still alive")
	}
}

func TestAWrongPasswordTellsNothingAndSoonHasToWait(t *testing.T) {
	t.Parallel()
	s, _, clock := setup(t)
	try := func(login, password string) error { _, _, err := s.Login(bg, login, password, "10.0.0.1"); return err }
	for range 5 {
		if err := try("ana", "wrong"); !fault.Has(err, "LOGIN-WRONG") {
			t.Fatal(err)
		}
	}
	if err := try("ana", word); !fault.Has(err, "LOGIN-WAIT") {
		t.Fatal("after five failures the sixth is looked at:", err)
	}
	if err := try("lei", word); err != nil {
		t.Error("another user has to wait too:", err)
	}
	clock.Add(61 * time.Second)
	if err := try("ana", "wrong"); !fault.Has(err, "LOGIN-WRONG") {
		t.Fatal("after a minute still waiting:", err)
	}
	clock.Add(61 * time.Second)
	if err := try("ana", word); !fault.Has(err, "LOGIN-WAIT") {
		t.Fatal("the wait does not grow:", err)
	}
	clock.Add(time.Minute)
	if err := try("ana", word); err != nil {
		t.Fatal(err)
	}
	if err := try("ana", "wrong"); !fault.Has(err, "LOGIN-WRONG") {
		t.Error("a success does not forget the failures:", err)
	}
	if err := try("nobody", word); !fault.Has(err, "LOGIN-WRONG") {
		t.Error("an unknown user is told apart:", err)
	}
}

func TestManyAtOnceCannotOutrunTheCount(t *testing.T) {
	t.Parallel()
	s, _, _ := setup(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	looked := 0
	for i := range 20 { // from as many addresses, so that only the user name joins them
		wg.Go(func() {
			if _, _, err := s.Login(bg, "ana", "wrong", fmt.Sprint("10.0.1.", i)); fault.Has(err, "LOGIN-WRONG") {
				mu.Lock()
				looked++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if looked != 5 {
		t.Errorf("%d passwords were looked at, not 5", looked)
	}
}

func TestOneAddressCannotTryManyUsers(t *testing.T) {
	t.Parallel()
	s, _, _ := setup(t)
	s.opt.PerPlace = 3
	for _, login := range []string{"a1", "a2", "a3"} {
		if _, _, err := s.Login(bg, login, "wrong", "10.9.9.9"); !fault.Has(err, "LOGIN-WRONG") {
			t.Fatal(err)
		}
	}
	if _, _, err := s.Login(bg, "ana", word, "10.9.9.9"); !fault.Has(err, "LOGIN-WAIT") {
		t.Error(err)
	}
	if _, _, err := s.Login(bg, "ana", word, "10.0.0.1"); err != nil {
		t.Error("another address has to wait too:", err)
	}
}

func TestATokenOpensTheAPIUntilItIsRevokedOrOld(t *testing.T) {
	t.Parallel()
	s, _, clock := setup(t)
	u := bySession(t, s, mustLogin(t, s, "ana"))
	other := bySession(t, s, mustLogin(t, s, "lei"))
	secret, tok, err := s.CreateToken(bg, u, "ERP")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.CreateToken(bg, other, "review"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.ByToken(bg, secret); err != nil || got == nil || got.ID != u.ID || !got.ByToken {
		t.Fatal(got, err)
	}
	if list, err := s.Tokens(bg, u); err != nil || len(list) != 1 || list[0].Name != "ERP" || list[0].State != TokenActive {
		t.Errorf("%+v %v", list, err)
	}
	if _, err := s.RevokeToken(bg, other, tok.ID); !fault.Has(err, "TOKEN-NONE") {
		t.Error("somebody else's token can be revoked:", err)
	}
	if _, err := s.RevokeToken(bg, u, tok.ID); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.ByToken(bg, secret); got != nil {
		t.Error("a revoked token still opens")
	}
	secret, _, _ = s.CreateToken(bg, u, "ERP 2")
	clock.Add(181 * 24 * time.Hour)
	if got, _ := s.ByToken(bg, secret); got != nil {
		t.Error("an old token still opens")
	}
	if _, _, err := s.CreateToken(bg, u, " "); !fault.Has(err, "TOKEN-NAME") {
		t.Error(err)
	}
}

func TestMakingAUserTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	s, db, _ := setup(t)
	secret := mustLogin(t, s, "ana")
	count := func() (n int) {
		_ = db.InTx(bg, pg.AsAuditor("a"), func(tx *pg.Tx) error {
			return tx.QueryRow(bg, `SELECT count(*) FROM audit_event WHERE action = 'user.saved'`).Scan(&n)
		})
		return n
	}
	before := count()
	if u, err := create(db, ana()); err != nil || u.ID != "usr_ana" || count() != before {
		t.Error(u, err, before, count())
	}
	if bySession(t, s, secret) == nil {
		t.Error("the session was ended")
	}
	n := ana()
	n.Password = "another good word"
	if _, err := create(db, n); err != nil {
		t.Fatal(err)
	}
	if bySession(t, s, secret) != nil {
		t.Error("a session of the old password lives on")
	}
	n.Merchant = "7000"
	if _, err := create(db, n); !fault.Has(err, "USER-EXISTS") {
		t.Error("a user changes merchant:", err)
	}
}

func TestAUserThatCannotBeIsRefusedForEveryReason(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		change func(*NewUser)
		code   string
	}{
		"odd login":              {func(n *NewUser) { n.Login = "Ana Souza" }, "USER-LOGIN"},
		"no name":                {func(n *NewUser) { n.Name = " " }, "USER-NAME"},
		"short password":         {func(n *NewUser) { n.Password = "123456789" }, "USER-PASSWORD"},
		"unknown duty":           {func(n *NewUser) { n.Merchant, n.Duties = "", []Duty{"king"} }, "USER-DUTY"},
		"staff with a merchant":  {func(n *NewUser) { n.Duties = []Duty{web.FinancePay} }, "USER-MERCHANT"},
		"merchant without one":   {func(n *NewUser) { n.Merchant = "" }, "USER-MERCHANT"},
		"merchant and staff":     {func(n *NewUser) { n.Duties = []Duty{web.Merchant, web.FinancePay} }, "USER-MERCHANT"},
		"nobody's duty":          {func(n *NewUser) { n.Merchant, n.Duties = "", nil }, "USER-MERCHANT"},
		"public is nobody's own": {func(n *NewUser) { n.Merchant, n.Duties = "", []Duty{web.Public} }, "USER-DUTY"},
	} {
		t.Run(name, func(t *testing.T) {
			n := ana()
			each.change(&n)
			if got := fault.All(n.check()); len(got) != 1 || got[0].Code != each.code {
				t.Errorf("%v, want %s", got.Codes(), each.code)
			}
		})
	}
	if err := ana().check(); err != nil {
		t.Error(err)
	}
	if got := fault.All(NewUser{}.check()); len(got) != 4 {
		t.Errorf("not all at once: %v", got.Codes())
	}
}

func TestAMerchantSeesItsOwnUsersAndNobodySeesASecret(t *testing.T) {
	t.Parallel()
	_, db, _ := setup(t)
	n := ana()
	n.Login, n.Merchant = "bob", "7000"
	if _, err := create(db, n); err != nil {
		t.Fatal(err)
	}
	users := func(a pg.Actor) (n int) {
		if err := db.InTx(bg, a, func(tx *pg.Tx) error { return tx.QueryRow(bg, `SELECT count(*) FROM access_user`).Scan(&n) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for a, want := range map[pg.Actor]int{pg.AsMerchant("5821", "usr_ana"): 1, {Role: pg.Web}: 0, pg.AsStaff("usr_lei"): 3, pg.AsAuditor("x"): 3} {
		if got := users(a); got != want {
			t.Errorf("%+v sees %d users, want %d", a, got, want)
		}
	}
	for _, a := range []pg.Actor{pg.AsMerchant("5821", "usr_ana"), pg.AsStaff("usr_lei"), pg.AsAuditor("x")} {
		for _, sql := range []string{
			`SELECT * FROM access_password`, `SELECT * FROM access_session`, `SELECT token_hash FROM access_token`, `SELECT * FROM access_throttle`,
			`UPDATE access_user SET duties = '{admin}', merchant_id = ''`,
		} {
			err := db.InTx(bg, a, func(tx *pg.Tx) error { _, err := tx.Exec(bg, sql); return err })
			if !fault.Has(err, "PG-DENIED") {
				t.Errorf("%s may %s: %v", a.Role, sql, err)
			}
		}
	}
	for _, a := range []pg.Actor{pg.AsStaff("usr_lei"), pg.AsAuditor("x")} {
		err := db.InTx(bg, a, func(tx *pg.Tx) error {
			_, err := tx.Exec(bg, `SELECT access_by_session('\x00', now(), '1h')`)
			return err
		})
		if !fault.Has(err, "PG-DENIED") {
			t.Errorf("%s may look up sessions: %v", a.Role, err)
		}
	}
}

func TestTwoPairsOfEyesAreTwoPeople(t *testing.T) {
	t.Parallel()
	if err := DifferentPeople("usr_a", "usr_b"); err != nil {
		t.Error(err)
	}
	for _, each := range [][2]string{{"usr_a", "usr_a"}, {"usr_a", "USR_A"}, {"", "usr_b"}, {"usr_a", ""}} {
		if err := DifferentPeople(each[0], each[1]); !fault.Has(err, "EYES-SAME") {
			t.Errorf("%v: %v", each, err)
		}
	}
}

func TestAPasswordIsKnownByItsHashAndByNothingElse(t *testing.T) {
	t.Parallel()
	h := hashPassword(word)
	if !checkPassword(word, h) || checkPassword(word+" ", h) || h == hashPassword(word) {
		t.Error(h)
	}
	for _, broken := range []string{"", "x", "$argon2id$v=19$m=1$a$b", "$argon2id$v=19$m=8,t=1,p=1$!$!", "$argon2id$v=19$m=8,t=1,p=1$AAAA$"} {
		if checkPassword("", broken) {
			t.Errorf("%q fits", broken)
		}
	}
}

func TestSweepingRemovesOnlyWhatIsLongOver(t *testing.T) {
	t.Parallel()
	s, db, clock := setup(t)
	mustLogin(t, s, "ana")
	_, _, _ = s.Login(bg, "lei", "wrong", "10.0.0.2")
	left := func() (n int) {
		err := db.InTx(bg, pg.AsBatch("sweep"), func(tx *pg.Tx) error {
			if err := Sweep(bg, tx, clock.Now()); err != nil {
				return err
			}
			return tx.QueryRow(bg, `SELECT (SELECT count(*) FROM access_session) + (SELECT count(*) FROM access_throttle)`).Scan(&n)
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if got := left(); got != 4 {
		t.Errorf("%d rows, not 4", got)
	}
	clock.Add(37 * time.Hour)
	if got := left(); got != 0 {
		t.Errorf("%d rows stay for ever", got)
	}
}
