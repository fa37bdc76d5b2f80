package workflows

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
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

const selfBiller = "partners/100-0010320.yaml"

// selfBilled is a world in which M3 holds so many invoices that were written in a supplier's place.
func selfBilled(t *testing.T, n int) *world {
	t.Helper()
	w := newWorld(t, 1)
	_, err := w.sandbox.AddSelfBilled(n)
	require.NoError(t, err)
	return w
}

// pollInvoices reads the invoices of the first company as a schedule would.
func (w *world) pollInvoices(run string) (result trade.PollResult) {
	w.t.Helper()
	env := w.suite.NewTestActivityEnvironment()
	env.RegisterActivity(w.Activities)
	in := trade.PollInput{Flow: trade.InvoicesOut, Company: companies[0]}
	value, err := env.ExecuteActivity(w.OpenWindow, activities.OpenWindowParams{Input: in, Poll: PollID(in), Nominal: time.Now(), Run: run})
	require.NoError(w.t, err)
	var window trade.Window
	require.NoError(w.t, value.Get(&window))
	value, err = env.ExecuteActivity(w.ReadInvoices, activities.ReadParams{Input: in, Window: window})
	require.NoError(w.t, err)
	require.NoError(w.t, value.Get(&result))
	return result
}

// sendInvoice runs the workflow of an invoice; during is called a virtual minute later.
func (w *world) sendInvoice(r ledger.Record, during func(env *testsuite.TestWorkflowEnvironment)) trade.State {
	w.t.Helper()
	env := w.suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	Register(env)
	env.RegisterActivity(w.Activities)
	if during != nil {
		env.RegisterDelayedCallback(func() { during(env) }, time.Minute)
	}
	w.running = env
	env.ExecuteWorkflow(TypeSendInvoice, trade.SendOrderInput{Record: r.ID, Number: r.Number, Partner: r.Partner})
	require.NoError(w.t, env.GetWorkflowError())
	return w.state(r).State
}

// invoices are the records of invoices-out in a state.
func (w *world) invoices(state trade.State) []ledger.Record {
	w.t.Helper()
	records, err := w.Ledger.Records(w.t.Context(), ledger.Filter{Flow: trade.InvoicesOut, State: state})
	require.NoError(w.t, err)
	return records
}

// sent reads back the 810s that lie at Cleo, by number; a number twice fails.
func (w *world) sentInvoices() map[string]doc.Invoice {
	w.t.Helper()
	out := map[string]doc.Invoice{}
	for _, set := range w.landed() {
		if set.ID != "810" {
			continue
		}
		invoice, err := doc.UnmarshalInvoice(set.Segments)
		require.NoError(w.t, err)
		require.NotContains(w.t, out, invoice.Number, "invoice sent twice")
		out[invoice.Number] = invoice
	}
	return out
}

// sumOf adds up what an 810 says by its parts, each line rounded to cents.
func sumOf(i doc.Invoice) decimal.Decimal {
	sum := decimal.Zero
	for _, line := range i.Lines {
		sum = sum.Add(line.Quantity.Mul(line.Price).Round(2))
	}
	for _, charge := range i.Charges {
		sign := decimal.NewFromInt(1)
		if charge.Indicator == "A" {
			sign = sign.Neg()
		}
		sum = sum.Add(charge.Amount.Mul(sign))
	}
	for _, tax := range i.Taxes {
		sum = sum.Add(*tax.Amount)
	}
	return sum
}

