package server

import (
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/edi"
	"tradewind/sandbox/business"
)

// confirmation is the 855 of an order: every line as it was ordered, and what change makes of them.
type confirmation struct {
	code   string // BAK02
	change func([]confirmedLine)
}

// confirmedLine is a line of the order and what the supplier says of it.
type confirmedLine struct {
	ordered                edi.SegmentData // PO1
	status, quantity, date string          // ACK01, ACK02, ACK05
}

func (c confirmation) segments(order arrived) []edi.SegmentData {
	lines, s := order.lines(), edi.NewSegment
	if c.change != nil {
		c.change(lines)
	}
	head := order.set().Segments[0]
	out := []edi.SegmentData{s("BAK", "00", c.code, order.number, head.Element(5), "", "", "", "S"+order.number, business.Now().Format("20060102"))}
	for _, line := range lines {
		said := []string{line.status, line.quantity, line.ordered.Element(3)}
		if line.date != "" {
			said = append(said, "067", line.date) // current schedule delivery
		}
		out = append(out, s("PO1", line.ordered.Elements...), s("ACK", said...))
	}
	return append(out, s("CTT", strconv.Itoa(len(lines))))
}

// lines are those of an order, each accepted as it was ordered. A line without a date is to come
// when the order is.
func (a arrived) lines() (out []confirmedLine) {
	day := ""
	for _, segment := range a.set().Segments {
		switch {
		case segment.ID == "PO1":
			out = append(out, confirmedLine{ordered: segment, status: "IA", quantity: segment.Element(2), date: day})
		case segment.ID == "DTM" && segment.Element(1) == "002" && len(out) == 0:
			day = segment.Element(2)
		case segment.ID == "DTM" && segment.Element(1) == "002":
			out[len(out)-1].date = segment.Element(2)
		}
	}
	return out
}

// less confirms half of the first line, in whole units where there is one.
func less(lines []confirmedLine) {
	half := business.Number(lines[0].quantity).Div(decimal.NewFromInt(2))
	if whole := half.Floor(); whole.IsPositive() {
		half = whole
	}
	lines[0].status, lines[0].quantity = "IQ", half.String()
}

// later confirms the first line for a week later, and for next week where it has no date.
func later(lines []confirmedLine) {
	day, err := time.Parse("20060102", lines[0].date)
	if err != nil {
		day = business.Now()
	}
	lines[0].status, lines[0].date = "DR", day.AddDate(0, 0, 7).Format("20060102")
}

// refused delivers the last line never.
func refused(lines []confirmedLine) {
	last := &lines[len(lines)-1]
	last.status, last.quantity, last.date = "IR", "0", ""
}
