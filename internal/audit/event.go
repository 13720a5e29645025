package audit

import (
	"fmt"
	"strings"
	"time"

	"suanpan/internal/fault"
)

// Event is one thing that somebody did.
type Event struct {
	ID        int64
	At        time.Time // business time; Write takes it from the transaction
	WrittenAt time.Time // machine time; the database gives it
	Actor     string    // who: a user's or job's name; empty: the transaction's
	Merchant  string    // whom it concerns; empty: no merchant
	Action    string    // dotted, in the past: bill.approved
	Subject   string    // what it was done to, by its id
	Reason    string    // in the person's own words; empty where none is asked for
	Detail    map[string]any
}

var (
	_ = fault.Define("AUDIT-EVENT", "An audit event needs an actor, an action and a subject. Report this: the program has to name them.", "审计事件须有操作者、操作与对象。请报告此问题：程序必须写明。", "Um evento de auditoria precisa de autor, ação e objeto. Relate isto: o programa precisa informá-los.")
	_ = fault.Define("AUDIT-SECRET", "Detail {name} looks like a secret or bank data, which an audit event must not hold. Report this and leave it out.", "明细 {name} 可能含有密钥或银行信息，不得写入审计事件。请报告此问题并去除该项。", "O detalhe {name} parece um segredo ou dado bancário, que um evento de auditoria não pode conter. Relate isto e retire-o.")
)

// secretNames are parts of names under which secrets and bank data would hide.
var secretNames = []string{"password", "secret", "token", "cookie", "iban", "account_number", "accountnumber", "swift", "bank"}

// check gives all that is wrong with an event.
func (e Event) check() error {
	var out fault.Faults
	if e.Actor == "" || e.Action == "" || e.Subject == "" {
		out = append(out, fault.New(fault.Internal, "AUDIT-EVENT", ""))
	}
	return append(out, secretsIn(e.Detail)...).Err()
}

func secretsIn(detail map[string]any) fault.Faults {
	var out fault.Faults
	for name, v := range detail {
		for _, s := range secretNames {
			if strings.Contains(strings.ToLower(name), s) {
				out = append(out, fault.New(fault.Internal, "AUDIT-SECRET", "detail."+name, fault.Args{"name": name}))
				break
			}
		}
		if inner, ok := v.(map[string]any); ok {
			out = append(out, secretsIn(inner)...)
		}
	}
	return out
}

// String is the event as one line.
func (e Event) String() string {
	return fmt.Sprintf("%s %s %s %s", e.At.UTC().Format(time.RFC3339), e.Actor, e.Action, e.Subject)
}
