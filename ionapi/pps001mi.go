package ionapi

import "context"

// OrderStatuses reads the status of purchase orders through PPS001MI or a program of the same transactions.
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
