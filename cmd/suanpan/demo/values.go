package demo

import (
	"time"

	"suanpan/entities"
	"suanpan/internal/auth"
	"suanpan/internal/period"
	"suanpan/internal/web"
)

// DEMO: everything in this file is invented. No name is a company's or a person's, no rate was ever quoted, no fee agreed, and none
// of it is a default of the program.

// Month is the month that is made, RunAt where the demo's clock stands once it is: the run day in every entity's zone.
var (
	Month = period.MustMonth("2026-10")
	RunAt = time.Date(2026, 11, 9, 12, 0, 0, 0, time.UTC)
)

// Mark stands in the id or name of everything invented.
const Mark = "DEMO"

// Password opens all log-ins of a demo. Whoever reaches its port may see everything: it is all made up.
const Password = "demo-abacus-2026"

// from is since when the demo's settings count.
var from = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// Merchant is an invented seller and the entities it is certified with.
type Merchant struct {
	ID, Name, Residence, Category string
	TaxID, Email, Bank            string
	Certified                     []Certified
	Orders                        int  // drawn orders in the month; 0: none
	NoFee                         bool // its second product has no platform fee yet
	Outage                        bool // is charged for an outage and sells nothing
}

// Certified is a finished certification and the payout currency it names; an empty currency: not certified there, sells all the same.
type Certified struct{ Entity, Currency string }

var merchants = []Merchant{
	{ID: "DEMO-BR-01", Name: "Jacarandá Nuvem Ltda (DEMO)", Residence: "BR", Category: "Backup", Certified: []Certified{{"5861", "BRL"}}, Orders: 22},
	{ID: "DEMO-BR-02", Name: "Ipê Amarelo Sistemas S.A. (DEMO)", Residence: "BR", Category: "Monitoring", Certified: []Certified{{"5861", "BRL"}}, Orders: 16},
	{ID: "DEMO-BR-03", Name: "Araucária Dados Ltda (DEMO)", Residence: "BR", Category: "Data lake", Certified: []Certified{{"5861", "BRL"}}, Orders: 9, NoFee: true},
	{ID: "DEMO-CN-01", Name: "青竹云软件有限公司 (DEMO)", Residence: "CN", Category: "Firewall", Certified: []Certified{{"5861", "EUR"}, {"5541", "CNY"}}, Orders: 24},
	{ID: "DEMO-CN-02", Name: "玉兰数据科技有限公司 (DEMO)", Residence: "CN", Category: "Analytics", Certified: []Certified{{"5531", "HKD"}}, Orders: 14},
	{ID: "DEMO-SG-01", Name: "Tembusu Analytics Pte. Ltd. (DEMO)", Residence: "SG", Category: "Analytics", Certified: []Certified{{"5541", "SGD"}}, Orders: 26},
	{ID: "DEMO-SG-02", Name: "Angsana Secure Pte. Ltd. (DEMO)", Residence: "SG", Category: "Identity", Certified: []Certified{{"5541", "SGD"}, {"5891", "USD"}}, Orders: 18},
	{ID: "DEMO-SG-03", Name: "Pulai Works Pte. Ltd. (DEMO)", Residence: "SG", Category: "Mail", Certified: []Certified{{"5541", ""}}, Orders: 8},
	{ID: "DEMO-JP-01", Name: "Sakurazaki Cloud K.K. (DEMO)", Residence: "JP", Category: "Archive", Certified: []Certified{{"5541", "JPY"}}, Orders: 5},
	{ID: "DEMO-CL-01", Name: "Araucaria Austral SpA (DEMO)", Residence: "CL", Category: "Payroll", Certified: []Certified{{"5821", "CLP"}}, Orders: 17},
	{ID: "DEMO-CL-02", Name: "Copihue Datos Limitada (DEMO)", Residence: "CL", Category: "Maps", Certified: []Certified{{"5821", "CLP"}}, Orders: 9},
	{ID: "DEMO-ES-01", Name: "Encina Digital S.L. (DEMO)", Residence: "ES", Category: "Invoicing", Certified: []Certified{{"5821", "EUR"}}, Orders: 8},
	{ID: "DEMO-HK-01", Name: "Bauhinia Compute Limited (DEMO)", Residence: "HK", Category: "Rendering", Certified: []Certified{{"5531", "HKD"}}, Orders: 20},
	{ID: "DEMO-HK-02", Name: "Banyan Harbour Limited (DEMO)", Residence: "HK", Category: "Database", Certified: []Certified{{"5531", "HKD"}}, Orders: 11},
	{ID: "DEMO-TH-01", Name: "Ratchaphruek Cloud Co., Ltd. (DEMO)", Residence: "TH", Category: "Video", Certified: []Certified{{"5891", "THB"}}, Orders: 15},
	{ID: "DEMO-TH-02", Name: "Lotus Canal Co., Ltd. (DEMO)", Residence: "TH", Category: "Chat", Certified: []Certified{{"5891", "THB"}}, Orders: 7},
	{ID: "DEMO-TH-03", Name: "Teak Bridge Co., Ltd. (DEMO)", Residence: "TH", Category: "Forms", Certified: []Certified{{"5891", "THB"}}, Outage: true},
}

