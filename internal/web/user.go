package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"suanpan/internal/pg"
)

// Duty is what somebody may do. A person has one or more; a route names those that may use it.
type Duty string

// The duties (职责). Reviewing and paying are separate so that who approves a bill is not who records its payment.
const (
	Merchant      Duty = "merchant"       // acts for one merchant, sees nothing else
	FinanceReview Duty = "finance_review" // judges and approves
	FinancePay    Duty = "finance_pay"    // records payments
	Operations    Duty = "operations"     // refunds in transit, appeals, publishing
	Auditor       Duty = "auditor"        // sees everything of staff, changes nothing
	Admin         Duty = "admin"          // users and settings; no say about money
	Marketplace   Duty = "marketplace"    // the marketplace's own systems: tell facts, act for buyers, collect instructions
)

// Two that stand in a route only, never with a person.
const (
	Public   Duty = "public"    // nobody has to be logged in
	LoggedIn Duty = "logged_in" // anybody who is
)

// Duties lists what a person can have.
var Duties = []Duty{Merchant, FinanceReview, FinancePay, Operations, Auditor, Admin, Marketplace}

// User is who sends a request.
type User struct {
	ID       string // usr_…
	Name     string // shown in the header
	Merchant string // the merchant a merchant's user acts for; empty for staff
	Duties   []Duty
	ByToken  bool // came with an API token: no cookie, hence no CSRF check
}

// Has tells whether the user has one of the duties.
func (u *User) Has(duties ...Duty) bool {
	if u == nil {
		return false
	}
	for _, d := range duties {
		if slices.Contains(u.Duties, d) {
			return true
		}
	}
	return false
}

// Actor is whose rights the user's transactions have: a merchant's user those of web for that merchant, who audits and does
// nothing else those of auditor, other staff those of staff under their name. Nobody gets web without a merchant, which sees nothing.
func (u *User) Actor() pg.Actor {
	switch {
	case u == nil:
		return pg.Actor{Role: pg.Web}
	case u.Merchant != "" || u.Has(Merchant):
		return pg.AsMerchant(u.Merchant, u.ID)
	case len(u.Duties) == 1 && u.Duties[0] == Auditor:
		return pg.AsAuditor(u.ID)
	}
	return pg.AsStaff(u.ID)
}

const (
	keyUser   = "suanpan.user"
	keyServer = "suanpan.server"
	keyLang   = "suanpan.lang"
	keyCSRF   = "suanpan.csrf"
	keyFlash  = "suanpan.flash"
)

// UserOf gives who sends the request; nil where nobody is logged in.
func UserOf(c echo.Context) *User {
	u, _ := c.Get(keyUser).(*User)
	return u
}
