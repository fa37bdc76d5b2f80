package workflows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/activities"
	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// asked counts the calls that ask for agreements.
func (w *world) asked() int { return w.sandbox.Calls()["ion PPS100MI/bulk"] }

// refer makes an order name an agreement, and touches it.
func refer(o *business.Order, agreement string) {
	o.Head["OURT"], o.Head["OURR"], o.Head["LMDT"] = "1", agreement, business.Now().Format("20060102")
}

// heldAgreements gives the agreements with a contract number of M3's, by supplier of company 100.
func heldAgreements() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, a := range business.Agreements() {
		if a["CONO"] == "100" && a["VAGN"] != "" {
			out[a["SUNO"]] = a
		}
	}
	return out
}

// latest gives the newest revision of an order of company 100; none where it has no record.
func (w *world) latest(number string) (newest ledger.Record) {
	w.t.Helper()
	records, err := w.Ledger.Records(w.t.Context(), ledger.Filter{Flow: trade.OrdersOut, Company: companies[0].String()})
	require.NoError(w.t, err)
	for _, r := range records {
		if r.Number == number && r.Revision > newest.Revision {
			newest = r
		}
	}
	return newest
}

// contract gives what the latest revision of an order of company 100 says.
func (w *world) contract(number string) (contract string, revisions int64) {
	w.t.Helper()
	r := w.latest(number)
	if r.ID == "" {
		return "", 0
	}
	canonical, err := w.Archive.Get(w.t.Context(), r.Source)
	require.NoError(w.t, err)
	var o trade.PurchaseOrder
	require.NoError(w.t, json.Unmarshal(canonical, &o))
	return o.Contract, r.Revision
}

// referring makes one order of company 100 that names an agreement, and gives its number with
// M3's and the supplier's number of the agreement.
func (w *world) referring() (number, agreement, contract string) {
	w.t.Helper()
	held := heldAgreements()
	require.NoError(w.t, w.sandbox.Change(func(orders *[]*business.Order) {
		for _, o := range *orders {
			if a, ok := held[o.Head["SUNO"]]; ok && o.Kind == business.Normal && number == "" {
				number, agreement, contract = o.Head["PUNO"], a["AGNB"], a["VAGN"]
				refer(o, agreement)
			}
		}
	}))
	require.NotEmpty(w.t, number)
	return number, agreement, contract
}

// TestOrdersCarryTheSuppliersContract compares each 850 with what the sandbox holds.
func TestOrdersCarryTheSuppliersContract(t *testing.T) {
	w := newWorld(t, 40)
	w.poll("first")
	known := map[string]string{}
	for _, a := range business.Agreements() {
		if known[a["CONO"]+a["SUNO"]+a["AGNB"]] = a["VAGN"]; a["VAGN"] == "" {
			known[a["CONO"]+a["SUNO"]+a["AGNB"]] = a["AGNB"]
		}
	}
	kinds := map[string]int{}
	contract := func(o *business.Order, fields map[string]string) string {
		if fields["OURT"] != "1" {
			return ""
		}
		if held, ok := known[o.Head["CONO"]+o.Head["SUNO"]+fields["OURR"]]; ok {
			kinds[map[bool]string{true: "M3's number", false: "the supplier's number"}[held == fields["OURR"]]]++
			return held
		}
		kinds["not held"]++
		return fields["OURR"]
	}
	want := map[string]string{}
	w.sandbox.M3.Orders(func(orders *[]*business.Order) {
		for _, o := range *orders {
			if o.Kind == business.Normal {
				head := contract(o, o.Head)
				want[o.Head["PUNO"]] = head
				for _, l := range o.Lines {
					if c := contract(o, l); c != "" && c != head {
						want[o.Head["PUNO"]] += fmt.Sprintf(" %s:%s", l["PNLI"], c)
						kinds["of a line"]++
					}
				}
			}
		}
	})
	require.Equal(t, []int{8, 2, 2, 4}, []int{kinds["the supplier's number"], kinds["M3's number"], kinds["not held"], kinds["of a line"]}, "%v", kinds)
	got := map[string]string{}
	for _, r := range w.discovered() {
		if _, sendable := want[r.Number]; !sendable {
			continue
		}
		require.NoError(t, w.send(r, nil).GetWorkflowError())
	}
	for _, o := range w.delivered() {
		got[o.Number] = o.Contract
		for _, l := range o.Lines {
			for _, ref := range l.References {
				if ref.Qualifier == "CT" {
					got[o.Number] += fmt.Sprintf(" %s:%s", l.ID, ref.Value)
				}
			}
		}
	}
	require.Equal(t, want, got)
}

