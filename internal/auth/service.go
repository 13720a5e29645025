package auth

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"
	"time"
	"unicode/utf8"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Options are the habits of logging in. Zero values mean the defaults named beside them.
type Options struct {
	Now      func() time.Time // machine time; time.Now
	Idle     time.Duration    // a session unused for so long ends; 30 minutes
	Absolute time.Duration    // a session ends after so long however busy; 12 hours
	Token    time.Duration    // how long an API token is valid; 180 days
	PerLogin int              // failures with one user name in the window before it has to wait; 5
	PerPlace int              // failures from one address in the window before it has to wait; 50
	Window   time.Duration    // 15 minutes; also the longest wait
}

// Service is logging in and out, and knowing who somebody is.
type Service struct {
	db  *pg.DB
	opt Options
}

// New makes the service on a database.
func New(db *pg.DB, opt Options) *Service {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	def(&opt.Idle, 30*time.Minute)
	def(&opt.Absolute, 12*time.Hour)
	def(&opt.Token, 180*24*time.Hour)
	def(&opt.Window, 15*time.Minute)
	if opt.PerLogin == 0 {
		opt.PerLogin = 5
	}
	if opt.PerPlace == 0 {
		opt.PerPlace = 50
	}
	return &Service{db: db, opt: opt}
}

// asLogin is who counts attempts and opens sessions.
func asLogin() pg.Actor { return pg.AsBatch("login") }

// CreateUser makes a user, or brings one that exists to this name, these duties and this password; doing it twice changes
// nothing. The transaction is batch's. Machine time is given. USER-EXISTS where the login belongs to another merchant.
func CreateUser(ctx context.Context, tx *pg.Tx, now time.Time, n NewUser) (User, error) {
	n.Login = Fold(n.Login)
	if err := n.check(); err != nil {
		return User{}, err
	}
	u := User{ID: "usr_" + n.Login, Name: n.Name, Merchant: n.Merchant, Duties: n.Duties}
	old, hash, found, err := loadLogin(ctx, tx, n.Login)
	if err != nil {
		return User{}, err
	}
	if found && old.Merchant != n.Merchant {
		return User{}, fault.New(fault.Conflict, "USER-EXISTS", "login", fault.Args{"login": n.Login})
	}
	sameWord := found && checkPassword(n.Password, hash)
	if sameWord && old.Name == n.Name && joinDuties(old.Duties) == joinDuties(n.Duties) {
		return u, nil
	}
	if !sameWord {
		hash = hashPassword(n.Password)
	}
	if err := saveUser(ctx, tx, u, n.Login, hash, now); err != nil {
		return User{}, err
	}
	if found && !sameWord { // who knew the old password must not stay
		if err := endSessions(ctx, tx, u.ID, now); err != nil {
			return User{}, err
		}
	}
	return u, audit.Write(ctx, tx, audit.Event{Merchant: n.Merchant, Action: "user.saved", Subject: u.ID, Detail: map[string]any{"duties": joinDuties(n.Duties)}})
}

// Login checks a password and opens a session, whose secret it gives. The attempt is counted before the password is looked at, so
// that many at once cannot outrun the count. LOGIN-WAIT and LOGIN-WRONG; which of the two parts was wrong is not told.
func (s *Service) Login(ctx context.Context, login, password, from string) (secret string, u User, err error) {
	login = Fold(login)
	now := s.opt.Now()
	var hash string
	err = s.db.InTx(ctx, asLogin(), func(tx *pg.Tx) error {
		if err := s.countAttempt(ctx, tx, login, from, now); err != nil {
			return err
		}
		var err error
		u, hash, _, err = loadLogin(ctx, tx, login)
		return err
	})
	if err != nil {
		return "", User{}, err
	}
	if hash == "" {
		hash = nobody()
	}
	if len(password) > maxPassword || !checkPassword(password, hash) || u.ID == "" {
		return "", User{}, fault.New(fault.Invalid, "LOGIN-WRONG", "")
	}
	secret, stored := newSecret("")
	err = s.db.InTx(ctx, asLogin(), func(tx *pg.Tx) error {
		if err := clearAttempts(ctx, tx, subjectLogin(login), subjectPlace(from)); err != nil {
			return err
		}
		if err := openSession(ctx, tx, stored, u.ID, now, now.Add(s.opt.Absolute)); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{Actor: u.ID, Merchant: u.Merchant, Action: "login", Subject: u.ID})
	})
	return secret, u, err
}

func subjectLogin(login string) string { return "login:" + login[:min(len(login), 80)] }
func subjectPlace(from string) string  { return "from:" + from }

