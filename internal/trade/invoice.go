package trade

import (
	"encoding/json"

	"github.com/shopspring/decimal"
)

// InvoiceKind says which way an invoice moves money.
type InvoiceKind string

// The kinds of invoices.
const (
	KindInvoice InvoiceKind = "invoice"
	// KindCredit is a credit note: its amounts and quantities are negative.
	KindCredit InvoiceKind = "credit"
)

// Invoice is a supplier's invoice as we understand it, before M3 sees it. Amounts are in
// its currency; those of a credit note are negative.
type Invoice struct {
	Company  Company     `json:"company"`
	Partner  string      `json:"partner"`
	Supplier string      `json:"supplier"`
	Payee    string      `json:"payee"`
	Kind     InvoiceKind `json:"kind"`
	Number   string      `json:"number"`
	Date     Date        `json:"date"`
	Currency string      `json:"currency"`
	// Total is what is to be paid, taxes, charges and allowances included.
	Total decimal.Decimal `json:"total"`
	// Original is the number of the invoice that a credit note corrects.
	Original     string `json:"original,omitempty"`
	DeliveryNote string `json:"deliveryNote,omitempty"`
	// DueDate, DiscountDate and DiscountPercent are the terms, where the invoice has them.
	DueDate         Date             `json:"dueDate,omitempty"`
	DiscountDate    Date             `json:"discountDate,omitempty"`
	DiscountPercent *decimal.Decimal `json:"discountPercent,omitempty"`
	Lines           []InvoiceLine    `json:"lines"`
	Charges         []InvoiceCharge  `json:"charges,omitempty"`
	Taxes           []InvoiceTax     `json:"taxes,omitempty"`
}

// InvoiceLine is one line of an invoice. Price is per PriceBasis units; Amount is the line's
// own, without its charges and taxes.
type InvoiceLine struct {
	// Place is where the line stands in the set, such as "IT1[3]".
	Place string `json:"place"`
	ID    string `json:"id,omitempty"`
	// Order, OrderLine and Suffix name the line of the purchase order; zero until it is
	// matched.
	Order     string `json:"order,omitempty"`
	OrderLine int    `json:"orderLine,omitempty"`
	Suffix    int    `json:"suffix,omitempty"`
	// Item is our number, SupplierItem the supplier's, as far as the line says them.
	Item         string          `json:"item,omitempty"`
	SupplierItem string          `json:"supplierItem,omitempty"`
	Description  string          `json:"description,omitempty"`
	Quantity     decimal.Decimal `json:"quantity"`
	// Unit is M3's code, through the crosswalk.
	Unit       string          `json:"unit"`
	Price      decimal.Decimal `json:"price"`
	PriceBasis int             `json:"priceBasis"`
	Amount     decimal.Decimal `json:"amount"`
	Warehouse  string          `json:"warehouse,omitempty"`
	Charges    []InvoiceCharge `json:"charges,omitempty"`
}

// InvoiceCharge is a charge, or an allowance with a negative amount.
type InvoiceCharge struct {
	Place string `json:"place"`
	// Code is SAC02, Element the costing element of M3, through the crosswalk.
	Code    string          `json:"code"`
	Element string          `json:"element"`
	Text    string          `json:"text,omitempty"`
	Amount  decimal.Decimal `json:"amount"`
}

// InvoiceTax is a tax by its type and rate.
type InvoiceTax struct {
	Place string `json:"place"`
	// Type is TXI01, Code the VAT code of M3, through the crosswalk.
	Type   string          `json:"type"`
	Code   string          `json:"code"`
	Amount decimal.Decimal `json:"amount"`
}

// Canonical gives the invoice's JSON, the form that is archived.
func (i Invoice) Canonical() ([]byte, error) { return json.Marshal(i) }
