package workflows

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/activities"
	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// confirms publishes the shipped configuration with other settings for confirmations.
func (w *world) confirms(settings string) {
	w.t.Helper()
	files, err := config.ReadFolder("../config")
	require.NoError(w.t, err)
	for file, text := range map[string][2]string{
		"partners/base.yaml": {`{differs: park, days: 0, write: "off", confirmed: park}`, "{" + settings + "}"},
		"infor.yaml":         {"validationWait: 20s", "validationWait: 1ms"},
	} {
		require.Contains(w.t, string(files[file]), text[0])
		files[file] = bytes.Replace(files[file], []byte(text[0]), []byte(text[1]), 1)
	}
	_, err = w.Publish(w.t.Context(), files)
	require.NoError(w.t, err)
}

// sentLines sends the only order, which has several lines, and gives its record.
func (w *world) sentLines() ledger.Record {
	w.t.Helper()
	r := w.one(business.Normal)
	require.NoError(w.t, w.send(r, nil).GetWorkflowError())
	require.Greater(w.t, len(w.supplierHas().Lines), 1)
	return r
}

// dated is an 855 about a sent order that accepts all lines, the first one for a day and a quantity.
func (w *world) dated(r ledger.Record, control int, day, quantity string) ledger.Record {
	w.t.Helper()
	s, has := edi.NewSegment, w.supplierHas()
	segments := []edi.SegmentData{s("BAK", "00", "AD", r.Number, "20260301", "", "", "", "SO-77")}
	for i, line := range has.Lines {
		ack := s("ACK", "IA", line.Quantity.String(), line.Unit)
		if i == 0 {
			ack = s("ACK", "IA", quantity, line.Unit, "067", day)
		}
		segments = append(segments, s("PO1", line.ID, line.Quantity.String(), line.Unit, line.Price.String(), line.Basis), ack)
	}
	return w.fromPartner(r, "PR", "855", control, append(segments, s("CTT", fmt.Sprint(len(has.Lines))))...)
}

// linesOf are what M3 has confirmed of an order's lines: status, quantity, day, and how often.
func (w *world) linesOf(r ledger.Record) (out []string) {
	w.t.Helper()
	w.sandbox.M3.Orders(func(orders *[]*business.Order) {
		for _, o := range *orders {
			for _, l := range o.Lines {
				if o.Head["PUNO"] == r.Number {
					out = append(out, fmt.Sprintf("%s: %s %s x%s", l["PUSL"], l["CFQA"], l["CODT"], l["confirmations"]))
				}
			}
		}
	})
	return out
}

// whole are the lines of an order that is confirmed as it was sent, each of them once.
func whole(has doc.PurchaseOrder) (out []string) {
	for _, line := range has.Lines {
		out = append(out, fmt.Sprintf("35: %s %s x1", line.Quantity, deliveryOf(has)))
	}
	return out
}

const untouched = "15:   x"

// deliveryOf is the day that all lines of the sandbox's orders are ordered for.
func deliveryOf(has doc.PurchaseOrder) string {
	for _, d := range has.Dates {
		if d.Qualifier == "002" {
			return string(d.Date)
		}
	}
	return ""
}

func (w *world) posts(program string) int { return w.sandbox.Calls()["ion "+program+"/bulk"] }

// resting runs the workflow of an acknowledgement, or runs it again, and something happens while it waits.
func (w *world) resting(r ledger.Record, replay *trade.ReplayRequest, during func()) ledger.Record {
	w.t.Helper()
	env := w.suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	Register(env)
	env.RegisterActivity(w.Activities)
	env.RegisterDelayedCallback(during, 20*time.Second)
	env.RegisterDelayedCallback(env.CancelWorkflow, 5*time.Minute)
	env.ExecuteWorkflow(TypeMatchAcknowledgement, trade.AcknowledgementInput{Record: r.ID, Partner: r.Partner, Number: r.Number, Replay: replay})
	require.True(w.t, env.IsWorkflowCompleted())
	return w.state(r)
}

