package ionapi

import "context"

// InvoiceValidation submits supplier invoice batches for validation and posting through APS455MI or a program of the
// same transactions.
type InvoiceValidation struct {
	client  *Client
	program string
}

// InvoiceValidation gives the validation program of that name; the standard one is APS455MI.
func (c *Client) InvoiceValidation(program string) InvoiceValidation {
	return InvoiceValidation{client: c, program: program}
}

// ByBatch submits one batch (ValidByBatchNo), the only step that can reach the ledger. No error means submitted, not
// posted: a job of M3 does the rest, and Invoices.Head tells how it went. An empty division is that of the company.
func (p InvoiceValidation) ByBatch(ctx context.Context, company Company, batch, division string) error {
	input := Record{"INBN": batch}
	if division != "" {
		input["DIVI"] = division
	}
	_, err := p.client.write(ctx, company, p.program, "ValidByBatchNo", input)
	return err
}
