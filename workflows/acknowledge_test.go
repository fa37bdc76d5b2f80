package workflows

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/activities"
	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/schema"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// ours makes the acknowledgements of every partner ours, and a 999 where there can be one.
const ours = "acknowledge: ours\nacknowledgeWith: \"999\""

// envelope is what an interchange of these tests differs in from a plain one.
type envelope struct {
	sender, receiver, control, usage, version string
	asks                                      bool
}

// interchange writes an interchange with the given groups of one set each.
func interchange(t *testing.T, e envelope, groups ...func(*edi.Encoder, envelope) error) []byte {
	t.Helper()
	if e.sender == "" {
		e.sender = "GPFASTENER"
	}
	if e.receiver == "" {
		e.receiver = "TRADEWINDUS"
	}
	if e.version == "" {
		e.version = "004010"
	}
	if e.usage == "" {
		e.usage = "P"
	}
	var out bytes.Buffer
	encoder := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Segment: '~', Repetition: map[string]byte{"005010": '^'}[e.version]})
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	require.NoError(t, encoder.BeginInterchange(edi.Interchange{SenderQualifier: "ZZ", Sender: e.sender, ReceiverQualifier: "ZZ", Receiver: e.receiver,
		Time: at, Version: "00" + e.version[2:5], Control: e.control, Usage: e.usage, AckRequested: e.asks}))
	for _, write := range groups {
		require.NoError(t, write(encoder, e))
	}
	require.NoError(t, encoder.EndInterchange())
	return out.Bytes()
}

// group writes a group of one set.
func group(functional, control, set string, segments ...edi.SegmentData) func(*edi.Encoder, envelope) error {
	return func(encoder *edi.Encoder, e envelope) error {
		err := encoder.BeginGroup(edi.Group{Functional: functional, Sender: e.sender, Receiver: e.receiver, Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), Control: control, Version: e.version})
		if err == nil {
			err = encoder.WriteSet(set, "0001", segments)
		}
		if err == nil {
			err = encoder.EndGroup()
		}
		return err
	}
}

// bill is a group with one small invoice.
func bill(control, number string) func(*edi.Encoder, envelope) error {
	s := edi.NewSegment
	return group("IN", control, "810", s("BIG", "20260301", number, "", "4500001"), s("IT1", "10", "1", "EA", "5", "", "VN", "X1"), s("TDS", "500"), s("CTT", "1"))
}

// receive registers a file and what is in it.
func (w *world) receive(content []byte) []ledger.Record {
	w.t.Helper()
	known, err := w.Ledger.Files(w.t.Context(), "", 0, 1000)
	require.NoError(w.t, err)
	name := fmt.Sprintf("file%d.edi", len(known)+1)
	for range 2 {
		_, err := w.Ledger.Observe(w.t.Context(), ledger.Place{Mailbox: "cleo", Folder: "inbound/edi"}, []ledger.Seen{{ID: name, Name: name, Size: int64(len(content))}}, 0)
		require.NoError(w.t, err)
	}
	sha, err := w.Archive.Put(w.t.Context(), content)
	require.NoError(w.t, err)
	number := int64(len(known) + 1)
	_, err = w.Ledger.FetchFile(w.t.Context(), number, sha)
	require.NoError(w.t, err)
	for range 2 { // an attempt whose answer is lost is made again
		_, err = w.RegisterSets(w.t.Context(), activities.FileParams{File: number})
		require.NoError(w.t, err)
	}
	records, err := w.Ledger.OfFile(w.t.Context(), number, "", 100)
	require.NoError(w.t, err)
	return records
}

// answers are those of a file's records that answer it.
func answers(records []ledger.Record) (out []ledger.Record) {
	for _, r := range records {
		if r.Flow == trade.AcksOut {
			out = append(out, r)
		}
	}
	return out
}

// said reads what an acknowledgement is to say.
func (w *world) said(r ledger.Record) (out ack.Reply) {
	w.t.Helper()
	content, err := w.Archive.Get(w.t.Context(), r.Source)
	require.NoError(w.t, err)
	require.NoError(w.t, json.Unmarshal(content, &out))
	return out
}