// TestWhatIsConfirmedGoesBackToM3 confirms an order as it is, with less of its first line, and for
// another day, by each setting.
func TestWhatIsConfirmedGoesBackToM3(t *testing.T) {
	const less, later = "1", "20270101"
	for name, test := range map[string]struct {
		settings, quantity, day string
		// first and others are what M3 has then of the first line and of the others: confirmed or not.
		first, others bool
		reason        string
	}{
		"off":                        {`differs: park, days: 0`, "", "", false, false, ""},
		"off, and it differs":        {`differs: park, write: "off"`, less, "", false, false, trade.ReasonConfirmationDiffers},
		"agreed":                     {`differs: park, write: agreed`, "", "", true, true, ""},
		"agreed, within the days":    {`differs: park, days: 1000, write: agreed`, "", later, true, true, ""},
		"agreed, less":               {`differs: park, write: agreed`, less, "", false, true, trade.ReasonConfirmationDiffers},
		"agreed, later":              {`differs: park, write: agreed`, "", later, false, true, trade.ReasonConfirmationDiffers},
		"agreed, less, and is noted": {`differs: note, write: agreed`, less, "", false, true, ""},
		"all":                        {`differs: park, write: all`, "", "", true, true, ""},
		"all, less":                  {`differs: park, write: all`, less, "", true, true, ""},
		"all, less and later":        {`differs: park, write: all`, less, later, true, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.confirms(test.settings)
			r := w.sentLines()
			has := w.supplierHas()
			quantity, day := cmp.Or(test.quantity, has.Lines[0].Quantity.String()), cmp.Or(test.day, deliveryOf(has))
			said := w.match(w.dated(r, 700001, day, quantity))
			want, posts := slices.Repeat([]string{untouched}, len(has.Lines)), 0
			if test.others {
				want, posts = whole(has), 1
			}
			if want[0] = untouched; test.first {
				want[0] = fmt.Sprintf("35: %s %s x1", quantity, day)
			}
			require.Equal(t, want, w.linesOf(r))
			require.Equal(t, posts, w.posts("PPS001MI"), "all lines go out in one request")
			if test.reason != "" {
				requireStop(t, stop{test.reason, trade.ClassData, trade.StateParked, "order " + r.Number, "line 10"}, said)
			} else {
				require.Equal(t, trade.StateAccepted, said.State, said.Reason.String())
			}
			require.NoError(t, w.Ledger.VerifyChain(t.Context(), said.ID))
			differs := test.quantity != "" || test.day != "" && !strings.Contains(test.settings, "days: 1000")
			require.Equal(t, differs, w.state(r).Warning != "", "the order shows what differs, also where M3 follows: %s", w.state(r).Warning)
		})
	}
}

// TestAnEqualConfirmationIsSkipped confirms an order twice, and polls behind it: M3 changed, and what the
// supplier sees did not.
func TestAnEqualConfirmationIsSkipped(t *testing.T) {
	w := newWorld(t, 1)
	w.confirms(`differs: park, write: agreed`)
	r := w.sentLines()
	has := w.supplierHas()
	for i := range 2 {
		said := w.match(w.dated(r, 700001+i, deliveryOf(has), has.Lines[0].Quantity.String()))
		require.Equal(t, trade.StateAccepted, said.State, said.Reason.String())
		require.Equal(t, 1, w.posts("PPS001MI"))
		require.Equal(t, whole(has), w.linesOf(r))
	}
	for _, reader := range []string{"exportmi", "search"} {
		w.publishWith("infor.yaml", "reader: exportmi", "reader: "+reader)
		polled := w.poll(reader)
		require.Zero(t, polled.Registered, "a confirmation is no revision")
		require.Positive(t, polled.Unchanged)
	}
	found, err := w.Ledger.Find(t.Context(), r.Number)
	require.NoError(t, err)
	require.Len(t, found, 1)
}

