package mapping

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

func kinds(differences []trade.Difference) []trade.DifferenceKind {
	var out []trade.DifferenceKind
	for _, d := range differences {
		out = append(out, d.Kind)
	}
	return out
}

// randomOrder is an order of a few lines whose 850 goes out.
func randomOrder(random *rand.Rand) trade.PurchaseOrder {
	o := trade.PurchaseOrder{Company: us, Number: fmt.Sprint(4500000 + random.IntN(1000)), Supplier: "0010045", Currency: "USD",
		OrderDate: "20260302", DeliveryDate: "20260316"}
	for i := range 1 + random.IntN(6) {
		l := trade.OrderLine{Number: 10 * (i + 1), Suffix: random.IntN(3), Item: fmt.Sprintf("B-%d", i), SupplierItem: fmt.Sprintf("AX-%d", i),
			Description: "Bolt", Quantity: decimal.New(4+random.Int64N(5000), -int32(random.IntN(3))), Unit: []string{"EA", "BX"}[random.IntN(2)],
			Price: decimal.New(1+random.Int64N(100000), -int32(random.IntN(5))), PriceBasis: []int{1, 100, 1000, 50}[random.IntN(4)]}
		l.PriceUnit = l.Unit
		l.Amount = l.Quantity.Mul(l.Price).Div(decimal.NewFromInt(int64(l.PriceBasis)))
		if random.IntN(2) == 0 {
			l.DeliveryDate = []trade.Date{"20260316", "20260401"}[random.IntN(2)]
		}
		o.Lines = append(o.Lines, l)
	}
	return o
}

// echoed is the 855 of a supplier who repeats the 850 that it got, and accepts it all. With
// or without dates, quantities and items, it is the same.
func echoed(t *testing.T, random *rand.Rand, o trade.PurchaseOrder) doc.OrderConfirmation {
	t.Helper()
	m := mapper(t, nil)
	m.Order = o
	sent, reason := m.Map()
	require.True(t, reason.IsZero(), reason.String())
	out := doc.OrderConfirmation{Purpose: "00", Type: []string{"AD", "AC", "NA"}[random.IntN(3)], Number: sent.Number, Date: sent.Date, Assigned: "20260303"}
	if random.IntN(2) == 0 {
		out.Dates = sent.Dates
	}
	for i, l := range sent.Lines {
		line := doc.ConfirmationLine{ID: l.ID, Quantity: l.Quantity, Unit: l.Unit, Price: l.Price, Basis: l.Basis, ProductIDs: l.ProductIDs}
		status := doc.LineStatus{Code: "IA", Quantity: new(l.Quantity), Unit: l.Unit, DateQualifier: "067", Date: doc.Date(firstOf(string(o.Lines[i].DeliveryDate), string(o.DeliveryDate)))}
		switch random.IntN(5) {
		case 0:
			status.Quantity, status.Unit = nil, ""
		case 1:
			status.DateQualifier, status.Date = "", ""
		case 2:
			line.Dates, status.Date, status.DateQualifier = []doc.DateTime{{Qualifier: "067", Date: status.Date}}, "", ""
		case 3:
			line.ProductIDs = nil
		}
		line.Statuses = []doc.LineStatus{status}
		out.Lines = append(out.Lines, line)
	}
	return out
}

func compared(t *testing.T, o trade.PurchaseOrder, in doc.OrderConfirmation, days int) []trade.Difference {
	t.Helper()
	c, reason := ReadConfirmation855(in, confirmationProfile(), us, confirmationUnits(t))
	require.True(t, reason.IsZero(), reason.String())
	return CompareConfirmation(o, c, days)
}

