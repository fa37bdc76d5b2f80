package ionapi

import "context"

// write runs one transaction that changes M3, as a bulk POST, and gives its records. It is never a GET, which net/http
// would repeat on a cut connection; a lost answer is OutcomeUnknown.
func (c *Client) write(ctx context.Context, company Company, program, transaction string, input Record) ([]Record, error) {
	results, err := c.Bulk(ctx, BulkRequest{Program: program, Company: company, Writes: true,
		Transactions: []Transaction{{Name: transaction, Input: input}}})
	if len(results) == 1 && results[0].Err == nil { // done, even where the request was terminated after it
		return results[0].Records, nil
	}
	if err == nil {
		err = results[0].Err
	}
	return nil, err
}