// TestSelfBilledInvoicesGoOutToTheCent sends every kind of self-billed invoice and compares what lies at Cleo
// with what M3 holds; a second poll sends nothing.
func TestSelfBilledInvoicesGoOutToTheCent(t *testing.T) {
	for _, payable := range []bool{false, true} {
		t.Run(fmt.Sprintf("payable lines %t", payable), func(t *testing.T) {
			w := selfBilled(t, 14)
			profile := w.sandbox.M3.Profile()
			profile.PayableLines = payable
			require.NoError(t, w.sandbox.M3.SetProfile(profile))
			result := w.pollInvoices("first")
			require.Empty(t, result.Stopped)
			require.Equal(t, trade.PollResult{Window: result.Window, Found: 14, Registered: 10, NotEligible: map[string]int{trade.NotEligibleNotSelected: 4}}, result)
			for _, r := range w.invoices(trade.StateDiscovered) {
				require.Equal(t, trade.StateSent, w.sendInvoice(r, nil), r.Number)
			}
			sent, kinds := w.sentInvoices(), map[string]int{}
			for _, made := range w.sandbox.SelfBilled() {
				invoice, went := sent[made.Number]
				require.Equal(t, made.Expect == "sent", went, made)
				if !went {
					continue
				}
				kinds[made.Kind]++
				require.Equal(t, made.Total, invoice.Totals.Amount.StringFixed(2), made)
				require.Equal(t, made.Total, sumOf(invoice).StringFixed(2), made)
				require.Equal(t, made.Kind == business.Charged, len(invoice.Taxes) == 1 && len(invoice.Charges) == 1, made)
				require.Equal(t, made.Kind == business.Discounted, invoice.Terms[0].DiscountPercent != nil, made)
				require.Equal(t, map[bool]string{true: "CR", false: "DI"}[made.Kind == business.Credit], invoice.Type)
				require.Contains(t, invoice.References, doc.Reference{Qualifier: "IA", Value: made.Supplier})
			}
			require.Equal(t, map[string]int{business.Right: 2, business.Charged: 2, business.OddPrices: 2, business.Discounted: 2, business.Credit: 2}, kinds)
			require.Zero(t, w.pollInvoices("second").Registered)
			require.Empty(t, w.invoices(trade.StateDiscovered))
		})
	}
}

// TestNoInvoiceGoesToWhoDidNotOptIn reads without a partner that opted in: M3 is not even asked.
func TestNoInvoiceGoesToWhoDidNotOptIn(t *testing.T) {
	w := selfBilled(t, 7)
	w.publishWith(selfBiller, "send: true", "send: false")
	result := w.pollInvoices("first")
	require.Zero(t, result.Found)
	require.Zero(t, w.sandbox.Calls()["ion EXPORTMI/Select"])
	require.Empty(t, w.invoices(""))
}

// TestAnInvoiceApprovedLaterGoesOutThen approves one, and lets another go.
func TestAnInvoiceApprovedLaterGoesOutThen(t *testing.T) {
	w := selfBilled(t, 7)
	require.Equal(t, 2, w.pollInvoices("first").NotEligible[trade.NotEligibleNotSelected])
	require.NoError(t, w.sandbox.M3.ChangeInvoice(business.SelfBilledCono, business.SelfBiller, "SB-000006", map[string]string{"APRV": "1"}))
	result := w.pollInvoices("second")
	require.Equal(t, []int{1, 1}, []int{result.Registered, result.NotEligible[trade.NotEligibleNotSelected]})
}

// TestAnOptOutBetweenPollAndSendingParks takes the partner's consent back behind the poll.
func TestAnOptOutBetweenPollAndSendingParks(t *testing.T) {
	w := selfBilled(t, 1)
	w.pollInvoices("first")
	w.publishWith(selfBiller, "send: true", "send: false")
	r := w.invoices(trade.StateDiscovered)[0]
	var during ledger.Record
	state := w.sendInvoice(r, func(env *testsuite.TestWorkflowEnvironment) {
		during = w.state(r)
		w.publish("", "")
		env.SignalWorkflow(SignalReplay, trade.ReplayRequest{By: "kim"})
	})
	requireStop(t, stop{trade.ReasonNotOptedIn, trade.ClassConfiguration, trade.StateParked, "supplier 0010320", "no partner of company 100 gets invoices of supplier 0010320"}, during)
	require.Equal(t, trade.StateSent, state, "once the partner's file is back")
	require.Len(t, w.sentInvoices(), 1)
}