func TestWhoDeservesAnAcknowledgement(t *testing.T) {
	w := newWorld(t, 0)
	require.Empty(t, answers(w.receive(interchange(t, envelope{control: "000000001"}, bill("1", "A")))), "Cleo answers for us")

	w.publishWith("partners/base.yaml", "acknowledge: cleo", ours)
	fa := group("FA", "2", "997", edi.NewSegment("AK1", "PO", "41"), edi.NewSegment("AK9", "A", "1", "1", "1"))
	for name, test := range map[string]struct {
		envelope
		groups []func(*edi.Encoder, envelope) error
		want   string
	}{
		"an invoice":               {envelope{control: "000000011"}, []func(*edi.Encoder, envelope) error{bill("11", "B")}, "997 P"},
		"two groups":               {envelope{control: "000000012"}, []func(*edi.Encoder, envelope) error{bill("12", "C"), bill("13", "D")}, "997 P 997"},
		"a later version":          {envelope{control: "000000013", version: "005010"}, []func(*edi.Encoder, envelope) error{bill("14", "E")}, "999 P"},
		"a test":                   {envelope{control: "000000014", usage: "T"}, []func(*edi.Encoder, envelope) error{bill("15", "F")}, "997 T"},
		"nothing, and it asks":     {envelope{control: "000000015", asks: true}, nil, "TA1 P"},
		"nothing":                  {envelope{control: "000000016"}, nil, ""},
		"an acknowledgement":       {envelope{control: "000000017", asks: true}, []func(*edi.Encoder, envelope) error{fa}, ""},
		"with an acknowledgement":  {envelope{control: "000000018"}, []func(*edi.Encoder, envelope) error{fa, bill("18", "G")}, "997 P"},
		"from nobody we know":      {envelope{control: "000000019", sender: "STRANGER"}, []func(*edi.Encoder, envelope) error{bill("19", "H")}, ""},
		"for somebody else":        {envelope{control: "000000020", receiver: "NEIGHBOUR"}, []func(*edi.Encoder, envelope) error{bill("20", "I")}, ""},
		"it asks, with an invoice": {envelope{control: "000000021", asks: true}, []func(*edi.Encoder, envelope) error{bill("21", "K")}, "997 P TA1"},
	} {
		t.Run(name, func(t *testing.T) {
			content := interchange(t, test.envelope, test.groups...)
			records := w.receive(content)
			if test.want == "" {
				require.Empty(t, answers(records))
				return
			}
			require.Len(t, answers(records), 1)
			r := answers(records)[0]
			reply := w.said(r)
			got := r.Set + " " + reply.Interchange.Usage
			for _, g := range reply.Groups[min(1, len(reply.Groups)):] {
				got += " " + string(g.Kind)
			}
			if reply.TA1 != nil && r.Set != trade.TechnicalSet {
				got += " TA1"
			}
			require.Equal(t, test.want, got)
			require.Equal(t, "GPFASTENER", r.Partner)
			require.Empty(t, answers(w.receive(bytes.ReplaceAll(content, []byte("~"), []byte("~\n")))), "the same, written in another way")
		})
	}
}

// TestWhatIsRejectedIsNotWorkedOn sends a group whose trailer counts a set that is not there.
func TestWhatIsRejectedIsNotWorkedOn(t *testing.T) {
	w := newWorld(t, 0)
	w.publishWith("partners/base.yaml", "acknowledge: cleo", ours)
	for i, wrong := range [][2]string{{"GE*1*", "GE*2*"}, {"IEA*1*", "IEA*2*"}} {
		control := fmt.Sprintf("00000000%d", i+1)
		content := interchange(t, envelope{control: control, asks: true}, bill(control[8:], "A"))
		require.Contains(t, string(content), wrong[0])
		records := w.receive(bytes.Replace(content, []byte(wrong[0]), []byte(wrong[1]), 1))
		require.Len(t, records, 2)
		reply := w.said(records[0])
		if i == 1 {
			require.Equal(t, "E", reply.TA1.Verdict, "a wrong count of groups is noted")
			require.Equal(t, trade.StateDiscovered, records[1].State)
			continue
		}
		require.Equal(t, "R", reply.Groups[0].Acknowledgement.Verdict)
		require.Equal(t, []any{trade.StateParked, trade.ReasonSetInvalid}, []any{records[1].State, records[1].Reason.Code})
		require.Contains(t, records[1].Reason.String(), "GE")
	}
}

// TestTheVerdictIsThatOfTheSendersRules sends one file with an interchange of each of two
// partners, of whom one has a rule that both break.
func TestTheVerdictIsThatOfTheSendersRules(t *testing.T) {
	w := newWorld(t, 0)
	w.publishRuled()
	records := w.receive(append(interchange(t, envelope{control: "000000001"}, bill("1", "A")), interchange(t, envelope{sender: "HALVBRG", control: "000000002"}, bill("1", "B"))...))
	var told []string
	for _, r := range records {
		verdict := ""
		if r.Flow == trade.AcksOut {
			verdict = w.said(r).Groups[0].Acknowledgement.Sets[0].Verdict
		}
		told = append(told, strings.Join([]string{r.Set, r.Partner, string(r.State), r.Reason.Code, verdict}, " "))
	}
	require.Equal(t, []string{"997 GPFASTENER discovered  E", "997 HALVBRG discovered  A", "810 GPFASTENER parked SET_INVALID ", "810 HALVBRG discovered  "}, told)
}

