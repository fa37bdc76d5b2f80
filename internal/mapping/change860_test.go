package mapping

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
	"tradewind/internal/trade"
	"tradewind/internal/trade/reasontest"
)

// changer compares the order of mapper with what change makes of it.
func changer(t *testing.T, change func(*Order850)) Change860 {
	t.Helper()
	before, after := mapper(t, nil), mapper(t, nil)
	if change != nil {
		change(&after)
	}
	totalled(&after.Order)
	return Change860{Before: before.Order, After: after, Sequence: 1, Date: "20260305"}
}

// totalled makes the amounts what quantities and prices come to.
func totalled(o *trade.PurchaseOrder) {
	o.Amount = decimal.Zero
	for i := range o.Lines {
		l := &o.Lines[i]
		l.Amount = l.Quantity.Mul(l.Price).Div(decimal.NewFromInt(int64(l.PriceBasis))).Round(2)
		o.Amount = o.Amount.Add(l.Amount)
	}
}

var changeTime = time.Date(2026, 3, 5, 9, 30, 0, 0, time.UTC)

// written gives an 860 as bytes and as they are read back, once they hold against the
// tables of their version.
func written(t *testing.T, encode func(doc.OrderChange, Numbers, time.Time) ([]byte, trade.Reason), change doc.OrderChange) ([]byte, doc.OrderChange) {
	t.Helper()
	content, reason := encode(change, Numbers{18, 6, 1}, changeTime)
	require.True(t, reason.IsZero(), reason.String())
	var c ack.Collector
	ok, err := schema.Validate(bytes.NewReader(content), &c, schema.Options{})
	require.NoError(t, err)
	set := c.Interchanges[0].Groups[0].Sets[0]
	require.True(t, ok && len(set.Findings) == 0, "%v\n%s", set.Findings, content)
	require.Equal(t, "860", set.Set)
	trees, err := edi.ReadAll(bytes.NewReader(content))
	require.NoError(t, err)
	require.Equal(t, "PC", trees[0].Groups[0].Functional)
	back, err := doc.UnmarshalOrderChange(trees[0].Groups[0].Sets[0].Segments)
	require.NoError(t, err)
	return content, back
}

