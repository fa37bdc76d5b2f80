package server_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/schema"
	"tradewind/sandbox/server"
)

// full puts an 850 with two lines at Cleo, of which the second has a date of its own.
func full(t *testing.T, s *server.Server, number, partner string) {
	t.Helper()
	n := edi.NewSegment
	require.NoError(t, s.Hub.Deliver("outbound/850", number+".edi", document(t, "PO", "850", partner, n("BEG", "00", "SA", number, "", "20260105"), n("DTM", "002", "20260119"),
		n("PO1", "10", "24", "EA", "4.85", "PE", "VN", "S-1", "BP", "B-1"), n("PID", "F", "", "", "", "Ball bearing"),
		n("PO1", "20", "1", "BX", "38.9", "PE", "VN", "S-2", "BP", "B-2"), n("DTM", "002", "20260126"), n("CTT", "2"))))
}

// said reads what an answer says: its segments but the first, one text each.
func said(t *testing.T, s *server.Server, a server.Answered) (head string, rest []string) {
	t.Helper()
	for _, f := range s.Hub.Files() {
		if f.Name != a.File {
			continue
		}
		content, err := s.Hub.Content(f.ID)
		require.NoError(t, err)
		valid, err := schema.Validate(bytes.NewReader(content), &ack.Collector{}, schema.Options{})
		require.NoError(t, err)
		require.True(t, valid, "%s: %s", a.Kind, content)
		trees, err := edi.ReadAll(bytes.NewReader(content))
		require.NoError(t, err)
		group, set := trees[0].Groups[0], trees[0].Groups[0].Sets[0]
		require.Equal(t, a.Set, set.ID)
		require.Equal(t, map[string]string{"997": "FA", "855": "PR", "824": "AG"}[a.Set], group.Functional)
		require.Equal(t, []string{a.Partner, "US"}, []string{group.Sender, group.Receiver})
		for _, segment := range set.Segments {
			rest = append(rest, strings.Join(append([]string{segment.ID}, segment.Elements...), "*"))
		}
		return rest[0], rest[1:]
	}
	require.Fail(t, "there is no file "+a.File)
	return "", nil
}

func TestSuppliersAnswerInEveryWay(t *testing.T) {
	const first, second = "PO1*10*24*EA*4.85*PE*VN*S-1*BP*B-1", "PO1*20*1*BX*38.9*PE*VN*S-2*BP*B-2"
	for kind, want := range map[string]struct {
		set, expect, becomes string
		head                 string // how the first segment begins
		rest                 []string
	}{
		"accepted":          {"997", "accepted", "acknowledged", "AK1*PO*1", []string{"AK2*850*0001", "AK5*A", "AK9*A*1*1*1"}},
		"errors":            {"997", "accepted", "acknowledged", "AK1*PO*1", []string{"AK2*850*0001", "AK3*CSH*6**3", "AK5*E*5", "AK9*E*1*1*1"}},
		"rejected":          {"997", "accepted", "rejected", "AK1*PO*1", []string{"AK2*850*0001", "AK3*CSH*6**3", "AK5*R*5", "AK9*R*1*1*0"}},
		"unmatched":         {"997", "parked", "", "AK1*PO*900001", []string{"AK2*850*0001", "AK5*A", "AK9*A*1*1*1"}},
		"confirmed":         {"855", "accepted", "", "BAK*00*AD*77*20260105****S77*", []string{first, "ACK*IA*24*EA*067*20260119", second, "ACK*IA*1*BX*067*20260126", "CTT*2"}},
		"confirmed-less":    {"855", "parked", "", "BAK*00*AC*77*20260105****S77*", []string{first, "ACK*IQ*12*EA*067*20260119", second, "ACK*IA*1*BX*067*20260126", "CTT*2"}},
		"confirmed-later":   {"855", "parked", "", "BAK*00*AC*77*20260105****S77*", []string{first, "ACK*DR*24*EA*067*20260126", second, "ACK*IA*1*BX*067*20260126", "CTT*2"}},
		"confirmed-without": {"855", "parked", "", "BAK*00*AC*77*20260105****S77*", []string{first, "ACK*IA*24*EA*067*20260119", second, "ACK*IR*0*BX", "CTT*2"}},
		"advised":           {"824", "accepted", "", "BGN*11*A77*", []string{"OTI*TA*PO*77*US*AA*20260105*1200*1*0001*850*004010"}},
		"advised-errors":    {"824", "accepted", "", "BGN*11*A77*", []string{"OTI*TE*PO*77*US*AA*20260105*1200*1*0001*850*004010", "TED*024*the ship-to is not known here*N1"}},
		"advised-rejected":  {"824", "accepted", "rejected", "BGN*11*A77*", []string{"OTI*TR*PO*77*US*AA*20260105*1200*1*0001*850*004010", "TED*024*the ship-to is not known here*N1"}},
	} {
		t.Run(kind, func(t *testing.T) {
			s := start(t, server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1})
			full(t, s, "77", "AA")
			full(t, s, "78", "BB")
			status, told := ask[map[string]int](t, s, "POST", "cleo/answers?order=77&kind="+kind, "")
			require.Equal(t, http.StatusOK, status)
			require.Equal(t, 1, told["answers"], "the other order is not asked about")
			_, given := ask[[]server.Answered](t, s, "GET", "cleo/answers", "")
			require.Len(t, given, 1)
			a := given[0]
			require.Equal(t, []string{"77", "AA", want.set, kind, want.expect, want.becomes}, []string{a.Order, a.Partner, a.Set, a.Kind, a.Expect, a.Becomes})
			head, rest := said(t, s, a)
			require.True(t, strings.HasPrefix(head, want.head), head)
			require.Equal(t, want.rest, rest)
			n, err := s.Answer(kind, false, "77")
			require.NoError(t, err)
			require.Zero(t, n, "it is answered so already")
		})
	}
}

