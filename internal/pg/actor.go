package pg

import "suanpan/internal/fault"

// Role is whose rights a transaction has.
type Role string

// The roles. Each stands for a cluster role that owns nothing and cannot bypass row-level security.
const (
	Web     Role = "web"     // one merchant; sees only its own rows
	Staff   Role = "staff"   // finance and operations; always under a user's name
	Batch   Role = "batch"   // what the calendar and the command line start
	Auditor Role = "auditor" // reads everything, changes nothing
)

// Actor is who does something. User is who is written down as having done it; for Web, Merchant is whose rows are seen,
// and where it is empty none are.
type Actor struct {
	Role     Role
	User     string
	Merchant string
}

// AsMerchant is a user of a merchant.
func AsMerchant(merchant, user string) Actor { return Actor{Role: Web, User: user, Merchant: merchant} }

// AsStaff is a person of finance or operations.
func AsStaff(user string) Actor { return Actor{Role: Staff, User: user} }

// AsBatch is a job or command, by its name.
func AsBatch(job string) Actor { return Actor{Role: Batch, User: job} }

// AsAuditor is somebody who only looks.
func AsAuditor(user string) Actor { return Actor{Role: Auditor, User: user} }

// check refuses an actor whose transaction would silently see nothing.
func (a Actor) check() error {
	switch a.Role {
	case Web, Batch, Auditor:
		return nil
	case Staff:
		if a.User != "" {
			return nil
		}
	}
	return fault.New(fault.Internal, "PG-ACTOR", "", fault.Args{"role": string(a.Role)})
}