// TestAnInvoiceThatChangedAfterItWasSentParks changes what the partner has already: nothing is sent under
// the same number before a person says so. One that had not left is replaced.
func TestAnInvoiceThatChangedAfterItWasSentParks(t *testing.T) {
	for _, sent := range []bool{true, false} {
		t.Run(fmt.Sprintf("sent %t", sent), func(t *testing.T) {
			w := selfBilled(t, 1)
			w.pollInvoices("first")
			first := w.invoices(trade.StateDiscovered)[0]
			if sent {
				require.Equal(t, trade.StateSent, w.sendInvoice(first, nil))
			}
			require.NoError(t, w.sandbox.M3.ChangeInvoice(business.SelfBilledCono, business.SelfBiller, "SB-000001", map[string]string{"DUDT": "20271231"}))
			require.Equal(t, 1, w.pollInvoices("second").Registered)
			second := w.invoices(trade.StateDiscovered)[0]
			require.Equal(t, strings.TrimSuffix(first.ID, "/1")+"/2", second.ID)
			if !sent {
				require.Equal(t, trade.StateSuperseded, w.state(first).State)
				require.Equal(t, trade.StateSent, w.sendInvoice(second, nil))
				require.Len(t, w.sentInvoices(), 1)
				return
			}
			var during ledger.Record
			state := w.sendInvoice(second, func(env *testsuite.TestWorkflowEnvironment) {
				during = w.state(second)
				env.UpdateWorkflow(UpdateResolve, "u", &testsuite.TestUpdateCallback{OnReject: func(err error) { require.NoError(t, err) }, OnAccept: func() {}, OnComplete: func(any, error) {}},
					trade.ResolveRequest{By: "kim", Note: "told by phone"})
			})
			requireStop(t, stop{trade.ReasonInvoiceChanged, trade.ClassData, trade.StateParked, "record " + first.ID, "invoice SB-000001 changed in M3 after it went out"}, during)
			require.Equal(t, trade.StateResolved, state)
			require.Len(t, w.sentInvoices(), 1)
		})
	}
}

// TestWhatHappensBehindThePostingIsNoOtherInvoice has somebody else approve an invoice, and pay it.
func TestWhatHappensBehindThePostingIsNoOtherInvoice(t *testing.T) {
	w := selfBilled(t, 1)
	w.pollInvoices("first")
	require.NoError(t, w.sandbox.M3.ChangeInvoice(business.SelfBilledCono, business.SelfBiller, "SB-000001", map[string]string{"APCD": "SOMEBODY", "PYST": "9"}))
	result := w.pollInvoices("second")
	require.Equal(t, []int{0, 1}, []int{result.Registered, result.Unchanged})
}

// TestAnInvoiceThatThePartnerSentNeverGoesBack has the ledger hold the key of an invoice that came by EDI.
func TestAnInvoiceThatThePartnerSentNeverGoesBack(t *testing.T) {
	for _, purpose := range []string{"self-billing", "intercompany", "copy"} {
		t.Run(purpose, func(t *testing.T) {
			w := selfBilled(t, 1)
			w.publishWith(selfBiller, "purpose: self-billing", "purpose: "+purpose)
			year := strings.TrimSpace(w.sandbox.M3.Vouchers()[0]["INYR"].(string))
			_, claimed, err := w.Ledger.ClaimKey(t.Context(), ledger.Claim{Key: "100/0010320/0010320/SB000001/" + year + "/invoice", Record: w.one(business.Normal).ID})
			require.NoError(t, err)
			require.True(t, claimed)
			result := w.pollInvoices("first")
			if purpose == "copy" {
				require.Equal(t, 1, result.Registered)
				return
			}
			require.Zero(t, result.Registered)
			require.Equal(t, map[string]int{trade.NotEligibleCameByEDI: 1}, result.NotEligible)
		})
	}
}

