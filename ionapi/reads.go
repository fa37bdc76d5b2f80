package ionapi

import (
	"context"
	"fmt"
	"maps"
)

// Answer is the outcome of one read among many: a value, or why there is none.
type Answer[T any] struct {
	Value T
	Err   *Error // nil on success
}

// listOf runs a list transaction by GET and decodes its records.
func listOf[T any](ctx context.Context, c *Client, q Query) ([]T, error) {
	records, err := c.List(ctx, q)
	if err != nil {
		return nil, err
	}
	decoded, failure := decodeAll[T](q.Program, q.Transaction, records)
	if failure != nil {
		return nil, failure
	}
	return decoded, nil
}

// ceilingStep divides every number of records at which servers were seen to cut a list without telling: 100, 1000 and
// 10000.
const ceilingStep = 100

// completeOf is listOf for lists that a server may cut: after a page of a suspicious length it asks again from the key
// of the last record on, which comes once more. M3 takes the key as an input of that name. start gives the key of a
// record, or "" where the list has left what was asked for.
func completeOf[T comparable](ctx context.Context, c *Client, q Query, field string, start func(T) string) ([]T, error) {
	var all []T
	seen := map[T]bool{}
	for {
		page, err := listOf[T](ctx, c, q)
		if err != nil {
			return nil, err
		}
		known := len(all)
		for _, one := range page {
			if !seen[one] {
				seen[one] = true
				all = append(all, one)
			}
		}
		if len(page) == 0 || len(page)%ceilingStep != 0 {
			return all, nil
		}
		key := start(page[len(page)-1])
		if key == "" {
			return all, nil
		}
		if len(all) == known {
			return nil, &Error{Kind: Malformed, Program: q.Program, Transaction: q.Transaction, Field: field,
				Message: fmt.Sprintf("the list may be cut at %d records, and M3 does not go on from a key", len(page))}
		}
		q.Input = maps.Clone(q.Input)
		q.Input[field] = key
	}
}

// oneOf runs a get transaction by GET and decodes its record.
func oneOf[T any](ctx context.Context, c *Client, q Query) (T, error) {
	records, err := c.Get(ctx, q)
	if err == nil {
		one, failure := decodeOne[T](q.Program, q.Transaction, records)
		if failure == nil {
			return one, nil
		}
		err = failure
	}
	var none T
	return none, err
}

// manyOf runs one get transaction for many keys by bulk POSTs. The answers stand in the order of the keys.
func manyOf[T any](ctx context.Context, c *Client, company Company, program, transaction, field string, keys []string) ([]Answer[T], error) {
	return manyBy[T](ctx, c, company, program, transaction, inputsOfKeys(field, keys))
}

// inputsOfKeys makes the input of one transaction for each key.
func inputsOfKeys(field string, keys []string) []Record {
	inputs := make([]Record, len(keys))
	for i, key := range keys {
		inputs[i] = Record{field: key}
	}
	return inputs
}

// manyBy is manyOf for keys of several fields.
func manyBy[T any](ctx context.Context, c *Client, company Company, program, transaction string, inputs []Record) ([]Answer[T], error) {
	return answersOf(ctx, c, company, program, transaction, inputs, func(result Result) (one T, err *Error) {
		if result.Err != nil {
			return one, result.Err
		}
		return decodeOne[T](program, transaction, result.Records)
	})
}

// listsBy runs one list transaction for many keys by bulk POSTs; a list of nothing is an empty one.
func listsBy[T any](ctx context.Context, c *Client, company Company, program, transaction string, inputs []Record) ([]Answer[[]T], error) {
	return answersOf(ctx, c, company, program, transaction, inputs, func(result Result) ([]T, *Error) {
		records, err := result.List()
		if err != nil {
			return nil, err
		}
		return decodeAll[T](program, transaction, records)
	})
}

// answersOf runs one transaction for each input and reads its result. The answers stand in the order of the inputs.
func answersOf[T any](ctx context.Context, c *Client, company Company, program, transaction string, inputs []Record, read func(Result) (T, *Error)) ([]Answer[T], error) {
	request := BulkRequest{Program: program, Company: company, Transactions: make([]Transaction, len(inputs))}
	for i, input := range inputs {
		request.Transactions[i] = Transaction{Name: transaction, Input: input}
	}
	results, err := c.Bulk(ctx, request)
	if err != nil {
		return nil, err
	}
	answers := make([]Answer[T], len(results))
	for i, result := range results {
		answers[i].Value, answers[i].Err = read(result)
	}
	return answers, nil
}

// decodeAll decodes the records of one transaction; a value of the wrong form is Malformed.
func decodeAll[T any](program, transaction string, records []Record) ([]T, *Error) {
	decoded := make([]T, len(records))
	for i, record := range records {
		one, err := decode[T](record)
		if err != nil {
			return nil, &Error{Kind: Malformed, Program: program, Transaction: transaction,
				Message: fmt.Sprintf("record %d cannot be read", i+1), Err: err}
		}
		decoded[i] = one
	}
	return decoded, nil
}

// decodeOne decodes the single record of a get transaction.
func decodeOne[T any](program, transaction string, records []Record) (T, *Error) {
	decoded, err := decodeAll[T](program, transaction, records)
	if err == nil && len(decoded) == 0 {
		err = &Error{Kind: RecordMissing, Program: program, Transaction: transaction, Message: "M3 returned no record"}
	}
	if err != nil {
		var none T
		return none, err
	}
	return decoded[0], nil
}
