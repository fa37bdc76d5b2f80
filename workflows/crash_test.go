package workflows

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/activities"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// The corners of the outward flow: workers that die behind a step, people who act in
// between, orders that change meanwhile. What counts is what Cleo holds in the end.

// step runs one activity as one attempt of a worker.
func step[P any](w *world, activity any, params P) error {
	w.t.Helper()
	env := w.suite.NewTestActivityEnvironment()
	env.RegisterActivity(w.Activities)
	_, err := env.ExecuteActivity(activity, params)
	return err
}

// revise registers an order with other texts, or with those of a revision again, as a poll would.
func (w *world) revise(r ledger.Record, texts ...string) ledger.Record {
	w.t.Helper()
	content, err := w.Archive.Get(w.t.Context(), r.Source)
	require.NoError(w.t, err)
	var order trade.PurchaseOrder
	require.NoError(w.t, json.Unmarshal(content, &order))
	if len(texts) > 0 {
		order.Text = texts
	}
	content, err = order.Canonical()
	require.NoError(w.t, err)
	source, err := w.Archive.Put(w.t.Context(), content)
	require.NoError(w.t, err)
	registration, err := w.Ledger.RegisterOrder(w.t.Context(), ledger.NewOrder{Company: order.Company, Number: r.Number, Partner: r.Partner,
		Amount: r.Amount, Currency: r.Currency, Checksum: trade.Checksum(content), Source: source})
	require.NoError(w.t, err)
	next, err := w.Ledger.Record(w.t.Context(), registration.Record)
	require.NoError(w.t, err)
	return next
}

func (w *world) upload(fault string, times int) {
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: fault, Times: times}}})
}

// edit changes one order in M3 today.
func (w *world) edit(number string, change func(*business.Order)) {
	w.sandbox.M3.Orders(func(orders *[]*business.Order) {
		for _, o := range *orders {
			if o.Head["PUNO"] == number {
				o.Head["LMDT"] = business.Now().Format("20060102")
				change(o)
			}
		}
	})
}

func cancel(env *testsuite.TestWorkflowEnvironment) { env.CancelWorkflow() }

func TestAWorkerThatDiesBehindParkingSendsNothing(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Blocked)
	for range 3 {
		require.Error(t, step(w, w.PrepareOrder, activities.PrepareParams{Record: r.ID}))
		require.Equal(t, trade.StateParked, w.state(r).State)
	}
}

func TestWhatWasNotReadWholeIsNeverSent(t *testing.T) {
	for name, spoil := range map[string]func(*business.Order){
		"a line's date":    func(o *business.Order) { o.Lines[len(o.Lines)-1]["DWDT"] = "20269999" },
		"a count of lines": func(o *business.Order) { o.Head["NOLN"] = "77" },
		"no number":        func(o *business.Order) { o.Head["NOLN"] = "abc" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 3)
			var number string
			for number = range w.expected(business.Normal) {
				break
			}
			w.edit(number, spoil)
			w.poll("first")
			require.Len(t, w.discovered(), 8, "the other orders are not held up")
			found, err := w.Ledger.Find(t.Context(), number)
			require.NoError(t, err)
			require.Len(t, found, 1)
			env := w.send(found[0], func(env *testsuite.TestWorkflowEnvironment) {
				env.SignalWorkflow(SignalReplay, trade.ReplayRequest{By: "kim"})
				env.RegisterDelayedCallback(env.CancelWorkflow, 5*time.Minute)
			})
			require.Error(t, env.GetWorkflowError())
			require.Equal(t, trade.StateParked, w.state(found[0]).State)
			require.Contains(t, w.state(found[0]).Reason.Cure, "next poll")
			require.Empty(t, w.delivered())
			require.Zero(t, w.poll("second").Registered, "the same fault is told once")
		})
	}
}

