// Package entities knows who stands around the marketplace: the contracting entities (签约主体) of the group and the
// jurisdiction each of them lives in, the merchants with their contracts and certifications (商业信息认证), the sales regions,
// and the dated data that everything else reads: settings, calendars, exchange rates.
//
// It does not know the ledger (a book is a name; an entity says which company owns it), orders, bills or invoices. It answers
// questions about them with values: which month an instant belongs to, when the run of a month is, whether a currency may be
// paid to this merchant, what the law of the buying entity says about an invoice.
//
// What never changes: a row that was saved. The same row again is nothing, the same key with other content is refused, and a
// rule, price or choice that changes does so by a new row with a later valid-from. So a past month can be run again under the
// rules of that month. Two tables are the exception, merchant_bank and merchant_contact: they hold personal data and may be
// erased; nothing that has to last is kept there.
//
// A setting that counts from an instant that is past changes what was: it is proposed by one person, with a reason, and counts
// once another has confirmed it.
//
// What each time means: valid_from is the instant from which a setting counts; certified_at and certified_until bound a
// certification, the first included, the second not; on_date of a rate is the calendar day it was published for.
// A day alone has no zone here: it is read in the zone of the entity it is asked for.
//
// A number that a merchant gives (tax number, account) is kept as given; what is to be said of it says the package identifier, and nothing is
// refused for it.
//
// A country is one file (br.go, sg.go …): zone, calendar, dated rules with their sources and worked examples that one shared
// test replays. To add a country, add its file. A rule refuses only where its source is a law or a contract, and is silent where
// the part of the invoice that it needs is not known. A rule that changes is never edited: it ends, and another follows it.
//
// States of a certification:
//
//	(none) ──Certify──▶ in force ──Decertify / a later one──▶ ended
package entities
