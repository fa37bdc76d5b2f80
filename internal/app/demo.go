package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"tradewind/activities"
	"tradewind/internal/config"
	"tradewind/internal/devserver"
	"tradewind/internal/ledger"
	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/server"
	"tradewind/workflows"
)

// DemoOptions say what the demo shows.
type DemoOptions struct {
	Orders   int
	Hostile  bool // turns on the faults whose outcome can be looked up
	Dump     string
	Progress io.Writer
}

// FlowCounts are the totals of one flow.
type FlowCounts struct {
	Found      int `json:"found"`
	Done       int `json:"done"`
	Parked     int `json:"parked"`
	Held       int `json:"held"`
	Duplicates int `json:"duplicates"`
}

// DemoResult is the last line of `demo --json`.
type DemoResult struct {
	OK        bool                      `json:"ok"`
	Flows     map[trade.Flow]FlowCounts `json:"flows"`
	Reconcile reconcile.Report          `json:"reconcile"`
	WebUI     string                    `json:"webUI"`
	Sandbox   map[string]string         `json:"sandbox"`
}

// searchAttributes are registered before anything starts.
var searchAttributes = map[string]enums.IndexedValueType{
	activities.AttributeFlow.GetName(): enums.INDEXED_VALUE_TYPE_KEYWORD, activities.AttributePartner.GetName(): enums.INDEXED_VALUE_TYPE_KEYWORD,
	activities.AttributeDocument.GetName(): enums.INDEXED_VALUE_TYPE_KEYWORD, activities.AttributeState.GetName(): enums.INDEXED_VALUE_TYPE_KEYWORD,
	activities.AttributeReason.GetName(): enums.INDEXED_VALUE_TYPE_KEYWORD, activities.AttributeCompany.GetName(): enums.INDEXED_VALUE_TYPE_KEYWORD,
}

// Demo is everything in one process tree: the local Temporal server, the sandbox
// of both systems and a worker.
type Demo struct {
	*App
	env     config.Environment
	options DemoOptions
	sandbox *server.Server
	local   *devserver.Server
	closers []func() error
}

// StartDemo starts the parts and publishes the configuration.
func StartDemo(ctx context.Context, env config.Environment, o DemoOptions) (*Demo, error) {
	d := &Demo{env: env, options: o}
	if err := d.start(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Demo) start(ctx context.Context) error {
	cli, err := devserver.Find(ctx, devserver.FindOptions{Explicit: d.env.TemporalCLI, Progress: d.options.Progress})
	if err != nil {
		return err
	}
	d.say("starting the local Temporal server")
	if d.local, err = devserver.Start(ctx, devserver.Options{CLI: cli, DBFile: filepath.Join(d.env.State, "temporal.db"),
		LogFile: filepath.Join(d.env.State, "temporal.log"), SearchAttributes: searchAttributes}); err != nil {
		return err
	}
	d.closers = append(d.closers, d.local.Stop)
	if d.sandbox, err = server.Start(ctx, server.Options{StateDir: filepath.Join(d.env.State, "sandbox"), Seed: 1, Orders: d.options.Orders}); err != nil {
		return err
	}
	d.closers = append(d.closers, d.sandbox.Close)
	if d.options.Hostile {
		d.sandbox.Faults.Replace(faults.Hostile(1))
	}
	return d.startWorker(ctx)
}

// startWorker connects to the sandbox: only there does the demo arm itself.
func (d *Demo) startWorker(ctx context.Context) error {
	quiet := slog.New(slog.DiscardHandler)
	c, err := client.Dial(client.Options{HostPort: d.local.Address, Namespace: d.local.Namespace, Logger: log.NewStructuredLogger(quiet)})
	if err != nil {
		return err
	}
	d.closers = append(d.closers, func() error { c.Close(); return nil })
	env := d.env
	env.Armed, env.IonAPIFile, env.CleoURL = true, d.sandbox.IonAPIFile, d.sandbox.CleoURL
	env.CleoUsername, env.CleoPassword = d.sandbox.Username, config.Secret(d.sandbox.Password)
	if d.App, err = Open(ctx, env, c, quiet); err != nil {
		return err
	}
	d.closers = append(d.closers, d.App.Close)
	if _, err := d.PublishFolder(ctx, d.env.Config); err != nil {
		return err
	}
	stop, err := d.StartWorkers()
	if err != nil {
		return err
	}
	d.closers = append(d.closers, func() error { stop(); return nil })
	return nil
}

// Run polls every company and waits until each record has come to rest.
func (d *Demo) Run(ctx context.Context) (DemoResult, error) {
	files, err := config.ReadFolder(d.env.Config)
	if err != nil {
		return DemoResult{}, err
	}
	c, err := config.Load(files)
	if err != nil {
		return DemoResult{}, err
	}
	for _, company := range c.Companies {
		in := trade.PollInput{Flow: trade.OrdersOut, Company: company.Key()}
		d.say("reading orders of company " + company.Key().String())
		run, err := d.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "demo/" + workflows.PollID(in), TaskQueue: activities.TaskQueue}, workflows.TypePollOrders, in)
		if err != nil {
			return DemoResult{}, err
		}
		var result trade.PollResult
		if err := run.Get(ctx, &result); err != nil {
			return DemoResult{}, err
		}
	}
	if err := d.settle(ctx); err != nil {
		return DemoResult{}, err
	}
	result, err := d.result(ctx)
	if err == nil && d.options.Dump != "" {
		err = d.dump(ctx, d.options.Dump)
	}
	return result, err
}

// settle waits until no record is on its way.
func (d *Demo) settle(ctx context.Context) error {
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	last := -1
	for {
		moving := 0
		for _, state := range []trade.State{trade.StateDiscovered, trade.StatePrepared, trade.StateUnknown, trade.StateHeld} {
			records, err := d.Ledger.Records(ctx, ledger.Filter{Flow: trade.OrdersOut, State: state})
			if err != nil {
				return err
			}
			moving += len(records)
		}
		if moving == 0 {
			return nil
		}
		if moving != last {
			d.say(fmt.Sprintf("%d orders on their way", moving))
			last = moving
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

func (d *Demo) result(ctx context.Context) (DemoResult, error) {
	report, err := reconcile.Outward(ctx, d.Ledger, trade.OrdersOut, time.Time{}, time.Now().Add(time.Minute))
	if err != nil {
		return DemoResult{}, err
	}
	var counts FlowCounts
	for _, chain := range report.Chains {
		counts.Found += chain.Received
		counts.Parked += chain.Counts[trade.StateParked]
		counts.Held += chain.Counts[trade.StateHeld]
		counts.Duplicates += chain.Counts[trade.StateDuplicate]
		for state, n := range chain.Counts {
			if state.Delivered() {
				counts.Done += n
			}
		}
	}
	return DemoResult{OK: report.Balanced, Flows: map[trade.Flow]FlowCounts{trade.OrdersOut: counts}, Reconcile: report, WebUI: d.local.UIURL,
		Sandbox: map[string]string{"infor": d.sandbox.InforURL, "cleo": d.sandbox.CleoURL}}, nil
}

func (d *Demo) say(line string) {
	if d.options.Progress != nil {
		fmt.Fprintln(d.options.Progress, line)
	}
}

// Close stops the parts, the last one started first.
func (d *Demo) Close() error {
	var errs []error
	for i := len(d.closers) - 1; i >= 0; i-- {
		errs = append(errs, d.closers[i]())
	}
	return errors.Join(errs...)
}
