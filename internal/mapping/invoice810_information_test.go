package mapping

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

func TestReferencesBecomeInformationByCategory(t *testing.T) {
	text := strings.NewReplacer("REF*PK*DN-9\n", "REF*PK*DN-9\nREF*BM*BOL-1\nREF*BM*BOL-2\nREF*ZZ*left out\nREF*CN**Handed over at the gate of the northern warehouse\n",
		"M8 x 40\n", "M8 x 40\nREF*BM*BOL-2\nREF*BM*BOL-3\n").Replace(invoice)
	inv := mapped(t, text, func(s *InvoiceSet) { s.References = map[string]int{"BM": 10, "PK": 20, "CN": 30} })
	require.Equal(t, []ionapi.InvoiceInfo{
		{Category: "20", Text: "DN-9"}, {Category: "10", Text: "BOL-1", Sequence: "1"}, {Category: "10", Text: "BOL-2", Sequence: "2"},
		{Category: "30", Text: "Handed over at the gate of the northern…"}, {Category: "10", Text: "BOL-3", Sequence: "3"},
	}, M3Invoice{Invoice: inv}.Info())
	require.Equal(t, "DN-9", inv.DeliveryNote, "it stays the delivery note of the lines")
	require.Equal(t, "IT1[1]/REF[2]-02", inv.Information[4].Place)
	require.Empty(t, M3Invoice{Invoice: mapped(t, text, nil)}.Info(), "a profile without categories")
}

func TestALongNumberIsNotCut(t *testing.T) {
	long := strings.Repeat("9", 46)
	categories := func(s *InvoiceSet) { s.References = map[string]int{"PK": 20} }
	inv := mapped(t, strings.Replace(invoice, "REF*PK*DN-9", "REF*IA*0010045\nREF*PK*"+long, 1), categories)
	inv.DeliveryNote = ""
	_, _, reason := M3Invoice{Invoice: inv}.Records()
	readsWell(t, reason, trade.ReasonValueTooLong, `the reference "`+long+`" has 46 characters, and M3 takes 45 (REF[3]-02)`)
	inv.Information[0].Text = long[:45]
	require.Equal(t, long[:45], M3Invoice{Invoice: inv}.Info()[0].Text)
	_, _, reason = M3Invoice{Invoice: inv}.Records()
	require.True(t, reason.IsZero(), reason.String())
}
