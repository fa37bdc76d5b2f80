package mapping

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// reviser makes orders and new revisions of them.
type reviser struct{ *rand.Rand }

func (r reviser) pick(values ...string) string { return values[r.IntN(len(values))] }

func (r reviser) date() trade.Date { return trade.Date(fmt.Sprintf("202604%02d", 1+r.IntN(4))) }

func (r reviser) quantity() decimal.Decimal {
	return decimal.New(int64(r.IntN(90_000)), -int32(r.IntN(4)))
}

// text is a word, or as much of them as no element holds.
func (r reviser) text() string {
	return strings.TrimSpace(strings.Repeat(r.pick("zinc", "steel bolt", "brass", "washer")+" ", 1+r.IntN(3)*r.IntN(40)))
}

func (r reviser) line(number, suffix int) trade.OrderLine {
	l := trade.OrderLine{Number: number, Suffix: suffix, Item: r.pick("B-1", "B-2", ""), SupplierItem: r.pick("AX-1", "AX-2"), Quantity: r.quantity(), Price: r.quantity()}
	l.Description = r.pick("", r.text())
	r.price(&l)
	r.unit(&l)
	return l
}

func (r reviser) price(l *trade.OrderLine) {
	l.Price, l.PriceBasis = r.quantity(), []int{1, 100, 1000, 50}[r.IntN(4)]
}

func (r reviser) unit(l *trade.OrderLine) {
	l.Unit = r.pick("EA", "BX")
	l.PriceUnit = l.Unit
}

// add puts lines where no other is, some of them with sub numbers.
func (r reviser) add(o *trade.PurchaseOrder) {
	l := r.line(10*(1+r.IntN(12)), r.IntN(3))
	if !slices.ContainsFunc(o.Lines, func(other trade.OrderLine) bool { return other.LineID() == l.LineID() }) {
		o.Lines = append(o.Lines, l)
	}
	slices.SortFunc(o.Lines, func(a, b trade.OrderLine) int { return a.Number*10 + a.Suffix - b.Number*10 - b.Suffix })
}

// ofLines and ofHeader are what may change between two revisions.
var (
	ofLines = []func(reviser, *trade.OrderLine){
		func(r reviser, l *trade.OrderLine) { l.Quantity = r.quantity() },
		func(r reviser, l *trade.OrderLine) { l.Quantity = r.quantity() },
		func(r reviser, l *trade.OrderLine) { r.price(l) },
		func(r reviser, l *trade.OrderLine) { l.PriceBasis = []int{1, 100, 1000}[r.IntN(3)] },
		func(r reviser, l *trade.OrderLine) { r.price(l); l.Quantity = r.quantity() },
		func(r reviser, l *trade.OrderLine) { r.unit(l) },
		func(r reviser, l *trade.OrderLine) { l.Item = r.pick("B-1", "B-2", "") },
		func(r reviser, l *trade.OrderLine) { l.SupplierItem = r.pick("AX-1", "AX-2", "AX-3") },
		func(r reviser, l *trade.OrderLine) { l.Description = r.pick(r.text(), r.text(), "") },
		func(r reviser, l *trade.OrderLine) { l.Text = []string{r.text(), r.pick("", "by noon")} },
		func(_ reviser, l *trade.OrderLine) { l.Text = nil },
		func(r reviser, l *trade.OrderLine) { l.DeliveryDate = r.date() },
		func(r reviser, l *trade.OrderLine) { l.DeliveryDate = r.date() },
		func(_ reviser, l *trade.OrderLine) { l.DeliveryDate = "" },
		func(r reviser, l *trade.OrderLine) { l.Contract = r.pick("", "AG1", "AG2") },
	}
	ofHeader = []func(reviser, *trade.PurchaseOrder){
		func(r reviser, o *trade.PurchaseOrder) { o.DeliveryDate = r.date() },
		func(r reviser, o *trade.PurchaseOrder) { o.DeliveryDate = r.date() },
		func(r reviser, o *trade.PurchaseOrder) {
			o.ShipTo.ID, o.ShipTo.Town = r.pick("W01", "W02"), r.pick("Reno", "Chicago")
		},
		func(r reviser, o *trade.PurchaseOrder) {
			o.ShipTo.Street = []string{r.pick("1 Lake St", "Dock 4"), r.pick("", "Gate B")}
		},
		func(r reviser, o *trade.PurchaseOrder) { o.PaymentTerms = r.pick("N30", "N45", "N60") },
		func(r reviser, o *trade.PurchaseOrder) { o.Text = []string{r.text(), r.text()} },
		func(r reviser, o *trade.PurchaseOrder) { o.BuyerPhone = r.pick("", "5551234") },
		func(r reviser, o *trade.PurchaseOrder) { o.DeliveryTermsText = r.pick("", "Free carrier", "Ex works") },
		func(r reviser, o *trade.PurchaseOrder) { o.YourReference = r.pick("", "Q-1", "Q-2") },
		func(r reviser, o *trade.PurchaseOrder) { o.Contract = r.pick("AG1", "AG2") },
		func(r reviser, o *trade.PurchaseOrder) { o.Currency = r.pick("USD", "EUR") },
		func(r reviser, o *trade.PurchaseOrder) { o.OrderDate = trade.Date(r.pick("20260302", "20260303")) },
		func(r reviser, o *trade.PurchaseOrder) { r.add(o) },
		func(r reviser, o *trade.PurchaseOrder) { r.add(o) },
		func(r reviser, o *trade.PurchaseOrder) {
			if at := r.IntN(len(o.Lines)); len(o.Lines) > 1 {
				o.Lines = slices.Delete(o.Lines, at, at+1)
			}
		},
		func(r reviser, o *trade.PurchaseOrder) {
			[]func(){func() { o.Text = nil }, func() { o.DeliveryDate = "" }, func() { o.Contract = "" }, func() { o.YourReference = "" }}[r.IntN(4)]()
		},
	}
)

