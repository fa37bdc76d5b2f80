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

// Invoice is a supplier's invoice as we understand it: one that came, before M3 sees it, or one of
// M3's accounts payable, before its partner does. Amounts are in its currency; those of a credit
// note are negative.
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
	// Voucher and Parallel are M3's number of a posted invoice, year and VONO, and its parallel
	// number (PAIN); PaymentTerms is M3's code (TEPY). An invoice that came has none of them.
	Voucher      string `json:"voucher,omitempty"`
	Parallel     string `json:"parallel,omitempty"`
	PaymentTerms string `json:"paymentTerms,omitempty"`
	// DueDate and Discounts are the terms, where the invoice has them; the discounts stand in
	// the order of their dates.
	DueDate   Date              `json:"dueDate,omitempty"`
	Discounts []InvoiceDiscount `json:"discounts,omitempty"`
	// Information is what M3 keeps beside the invoice.
	Information []InvoiceInformation `json:"information,omitempty"`
	Lines       []InvoiceLine        `json:"lines"`
	Charges     []InvoiceCharge      `json:"charges,omitempty"`
	Taxes       []InvoiceTax         `json:"taxes,omitempty"`
}

// InvoiceDiscount is what may be taken off by whoever pays until Date: Percent of the invoice,
// or Amount in its currency and with its sign, or both where the invoice says both.
type InvoiceDiscount struct {
	Date    Date             `json:"date"`
	Percent *decimal.Decimal `json:"percent,omitempty"`
	Amount  *decimal.Decimal `json:"amount,omitempty"`
}

// InvoiceInformation is a reference of the invoice, for an information category of the tenant's
// accounts payable.
type InvoiceInformation struct {
	Place     string `json:"place"`
	Qualifier string `json:"qualifier"`
	Category  int    `json:"category"`
	Text      string `json:"text"`
	// Free says that Text is a description, which may be cut, and no number.
	Free bool `json:"free,omitempty"`
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
	// Unit is M3's code, through the crosswalk; once the line is matched, it is that of the
	// order line.
	Unit       string          `json:"unit"`
	Price      decimal.Decimal `json:"price"`
	PriceBasis int             `json:"priceBasis"`
	Amount     decimal.Decimal `json:"amount"`
	Warehouse  string          `json:"warehouse,omitempty"`
	Charges    []InvoiceCharge `json:"charges,omitempty"`
	// Packs are what the line says about the packing of one unit.
	Packs []InvoicePack `json:"packs,omitempty"`
	// Converted is how the line was invoiced, where that was another unit than the order's.
	Converted *InvoiceConversion `json:"converted,omitempty"`
}

// InvoicePack says that one invoiced unit holds Quantity of Unit, which is M3's code.
type InvoicePack struct {
	Place    string          `json:"place"`
	Quantity decimal.Decimal `json:"quantity"`
	Unit     string          `json:"unit"`
}

// InvoiceConversion is what a line said before it was converted into the order's unit, and
// where the factor stands. Price is per PriceBasis of Unit.
type InvoiceConversion struct {
	Quantity   decimal.Decimal `json:"quantity"`
	Unit       string          `json:"unit"`
	Price      decimal.Decimal `json:"price"`
	PriceBasis int             `json:"priceBasis"`
	Source     string          `json:"source"`
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