func TestALookThatCannotSeeAllNeverSendsAgain(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("cleo.yaml", "lookbackFiles: 5000", "lookbackFiles: 3")
	r := w.one(business.Normal)
	m, err := w.Systems.Mailbox(t.Context())
	require.NoError(t, err)
	for i := range 10 {
		_, err := m.Upload(t.Context(), "outbound/850", fmt.Sprintf("850_000_%d.edi", i), []byte("x"))
		require.NoError(t, err)
	}
	w.upload("500-after", 1)
	require.Error(t, w.send(r, cancel).GetWorkflowError())
	require.Equal(t, trade.ReasonUploadUnknown, w.state(r).Reason.Code)
	require.Len(t, w.sandbox.Hub.Files(), 11)
}

func TestAFolderThatIsMissingParksAndIsReplayed(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("cleo.yaml", "sent: outbound/sent", "sent: outbound/typo")
	r := w.one(business.Normal)
	w.upload("500-before", 1)
	env := w.send(r, func(env *testsuite.TestWorkflowEnvironment) {
		require.Equal(t, trade.StateParked, w.state(r).State)
		require.Equal(t, trade.ReasonUploadRefused, w.state(r).Reason.Code)
		w.publish("", "")
		env.SignalWorkflow(SignalReplay, trade.ReplayRequest{By: "kim"})
	})
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, w.delivered(), 1)
}

func TestAReplayWithAnUnknownVersionParks(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.UnitMissing)
	env := w.send(r, func(env *testsuite.TestWorkflowEnvironment) {
		env.SignalWorkflow(SignalReplay, trade.ReplayRequest{By: "kim", MappingVersion: "nope"})
		env.RegisterDelayedCallback(func() {
			require.Equal(t, trade.ReasonVersionUnknown, w.state(r).Reason.Code)
			w.publish("crosswalks/units.csv", ",DRM,DR,,\n")
			env.SignalWorkflow(SignalReplay, trade.ReplayRequest{By: "kim"})
		}, time.Minute)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, trade.StateSent, w.state(r).State)
}

func TestAChangeAfterAReplayThatIsUnderWayWaitsForIt(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	require.NoError(t, step(w, w.PrepareOrder, activities.PrepareParams{Record: r.ID, Replay: &trade.ReplayRequest{By: "kim", Attempt: 2}}))
	next := w.revise(r, "other")
	require.NotEqual(t, trade.StateSuperseded, w.state(r).State, "the supplier has a document of it")
	require.Error(t, w.send(next, cancel).GetWorkflowError())
	require.Equal(t, trade.ReasonPredecessor, w.state(next).Reason.Code)
	require.Len(t, w.sandbox.Hub.Files(), 1)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	require.NoError(t, w.send(next, nil).GetWorkflowError())
	require.Equal(t, []string{"850 00", "850 00", "860 04"}, w.purposes())
}

func TestAChangeAfterAnUncertainUploadWasResolvedSaysAllOfTheOrder(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("cleo.yaml", "confirm: folders", "confirm: none")
	r := w.one(business.Normal)
	w.upload("500-after", 1)
	env := w.send(r, func(env *testsuite.TestWorkflowEnvironment) {
		require.Equal(t, trade.ReasonUploadUnknown, w.state(r).Reason.Code)
		env.UpdateWorkflow(UpdateResolve, "u", &testsuite.TestUpdateCallback{OnReject: func(error) {}, OnAccept: func() {}, OnComplete: func(any, error) {}},
			trade.ResolveRequest{By: "kim", Note: "Cleo says that it arrived"})
	})
	require.NoError(t, env.GetWorkflowError())
	next := w.revise(r, "other")
	require.NoError(t, w.send(next, nil).GetWorkflowError())
	require.Equal(t, []string{"850 00", "860 05"}, w.purposes())
}

func TestOneWordOfAPersonIsOneUpload(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("cleo.yaml", "confirm: folders", "confirm: none")
	r := w.one(business.Normal)
	w.upload("500-before", 0)
	require.NoError(t, step(w, w.PrepareOrder, activities.PrepareParams{Record: r.ID}))
	uploads := func() int { return w.sandbox.Calls()["cleo upload"] }
	require.Error(t, step(w, w.TransmitOrder, activities.TransmitParams{Record: r.ID}))
	require.Equal(t, 1, uploads())
	again := activities.TransmitParams{Record: r.ID, Resend: true, Request: "run/2"}
	for range 3 { // the worker dies behind each attempt
		require.Error(t, step(w, w.TransmitOrder, again))
		require.Equal(t, 2, uploads())
	}
	again.Request = "run/3"
	w.sandbox.Faults.Replace(faults.Set{})
	for range 2 {
		require.NoError(t, step(w, w.TransmitOrder, again))
		require.Equal(t, 3, uploads())
	}
}

