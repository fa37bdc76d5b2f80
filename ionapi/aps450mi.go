package ionapi

import (
	"cmp"
	"context"
	"slices"
	"strconv"
)

// Invoices writes and reads supplier invoice batches through APS450MI or a program of the same transactions. A batch
// belongs to one division: every call for it must name the company and division that its head was added in. All writes
// are bulk POSTs; after OutcomeUnknown, look by BySupplierNumber, Head or Lines before writing again.
type Invoices struct {
	client  *Client
	program string
}

// Invoices gives the invoice batch program of that name; the standard one is APS450MI.
func (c *Client) Invoices(program string) Invoices {
	return Invoices{client: c, program: program}
}

// BySupplierNumber lists the batches with the supplier's invoice number (LstInvBySupInv), of any year and status; none
// is an empty list. A batch may vanish from here once it is posted: see LedgerInvoices.
func (p Invoices) BySupplierNumber(ctx context.Context, company Company, payee, supplier, number string) ([]InvoiceListing, error) {
	return listOf[InvoiceListing](ctx, p.client, Query{Program: p.program, Transaction: "LstInvBySupInv", Company: company,
		Input: Record{"SPYN": payee, "SUNO": supplier, "SINO": number}})
}

// AddHead makes a batch and gives its number (INBN). A head of another division than the call's is not sent, because
// its lines would go to a batch of the call's division.
func (p Invoices) AddHead(ctx context.Context, company Company, head InvoiceHead) (batch string, err error) {
	return p.newBatch(ctx, company, "AddHead", head.Division, encode(head))
}

// newBatch adds a head of any type and gives the number of its batch.
func (p Invoices) newBatch(ctx context.Context, company Company, transaction, division string, head Record) (batch string, err error) {
	if division != "" && division != company.DIVI {
		return "", &Error{Kind: InvalidInput, Program: p.program, Transaction: transaction, Field: "DIVI",
			Message: "not sent: the head is of division " + strconv.Quote(division) + ", the call of " + company.String()}
	}
	records, err := p.client.write(ctx, company, p.program, transaction, head)
	if err != nil {
		return "", err
	}
	if len(records) > 0 {
		batch, err = records[0].form("INBN", "nonzero")
	}
	if batch == "" {
		return "", &Error{Kind: OutcomeUnknown, Program: p.program, Transaction: transaction, Message: "M3 tells no number of the new batch", Err: err}
	}
	return batch, nil
}

// AddLines adds lines to a batch, in their order and in as few POSTs as possible. The outcomes stand in the order of
// the lines; each line succeeds or fails alone. An error means that a POST failed as a whole: the outcomes then tell
// which lines were added before it, which failed with it, and which were never sent.
func (p Invoices) AddLines(ctx context.Context, company Company, batch string, lines []InvoiceLine) ([]LineOutcome, error) {
	inputs, numbers := make([]Record, len(lines)), make([]int, len(lines))
	for i, line := range lines {
		line.Number = cmp.Or(line.Number, i+1)
		inputs[i], numbers[i] = ofBatch(batch, line), line.Number
	}
	return p.addEach(ctx, company, "AddLine", inputs, numbers)
}

// addEach adds lines of any type; numbers are what they count as until M3 says otherwise.
func (p Invoices) addEach(ctx context.Context, company Company, transaction string, inputs []Record, numbers []int) ([]LineOutcome, error) {
	request := BulkRequest{Program: p.program, Company: company, Writes: true, Transactions: make([]Transaction, len(inputs))}
	for i, input := range inputs {
		request.Transactions[i] = Transaction{Name: transaction, Input: input}
	}
	results, err := p.client.Bulk(ctx, request)
	outcomes := make([]LineOutcome, len(results))
	for i, result := range results {
		outcomes[i] = LineOutcome{Number: numbers[i], Err: result.Err}
		if len(result.Records) > 0 {
			outcomes[i].Number = assigned(result.Records[0], numbers[i])
		}
	}
	return outcomes, err
}

// assigned is the transaction number that M3 gave to a line, or the one sent where M3 tells none.
func assigned(record Record, sent int) int {
	number, err := record.Int("TRNO")
	if err != nil {
		return sent
	}
	return cmp.Or(int(number), sent)
}

// AddInfo adds additional information to a batch, in as few POSTs as possible. M3 takes each piece alone: after an
// error, which is the first one, others may have been added. A piece that is there already is no error.
func (p Invoices) AddInfo(ctx context.Context, company Company, batch string, info []InvoiceInfo) error {
	request := BulkRequest{Program: p.program, Company: company, Writes: true, Transactions: make([]Transaction, len(info))}
	for i, piece := range info {
		request.Transactions[i] = Transaction{Name: "AddAddInfo", Input: ofBatch(batch, piece)}
	}
	results, err := p.client.Bulk(ctx, request)
	if err != nil {
		return err
	}
	for _, result := range results {
		if result.Err != nil && result.Err.Code != recordExists {
			return result.Err
		}
	}
	return nil
}

// recordExists is M3's message id for a key that it has already.
const recordExists = "XRE0104"

// ofBatch is the input for something that belongs to a batch.
func ofBatch(batch string, piece any) Record {
	input := encode(piece)
	input["INBN"] = batch
	return input
}

// Head reads the head of a batch (GetHead); RecordMissing where the division has no such batch, or no more.
func (p Invoices) Head(ctx context.Context, company Company, batch string) (InvoiceBatch, error) {
	head, err := oneOf[InvoiceBatch](ctx, p.client, Query{Program: p.program, Transaction: "GetHead", Company: company, Input: Record{"INBN": batch}})
	if err == nil {
		head.Batch = batch
	}
	return head, err
}

// Heads reads the heads of many batches in as few POSTs as possible; the answers stand in the order of the batches.
func (p Invoices) Heads(ctx context.Context, company Company, batches []string) ([]Answer[InvoiceBatch], error) {
	answers, err := manyOf[InvoiceBatch](ctx, p.client, company, p.program, "GetHead", "INBN", batches)
	for i := range answers {
		if answers[i].Err == nil {
			answers[i].Value.Batch = batches[i]
		}
	}
	return answers, err
}

// Lines reads all lines of a batch (LstLines) in the order of their numbers; none is an empty list.
func (p Invoices) Lines(ctx context.Context, company Company, batch string) ([]InvoiceBatchLine, error) {
	lines, err := completeOf(ctx, p.client, Query{Program: p.program, Transaction: "LstLines", Company: company, Input: Record{"INBN": batch}},
		"TRNO", func(line InvoiceBatchLine) string { return strconv.Itoa(line.Number) })
	slices.SortFunc(lines, func(a, b InvoiceBatchLine) int { return cmp.Compare(a.Number, b.Number) })
	return lines, err
}

// Delete deletes a batch that is not posted (DltInvoice); NotAvailable on builds without it.
func (p Invoices) Delete(ctx context.Context, company Company, batch string) error {
	_, err := p.client.write(ctx, company, p.program, "DltInvoice", Record{"INBN": batch})
	return err
}