// entity is what the demo says of an entity's market.
type entity struct {
	code, region string
	currency     string // sales beside those in USD
	perUSD       string // list prices in it, for one USD
	tax          string // indirect tax on sales
	other        string // entity that sometimes collects for it
	address      string
	taxID        string
	mailbox      string
}

var market = []entity{
	{"5861", "BR", "BRL", "5.30", "0", "5541", "DEMO Rua das Contas 1, São Paulo", "DEMO-CNPJ-5861", "invoices-br@demo.invalid"},
	{"5541", "ID", "SGD", "1.32", "0.09", "5531", "DEMO 1 Abacus Road, Singapore", "DEMO-UEN-5541", "invoices-sg@demo.invalid"},
	{"5821", "CL", "CLP", "945", "0.19", "5861", "DEMO Avenida del Ábaco 1, Santiago", "DEMO-RUT-5821", "invoices-cl@demo.invalid"},
	{"5531", "HK", "HKD", "7.80", "0", "5541", "DEMO 1 Suanpan Street, Hong Kong", "DEMO-BR-5531", "invoices-hk@demo.invalid"},
	{"5891", "TH", "THB", "33.00", "0.07", "5541", "DEMO 1 Soi Luk Khit, Bangkok", "DEMO-TIN-5891", "invoices-th@demo.invalid"},
}

// rates are of the last working day of the month; nothing is quoted in JPY, so that one merchant's lines wait for a rate.
var rates = [][3]string{
	{"USD", "BRL", "5.3217"},
	{"USD", "EUR", "0.9134"},
	{"BRL", "EUR", "0.1716"},
	{"USD", "SGD", "1.3168"},
	{"USD", "CNY", "7.0921"},
	{"SGD", "CNY", "5.3857"},
	{"USD", "CLP", "946"},
	{"CLP", "EUR", "0.000966"},
	{"USD", "HKD", "7.7815"},
	{"USD", "THB", "33.1250"},
	{"THB", "USD", "0.030188"},
}

const (
	ratesDay    = "2026-10-30"
	ratesSource = "DEMO treasury sheet"
	sourceName  = "demo"
	sourceZone  = "Asia/Shanghai"
	feeSource   = "DEMO listing contract"
	outage      = "DEMO credit for an outage"
	bankName    = "DEMO Bank"
	swift       = "DEMOXXXX"
)

// fees are the platform fees that products are drawn from; prices the yearly list prices in USD.
var (
	fees   = []string{"0.10", "0.15", "0.20"}
	prices = []int64{96, 180, 240, 420, 600, 960, 1440, 2400, 3600}
)

// sellerTaxes are withheld from a merchant's share, by entity: of residents and of others.
var sellerTaxes = map[string][2]string{"5891": {"0.03", "0.15"}, "5821": {"", "0.10"}}