func TestAgreementsCostOneCallForAHundredAndNoneWhileTheyAreKnown(t *testing.T) {
	w := newWorld(t, 110)
	held := heldAgreements()
	require.NoError(t, w.sandbox.Change(func(orders *[]*business.Order) {
		for i, o := range *orders {
			if a, ok := held[o.Head["SUNO"]]; ok && o.Kind == business.Normal {
				refer(o, a["AGNB"])
				for n, l := range o.Lines { // more agreements than one call asks for, most of which M3 lacks
					l["OURT"], l["OURR"] = "1", fmt.Sprintf("9%03d%03d", i, n)
				}
			}
		}
	}))
	result, err := w.pollOne(companies[0], "first")
	require.NoError(t, err)
	require.Empty(t, result.Warning)
	agreements := map[string]bool{}
	w.sandbox.M3.Orders(func(orders *[]*business.Order) {
		for _, o := range *orders {
			for _, fields := range append([]map[string]string{o.Head}, o.Lines...) {
				if o.Head["CONO"] == "100" && fields["OURT"] == "1" && fields["PUSL"] != "99" {
					agreements[o.Head["SUNO"]+fields["OURR"]] = true
				}
			}
		}
	})
	require.Greater(t, len(agreements), 200)
	require.LessOrEqual(t, w.asked(), (len(agreements)+99)/100+1, "of a hundred orders each, which is one part more than their sum")
	require.Greater(t, w.asked(), 1)

	calls := w.asked()
	result, err = w.pollOne(companies[0], "second")
	require.NoError(t, err)
	require.Zero(t, result.Registered)
	require.Positive(t, result.Unchanged)
	require.Equal(t, calls, w.asked(), "what is known is not asked for")

	w.Activities = &activities.Activities{Ledger: w.Ledger, Archive: w.Archive, Systems: w.Systems, Temporal: w.Temporal}
	_, err = w.pollOne(companies[0], "of another worker")
	require.NoError(t, err)
	require.Equal(t, calls, w.asked(), "and all workers know the same")

	w.Ledger.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	result, err = w.pollOne(companies[0], "third")
	require.NoError(t, err)
	require.Zero(t, result.Registered)
	require.Greater(t, w.asked(), calls, "and after its time it is")
}

// TestAPassingFailureChangesNoContract has M3 refuse for a while, before and after the order is known.
func TestAPassingFailureChangesNoContract(t *testing.T) {
	for _, fault := range []string{"terminated", "504-after"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t, 1)
			number, _, contract := w.referring()
			fail := func() {
				w.sandbox.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "infor", Operation: "PPS100MI/bulk", Fault: fault}}})
				_, err := w.pollOne(companies[0], "while it fails")
				require.Error(t, err)
				w.sandbox.Faults.Replace(faults.Set{})
			}
			fail()
			_, revisions := w.contract(number)
			require.Zero(t, revisions, "no order goes out with another contract than it has")
			w.poll("later")
			w.Ledger.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
			fail()
			w.poll("at last")
			got, revisions := w.contract(number)
			require.Equal(t, contract, got)
			require.EqualValues(t, 1, revisions)
		})
	}
}

// TestWithoutTheProgramOrdersGoOutAndStayAsTheyAre denies the program, and grants it later.
func TestWithoutTheProgramOrdersGoOutAndStayAsTheyAre(t *testing.T) {
	for name, denied := range map[string]string{"not exposed": "PPS100MI", "said with each agreement": "PPS100MI/GetAgrHead"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			number, agreement, contract := w.referring()
			w.sandbox.M3.Deny(denied)
			for _, run := range []string{"first", "second"} {
				result, err := w.pollOne(companies[0], run)
				require.NoError(t, err)
				require.Contains(t, result.Warning, "PPS100MI could not be asked")
			}
			require.Equal(t, 1, w.asked(), "who was refused does not go on asking")

			w.sandbox.M3.Deny()
			result, err := w.pollOne(companies[0], "granted")
			require.NoError(t, err)
			require.Zero(t, result.Registered)
			got, revisions := w.contract(number)
			require.Equal(t, agreement, got)
			require.EqualValues(t, 1, revisions, "the contract of an order does not change by what we may read")

			w.publish("infor.yaml", "\n# agreements are granted\n")
			result, err = w.pollOne(companies[0], "published")
			require.NoError(t, err)
			require.Empty(t, result.Warning)
			got, revisions = w.contract(number)
			require.Equal(t, contract, got)
			require.EqualValues(t, 2, revisions)
		})
	}
}

