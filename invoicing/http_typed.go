package invoicing

import (
	"strconv"
	"strings"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// maxTyped is how many invoices one form can hold; more go up as files, or in a second upload.
const maxTyped = 10

const (
	codeTypedDay    = "INV-TYPED-DATE"
	codeTypedAmount = "INV-TYPED-AMOUNT"
)

var (
	_ = fault.Define(codeTypedDay, "\"{got}\" is no date. Write year-month-day, such as 2026-11-16.", "“{got}”不是日期。请按 年-月-日 填写，例如 2026-11-16。", "\"{got}\" não é uma data. Escreva ano-mês-dia, como 2026-11-16.")
	_ = fault.Define(codeTypedAmount, "\"{got}\" is no amount. Write digits with a point for decimals and nothing else, such as 1130.00.", "“{got}”不是金额。请只填写数字，小数用点号，例如 1130.00。", "\"{got}\" não é um valor. Escreva só algarismos, com ponto para os decimais, como 1130.00.")
)

// TypedForm is one invoice as somebody types it: every value a text, just as it was entered, so that a form comes back as it was sent.
type TypedForm struct {
	N                                                                                         int
	Number, Date, GrandTotal, Tax, Currency, BillTo, Issuer, AccountName, Requisition, Period string
	Credits                                                                                   string // the invoice that it lowers: then it is a credit note
}

// Prefix is what the names of its fields begin with.
func (t TypedForm) Prefix() string { return "t" + strconv.Itoa(t.N) + "." }

// Title counts from one.
func (t TypedForm) Title() int { return t.N + 1 }

// blank tells that nobody filled it in: what the page put there itself does not count.
func (t TypedForm) blank() bool { return t.Number+t.Date+t.GrandTotal+t.Tax == "" }

// emptyTyped is the form as it is first shown. What stands on the list is there already; the merchant changes what its invoice says otherwise.
func emptyTyped(n int, l List) TypedForm {
	return TypedForm{
		N: n, Currency: string(l.Currency), BillTo: l.EntityName, Issuer: l.MerchantName, AccountName: l.MerchantName,
		Requisition: l.Requisition, Period: l.PeriodText(),
	}
}

func typedFrom(n int, value func(string) string) TypedForm {
	t := TypedForm{N: n}
	at := func(name string) string { return strings.TrimSpace(value(t.Prefix() + name)) }
	t.Number, t.Date, t.GrandTotal, t.Tax, t.Currency = at("number"), at("date"), at("grandTotal"), at("tax"), at("currency")
	t.BillTo, t.Issuer, t.AccountName, t.Requisition, t.Period = at("billTo"), at("issuer"), at("accountName"), at("requisition"), at("period")
	t.Credits = at("credits")
	return t
}

// typedOf is an invoice as it was typed.
func typedOf(n int, i Invoice) TypedForm {
	t := TypedForm{
		N: n, Number: i.Number, GrandTotal: i.GrandTotal.String(), Currency: string(i.Currency), BillTo: i.BillTo, Issuer: i.Issuer, AccountName: i.AccountName,
		Requisition: strings.Join(i.Requisitions, ", "), Period: i.Period, Credits: i.Credits,
	}
	if !i.Date.IsZero() {
		t.Date = i.Date.String()
	}
	if !i.Tax.IsZero() {
		t.Tax = i.Tax.String()
	}
	return t
}

// invoice reads the texts. A blank stays blank: the verdict says what is missing.
func (t TypedForm) invoice() (Invoice, fault.Faults) {
	var fs fault.Faults
	i := Invoice{
		Number: t.Number, Currency: money.Currency(strings.ToUpper(t.Currency)), BillTo: t.BillTo, Issuer: t.Issuer, AccountName: t.AccountName,
		Period: t.Period, Kind: KindInvoice, Format: formatTyped,
	}
	if t.Requisition != "" {
		i.Requisitions = []string{t.Requisition}
	}
	if i.Credits = t.Credits; i.Credits != "" {
		i.Kind = KindCreditNote
	}
	var err error
	if t.Date != "" {
		if i.Date, err = period.ParseDay(t.Date); err != nil {
			fs = append(fs, fault.New(fault.Invalid, codeTypedDay, t.Prefix()+"date", fault.Args{"got": t.Date}))
		}
	}
	if i.GrandTotal, err = money.Parse(t.GrandTotal); err != nil {
		fs = append(fs, fault.New(fault.Invalid, codeTypedAmount, t.Prefix()+"grandTotal", fault.Args{"got": t.GrandTotal}))
	}
	if t.Tax != "" {
		if i.Tax, err = money.Parse(t.Tax); err != nil {
			fs = append(fs, fault.New(fault.Invalid, codeTypedAmount, t.Prefix()+"tax", fault.Args{"got": t.Tax}))
		}
	}
	return i, fs
}

// formatTyped marks an invoice that was typed in and not read from a file.
const formatTyped = "typed"

// asTyped takes from an invoice that a program sent what only reading a file may say.
func asTyped(i Invoice) Invoice {
	i.FileHash, i.Format, i.Evidence, i.Known, i.Particulars = "", formatTyped, nil, nil, nil
	return i
}
