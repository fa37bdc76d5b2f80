package workflows

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/activities"
	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// acknowledged lets the suppliers acknowledge in one way, receives what they say, and gives its records.
func (w *world) acknowledged(kind string, again bool) (out []ledger.Record) {
	w.t.Helper()
	before := map[string]bool{}
	for _, f := range w.sandbox.Hub.Files() {
		before[f.ID] = true
	}
	n, err := w.sandbox.Answer(kind, again)
	require.NoError(w.t, err)
	require.Positive(w.t, n)
	for _, f := range w.sandbox.Hub.Files() {
		if !before[f.ID] {
			content, err := w.sandbox.Hub.Content(f.ID)
			require.NoError(w.t, err)
			out = append(out, w.receive(content)...)
		}
	}
	return out
}

// match runs the workflow of an acknowledgement; what parks is left a minute later.
func (w *world) match(r ledger.Record) ledger.Record {
	w.t.Helper()
	env := w.suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	Register(env)
	env.RegisterActivity(w.Activities)
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Minute)
	env.ExecuteWorkflow(TypeMatchAcknowledgement, trade.AcknowledgementInput{Record: r.ID, Partner: r.Partner, Number: r.Number})
	require.True(w.t, env.IsWorkflowCompleted())
	return w.state(r)
}

// saidOf gives what partners said of a record, without when.
func (w *world) saidOf(r ledger.Record) (out []trade.Answer) {
	w.t.Helper()
	answers, err := w.Ledger.Answers(w.t.Context(), r.ID)
	require.NoError(w.t, err)
	for _, a := range answers {
		out = append(out, a.Answer)
	}
	return out
}

func TestAnAcceptedOrderIsAcknowledgedOnce(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	for round, again := range []bool{false, true} {
		answers := w.acknowledged("accepted", again)
		require.Len(t, answers, 1)
		require.Equal(t, []string{"997", string(trade.AcksIn), r.Partner}, []string{answers[0].Set, string(answers[0].Flow), answers[0].Partner})
		require.Equal(t, trade.StateAccepted, w.match(answers[0]).State)
		require.Equal(t, trade.StateAccepted, w.match(answers[0]).State, "asked again")
		require.Equal(t, trade.StateAcknowledged, w.state(r).State)
		require.Len(t, w.saidOf(r), round+1)
	}
	require.Equal(t, trade.VerdictAccepted, w.saidOf(r)[0].Verdict)
	require.NoError(t, w.Ledger.VerifyChain(t.Context(), r.ID))
}

func TestAcceptedWithErrorsIsNotShownAsGood(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	w.match(w.acknowledged("errors", false)[0])
	require.Equal(t, trade.VerdictErrors, w.saidOf(r)[0].Verdict)
	require.True(t, strings.HasPrefix(w.state(r).Warning, "accepted with errors"), w.state(r).Warning)
}

// TestARejectedOrderGoesOutAgainWithNewNumbers has a partner demand a segment; after a replay
// with another mapping the answers to both attempts come, the old one last.
func TestARejectedOrderGoesOutAgainWithNewNumbers(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	first := w.state(r)
	w.match(w.acknowledged("rejected", false)[0])
	rejected := w.state(r)
	requireStop(t, stop{trade.ReasonAckRejected, trade.ClassData, trade.StateRejected, "997", "CSH"}, rejected)

	w.publish("crosswalks/units.csv", "") // another version; what is sent again need not differ here
	require.NoError(t, w.sendAgain(r, &trade.ReplayRequest{By: "kim", Note: "the profile is mended", Attempt: rejected.Attempt + 1}).GetWorkflowError())
	second := w.state(r)
	require.Equal(t, trade.StateSent, second.State)
	require.NotEqual(t, first.Group, second.Group)
	require.NotEqual(t, first.Interchange, second.Interchange)

	both := w.acknowledged("accepted", true)
	content, err := w.Archive.Get(t.Context(), both[0].Source)
	require.NoError(t, err)
	if bytes.Contains(content, []byte("AK1*PO*"+second.Group+"~")) {
		slices.Reverse(both)
	}
	earlier, latest := both[0], both[1]
	require.Equal(t, trade.StateAccepted, w.match(earlier).State)
	require.Equal(t, trade.StateSent, w.state(r).State, "it is about the first attempt")
	require.Equal(t, trade.StateAccepted, w.match(latest).State)
	require.Equal(t, trade.StateAcknowledged, w.state(r).State)
	require.Equal(t, []bool{true, true, false}, earlierOf(w.saidOf(r)))
	verdicts := map[trade.Verdict]int{}
	for _, a := range w.saidOf(r) {
		verdicts[a.Verdict]++
		if a.Verdict == trade.VerdictRejected {
			require.NotEmpty(t, a.Reasons)
		}
	}
	require.Equal(t, map[trade.Verdict]int{trade.VerdictRejected: 1, trade.VerdictAccepted: 2}, verdicts)
}

func earlierOf(answers []trade.Answer) (out []bool) {
	for _, a := range answers {
		out = append(out, a.Earlier)
	}
	return out
}

func TestAnAnswerToNothingOfOursParks(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	stopped := w.match(w.acknowledged("unmatched", false)[0])
	requireStop(t, stop{trade.ReasonAckUnmatched, trade.ClassData, trade.StateParked, "ISA[1]/GS[1]/ST[1]", "no document of ours has this number"}, stopped)
	require.Equal(t, trade.StateSent, w.state(r).State)
}