// planted are changes to one line of a confirmation, each with the one difference that it is.
var planted = map[string]struct {
	change func(*doc.ConfirmationLine)
	kind   trade.DifferenceKind
	says   string
}{
	"price": {func(l *doc.ConfirmationLine) { l.Price = l.Price.Add(decimal.New(1, -2)) }, trade.DifferencePrice, "ordered"},
	"price by its basis": {func(l *doc.ConfirmationLine) {
		l.Basis, l.Price = "HP", l.Price.Mul(decimal.NewFromInt(7000))
	}, trade.DifferencePrice, "per 100"},
	"less": {func(l *doc.ConfirmationLine) {
		l.Statuses[0].Quantity, l.Statuses[0].Unit = new(l.Quantity.Sub(decimal.New(1, -2))), l.Unit
	}, trade.DifferenceQuantity, "confirmed"},
	"more, said in PO1": {func(l *doc.ConfirmationLine) {
		l.Statuses[0].Quantity, l.Statuses[0].Code, l.Quantity = nil, "IQ", l.Quantity.Add(decimal.NewFromInt(1))
	}, trade.DifferenceQuantity, "confirmed"},
	"later": {func(l *doc.ConfirmationLine) {
		l.Statuses[0].DateQualifier, l.Statuses[0].Date = "069", "20260501"
	}, trade.DifferenceDate, "confirmed for 2026-05-01"},
	"earlier": {func(l *doc.ConfirmationLine) {
		l.Statuses[0].DateQualifier, l.Statuses[0].Date = "017", "20260303"
	}, trade.DifferenceDate, "days earlier), ordered for"},
	"shipped after it was to arrive": {func(l *doc.ConfirmationLine) {
		l.Statuses[0].DateQualifier, l.Statuses[0].Date = "068", "20260501"
	}, trade.DifferenceDate, "to be shipped on 2026-05-01"},
	"our item": {func(l *doc.ConfirmationLine) {
		l.ProductIDs = []doc.ProductID{{Qualifier: "BP", ID: "OTHER"}}
	}, trade.DifferenceItem, "item OTHER confirmed"},
	"a substitute": {func(l *doc.ConfirmationLine) {
		l.Statuses[0].Code, l.Statuses[0].ProductIDs = "IS", []doc.ProductID{{Qualifier: "VN", ID: "AX-99"}}
	}, trade.DifferenceItem, "item AX-99 confirmed"},
	"unit": {func(l *doc.ConfirmationLine) {
		l.Unit, l.Statuses[0].Unit = "UN", "UN"
	}, trade.DifferenceUnit, "the units differ"},
	"rejected": {func(l *doc.ConfirmationLine) { l.Statuses[0].Code = "R2" }, trade.DifferenceRejected, "rejected (R2), the item number is not valid"},
	"deleted with 0": {func(l *doc.ConfirmationLine) {
		l.Statuses[0] = doc.LineStatus{Code: "ID", Quantity: new(decimal.Zero), Unit: l.Unit}
	}, trade.DifferenceRejected, "the supplier deleted it"},
	"backordered":              {func(l *doc.ConfirmationLine) { l.Statuses[0].Code = "IB" }, trade.DifferenceBackorder, "all "},
	"part backordered":         {func(l *doc.ConfirmationLine) { l.Statuses[0].Code = "BP" }, trade.DifferenceBackorder, "a part of"},
	"a part is backordered":    {func(l *doc.ConfirmationLine) { split(l, "IB", true) }, trade.DifferenceBackorder, " of "},
	"the rest is backordered":  {func(l *doc.ConfirmationLine) { split(l, "IB", false) }, trade.DifferenceBackorder, " of "},
	"the rest is rejected":     {func(l *doc.ConfirmationLine) { split(l, "IR", false) }, trade.DifferenceRejected, " of "},
	"a part is on hold":        {func(l *doc.ConfirmationLine) { split(l, "IH", true) }, trade.DifferenceHold, " of "},
	"on hold":                  {func(l *doc.ConfirmationLine) { l.Statuses[0].Code = "IW" }, trade.DifferenceHold, "all "},
	"price to come":            {func(l *doc.ConfirmationLine) { l.Statuses[0].Code = "IE" }, trade.DifferencePending, "the price is still to come"},
	"changed, and nothing is":  {func(l *doc.ConfirmationLine) { l.Statuses[0].Code = "IC" }, trade.DifferenceChange, "does not say to what"},
	"another price, untold":    {func(l *doc.ConfirmationLine) { l.Statuses[0].Code = "IP" }, trade.DifferencePrice, "does not say to what"},
	"another date, untold":     {func(l *doc.ConfirmationLine) { l.Dates = nil; l.Statuses[0] = doc.LineStatus{Code: "DR"} }, trade.DifferenceDate, "does not say to what"},
	"another item, untold":     {func(l *doc.ConfirmationLine) { l.Statuses[0].Code = "IS" }, trade.DifferenceItem, "does not say to what"},
	"another quantity, untold": {func(l *doc.ConfirmationLine) { l.Statuses[0].Code = "IQ" }, trade.DifferenceQuantity, "does not say to what"},
	"changed in quantity, by IC": {func(l *doc.ConfirmationLine) {
		l.Statuses[0] = doc.LineStatus{Code: "IC", Quantity: new(l.Quantity.Add(decimal.NewFromInt(2))), Unit: l.Unit}
	}, trade.DifferenceQuantity, "confirmed"},
}