// Settings are what a person would have to fill in before a real month: here invented.
func Settings() []entities.Setting {
	set := func(entity, key, value string) entities.Setting {
		return entities.Setting{Key: key, Scope: entities.ForEntity(entity), Value: value, ValidFrom: from, Source: Mark + ": invented", Reason: "the demo begins before it was set up"}
	}
	out := []entities.Setting{
		set("5531", entities.KeyPayoutCurrencies, "HKD,USD"), set("5891", entities.KeyPayoutCurrencies, "THB,USD"),
		set("5891", entities.KeyLegalName, "DEMO Abacus Cloud (Thailand) Co., Ltd."),
	}
	for _, e := range market {
		out = append(out, set(e.code, entities.KeyEntityAddress, e.address), set(e.code, entities.KeyEntityTaxID, e.taxID),
			set(e.code, entities.KeyInvoiceMailbox, e.mailbox))
	}
	return out
}

// The people of the demo. Reviewer and Payer are two, as everywhere: no one approves and pays.
const (
	Reviewer = "ana.souza"
	Second   = "li.lei"
	Payer    = "marta.rojas"
)

// Users are the log-ins of a demo, a person for each duty.
func Users() []auth.NewUser {
	return []auth.NewUser{
		{Login: Reviewer, Name: "Ana Souza (DEMO)", Duties: []auth.Duty{web.FinanceReview}, Password: Password},
		{Login: Second, Name: "Li Lei 李雷 (DEMO)", Duties: []auth.Duty{web.FinanceReview}, Password: Password},
		{Login: Payer, Name: "Marta Rojas (DEMO)", Duties: []auth.Duty{web.FinancePay}, Password: Password},
		{Login: "somchai", Name: "Somchai Dee (DEMO)", Duties: []auth.Duty{web.Operations}, Password: Password},
		{Login: "auditor", Name: "Eva Lind (DEMO)", Duties: []auth.Duty{web.Auditor}, Password: Password},
		{Login: "admin", Name: "Admin (DEMO)", Duties: []auth.Duty{web.Admin}, Password: Password},
		{Login: "jacaranda", Name: "Jacarandá Nuvem (DEMO)", Merchant: "DEMO-BR-01", Duties: []auth.Duty{web.Merchant}, Password: Password},
		{Login: "tembusu", Name: "Tembusu Analytics (DEMO)", Merchant: "DEMO-SG-01", Duties: []auth.Duty{web.Merchant}, Password: Password},
	}
}

// answers are what merchants do with their lists; those not named have not answered yet. The merchants that can log in leave their lists open, so
// that there is something to send. The paid ones go on to the bank.
var answers = map[string]Answer{
	"DEMO-BR-02": Wrong, "DEMO-BR-03": Right, "DEMO-SG-01": Parts, "DEMO-CL-01": Right, "DEMO-HK-01": Right, "DEMO-HK-02": Wrong, "DEMO-TH-01": Right,
}

// Paid tells the merchants whose payment is recorded, and Banked those whose bank line came.
var (
	Paid   = []string{"DEMO-BR-03", "DEMO-CL-01"}
	Banked = []string{"DEMO-BR-03"}
)

// wrongForm makes another company of an entity; filled is what merchants write into the blanks of their lists.
const wrongForm = " Holding"

var filled = map[string]string{
	"bank_address": "DEMO Bank, 1 Ledger Street", "partner_vat_no": "DEMO-VAT", "bank_account_no": "DEMO-ACCOUNT", "bank_name": bankName, "swift_code": swift,
}

// Values lists what an installation that is no demo must not contain.
func Values() []string {
	out := []string{Mark, Password, outage, bankName, swift, ratesSource, feeSource}
	for _, m := range merchants {
		out = append(out, m.ID, m.Name)
	}
	for _, e := range market {
		out = append(out, e.address, e.taxID, e.mailbox)
	}
	for _, r := range rates {
		out = append(out, r[0]+"/"+r[1])
	}
	for _, u := range Users() {
		out = append(out, "usr_"+u.Login)
	}
	return out
}
