package mapping

// OutgoingInvoiceSet says whether a partner gets the invoices that M3 holds of it, and how an 810 is
// made of one. Nothing goes out unless the partner's own file says so.
type OutgoingInvoiceSet struct {
	// Send turns it on; Purpose says why, and nothing goes out without one.
	Send    bool    `yaml:"send"`
	Purpose Purpose `yaml:"purpose"`
	// Type is BIG07 of an invoice, CreditType that of a credit note; empty is not written.
	Type       Code `yaml:"type"`
	CreditType Code `yaml:"creditType"`
	// CreditSign says how the amounts of a credit note are written; positive needs a CreditType,
	// because nothing else tells such a credit note from an invoice.
	CreditSign CreditSign `yaml:"creditSign"`
	// Currency says when CUR goes out, HomeCurrency what the partner assumes without it.
	Currency     When `yaml:"currency"`
	HomeCurrency Code `yaml:"homeCurrency"`
	// ZeroDecimals says how N2 amounts of a currency without cents are written.
	ZeroDecimals ZeroDecimals `yaml:"zeroDecimals"`
	// References are the qualifiers (REF01) of what the header refers to, in that order of the
	// fields: our number of the supplier, M3's voucher, M3's parallel number; empty is not written.
	SupplierReference Code `yaml:"supplierReference"`
	VoucherReference  Code `yaml:"voucherReference"`
	ParallelReference Code `yaml:"parallelReference"`
	// Answer says how long the partner may take to acknowledge the set; zero expects nothing.
	Answer AnswerTime `yaml:"answer"`
}

// Purpose is why a partner gets invoices of M3's accounts payable.
type Purpose string

// The purposes.
const (
	// SelfBilling is an invoice that we make in the supplier's place.
	SelfBilling Purpose = "self-billing"
	// Intercompany is an invoice between companies of ours.
	Intercompany Purpose = "intercompany"
	// Copy is for an archive or another third party: all invoices go, those that came by EDI too.
	Copy Purpose = "copy"
)

// Purposes are all of them.
var Purposes = []Purpose{SelfBilling, Intercompany, Copy}

// DefaultOutgoingInvoiceSet is what holds where neither the base profile nor the partner's own says
// anything: nothing goes out.
func DefaultOutgoingInvoiceSet() OutgoingInvoiceSet {
	return OutgoingInvoiceSet{Type: "DI", CreditType: "CR", CreditSign: SignNegative, Currency: Foreign, HomeCurrency: "USD", ZeroDecimals: Hundredths,
		SupplierReference: "IA", VoucherReference: "VV"}
}

// VoucherAccounts say what the lines of a posted invoice's voucher are, by their account (AIT1). A
// line on none of them is an item line.
type VoucherAccounts struct {
	// Payable are the accounts of the supplier's balance; their lines stand against all others and
	// are left out.
	Payable []Code `yaml:"payable"`
	// Tax are the accounts of VAT and sales tax.
	Tax []Code `yaml:"tax"`
	// Charges are the costing elements of M3 by the accounts of charges; charges.csv has their SAC02,
	// the first of several.
	Charges map[Code]Code `yaml:"charges"`
}
