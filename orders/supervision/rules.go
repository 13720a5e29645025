package supervision

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
)

// Bounds of what may be sent.
const (
	MaxFile  = 1 << 20 // bytes of one file
	MaxFiles = 5       // of one act
	maxText  = 2000    // characters
)

// Sent is a file as a request brought it.
type Sent struct {
	Name    string
	Content []byte
}

// checkFiles says whether files are small, few and of a kind that a browser shows without running anything.
func checkFiles(files []Sent) fault.Faults {
	var fs fault.Faults
	if len(files) > MaxFiles {
		fs = append(fs, fault.New(fault.TooLarge, "SUP-FILES", "files", fault.Args{"max": MaxFiles}))
	}
	for _, f := range files {
		switch {
		case len(f.Content) > MaxFile:
			fs = append(fs, fault.New(fault.TooLarge, "SUP-FILE-SIZE", "files", fault.Args{"name": f.Name, "max": MaxFile >> 10}))
		case kindOf(f.Content) == "":
			fs = append(fs, fault.New(fault.Invalid, "SUP-FILE", "files", fault.Args{"name": f.Name}))
		}
	}
	return fs
}

// kindOf is the content type of bytes by what they are; empty where they are not taken.
func kindOf(b []byte) string {
	switch t := http.DetectContentType(b); {
	case len(b) == 0:
		return ""
	case t == "application/pdf", t == "image/png", t == "image/jpeg":
		return t
	case strings.HasPrefix(t, "text/plain") && utf8.Valid(b) && !bytes.ContainsRune(b, 0):
		return "text/plain; charset=utf-8"
	}
	return ""
}

// checkProof compares a proof's elements with the order. What the order does not say cannot be compared and is named as such.
func checkProof(e Elements, c Case, company string, more []string) (unchecked []string, fs fault.Faults) {
	if !slices.Contains(strings.FieldsFunc(e.Orders, func(r rune) bool { return strings.ContainsRune(" ,;，；、\n\t", r) }), c.Order) {
		fs = append(fs, fault.New(fault.Invalid, "SUP-PROOF-ORDER", "orders", fault.Args{"order": c.Order}))
	}
	if company == "" {
		unchecked = append(unchecked, "company")
	}
	if e.Company == "" || company != "" && !sameName(e.Company, company) {
		fs = append(fs, fault.New(fault.Invalid, "SUP-PROOF-COMPANY", "company", fault.Args{"want": known(company)}))
	}
	if c.ProductName == "" {
		unchecked = append(unchecked, "product")
	}
	if e.Product == "" || c.ProductName != "" && !sameName(e.Product, c.ProductName) {
		fs = append(fs, fault.New(fault.Invalid, "SUP-PROOF-PRODUCT", "product", fault.Args{"want": known(c.ProductName)}))
	}
	if c.SpecName == "" {
		unchecked = append(unchecked, "spec")
	}
	if e.Spec == "" || c.SpecName != "" && !sameName(e.Spec, c.SpecName) {
		fs = append(fs, fault.New(fault.Invalid, "SUP-PROOF-SPEC", "spec", fault.Args{"want": known(c.SpecName)}))
	}
	for _, m := range more {
		if strings.TrimSpace(e.More[m]) == "" {
			fs = append(fs, fault.New(fault.Invalid, "SUP-PROOF-ELEMENT", "more."+m, fault.Args{"element": m}))
		}
	}
	return unchecked, fs
}

func known(s string) string {
	if s == "" {
		return "?"
	}
	return s
}

// sameName compares names as people write them: spaces at the ends and doubled ones do not count, letters do.
func sameName(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

// checkNeeds says what an act lacks for its step.
func checkNeeds(x step, a Act, proofs int) fault.Faults {
	var fs fault.Faults
	words := strings.TrimSpace(a.Text)
	bad := words == "" || utf8.RuneCountInString(words) > maxText
	for _, n := range x.Needs {
		switch {
		case n == NeedText && bad:
			fs = append(fs, fault.New(fault.Invalid, "SUP-TEXT", "text", fault.Args{"max": maxText}))
		case n == NeedReason && bad:
			fs = append(fs, fault.New(fault.Invalid, "SUP-REASON", "text", fault.Args{"max": maxText}))
		case n == NeedCode && bad:
			fs = append(fs, fault.New(fault.Invalid, "SUP-CODE", "text"))
		case n == NeedCourier && bad:
			fs = append(fs, fault.New(fault.Invalid, "SUP-COURIER", "text"))
		case n == NeedShipment && (short(a.Carrier) || short(a.Parcel)):
			fs = append(fs, fault.New(fault.Invalid, "SUP-SHIPMENT", "parcel"))
		case n == NeedProof && proofs == 0 && len(a.Files) == 0, n == NeedFile && len(a.Files) == 0:
			fs = append(fs, fault.New(fault.Invalid, "SUP-PROOF", "files"))
		}
	}
	if len(x.Needs) == 0 && utf8.RuneCountInString(words) > maxText {
		fs = append(fs, fault.New(fault.Invalid, "SUP-TEXT", "text", fault.Args{"max": maxText}))
	}
	return append(fs, checkFiles(a.Files)...)
}

func short(s string) bool { return strings.TrimSpace(s) == "" || len(s) > 200 }

// Grounds of an appeal.
const (
	NotAccepted = "not_accepted" // the buyer does not accept what was delivered
	OtherGround = "other"
)

// Outcomes of an appeal.
const (
	OutcomeResume   = "resume"   // supervision goes on where it stood
	OutcomeAccepted = "accepted" // closed by hand: supervision is completed
	OutcomeRefund   = "refund"   // the buyer gets an amount back
	outcomeFeed     = "feed"     // closed elsewhere
)

// Old rule of appeals: after so many days at a node of the other side, or after more rejections than these.
const (
	oldAppealDays       = 5
	oldAppealRejections = 3
)

// mayAppeal says why a party may not appeal now; nil where it may. Today either side may at any node and time; under the old rule the other side had
// to be given five days, or three rejections had to have passed.
func mayAppeal(c Case, who Party, rule string, now time.Time) *fault.Fault {
	if rule != appealAfterDays || c.Stage == Untyped {
		return nil
	}
	theirs := Turn(c.Type, c.Stage) != who
	if theirs && now.Sub(c.Since) > oldAppealDays*24*time.Hour {
		return nil
	}
	if c.Rejections > oldAppealRejections || who == Seller && c.Rejections >= oldAppealRejections {
		return nil // the seller from the fourth delivery on
	}
	return fault.New(fault.Conflict, "APL-EARLY", "", fault.Args{"days": oldAppealDays, "rejections": oldAppealRejections})
}

// checkDecision says what is wrong with a decision.
func checkDecision(d Decision, c Case) fault.Faults {
	var fs fault.Faults
	switch d.Outcome {
	case OutcomeResume, OutcomeAccepted:
	case OutcomeRefund:
		if d.Amount.LessThanOrEqual(decimal.Zero) || d.Amount.GreaterThan(c.Left()) {
			fs = append(fs, fault.New(fault.Invalid, "APL-AMOUNT", "amount", fault.Args{"amount": d.Amount, "left": c.Left()}))
		}
	default:
		fs = append(fs, fault.New(fault.Invalid, "APL-OUTCOME", "outcome", fault.Args{"outcome": d.Outcome}))
	}
	if r := strings.TrimSpace(d.Reason); r == "" || utf8.RuneCountInString(r) > maxText {
		fs = append(fs, fault.New(fault.Invalid, "SUP-REASON", "reason", fault.Args{"max": maxText}))
	}
	return fs
}