// TestAnAnswerThatIsNotFoundInItsFileParks looks for a set that the file does not have: nothing
// was matched, and nothing may be called matched.
func TestAnAnswerThatIsNotFoundInItsFileParks(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	answer := w.acknowledged("accepted", false)[0]
	_, err := w.Ledger.Transition(t.Context(), answer.ID, ledger.Change{To: answer.State, Event: "misread", Actor: "test", Apply: func(r *ledger.Record) { r.SetControl = "9999" }})
	require.NoError(t, err)
	requireStop(t, stop{trade.ReasonSetInvalid, trade.ClassData, trade.StateParked, "997", "says nothing that can be read"}, w.match(answer))
	require.Equal(t, trade.StateSent, w.state(r).State)
}

// TestAnAnswerAheadOfItsDocumentWaits acknowledges bytes that are at Cleo while the ledger does
// not know it yet.
func TestAnAnswerAheadOfItsDocumentWaits(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, step(w, w.PrepareOrder, activities.PrepareParams{Record: r.ID}))
	prepared := w.state(r)
	content, err := w.Archive.Get(t.Context(), prepared.Document.SHA256)
	require.NoError(t, err)
	require.NoError(t, w.sandbox.Hub.Deliver("outbound/850", prepared.FileName, content)) // by an attempt that died
	answer := w.acknowledged("accepted", false)[0]
	require.ErrorContains(t, step(w, w.MatchAnswer, activities.MatchParams{Record: answer.ID}), "still on its way")
	require.Empty(t, w.saidOf(r))
	require.NoError(t, step(w, w.TransmitOrder, activities.TransmitParams{Record: r.ID}))
	require.NoError(t, step(w, w.MatchAnswer, activities.MatchParams{Record: answer.ID}))
	require.Equal(t, trade.StateAcknowledged, w.state(r).State)
}

// TestATA1SpeaksOfTheInterchangeOnly accepts and rejects the envelope of an order.
func TestATA1SpeaksOfTheInterchangeOnly(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	sent := w.state(r)
	for i, verdict := range []string{"A", "R"} {
		answers := w.receive(w.technical(sent, verdict, []string{"000", "006"}[i], fmt.Sprintf("%09d", 801+i)))
		require.Len(t, answers, 1)
		require.Equal(t, trade.StateAccepted, w.match(answers[0]).State)
		require.Equal(t, []trade.State{trade.StateSent, trade.StateRejected}[i], w.state(r).State)
	}
	require.Equal(t, trade.LevelInterchange, w.saidOf(r)[1].Level)
	require.Equal(t, trade.ReasonAckRejected, w.state(r).Reason.Code)
}

// technical is an interchange of a record's partner that brings nothing but a TA1 about it.
func (w *world) technical(r ledger.Record, verdict, note, control string) []byte {
	w.t.Helper()
	c, err := w.Configuration(w.t.Context(), "")
	require.NoError(w.t, err)
	cono, _, _ := strings.Cut(r.Company, "-")
	profile, known := c.PartnerByID(cono, r.Partner)
	require.True(w.t, known)
	var out bytes.Buffer
	encoder := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Segment: '~'})
	require.NoError(w.t, encoder.BeginInterchange(edi.Interchange{SenderQualifier: string(profile.Interchange.Qualifier), Sender: string(profile.Interchange.ID),
		ReceiverQualifier: "ZZ", Receiver: map[string]string{"100": "TRADEWINDUS", "200": "TRADEWINDCA"}[cono],
		Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), Version: "00401", Control: control, Usage: "P"}))
	require.NoError(w.t, encoder.WriteSegment(edi.NewSegment("TA1", r.Interchange, "260301", "0800", verdict, note)))
	require.NoError(w.t, encoder.EndInterchange())
	return out.Bytes()
}

// TestWhatWasAnsweredCanBeSentAgain sends the same bytes with the same numbers once more, in
// each state that an answer leaves.
func TestWhatWasAnsweredCanBeSentAgain(t *testing.T) {
	for kind, state := range map[string]trade.State{"accepted": trade.StateAcknowledged, "rejected": trade.StateRejected} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, 1)
			r := w.one(business.Normal)
			require.NoError(t, w.send(r, nil).GetWorkflowError())
			first := w.state(r)
			w.match(w.acknowledged(kind, false)[0])
			require.Equal(t, state, w.state(r).State)
			replay := &trade.ReplayRequest{By: "kim", Note: "they lost it", Resend: true, Attempt: first.Attempt + 1}
			require.NoError(t, w.sendAgain(r, replay).GetWorkflowError())
			second := w.state(r)
			require.Equal(t, []string{first.Interchange, first.Group, first.Document.SHA256}, []string{second.Interchange, second.Group, second.Document.SHA256})
			require.Equal(t, trade.StateSent, second.State)
			w.match(w.acknowledged("accepted", true)[0])
			require.Equal(t, trade.StateAcknowledged, w.state(r).State)
		})
	}
}

// sendAgain runs an order's workflow as a replay starts it.
func (w *world) sendAgain(r ledger.Record, replay *trade.ReplayRequest) *testsuite.TestWorkflowEnvironment {
	w.t.Helper()
	env := w.suite.NewTestWorkflowEnvironment()
	Register(env)
	env.RegisterActivity(w.Activities)
	env.ExecuteWorkflow(TypeSendOrder, trade.SendOrderInput{Record: r.ID, Number: r.Number, Revision: r.Revision, Partner: r.Partner, Replay: replay})
	return env
}