// TestAProgramThatAnsweredIsNotDoneWithout has the program go away behind orders that it served.
func TestAProgramThatAnsweredIsNotDoneWithout(t *testing.T) {
	w := newWorld(t, 1)
	number, _, contract := w.referring()
	w.poll("first")
	w.Ledger.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	w.sandbox.M3.Deny("PPS100MI")
	_, err := w.pollOne(companies[0], "revoked")
	require.ErrorContains(t, err, "PPS100MI")
	got, revisions := w.contract(number)
	require.Equal(t, contract, got)
	require.EqualValues(t, 1, revisions)

	w.publishWith("infor.yaml", "agreements: PPS100MI", `agreements: ""`)
	w.poll("done without, because a person says so")
	got, revisions = w.contract(number)
	require.NotEqual(t, contract, got)
	require.EqualValues(t, 2, revisions)
}

// TestAnAgreementThatMayNotBeSeenConcernsItsOrderAlone denies one among others.
func TestAnAgreementThatMayNotBeSeenConcernsItsOrderAlone(t *testing.T) {
	w := newWorld(t, 40)
	number, agreement, _ := w.referring()
	w.sandbox.M3.Deny("PPS100MI/" + agreement)
	result, err := w.pollOne(companies[0], "first")
	require.NoError(t, err)
	require.Empty(t, result.Warning)
	r := w.latest(number)
	env := w.send(r, func(env *testsuite.TestWorkflowEnvironment) {
		require.Equal(t, trade.ReasonOrderUnreadable, w.state(r).Reason.Code)
		require.Contains(t, w.state(r).Reason.Message, "Not authorized")
		w.sandbox.M3.Deny()
		w.poll("granted")
		require.EqualValues(t, 2, w.latest(number).Revision, "which takes the place of the one that waits")
		env.SignalWorkflow(activities.SignalSuperseded, nil)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, trade.StateSuperseded, w.state(r).State)
}

// TestAnotherAgreementGoesOutAs860 changes the agreement behind an order that was sent.
func TestAnotherAgreementGoesOutAs860(t *testing.T) {
	w := newWorld(t, 1)
	number, _, before := w.referring()
	w.poll("first")
	sent := w.latest(number)
	require.NoError(t, w.send(sent, nil).GetWorkflowError())
	require.Equal(t, before, w.delivered()[number].Contract)

	var agreement, contract string
	require.NoError(t, w.sandbox.Change(func(orders *[]*business.Order) {
		for _, o := range *orders {
			for _, a := range business.Agreements() {
				if o.Head["PUNO"] == number && a["CONO"] == "100" && a["SUNO"] == o.Head["SUNO"] && a["VAGN"] != "" && a["VAGN"] != before {
					agreement, contract = a["AGNB"], a["VAGN"]
				}
			}
			if o.Head["PUNO"] == number {
				refer(o, agreement)
			}
		}
	}))
	w.poll("second")
	changed := w.latest(number)
	require.EqualValues(t, 2, changed.Revision)
	require.NoError(t, w.send(changed, nil).GetWorkflowError())
	content, err := w.Archive.Get(t.Context(), w.state(changed).Document.SHA256)
	require.NoError(t, err)
	trees, err := edi.ReadAll(bytes.NewReader(content))
	require.NoError(t, err)
	change, err := doc.UnmarshalOrderChange(trees[0].Groups[0].Sets[0].Segments)
	require.NoError(t, err)
	require.Equal(t, []string{"04", contract}, []string{change.Purpose, change.Contract})
	require.Empty(t, change.Lines)
}
