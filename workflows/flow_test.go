package workflows

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/testsuite"

	"tradewind/activities"
	"tradewind/cleo"
	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/internal/vault"
	"tradewind/ionapi"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/server"
)

var companies = []trade.Company{{Cono: "100", Divi: "AAA"}, {Cono: "200", Divi: "BBB"}}

// world is everything but Temporal: the sandbox, the real clients, the ledger and
// the archive.
type world struct {
	*activities.Activities
	t       *testing.T
	sandbox *server.Server
	suite   testsuite.WorkflowTestSuite
	// running is the workflow that signals reach; without one they find none.
	running *testsuite.TestWorkflowEnvironment
}

// signals is the part of Temporal that activities talk to in these tests.
type signals struct {
	client.Client
	to *world
}

func (s signals) SignalWorkflow(_ context.Context, id, _, name string, arg any) error {
	if s.to.running == nil || s.to.running.IsWorkflowCompleted() {
		return serviceerror.NewNotFound("workflow " + id + " is not running")
	}
	s.to.running.SignalWorkflow(name, arg)
	return nil
}

func newWorld(t *testing.T, orders int) *world {
	t.Helper()
	return newWorldOf(t, server.Options{Seed: 7, Orders: orders})
}

// newWorldOf is a world with a sandbox of these options.
func newWorldOf(t *testing.T, options server.Options) *world {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	options.StateDir = dir + "/sandbox"
	s, err := server.Start(ctx, options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	l, err := ledger.Open(ctx, ledger.DefaultURL, dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	require.NoError(t, l.Migrate(ctx))
	v, err := vault.Open(ctx, vault.DefaultKeeper, dir, l)
	require.NoError(t, err)
	a, err := archive.Open(ctx, archive.DefaultURL, dir, v)
	require.NoError(t, err)
	tracer := activities.Tracer{Ledger: l, Log: slog.New(slog.DiscardHandler)}
	w := &world{t: t, sandbox: s, Activities: &activities.Activities{Ledger: l, Archive: a, Armed: true}}
	content, err := os.ReadFile(s.IonAPIFile)
	require.NoError(t, err)
	file, err := ionapi.ParseFile("acme.ionapi", content)
	require.NoError(t, err)
	infor, err := ionapi.New(file, ionapi.WithObserver(tracer.Infor))
	require.NoError(t, err)
	mailbox, err := cleo.NewREST(cleo.RESTConfig{BaseURL: s.CleoURL, Username: s.Username, Password: s.Password, Observer: tracer.Cleo})
	require.NoError(t, err)
	w.Systems = fixed{infor, mailbox}
	w.Temporal = signals{to: w}
	w.publish("", "")
	return w
}

// fixed gives the same clients always.
type fixed struct {
	infor   *ionapi.Client
	mailbox cleo.Mailbox
}

func (f fixed) Infor(context.Context, string) (*ionapi.Client, error) { return f.infor, nil }

func (f fixed) Mailbox(context.Context) (cleo.Mailbox, error) { return f.mailbox, nil }

func (f fixed) Renew(context.Context, string) ([]trade.TokenState, error) { return nil, nil }

// publish publishes the shipped configuration with one text replaced.
func (w *world) publish(file, extra string) {
	w.t.Helper()
	files, err := config.ReadFolder("../config")
	require.NoError(w.t, err)
	if file != "" {
		files[file] = append(files[file], extra...)
	}
	_, err = w.Publish(w.t.Context(), files)
	require.NoError(w.t, err)
}

// publishWith publishes the shipped configuration with one text replaced by another.
func (w *world) publishWith(file, old, new string) {
	w.t.Helper()
	files, err := config.ReadFolder("../config")
	require.NoError(w.t, err)
	require.Contains(w.t, string(files[file]), old)
	files[file] = bytes.Replace(files[file], []byte(old), []byte(new), 1)
	_, err = w.Publish(w.t.Context(), files)
	require.NoError(w.t, err)
}

// poll reads both companies as a schedule would.
func (w *world) poll(run string) (total trade.PollResult) {
	w.t.Helper()
	total.NotEligible = map[string]int{}
	for _, c := range companies {
		result, err := w.pollOne(c, run)
		require.NoError(w.t, err)
		require.Empty(w.t, result.Stopped)
		total.Registered += result.Registered
		total.Unchanged += result.Unchanged
		for reason, n := range result.NotEligible {
			total.NotEligible[reason] += n
		}
	}
	return total
}

// pollOne makes one attempt to read one company.
func (w *world) pollOne(c trade.Company, run string) (result trade.PollResult, err error) {
	w.t.Helper()
	return w.read(trade.PollInput{Flow: trade.OrdersOut, Company: c}, run)
}

// read makes one attempt to read orders.
func (w *world) read(in trade.PollInput, run string) (result trade.PollResult, err error) {
	w.t.Helper()
	env := w.suite.NewTestActivityEnvironment()
	env.RegisterActivity(w.Activities)
	value, err := env.ExecuteActivity(w.OpenWindow, activities.OpenWindowParams{Input: in, Poll: PollID(in), Nominal: time.Now(), Run: run})
	require.NoError(w.t, err)
	var window trade.Window
	require.NoError(w.t, value.Get(&window))
	value, err = env.ExecuteActivity(w.ReadOrders, activities.ReadParams{Input: in, Window: window})
	if err != nil {
		return result, err
	}
	require.NoError(w.t, value.Get(&result))
	_, err = env.ExecuteActivity(w.CloseWindow, result)
	require.NoError(w.t, err)
	return result, nil
}

// send runs the workflow of a record; during is called a virtual minute later.
func (w *world) send(r ledger.Record, during func(env *testsuite.TestWorkflowEnvironment)) *testsuite.TestWorkflowEnvironment {
	w.t.Helper()
	env := w.suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	Register(env)
	env.RegisterActivity(w.Activities)
	if during != nil {
		env.RegisterDelayedCallback(func() { during(env) }, time.Minute)
	}
	w.running = env
	env.ExecuteWorkflow(TypeSendOrder, trade.SendOrderInput{Record: r.ID, Number: r.Number, Revision: r.Revision, Partner: r.Partner})
	return env
}

func (w *world) discovered() []ledger.Record {
	w.t.Helper()
	records, err := w.Ledger.Records(w.t.Context(), ledger.Filter{State: trade.StateDiscovered})
	require.NoError(w.t, err)
	return records
}

func (w *world) expected(kind string) map[string]*business.Order {
	out := map[string]*business.Order{}
	w.sandbox.M3.Orders(func(orders *[]*business.Order) {
		for _, o := range *orders {
			if o.Kind == kind {
				out[o.Head["PUNO"]] = o
			}
		}
	})
	return out
}

// delivered reads back what Cleo holds, by order number; two files for one order fail.
func (w *world) delivered() map[string]doc.PurchaseOrder {
	w.t.Helper()
	out := map[string]doc.PurchaseOrder{}
	for _, f := range w.sandbox.Hub.Files() {
		if f.Alien {
			continue
		}
		content, err := w.sandbox.Hub.Content(f.ID)
		require.NoError(w.t, err)
		trees, err := edi.ReadAll(bytes.NewReader(content))
		require.NoError(w.t, err, f.Name)
		o, err := doc.UnmarshalPurchaseOrder(trees[0].Groups[0].Sets[0].Segments)
		require.NoError(w.t, err)
		require.NotContains(w.t, out, o.Number, "order sent twice")
		out[o.Number] = o
	}
	return out
}

// one polls and gives the record of the only order of a kind.
func (w *world) one(kind string) ledger.Record {
	w.t.Helper()
	w.poll("first")
	for number := range w.expected(kind) {
		found, err := w.Ledger.Find(w.t.Context(), number)
		require.NoError(w.t, err)
		require.Len(w.t, found, 1)
		return found[0]
	}
	w.t.Fatalf("no order of kind %s", kind)
	return ledger.Record{}
}

func (w *world) state(r ledger.Record) ledger.Record {
	w.t.Helper()
	r, err := w.Ledger.Record(w.t.Context(), r.ID)
	require.NoError(w.t, err)
	return r
}

func TestEveryApprovedOrderReachesCleoLineByLine(t *testing.T) {
	w := newWorld(t, 25)
	result := w.poll("first")
	require.Equal(t, map[string]int{trade.NotEligibleNotApproved: 3, trade.NotEligibleNoPartner: 2}, result.NotEligible)
	normal := w.expected(business.Normal)
	for _, r := range w.discovered() {
		if normal[r.Number] != nil {
			env := w.send(r, nil)
			require.NoError(t, env.GetWorkflowError(), r.Number)
		}
	}
	delivered := w.delivered()
	require.Len(t, delivered, 25)
	for number, o := range normal {
		requireSameLines(t, o, delivered[number])
	}
	again := w.poll("second")
	require.Zero(t, again.Registered, "reading the same days again registers nothing")
}

// requireSameLines compares the 850 with M3, line by line.
func requireSameLines(t *testing.T, o *business.Order, got doc.PurchaseOrder) {
	t.Helper()
	var live []map[string]string
	for _, l := range o.Lines {
		if l["PUSL"] != "99" {
			live = append(live, l)
		}
	}
	require.Len(t, got.Lines, len(live), o.Head["PUNO"])
	for i, l := range live {
		require.Equal(t, l["PNLI"], got.Lines[i].ID)
		require.True(t, decimal.RequireFromString(l["ORQA"]).Equal(got.Lines[i].Quantity))
		require.True(t, decimal.RequireFromString(l["PUPR"]).Equal(got.Lines[i].Price))
		require.Equal(t, []doc.ProductID{{Qualifier: "VN", ID: l["SITE"]}, {Qualifier: "BP", ID: l["ITNO"]}}, got.Lines[i].ProductIDs)
		require.Equal(t, l["PITT"], strings.Join(got.Lines[i].Descriptions, " "))
		require.Equal(t, map[string]string{"1": "PE", "100": "HP"}[l["PUCD"]], got.Lines[i].Basis)
	}
}

func TestWhatCannotBeSentParksWithItsReason(t *testing.T) {
	w := newWorld(t, 1)
	w.poll("first")
	for kind, code := range map[string]string{
		business.NoProfile: trade.ReasonPartnerUnknown, business.Blocked: trade.ReasonSupplierBlocked, business.UnitMissing: trade.ReasonUnitUnmapped,
		business.ItemMissing: trade.ReasonItemNumberMissing, business.NoLines: trade.ReasonNoLines,
	} {
		t.Run(kind, func(t *testing.T) {
			r := w.one(kind)
			var during trade.State
			env := w.send(r, func(env *testsuite.TestWorkflowEnvironment) {
				during = w.state(r).State
				env.UpdateWorkflow(UpdateResolve, "u", &testsuite.TestUpdateCallback{OnReject: func(error) {}, OnAccept: func() {}, OnComplete: func(any, error) {}},
					trade.ResolveRequest{By: "kim", Note: "cancelled by phone"})
			})
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, trade.StateParked, during)
			events, err := w.Ledger.Events(t.Context(), r.ID)
			require.NoError(t, err)
			require.Equal(t, code, events[1].Detail["reason"])
			require.Equal(t, trade.StateResolved, w.state(r).State)
			require.NoError(t, w.Ledger.VerifyChain(t.Context(), r.ID))
		})
	}
	require.Empty(t, w.delivered())
}

func TestAParkedOrderIsSentAfterTheCrosswalkIsMended(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.UnitMissing)
	env := w.send(r, func(env *testsuite.TestWorkflowEnvironment) {
		w.publish("crosswalks/units.csv", ",DRM,DR,,\n")
		env.SignalWorkflow(SignalReplay, trade.ReplayRequest{By: "kim"})
	})
	require.NoError(t, env.GetWorkflowError())
	var result trade.SendOrderResult
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, trade.StateSent, result.State)
	require.Equal(t, "DR", w.delivered()[r.Number].Lines[0].Unit)
}

