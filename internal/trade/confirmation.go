package trade

import (
	"encoding/json"

	"github.com/shopspring/decimal"
)

// The verdicts that only a confirmation has, beside those of every answer.
const (
	// VerdictChanged is an order that the supplier takes with changes.
	VerdictChanged Verdict = "accepted with changes"
	// VerdictOnHold is an order that the supplier neither takes nor refuses yet.
	VerdictOnHold Verdict = "on hold"
)

// Confirmation is what a supplier confirms of an order (855), before anything of ours is
// compared with it.
type Confirmation struct {
	Company Company `json:"company"`
	Partner string  `json:"partner"`
	// Order is our number, SupplierOrder the supplier's, where it has one.
	Order         string `json:"order"`
	Release       string `json:"release,omitempty"`
	SupplierOrder string `json:"supplierOrder,omitempty"`
	// Date is that of the confirmation; where it has none, that of the order.
	Date Date `json:"date"`
	// Verdict is what the supplier says; whether what it accepts is what was ordered, only a
	// comparison shows.
	Verdict Verdict `json:"verdict"`
	// Code is the supplier's own word for it, BAK02.
	Code string `json:"code"`
	// Complete says that the lines are all that is confirmed; without it a line of the order
	// that is not among them shares the verdict.
	Complete bool   `json:"complete,omitempty"`
	Currency string `json:"currency,omitempty"`
	// Delivery and Shipment are the dates of all lines without their own.
	Delivery Date               `json:"delivery,omitempty"`
	Shipment Date               `json:"shipment,omitempty"`
	Notes    []string           `json:"notes,omitempty"`
	Lines    []ConfirmationLine `json:"lines,omitempty"`
}

// ConfirmationLine is what a supplier says to one line.
type ConfirmationLine struct {
	// Place is where the line stands in the set, such as "PO1[3]".
	Place string `json:"place"`
	// ID is PO101, as a rule that of our 850: OrderLine.LineID.
	ID string `json:"id,omitempty"`
	// Item is our number, SupplierItem the supplier's, as far as the line says them.
	Item         string     `json:"item,omitempty"`
	SupplierItem string     `json:"supplierItem,omitempty"`
	Status       LineStatus `json:"status"`
	// Price is per PriceBasis of Unit, and nil where none is confirmed.
	Price      *decimal.Decimal `json:"price,omitempty"`
	PriceBasis int              `json:"priceBasis,omitempty"`
	Unit       string           `json:"unit,omitempty"`
	// Delivery and Shipment are the dates of all parts without their own.
	Delivery Date     `json:"delivery,omitempty"`
	Shipment Date     `json:"shipment,omitempty"`
	Notes    []string `json:"notes,omitempty"`
	// Parts are what becomes of the line: one, or several where it is delivered or answered
	// in parts.
	Parts []ConfirmationPart `json:"parts"`
}

// ConfirmationPart is what becomes of a line or of a part of it.
type ConfirmationPart struct {
	// Place is where it stands in the set, such as "PO1[3]/ACK[1]".
	Place string `json:"place"`
	// Code is the supplier's own word for the status, ACK01; empty where only the set as a
	// whole says it.
	Code   string     `json:"code,omitempty"`
	Status LineStatus `json:"status"`
	// Quantity is in Unit, and nil where none is said.
	Quantity *decimal.Decimal `json:"quantity,omitempty"`
	Unit     string           `json:"unit,omitempty"`
	Delivery Date             `json:"delivery,omitempty"`
	Shipment Date             `json:"shipment,omitempty"`
	// Item and SupplierItem are those that are delivered, where the part says others than
	// its line.
	Item         string `json:"item,omitempty"`
	SupplierItem string `json:"supplierItem,omitempty"`
}

// LineStatus says what a supplier does with a line or a part of it.
type LineStatus string

