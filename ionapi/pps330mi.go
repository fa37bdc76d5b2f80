package ionapi

import "context"

// OrderTransactions takes back what was reported of order lines, through PPS330MI or a program of the same transactions.
// After OutcomeUnknown, read the lines before writing again.
type OrderTransactions struct {
	client  *Client
	program string
}

// OrderTransactions gives the program of that name; the standard one is PPS330MI.
func (c *Client) OrderTransactions(program string) OrderTransactions {
	return OrderTransactions{client: c, program: program}
}

// Delete deletes what was reported of lines of an order at a status (DelPOTrans, PUOS), such as the confirmation at 35.
// The outcomes stand in the order of the lines, nil where M3 did it, as those of ConfirmLines; RecordMissing where the
// line has nothing at that status.
func (p OrderTransactions) Delete(ctx context.Context, company Company, order, status string, lines []LineKey) ([]*Error, error) {
	inputs := make([]Record, len(lines))
	for i, line := range lines {
		inputs[i] = ofLine(order, line)
		inputs[i]["PUOS"] = status
	}
	return p.client.writeEach(ctx, company, p.program, "DelPOTrans", inputs)
}
