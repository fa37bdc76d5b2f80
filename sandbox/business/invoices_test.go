package business_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
	"tradewind/sandbox/business"
)

// listener gathers what a validation says.
type listener struct{ findings []schema.Finding }

func (l *listener) BeginInterchange(edi.Interchange) {}
func (l *listener) BeginGroup(edi.Group)             {}
func (l *listener) Set(s schema.SetReport)           { l.findings = append(l.findings, s.Findings...) }
func (l *listener) EndGroup(g schema.GroupReport)    { l.findings = append(l.findings, g.Findings...) }
func (l *listener) EndInterchange(i schema.InterchangeReport) {
	l.findings = append(l.findings, i.Findings...)
}

func bill(t *testing.T, n, before int) business.Billing {
	t.Helper()
	out, err := business.NewGenerator(7, time.Date(2026, 1, 1, 15, 0, 0, 0, time.UTC)).Invoices(n, before)
	require.NoError(t, err)
	return out
}

func TestInvoicesAreAMixOfKinds(t *testing.T) {
	for _, n := range []int{1, 5, 19, 20, 60, 200} {
		kinds, files := map[string]int{}, map[string]bool{}
		made := bill(t, n, 0)
		for _, i := range made.Invoices {
			kinds[i.Kind]++
			files[i.File] = true
		}
		require.Len(t, made.Invoices, n)
		require.Len(t, files, n, "names are different")
		require.Len(t, made.Orders, n-kinds[business.Twice]-kinds[business.Again])
		require.Len(t, made.Bookings, kinds[business.Credit])
		if n >= 20 {
			require.Len(t, kinds, 12)
		}
		if n >= 60 {
			require.InDelta(t, 0.7, float64(kinds[business.Right])/float64(n), 0.05)
		}
	}
	require.Equal(t, bill(t, 60, 0), bill(t, 60, 0))
	require.NotEqual(t, bill(t, 60, 0).Invoices[0].File, bill(t, 60, 60).Invoices[0].File)
}

func TestEveryInvoiceIsAValid810(t *testing.T) {
	made, right := bill(t, 60, 0), map[string]business.Invoice{}
	for _, i := range made.Invoices {
		var l listener
		_, err := schema.Validate(bytes.NewReader(i.Content), &l, schema.Options{})
		require.NoError(t, err)
		if i.Kind == business.WrongTotal {
			require.Len(t, l.findings, 1, i.Kind)
		} else {
			require.Empty(t, l.findings, "%s\n%s", i.Kind, i.Content)
		}
		tree, err := edi.ReadAll(bytes.NewReader(i.Content))
		require.NoError(t, err)
		ic, set := tree[0], tree[0].Groups[0].Sets[0]
		invoice, err := doc.UnmarshalInvoice(set.Segments)
		require.NoError(t, err)
		require.Equal(t, []string{i.Number, i.Order, i.Total}, []string{invoice.Number, invoice.OrderNumber, invoice.Totals.Amount.StringFixed(2)})
		require.Equal(t, i.Kind == business.Trial, ic.Usage == "T")
		require.Equal(t, i.Kind == business.UnknownPartner, ic.Sender == "STRANGER")
		require.Equal(t, i.Kind == business.Credit, invoice.Type == "CR" && invoice.Totals.Amount.IsNegative())
		require.Equal(t, i.Kind == business.Charged, len(invoice.Charges) == 1 && len(invoice.Taxes) == 1)
		switch first := right[i.Number]; i.Kind {
		case business.Right:
			right[i.Number] = i
		case business.Twice:
			require.Equal(t, first.Content, i.Content)
		case business.Again:
			require.Equal(t, []string{first.Total, "2026"}, []string{i.Total, string(invoice.Date)[:4]})
			require.NotEqual(t, first.Content, i.Content)
		}
	}
}

func TestOrdersOfInvoicesAreNeverSent(t *testing.T) {
	for _, o := range bill(t, 60, 0).Orders {
		require.Contains(t, map[string]string{business.Delivered: "75", business.Advised: "40"}, o.Kind)
		require.Contains(t, []string{"40", "75"}, o.Head["PUSL"])
		for _, l := range o.Lines {
			require.Equal(t, o.Kind == business.Delivered, l["RVQA"] == l["ORQA"])
		}
	}
}