// The statuses of a line.
const (
	LineAccepted LineStatus = "accepted"
	// LineChanged is accepted with changes that are not named.
	LineChanged         LineStatus = "changed"
	LineQuantityChanged LineStatus = "quantity changed"
	LinePriceChanged    LineStatus = "price changed"
	LineDateChanged     LineStatus = "date changed"
	LineSubstituted     LineStatus = "item substituted"
	LineBackordered     LineStatus = "backordered"
	// LinePartBackordered is delivered in part, and the rest is backordered; suppliers name
	// the quantity of either.
	LinePartBackordered LineStatus = "part backordered"
	// LinePending is accepted, with a price or a date that is still to come.
	LinePending  LineStatus = "pending"
	LineOnHold   LineStatus = "on hold"
	LineRejected LineStatus = "rejected"
	// LineSeveral is a line whose parts have not the same status.
	LineSeveral LineStatus = "several"
)

// Canonical gives the confirmation's JSON, the form that is archived and compared.
func (c Confirmation) Canonical() ([]byte, error) { return json.Marshal(c) }

// DifferenceKind says in what a confirmation differs from its order.
type DifferenceKind string

// The kinds of differences.
const (
	DifferenceOrder    DifferenceKind = "order"
	DifferenceCurrency DifferenceKind = "currency"
	DifferencePrice    DifferenceKind = "price"
	DifferenceQuantity DifferenceKind = "quantity"
	DifferenceUnit     DifferenceKind = "unit"
	DifferenceDate     DifferenceKind = "date"
	DifferenceItem     DifferenceKind = "item"
	// DifferenceChange is a line that the supplier says it changed, and that is as ordered as
	// far as the confirmation says.
	DifferenceChange    DifferenceKind = "change"
	DifferenceBackorder DifferenceKind = "backordered"
	DifferencePending   DifferenceKind = "pending"
	DifferenceHold      DifferenceKind = "on hold"
	DifferenceRejected  DifferenceKind = "rejected"
	DifferenceMissing   DifferenceKind = "missing line"
	DifferenceUnknown   DifferenceKind = "unknown line"
)

// Difference is one thing in which a confirmation differs from its order.
type Difference struct {
	Kind DifferenceKind `json:"kind"`
	// Line is OrderLine.LineID, the supplier's own id of a line that the order does not have,
	// and empty where the order as a whole is meant.
	Line string `json:"line,omitempty"`
	// Place is where the set says it, such as "PO1[3]-04"; empty where the set says nothing.
	Place string `json:"place,omitempty"`
	// Ordered and Confirmed are both values, as far as there are any.
	Ordered   string `json:"ordered,omitempty"`
	Confirmed string `json:"confirmed,omitempty"`
	// Message is one sentence for a buyer.
	Message string `json:"message"`
}

// String is the sentence with its place.
func (d Difference) String() string {
	if d.Place == "" {
		return d.Message
	}
	return d.Message + " (" + d.Place + ")"
}

// Advice is what a partner's application says of documents of ours (824).
type Advice struct {
	Partner string `json:"partner"`
	// Number and Date are those of the advice itself.
	Number    string            `json:"number"`
	Date      Date              `json:"date"`
	Documents []AdvisedDocument `json:"documents"`
}

// AdvisedDocument is what is said of one document.
type AdvisedDocument struct {
	// Place is where it stands in the set, such as "OTI[1]".
	Place string `json:"place"`
	// Set is the kind of the document, such as "850"; Number is ours of it. Both are empty
	// where only the control numbers name it.
	Set    string `json:"set,omitempty"`
	Number string `json:"number,omitempty"`
	// Group and Control are the GS06 and ST02 it went out with, as far as they are said; an
	// answer to a whole group has no Control.
	Group   string `json:"group,omitempty"`
	Control string `json:"control,omitempty"`
	// Code is the partner's own word for the verdict, OTI01.
	Code    string  `json:"code"`
	Verdict Verdict `json:"verdict"`
	// Reasons are sentences, in the order of the set.
	Reasons []string `json:"reasons,omitempty"`
}