// split makes two parts of a line, the first accepted.
func split(l *doc.ConfirmationLine, code string, said bool) {
	first := l.Statuses[0]
	first.Quantity, first.Unit = new(l.Quantity.Sub(decimal.NewFromInt(1)).Abs()), l.Unit
	second := doc.LineStatus{Code: code}
	if said {
		second.Quantity, second.Unit = new(l.Quantity.Sub(*first.Quantity)), l.Unit
	}
	l.Statuses = []doc.LineStatus{first, second}
}

// Quantities of less than a unit cannot be split by one, nor reduced by a hundredth.
func withWholeQuantities(o trade.PurchaseOrder) trade.PurchaseOrder {
	for i := range o.Lines {
		l := &o.Lines[i]
		l.Quantity = l.Quantity.Ceil().Add(decimal.NewFromInt(1))
		l.Amount = l.Quantity.Mul(l.Price).Div(decimal.NewFromInt(int64(l.PriceBasis)))
	}
	return o
}

func TestTheConfirmationOfTheSameOrderDiffersInNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 55))
	for range 500 {
		o := randomOrder(random)
		require.Empty(t, compared(t, o, echoed(t, random, o), 0), "%+v", o)
	}
}

func TestEachPlantedChangeIsOneDifference(t *testing.T) {
	for name, plant := range planted {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(8, 55))
			for range 60 {
				o := withWholeQuantities(randomOrder(random))
				in := echoed(t, random, o)
				at := random.IntN(len(in.Lines))
				plant.change(&in.Lines[at])
				differences := compared(t, o, in, 0)
				require.Equal(t, []trade.DifferenceKind{plant.kind}, kinds(differences), "%v\n%+v\n%+v", differences, o.Lines[at], in.Lines[at])
				d := differences[0]
				require.Equal(t, o.Lines[at].LineID(), d.Line)
				require.True(t, strings.HasPrefix(d.Message, "line "+d.Line+": "), d.Message)
				require.Contains(t, d.Message, plant.says)
				require.True(t, strings.HasPrefix(d.Place, fmt.Sprintf("PO1[%d]", at+1)), d.Place)
			}
		})
	}
}

func TestLinesThatAreMissingOrTooMuchAreOneDifferenceEach(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 55))
	for range 100 {
		o := randomOrder(random)
		in := echoed(t, random, o)
		extra := doc.ConfirmationLine{ID: "9990", Statuses: []doc.LineStatus{{Code: "IA"}}, NoQuantity: true, NoPrice: true}
		in.Lines = append(in.Lines, extra)
		require.Equal(t, []trade.DifferenceKind{trade.DifferenceUnknown}, kinds(compared(t, o, in, 0)))
		in.Lines = in.Lines[1:]
		differences := compared(t, o, in, 0)
		require.Equal(t, []trade.DifferenceKind{trade.DifferenceMissing, trade.DifferenceUnknown}, kinds(differences))
		require.Equal(t, o.Lines[0].LineID(), differences[0].Line)
		in.Type = "AE"
		require.Equal(t, []trade.DifferenceKind{trade.DifferenceUnknown}, kinds(compared(t, o, in, 0)), "only exceptions are listed")
	}
}

func TestADateWithinTheToleranceIsNoDifference(t *testing.T) {
	o := mapper(t, nil).Order
	for days, want := range map[int]int{0: 1, 2: 1, 3: 0, 10: 0} {
		for _, date := range []string{"20260319", "20260313"} {
			for _, code := range []string{"IA", "DR", "IC"} {
				c, reason := confirmation(t, strings.Replace(confirmationFile(t, "accepted"), "ACK*IA*500*EA*067*20260316", "ACK*"+code+"*500*EA*067*"+date, 1))
				require.True(t, reason.IsZero(), reason.String())
				require.Len(t, CompareConfirmation(o, c, days), want, "%s %s, %d days", code, date, days)
			}
		}
	}
}