func goldenChange(t *testing.T, name string, got []byte) {
	t.Helper()
	file := "testdata/change860-" + name + ".edi"
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func TestAChangeBecomesTheGoldenInterchange(t *testing.T) {
	for name, change := range map[string]func(*Change860){
		"quantity-price": func(c *Change860) {
			lines := c.After.Order.Lines
			lines[0].Quantity, lines[0].Price, lines[1].Quantity = number("600.5"), number("12.75"), number("2")
			c.Received = map[string]decimal.Decimal{"10": number("150"), "20-1": number("2.5")}
		},
		"add-delete": func(c *Change860) {
			added := c.After.Order.Lines[0]
			added.Number, added.Item, added.SupplierItem, added.Description, added.Quantity = 15, "B-150", "AX-15", "Washer", number("1000")
			added.Text = []string{"in bags of 100"}
			c.After.Order.Lines = []trade.OrderLine{c.After.Order.Lines[0], added}
		},
		"date": func(c *Change860) {
			c.After.Order.Lines[0].DeliveryDate, c.After.Order.Lines[1].DeliveryDate = "20260318", "20260316"
		},
		"header": func(c *Change860) {
			o := &c.After.Order
			o.DeliveryDate, o.PaymentTerms, o.PaymentTermsText, o.BuyerPhone = "20260323", "N45", "45 days net", "5551234"
			o.ShipTo.ID, o.ShipTo.Name, o.ShipTo.Street, o.ShipTo.Town = "W02", "Reno warehouse", []string{"1 Lake St", "Dock 4"}, "Reno"
			o.Text = []string{"Deliver before noon", "gate 7"}
		},
		"replace": func(c *Change860) { c.After.Order.Text = nil },
		"005010": func(c *Change860) {
			c.After.Profile.Version, c.After.Profile.Delimiters.Repetition = "005010", '^'
			l := &c.After.Order.Lines[0]
			l.SupplierItem, l.Description, l.Text = "AX-1B", "Hex bolt M8 x 40, zinc", []string{"zinc only"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := changer(t, nil)
			change(&c)
			totalled(&c.After.Order)
			out, differs, reason := c.Map()
			require.True(t, reason.IsZero() && differs, reason.String())
			content, _ := written(t, c.Encode, out)
			goldenChange(t, name, content)
		})
	}
	t.Run("cancel", func(t *testing.T) {
		c := Cancel860{Order: mapper(t, nil), Sequence: 3, Date: "20260306"}
		content, back := written(t, c.Encode, c.Map())
		goldenChange(t, "cancel", content)
		before, reason := c.Order.Map()
		require.True(t, reason.IsZero())
		after, err := ApplyChange860(before, back)
		require.NoError(t, err)
		require.Equal(t, "01", after.Purpose)
		require.Empty(t, after.Lines)
	})
}

func TestNoDifferenceIsNoChange(t *testing.T) {
	for name, change := range map[string]func(*Order850){
		"nothing":                           nil,
		"what the supplier does not see":    func(m *Order850) { m.Order.Facility, m.Order.Language = "F02", "DE" },
		"the scale of a number":             func(m *Order850) { m.Order.Lines[0].Quantity = number("500.00") },
		"a date that the header has anyway": func(m *Order850) { m.Order.Lines[0].DeliveryDate = m.Order.DeliveryDate },
		"the profile, in both":              func(m *Order850) { m.Profile.Order.Texts, m.Profile.Order.Currency = false, Always },
	} {
		t.Run(name, func(t *testing.T) {
			out, differs, reason := changer(t, change).Map()
			require.True(t, reason.IsZero(), reason.String())
			require.False(t, differs)
			require.Zero(t, out)
		})
	}
}

func TestTheValueOfTheOrderAloneIsAChange(t *testing.T) {
	c := changer(t, nil)
	c.After.Order.Lines[0].Discounts, c.After.Order.Lines[0].Amount, c.After.Order.Amount = []string{"10"}, number("56.25"), number("68.25")
	out, differs, reason := c.Map()
	require.True(t, reason.IsZero() && differs, reason.String())
	require.Empty(t, out.Lines)
	require.Equal(t, "68.25", out.Totals.Amounts[0].Value.String())
	_, _ = written(t, c.Encode, out)
	c.After.Profile.Order.Total = false
	_, differs, _ = c.Map()
	require.False(t, differs, "a partner that gets no value has nothing to change")
}

// TestWhatOfALineChangedHasItsCode covers POC02, and which parts of the line go with it.
func TestWhatOfALineChangedHasItsCode(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*trade.OrderLine)
		code   string
		parts  func(doc.LineChange) bool
	}{
		"more":                            {func(l *trade.OrderLine) { l.Quantity = number("3.5") }, "QI", nil},
		"less":                            {func(l *trade.OrderLine) { l.Quantity = number("0") }, "QD", nil},
		"price":                           {func(l *trade.OrderLine) { l.Price = number("4.01") }, "PC", nil},
		"price basis":                     {func(l *trade.OrderLine) { l.Price, l.PriceBasis = number("400"), 100 }, "PC", nil},
		"price and quantity":              {func(l *trade.OrderLine) { l.Price, l.Quantity = number("5"), number("2") }, "PQ", nil},
		"date":                            {func(l *trade.OrderLine) { l.DeliveryDate = "20260321" }, "CT", func(l doc.LineChange) bool { return l.Dates != nil }},
		"the header's date, said":         {func(l *trade.OrderLine) { l.DeliveryDate = "" }, "CT", func(l doc.LineChange) bool { return l.Dates[0].Date == "20260316" }},
		"date and quantity":               {func(l *trade.OrderLine) { l.DeliveryDate, l.Quantity = "20260321", number("2") }, "CA", func(l doc.LineChange) bool { return l.Dates != nil }},
		"unit":                            {func(l *trade.OrderLine) { l.Unit, l.PriceUnit = "EA", "EA" }, "CA", nil},
		"item":                            {func(l *trade.OrderLine) { l.Item = "B-201" }, "CA", nil},
		"description":                     {func(l *trade.OrderLine) { l.Description = "Nut M8" }, "CA", func(l doc.LineChange) bool { return l.Descriptions != nil }},
		"a text that was not there":       {func(l *trade.OrderLine) { l.Text = []string{"zinc"} }, "CA", func(l doc.LineChange) bool { return l.Texts != nil }},
		"a contract of its own":           {func(l *trade.OrderLine) { l.Contract = "AG78" }, "CA", func(l doc.LineChange) bool { return l.References != nil }},
		"another basis of the same price": {func(l *trade.OrderLine) { l.PriceBasis = 100 }, "PC", nil},
		"a description that is gone":      {func(l *trade.OrderLine) { l.Description = "" }, "RZ", func(l doc.LineChange) bool { return l.Dates != nil }},
		"an item number that is gone": {func(l *trade.OrderLine) { l.Item = "" }, "RZ",
			func(l doc.LineChange) bool { return l.Dates != nil && l.Descriptions != nil }},
	} {
		t.Run(name, func(t *testing.T) {
			c := changer(t, func(m *Order850) { test.change(&m.Order.Lines[1]) })
			out, differs, reason := c.Map()
			require.True(t, reason.IsZero() && differs, reason.String())
			require.Equal(t, "04", out.Purpose)
			require.Len(t, out.Lines, 1)
			line := out.Lines[0]
			require.Equal(t, test.code, line.Change)
			require.Equal(t, "20-1", line.ID)
			if test.parts == nil {
				require.Nil(t, line.Dates, "what did not change is left out")
				require.Nil(t, line.Descriptions)
				require.Nil(t, line.Texts)
				return
			}
			require.True(t, test.parts(line), "%+v", line)
		})
	}
}

