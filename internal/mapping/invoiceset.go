package mapping

import (
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// InvoiceSet says how an 810 of this partner is read.
type InvoiceSet struct {
	// Kinds says what each code of BIG07 means; without a code the sign of the total does.
	Kinds map[string]trade.InvoiceKind `yaml:"kinds"`
	// CreditSign says how the amounts of a credit note arrive.
	CreditSign CreditSign `yaml:"creditSign"`
	// Tolerance is how far the total may be from the sum of its parts.
	Tolerance Amount `yaml:"tolerance"`
	// Payee is who is paid; empty is the party of N1*RI, else the supplier.
	Payee Code `yaml:"payee"`
	// HomeCurrency is the currency of an invoice without CUR; empty is that of orders.
	HomeCurrency Code `yaml:"currency"`
	// ZeroDecimals says how N2 amounts of a currency without cents arrive.
	ZeroDecimals ZeroDecimals `yaml:"zeroDecimals"`
	// Orders says whether every line must name a purchase order.
	Orders Need `yaml:"orders"`
	// PriceBases says for how many units a price holds, by the code in IT105.
	PriceBases map[string]int `yaml:"priceBases"`
	// LineTaxes says whether taxes of lines and charges are part of the total, or only
	// explain the taxes in the summary.
	LineTaxes LineTaxes `yaml:"lineTaxes"`
	// Terms says whose terms of payment hold.
	Terms TermsOf `yaml:"terms"`
	// Division is that of an invoice whose orders say none, or several.
	Division Code `yaml:"division"`
	// References give the information category of M3's accounts payable (PEXN) for a
	// reference by its qualifier in REF01; the others are left out.
	References map[string]int `yaml:"references"`
	// Allocation is the strategy for this partner; empty is that of allocation.yaml.
	Allocation Strategy `yaml:"allocation"`
	// ReceiptDeadline is how long an invoice waits for its goods before it parks.
	ReceiptDeadline Duration `yaml:"receiptDeadline"`
	// DuplicateWindow is how far back control numbers are compared.
	DuplicateWindow Duration `yaml:"duplicateWindow"`
	// DuplicateScope says whether a number may come again in another year.
	DuplicateScope DuplicateScope `yaml:"duplicateScope"`
	// NearDays and NearPercent are how far apart two invoices of other numbers may be, by
	// date and by amount, and still look like one; a 0 in either looks for none.
	NearDays    int    `yaml:"nearDays"`
	NearPercent Amount `yaml:"nearPercent"`
}

// DefaultInvoiceSet is what holds where neither the base profile nor the partner's own
// says anything.
func DefaultInvoiceSet() InvoiceSet {
	return InvoiceSet{
		Kinds: map[string]trade.InvoiceKind{"DI": trade.KindInvoice, "DR": trade.KindInvoice, "PR": trade.KindInvoice,
			"CN": trade.KindCredit, "CR": trade.KindCredit},
		CreditSign: SignNegative, ZeroDecimals: Hundredths, Orders: Required,
		PriceBases:      map[string]int{"PE": 1, "UM": 1, "WE": 1, "HP": 100, "TP": 1000},
		LineTaxes:       TaxesAdd,
		Terms:           TermsOfInvoice,
		ReceiptDeadline: Duration(14 * 24 * time.Hour), DuplicateWindow: Duration(365 * 24 * time.Hour),
		DuplicateScope: ScopeYear, NearDays: 7, NearPercent: Amount{decimal.NewFromInt(1)},
	}
}

// CreditSign says how the amounts of a credit note arrive.
type CreditSign string

// The choices of CreditSign.
const (
	SignNegative CreditSign = "negative"
	SignPositive CreditSign = "positive"
)

// Need says whether something must be there.
type Need string

// The choices of Need.
const (
	Required Need = "required"
	Optional Need = "optional"
)

// LineTaxes says what taxes of lines and charges do to the total.
type LineTaxes string

// The choices of LineTaxes.
const (
	TaxesAdd     LineTaxes = "add"
	TaxesExplain LineTaxes = "explain"
)

// TermsOf says whose terms of payment hold.
type TermsOf string

// The choices of TermsOf.
const (
	TermsOfInvoice TermsOf = "invoice"
	// TermsOfSupplier leaves ITD aside: M3 takes the terms it has for the supplier.
	TermsOfSupplier TermsOf = "supplier"
)

// DuplicateScope says how long an invoice number is taken.
type DuplicateScope string

// The choices of DuplicateScope.
const (
	// ScopeYear is M3's own: some suppliers begin to count again each year.
	ScopeYear DuplicateScope = "year"
	ScopeEver DuplicateScope = "ever"
)

// Duration is written as Go does: 90s, 15m, 24h.
type Duration time.Duration

// UnmarshalYAML reads a duration and says how one is written.
func (d *Duration) UnmarshalYAML(node ast.Node) error {
	if text, ok := node.(*ast.StringNode); ok {
		if parsed, err := time.ParseDuration(text.Value); err == nil && parsed >= 0 {
			*d = Duration(parsed)
			return nil
		}
	}
	return &yaml.SyntaxError{Message: "a duration is written like 90s, 15m or 24h", Token: node.GetToken()}
}

// Std is the duration as the standard library has it.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// Amount is an amount of money or a percentage, exact as it is written.
type Amount struct{ decimal.Decimal }

// UnmarshalYAML reads the digits as they stand in the file, not the float they look like.
func (a *Amount) UnmarshalYAML(node ast.Node) error {
	text := strings.TrimSpace(node.GetToken().Value)
	value, err := decimal.NewFromString(text)
	if err != nil || strings.ContainsAny(text, "eE") {
		return &yaml.SyntaxError{Message: "an amount is written like 0.05", Token: node.GetToken()}
	}
	a.Decimal = value
	return nil
}
