package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/activity"

	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// InvoiceParams name a received invoice; Replay is set when somebody asked for another run.
type InvoiceParams struct {
	Record string               `json:"record"`
	Replay *trade.ReplayRequest `json:"replay,omitempty"`
}

// Plan is what an invoice becomes in M3, fixed before the first write. Its JSON is archived.
type Plan struct {
	Invoice trade.Invoice        `json:"invoice"`
	Key     string               `json:"key"` // the business key
	Year    string               `json:"year"`
	Head    ionapi.InvoiceHead   `json:"head"`
	Lines   []ionapi.InvoiceLine `json:"lines"`
	// Information are the references that go with the batch.
	Information []ionapi.InvoiceInfo `json:"information,omitempty"`
	// Recoding is the coding that the invoice gets once it is posted.
	Recoding []ionapi.RecodeLine `json:"recoding,omitempty"`
	// Trace tells which rule gave which dimension to which line, and why.
	Trace []mapping.AllocationStep `json:"trace,omitempty"`
	// Overlay are the corrections that the plan was made with, Checksum identifies what the
	// set says with them.
	Overlay  trade.Overlay `json:"overlay,omitempty"`
	Checksum string        `json:"checksum,omitempty"`
}

// posting is one invoice on its way into M3, with what every step of it needs.
type posting struct {
	*Activities
	config  *config.Config
	record  ledger.Record
	plan    Plan
	company ionapi.Company
	books   mapping.Books
	client  *ionapi.Client
}

// openPosting reads the record and its plan, and the client of its tenant.
func (a *Activities) openPosting(ctx context.Context, record string) (*posting, error) {
	p := &posting{Activities: a}
	var err error
	if p.config, err = a.Configuration(ctx, ""); err != nil {
		return p, err
	}
	if p.record, err = a.Ledger.Record(ctx, record); err != nil {
		return p, err
	}
	if p.record.Document.SHA256 != "" {
		content, err := a.Archive.Get(ctx, p.record.Document.SHA256)
		if err != nil {
			return p, err
		}
		if err := json.Unmarshal(content, &p.plan); err != nil {
			return p, fmt.Errorf("plan of %s: %w", record, err)
		}
	}
	key, err := trade.ParseCompany(p.record.Company)
	if err != nil {
		return p, err
	}
	company, err := p.config.Company(key)
	if err != nil {
		return p, err
	}
	if p.company, err = InforCompany(key); err != nil {
		return p, err
	}
	p.books = company.Books
	p.client, err = a.Systems.Infor(ctx, company.Tenant)
	return p, err
}

func (p *posting) result() trade.InvoiceResult {
	return trade.InvoiceResult{State: p.record.State, Batch: p.record.Batch, Voucher: p.record.Voucher}
}

// ended translates the error that ended a step: refused credentials stop the lane, and what
// M3 refuses stops the record.
func (p *posting) ended(ctx context.Context, err error) (trade.InvoiceResult, error) {
	switch ionapi.KindOf(err) {
	case ionapi.Unauthorized:
		if err := p.stopLane(ctx, laneInfor, err, laneInforPause); err != nil {
			return p.result(), translate(err)
		}
		return p.result(), p.stop(ctx, p.record, laneReason(laneInfor, err.Error()), true)
	case ionapi.Locked:
		return p.result(), p.locked(ctx, err)
	case ionapi.NotPermitted, ionapi.NotAvailable, ionapi.InvalidInput, ionapi.RecordMissing:
		return p.result(), p.stop(ctx, p.record, batchRefused(err), false)
	}
	return p.result(), translate(err)
}

// lockedAttempts is how often a locked record is tried before its invoice is held.
const lockedAttempts = 4

// locked tries again soon, and holds a record whose lock does not go away.
func (p *posting) locked(ctx context.Context, err error) error {
	if activity.GetInfo(ctx).Attempt < lockedAttempts {
		return translate(err)
	}
	reason := recordLocked(err)
	return p.stop(ctx, p.record, reason, p.mayWait(reason))
}

// invoices is the program of the tenant for invoice batches.
func (p *posting) invoices() ionapi.Invoices {
	return p.client.Invoices(p.config.Infor.Programs.Invoices)
}

// step runs one step of a posting for a record that came as far as one of the states, and
// leaves others as they are.
func (a *Activities) step(ctx context.Context, params InvoiceParams, from []trade.State, do func(context.Context, *posting) error) (trade.InvoiceResult, error) {
	ctx = subject(ctx, params.Record)
	defer beat(ctx)()
	p, err := a.openPosting(ctx, params.Record)
	if err != nil {
		return p.ended(ctx, err)
	}
	if !slices.Contains(from, p.record.State) {
		return p.result(), nil
	}
	if reason, err := a.mayWrite(ctx, p.config, laneInfor); err != nil || !reason.IsZero() {
		if err != nil {
			return p.result(), translate(err)
		}
		return p.result(), a.stop(ctx, p.record, reason, true)
	}
	if err := do(ctx, p); err != nil {
		return p.ended(ctx, err)
	}
	return p.result(), translate(a.Ledger.OpenLane(ctx, laneInfor))
}

// errLate says that another attempt moved the record on while this one was away.
var errLate = errors.New("too late")

// to moves the record on. The event is written down where the state stays too: what was asked
// of M3, and how often it gave no answer, is read from the trail.
func (p *posting) to(ctx context.Context, state trade.State, event string, detail map[string]any, apply func(*ledger.Record)) (err error) {
	p.record, err = p.moveOn(ctx, p.record, state, event, detail, apply)
	return err
}

// moveOn moves a record on, unless another attempt is ahead of this one, and gives it as it is then.
func (a *Activities) moveOn(ctx context.Context, r ledger.Record, state trade.State, event string, detail map[string]any, apply func(*ledger.Record)) (ledger.Record, error) {
	next, err := a.Ledger.Transition(ctx, r.ID, ledger.Change{To: state, Event: event, Actor: "worker", Detail: detail, Apply: apply, Repeat: true, Seen: r.UpdatedAt})
	var moved *ledger.StateError
	if errors.As(err, &moved) {
		return r, fmt.Errorf("%w: another attempt is ahead of this one: %w", errLate, later(err.Error(), time.Second))
	}
	if err != nil {
		return r, err
	}
	return next, nil
}
