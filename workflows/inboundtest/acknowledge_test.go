package inboundtest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/schema"
	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

const inboundFolder = "inbound/edi"

// acknowledgeOurselves makes the acknowledgements of every partner ours.
func (w *world) acknowledgeOurselves() {
	w.Set("partners/base.yaml", "acknowledge: cleo", "acknowledge: ours")
}

// answered is an acknowledgement as it lies at Cleo.
type answered struct {
	ack.Answer
	usage string
}

// answersAtCleo gives what we said to whom about which group, as Cleo holds it, and checks
// that no control number of ours went out twice.
func (w *world) answersAtCleo() map[string][]answered {
	w.T.Helper()
	out, numbers := map[string][]answered{}, map[string]bool{}
	for _, f := range w.Sandbox.Hub.Files() {
		if f.Alien || f.Folder == inboundFolder {
			continue
		}
		content, err := w.Sandbox.Hub.Content(f.ID)
		require.NoError(w.T, err)
		trees, err := edi.ReadAll(bytes.NewReader(content))
		require.NoError(w.T, err)
		valid, err := schema.Validate(bytes.NewReader(content), &ack.Collector{}, schema.Options{})
		require.NoError(w.T, err)
		require.True(w.T, valid, "%s", content)
		for _, tree := range trees {
			number := tree.Receiver + " ISA13 " + tree.Control
			require.False(w.T, numbers[number], number)
			numbers[number] = true
			answers, err := ack.Read(tree)
			require.NoError(w.T, err)
			for _, a := range answers {
				key := tree.Receiver + "/" + a.Control
				out[key] = append(out[key], answered{a, tree.Usage})
			}
		}
	}
	return out
}

// awaitAnswers waits until each acknowledgement has left.
func (w *world) awaitAnswers(n int) {
	w.T.Helper()
	var told string
	require.Eventually(w.T, func() bool {
		records, err := w.Ledger.Records(w.T.Context(), ledger.Filter{Flow: trade.AcksOut})
		sent := 0
		told = ""
		for _, r := range records {
			if r.State == trade.StateSent {
				sent++
			} else {
				told += fmt.Sprintf("%s is %s: %s\n", r.ID, r.State, r.Reason)
			}
		}
		return err == nil && sent == n && len(records) == n
	}, patience, 100*time.Millisecond, "%d acknowledgements; %s", n, apptest.Lazily(func() string { return told }))
}

// groupsToAnswer gives what the validation says of each group that deserves an answer, by
// its sender and GS06.
func (w *world) groupsToAnswer(made []business.Invoice) map[string]ack.Interchange {
	w.T.Helper()
	out := map[string]ack.Interchange{}
	for _, i := range made {
		if i.Kind == business.UnknownPartner || i.Kind == business.Twice {
			continue
		}
		var c ack.Collector
		_, err := schema.Validate(bytes.NewReader(i.Content), &c, schema.Options{})
		require.NoError(w.T, err)
		for _, ic := range c.Interchanges {
			out[ic.Sender+"/"+ic.Groups[0].Control] = ic
		}
	}
	return out
}

// answeredOnce checks at Cleo that each group that deserves it has one acknowledgement, which
// says what the validation says, and no other has any.
func (w *world) answeredOnce(made []business.Invoice) {
	w.T.Helper()
	wanted := w.groupsToAnswer(made)
	w.awaitAnswers(len(wanted))
	have := w.answersAtCleo()
	require.Len(w.T, have, len(wanted))
	for key, ic := range wanted {
		require.Len(w.T, have[key], 1, "acknowledgements of group %s", key)
		a, group := have[key][0], ic.Groups[0]
		require.Equal(w.T, []any{ack.Functional, "IN", ic.Usage, len(group.Sets), len(group.Sets)}, []any{a.Kind, a.Functional, a.usage, a.Received, a.Included}, key)
		require.Equal(w.T, group.Sets[0].Verdict, a.Verdict, key)
		said, told := a.Of("810", group.Sets[0].Control)
		require.True(w.T, told)
		require.Equal(w.T, group.Sets[0].Verdict, said.Verdict, key)
	}
	require.Contains(w.T, w.Run("reconcile"), "balanced: true")
}

func TestEveryReceivedGroupIsAcknowledgedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.acknowledgeOurselves()
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(24)
	w.awaitOutcomes(made)
	w.answeredOnce(made)

	// A replay answers nothing again.
	parked := w.Records("--state", "parked")[0]
	trail, err := w.Ledger.Events(t.Context(), parked.ID)
	require.NoError(t, err)
	w.Run("records", "replay", parked.ID)
	require.Eventually(t, func() bool {
		now, err := w.Ledger.Events(t.Context(), parked.ID)
		return err == nil && len(now) > len(trail)+1
	}, patience, 50*time.Millisecond)
	w.answeredOnce(made)

	sent := w.flow(trade.AcksOut)[0]
	t.Run("send_acknowledgement_sent", func(t *testing.T) { w.Replays(t, "send_acknowledgement_sent", sent.ID) })

	// One that the partner lost goes out once more, with the same bytes, on a person's word.
	w.Run("records", "replay", sent.ID, "--resend", "--note", "the partner lost it")
	require.Eventually(t, func() bool {
		copies := 0
		for _, f := range w.Sandbox.Hub.Files() {
			if f.SHA256 == sent.Document.SHA256 {
				copies++
			}
		}
		return copies == 2
	}, patience, 50*time.Millisecond)
}

// flow lists the records of a flow.
func (w *world) flow(flow trade.Flow) []ledger.Record {
	w.T.Helper()
	records, err := w.Ledger.Records(w.T.Context(), ledger.Filter{Flow: flow})
	require.NoError(w.T, err)
	return records
}

// TestNoAcknowledgementIsLostOrDoubledUnderFaults loses the answers of uploads and lets Cleo
// refuse, rename and consume.
func TestNoAcknowledgementIsLostOrDoubledUnderFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.acknowledgeOurselves()
	var rules []faults.Rule
	for _, kind := range []string{"504-after", "cut-after", "rename", "504-before", "503", "collision", "consume"} {
		rules = append(rules, faults.Rule{System: "cleo", Operation: "upload", Fault: kind, Probability: 0.12})
	}
	w.Sandbox.Faults.Replace(faults.Set{Seed: 5, Rules: rules})
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(24)
	w.answeredOnce(made)
	fired := 0
	for _, rule := range w.Sandbox.Faults.Rules().Rules {
		fired += rule.Fired
	}
	require.Greater(t, fired, 5)
}

// letter is a file of a partner, in the making.
type letter struct {
	bytes.Buffer
	*edi.Encoder
	t *testing.T
}

// letterFrom begins an interchange from the sender of an invoice to its receiver.
func letterFrom(t *testing.T, i business.Invoice, control, usage string) (*letter, string) {
	t.Helper()
	trees, err := edi.ReadAll(bytes.NewReader(i.Content))
	require.NoError(t, err)
	l := &letter{t: t}
	l.Encoder = edi.NewEncoder(&l.Buffer, edi.DefaultDelimiters)
	ic := trees[0].Interchange
	ic.Control, ic.Usage = control, usage
	require.NoError(t, l.BeginInterchange(ic))
	return l, trees[0].Groups[0].Sender
}

// group writes a group of one set.
func (l *letter) group(sender, functional, control, set, setControl string, segments ...edi.SegmentData) {
	l.t.Helper()
	require.NoError(l.t, l.BeginGroup(edi.Group{Functional: functional, Sender: sender, Receiver: "TRADEWIND", Time: time.Now(), Control: control, Version: "004010"}))
	require.NoError(l.t, l.WriteSet(set, setControl, segments))
	require.NoError(l.t, l.EndGroup())
}

// deliver puts the interchange into the inbound folder.
func (l *letter) deliver(w *world, name string) {
	l.t.Helper()
	require.NoError(l.t, l.EndInterchange())
	require.NoError(l.t, w.Sandbox.Hub.Deliver(inboundFolder, name, l.Bytes()))
}

