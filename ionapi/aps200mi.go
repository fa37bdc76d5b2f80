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

// LedgerInvoice is an invoice in the supplier ledger (GetInvTotInfo). Dates are YYYYMMDD or "", amounts plain decimals:
// in Currency, and in LocalCurrency where the name says so.
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
	Date             string `mi:"IVDT,date"`
	DueDate          string `mi:"DUDT,date"`
	AccountingDate   string `mi:"ACDT,date"`
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
	Entered          string `mi:"RGDT,date"`
	Changed          string `mi:"LMDT,date"`
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