// publishRuled publishes a configuration in which one of two partners wants BIG03.
func (w *world) publishRuled() {
	w.t.Helper()
	files, err := config.ReadFolder("../config")
	require.NoError(w.t, err)
	edit := func(file, old, changed string) {
		require.Contains(w.t, string(files[file]), old)
		files[file] = bytes.Replace(files[file], []byte(old), []byte(changed), 1)
	}
	edit("partners/base.yaml", "acknowledge: cleo", ours)
	edit("partners/100-0010051.yaml", "group:", "rules: [{set: \"810\", path: BIG-03, use: required}]\ngroup:")
	edit("partners/100-0010045.yaml", `{qualifier: "01", id: "081550456"}`, `{qualifier: "ZZ", id: "HALVBRG"}`)
	_, err = w.Publish(w.t.Context(), files)
	require.NoError(w.t, err)
}

// acknowledge runs the workflow of an acknowledgement.
func (w *world) acknowledge(r ledger.Record) *testsuite.TestWorkflowEnvironment {
	w.t.Helper()
	env := w.suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	Register(env)
	env.RegisterActivity(w.Activities)
	env.ExecuteWorkflow(TypeSendAcknowledgement, trade.AcknowledgementInput{Record: r.ID, Partner: r.Partner, Number: r.Number})
	require.True(w.t, env.IsWorkflowCompleted())
	return env
}

func TestAnAcknowledgementArrivesOnceWhateverBecomesOfTheAnswer(t *testing.T) {
	for _, fault := range []string{"504-after", "cut-after", "rename", "collision", "consume", "500-before"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t, 0)
			w.publishWith("partners/base.yaml", "acknowledge: cleo", ours)
			r := answers(w.receive(interchange(t, envelope{control: "000000001", asks: true}, bill("1", "A"), bill("2", "B"))))[0]
			w.upload(fault, 1)
			for range 2 { // the second finds that all is done
				require.NoError(t, w.acknowledge(r).GetWorkflowError())
			}
			require.Positive(t, w.sandbox.Faults.Rules().Rules[0].Fired)
			r = w.state(r)
			require.Equal(t, trade.StateSent, r.State)
			var landed [][]byte
			for _, f := range w.sandbox.Hub.Files() {
				if !f.Alien {
					content, err := w.sandbox.Hub.Content(f.ID)
					require.NoError(t, err)
					require.Contains(t, f.Name, "997_100-AAA_000000001_")
					landed = append(landed, content)
				}
			}
			require.Len(t, landed, 1)
			var c ack.Collector
			valid, err := schema.Validate(bytes.NewReader(landed[0]), &c, schema.Options{})
			require.NoError(t, err)
			require.True(t, valid, "%s", landed[0])
			require.Equal(t, []string{"000000001", "1", "2"}, []string{c.Interchanges[0].Control, c.Interchanges[0].Groups[0].Control, c.Interchanges[0].Groups[1].Control})
			require.Equal(t, 1, c.Interchanges[0].Acknowledgments)

			next := answers(w.receive(interchange(t, envelope{control: "000000002"}, bill("3", "C"))))[0]
			require.NoError(t, w.acknowledge(next).GetWorkflowError())
			next = w.state(next)
			require.Equal(t, []string{"000000002", "3"}, []string{next.Interchange, next.Group}, "numbers are given once")
		})
	}
}

// TestAFileThatCanBeReadAtLastBringsItsSets replays the record of a file that an earlier
// release could not read.
func TestAFileThatCanBeReadAtLastBringsItsSets(t *testing.T) {
	w := newWorld(t, 0)
	unread := w.receive([]byte("Dear sirs,\n"))
	require.Len(t, unread, 1)
	r := unread[0]
	require.Equal(t, []any{trade.StateParked, trade.ReasonFileUnreadable, "file1.edi", "0"}, []any{r.State, r.Reason.Code, r.Number, r.Amount})
	file, err := w.Ledger.File(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, trade.FileParked, file.State)

	readable := interchange(t, envelope{control: "000000001"}, bill("1", "A"), bill("2", "B"))
	sha, err := w.Archive.Put(t.Context(), readable)
	require.NoError(t, err)
	require.NoError(t, w.Ledger.CloseFile(t.Context(), 1, trade.FileDiscovered, trade.Reason{})) // so that other bytes can stand for a better reader
	_, err = w.Ledger.FetchFile(t.Context(), 1, sha)
	require.NoError(t, err)
	started := 0
	env := w.suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	Register(env)
	env.RegisterActivity(w.Activities)
	env.OnActivity(w.StartReceived, mock.Anything, mock.Anything).Return(func(_ context.Context, p activities.StartReceivedParams) (activities.StartOrdersResult, error) {
		started++
		require.Equal(t, []any{int64(1), TypePostInvoice, TypeSendAcknowledgement}, []any{p.File, p.Workflow, p.Answer})
		return activities.StartOrdersResult{}, nil
	})
	env.ExecuteWorkflow(TypePostInvoice, trade.InvoiceInput{Record: r.ID, Replay: &trade.ReplayRequest{By: "kim", Attempt: 2}})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 1, started)
	require.Equal(t, trade.StateResolved, w.state(r).State)
	records, err := w.Ledger.OfFile(t.Context(), 1, "", 10)
	require.NoError(t, err)
	require.Len(t, records, 3)
	file, err = w.Ledger.File(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, trade.FileReceived, file.State)
}