// revision changes a few things of an order, or nothing.
func (r reviser) revision(t *testing.T, o trade.PurchaseOrder) trade.PurchaseOrder {
	out, err := o.Correct(nil) // which shares no list with the original
	require.NoError(t, err)
	for range r.IntN(4) {
		ofLines[r.IntN(len(ofLines))](r, &out.Lines[r.IntN(len(out.Lines))])
	}
	for range r.IntN(3) {
		ofHeader[r.IntN(len(ofHeader))](r, &out)
	}
	totalled(&out)
	return out
}

// settled says of each line the date it has, also where that is the header's: an 860 says
// it with the line, an 850 does not. It is all that two ways to one order differ in.
func settled(o doc.PurchaseOrder) doc.PurchaseOrder {
	o.Lines = slices.Clone(o.Lines)
	for i := range o.Lines {
		o.Lines[i].Dates = changeDates(o, o.Lines[i])
	}
	return o
}

func asText(t *testing.T, v any) string {
	t.Helper()
	content, err := json.MarshalIndent(v, "", " ")
	require.NoError(t, err)
	return string(content)
}

// TestChangesMakeTheNewRevisionOfTheOldOne lets a supplier keep an order by changes alone,
// through several revisions, and compares with what an 850 of each says. One supplier
// lets lines without a date follow the header's; the other takes it over when it gets
// the order. Both have to come to the same.
func TestChangesMakeTheNewRevisionOfTheOldOne(t *testing.T) {
	const orders, revisions = 80, 4
	for _, version := range []Code{"004010", "005010"} {
		t.Run(string(version), func(t *testing.T) {
			met := map[string]int{}
			for seed := range uint64(orders) {
				r := reviser{rand.New(rand.NewPCG(seed, 860))}
				m := mapper(t, func(m *Order850) {
					m.Profile.Version, m.Order.DeliveryDate = version, trade.Date(r.pick("", string(r.date())))
					for range 1 + r.IntN(5) {
						r.add(&m.Order)
					}
					totalled(&m.Order)
				})
				following, reason := m.Map()
				require.True(t, reason.IsZero(), reason.String())
				fixed := settled(following)
				for n := range revisions {
					before := m.Order
					m.Order = r.revision(t, before)
					c := Change860{Before: before, After: m, Sequence: n + 1, Date: "20260305"}
					want, reason := m.Map()
					require.True(t, reason.IsZero(), reason.String())
					change, differs, reason := c.Map()
					require.True(t, reason.IsZero(), reason.String())
					if differs {
						content, back := written(t, c.Encode, change)
						require.Equal(t, asText(t, change), asText(t, back), "%s", content)
						following, fixed = applied(t, following, back), applied(t, fixed, back)
						tally(t, met, before, back)
					} else {
						met["equal"]++
					}
					require.Equal(t, asText(t, settled(want)), asText(t, settled(following)))
					require.Equal(t, asText(t, settled(want)), asText(t, settled(fixed)))
				}
			}
			t.Log(met)
			for _, what := range []string{"equal", "04", "05", "AI", "DI", "QI", "QD", "PC", "PQ", "CT", "CA", "RZ"} {
				require.Greater(t, met[what], 5, "%s was tried", what)
			}
		})
	}
}

func applied(t *testing.T, o doc.PurchaseOrder, change doc.OrderChange) doc.PurchaseOrder {
	t.Helper()
	out, err := ApplyChange860(o, change)
	require.NoError(t, err)
	return out
}

// tally counts what a change says, and holds the codes of quantities against the order.
func tally(t *testing.T, met map[string]int, before trade.PurchaseOrder, change doc.OrderChange) {
	t.Helper()
	met[change.Purpose]++
	for _, line := range change.Lines {
		met[line.Change]++
		i := slices.IndexFunc(before.Lines, func(l trade.OrderLine) bool { return l.LineID() == line.ID })
		require.Equal(t, line.Change == "AI", i < 0, "only an added line is new")
		switch line.Change {
		case "QI":
			require.True(t, line.Quantity.GreaterThan(before.Lines[i].Quantity))
		case "QD":
			require.True(t, line.Quantity.LessThan(before.Lines[i].Quantity))
		case "PC", "CT":
			require.True(t, line.Quantity.Equal(before.Lines[i].Quantity))
		}
	}
	if change.Purpose == "04" {
		stated := len(change.Lines) + len(change.References) + len(change.Contacts) + len(change.Freight) + len(change.Terms) + len(change.Dates) +
			len(change.Texts) + len(change.Parties)
		other := change.Currency != nil || change.Contract != before.Contract || string(change.Date) != string(before.OrderDate)
		require.True(t, stated > 0 || other, "no change is empty")
	}
}
