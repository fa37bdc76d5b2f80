package ionapi

import (
	"context"
	"strconv"
)

// Clear is the value that empties a field when a record is changed: an empty one leaves the field as it is.
const Clear = "?"

// inputsOfEach makes the inputs of writes, one for each record, without the fields that the transaction does not take.
func inputsOfEach[T any](records []T, without ...string) []Record {
	inputs := make([]Record, len(records))
	for i, one := range records {
		inputs[i] = encode(one)
		for _, name := range without {
			delete(inputs[i], name)
		}
	}
	return inputs
}

// sinceInput is the input of a list of what changed at a moment or later; none lists everything.
func sinceInput(since int64) Record {
	if since == 0 {
		return Record{}
	}
	return Record{"LMTS": strconv.FormatInt(since, 10)}
}

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

// writeEach runs one transaction that changes M3 for each input, in as few bulk POSTs as possible. The outcomes stand in
// the order of the inputs, nil where M3 did it; an error means that a POST failed as a whole.
func (c *Client) writeEach(ctx context.Context, company Company, program, transaction string, inputs []Record) ([]*Error, error) {
	request := BulkRequest{Program: program, Company: company, Writes: true, Transactions: make([]Transaction, len(inputs))}
	for i, input := range inputs {
		request.Transactions[i] = Transaction{Name: transaction, Input: input}
	}
	results, err := c.Bulk(ctx, request)
	outcomes := make([]*Error, len(results))
	for i, result := range results {
		outcomes[i] = result.Err
	}
	return outcomes, err
}