// countAttempt counts for the user name and the address, always in this order, and refuses where one of them has to wait.
func (s *Service) countAttempt(ctx context.Context, tx *pg.Tx, login, from string, now time.Time) error {
	for _, each := range []struct {
		subject string
		limit   int
	}{{subjectPlace(from), s.opt.PerPlace}, {subjectLogin(login), s.opt.PerLogin}} {
		a, err := lockAttempts(ctx, tx, each.subject, now)
		if err != nil {
			return err
		}
		if wait := a.Until.Sub(now); wait > 0 {
			return fault.New(fault.Unavailable, "LOGIN-WAIT", "", fault.Args{"minutes": int((wait + time.Minute - 1) / time.Minute)})
		}
		if err := saveAttempts(ctx, tx, each.subject, a.next(now, each.limit, s.opt.Window)); err != nil {
			return err
		}
	}
	return nil
}

// attempts is what is counted of one user name or address.
type attempts struct {
	Failures int
	Since    time.Time
	Until    time.Time // until then it has to wait; zero: it need not
}

// next counts one more. From the limit on each failure doubles the wait, from a minute to the whole window.
func (a attempts) next(now time.Time, limit int, window time.Duration) attempts {
	if now.Sub(a.Since) > window && now.Sub(a.Until) > window {
		a = attempts{Since: now}
	}
	a.Failures++
	if a.Failures >= limit {
		a.Until = now.Add(min(window, time.Minute<<min(a.Failures-limit, 8)))
	}
	return a
}

// Logout ends a session; one that is unknown or over is no fault.
func (s *Service) Logout(ctx context.Context, secret string) error {
	return s.db.InTx(ctx, asLogin(), func(tx *pg.Tx) error { return endSession(ctx, tx, hashSecret(secret), s.opt.Now()) })
}

// BySession gives the user of a living session, nil where there is none.
func (s *Service) BySession(ctx context.Context, secret string) (*User, error) {
	var u *User
	err := s.db.InTx(ctx, pg.Actor{Role: pg.Web}, func(tx *pg.Tx) (err error) {
		u, err = findBySession(ctx, tx, hashSecret(secret), s.opt.Now(), s.opt.Idle)
		return err
	})
	return u, err
}

// ByToken gives the user of a valid API token, nil where there is none.
func (s *Service) ByToken(ctx context.Context, secret string) (*User, error) {
	var u *User
	err := s.db.InTx(ctx, pg.Actor{Role: pg.Web}, func(tx *pg.Tx) (err error) {
		u, err = findByToken(ctx, tx, hashSecret(secret), s.opt.Now())
		return err
	})
	if u != nil {
		u.ByToken = true
	}
	return u, err
}

// CreateToken makes an API token in the user's name and gives its secret, this once.
func (s *Service) CreateToken(ctx context.Context, u *User, name string) (secret string, t Token, err error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > 80 {
		return "", Token{}, fault.New(fault.Invalid, "TOKEN-NAME", "name")
	}
	secret, hash := newSecret("sp_")
	now := s.opt.Now()
	t = Token{ID: newTokenID(now), Name: name, CreatedAt: now, ExpiresAt: now.Add(s.opt.Token), State: TokenActive}
	err = s.db.InTx(ctx, u.Actor(), func(tx *pg.Tx) error {
		if err := insertToken(ctx, tx, u.ID, t, hash); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{Action: "access.created", Subject: t.ID, Detail: map[string]any{"name": name}})
	})
	if err != nil {
		return "", Token{}, err
	}
	return secret, t, nil
}

// Tokens lists the user's own tokens, newest first.
func (s *Service) Tokens(ctx context.Context, u *User) ([]Token, error) {
	var out []Token
	err := s.db.InTx(ctx, u.Actor(), func(tx *pg.Tx) (err error) {
		out, err = listTokens(ctx, tx, u.ID)
		return err
	})
	for i := range out {
		out[i].State = out[i].stateAt(s.opt.Now())
	}
	return out, err
}

// RevokeToken ends one of the user's own tokens and gives its name. TOKEN-NONE where they have no such active one.
func (s *Service) RevokeToken(ctx context.Context, u *User, id string) (name string, err error) {
	err = s.db.InTx(ctx, u.Actor(), func(tx *pg.Tx) error {
		var ok bool
		name, ok, err = revokeToken(ctx, tx, u.ID, id, s.opt.Now())
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "TOKEN-NONE", "token")
		}
		return audit.Write(ctx, tx, audit.Event{Action: "access.revoked", Subject: id})
	})
	return name, err
}

// newTokenID is prefixed and ordered by time.
func newTokenID(now time.Time) string {
	b := make([]byte, 14)
	ms := now.UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	_, _ = rand.Read(b[6:])
	return "tok_" + strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}
