package auth

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/web"
)

// User is who sends a request; it lives in web, which asks for it at every route.
type User = web.User

// Duty is what somebody may do.
type Duty = web.Duty

// NewUser is what it takes to make somebody a user.
type NewUser struct {
	Login    string // 2 to 64 of a–z, 0–9, . _ - @; never changes; the id is usr_<login>
	Name     string
	Merchant string // the merchant they act for; empty for staff
	Duties   []Duty
	Password string
}

// Token is an API token as its owner sees it; the secret is shown once, when it is made.
type Token struct {
	ID, Name             string
	CreatedAt, ExpiresAt time.Time
	RevokedAt            *time.Time
	State                TokenState // at the moment of reading
}

// TokenState says whether a token still opens anything.
type TokenState string

// The states of a token; the last two are for good.
const (
	TokenActive  TokenState = "active"
	TokenExpired TokenState = "expired"
	TokenRevoked TokenState = "revoked"
)

func (t Token) stateAt(now time.Time) TokenState {
	switch {
	case t.RevokedAt != nil:
		return TokenRevoked
	case !t.ExpiresAt.After(now):
		return TokenExpired
	}
	return TokenActive
}

// Tone and StateKey are how a page shows the state.
func (t Token) Tone() web.Tone {
	if t.State == TokenActive {
		return web.OK
	}
	return web.Still
}

// StateKey is the word of the state in the catalogue.
func (t Token) StateKey() string { return "auth.tokens." + string(t.State) }

// From gives who sends the request; nil where nobody is logged in.
func From(c echo.Context) *User { return web.UserOf(c) }

// Require lets a handler run only for somebody with one of the duties. Routes name their duties themselves; this is for a part of
// a page or API that needs more than its route.
func Require(duties ...Duty) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			u := From(c)
			if u == nil {
				return fault.New(fault.Unauthorized, "LOGIN-NEEDED", "")
			}
			if !u.Has(duties...) {
				return fault.New(fault.Forbidden, "DUTY", "")
			}
			return next(c)
		}
	}
}

// DifferentPeople refuses with EYES-SAME where the second pair of eyes is the first again. Names are user ids; an unnamed person
// is nobody's second.
func DifferentPeople(first, second string) error {
	if first == "" || second == "" || strings.EqualFold(first, second) {
		return fault.New(fault.Forbidden, "EYES-SAME", "", fault.Args{"who": first})
	}
	return nil
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)

// MinPassword is the least number of characters of a password.
const MinPassword = 10

// maxPassword bounds the work a stranger can ask for.
const maxPassword = 256

// check gives all that is wrong with a new user.
func (n NewUser) check() error {
	var out fault.Faults
	if !loginForm.MatchString(n.Login) {
		out = append(out, fault.New(fault.Invalid, "USER-LOGIN", "login", fault.Args{"login": n.Login}))
	}
	if strings.TrimSpace(n.Name) == "" {
		out = append(out, fault.New(fault.Invalid, "USER-NAME", "name"))
	}
	if l := utf8.RuneCountInString(n.Password); l < MinPassword || len(n.Password) > maxPassword {
		out = append(out, fault.New(fault.Invalid, "USER-PASSWORD", "password", fault.Args{"min": MinPassword}))
	}
	for _, d := range n.Duties {
		if !slices.Contains(web.Duties, d) {
			out = append(out, fault.New(fault.Invalid, "USER-DUTY", "duties", fault.Args{"duty": string(d)}))
		}
	}
	onlyMerchant := len(n.Duties) == 1 && n.Duties[0] == web.Merchant
	if len(n.Duties) == 0 || (n.Merchant != "") != onlyMerchant || (!onlyMerchant && slices.Contains(n.Duties, web.Merchant)) {
		out = append(out, fault.New(fault.Invalid, "USER-MERCHANT", "duties"))
	}
	return out.Err()
}
