package entities

import (
	"strconv"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

const (
	brInvoicePage = "KooGallery, 商家面向华为云开票: invoices to the Brazilian entity go in before the 20th; Brazilian law does not let an invoice be paid across months"
	brInferred    = brInvoicePage + "; inferred from it"
	brReais       = "Civil Code art. 318; Law 10.192/2001 art. 1; exceptions in Law 14.286/2021 art. 13"
)

var _ = register(&Jurisdiction{
	ID: "br", Country: "BR", Name: "Brazil", Names: Words{"Brazil", "巴西", "Brasil"}, ZoneName: "America/Sao_Paulo", Calendar: "br", Currency: "BRL",
	lastDay: KeyBRLastDay, oneMonth: true, TaxID: validCNPJ,
	Rules: []Rule{
		{
			Code: "BR-LAST-DAY", Kind: FromContract, Refuses: true, Source: brInvoicePage, check: brLastDay,
			Says: Words{"Received by the last day (19, a setting) of its month.", "在当月截止日（19日，可设置）前收到。", "Recebida até o último dia (19, configurável) do mês."},
		},
		{
			Code: "BR-SAME-MONTH", Kind: FromContract, Refuses: true, Source: brInferred, check: brSameMonth,
			Says: Words{"Dated in the month of receipt.", "开票日期在收到的当月。", "Datada no mês do recebimento."},
		},
		{
			Code: "BR-REISSUE", Kind: FromContract, Refuses: true, Source: brInferred, check: brReissue,
			Says: Words{"Not paid in the month of its date: issued again.", "开票当月未付款的，须重新开具。", "Não paga no mês da data: emite-se de novo."},
		},
		{
			Code: "BR-RESIDENT-BRL", Kind: FromLaw, Refuses: true, Source: brReais, check: brResident,
			Says: Words{"Between residents an obligation is stated in reais.", "居民之间的债务以雷亚尔表示。", "Entre residentes a obrigação é expressa em reais."},
		},
		{
			Code: "BR-NONRESIDENT-CURRENCY", Kind: FromContract, Refuses: true, Source: srcBrazil, check: brNonResident,
			Says: Words{"A company outside Brazil is paid in EUR.", "巴西境外公司以 EUR 收款。", "Empresa fora do Brasil é paga em EUR."},
		},
		{
			Code: "BR-XML", Kind: FromWeak, Source: "validity is signature and authorisation protocol", Needs: []Part{PartFormat}, find: brXML,
			Says: Words{"NFS-e and NF-e: the XML is the document, a printed DANFE does not replace it.", "NFS-e 和 NF-e 以 XML 为准，打印的 DANFE 不能代替。", "Na NFS-e e na NF-e o documento é o XML; o DANFE impresso não o substitui."},
		},
		{
			Code: "BR-NFSE-2026", From: period.MustDay("2026-01-01"), Kind: FromGuidance, Source: "national NFS-e standard from 2026-01-01",
			Says: Words{"NFS-e follows the national layout and carries IBS/CBS groups; unknown elements are ignored.", "NFS-e 采用全国版式并含 IBS/CBS 组；未知元素被忽略。", "A NFS-e segue o leiaute nacional e traz os grupos IBS/CBS; elementos desconhecidos são ignorados."},
		},
		{
			Code: "BR-NO-CREDIT-NOTE", Kind: FromWeak, Source: "layout of NFS-e", Needs: []Part{PartKind}, find: brCreditNote,
			Says: Words{"NFS-e knows no credit note: a wrong one is cancelled and issued again under a new number.", "NFS-e 没有贷项凭证：有误的须作废并以新号码重开。", "A NFS-e não tem nota de crédito: a errada é cancelada e emitida de novo com outro número."},
		},
		{
			Code: "BR-ACCESS-KEY", Kind: FromWeak, Source: "layout of NF-e; inferred from sixteen real keys", Needs: []Part{PartAccessKey}, find: brKey,
			Says: Words{"The 44 digits of an NF-e key end in their check digit and hold the issuer's CNPJ and the month of issue.", "NF-e 的 44 位访问码末位为校验码，并含开具方 CNPJ 和开具月份。", "A chave de 44 dígitos da NF-e termina no dígito verificador e contém o CNPJ do emitente e o mês de emissão."},
		},
		{
			Code: "BR-ISS-INSIDE", Kind: FromWeak, Source: "docs.invopop.com, Brazil",
			Says: Words{"ISS is inside the price and never added on top.", "ISS 含在价格内，不另加。", "O ISS está dentro do preço e nunca se soma a ele."},
		},
		{
			Code: "BR-WHT", Kind: FromWeak, Source: "razaocontab.com; COSIT 191/2017 by pnst.com.br; docs.oracle.com for thresholds a period",
			Says: Words{"Payers withhold on listed domestic services and on services bought abroad (IRRF, CIDE, PIS, COFINS, ISS); thresholds may count by period. The lines are the setting withholding.", "付款方对所列境内服务及境外采购的服务代扣税款（IRRF、CIDE、PIS、COFINS、ISS），起征点可按期计算。各项由设置 withholding 给出。", "O pagador retém tributos sobre serviços internos listados e sobre serviços comprados no exterior (IRRF, CIDE, PIS, COFINS, ISS); limites podem contar por período. As linhas são a configuração withholding."},
		},
	},
	Examples: append([]Example{
		{"in time to the last second", InvoiceFacts{ReceivedAt: at("2026-11-20T02:59:59Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true}, nil},
		{"the 20th is too late", InvoiceFacts{ReceivedAt: at("2026-11-20T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true}, []string{"BR-LAST-DAY"}},
		{"the 20th in Beijing is still the 19th", InvoiceFacts{ReceivedAt: at("2026-11-20T02:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true}, nil},
		{"the last day is a setting", InvoiceFacts{ReceivedAt: at("2026-11-20T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, LastDay: 20}, nil},
		{"dated in another month", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-10-31"), Currency: "BRL", Resident: true}, []string{"BR-SAME-MONTH"}},
		{"a later month for an older list", InvoiceFacts{ReceivedAt: at("2026-12-03T15:00:00Z"), Dated: period.MustDay("2026-12-03"), Currency: "BRL", Resident: true}, nil},
		{"over the year's end", InvoiceFacts{ReceivedAt: at("2027-01-02T15:00:00Z"), Dated: period.MustDay("2026-12-31"), Currency: "BRL", Resident: true}, []string{"BR-SAME-MONTH"}},
		{"unpaid when the month ends", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, AsOf: at("2026-12-01T03:00:00Z")}, []string{"BR-REISSUE"}},
		{"unpaid a minute before it ends", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, AsOf: at("2026-12-01T02:59:00Z")}, nil},
		{"paid in its month", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, AsOf: at("2026-12-05T12:00:00Z"), PaidOn: period.MustDay("2026-11-25")}, nil},
		{"paid in the month after", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, AsOf: at("2026-12-05T12:00:00Z"), PaidOn: period.MustDay("2026-12-02")}, []string{"BR-REISSUE"}},
		{"a non-resident in reais", InvoiceFacts{ReceivedAt: at("2026-10-15T15:00:00Z"), Dated: period.MustDay("2026-10-15"), Currency: "BRL"}, []string{"BR-NONRESIDENT-CURRENCY"}},
		{"a non-resident in euros", InvoiceFacts{ReceivedAt: at("2026-10-15T15:00:00Z"), Dated: period.MustDay("2026-10-15"), Currency: "EUR"}, nil},
		{"a resident in euros", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "EUR", Resident: true}, []string{"BR-RESIDENT-BRL"}},
		{"everything at once", InvoiceFacts{ReceivedAt: at("2026-11-20T15:00:00Z"), Dated: period.MustDay("2026-10-31"), Currency: "USD", Resident: true}, []string{"BR-LAST-DAY", "BR-RESIDENT-BRL", "BR-SAME-MONTH"}},
	}, brElectronic...),
})

func brLastDay(_ *Jurisdiction, f InvoiceFacts) fault.Faults {
	last := f.LastDay
	if last == 0 {
		last, _ = strconv.Atoi(keys[KeyBRLastDay].Default)
	}
	got := period.DayOf(f.ReceivedAt, f.Zone)
	if got.Day <= last {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "BR-LAST-DAY", "receivedAt", fault.Args{"received": got, "last": last, "next": got.Of().Next()})}
}

func brSameMonth(_ *Jurisdiction, f InvoiceFacts) fault.Faults {
	got := period.DayOf(f.ReceivedAt, f.Zone)
	if f.Dated.Of() == got.Of() {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "BR-SAME-MONTH", "date", fault.Args{"dated": f.Dated, "received": got})}
}

func brReissue(j *Jurisdiction, f InvoiceFacts) fault.Faults {
	until, _ := j.PaymentWindowIn(f.Dated, f.Zone)
	if f.AsOf.IsZero() || f.AsOf.Before(until) || f.PaidOn.Of() == f.Dated.Of() {
		return nil
	}
	return fault.Faults{fault.New(fault.Conflict, "BR-REISSUE", "date", fault.Args{"dated": f.Dated, "month": f.Dated.Of()})}
}

func brResident(_ *Jurisdiction, f InvoiceFacts) fault.Faults {
	if !f.Resident || f.Currency == "BRL" {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "BR-RESIDENT-BRL", "currency", fault.Args{"currency": f.Currency})}
}

func brNonResident(_ *Jurisdiction, f InvoiceFacts) fault.Faults {
	if f.Resident || f.Currency == "EUR" {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "BR-NONRESIDENT-CURRENCY", "currency", fault.Args{"currency": f.Currency})}
}
