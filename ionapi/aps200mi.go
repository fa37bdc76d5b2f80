package ionapi

import "context"

// LedgerInvoices reads posted supplier invoices through APS200MI or a program of the same transactions.
type LedgerInvoices struct {
	client  *Client
	program string
}

// LedgerInvoices gives the supplier ledger program of that name; the standard one is APS200MI.
func (c *Client) LedgerInvoices(program string) LedgerInvoices {
	return LedgerInvoices{client: c, program: program}
}

// LedgerInvoice is an invoice in the supplier ledger. Dates are YYYYMMDD or "", amounts plain decimals: in Currency, and
// in LocalCurrency where the name says so; those of a credit note are negative. GetInvTotInfo tells all of it; GetInvoice
// neither what is paid and outstanding, nor local amounts and currency, nor when the invoice was entered and changed.
type LedgerInvoice struct {
	Payee            string `mi:"SPYN"`
	Supplier         string `mi:"SUNO"`
	Number           string `mi:"SINO"`
	InvoiceYear      string `mi:"INYR,nonzero"`
	Year             string `mi:"YEA4,nonzero"` // of the voucher
	Journal          string `mi:"JRNO,nonzero"`
	JournalSequence  string `mi:"JSNO,nonzero"`
	VoucherSeries    string `mi:"VSER"`
	Voucher          string `mi:"VONO,nonzero"`
	Transaction      string `mi:"TRCD"` // 40 supplier invoice
	Type             string `mi:"IVTP"` // information type
	Date             string `mi:"IVDT,date"`
	DueDate          string `mi:"DUDT,date"`
	AccountingDate   string `mi:"ACDT,date"`
	PaymentTerms     string `mi:"TEPY"`
	CashDiscountTerm string `mi:"TECD"`
	Currency         string `mi:"CUCD"`
	LocalCurrency    string `mi:"LOCD"`
	Amount           string `mi:"CUAM,number"`
	VAT              string `mi:"VTAM,number"`
	Outstanding      string `mi:"OCUA,number"`
	Paid             string `mi:"PCUA,number"`
	AmountLocal      string `mi:"ACAM,number"`
	OutstandingLocal string `mi:"OAMT,number"`
	PaidLocal        string `mi:"PAMT,number"`
	PaymentStop      string `mi:"IVBL,nonzero"` // "" for none
	Approved         string `mi:"APRV"`         // for payment, by M3's code
	PaymentStatus    string `mi:"PYST"`
	Reconciled       string `mi:"RECO"` // internal reconciliation, by M3's code
	Authorizer       string `mi:"APCD"`
	Parallel         string `mi:"PAIN"` // parallel invoice number
	Entered          string `mi:"RGDT,date"`
	Changed          string `mi:"LMDT,date"`
}

// LedgerKey is M3's own key of an entry in the supplier ledger, in the division of the company.
type LedgerKey struct {
	Year     string `mi:"YEA4"` // of the voucher
	Journal  string `mi:"JRNO"`
	Sequence string `mi:"JSNO"` // in the journal
}

// CashDiscount is what an invoice offers for payment until each of up to three dates (GetCashDiscInfo): percentages are
// plain decimals with "0" for none, dates YYYYMMDD or "".
type CashDiscount struct {
	Percents [3]string `mi:"CDP,number"` // CDP1 to CDP3
	Dates    [3]string `mi:"CDT,date"`   // CDT1 to CDT3, the last day of each
	Amount   string    `mi:"CDAM,number"`
	Currency string    `mi:"CUCD"`
}

// Total reads the invoice of M3's duplicate key: payee, supplier, the supplier's invoice number and the invoice year,
// in the division of the company. An invoice that the ledger does not have is no error but not found.
func (p LedgerInvoices) Total(ctx context.Context, company Company, payee, number, year, supplier string) (invoice LedgerInvoice, found bool, err error) {
	invoice, err = oneOf[LedgerInvoice](ctx, p.client, Query{Program: p.program, Transaction: "GetInvTotInfo", Company: company,
		Input: Record{"DIVI": company.DIVI, "SPYN": payee, "SINO": number, "INYR": year, "SUNO": supplier}})
	if KindOf(err) == RecordMissing {
		return invoice, false, nil
	}
	return invoice, err == nil, err
}

// Invoices reads many entries by their keys in as few POSTs as possible (GetInvoice); the answers stand in the order of
// the keys, each with its own error.
func (p LedgerInvoices) Invoices(ctx context.Context, company Company, keys []LedgerKey) ([]Answer[LedgerInvoice], error) {
	answers, err := manyBy[LedgerInvoice](ctx, p.client, company, p.program, "GetInvoice", inputsOf(company, keys))
	for i := range answers {
		answers[i].Value.forgetTotals()
	}
	return answers, err
}

// CashDiscounts reads the cash discounts of many entries as Invoices reads the entries (GetCashDiscInfo).
func (p LedgerInvoices) CashDiscounts(ctx context.Context, company Company, keys []LedgerKey) ([]Answer[CashDiscount], error) {
	return manyBy[CashDiscount](ctx, p.client, company, p.program, "GetCashDiscInfo", inputsOf(company, keys))
}

// inputsOf makes the input of one transaction for each key, in the division of the company.
func inputsOf[K any](company Company, keys []K) []Record {
	inputs := make([]Record, len(keys))
	for i, key := range keys {
		inputs[i] = encode(key)
		inputs[i]["DIVI"] = company.DIVI
	}
	return inputs
}

// forgetTotals empties the amounts that GetInvoice does not tell: they are unknown, not zero.
func (i *LedgerInvoice) forgetTotals() {
	i.Outstanding, i.Paid, i.AmountLocal, i.OutstandingLocal, i.PaidLocal = "", "", "", "", ""
}

// Owed is the invoice with the signs of its amounts turned, for ledgers that hold what is owed as negative.
func (i LedgerInvoice) Owed() LedgerInvoice {
	for _, amount := range []*string{&i.Amount, &i.VAT, &i.Outstanding, &i.Paid, &i.AmountLocal, &i.OutstandingLocal, &i.PaidLocal} {
		*amount = negative(*amount)
	}
	return i
}