func TestTheHeadersDateIsSaidWithEachLineThatItMoves(t *testing.T) {
	c := changer(t, func(m *Order850) { m.Order.DeliveryDate = "20260320" })
	out, _, reason := c.Map()
	require.True(t, reason.IsZero())
	require.Len(t, out.Lines, 1, "line 20-1 has the date already")
	require.Equal(t, doc.Date("20260320"), out.Lines[0].Dates[0].Date)

	c = changer(t, func(m *Order850) { m.Order.DeliveryDate, m.Order.Lines[0].DeliveryDate = "20260317", "20260316" })
	out, _, reason = c.Map()
	require.True(t, reason.IsZero())
	require.Equal(t, "10", out.Lines[0].ID, "a line that stays where it was says so")
	require.Equal(t, doc.Date("20260316"), out.Lines[0].Dates[0].Date)
}

func TestALineWhoseDateIsGoneIsReplaced(t *testing.T) {
	c := changer(t, func(m *Order850) { m.Order.DeliveryDate, m.Order.Lines[1].DeliveryDate = "", "" })
	c.Before.DeliveryDate = ""
	out, _, reason := c.Map()
	require.True(t, reason.IsZero())
	require.Equal(t, "04", out.Purpose)
	require.Equal(t, "RZ", out.Lines[0].Change)
	require.Empty(t, out.Lines[0].Dates)
	require.Equal(t, []string{"Nut"}, out.Lines[0].Descriptions)
}

// TestAChangedContractIsSaidWithoutALine, because BCH08 states it whether or not it changed.
func TestAChangedContractIsSaidWithoutALine(t *testing.T) {
	c := changer(t, func(m *Order850) { m.Order.Contract = "FA-2026/7" })
	out, differs, reason := c.Map()
	require.True(t, reason.IsZero() && differs, reason.String())
	require.Equal(t, []string{"04", "FA-2026/7"}, []string{out.Purpose, out.Contract})
	require.Empty(t, out.Lines)

	c = changer(t, func(m *Order850) { m.Order.Contract = "AG78" })
	c.Before.Lines[1].Contract, c.After.Order.Lines[1].Contract = "AG78", "AG78"
	out, _, reason = c.Map()
	require.True(t, reason.IsZero(), reason.String())
	require.Len(t, out.Lines, 1, "the line's REF CT is gone, which only its replacement can say")
	require.Equal(t, "20-1 RZ", out.Lines[0].ID+" "+out.Lines[0].Change)
}

// TestWhatIsGoneFromTheHeaderReplacesTheOrder covers what an 860 cannot say otherwise.
func TestWhatIsGoneFromTheHeaderReplacesTheOrder(t *testing.T) {
	for name, change := range map[string]func(*Order850){
		"contract": func(m *Order850) { m.Order.Contract = "" },
		"text":     func(m *Order850) { m.Order.Text = nil },
		"terms":    func(m *Order850) { m.Order.PaymentTerms = "" },
		"buyer":    func(m *Order850) { m.Order.BuyerName = "" },
		"date":     func(m *Order850) { m.Order.DeliveryDate = "" },
	} {
		t.Run(name, func(t *testing.T) {
			c := changer(t, func(m *Order850) {
				change(m)
				m.Order.Lines = slices.Concat(m.Order.Lines[:1], []trade.OrderLine{m.Order.Lines[1]})
				m.Order.Lines[1].Suffix = 2
			})
			out, differs, reason := c.Map()
			require.True(t, reason.IsZero() && differs, reason.String())
			require.Equal(t, "05", out.Purpose)
			require.Len(t, out.Parties, 3)
			var codes []string
			for _, line := range out.Lines {
				codes = append(codes, line.ID+" "+line.Change)
			}
			require.Equal(t, []string{"20-1 DI", "10 RZ", "20-2 AI"}, codes)
			_, _ = written(t, c.Encode, out)
		})
	}
}

