// Package operator is what a person can do with records: find them, read their
// story, replay and resolve them. The command line is one face of it.
package operator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/workflows"
)

// Operator acts on the records of one ledger. Temporal may be nil for what only
// reads.
type Operator struct {
	Ledger   *ledger.Ledger
	Archive  *archive.Archive
	Temporal client.Client
	// Configuration loads a published version, the current one when empty.
	Configuration func(ctx context.Context, version string) (*config.Config, error)
	// Invoice makes the plan of a received invoice without side effects.
	Invoice func(ctx context.Context, record, version string) (workflows.InvoicePreview, error)
}

// One finds the only record that answers a term: its id, its number, its control
// number or its file's name. Of several revisions it is the last.
func (o *Operator) One(ctx context.Context, term string) (ledger.Record, error) {
	found, err := o.Ledger.Find(ctx, term)
	if err != nil {
		return ledger.Record{}, err
	}
	if len(found) == 0 {
		return ledger.Record{}, fmt.Errorf("no record answers %q; give a record id, an order number, a control number or a file name", term)
	}
	last := found[0]
	for _, r := range found[1:] {
		if r.Company != last.Company || r.Number != last.Number {
			return ledger.Record{}, fmt.Errorf("%q names several records, %s and %s among them; give the record's id", term, last.ID, r.ID)
		}
		if r.Revision > last.Revision {
			last = r
		}
	}
	return last, nil
}

// Story is everything that is known of a record.
type Story struct {
	Record   ledger.Record
	Events   []ledger.Event
	Attempts []ledger.Attempt
	// Document is what was prepared, empty when nothing was.
	Document []byte
	// Tampered is set when the chain of events does not hold.
	Tampered string
}

// Story reads a record with its events, its attempts and its document.
func (o *Operator) Story(ctx context.Context, r ledger.Record) (Story, error) {
	s := Story{Record: r}
	var err error
	if s.Events, err = o.Ledger.Events(ctx, r.ID); err != nil {
		return s, err
	}
	if s.Attempts, err = o.Ledger.Attempts(ctx, r.ID); err != nil {
		return s, err
	}
	if err := o.Ledger.VerifyChain(ctx, r.ID); err != nil {
		s.Tampered = err.Error()
	}
	if r.Document.SHA256 != "" {
		s.Document, err = o.Archive.Get(ctx, r.Document.SHA256)
	}
	return s, err
}

// Replay is how a record is to run again.
type Replay struct {
	By      string
	Note    string
	Version string // mapping version; empty is the current one
	// Resend sends the same bytes with the same numbers once more.
	Resend bool
}

// Replay runs a parked or rejected record again in its own workflow, and a finished
// one in a new run of the same workflow id. It returns when the request is taken.
func (o *Operator) Replay(ctx context.Context, r ledger.Record, how Replay) error {
	if err := o.replayable(ctx, r, how); err != nil {
		return err
	}
	request := trade.ReplayRequest{MappingVersion: how.Version, By: how.By, Note: how.Note, Resend: how.Resend, Attempt: r.Attempt + 1}
	open, err := o.open(ctx, r.ID)
	if err != nil {
		return err
	}
	if open {
		return o.update(ctx, r.ID, workflows.UpdateReplay, request)
	}
	return o.startAgain(ctx, r, request)
}

// replayable says why a record cannot be replayed, if it cannot.
func (o *Operator) replayable(ctx context.Context, r ledger.Record, how Replay) error {
	if how.Version != "" {
		if _, err := o.Configuration(ctx, how.Version); err != nil {
			return err
		}
	}
	switch {
	case r.Reason.Reread:
		return fmt.Errorf("record %s was not read whole: %s", r.ID, r.Reason)
	case r.State == trade.StateResolved && !r.IntentAt.IsZero() && !how.Resend:
		return fmt.Errorf("record %s was resolved while its upload was uncertain; --resend sends the same bytes once more", r.ID)
	case r.State == trade.StatePosted:
		return fmt.Errorf("record %s is posted as voucher %s; a correction is another invoice", r.ID, r.Voucher)
	case r.State == trade.StateSuperseded || r.State == trade.StateDuplicate:
		return fmt.Errorf("record %s is %s: nothing of it is to be sent", r.ID, r.State)
	case !r.State.Delivered() || how.Resend:
		return nil
	}
	p, err := o.Preview(ctx, r, how.Version)
	switch {
	case err != nil:
		return err
	case !p.Reason.IsZero():
		return fmt.Errorf("record %s would park: %s", r.ID, p.Reason)
	case p.Diff == "":
		return fmt.Errorf("record %s was sent, and its mapping gives the same document; --resend sends the same bytes once more", r.ID)
	}
	return nil
}