// TestALineWithAnotherConfirmation confirms a line for one day and then for another.
func TestALineWithAnotherConfirmation(t *testing.T) {
	t.Run("parks", func(t *testing.T) {
		w := newWorld(t, 1)
		w.confirms(`differs: park, write: all`)
		r := w.sentLines()
		require.Equal(t, trade.StateAccepted, w.match(w.dated(r, 700001, "20270101", "1")).State)
		before := w.linesOf(r)
		said := w.match(w.dated(r, 700002, "20270202", "1"))
		requireStop(t, stop{trade.ReasonConfirmationDiffers, trade.ClassData, trade.StateParked, "order " + r.Number,
			"line 10 is at status 35 with 1 " + w.unit(r) + " for 2027-01-01, and the supplier confirms 1 " + w.unit(r) + " for 2027-02-02"}, said)
		require.Equal(t, before, w.linesOf(r))
		require.Zero(t, w.posts("PPS330MI"))

		w.confirms(`differs: park, write: all, confirmed: replace`)
		require.Equal(t, trade.StateParked, w.match(said).State, "only a person's word takes it up again")
		require.Equal(t, before, w.linesOf(r))
		said = w.resting(said, asked(said), func() {})
		require.Equal(t, trade.StateAccepted, said.State, said.Reason.String())
		require.Equal(t, append([]string{"35: 1 20270202 x2"}, before[1:]...), w.linesOf(r))
	})
	for _, fault := range []faults.Rule{{}, {Operation: "PPS330MI/DelPOTrans", Fault: "504-after"}, {Operation: "PPS330MI/DelPOTrans", Fault: "504-before"},
		{Operation: "PPS330MI/DelPOTrans", Fault: "cut-after"}, {Operation: "PPS001MI/ConfirmLine", Fault: "504-after"}} {
		t.Run("is replaced "+fault.Operation+" "+fault.Fault, func(t *testing.T) {
			w := newWorld(t, 1)
			w.confirms(`differs: park, write: all, confirmed: replace`)
			r := w.sentLines()
			require.Equal(t, trade.StateAccepted, w.match(w.dated(r, 700001, "20270101", "1")).State)
			if fault.Fault != "" {
				fault.System, fault.Times = "infor", 1
				w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{fault}})
			}
			said := w.match(w.dated(r, 700002, "20270202", "1"))
			require.Equal(t, trade.StateAccepted, said.State, said.Reason.String())
			want := whole(w.supplierHas())
			want[0] = "35: 1 20270202 x2"
			require.Equal(t, want, w.linesOf(r))
		})
	}
	t.Run("that came later is not replaced", func(t *testing.T) {
		w := newWorld(t, 1)
		w.confirms(`differs: park, write: all, confirmed: replace`)
		r := w.sentLines()
		first, second := w.dated(r, 700001, "20270101", "1"), w.dated(r, 700002, "20270202", "1")
		w.Armed = false
		require.Equal(t, trade.ReasonNotArmed, w.match(first).Reason.Code)
		w.Armed = true
		require.Equal(t, trade.StateAccepted, w.match(second).State)
		before := w.linesOf(r)
		require.Equal(t, trade.ReasonConfirmationDiffers, w.match(first).Reason.Code)
		require.Equal(t, before, w.linesOf(r))
	})
}

// unit is that of the order's first line.
func (w *world) unit(r ledger.Record) (unit string) {
	w.edit(r.Number, func(o *business.Order) { unit = o.Lines[0]["PUUN"] })
	return unit
}

// TestEachFaultOnTheWayConfirmsEachLineOnce lets one thing go wrong, and counts confirmations in M3.
func TestEachFaultOnTheWayConfirmsEachLineOnce(t *testing.T) {
	for _, operation := range []string{"PPS001MI/ConfirmLine", "PPS200MI/GetHead"} {
		for _, fault := range []string{"504-before", "504-after", "cut-before", "cut-after", "500-after", "429", "401", "locked"} {
			t.Run(operation+" "+fault, func(t *testing.T) {
				w := newWorld(t, 1)
				w.confirms(`differs: park, write: agreed`)
				r := w.sentLines()
				has := w.supplierHas()
				received := w.dated(r, 700001, deliveryOf(has), has.Lines[0].Quantity.String())
				w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "infor", Operation: operation, Fault: fault, Times: 1}}})
				said := w.match(received)
				require.Equal(t, trade.StateAccepted, said.State, said.Reason.String())
				require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[0].Fired)
				require.Equal(t, whole(has), w.linesOf(r))
				require.Contains(t, w.eventsOf(said), "lines confirmed")
				require.NoError(t, w.Ledger.VerifyChain(t.Context(), said.ID))
			})
		}
	}
}

// eventsOf are the kinds of a record's events.
func (w *world) eventsOf(r ledger.Record) (out []string) {
	w.t.Helper()
	events, err := w.Ledger.Events(w.t.Context(), r.ID)
	require.NoError(w.t, err)
	for _, e := range events {
		out = append(out, e.Kind)
	}
	return out
}

// TestALostAnswerIsLookedUp makes attempts that nobody hears of. What M3 has is not written again, and
// what it does not have only once M3 cannot be at it any more.
func TestALostAnswerIsLookedUp(t *testing.T) {
	for fault, after := range map[string]bool{"504-after": true, "504-before": false} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t, 1)
			w.publishWith("partners/base.yaml", `write: "off"`, "write: agreed")
			r := w.sentLines()
			has := w.supplierHas()
			received := w.dated(r, 700001, deliveryOf(has), has.Lines[0].Quantity.String())
			w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "infor", Operation: "PPS001MI/ConfirmLine", Fault: fault, Times: 1}}})
			attempt := func() error { return step(w, w.ConfirmOrder, activities.MatchParams{Record: received.ID}) }
			require.Error(t, attempt())
			require.Equal(t, trade.StateUnknown, w.state(received).State)
			if after {
				require.NoError(t, attempt())
				require.Equal(t, 1, w.posts("PPS001MI"))
			} else {
				require.ErrorContains(t, attempt(), "shows soon")
				require.Equal(t, 1, w.posts("PPS001MI"))
				w.Ledger.Now = func() time.Time { return time.Now().Add(time.Minute) }
				require.NoError(t, attempt())
				require.Equal(t, 2, w.posts("PPS001MI"))
			}
			require.Equal(t, trade.StateAccepted, w.state(received).State)
			require.Equal(t, whole(has), w.linesOf(r))
			want := []string{"confirm lines", "outcome unknown", "lines confirmed", "matched"}
			if !after {
				want = slices.Insert(want, 2, "confirm lines")
			}
			events := w.eventsOf(received)
			require.Equal(t, want, events[len(events)-len(want):])
			require.NoError(t, attempt(), "what is done stays done")
			require.Equal(t, whole(has), w.linesOf(r))
		})
	}
}