// TestUploadFaultsNeverLoseOrDoubleAnInvoice meets Cleo's faults on the way out.
func TestUploadFaultsNeverLoseOrDoubleAnInvoice(t *testing.T) {
	for _, fault := range []string{"500-after", "504-after", "cut-after", "503", "429", "rename"} {
		t.Run(fault, func(t *testing.T) {
			w := selfBilled(t, 1)
			w.pollInvoices("first")
			w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: fault, Times: 1}}})
			require.Equal(t, trade.StateSent, w.sendInvoice(w.invoices(trade.StateDiscovered)[0], nil))
			require.Len(t, w.sentInvoices(), 1)
			require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[0].Fired)
		})
	}
}

// TestPartnersAnswerInvoices has a partner acknowledge an invoice by a 997, and speak of it by 824s that name
// it by its number or by its control numbers only.
func TestPartnersAnswerInvoices(t *testing.T) {
	s := edi.NewSegment
	for name, test := range map[string]struct {
		functional, set string
		segments        func(r ledger.Record) []edi.SegmentData
		state           trade.State
		level           trade.Level
	}{
		"997 accepts": {"FA", "997", func(r ledger.Record) []edi.SegmentData {
			return []edi.SegmentData{s("AK1", "IN", r.Group), s("AK2", "810", r.SetControl), s("AK5", "A"), s("AK9", "A", "1", "1", "1")}
		}, trade.StateAcknowledged, trade.LevelFunctional},
		"997 rejects": {"FA", "997", func(r ledger.Record) []edi.SegmentData {
			return []edi.SegmentData{s("AK1", "IN", r.Group), s("AK2", "810", r.SetControl), s("AK3", "BIG", "2", "", "8"), s("AK4", "2", "76", "7"), s("AK5", "R", "5"), s("AK9", "R", "1", "1", "0")}
		}, trade.StateRejected, trade.LevelFunctional},
		"824 by number": {"AG", "824", func(r ledger.Record) []edi.SegmentData {
			return []edi.SegmentData{s("BGN", "00", "ADV1", "20260301"), s("OTI", "TR", "IV", r.Number, "", "", "", "", "", "", "810"), s("TED", "024", "not in our books")}
		}, trade.StateRejected, trade.LevelApplication},
		"824 by control numbers": {"AG", "824", func(r ledger.Record) []edi.SegmentData {
			return []edi.SegmentData{s("BGN", "00", "ADV1", "20260301"), s("OTI", "TR", "TN", "X", "", "", "", "", r.Group, r.SetControl, "810"), s("TED", "024", "not in our books")}
		}, trade.StateRejected, trade.LevelApplication},
	} {
		t.Run(name, func(t *testing.T) {
			w := selfBilled(t, 1)
			w.pollInvoices("first")
			r := w.invoices(trade.StateDiscovered)[0]
			require.Equal(t, trade.StateSent, w.sendInvoice(r, nil))
			r = w.state(r)
			said := w.match(w.fromPartner(r, test.functional, test.set, 700001, test.segments(r)...))
			require.Equal(t, trade.StateAccepted, said.State, said.Reason.String())
			require.Equal(t, test.state, w.state(r).State)
			require.Equal(t, test.level, w.saidOf(r)[0].Level)
			if test.set == "997" && test.state == trade.StateRejected {
				require.Contains(t, w.state(r).Reason.Message, r.Number, "what was sent at the place that is complained of")
			}
		})
	}
}

// TestATenantWithOtherColumnsIsToldWhichToCorrect gives the ledger another prefix.
func TestATenantWithOtherColumnsIsToldWhichToCorrect(t *testing.T) {
	w := selfBilled(t, 1)
	w.publishWith("infor.yaml", "prefix: EP", "prefix: EQ")
	result := w.pollInvoices("first")
	require.Equal(t, "table FPLEDG of M3 has no column EQLMDT; correct outgoingInvoices.table and prefix in infor.yaml", result.Stopped)
}