// open says whether the record's workflow is running.
func (o *Operator) open(ctx context.Context, id string) (bool, error) {
	d, err := o.Temporal.DescribeWorkflowExecution(ctx, id, "")
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("workflow %s: %w", id, err)
	}
	return d.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}

// updateTimeout is how long a worker may take to answer.
const updateTimeout = 30 * time.Second

func (o *Operator) update(ctx context.Context, id, name string, request any) error {
	ctx, cancel := context.WithTimeout(ctx, updateTimeout)
	defer cancel()
	handle, err := o.Temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: name, Args: []any{request}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(ctx, nil)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("no worker answered within %s; start one with `go run ./worker`", updateTimeout)
	}
	return err
}

// startAgain writes down who asked, and then starts the next run.
func (o *Operator) startAgain(ctx context.Context, r ledger.Record, request trade.ReplayRequest) error {
	company, err := trade.ParseCompany(r.Company)
	if err != nil {
		return err
	}
	if r, err = o.Ledger.Transition(ctx, r.ID, ledger.ReplayRequested(r, request)); err != nil {
		return err
	}
	start := workflows.RecordStart{ID: r.ID, Flow: r.Flow, Company: r.Company, Partner: r.Partner, Number: r.Number, State: r.State, Set: r.Set}
	workflow, input := workflows.TypeSendOrder, any(trade.SendOrderInput{Record: r.ID, Company: company, Number: r.Number, Revision: r.Revision, Partner: r.Partner, Replay: &request})
	if r.Flow == trade.InvoicesIn {
		workflow, input = workflows.TypePostInvoice, trade.InvoiceInput{Record: r.ID, Partner: r.Partner, Number: r.Number, Replay: &request}
	}
	_, err = o.Temporal.ExecuteWorkflow(ctx, start.Options(enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE), workflow, input)
	return err
}

// Resolve closes a record that waits for a person.
func (o *Operator) Resolve(ctx context.Context, r ledger.Record, by, note string) error {
	if note == "" {
		return errors.New("--note is needed: say why the record needs no sending")
	}
	open, err := o.open(ctx, r.ID)
	if err != nil {
		return err
	}
	if open {
		return o.update(ctx, r.ID, workflows.UpdateResolve, trade.ResolveRequest{By: by, Note: note})
	}
	_, err = o.Ledger.Transition(ctx, r.ID, ledger.Change{
		From: []trade.State{trade.StateParked, trade.StateRejected}, To: trade.StateResolved, Event: "resolved", Actor: by,
		Detail: map[string]any{"note": note},
	})
	return err
}

// restPause is how often Rest looks at the ledger.
const restPause = 200 * time.Millisecond

// Rest waits until something came of what was asked of a record whose trail had so
// many events before, or until ctx ends; it gives the record as it is then.
func (o *Operator) Rest(ctx context.Context, id string, events int) (ledger.Record, error) {
	ticker := time.NewTicker(restPause)
	defer ticker.Stop()
	for {
		trail, err := o.Ledger.Events(context.WithoutCancel(ctx), id)
		if err != nil {
			return ledger.Record{}, err
		}
		if last := trail[len(trail)-1]; (len(trail) > events && last.Kind != ledger.EventReplayRequested && resting(last.State)) || ctx.Err() != nil {
			return o.Ledger.Record(context.WithoutCancel(ctx), id)
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

func resting(state trade.State) bool {
	switch state {
	case trade.StateParked, trade.StateHeld, trade.StateResolved, trade.StateSuperseded, trade.StateDuplicate:
		return true
	}
	return state.Delivered()
}

// order reads the canonical order of a record.
func (o *Operator) order(ctx context.Context, r ledger.Record) (trade.PurchaseOrder, error) {
	var order trade.PurchaseOrder
	canonical, err := o.Archive.Get(ctx, r.Source)
	if err != nil {
		return order, err
	}
	return order, json.Unmarshal(canonical, &order)
}
