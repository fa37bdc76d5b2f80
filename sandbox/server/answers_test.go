package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/server"
)

// order puts an 850 of that number at Cleo, for the supplier with that group id.
func order(t *testing.T, s *server.Server, folder, name, number, partner string) {
	t.Helper()
	require.NoError(t, s.Hub.Deliver(folder, name, document(t, "PO", "850", partner, edi.NewSegment("BEG", "00", "SA", number, "", "20260105"))))
}

func document(t *testing.T, functional, set, partner string, segments ...edi.SegmentData) []byte {
	t.Helper()
	var out bytes.Buffer
	e := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Segment: '~'})
	at := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	require.NoError(t, e.BeginInterchange(edi.Interchange{SenderQualifier: "ZZ", Sender: "US", ReceiverQualifier: "01", Receiver: "THEM", Time: at, Version: "00401", Control: "000000001", Usage: "P"}))
	require.NoError(t, e.BeginGroup(edi.Group{Functional: functional, Sender: "US", Receiver: partner, Time: at, Control: "1", Version: "004010"}))
	require.NoError(t, e.WriteSet(set, "0001", segments))
	require.NoError(t, e.EndGroup())
	require.NoError(t, e.EndInterchange())
	return out.Bytes()
}

// brief is what is answered to which order.
func brief(given []server.Answered) []string {
	out := make([]string, len(given))
	for i, a := range given {
		out[i] = a.Order + " " + a.Partner + " " + a.Kind
	}
	return out
}

// verdicts reads AK501 of each acknowledgement that lies at Cleo, by the name of its file.
func verdicts(t *testing.T, s *server.Server) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, f := range s.Hub.Files() {
		if f.Folder != "inbound/edi" {
			continue
		}
		content, err := s.Hub.Content(f.ID)
		require.NoError(t, err)
		trees, err := edi.ReadAll(bytes.NewReader(content))
		require.NoError(t, err)
		for _, segment := range trees[0].Groups[0].Sets[0].Segments {
			if segment.ID == "AK5" {
				out[f.Name] = segment.Element(1)
			}
		}
	}
	return out
}

func TestSuppliersAnswerByScriptOnce(t *testing.T) {
	o := server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1}
	s := start(t, o)
	given, err := s.AnswerByScript()
	require.NoError(t, err)
	require.Empty(t, given, "no order, no answer")
	for i, number := range []string{"4500012", "4500003", "999", "4500007", "4500004"} {
		order(t, s, "outbound/850", fmt.Sprintf("%d.edi", i), number, "PARTNER"+number)
	}
	order(t, s, "outbound/850", "silent.edi", "998", "LAKEADH")
	require.NoError(t, s.Hub.Deliver("outbound/850", "ours.edi", document(t, "FA", "997", "PARTNER999", edi.NewSegment("AK1", "IN", "1"), edi.NewSegment("AK9", "A", "1", "1", "1"))))
	require.NoError(t, s.Hub.Deliver("outbound/850", "alien.edi", []byte("alien file")))

	status, told := ask[map[string]int](t, s, "POST", "cleo/answers?kind=script", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, 5, told["answers"])
	want := []string{"999 PARTNER999 rejected", "4500003 PARTNER4500003 errors", "4500004 PARTNER4500004 accepted", "4500007 PARTNER4500007 accepted", "4500012 PARTNER4500012 accepted"}
	_, given = ask[[]server.Answered](t, s, "GET", "cleo/answers", "")
	require.Equal(t, want, brief(given))
	said := verdicts(t, s)
	require.Len(t, said, 5, "each answer is a file")
	for _, a := range given {
		require.Equal(t, map[string]string{"rejected": "R", "errors": "E", "accepted": "A"}[a.Kind], said[a.File], a.Order)
	}

	require.NoError(t, s.Close())
	s = start(t, o)
	again, err := s.AnswerByScript()
	require.NoError(t, err)
	require.Empty(t, again, "a second call answers nothing again")
	order(t, s, "outbound/850", "mended.edi", "999", "PARTNER999")
	order(t, s, "outbound/850", "later.edi", "4500013", "PARTNER4500013")
	again, err = s.AnswerByScript()
	require.NoError(t, err)
	require.Equal(t, []string{"999 PARTNER999 accepted", "4500013 PARTNER4500013 accepted"}, brief(again), "only one order is rejected, and it once")
	require.Len(t, verdicts(t, s), 7)
	_, given = ask[[]server.Answered](t, s, "GET", "cleo/answers", "")
	require.Equal(t, append(want, brief(again)...), brief(given))
}

// TestWhatCleoHasTakenIsAnsweredToo uploads an order that Cleo consumes at once.
func TestWhatCleoHasTakenIsAnsweredToo(t *testing.T) {
	for _, fault := range []string{"consume", "consume-vanish"} {
		t.Run(fault, func(t *testing.T) {
			s := start(t, server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1})
			s.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: fault, Probability: 1}}})
			response, err := http.PostForm(s.CleoURL+"/api/authentication", url.Values{"grant_type": {"password"}, "username": {s.Username}, "password": {s.Password}})
			require.NoError(t, err)
			defer response.Body.Close()
			var login map[string]any
			require.NoError(t, json.NewDecoder(response.Body).Decode(&login))
			content := document(t, "PO", "850", "TAKER", edi.NewSegment("BEG", "00", "SA", "4500001", "", "20260105"))
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.CleoURL+"/api/folders/outbound%2F850/files?name=a.edi", bytes.NewReader(content))
			require.NoError(t, err)
			req.Header.Set("Authorization", fmt.Sprint("Bearer ", login["access_token"]))
			uploaded, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			require.NoError(t, uploaded.Body.Close())
			require.True(t, s.Hub.Files()[0].Consumed)
			given, err := s.AnswerByScript()
			require.NoError(t, err)
			require.Equal(t, []string{"4500001 TAKER rejected"}, brief(given))
		})
	}
}

// TestOtherAnswersStandBesideThoseOfTheScript answers all orders in one way, one more by the
// script, and then all of them again.
func TestOtherAnswersStandBesideThoseOfTheScript(t *testing.T) {
	s := start(t, server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1})
	order(t, s, "outbound/850", "1.edi", "1", "AA")
	order(t, s, "outbound/850", "2.edi", "2", "LAKEADH")
	n, err := s.Answer("accepted", false)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	order(t, s, "outbound/850", "3.edi", "3", "BB")
	given, err := s.AnswerByScript()
	require.NoError(t, err)
	require.Equal(t, []string{"3 BB errors"}, brief(given), "the first one is accepted already")
	n, err = s.Answer("unmatched", true)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	all, err := s.Answers()
	require.NoError(t, err)
	require.Equal(t, []string{"1 AA accepted", "2 LAKEADH accepted", "3 BB errors", "1 AA unmatched", "2 LAKEADH unmatched", "3 BB unmatched"}, brief(all))
	names := map[string]bool{}
	for _, a := range all {
		names[a.File] = true
	}
	require.Len(t, names, 6)
	require.Len(t, verdicts(t, s), 6)
	_, err = s.Answer("maybe", false)
	require.ErrorContains(t, err, "maybe")
}