// TestTheAnswersToALineReadAsSentences changes what is said of line 10: 500 EA for 2026-03-16.
func TestTheAnswersToALineReadAsSentences(t *testing.T) {
	for said, want := range map[string][]string{
		"ACK*IA*500*EA*067*20260316": nil,
		"ACK*IA":                     nil,
		"ACK*IA*450*EA*067*20260317": {"line 10: 450 EA confirmed for 2026-03-17, 500 EA ordered for 2026-03-16",
			"line 10: confirmed for 2026-03-17 (1 day later), ordered for 2026-03-16"},
		"ACK*IA*300*EA\nACK*IR*0*EA":                     {"line 10: 200 EA of 500 EA rejected (IR)"},
		"ACK*IA*300*EA\nACK*R3*10*UN":                    {"line 10: 200 EA of 500 EA rejected (R3), the unit is not valid"},
		"DTM*067*20260316\nACK*IA*300*EA\nACK*IR*200*EA": {"line 10: 200 EA of 500 EA rejected (IR)"},
		"ACK*IA*300*EA\nACK*IR*100*EA":                   {"line 10: 100 EA of 500 EA rejected (IR)", "line 10: 300 EA confirmed, 500 EA ordered for 2026-03-16"},
		"ACK*IR***036*20260501":                          {"line 10: rejected (IR)"},
		"ACK*IQ*300*EA\nACK*IB*200*EA*068*20260401":      {"line 10: 200 EA of 500 EA backordered until 2026-04-01 (IB)"},
		"ACK*IB":                {"line 10: all 500 EA backordered (IB)"},
		"ACK*BP":                {"line 10: a part of 500 EA is backordered (BP)"},
		"ACK*BP*200*EA":         {"line 10: a part of 500 EA is backordered (BP), and the supplier names 200 EA without saying of which part"},
		"ACK*IA*500*EA\nACK*IH": {"line 10: a part of 500 EA on hold (IH)"},
		"ACK*SP*500*EA":         {"line 10: accepted, and the date is still to come (SP)"},
		"ACK*IA*500*EA*067*20260316\nSCH*500*EA***067*20260501": nil,
		"ACK*IA*20*BX":               {"line 10: 20 BX confirmed, 500 EA ordered, and the units differ"},
		"ACK*IA*500*EA*068*20260310": nil,
		"ACK*IA*200*EA*067*20260316\nACK*IA*300*EA*067*20260314": {"line 10: 300 EA confirmed for 2026-03-14 (2 days earlier), ordered for 2026-03-16"},
		"ACK*IA*500*EA*067*20260316\nACK*IA*500*EA*067*20260326": {"line 10: 500 EA confirmed for 2026-03-16 and 500 EA for 2026-03-26, 500 EA ordered for 2026-03-16",
			"line 10: 500 EA confirmed for 2026-03-26 (10 days later), ordered for 2026-03-16"},
		"ACK*IA*500*EA\nACK*IR*500*EA": {"line 10: all 500 EA rejected (IR)", "line 10: 500 EA confirmed, 500 EA ordered for 2026-03-16"},
	} {
		t.Run(said, func(t *testing.T) {
			c, reason := confirmation(t, strings.Replace(confirmationFile(t, "accepted"), "ACK*IA*500*EA*067*20260316", said, 1))
			require.True(t, reason.IsZero(), reason.String())
			var got []string
			for _, d := range CompareConfirmation(mapper(t, nil).Order, c, 0) {
				got = append(got, d.Message)
			}
			require.Equal(t, want, got)
		})
	}
}

func TestPricesOfAnotherCurrencyAreNotCompared(t *testing.T) {
	c, reason := confirmation(t, strings.NewReplacer("CUR*SE*USD", "CUR*SE*EUR", "*12.5*", "*11*").Replace(confirmationFile(t, "accepted")))
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, []trade.DifferenceKind{trade.DifferenceCurrency}, kinds(CompareConfirmation(mapper(t, nil).Order, c, 0)))
}

