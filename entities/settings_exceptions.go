package entities

// Names of the keys by which finance deals with what a verdict refuses. Each may be set for one fault code, at one entity or everywhere.
const (
	KeyExceptionDecides   = "exception_decides"
	KeyExceptionTolerance = "exception_tolerance"
	KeyExceptionOwner     = "exception_owner"
	KeyExceptionAuto      = "exception_auto"
)

// What exception_decides and exception_auto may be.
const (
	DecidesNobody = "nobody"
	AutoTake      = "take"
	AutoNone      = "none"
)

var exceptionKeys = []Key{
	{Name: KeyExceptionDecides, Default: "finance_review", Kind: Choice, Values: []string{"finance_review", "finance_pay", "operations", DecidesNobody}, Levels: anywhere | PerFault, Given: choice, Doc: "Which duty may propose and confirm that an invoice is taken in spite of a fault, two people each time. nobody: it cannot be overridden. National rules and faults that would pay twice never can."},
	{Name: KeyExceptionTolerance, Default: "0", Kind: Decimal, Levels: anywhere | PerFault, Given: choice, Doc: "How far an invoice may be off, the bound itself included: in the list's currency for INV-TOTAL, INV-AMOUNT-DUE and INV-ARITHMETIC, in days for INV-LATE; other faults have no measure and none."},
	{Name: KeyExceptionOwner, Kind: Text, Levels: anywhere | PerFault, Given: unknown, Doc: "Who looks after exceptions of this kind: a name that finance's queue shows and is filtered by."},
	{Name: KeyExceptionAuto, Default: AutoTake, Kind: Choice, Values: []string{AutoTake, AutoNone}, Levels: anywhere | PerFault, Given: choice, Doc: "What happens by itself within the tolerance. take: the invoice is taken, the invoice and the record say so. none: nothing; it waits in the queue like any other. Beyond the tolerance nothing is ever taken by itself."},
}
