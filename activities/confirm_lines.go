package activities

import (
	"context"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// The statuses (PUSL) of order lines that a confirmation has to know.
const (
	statusConfirmed = "35"
	statusReceived  = "50"
	statusDeleted   = "99"
)

// linesInM3 is how the lines that a supplier confirms stand in M3. Those that have the same
// confirmation already are in none of its lists.
type linesInM3 struct {
	// missing are to be confirmed; replaced are those of them whose other confirmation is to be
	// taken back first.
	missing  []mapping.ConfirmedLine
	replaced []ionapi.LineKey
	// others say which lines have another confirmation, and keep it.
	others []string
	// changed are lines that M3 has otherwise than they were sent: the supplier is told of that, and
	// confirms it then.
	changed []string
}

// look reads the order, and compares its lines with what the supplier confirms.
func (c *confirming) look(ctx context.Context, lines []mapping.ConfirmedLine) (out linesInM3, err error) {
	details, err := c.client.PurchaseOrders(c.config.Infor.Programs.Orders).Details(ctx, c.inM3, []ionapi.OrderRequest{{Number: c.said.Order}})
	if err != nil {
		return out, err
	}
	d := details[0]
	if d.Err != nil {
		return out, d.Err
	}
	if len(d.Lines) != d.Head.LineCount {
		return out, c.stop(ctx, c.record, trade.Data(trade.ReasonLinesIncomplete, "order "+c.said.Order, "check the order in PPS200, then replay",
			"M3 says %d lines and listed %d", d.Head.LineCount, len(d.Lines)), false)
	}
	replace, err := c.mayReplace(ctx)
	if err != nil {
		return out, err
	}
	has := map[ionapi.LineKey]ionapi.OrderLine{}
	for _, line := range d.Lines {
		has[line.Key] = line
	}
	for _, line := range lines {
		out.add(line, has[keyOf(line)], replace)
	}
	return out, nil
}

// add sorts a line by what M3 has of it.
func (s *linesInM3) add(line mapping.ConfirmedLine, has ionapi.OrderLine, replace bool) {
	key, stands := keyOf(line), has.LowestStatus >= statusConfirmed && has.LowestStatus < statusReceived
	switch {
	case has.LowestStatus >= statusConfirmed && has.LowestStatus < statusDeleted && sameConfirmation(line, has):
	case !asSent(line.Ordered, has):
		s.changed = append(s.changed, nameOf(key))
	case stands && !(replace && has.LowestStatus == statusConfirmed):
		s.others = append(s.others, fmt.Sprintf("line %s is at status %s with %s, and the supplier confirms %s", nameOf(key), has.LowestStatus,
			confirmedAs(has.ConfirmedQuantity, has.Unit, has.ConfirmedDate), confirmedAs(line.Quantity.String(), line.Ordered.Unit, string(line.Date))))
	default:
		s.missing = append(s.missing, line)
		if stands {
			s.replaced = append(s.replaced, key)
		}
	}
}

// mayReplace says whether this confirmation may take the place of another one: by the profile, and
// not where the supplier has said something later.
func (c *confirming) mayReplace(ctx context.Context) (bool, error) {
	if c.profile.Order.Confirmation.Confirmed != mapping.ConfirmedReplaced {
		return false, nil
	}
	answers, err := c.Ledger.Answers(ctx, c.order.ID)
	last := ""
	for _, a := range answers {
		if a.Level == trade.LevelApplication {
			last = a.Acknowledgement
		}
	}
	return last == c.record.ID, err
}

// sameConfirmation says whether M3 has the confirmation already.
func sameConfirmation(line mapping.ConfirmedLine, has ionapi.OrderLine) bool {
	return equal(line.Quantity, has.ConfirmedQuantity) && (line.Date.IsZero() || string(line.Date) == has.ConfirmedDate)
}

// asSent says whether M3 still has a line as it was sent.
func asSent(sent trade.OrderLine, has ionapi.OrderLine) bool {
	return has.LowestStatus != "" && has.LowestStatus != statusDeleted && equal(sent.Quantity, has.OrderedQuantity) && sent.Unit == has.Unit &&
		string(sent.DeliveryDate) == has.RequestedDate
}

func equal(quantity decimal.Decimal, text string) bool {
	other, err := decimal.NewFromString(number(text))
	return err == nil && quantity.Equal(other)
}

func confirmedAs(quantity, unit, day string) string {
	out := strings.TrimSpace(number(quantity) + " " + unit)
	if d, err := trade.ParseDate(day); err == nil && !d.IsZero() {
		out += " for " + d.Time().Format("2006-01-02")
	}
	return out
}

// described is what the trail tells of lines.
func described(lines []mapping.ConfirmedLine) (out []string) {
	for _, line := range lines {
		out = append(out, nameOf(keyOf(line))+": "+confirmedAs(line.Quantity.String(), line.Ordered.Unit, string(line.Date)))
	}
	return out
}

func keys(lines []ionapi.LineKey) (out []string) {
	for _, line := range lines {
		out = append(out, nameOf(line))
	}
	return out
}

func keyOf(line mapping.ConfirmedLine) ionapi.LineKey {
	return ionapi.LineKey{Line: line.Ordered.Number, Subline: line.Ordered.Suffix}
}

// nameOf is the line as orders name it.
func nameOf(key ionapi.LineKey) string {
	return trade.OrderLine{Number: key.Line, Suffix: key.Subline}.LineID()
}
