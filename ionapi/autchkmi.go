package ionapi

import "context"

// Authority asks through AUTCHKMI what the service user may do.
type Authority struct {
	client  *Client
	program string
}

// Authority gives the authority program of that name; the standard one is AUTCHKMI.
func (c *Client) Authority(program string) Authority {
	return Authority{client: c, program: program}
}

// Allowed says whether the service user may run a program in a company (ChkAuthority; ALPG 1 is yes).
func (a Authority) Allowed(ctx context.Context, company Company, program string) (bool, error) {
	records, err := a.client.Get(ctx, Query{Program: a.program, Transaction: "ChkAuthority", Company: company, Input: Record{"APGM": program}})
	if err != nil {
		return false, err
	}
	return len(records) == 1 && records[0].Text("ALPG") == "1", nil
}
