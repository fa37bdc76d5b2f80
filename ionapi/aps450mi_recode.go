package ionapi

import "context"

// RecodeHead is the head of a recoding (AddHeadRecode), a batch of type 25 that gives a posted invoice other accounting
// objects. Dates are YYYYMMDD; an empty field is not sent.
//
// The transaction is younger than the published interface. Year, Series, Voucher and AccountingDate are what a public
// extension sends, Matching is named by Infor's description of the flow; ask Metadata.Fields for those of the tenant.
type RecodeHead struct {
	Division       string `mi:"DIVI"` // that of the call's company, or empty
	Year           string `mi:"YEA4"` // of the voucher
	Series         string `mi:"VSER"` // of the voucher
	Voucher        string `mi:"VONO"`
	AccountingDate string `mi:"ACDT"`
	Matching       string `mi:"IMCD"` // 1 where order lines are matched with it
}

// RecodeLine is an accounting line of a recoding (AddLineRecode): an amount on accounting objects. A recoding is a
// transfer: its lines take the amount from the objects that the voucher has, with the opposite sign, and give it to
// others, so that they sum up to zero. Amounts and quantities are plain decimals; an empty field is not sent.
type RecodeLine struct {
	Amount   string    `mi:"NLAM"` // net, in the invoice's currency
	VATCode  string    `mi:"VTCD"`
	Quantity string    `mi:"ACQT"`
	Objects  [7]string `mi:"AIT"`  // accounting objects AIT1 to AIT7
	Text     string    `mi:"VTXT"` // of the voucher, 40 characters
}

// AddHeadRecode makes a recoding of a voucher and gives the number of its batch; RecordMissing where the division has no
// such voucher, NotAvailable on builds without it (Metadata.Capability). M3 makes as many as it is asked for: after
// OutcomeUnknown look for a batch of type BatchRecode by BySupplierNumber. Its head may show the voucher from the start,
// so that only Status tells how far it is.
func (p Invoices) AddHeadRecode(ctx context.Context, company Company, head RecodeHead) (batch string, err error) {
	return p.newBatch(ctx, company, "AddHeadRecode", head.Division, encode(head))
}

// AddLinesRecode adds lines to a recoding as AddLines does. A line has no number of the caller's: the numbers in the
// outcomes are M3's, or count from 1 where it tells none. After OutcomeUnknown compare Lines by their amounts.
func (p Invoices) AddLinesRecode(ctx context.Context, company Company, batch string, lines []RecodeLine) ([]LineOutcome, error) {
	inputs, numbers := make([]Record, len(lines)), make([]int, len(lines))
	for i, line := range lines {
		inputs[i], numbers[i] = ofBatch(batch, line), i+1
		inputs[i]["DIVI"] = company.DIVI
	}
	return p.addEach(ctx, company, "AddLineRecode", inputs, numbers)
}

// The types of batches (IBTP).
const (
	BatchInvoice = "20" // supplier invoice or credit note
	BatchRecode  = "25"
)
