package ionapi

import "context"

// InvoiceApproval approves posted supplier invoices for payment through APS110MI or a program of the same transactions.
type InvoiceApproval struct {
	client  *Client
	program string
}

// InvoiceApproval gives the approval program of that name; the standard one is APS110MI.
func (c *Client) InvoiceApproval(program string) InvoiceApproval {
	return InvoiceApproval{client: c, program: program}
}

// Approve approves an invoice of the company's division for payment (ApproveInvoice), by supplier, the supplier's invoice
// number and the invoice year; RecordMissing where the ledger has none. Approving twice changes nothing.
func (p InvoiceApproval) Approve(ctx context.Context, company Company, supplier, number, year string) error {
	input := Record{"DIVI": company.DIVI, "SUNO": supplier, "SINO": number, "INYR": year}
	_, err := p.client.write(ctx, company, p.program, "ApproveInvoice", input)
	return err
}
