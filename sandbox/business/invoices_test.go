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
	for _, n := range []int{1, 5, 19, 20, 39, 40, 60, 200} {
		kinds, files := map[string]int{}, map[string]bool{}
		made := bill(t, n, 0)
		for _, i := range made.Invoices {
			kinds[i.Kind]++
			files[i.File] = true
		}
		require.Len(t, made.Invoices, n)
		require.Len(t, files, n, "names are different")
		others := kinds[business.Twice] + kinds[business.Again] + kinds[business.AtOnce]/2 + kinds[business.CreditOurs]
		require.Len(t, made.Orders, n-others+kinds[business.SeveralOrders])
		require.Len(t, made.Bookings, kinds[business.Credit])
		switch {
		case n >= 40:
			require.Len(t, kinds, 17)
		case n >= 20:
			require.Len(t, kinds, 12)
		default:
			require.Zero(t, kinds[business.AtOnce])
		}
		if n == 60 { // as sandbox/README.md says
			require.Equal(t, map[string]int{"right": 35, "charged": 5, "wrong-total": 1, "unknown-line": 1, "wrong-unit": 1, "credit": 2, "early": 2, "test": 1,
				"unknown-partner": 1, "unknown-order": 1, "duplicate": 2, "again": 1, "at-once": 2, "credit-ours": 1, "packed": 1, "several-orders": 1, "discounted": 2}, kinds)
		}
	}
	require.Equal(t, bill(t, 60, 0), bill(t, 60, 0))
	require.NotEqual(t, bill(t, 60, 0).Invoices[0].File, bill(t, 60, 60).Invoices[0].File)
}

func TestKindsThatComeWithMoreFiles(t *testing.T) {
	made := bill(t, 200, 0).Invoices
	byNumber, credited := map[string]business.Invoice{}, map[string]bool{}
	for n, i := range made {
		if _, repeated := byNumber[i.Number]; !repeated {
			byNumber[i.Number] = i
		}
		invoice := read(t, i)
		switch i.Kind {
		case business.AtOnce:
			if i.Expect == "posted" {
				require.Equal(t, []string{string(i.Content), "duplicate"}, []string{string(made[n+1].Content), made[n+1].Expect}, "its twin comes next")
				require.NotEmpty(t, i.Postings)
			} else {
				require.Empty(t, i.Postings)
			}
		case business.CreditOurs:
			original := byNumber[i.Original]
			require.Equal(t, []string{business.Right, original.Order, original.Supplier}, []string{original.Kind, i.Order, i.Supplier})
			require.Equal(t, original.Postings[0].Amount, business.Number(i.Postings[0].Amount).Neg().StringFixed(2))
			require.Equal(t, []string{"CR", "OI", i.Original}, []string{invoice.Type, invoice.References[2].Qualifier, invoice.References[2].Value})
			require.False(t, credited[i.Original], "nothing is credited twice")
			credited[i.Original] = true
		case business.Packed:
			line := invoice.Lines[0]
			require.Equal(t, []string{"CA", "2", "PE"}, []string{line.Unit, line.Quantity.String(), line.Basis})
			require.Equal(t, []string{"12", "1", "EA"}, []string{line.Packs[0].Inner.String(), line.Packs[0].Size.String(), line.Packs[0].Unit})
			require.Equal(t, i.Postings[0].Amount, line.Quantity.Mul(line.Price).Round(2).StringFixed(2))
		case business.SeveralOrders:
			orders, centres := map[string]bool{}, map[string]bool{}
			for n, line := range invoice.Lines {
				require.Equal(t, "PO", line.References[0].Qualifier)
				orders[line.References[0].Value] = true
				centres[i.Postings[n].Dimensions["AIT2"]] = true
			}
			require.Empty(t, i.Order)
			require.Len(t, orders, 2)
			require.Len(t, centres, map[string]int{"100": 2, "200": 1}[i.Cono])
		case business.Discounted:
			require.Equal(t, []string{"2", "10"}, []string{invoice.Terms[0].DiscountPercent.String(), invoice.Terms[0].DiscountDays})
		}
	}
}

func TestPostingsAddUpToTheTotal(t *testing.T) {
	for _, i := range bill(t, 60, 0).Invoices {
		sum, kinds := business.Number("0"), map[string]bool{}
		for _, p := range i.Postings {
			sum = sum.Add(business.Number(p.Amount))
			kinds[p.Kind] = true
			require.Equal(t, map[string]string{"item": "5010", "charge": "5200", "vat": "2330"}[p.Kind], p.Dimensions["AIT1"])
			require.Equal(t, p.Kind == "vat", p.Dimensions["AIT2"] == "")
		}
		deserved := i.Expect == "posted" || i.Expect == "held"
		require.Equal(t, deserved, len(i.Postings) > 0, i.Kind)
		if deserved {
			require.Equal(t, i.Total, sum.StringFixed(2), i.Kind)
		}
		require.Equal(t, i.Kind == business.Charged, kinds["charge"] && kinds["vat"])
	}
}

// read gives the 810 of a file.
func read(t *testing.T, i business.Invoice) doc.Invoice {
	t.Helper()
	tree, err := edi.ReadAll(bytes.NewReader(i.Content))
	require.NoError(t, err)
	invoice, err := doc.UnmarshalInvoice(tree[0].Groups[0].Sets[0].Segments)
	require.NoError(t, err)
	return invoice
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
		ic, invoice := tree[0], read(t, i)
		require.Equal(t, []string{i.Number, i.Order, i.Total}, []string{invoice.Number, invoice.OrderNumber, invoice.Totals.Amount.StringFixed(2)})
		require.Equal(t, i.Kind == business.Trial, ic.Usage == "T")
		require.Equal(t, i.Kind == business.UnknownPartner, ic.Sender == "STRANGER")
		require.Equal(t, i.Kind == business.Credit || i.Kind == business.CreditOurs, invoice.Type == "CR" && invoice.Totals.Amount.IsNegative())
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
