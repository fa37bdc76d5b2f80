package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"tradewind/internal/config"
	"tradewind/internal/devserver"
	"tradewind/internal/ledger"
	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
	"tradewind/internal/vault"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/server"
)

// DemoOptions say what the demo shows.
type DemoOptions struct {
	Orders   int
	Invoices int
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

// Demo is everything in one process tree: the local Temporal server, the sandbox
// of both systems, a worker and the schedules.
type Demo struct {
	*App
	// EnvFile holds the variables that let other commands, and the temporal CLI,
	// work with the demo.
	EnvFile string

	options  DemoOptions
	sandbox  *server.Server
	local    *devserver.Server
	endpoint *Endpoint
	config   *config.Config
	closers  []func() error
}

// selfBilled is how many invoices M3 holds that were written in a supplier's place, one of each kind.
const selfBilled = 7

// StartDemo starts the parts, publishes the configuration and applies the schedules.
func StartDemo(ctx context.Context, env config.Environment, o DemoOptions) (*Demo, error) {
	d := &Demo{options: o}
	if err := d.start(ctx, env); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Demo) start(ctx context.Context, env config.Environment) error {
	cli, err := devserver.Find(ctx, devserver.FindOptions{Explicit: env.TemporalCLI, Progress: d.options.Progress})
	if err != nil {
		return err
	}
	if d.sandbox, err = server.Start(ctx, server.Options{StateDir: filepath.Join(env.State, "sandbox"), Seed: 1, Orders: d.options.Orders, Invoices: d.options.Invoices, SelfBilled: selfBilled}); err != nil {
		return err
	}
	d.closers = append(d.closers, d.sandbox.Close)
	if d.options.Hostile {
		d.sandbox.Faults.Replace(faults.Hostile(1))
	}
	if err := d.open(ctx, env); err != nil {
		return err
	}
	d.say("starting the local Temporal server")
	if d.local, err = devserver.Start(ctx, devserver.Options{CLI: cli, DBFile: filepath.Join(env.State, "temporal.db"),
		LogFile: filepath.Join(env.State, "temporal.log"), SearchAttributes: searchAttributes(), UICodecEndpoint: d.endpoint.CodecURL()}); err != nil {
		return err
	}
	d.closers = append(d.closers, d.local.Stop)
	d.endpoint.AllowOrigins(d.local.UIURL, strings.Replace(d.local.UIURL, "127.0.0.1", "localhost", 1))
	if err := d.connect(); err != nil {
		return err
	}
	if _, err := d.PublishFolder(ctx); err != nil {
		return err
	}
	stop, err := d.StartWorkers()
	if err != nil {
		return err
	}
	d.closers = append(d.closers, func() error { stop(); return nil })
	_, err = d.Schedules().Apply(ctx, d.config, true)
	return err
}

// open opens the stores and the codec. The demo arms itself against its own sandbox,
// and only there.
func (d *Demo) open(ctx context.Context, env config.Environment) error {
	env.Armed, env.IonAPIFile, env.CleoURL = true, d.sandbox.IonAPIFile, d.sandbox.CleoURL
	env.CleoUsername, env.CleoPassword = d.sandbox.Username, config.Secret(d.sandbox.Password)
	var err error
	if d.App, err = OpenStores(ctx, env, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	d.closers = append(d.closers, d.App.Close)
	if d.config, err = ReadConfiguration(env); err != nil {
		return err
	}
	if d.endpoint, err = d.Serve(ctx, "127.0.0.1:0"); err != nil {
		return err
	}
	d.closers = append(d.closers, d.endpoint.Close)
	return nil
}

// connect joins the local server.
func (d *Demo) connect() error {
	data, failures := vault.Converters(d.Vault.Codec())
	c, err := client.Dial(client.Options{HostPort: d.local.Address, Namespace: d.local.Namespace, Logger: log.NewStructuredLogger(d.Log),
		DataConverter: data, FailureConverter: failures})
	if err != nil {
		return err
	}
	d.Temporal, d.Namespace = c, d.local.Namespace
	return d.writeEnvFile(d.env)
}

// writeEnvFile lets a shell join the demo: `set -a; . FILE; set +a`.
func (d *Demo) writeEnvFile(env config.Environment) error {
	folder, err := filepath.Abs(env.Config)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, v := range [][2]string{
		{"TEMPORAL_ADDRESS", d.local.Address}, {"TEMPORAL_NAMESPACE", d.local.Namespace}, {"TEMPORAL_CODEC_ENDPOINT", d.endpoint.CodecURL()},
		{"TRADEWIND_STATE", env.State}, {"TRADEWIND_CONFIG", folder}, {"TRADEWIND_IONAPI_FILE", env.IonAPIFile},
		{"TRADEWIND_CLEO_URL", env.CleoURL}, {"TRADEWIND_CLEO_USERNAME", env.CleoUsername}, {"TRADEWIND_CLEO_PASSWORD", env.CleoPassword.Reveal()},
	} {
		fmt.Fprintf(&b, "%s='%s'\n", v[0], strings.ReplaceAll(v[1], "'", `'\''`))
	}
	d.EnvFile = filepath.Join(env.State, "temporal.env")
	return os.WriteFile(d.EnvFile, []byte(b.String()), 0o600)
}

// Run triggers every schedule, waits until each record has come to rest, changes an order that was
// sent, lets the suppliers acknowledge what they got, and waits for what that changes.
func (d *Demo) Run(ctx context.Context) (DemoResult, error) {
	for _, step := range []func(context.Context) error{d.read, d.settle, d.change, d.settle, d.acknowledge, d.settle, d.awaitOverdue} {
		if err := step(ctx); err != nil {
			return DemoResult{}, err
		}
	}
	result, err := d.result(ctx)
	if err == nil && d.options.Dump != "" {
		err = d.dump(ctx, d.options.Dump)
	}
	return result, err
}

// change has a buyer change an order that was sent, unless an earlier run did, and reads the orders
// again.
func (d *Demo) change(ctx context.Context) error {
	orders, err := d.Ledger.Records(ctx, ledger.Filter{Flow: trade.OrdersOut})
	if err != nil || slices.ContainsFunc(orders, func(r ledger.Record) bool { return r.Revision > 1 }) {
		return err
	}
	number, err := d.sandbox.Postpone()
	if err != nil || number == "" {
		return err
	}
	d.say("a buyer postpones PO " + number + " in M3")
	for _, s := range d.config.Schedules {
		if s.Flow != trade.OrdersOut || s.Full {
			continue
		}
		if err := d.poll(ctx, s.ID()); err != nil {
			return err
		}
	}
	return nil
}

// read triggers every schedule that looks into one of the two systems.
func (d *Demo) read(ctx context.Context) error {
	for _, s := range d.config.Schedules {
		if s.Full {
			continue // they would find what the others have just read
		}
		var err error
		switch s.Flow {
		case trade.Tokens:
			continue // they run by themselves
		case trade.Mailbox:
			d.say("reading mailbox " + s.Mailbox)
			err = d.pollMailbox(ctx, s.ID())
		default:
			d.say("reading " + string(s.Flow) + " of company " + string(s.Company))
			err = d.poll(ctx, s.ID())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// poll triggers a schedule until one poll has read its window to the end; a lane
// that a fault stopped opens again by itself.
func (d *Demo) poll(ctx context.Context, id string) error {
	for {
		triggered := d.Ledger.Now()
		if err := d.Schedules().Trigger(ctx, id); err != nil {
			return err
		}
		var done ledger.RecordedWindow
		err := d.until(ctx, func() (bool, error) {
			windows, err := d.Ledger.Windows(ctx, id, time.Time{}, triggered.Add(time.Hour))
			for _, w := range windows {
				if !w.Closed.Before(triggered) {
					done = w
				}
			}
			return !done.Closed.IsZero(), err
		})
		if err != nil || done.Result.Stopped == "" {
			return err
		}
		d.say("waiting: " + done.Result.Stopped)
		lane := time.NewTimer(5 * time.Second)
		select {
		case <-ctx.Done():
		case <-lane.C:
		}
	}
}

// settle waits until no record is on its way.
func (d *Demo) settle(ctx context.Context) error {
	last := 0
	return d.until(ctx, func() (bool, error) {
		moving := 0
		for _, state := range []trade.State{trade.StateDiscovered, trade.StatePrepared, trade.StateUnknown, trade.StateHeld,
			trade.StateAccepted, trade.StateStaged, trade.StateSubmitted} {
			records, err := d.Ledger.Records(ctx, ledger.Filter{State: state})
			if err != nil {
				return false, err
			}
			for _, r := range records {
				if !atRest(r) {
					moving++
				}
			}
		}
		if moving != last {
			d.say(fmt.Sprintf("%d records on their way", moving))
			last = moving
		}
		return moving == 0, nil
	})
}

// atRest says whether a record stays where it is although others in its state move: what
// partners answered, once it is matched, and what waits for goods.
func atRest(r ledger.Record) bool {
	if r.Flow == trade.AcksIn {
		return r.State == trade.StateAccepted
	}
	return r.Reason.Code == trade.ReasonNotReceived
}

// until asks again and again until the answer is yes.
func (d *Demo) until(ctx context.Context, yes func() (bool, error)) error {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		if done, err := yes(); err != nil || done {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-d.local.Done():
			return d.local.Err()
		case <-ticker.C:
		}
	}
}

func (d *Demo) result(ctx context.Context) (DemoResult, error) {
	report, err := d.Reconcile(ctx, time.Time{}, time.Now().Add(time.Minute))
	if err != nil {
		return DemoResult{}, err
	}
	flows := map[trade.Flow]FlowCounts{}
	for _, flow := range []trade.Flow{trade.OrdersOut, trade.InvoicesIn, trade.InvoicesOut} { // the others stand there when they have records
		flows[flow] = FlowCounts{}
	}
	for _, chain := range report.Chains {
		counts := flows[chain.Flow]
		counts.Found += chain.Received
		counts.Parked += chain.Counts[trade.StateParked]
		counts.Held += chain.Counts[trade.StateHeld]
		counts.Duplicates += chain.Counts[trade.StateDuplicate]
		for state, n := range chain.Counts {
			if state.Delivered() || state == trade.StatePosted {
				counts.Done += n
			}
		}
		flows[chain.Flow] = counts
	}
	if err := d.countMasters(ctx, flows); err != nil {
		return DemoResult{}, err
	}
	return DemoResult{OK: report.Balanced, Flows: flows, Reconcile: report, WebUI: d.local.UIURL,
		Sandbox: map[string]string{"infor": d.sandbox.InforURL, "cleo": d.sandbox.CleoURL}}, nil
}

// countMasters counts master data by what both sides have and agree on, not by the differences that
// became records.
func (d *Demo) countMasters(ctx context.Context, flows map[trade.Flow]FlowCounts) error {
	counts, err := d.Ledger.MasterCounts(ctx)
	if err != nil {
		return err
	}
	for _, flow := range []trade.Flow{trade.Suppliers, trade.Customers, trade.Accounts} {
		of := FlowCounts{Parked: flows[flow].Parked, Held: flows[flow].Held}
		for _, c := range counts {
			if c.Entity == trade.MasterEntity(flow) {
				of.Found += c.Known
				of.Done += c.Agreed
			}
		}
		if of.Found > 0 {
			flows[flow] = of
		}
	}
	return nil
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