func TestADefiniteRefusalIsNoUncertainUpload(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("cleo.yaml", "confirm: folders", "confirm: none")
	r := w.one(business.Normal)
	w.upload("429", 2)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	require.Equal(t, trade.StateSent, w.state(r).State)
	require.Len(t, w.delivered(), 1)
}

func TestAResendThatMayNotGoOutNowIsHeld(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	w.Armed = false
	require.Error(t, step(w, w.TransmitOrder, activities.TransmitParams{Record: r.ID, Resend: true, Request: "x/1"}))
	require.Equal(t, trade.StateHeld, w.state(r).State)
	next := w.revise(r, "other")
	require.Error(t, step(w, w.PrepareOrder, activities.PrepareParams{Record: next.ID}))
	require.Equal(t, trade.ReasonPredecessor, w.state(next).Reason.Code, "a change waits for what goes out before it")
	w.Armed = true
	require.NoError(t, step(w, w.TransmitOrder, activities.TransmitParams{Record: r.ID, Resend: true, Request: "x/1"}))
	require.Len(t, w.sandbox.Hub.Files(), 2)
}

func TestAChangeTakenBackWhileTheFirstIsOnTheWireIsADuplicate(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	w.upload("504-before", 1)
	require.NoError(t, step(w, w.PrepareOrder, activities.PrepareParams{Record: r.ID}))
	require.Error(t, step(w, w.TransmitOrder, activities.TransmitParams{Record: r.ID}))
	require.Equal(t, trade.StateUnknown, w.state(r).State)
	second := w.revise(r, "other")
	third := w.revise(r)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	require.NoError(t, w.send(third, nil).GetWorkflowError())
	require.Equal(t, trade.StateSuperseded, w.state(second).State)
	require.Equal(t, trade.StateDuplicate, w.state(third).State)
	require.Len(t, w.delivered(), 1)
}

func TestAReturnToTheFirstContentBehindAPhonedChangeSaysAllOfTheOrder(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("partners/base.yaml", `changes: "860"`, "changes: park")
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	second := w.revise(r, "other")
	require.Error(t, step(w, w.PrepareOrder, activities.PrepareParams{Record: second.ID}))
	require.NoError(t, step(w, w.ResolveRecord, activities.ResolveParams{Record: second.ID, Request: trade.ResolveRequest{By: "kim", Note: "told by phone"}}))
	third := w.revise(r)
	require.NotEqual(t, trade.StateDuplicate, third.State)
	w.publish("", "")
	require.NoError(t, w.send(third, nil).GetWorkflowError())
	require.Equal(t, []string{"850 00", "860 05"}, w.purposes())
}

func TestAnOrderThatMayNoLongerGoOutIsWithdrawn(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.UnitMissing)
	require.Error(t, step(w, w.PrepareOrder, activities.PrepareParams{Record: r.ID}))
	w.edit(r.Number, func(o *business.Order) {
		o.Head["PUSL"], o.Head["PUST"] = "85", "85"
		for _, l := range o.Lines {
			l["PUUN"], l["PPUN"] = "EA", "EA"
		}
	})
	w.poll("second")
	found, err := w.Ledger.Find(t.Context(), r.Number)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, trade.StateSuperseded, found[0].State)
}

func TestTheSearchReaderSeesChangesOfOrdersThatAreNoLongerListed(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("infor.yaml", "reader: exportmi", "reader: search")
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	w.edit(r.Number, func(o *business.Order) {
		o.Head["PUSL"], o.Head["PUST"] = "50", "50"
		o.Lines[0]["ORQA"], o.Lines[0]["LNA2"] = "1", o.Lines[0]["PUPR"]
	})
	w.poll("second")
	found, err := w.Ledger.Find(t.Context(), r.Number)
	require.NoError(t, err)
	require.Len(t, found, 2)
}
