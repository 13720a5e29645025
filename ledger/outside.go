package ledger

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// What people and other systems may send. The product's own recipes are not held to it: their times come from facts that were checked at
// their own door, and their figures are exact products.
const (
	farthestAhead = 24 * time.Hour // how far in the business future something may have happened: another clock, another zone, no more
	longestKey    = 200            // characters of a key
	longestKind   = 60             // characters of a kind: a word
	finestAmount  = 12             // decimals of an amount: more than any rate and any price needs
)

// Known tells which of these merchants exist. The books know no merchants, so whoever knows them lends it. Nil: nobody is asked.
type Known func(ctx context.Context, tx *pg.Tx, merchants []string) (map[string]bool, error)

// outside gives every reason for which an entry that came from outside is refused, beyond those of every entry.
func (e *Entry) outside(now time.Time) fault.Faults {
	var fs fault.Faults
	bad := func(code, path string, args fault.Args) {
		fs = append(fs, fault.New(fault.Invalid, code, path, args))
	}
	if n := utf8.RuneCountInString(e.Key); n > longestKey {
		bad("LEDGER-KEY-LONG", "key", fault.Args{"got": n, "max": longestKey})
	}
	if n := utf8.RuneCountInString(e.Kind); n > longestKind {
		bad("LEDGER-KIND-LONG", e.Key+".kind", fault.Args{"got": n, "max": longestKind})
	}
	for _, at := range []struct {
		path string
		time time.Time
	}{{"occurredAt", e.OccurredAt}, {"knownAt", e.KnownAt}} {
		if at.time.After(now.Add(farthestAhead)) {
			bad("LEDGER-FUTURE", e.Key+"."+at.path, fault.Args{"got": at.time.UTC().Format(time.RFC3339), "now": now.UTC().Format(time.RFC3339)})
		}
	}
	for i, t := range e.Transfers {
		if finer(t.Amount, finestAmount) {
			bad("LEDGER-DECIMALS", e.transferPath(i), fault.Args{"max": finestAmount})
		}
	}
	return fs
}

// wholeUnits refuses amounts of a journal that nobody could pay. What passes FX clearing is an exact product, and what rounding takes up is
// its rest: both are finer by nature.
func (e *Entry) wholeUnits() fault.Faults {
	var fs fault.Faults
	for i, t := range e.Transfers {
		exact := slices.Contains([]Account{FXClearing, Rounding}, t.Debit) || slices.Contains([]Account{FXClearing, Rounding}, t.Credit)
		if units := t.Currency.MinorUnits(); !exact && t.Currency.Valid() && finer(t.Amount, units) {
			fs = append(fs, fault.New(fault.Invalid, "JOURNAL-MINOR-UNIT", e.transferPath(i), fault.Args{"amount": t.Amount, "currency": t.Currency, "units": units}))
		}
	}
	return fs
}

// finer tells whether an amount has figures beyond so many decimals; zeros at the end are none.
func finer(v decimal.Decimal, decimals int32) bool { return !v.Equal(v.Truncate(decimals)) }

func (e *Entry) transferPath(i int) string { return e.Key + ".transfers[" + strconv.Itoa(i) + "]" }

// strangers refuses entries whose merchant does not exist. "E<entity>" stands for an entity wherever a book of that code is open.
func strangers(ctx context.Context, tx *pg.Tx, known Known, entries []Entry) (fault.Faults, error) {
	if known == nil {
		return nil, nil
	}
	var ask, books []string
	for _, e := range entries {
		if e.Merchant == "" || e.Merchant == "E"+e.Book { // the first is incomplete, the second's book is asked for anyway
			continue
		}
		ask = append(ask, e.Merchant)
		if code, ok := strings.CutPrefix(e.Merchant, "E"); ok {
			books = append(books, code)
		}
	}
	if len(ask) == 0 {
		return nil, nil
	}
	slices.Sort(ask)
	there, err := known(ctx, tx, slices.Compact(ask))
	if err != nil {
		return nil, err
	}
	cal := &Calendar{}
	if len(books) > 0 {
		if cal, err = loadCalendar(ctx, tx, books); err != nil {
			return nil, err
		}
	}
	var fs fault.Faults
	for _, e := range entries {
		code, pseudo := strings.CutPrefix(e.Merchant, "E")
		if _, open := cal.Zone(code); e.Merchant == "" || there[e.Merchant] || pseudo && (open || code == e.Book) {
			continue
		}
		fs = append(fs, fault.New(fault.Invalid, "LEDGER-MERCHANT", e.Key, fault.Args{"merchant": e.Merchant}))
	}
	return fs, nil
}

// checkOutside gives every reason for which entries of another system are refused, those of every entry included.
func checkOutside(ctx context.Context, tx *pg.Tx, known Known, entries []Entry) error {
	fs, err := strangers(ctx, tx, known, entries)
	if err != nil {
		return err
	}
	for i := range entries {
		fs = append(fs, entries[i].outside(tx.Now)...)
	}
	if len(fs) == 0 {
		return nil
	}
	for i := range entries { // refused anyway: everything is told at once
		fs = append(fs, entries[i].check()...)
	}
	return fs
}

var (
	_ = fault.Define("LEDGER-KEY-LONG", "The key has {got} characters; at most {max} are taken. Use a shorter key.", "键有 {got} 个字符，最多 {max} 个。请使用较短的键。", "A chave tem {got} caracteres; aceitam-se no máximo {max}. Use uma chave mais curta.")
	_ = fault.Define("LEDGER-KIND-LONG", "The kind has {got} characters; at most {max} are taken. Say in a word what happened.", "类别有 {got} 个字符，最多 {max} 个。请用一个词说明。", "O tipo tem {got} caracteres; aceitam-se no máximo {max}. Diga numa palavra o que houve.")
	_ = fault.Define("LEDGER-FUTURE", "{got} lies more than a day after now ({now}). Correct the time, or send it when it has happened.", "{got} 晚于当前时间（{now}）一天以上。请更正时间，或在实际发生后再提交。", "{got} fica mais de um dia depois de agora ({now}). Corrija a data, ou envie quando tiver acontecido.")
	_ = fault.Define("LEDGER-DECIMALS", "The amount has more than {max} decimals. Round it before you send it.", "金额的小数超过 {max} 位。请先舍入再提交。", "O valor tem mais de {max} casas decimais. Arredonde-o antes de enviar.")
	_ = fault.Define("LEDGER-MERCHANT", "There is no merchant {merchant}. Correct the id, or bring the merchant in through the feed first; E and an entity's code stand for the entity itself.", "商家 {merchant} 不存在。请更正编号，或先通过数据导入该商家；E 加主体代码表示主体本身。", "Não há comerciante {merchant}. Corrija o código ou traga antes o comerciante pelo feed; E e o código da entidade indicam a própria entidade.")
	_ = fault.Define("JOURNAL-MINOR-UNIT", "{amount} {currency} is finer than the currency, which has {units} decimals. Round the amount.", "{amount} {currency} 超出该币种的精度（{units} 位小数）。请舍入金额。", "{amount} {currency} é mais fino que a moeda, que tem {units} casas decimais. Arredonde o valor.")
	_ = fault.Define("LEDGER-AMOUNT-FORM", "\"{amount}\" is no plain number. Write figures with a decimal point, such as 1250.00; no exponent and no thousands separator.", "“{amount}”不是普通数字。请按 1250.00 的形式填写，不用指数和千位分隔符。", "\"{amount}\" não é um número simples. Escreva algarismos com ponto decimal, como 1250.00; sem expoente nem separador de milhar.")
)
