package demo

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"text/template"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/invoicing"
	"suanpan/money"
)

// ubl is a small UBL invoice: what a merchant's own program might send.
var ubl = template.Must(template.New("ubl").Funcs(template.FuncMap{"x": escape}).Parse(`<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <b:ID>{{x .Number}}</b:ID>
  <b:IssueDate>{{.Day}}</b:IssueDate>
  <b:InvoiceTypeCode>380</b:InvoiceTypeCode>
  <b:Note>{{.Mark}}: invented. Payment requisition {{x .Requisition}}, settlement period {{.Period}}.</b:Note>
  <b:DocumentCurrencyCode>{{.Currency}}</b:DocumentCurrencyCode>
  <a:OrderReference><b:ID>{{x .Requisition}}</b:ID></a:OrderReference>
  <a:AccountingSupplierParty><a:Party><a:PartyLegalEntity><b:RegistrationName>{{x .Seller}}</b:RegistrationName></a:PartyLegalEntity></a:Party></a:AccountingSupplierParty>
  <a:AccountingCustomerParty><a:Party><a:PartyLegalEntity><b:RegistrationName>{{x .Buyer}}</b:RegistrationName></a:PartyLegalEntity></a:Party></a:AccountingCustomerParty>
  <a:PaymentMeans><b:PaymentMeansCode>58</b:PaymentMeansCode><a:PayeeFinancialAccount><b:ID>DEMO-ACCOUNT</b:ID><b:Name>{{x .Seller}}</b:Name></a:PayeeFinancialAccount></a:PaymentMeans>
  <a:TaxTotal>
    <b:TaxAmount currencyID="{{.Currency}}">0.00</b:TaxAmount>
    <a:TaxSubtotal><b:TaxableAmount currencyID="{{.Currency}}">{{.Total}}</b:TaxableAmount><b:TaxAmount currencyID="{{.Currency}}">0.00</b:TaxAmount>
      <a:TaxCategory><b:ID>O</b:ID><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme></a:TaxCategory></a:TaxSubtotal>
  </a:TaxTotal>
  <a:LegalMonetaryTotal>
    <b:LineExtensionAmount currencyID="{{.Currency}}">{{.Total}}</b:LineExtensionAmount>
    <b:TaxExclusiveAmount currencyID="{{.Currency}}">{{.Total}}</b:TaxExclusiveAmount>
    <b:TaxInclusiveAmount currencyID="{{.Currency}}">{{.Total}}</b:TaxInclusiveAmount>
    <b:PayableAmount currencyID="{{.Currency}}">{{.Total}}</b:PayableAmount>
  </a:LegalMonetaryTotal>
  <a:InvoiceLine><b:ID>1</b:ID><b:InvoicedQuantity unitCode="C62">1</b:InvoicedQuantity><b:LineExtensionAmount currencyID="{{.Currency}}">{{.Total}}</b:LineExtensionAmount>
    <a:Item><b:Name>{{.Mark}} cloud marketplace services</b:Name></a:Item><a:Price><b:PriceAmount currencyID="{{.Currency}}">{{.Total}}</b:PriceAmount></a:Price></a:InvoiceLine>
</Invoice>
`))

func escape(s string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(s))
	return b.String(), err
}

// UBL is the electronic invoice that answers a list in full.
func UBL(l invoicing.List, day period.Day) ([]byte, error) {
	return write(l, day, l.Payable, "E")
}

// Accepted is the electronic invoice with which a merchant's list is answered: in full, or with what its first part left open.
func Accepted(l invoicing.List, day period.Day) ([]byte, error) {
	total := l.Payable
	if AnswerOf(l.Merchant) == Parts {
		total = total.Sub(part(l))
	}
	return write(l, day, total, "A")
}

// Refused is an invoice that is wrong by the smallest amount there is.
func Refused(l invoicing.List, day period.Day) ([]byte, error) {
	return write(l, day, l.Payable.Add(cent(l)), "R")
}

// write draws an invoice up; its number is that of the list with a mark of its own, so that a refused one keeps no other from being sent.
func write(l invoicing.List, day period.Day, total decimal.Decimal, mark string) ([]byte, error) {
	var b bytes.Buffer
	err := ubl.Execute(&b, map[string]any{
		"Number": fmt.Sprintf("%s-%s-%s", Mark, mark, l.Requisition), "Day": day, "Mark": Mark, "Requisition": l.Requisition, "Period": l.PeriodText(), "Currency": l.Currency,
		"Seller": l.MerchantName, "Buyer": l.EntityName, "Total": money.Plain(total, l.Currency),
	})
	return b.Bytes(), err
}
