package operator

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/ionapi"
	"tradewind/workflows"
)

func TestTheOtherDocumentIsNamedByTheTrail(t *testing.T) {
	arrival := ledger.Event{Kind: "received", Detail: map[string]any{"other": "file/7"}}
	for name, c := range map[string]struct {
		events []ledger.Event
		want   string
	}{
		"nothing names one": {want: ""},
		"a control number":  {[]ledger.Event{arrival}, "file/7"},
		"the last event":    {[]ledger.Event{arrival, {Kind: "duplicate", Detail: map[string]any{"other": "invoice-in/3/1/1/1/1"}}}, "invoice-in/3/1/1/1/1"},
		"an equal order":    {[]ledger.Event{{Detail: map[string]any{"equalTo": "order/100/AAA/1/1"}}}, "order/100/AAA/1/1"},
		"an invoice of M3":  {[]ledger.Event{arrival, {Kind: "parked", Detail: map[string]any{"other": "voucher 12"}}}, "voucher 12"},
	} {
		require.Equal(t, c.want, named(c.events), name)
	}
}

func TestSegmentsAreWrittenWithReadableSeparators(t *testing.T) {
	set := edi.Set{Segments: []edi.SegmentData{edi.NewSegment("REF", "IA", "", "", edi.Composite("A", "", "C")), edi.NewSegment("DTM", edi.Repeated("1", "2"))}}
	require.Equal(t, []string{"REF*IA***A>>C\n", "DTM*1^2\n"}, linesOf(set))
}

func TestAPlanIsWrittenAsTheCallsItMakes(t *testing.T) {
	lines := postedLines(workflows.Plan{
		Head: ionapi.InvoiceHead{Supplier: "20", Number: "INV-1", Amount: "10.5"}, Lines: []ionapi.InvoiceLine{{Number: 1, Type: ionapi.LineItem, Amount: "10.5"}},
		Information: []ionapi.InvoiceInfo{{Category: "10", Text: "BOL 7"}}, Recoding: []ionapi.RecodeLine{{Amount: "10.5", Objects: [7]string{"5010", "", "F01"}}},
	})
	require.Equal(t, []string{
		"AddHead SUNO=20  SINO=INV-1  CUAM=10.5\n", "AddLine TRNO=1  RDTP=1  NLAM=10.5\n", "AddAddInfo PEXN=10  PEXI=BOL 7\n", "AddLineRecode NLAM=10.5  AIT1=5010  AIT3=F01\n",
	}, lines, "what is not sent is not shown")
}
