package trade

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/shopspring/decimal"
)

// PurchaseOrder is the canonical order: everything a supplier gets to see, and
// nothing else. Statuses, received and invoiced quantities and change dates stay
// out on purpose, because two orders are the same revision when their checksums
// are equal.
type PurchaseOrder struct {
	Company       Company `json:"company"`
	Number        string  `json:"number"`
	Supplier      string  `json:"supplier"`
	SupplierName  string  `json:"supplierName"`
	Warehouse     string  `json:"warehouse"`
	Facility      string  `json:"facility,omitempty"`
	OrderType     string  `json:"orderType,omitempty"`
	OrderDate     Date    `json:"orderDate"`
	DeliveryDate  Date    `json:"deliveryDate,omitempty"`
	Currency      string  `json:"currency"`
	Language      string  `json:"language,omitempty"`
	Buyer         string  `json:"buyer,omitempty"`
	BuyerName     string  `json:"buyerName,omitempty"`
	BuyerPhone    string  `json:"buyerPhone,omitempty"`
	YourReference string  `json:"yourReference,omitempty"`
	Contract      string  `json:"contract,omitempty"`
	// PaymentTerms, DeliveryTerms and DeliveryMethod are M3's codes (TEPY, TEDL,
	// MODL) with the descriptions that M3 prints beside them.
	PaymentTerms       string          `json:"paymentTerms,omitempty"`
	PaymentTermsText   string          `json:"paymentTermsText,omitempty"`
	DeliveryTerms      string          `json:"deliveryTerms,omitempty"`
	DeliveryTermsText  string          `json:"deliveryTermsText,omitempty"`
	DeliveryMethod     string          `json:"deliveryMethod,omitempty"`
	DeliveryMethodText string          `json:"deliveryMethodText,omitempty"`
	HarbourOrPlace     string          `json:"place,omitempty"`
	ShipTo             Party           `json:"shipTo"`
	BillTo             Party           `json:"billTo"`
	Seller             Party           `json:"seller"`
	Text               []string        `json:"text,omitempty"`
	Lines              []OrderLine     `json:"lines"`
	Amount             decimal.Decimal `json:"amount"`
	// Cancelled is an order that M3 has closed or deleted; nothing but what names it is said then.
	Cancelled bool `json:"cancelled,omitempty"`
}

// OrderLine is one line of a purchase order. Quantity is in Unit; Price is per
// PriceBasis units of PriceUnit (M3's PUCD: 1, 100 or 1000); Amount is M3's own
// line amount in the order's currency.
type OrderLine struct {
	Number       int             `json:"number"`
	Suffix       int             `json:"suffix,omitempty"`
	Item         string          `json:"item"`
	SupplierItem string          `json:"supplierItem,omitempty"`
	Description  string          `json:"description,omitempty"`
	Quantity     decimal.Decimal `json:"quantity"`
	Unit         string          `json:"unit"`
	Price        decimal.Decimal `json:"price"`
	PriceUnit    string          `json:"priceUnit"`
	PriceBasis   int             `json:"priceBasis"`
	Discounts    []string        `json:"discounts,omitempty"`
	Amount       decimal.Decimal `json:"amount"`
	DeliveryDate Date            `json:"deliveryDate,omitempty"`
	Contract     string          `json:"contract,omitempty"`
	Text         []string        `json:"text,omitempty"`
}

// Party is a name and address with our own code for it.
type Party struct {
	ID      string   `json:"id,omitempty"`
	Name    string   `json:"name,omitempty"`
	Street  []string `json:"street,omitempty"`
	Town    string   `json:"town,omitempty"`
	State   string   `json:"state,omitempty"`
	Postal  string   `json:"postal,omitempty"`
	Country string   `json:"country,omitempty"`
}

// Canonical gives the order's JSON, the form that is archived and compared.
func (o PurchaseOrder) Canonical() ([]byte, error) { return json.Marshal(o) }

// Checksum identifies what the supplier would see: the SHA-256 of the canonical
// form, in hex.
func Checksum(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// LineID is PO101: the line number, with the suffix only where there is one
// (a line that M3 split).
func (l OrderLine) LineID() string {
	if l.Suffix == 0 {
		return itoa(l.Number)
	}
	return itoa(l.Number) + "-" + itoa(l.Suffix)
}