func TestALineThatFitsSeveralOrNoneIsUnknown(t *testing.T) {
	o := mapper(t, nil).Order
	text := confirmationFile(t, "accepted")
	another := strings.Replace(text, "CTT*2", "PO1*99*500*EA*12.5*HP*VN*AX-1*BP*B-100\nACK*IA\nCTT*3", 1)
	c, reason := confirmation(t, another)
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, []trade.DifferenceKind{trade.DifferenceUnknown}, kinds(CompareConfirmation(o, c, 0)), "line 10 is answered already")

	o.Lines = append(o.Lines, o.Lines[0])
	o.Lines[2].Number = 30
	c, reason = confirmation(t, strings.Replace(text, "PO1*10*", "PO1*7*", 1))
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, []trade.DifferenceKind{trade.DifferenceMissing, trade.DifferenceMissing, trade.DifferenceUnknown}, kinds(CompareConfirmation(o, c, 0)),
		"lines 10 and 30 are of the same item")
}

func TestAnOrderAsAWhole(t *testing.T) {
	o := mapper(t, nil).Order
	for name, test := range map[string]struct{ text, want string }{
		"rejected":         {"BAK*00*RJ*4500001*20260302", "the order is rejected (RJ) (BAK-02)"},
		"on hold":          {"BAK*00*AH*4500001*20260302", "the order is on hold (AH) (BAK-02)"},
		"held with lines":  {"BAK*00*AH*4500001*20260302\nPO1*10*500*EA*12.5*HP\nACK*IA", "the order is on hold (AH) (BAK-02)"},
		"another order":    {"BAK*00*AD*4500002*20260302", "order 4500002 is confirmed, and the one it is compared with is 4500001 (BAK-03)"},
		"another currency": {"BAK*00*AD*4500001*20260302\nCUR*SE*EUR", "the order is confirmed in EUR, and it was placed in USD (CUR-02)"},
	} {
		t.Run(name, func(t *testing.T) {
			c, reason := confirmation(t, test.text)
			require.True(t, reason.IsZero(), reason.String())
			differences := CompareConfirmation(o, c, 0)
			require.Len(t, differences, 1)
			require.Equal(t, test.want, differences[0].String())
			require.Empty(t, differences[0].Line)
		})
	}
}

func TestASupplierWhoCountsItsOwnLinesIsFollowedByTheItems(t *testing.T) {
	o := mapper(t, nil).Order
	o.Lines[0].Number, o.Lines[1].Number, o.Lines[1].Suffix = 1, 2, 0
	text := strings.NewReplacer("PO1*10*", "PO1*2*", "PO1*20-1*", "PO1*1*").Replace(confirmationFile(t, "accepted"))
	c, reason := confirmation(t, text)
	require.True(t, reason.IsZero(), reason.String())
	require.Empty(t, CompareConfirmation(o, c, 0))
}

// FuzzConfirmation855 reads whatever 855 it is given: whatever is understood can be compared,
// and every difference is a sentence.
func FuzzConfirmation855(f *testing.F) {
	for _, name := range []string{"accepted", "header-only-later", "changed", "backordered", "rejected", "schedules"} {
		f.Add(confirmationFile(f, name))
	}
	units := confirmationUnits(f)
	order := trade.PurchaseOrder{Number: "4500001", Currency: "USD", DeliveryDate: "20260316", Lines: []trade.OrderLine{
		{Number: 10, Item: "B-100", SupplierItem: "AX-1", Quantity: decimal.NewFromInt(500), Unit: "EA", Price: decimal.New(125, -1), PriceBasis: 100},
		{Number: 20, Suffix: 1, Item: "B-200", SupplierItem: "AX-2", Quantity: decimal.NewFromInt(3), Unit: "BX", Price: decimal.NewFromInt(4), PriceBasis: 1}}}
	f.Fuzz(func(t *testing.T, text string) {
		in, err := doc.UnmarshalOrderConfirmation(segmentsOf(text))
		if err != nil {
			return
		}
		c, reason := ReadConfirmation855(in, confirmationProfile(), us, units)
		if !reason.IsZero() {
			require.NotEmpty(t, reason.Place)
			require.NotEmpty(t, reason.Cure)
			return
		}
		for _, d := range CompareConfirmation(order, c, 1) {
			require.NotEmpty(t, d.Kind)
			require.NotEmpty(t, d.Message)
		}
	})
}
