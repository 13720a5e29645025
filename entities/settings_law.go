package entities

// Names of the keys of national rules.
const (
	KeyWithholding = "withholding"
	KeyAnswerAlarm = "answer_alarm_days"
)

var lawKeys = []Key{
	{Name: KeyWithholding, Kind: WithholdingList, Levels: anywhere | PerResidence, Given: unknown, Doc: "Taxes that the entity withholds from its merchants, as shares of the net amount: IRRF=0.015, or for one service item SaaS:CIDE=0.10. Empty: none is known, and what an invoice shows as withheld is held against nothing."},
	{Name: KeyAnswerAlarm, Default: "2", Kind: Whole, Max: 30, Levels: anywhere, Given: choice, Doc: "Calendar days before a legal time for the buyer's answer runs out at which finance is alarmed."},
}
