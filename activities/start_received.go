package activities

import (
	"context"

	"go.temporal.io/api/enums/v1"

	"tradewind/internal/trade"
)

// StartReceivedParams name a page of a file's records.
type StartReceivedParams struct {
	File     int64  `json:"file"`
	Workflow string `json:"workflow"`
	// Answer is the workflow of the acknowledgements that the file deserves.
	Answer string `json:"answer,omitempty"`
	// Match is the workflow of what partners acknowledge in it.
	Match string `json:"match,omitempty"`
	// Propose is the workflow of trading partner profiles in it.
	Propose string `json:"propose,omitempty"`
	Limit   int    `json:"limit"`
	After   string `json:"after,omitempty"`
}

// StartReceived starts one workflow for every record of a file that waits to be worked on,
// or that a person must look at: a parked record answers to replay as every other does.
func (a *Activities) StartReceived(ctx context.Context, p StartReceivedParams) (StartOrdersResult, error) {
	records, err := a.Ledger.OfFile(ctx, p.File, p.After, p.Limit)
	if err != nil {
		return StartOrdersResult{}, translate(err)
	}
	var out StartOrdersResult
	for _, r := range records {
		if r.State != trade.StateDiscovered && r.State != trade.StateParked {
			continue
		}
		start := RecordStart{ID: r.ID, Flow: r.Flow, Company: r.Company, Partner: r.Partner, Number: r.Number, State: r.State, Set: r.Set}
		workflow, input := p.Workflow, any(trade.InvoiceInput{Record: r.ID, Partner: r.Partner, Number: r.Number})
		if name := map[trade.Flow]string{trade.AcksOut: p.Answer, trade.AcksIn: p.Match}[r.Flow]; name != "" {
			workflow, input = name, trade.AcknowledgementInput{Record: r.ID, Partner: r.Partner, Number: r.Number}
		}
		if r.Set == trade.SetProfile && p.Propose != "" {
			workflow, input = p.Propose, trade.ProposalInput{Record: r.ID, Partner: r.Partner, Number: r.Number}
		}
		started, err := a.begin(ctx, start.Options(enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE), workflow, input)
		if err != nil {
			return out, translate(err)
		}
		if started {
			out.Started++
		}
	}
	if len(records) == p.Limit {
		out.Next = records[len(records)-1].ID
	}
	return out, nil
}
