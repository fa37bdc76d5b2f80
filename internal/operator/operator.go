// Package operator is what a person can do with records: find them, read their
// story, replay and resolve them. The command line is one face of it.
package operator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
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
	// Invoice makes the plan that a received invoice would get with a request, without side
	// effects.
	Invoice func(ctx context.Context, record string, request trade.ReplayRequest) (workflows.InvoicePreview, error)
	// Settle gives what a record of master data would write with a request, without side effects.
	Settle func(ctx context.Context, r ledger.Record, request trade.ReplayRequest) (Settling, error)
	// Check completes the corrections of a request, or says why they cannot be made.
	Check func(ctx context.Context, record string, request trade.ReplayRequest) (trade.ReplayRequest, error)
	// Basis gives what the supplier has of an order before a revision of it; nil is nothing.
	Basis func(ctx context.Context, record string) (*mapping.Basis, error)
	// Set gives the transaction set of a received record as it came.
	Set func(ctx context.Context, record string) (mapping.SetFile, error)
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

// Replay is how a record is to run again.
type Replay struct {
	By      string
	Note    string
	Version string // mapping version; empty is the current one
	// Resend sends the same bytes with the same numbers once more.
	Resend bool
	// Set corrects values, by path and value; Unset takes corrections of paths back.
	Set   []trade.Correction
	Unset []string
}

// request is what the record's workflow is asked.
func (how Replay) request(r ledger.Record) trade.ReplayRequest {
	return trade.ReplayRequest{MappingVersion: how.Version, By: how.By, Note: how.Note, Resend: how.Resend, Attempt: r.Attempt + 1, Set: how.Set, Unset: how.Unset}
}

// Explained refuses corrections without a note, or together with Resend.
func (how Replay) Explained() error { return how.request(ledger.Record{}).Explained() }

// Replay runs a parked or rejected record again in its own workflow, and a finished
// one in a new run of the same workflow id. It returns when the request is taken. A
// correction that cannot be made is a *trade.CorrectionError, and nothing was asked.
func (o *Operator) Replay(ctx context.Context, r ledger.Record, how Replay) error {
	if err := how.Explained(); err != nil {
		return err
	}
	if err := o.replayable(ctx, r, how); err != nil {
		return err
	}
	request, err := o.Check(ctx, r.ID, how.request(r))
	if err != nil {
		return err
	}
	open, err := o.open(ctx, r.ID)
	if err != nil {
		return err
	}
	if open {
		return o.updateWaiting(ctx, r, workflows.UpdateReplay, request)
	}
	return o.startAgain(ctx, r, request)
}

// versioned refuses a mapping version where the replay decides by the current configuration.
func (how Replay) versioned(r ledger.Record) error {
	if how.Version == "" || trade.MasterEntity(r.Flow) == "" {
		return nil
	}
	return fmt.Errorf("record %s is decided by the current configuration, whatever version is named; leave --mapping-version out", r.ID)
}

// replayable says why a record cannot be replayed, if it cannot.
func (o *Operator) replayable(ctx context.Context, r ledger.Record, how Replay) error {
	if err := how.versioned(r); err != nil {
		return err
	}
	if how.Version != "" {
		if _, err := o.Configuration(ctx, how.Version); err != nil {
			return err
		}
	}
	if r.Flow == trade.OrdersOut {
		newer, found, err := o.Ledger.SentAfter(ctx, r)
		if err == nil && found {
			err = fmt.Errorf("record %s: revision %d of the order was sent after it; replay that one, or resolve this one", r.ID, newer.Revision)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case r.Reason.Reread:
		return fmt.Errorf("record %s was not read whole: %s", r.ID, r.Reason)
	case r.State == trade.StateResolved && !r.IntentAt.IsZero() && !how.Resend && r.Flow != trade.InvoicesIn && r.Flow != trade.AcksIn && trade.MasterEntity(r.Flow) == "":
		return fmt.Errorf("record %s was resolved while its upload was uncertain; --resend sends the same bytes once more", r.ID)
	case r.State == trade.StatePosted:
		return fmt.Errorf("record %s is posted as voucher %s; a correction is another invoice", r.ID, r.Voucher)
	case isProfile(r) && finishedProfile(r) != nil:
		return finishedProfile(r)
	case r.State == trade.StateSuperseded || r.State == trade.StateDuplicate:
		return fmt.Errorf("record %s is %s: nothing of it is to be sent", r.ID, r.State)
	case !r.State.Delivered() || how.Resend:
		return nil
	}
	p, err := o.Preview(ctx, r, how)
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

// updateWaiting sends an update to a record that waits. The ledger knows of that a moment
// before the workflow does.
func (o *Operator) updateWaiting(ctx context.Context, r ledger.Record, name string, request any) error {
	late := time.Now().Add(updateTimeout)
	for {
		err := o.update(ctx, r.ID, name, request)
		var refused *temporal.ApplicationError
		waits := r.State.WaitsForPerson() || r.State == trade.StateHeld || r.State.Delivered()
		if !errors.As(err, &refused) || refused.Type() != workflows.ErrorNotWaiting || !waits || time.Now().After(late) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(restPause):
		}
	}
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
	request.ID = fmt.Sprintf("%s/%d", r.ID, request.Attempt)
	if r, err = o.Ledger.Transition(ctx, r.ID, ledger.ReplayRequested(r, request)); err != nil {
		return err
	}
	start := workflows.RecordStart{ID: r.ID, Flow: r.Flow, Company: r.Company, Partner: r.Partner, Number: r.Number, State: r.State, Set: r.Set}
	workflow, input := workflows.TypeSendOrder, any(trade.SendOrderInput{Record: r.ID, Company: company, Number: r.Number, Revision: r.Revision, Partner: r.Partner, Replay: &request})
	if r.Flow == trade.InvoicesOut {
		workflow = workflows.TypeSendInvoice
	}
	if trade.MasterEntity(r.Flow) != "" {
		workflow = workflows.TypeSettleMaster
	}
	if isProfile(r) {
		workflow, input = workflows.TypeProposeSupplier, trade.ProposalInput{Record: r.ID, Partner: r.Partner, Number: r.Number, Replay: &request}
	}
	acknowledgements := map[trade.Flow]string{trade.AcksOut: workflows.TypeSendAcknowledgement, trade.AcksIn: workflows.TypeMatchAcknowledgement}
	if name := acknowledgements[r.Flow]; name != "" {
		workflow, input = name, trade.AcknowledgementInput{Record: r.ID, Partner: r.Partner, Number: r.Number, Replay: &request}
	}
	if r.Flow == trade.InvoicesIn {
		workflow, input = workflows.TypePostInvoice, trade.InvoiceInput{Record: r.ID, Partner: r.Partner, Number: r.Number, Replay: &request}
	}
	_, err = o.Temporal.ExecuteWorkflow(ctx, start.Options(enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE), workflow, input)
	if temporal.IsWorkflowExecutionAlreadyStartedError(err) { // in this moment, by a poll
		return o.updateWaiting(ctx, r, workflows.UpdateReplay, request)
	}
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
		return o.updateWaiting(ctx, r, workflows.UpdateResolve, trade.ResolveRequest{By: by, Note: note})
	}
	_, err = o.Ledger.Transition(ctx, r.ID, ledger.Change{
		From: []trade.State{trade.StateParked, trade.StateHeld, trade.StateRejected}, To: trade.StateResolved, Event: "resolved", Actor: by,
		Detail: map[string]any{"note": note}, Release: true,
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