// awaitFlow waits until a flow has so many records and gives them.
func (w *world) awaitFlow(flow trade.Flow, n int) []ledger.Record {
	w.T.Helper()
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	require.Eventually(w.T, func() bool { return len(w.flow(flow)) >= n }, patience, 50*time.Millisecond, "%d records of %s", n, flow)
	require.Len(w.T, w.flow(flow), n)
	return w.flow(flow)
}

// partnersInvoice gives an invoice of a known partner, whose envelope is borrowed; its own
// file is not read.
func (w *world) partnersInvoice() business.Invoice {
	w.T.Helper()
	made, err := business.NewGenerator(7, business.Now()).Invoices(20, 0)
	require.NoError(w.T, err)
	for _, i := range made.Invoices {
		if i.Kind == business.Right {
			return i
		}
	}
	w.T.Fatal("no invoice is right")
	return business.Invoice{}
}

// TestWhatPartnersAnswerIsRecorded puts acknowledgements and responses into the mailbox.
func TestWhatPartnersAnswerIsRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.acknowledgeOurselves()
	w.StartWorker().AwaitLog(t, "worker serves")
	from := w.partnersInvoice()
	s := edi.NewSegment
	accepted := []edi.SegmentData{s("AK1", "PO", "41"), s("AK9", "A", "1", "1", "1")}

	l, sender := letterFrom(t, from, "000000701", "P")
	require.NoError(t, l.WriteSegment(s("TA1", "000000041", "260301", "0800", "A", "000")))
	l.group(sender, "FA", "701", "997", "0001", accepted...)
	l.group(sender, "PR", "702", "855", "0001", s("BAK", "00", "AD", "4500001", "20260301"), s("PO1", "10", "1", "EA", "5", "", "VN", "X1"))
	l.group(sender, "FA", "703", "997", "0001", s("AK1", "PO", "42")) // AK9 is missing
	l.deliver(w, "answers.edi")
	l, _ = letterFrom(t, from, "000000702", "P")
	require.NoError(t, l.WriteSegment(s("TA1", "000000042", "260301", "0800", "R", "006")))
	l.deliver(w, "ta1.edi")
	l, sender = letterFrom(t, from, "000000703", "T")
	l.group(sender, "FA", "704", "997", "0001", accepted...)
	l.deliver(w, "trial.edi")

	w.awaitFlow(trade.AcksIn, 6)
	require.Eventually(t, func() bool { return len(w.Records("--reason", trade.ReasonAckUnmatched)) == 3 }, patience, 100*time.Millisecond, "nothing of it answers us")
	var told []string
	for _, r := range w.awaitFlow(trade.AcksIn, 6) {
		told = append(told, strings.Join([]string{r.Set, r.Interchange, r.Group, string(r.State), r.Reason.Code}, " "))
		require.NotEmpty(t, r.Partner)
		file, err := trade.FileOfRecord(r.ID)
		require.NoError(t, err)
		require.Positive(t, file)
	}
	require.ElementsMatch(t, []string{"TA1 000000701 TA1 parked ACK_UNMATCHED", "997 000000701 701 parked ACK_UNMATCHED", "855 000000701 702 discovered ",
		"997 000000701 703 parked SET_INVALID", "TA1 000000702 TA1 parked ACK_UNMATCHED", "997 000000703 704 test "}, told)
	require.Empty(t, w.flow(trade.InvoicesIn))

	// The response to our order is a group like others, and is acknowledged; the rest is not. What it
	// confirms may still be on its way.
	w.awaitAnswers(1)
	require.Len(t, w.answersAtCleo(), 1)
	invalid := w.Records("--reason", trade.ReasonSetInvalid)[0]
	w.Run("records", "resolve", invalid.ID, "--note", "told the partner")
	require.Contains(t, w.Run("reconcile"), "balanced: true")
}