// TestAnEarlierRevisionThatTodayCannotBeWrittenIsReplaced covers settings that became
// narrower since: the supplier still gets the new revision.
func TestAnEarlierRevisionThatTodayCannotBeWrittenIsReplaced(t *testing.T) {
	c := changer(t, nil)
	c.Before.Lines[0].Unit, c.Before.Lines[0].PriceUnit = "DRM", "DRM"
	gone := c.Before.Lines[1]
	gone.Number = 30
	c.Before.Lines = append(c.Before.Lines, gone)
	out, differs, reason := c.Map()
	require.True(t, reason.IsZero() && differs, reason.String())
	require.Equal(t, "05", out.Purpose)
	require.Equal(t, "DI", out.Lines[0].Change)
	require.True(t, out.Lines[0].NoQuantity, "nothing is known of it but its number")
	_, _ = written(t, c.Encode, out)
}

// TestALineNumberThatStoodTwiceIsPutRight covers an order that was sent with it.
func TestALineNumberThatStoodTwiceIsPutRight(t *testing.T) {
	c := changer(t, nil)
	c.Before.Lines[1].Number, c.Before.Lines[1].Suffix = 10, 0
	out, differs, reason := c.Map()
	require.True(t, reason.IsZero() && differs, reason.String())
	require.Equal(t, "05", out.Purpose)
	require.Len(t, out.Lines, 2)
}

func TestAChangeThatCannotGoOutSaysWhereAndWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		change     func(*Order850)
		code, want string
	}{
		"no lines":      {func(m *Order850) { m.Order.Lines = nil }, trade.ReasonNoLines, "the order has no lines"},
		"a unit":        {func(m *Order850) { m.Order.Lines[1].Unit = "DRM" }, trade.ReasonUnitUnmapped, "PO1[2]-03"},
		"another order": {func(m *Order850) { m.Order.Number = "4500002" }, trade.ReasonValueInvalid, "order 4500001 of supplier 0010045, which is another order"},
		"a line number twice": {func(m *Order850) { m.Order.Lines[1].Number, m.Order.Lines[1].Suffix = 10, 0 }, trade.ReasonValueInvalid,
			"two lines have the number 10"},
	} {
		t.Run(name, func(t *testing.T) {
			out, differs, reason := changer(t, test.change).Map()
			require.Equal(t, test.code, reason.Code)
			reasontest.ReadsWell(t, reason)
			require.Contains(t, reason.String(), test.want)
			require.False(t, differs)
			require.Zero(t, out)
		})
	}
	c := changer(t, func(m *Order850) { m.Order.Lines[0].Quantity = number("1234567.125") })
	out, _, reason := c.Map()
	require.True(t, reason.IsZero())
	_, reason = c.Encode(out, Numbers{1, 1, 1}, changeTime)
	require.Equal(t, trade.ReasonValueTooLong, reason.Code)
	require.Equal(t, "POC[1]-04", reason.Place)
}

func TestAnOrderCanReplaceAnEarlierOne(t *testing.T) {
	m := mapper(t, func(m *Order850) { m.Purpose = "05" })
	o, reason := m.Map()
	require.True(t, reason.IsZero())
	require.Equal(t, "05", o.Purpose)
	content, reason := m.Encode(o, Numbers{1, 1, 1}, changeTime)
	require.True(t, reason.IsZero())
	require.Contains(t, string(content), "BEG*05*SA*4500001**20260302*AG77~")
}

func TestAChangeThatDoesNotFitTheOrderIsRefused(t *testing.T) {
	before, reason := mapper(t, nil).Map()
	require.True(t, reason.IsZero())
	line := func(id, code string) []doc.LineChange {
		return []doc.LineChange{{ID: "10", Change: "QI"}, {ID: id, Change: code}}
	}
	for want, change := range map[string]doc.OrderChange{
		`BCH[1]-03: the change does not fit the order: it is for order "4500002", not "4500001"`:       {Purpose: "04", Number: "4500002"},
		`BCH[1]-01: the change does not fit the order: nothing is to be done for the purpose "00"`:     {Purpose: "00", Number: "4500001"},
		`POC[2]-01: the change does not fit the order: it has a line "20-1" already`:                   {Purpose: "04", Number: "4500001", Lines: line("20-1", "AI")},
		`POC[2]-01: the change does not fit the order: it has no line "20"`:                            {Purpose: "04", Number: "4500001", Lines: line("20", "DI")},
		`POC[2]-02: the change does not fit the order: nothing is to be done for the change "NC" of a`: {Purpose: "04", Number: "4500001", Lines: line("20-1", "NC")},
	} {
		after, err := ApplyChange860(before, change)
		require.ErrorIs(t, err, ErrChange)
		require.ErrorContains(t, err, want)
		require.Zero(t, after)
	}
}
