package ionapi

import (
	"context"
	"strconv"
)

// OrderStatuses reads the status of purchase orders, and confirms their lines, through PPS001MI or a program of the same
// transactions. What it writes goes out by bulk POST; after OutcomeUnknown, read the lines before writing again.
type OrderStatuses struct {
	client  *Client
	program string
}

// OrderStatuses gives the program of that name; the standard one is PPS001MI.
func (c *Client) OrderStatuses(program string) OrderStatuses {
	return OrderStatuses{client: c, program: program}
}

// OrderStatus is the head of a purchase order with its status (GetHeadBasic).
type OrderStatus struct {
	Number        string `mi:"PUNO"`
	Division      string `mi:"DIVI"`
	Facility      string `mi:"FACI"`
	Warehouse     string `mi:"WHLO"`
	Supplier      string `mi:"SUNO"`
	LowestStatus  string `mi:"PUSL"`
	HighestStatus string `mi:"PUST"`
	LowestSince   string `mi:"SLDT,date"` // when the lowest status changed
	HighestSince  string `mi:"SCDT,date"` // when the highest status changed
	OrderType     string `mi:"ORTY"`
	Category      string `mi:"POTC"`
	OrderDate     string `mi:"PUDT,date"`
	RequestedDate string `mi:"DWDT,date"` // requested delivery
	Currency      string `mi:"CUCD"`
	Buyer         string `mi:"BUYE"`
	RequisitionBy string `mi:"PURC"`
	Language      string `mi:"LNCD"`
	PaymentTerms  string `mi:"TEPY"`
}

// Heads reads the status of many orders in as few POSTs as possible; the answers stand in the order of the numbers.
func (p OrderStatuses) Heads(ctx context.Context, company Company, numbers []string) ([]Answer[OrderStatus], error) {
	return manyOf[OrderStatus](ctx, p.client, company, p.program, "GetHeadBasic", "PUNO", numbers)
}

// LineConfirmation is what a supplier confirms of an order line (ConfirmLine). What is empty is not sent.
type LineConfirmation struct {
	Key           LineKey
	Date          string // confirmed delivery, YYYYMMDD
	Quantity      string // plain decimal in the line's purchase unit
	SupplierOrder string // the supplier's own order number, up to 20 characters
}

// ConfirmLines confirms lines of an order, in their order and in as few POSTs as possible. The outcomes stand in the
// order of the lines, nil where M3 did it; each line succeeds or fails alone. An error means that a POST failed as a
// whole: the outcomes then tell which lines were confirmed before it, which failed with it, and which were never sent.
func (p OrderStatuses) ConfirmLines(ctx context.Context, company Company, order string, lines []LineConfirmation) ([]*Error, error) {
	inputs := make([]Record, len(lines))
	for i, line := range lines {
		inputs[i] = ofLine(order, line.Key)
		for field, value := range map[string]string{"CODT": line.Date, "CFQA": line.Quantity, "SORN": line.SupplierOrder} {
			if value != "" {
				inputs[i][field] = value
			}
		}
	}
	return p.client.writeEach(ctx, company, p.program, "ConfirmLine", inputs)
}

// ofLine is the input for something that belongs to an order line. M3 wants the subnumber also where it is 0.
func ofLine(order string, key LineKey) Record {
	return Record{"PUNO": order, "PNLI": strconv.Itoa(key.Line), "PNLS": strconv.Itoa(key.Subline)}
}