// TestWhatSuppliersPutOffComesWhenItIsDue has one supplier answer late, one twice and one never.
func TestWhatSuppliersPutOffComesWhenItIsDue(t *testing.T) {
	o := server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1}
	s := start(t, o)
	for _, number := range []string{"1", "2", "3"} {
		full(t, s, number, "P"+number)
	}
	for number, kind := range map[string]string{"1": "late", "2": "never", "3": "twice"} {
		_, err := s.Answer(kind, false, number)
		require.NoError(t, err)
	}
	answers := func(number string) (out []server.Answered) {
		all, err := s.Answers()
		require.NoError(t, err)
		for _, a := range all {
			if a.Order == number {
				out = append(out, a)
			}
		}
		return out
	}
	for number, kind := range map[string]string{"1": "late", "2": "never"} {
		require.Len(t, answers(number), 1)
		require.Equal(t, []string{kind, "", "", "overdue"}, []string{answers(number)[0].Kind, answers(number)[0].File, answers(number)[0].Expect, answers(number)[0].Becomes})
	}
	require.Len(t, answers("3"), 2)
	require.NotEqual(t, answers("3")[0].File, answers("3")[1].File)
	require.Len(t, verdicts(t, s), 2, "only the two that are the same have come")

	require.NoError(t, s.Close())
	s = start(t, o)
	script, err := s.AnswerByScript()
	require.NoError(t, err)
	require.Empty(t, script, "what is put off is answered")
	_, told := ask[map[string]int](t, s, "POST", "cleo/answers?kind=due", "")
	require.Equal(t, 1, told["answers"])
	late := answers("1")[0]
	require.Equal(t, []string{"accepted", "acknowledged"}, []string{late.Expect, late.Becomes})
	_, rest := said(t, s, late)
	require.Contains(t, rest, "AK5*A")
	require.Len(t, verdicts(t, s), 3)
	n, err := s.Due()
	require.NoError(t, err)
	require.Zero(t, n, "it comes once")
	require.Empty(t, answers("2")[0].File)
}

// TestSomeSuppliersSayMoreThanThatTheyAccept has the script look at the suppliers with habits, at a change of an order, and
// at an order that cannot be confirmed.
func TestSomeSuppliersSayMoreThanThatTheyAccept(t *testing.T) {
	s := start(t, server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1})
	for number, partner := range map[string]string{"1": "AA", "2": "BB", "3": "IRONBRIDGE", "4": "SUMMITSAFE", "5": "DELPIPE", "6": "LAKEADH"} {
		full(t, s, number, partner)
	}
	require.NoError(t, s.Hub.Deliver("outbound/850", "change.edi", document(t, "PC", "860", "IRONBRIDGE", edi.NewSegment("BCH", "04", "SA", "3", "", "", "20260105"))))
	order(t, s, "outbound/850", "bare.edi", "7", "SUMMITSAFE")
	want := []string{"1 AA rejected", "2 BB errors", "3 IRONBRIDGE accepted", "3 IRONBRIDGE confirmed", "3 IRONBRIDGE accepted", "4 SUMMITSAFE accepted",
		"4 SUMMITSAFE confirmed-less", "5 DELPIPE accepted", "5 DELPIPE advised", "7 SUMMITSAFE accepted"}
	given, err := s.AnswerByScript()
	require.NoError(t, err)
	require.ElementsMatch(t, want, brief(given))
	for _, a := range given {
		said(t, s, a)
	}
	given, err = s.AnswerByScript()
	require.NoError(t, err)
	require.Empty(t, given)
}

// TestAnOrderOfOneLineThatIsRefusedIsRejected looks at what is left of an order.
func TestAnOrderOfOneLineThatIsRefusedIsRejected(t *testing.T) {
	s := start(t, server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1})
	require.NoError(t, s.Hub.Deliver("outbound/850", "1.edi", document(t, "PO", "850", "AA", edi.NewSegment("BEG", "00", "SA", "1", "", "20260105"),
		edi.NewSegment("PO1", "10", "1", "EA", "4.85", "PE", "VN", "S-1", "BP", "B-1"), edi.NewSegment("CTT", "1"))))
	for _, kind := range []string{"confirmed-less", "confirmed-without"} {
		_, err := s.Answer(kind, true)
		require.NoError(t, err)
	}
	given, err := s.Answers()
	require.NoError(t, err)
	require.Equal(t, []string{"", "rejected"}, []string{given[0].Becomes, given[1].Becomes})
	_, rest := said(t, s, given[0])
	require.Contains(t, rest, "ACK*IQ*0.5*EA", "less than one")
}