// TestAGroupThatComesAgainIsToldByItsNumber sends groups and sets whose numbers came before.
func TestAGroupThatComesAgainIsToldByItsNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.acknowledgeOurselves()
	w.StartWorker().AwaitLog(t, "worker serves")
	from := w.partnersInvoice()
	response := func(order string) []edi.SegmentData {
		return []edi.SegmentData{edi.NewSegment("BAK", "00", "AD", order, "20260301"), edi.NewSegment("PO1", "10", "1", "EA", "5", "", "VN", "X1")}
	}
	send := func(interchange, order string, n int) {
		l, sender := letterFrom(t, from, interchange, "P")
		l.group(sender, "PR", "801", "855", "0001", response(order)...)
		l.deliver(w, interchange+".edi")
		w.awaitFlow(trade.AcksIn, n)
	}
	send("000000801", "4500001", 1)
	send("000000802", "4500001", 2)
	send("000000803", "4500002", 3)
	l, sender := letterFrom(t, from, "000000804", "P")
	require.NoError(t, l.BeginGroup(edi.Group{Functional: "PR", Sender: sender, Receiver: "TRADEWIND", Time: time.Now(), Control: "804", Version: "004010"}))
	for _, order := range []string{"4500003", "4500003", "4500004"} {
		require.NoError(t, l.WriteSet("855", "0001", response(order)))
	}
	require.NoError(t, l.EndGroup())
	l.deliver(w, "000000804.edi")

	records := w.awaitFlow(trade.AcksIn, 6)
	for i, want := range []struct {
		state trade.State
		other int
	}{{trade.StateDiscovered, -1}, {trade.StateDuplicate, 0}, {trade.StateParked, 0}, {trade.StateDiscovered, -1}, {trade.StateDuplicate, 3}, {trade.StateParked, 3}} {
		r := records[i]
		require.Equal(t, want.state, r.State, r.ID)
		events, err := w.Ledger.Events(t.Context(), r.ID)
		require.NoError(t, err)
		if want.other < 0 {
			require.NotContains(t, events[0].Detail, "other")
			continue
		}
		require.Equal(t, records[want.other].ID, events[0].Detail["other"])
		if r.State == trade.StateParked {
			require.Equal(t, trade.ReasonDuplicateControl, r.Reason.Code)
		}
	}
	require.Contains(t, records[2].Reason.Message, "000000803.edi")
	require.Contains(t, records[2].Reason.Message, "000000801.edi")
	// The group that came again is answered once; other content under its number is another.
	w.awaitAnswers(3)
	require.Len(t, w.answersAtCleo()[strings.TrimSpace(senderOf(t, from))+"/801"], 2)
}

func senderOf(t *testing.T, i business.Invoice) string {
	t.Helper()
	trees, err := edi.ReadAll(bytes.NewReader(i.Content))
	require.NoError(t, err)
	return trees[0].Sender
}

// TestAFileThatCannotBeReadIsARecord finds it, counts it and reads it again.
func TestAFileThatCannotBeReadIsARecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	require.NoError(t, w.Sandbox.Hub.Deliver(inboundFolder, "letter.edi", []byte("Dear sirs, please find our invoice enclosed.\n")))
	r := w.awaitFlow(trade.InvoicesIn, 1)[0]
	require.Equal(t, []string{"parked", trade.ReasonFileUnreadable, "letter.edi", "0", ""}, []string{string(r.State), r.Reason.Code, r.Number, r.Amount, r.Set})
	require.Len(t, w.Records("--reason", trade.ReasonFileUnreadable), 1)
	require.Contains(t, w.Run("reconcile"), "balanced: true")
	trail, err := w.Ledger.Events(t.Context(), r.ID)
	require.NoError(t, err)
	_, said, err := w.Try("records", "replay", "--dry-run", "letter.edi")
	require.Error(t, err)
	require.Contains(t, said, "stands for a file")
	w.Run("records", "replay", "letter.edi", "--note", "after an upgrade")
	require.Eventually(t, func() bool {
		now, err := w.Ledger.Events(t.Context(), r.ID)
		return err == nil && len(now) == len(trail)+2 && now[len(now)-1].State == trade.StateParked
	}, patience, 50*time.Millisecond)
	w.Run("records", "resolve", "letter.edi", "--note", "it is no EDI")
	require.Eventually(t, func() bool { return w.flow(trade.InvoicesIn)[0].State == trade.StateResolved }, patience, 50*time.Millisecond)
}
