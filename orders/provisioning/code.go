package provisioning

// Code is how a call came out: the seller's result code, or why there is none.
type Code string

// Result codes of sellers. The code for a product that is sold out exists; no source shows its number.
const (
	Done            Code = "000000"
	AuthFailed      Code = "000001"
	BadParameter    Code = "000002"
	UnknownInstance Code = "000003"
	Processing      Code = "000004" // accepted and not finished: it is asked again
	InternalError   Code = "000005"
	NoneLeft        Code = "000100" // no instance can be allocated
	MobileTaken     Code = "000101" // mobile number missing or in use
	DomainTaken     Code = "000107" // e-mail domain exists
	QuotaUsed       Code = "000900" // the order's licence quota is used up
)

// Outcomes without a result code of the seller.
const (
	NoAddress   Code = "NO-ADDRESS"  // no interface is configured any more
	NoInstance  Code = "NO-INSTANCE" // it is not known which instance the order is about
	NoScene     Code = "NO-SCENE"    // the version has no such call
	BadAddress  Code = "ADDRESS"     // the address is none that may be called
	NotReached  Code = "NOT-REACHED" // no connection, name or certificate
	TimedOut    Code = "TIMEOUT"     // no whole answer within the time limit
	Redirected  Code = "REDIRECT"    // sent on to another host
	BadStatus   Code = "HTTP-STATUS" // an HTTP status other than 200
	TooLarge    Code = "TOO-LARGE"
	Unsigned    Code = "BODY-SIGN-EMPTY" // header Body-Sign is missing or cannot be read
	WrongSign   Code = "BODY-SIGN"       // its signature is not that of the body
	NotJSON     Code = "NOT-JSON"
	OtherAnswer Code = "INSTANCE-DIFFERS" // the instance is not the one the order names
	SealedKey   Code = "KEY"              // the seller's key cannot be opened
)

// sellerCodes are those a seller may give; another one counts as a failure and is shown as it came.
var sellerCodes = map[Code]bool{
	Done: true, AuthFailed: true, BadParameter: true, UnknownInstance: true, Processing: true, InternalError: true, NoneLeft: true, MobileTaken: true,
	DomainTaken: true, QuotaUsed: true,
}

// ownCodes are those that stand where the seller gave none.
var ownCodes = []Code{
	NoAddress, NoInstance, NoScene, BadAddress, NotReached, TimedOut, Redirected, BadStatus, TooLarge, Unsigned, WrongSign, NotJSON, OtherAnswer, SealedKey,
}

// Known tells whether there are words for a code.
func (c Code) Known() bool {
	for _, own := range ownCodes {
		if c == own {
			return true
		}
	}
	return sellerCodes[c]
}

// ResultCodes lists the seller's codes that have a meaning here.
func ResultCodes() []Code {
	return []Code{Done, AuthFailed, BadParameter, UnknownInstance, Processing, InternalError, NoneLeft, MobileTaken, DomainTaken, QuotaUsed}
}
