package activities

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// OpenWindowParams name a poll and its nominal time.
type OpenWindowParams struct {
	Input   trade.PollInput `json:"input"`
	Poll    string          `json:"poll"`
	Nominal time.Time       `json:"nominal"`
	Run     string          `json:"run"`
}

// OpenWindow decides and writes down which stretch of time a poll reads.
func (a *Activities) OpenWindow(ctx context.Context, p OpenWindowParams) (trade.Window, error) {
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return trade.Window{}, translate(err)
	}
	w, err := a.Ledger.OpenWindow(ctx, p.Poll, p.Nominal, p.Run, ledger.WindowRules{
		InitialLookback: c.Infor.Poll.InitialLookback.Std(), Overlap: c.Infor.Poll.Overlap.Std(),
		BackfillLookback: c.Infor.Poll.BackfillLookback.Std(),
	})
	return w, translate(err)
}

// CloseWindow records what a poll did and advances its cursor.
func (a *Activities) CloseWindow(ctx context.Context, result trade.PollResult) error {
	return translate(a.Ledger.CloseWindow(ctx, result))
}

// StartOrdersParams name the lane whose records are started.
type StartOrdersParams struct {
	Input trade.PollInput `json:"input"`
	// Workflow is the type to start, Limit the most of one page.
	Workflow string `json:"workflow"`
	Limit    int    `json:"limit"`
	After    string `json:"after,omitempty"`
}

// StartOrdersResult counts a page; Next is empty behind the last one.
type StartOrdersResult struct {
	Started int    `json:"started"`
	Next    string `json:"next,omitempty"`
}

// StartOrders starts one workflow for every record that is still discovered,
// whoever registered it. The record's id is the workflow's id, so that starting
// twice is harmless.
func (a *Activities) StartOrders(ctx context.Context, p StartOrdersParams) (StartOrdersResult, error) {
	records, err := a.Ledger.Records(ctx, ledger.Filter{
		Flow: p.Input.Flow, Company: p.Input.Company.String(), State: trade.StateDiscovered, Limit: p.Limit, After: p.After,
	})
	if err != nil {
		return StartOrdersResult{}, translate(err)
	}
	var out StartOrdersResult
	for _, r := range records {
		started, err := a.startOrder(ctx, p, r)
		if err != nil {
			return out, translate(err)
		}
		if started {
			out.Started++
		}
	}
	if len(records) == p.Limit {
		out.Next = records[len(records)-1].ID
		return out, nil
	}
	return out, translate(a.tellSuperseded(ctx, p.Input))
}

// SignalSuperseded tells a waiting record that a newer revision took its place.
const SignalSuperseded = "superseded"

// tellFor is how long polls go on telling: a worker may die behind a registration.
const tellFor = 24 * time.Hour

// tellSuperseded wakes the workflows of superseded revisions, so that they close.
func (a *Activities) tellSuperseded(ctx context.Context, in trade.PollInput) error {
	records, err := a.Ledger.Records(ctx, ledger.Filter{Flow: in.Flow, Company: in.Company.String(), State: trade.StateSuperseded})
	if err != nil {
		return err
	}
	var missing *serviceerror.NotFound
	for _, r := range records {
		if r.UpdatedAt.Before(a.Ledger.Now().Add(-tellFor)) {
			continue
		}
		if err := a.Temporal.SignalWorkflow(ctx, r.ID, "", SignalSuperseded, nil); err != nil && !errors.As(err, &missing) {
			return err
		}
	}
	return nil
}

func (a *Activities) startOrder(ctx context.Context, p StartOrdersParams, r ledger.Record) (bool, error) {
	start := RecordStart{ID: r.ID, Flow: r.Flow, Company: r.Company, Partner: r.Partner, Number: r.Number, State: r.State}
	return a.begin(ctx, start.Options(enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE), p.Workflow,
		trade.SendOrderInput{Record: r.ID, Company: p.Input.Company, Number: r.Number, Revision: r.Revision, Partner: r.Partner})
}
