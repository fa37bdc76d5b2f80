package mapping

import (
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// InvoiceFacts is as much of an invoice as tells whether another looks like it. Amount is
// negative on a credit note.
type InvoiceFacts struct {
	Payee    string            `json:"payee"`
	Supplier string            `json:"supplier"`
	Kind     trade.InvoiceKind `json:"kind"`
	Number   string            `json:"number"`
	Date     trade.Date        `json:"date"`
	Amount   decimal.Decimal   `json:"amount"`
	Currency string            `json:"currency"`
}

// FactsOf gives the facts of an invoice.
func FactsOf(inv trade.Invoice) InvoiceFacts {
	return InvoiceFacts{Payee: inv.Payee, Supplier: inv.Supplier, Kind: inv.Kind, Number: inv.Number, Date: inv.Date, Amount: inv.Total, Currency: inv.Currency}
}

// NearDuplicate says whether two invoices of one company look like the same one under two
// numbers: of one supplier, kind and currency, and no further apart in date and amount than
// the profile says. The percentage is of the larger amount. The sentence names both; invoices
// of the same number in the same year are not near, because their keys are the same.
func (s InvoiceSet) NearDuplicate(a, b InvoiceFacts) (sentence string, near bool) {
	if s.NearDays == 0 || s.NearPercent.IsZero() || a.Date.IsZero() || b.Date.IsZero() || a.Amount.IsZero() || b.Amount.IsZero() {
		return "", false
	}
	sameNumber := NormalisedNumber(a.Number) == NormalisedNumber(b.Number) && a.Date.Time().Year() == b.Date.Time().Year()
	if a.Supplier != b.Supplier || a.Kind != b.Kind || a.Currency != b.Currency || sameNumber {
		return "", false
	}
	days := int(a.Date.Time().Sub(b.Date.Time()).Abs().Hours()) / 24
	apart, larger := a.Amount.Sub(b.Amount).Abs(), decimal.Max(a.Amount.Abs(), b.Amount.Abs())
	if days > s.NearDays || apart.Mul(hundred).GreaterThan(larger.Mul(s.NearPercent.Decimal)) {
		return "", false
	}
	return fmt.Sprintf("%s looks like %s: both are of supplier %s, %s apart in date and %s %s in amount%s",
		a, b, a.Supplier, count(days, "day"), apart, a.Currency, otherPayee(a, b)), true
}

// String names the invoice in a sentence.
func (f InvoiceFacts) String() string {
	return fmt.Sprintf("%s %s of %s over %s %s", kindNames[f.Kind], f.Number, f.Date, f.Amount, f.Currency)
}

var kindNames = map[trade.InvoiceKind]string{trade.KindInvoice: "invoice", trade.KindCredit: "credit note"}

func otherPayee(a, b InvoiceFacts) string {
	if a.Payee == b.Payee {
		return ""
	}
	return fmt.Sprintf(", and they are paid to %s and %s", a.Payee, b.Payee)
}

// count is a number of things: "1 day", "2 days".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}
