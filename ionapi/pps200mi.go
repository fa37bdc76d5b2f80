package ionapi

import (
	"context"
	"strconv"
)

// PurchaseOrders reads purchase orders through PPS200MI or a program of the same transactions. Codes, keys and texts
// are as M3 has them; dates are YYYYMMDD or "", amounts and quantities plain decimals.
type PurchaseOrders struct {
	client  *Client
	program string
}

// PurchaseOrders gives the purchase order program of that name; the standard one is PPS200MI.
func (c *Client) PurchaseOrders(program string) PurchaseOrders {
	return PurchaseOrders{client: c, program: program}
}

// OrderRequest names an order to read and says which texts it has. Line texts are found by the lines themselves.
type OrderRequest struct {
	Number   string
	HeadText bool // a text hangs on the head (MPHEAD's text id is set; GetHead does not tell)
}

// OrderDetail is all that PPS200MI knows of an order.
type OrderDetail struct {
	Head      OrderHead
	Lines     []OrderLine // in M3's order; their number must equal Head.LineCount
	Addresses OrderAddresses
	HeadText  []TextLine
	LineTexts map[LineKey][]TextLine // of the lines that have one
	Err       *Error                 // why the order could not be read; the rest is then incomplete
}

// Heads reads the heads of many orders in as few POSTs as possible; the answers stand in the order of the numbers.
func (p PurchaseOrders) Heads(ctx context.Context, company Company, numbers []string) ([]Answer[OrderHead], error) {
	return manyOf[OrderHead](ctx, p.client, company, p.program, "GetHead", "PUNO", numbers)
}

// orderRead is one transaction for one order and what to do with its records.
type orderRead struct {
	order       *OrderDetail
	transaction Transaction
	take        func(records []Record) *Error
}

// Details reads whole orders in as few POSTs as possible: a first round for heads, lines, addresses and head texts, a
// second one for the texts of those lines that have one. The details stand in the order of the requests; each order
// succeeds or fails alone, while an error means that a POST failed.
func (p PurchaseOrders) Details(ctx context.Context, company Company, requests []OrderRequest) ([]OrderDetail, error) {
	details := make([]OrderDetail, len(requests))
	var first, second []orderRead
	long := make([][]longLine, len(requests))
	for i, request := range requests {
		first = append(first, p.wholeOrder(request, &details[i], &long[i])...)
	}
	if err := p.read(ctx, company, first); err != nil {
		return nil, err
	}
	for i := range details {
		details[i].extendLines(long[i])
		second = append(second, p.lineTexts(requests[i].Number, &details[i])...)
	}
	if err := p.read(ctx, company, second); err != nil {
		return nil, err
	}
	return details, nil
}

// wholeOrder are the reads of the first round.
func (p PurchaseOrders) wholeOrder(request OrderRequest, detail *OrderDetail, long *[]longLine) []orderRead {
	of := func(transaction string, take func(records []Record) *Error) orderRead {
		return orderRead{detail, Transaction{Name: transaction, Input: Record{"PUNO": request.Number}}, take}
	}
	reads := []orderRead{
		of("GetHead", func(records []Record) (err *Error) {
			detail.Head, err = decodeOne[OrderHead](p.program, "GetHead", records)
			return err
		}),
		of("LstLine", into(p.program, "LstLine", &detail.Lines)),
		of("LstLine2", into(p.program, "LstLine2", long)),
		of("GetAddresses", func(records []Record) *Error {
			if len(records) == 0 {
				return nil
			}
			var err *Error
			detail.Addresses, err = decodeOne[OrderAddresses](p.program, "GetAddresses", records)
			return err
		}),
	}
	if request.HeadText {
		reads = append(reads, of("LstHeadTxt", into(p.program, "LstHeadTxt", &detail.HeadText)))
	}
	return reads
}

// lineTexts are the reads of the second round. An order that failed already needs none.
func (p PurchaseOrders) lineTexts(number string, detail *OrderDetail) []orderRead {
	var reads []orderRead
	for i := range detail.Lines {
		line := &detail.Lines[i]
		if detail.Err != nil || !line.hasText() {
			continue
		}
		input := Record{"PUNO": number, "PNLI": strconv.Itoa(line.Key.Line), "PNLS": strconv.Itoa(line.Key.Subline)}
		reads = append(reads, orderRead{detail, Transaction{Name: "LstLineTxt", Input: input}, func(records []Record) *Error {
			text, err := decodeAll[TextLine](p.program, "LstLineTxt", records)
			if err == nil && len(text) > 0 {
				detail.addText(line.Key, text)
			}
			return err
		}})
	}
	return reads
}

// read runs the reads by bulk POSTs and gives each its records. The first error of an order stays.
func (p PurchaseOrders) read(ctx context.Context, company Company, reads []orderRead) error {
	request := BulkRequest{Program: p.program, Company: company, Transactions: make([]Transaction, len(reads))}
	for i, r := range reads {
		request.Transactions[i] = r.transaction
	}
	results, err := p.client.Bulk(ctx, request)
	if err != nil {
		return err
	}
	for i, r := range reads {
		records, failure := results[i].List()
		if failure == nil {
			failure = r.take(records)
		}
		if r.order.Err == nil {
			r.order.Err = failure
		}
	}
	return nil
}

// into decodes the records of a list transaction into a slice.
func into[T any](program, transaction string, target *[]T) func(records []Record) *Error {
	return func(records []Record) (err *Error) {
		*target, err = decodeAll[T](program, transaction, records)
		return err
	}
}

// extendLines merges the long names into the lines.
func (d *OrderDetail) extendLines(long []longLine) {
	byKey := make(map[LineKey]longLine, len(long))
	for _, l := range long {
		byKey[l.Key] = l
	}
	for i := range d.Lines {
		d.Lines[i].extend(byKey[d.Lines[i].Key])
	}
}

// addText keeps the text of a line.
func (d *OrderDetail) addText(line LineKey, text []TextLine) {
	if d.LineTexts == nil {
		d.LineTexts = map[LineKey][]TextLine{}
	}
	d.LineTexts[line] = text
}

// PlainText gives the lines of a text in one language where it has that language, and all its lines where not.
func PlainText(lines []TextLine, language string) []string {
	var all, wanted []string
	for _, line := range lines {
		all = append(all, line.Text)
		if line.Language == language {
			wanted = append(wanted, line.Text)
		}
	}
	if len(wanted) > 0 {
		return wanted
	}
	return all
}

// SearchHead finds orders by M3's search, such as "PUSL:[15 TO 35]"; MPHEAD must be activated in M3's Function Search.
// maxRecords 0 is unlimited.
func (p PurchaseOrders) SearchHead(ctx context.Context, company Company, search string, maxRecords int) ([]OrderListing, error) {
	return listOf[OrderListing](ctx, p.client, Query{Program: p.program, Transaction: "SearchHead", Company: company,
		Input: Record{"SQRY": search}, MaxRecords: maxRecords})
}