// TestWhatM3RefusesParks confirms an order that is received meanwhile, and one whose program may not run.
func TestWhatM3RefusesParks(t *testing.T) {
	t.Run("a line that is received", func(t *testing.T) {
		w := newWorld(t, 1)
		w.confirms(`differs: park, write: agreed`)
		r := w.sentLines()
		has := w.supplierHas()
		w.edit(r.Number, func(o *business.Order) { o.Lines[0]["PUSL"], o.Lines[0]["PUST"] = "50", "50" })
		said := w.match(w.dated(r, 700001, deliveryOf(has), has.Lines[0].Quantity.String()))
		requireStop(t, stop{trade.ReasonConfirmationRefused, trade.ClassData, trade.StateParked, "order " + r.Number,
			"line 10: Order status is 50 or higher, entry not permitted (PP30003"}, said)
		want := whole(has)
		want[0] = "50:   x"
		require.Equal(t, want, w.linesOf(r), "each line is confirmed or refused alone")
	})
	t.Run("a program that may not run", func(t *testing.T) {
		w := newWorld(t, 1)
		w.confirms(`differs: park, write: agreed`)
		r := w.sentLines()
		has := w.supplierHas()
		received := w.dated(r, 700001, deliveryOf(has), has.Lines[0].Quantity.String())
		w.sandbox.M3.Deny("PPS001MI")
		requireStop(t, stop{trade.ReasonConfirmationRefused, trade.ClassConfiguration, trade.StateParked, "PPS001MI", "M3 does not run it for us"}, w.match(received))
		require.Equal(t, slices.Repeat([]string{untouched}, len(has.Lines)), w.linesOf(r))
	})
}

// TestALineThatChangedInM3IsLeft changes an order in M3 behind its back: the supplier will be told, and
// confirms that.
func TestALineThatChangedInM3IsLeft(t *testing.T) {
	w := newWorld(t, 1)
	w.confirms(`differs: park, write: all`)
	r := w.sentLines()
	has := w.supplierHas()
	w.edit(r.Number, func(o *business.Order) { o.Lines[0]["ORQA"] = "4711" })
	said := w.match(w.dated(r, 700001, deliveryOf(has), has.Lines[0].Quantity.String()))
	require.Equal(t, trade.StateAccepted, said.State, said.Reason.String())
	want := whole(has)
	want[0] = untouched
	require.Equal(t, want, w.linesOf(r))
	require.Contains(t, w.eventsOf(said), "lines left")
}

// TestAConfirmationWaitsForTheSwitchAndTheLane holds what may not be written, until it may be.
func TestAConfirmationWaitsForTheSwitchAndTheLane(t *testing.T) {
	for name, test := range map[string]struct {
		reason    string
		stop, end func(w *world)
	}{
		"not armed": {trade.ReasonNotArmed, func(w *world) { w.Armed = false }, func(w *world) { w.Armed = true }},
		"refused credentials": {trade.ReasonLaneStopped, func(w *world) {
			w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "infor", Operation: "PPS001MI/ConfirmLine", Fault: "401", Times: 2}}})
		}, func(w *world) { w.Ledger.Now = func() time.Time { return time.Now().Add(10 * time.Minute) } }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.confirms(`differs: park, write: agreed`)
			r := w.sentLines()
			has := w.supplierHas()
			received := w.dated(r, 700001, deliveryOf(has), has.Lines[0].Quantity.String())
			test.stop(w)
			var during ledger.Record
			said := w.resting(received, nil, func() {
				during = w.state(received)
				require.Equal(t, slices.Repeat([]string{untouched}, len(has.Lines)), w.linesOf(r))
				test.end(w)
			})
			require.Equal(t, trade.StateHeld, during.State)
			requireReason(t, stop{test.reason, trade.ClassTiming, trade.StateHeld, "", ""}, during.Reason)
			require.Equal(t, trade.StateAccepted, said.State, said.Reason.String())
			require.Equal(t, whole(has), w.linesOf(r))
			require.Len(t, w.saidOf(r), 1, "the order is answered once")
		})
	}
}