func TestUploadFaultsNeverLoseOrDoubleAnOrder(t *testing.T) {
	for _, fault := range []string{"500-before", "500-after", "504-before", "504-after", "cut-before", "cut-after", "503", "429", "401", "collision", "rename", "consume"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t, 1)
			r := w.one(business.Normal)
			w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: fault, Times: 1}}})
			env := w.send(r, nil)
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, trade.StateSent, w.state(r).State)
			require.Len(t, w.delivered(), 1)
			require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[0].Fired)
			attempts, err := w.Ledger.Attempts(t.Context(), r.ID)
			require.NoError(t, err)
			require.NotEmpty(t, attempts)
		})
	}
}

func TestAnUnarmedRecordIsHeldAndGoesOnByItself(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	w.Armed = false
	var during ledger.Record
	env := w.send(r, func(*testsuite.TestWorkflowEnvironment) {
		during = w.state(r)
		w.Armed = true
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, trade.StateHeld, during.State)
	require.Equal(t, trade.ReasonNotArmed, during.Reason.Code)
	require.Equal(t, trade.StateSent, w.state(r).State)
	require.Len(t, w.delivered(), 1)
}

func TestFiveHundredOrdersNeedAtMostFiftyCalls(t *testing.T) {
	w := newWorld(t, 500)
	w.poll("first")
	calls := 0
	for name, n := range w.sandbox.Calls() {
		if strings.HasPrefix(name, "ion ") {
			calls += n
		}
	}
	require.LessOrEqual(t, calls, 50, "%v", w.sandbox.Calls())
	require.GreaterOrEqual(t, len(w.discovered()), 500)
}
