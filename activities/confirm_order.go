package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// The events of a confirmation on its way into M3, beside eventUnknown.
const (
	eventConfirmLines   = "confirm lines"
	eventConfirmRefused = "confirming refused"
	eventLinesConfirmed = "lines confirmed"
	eventLinesLeft      = "lines left"
)

// ConfirmOrder confirms in M3 what an 855 confirms, as far as the profile says so, and ends the record:
// what is left to the buyer parks. The intent is in the ledger before the first write. Every attempt
// reads the lines first, and writes those that M3 has no confirmation of.
func (a *Activities) ConfirmOrder(ctx context.Context, params MatchParams) (trade.AnswerResult, error) {
	ctx = subject(ctx, params.Record)
	defer beat(ctx)()
	r, err := a.Ledger.Record(ctx, params.Record)
	if err != nil {
		return trade.AnswerResult{}, translate(err)
	}
	if r.State == trade.StateAccepted || r.State == trade.StateResolved && params.Replay == nil {
		return trade.AnswerResult{State: r.State}, nil
	}
	if standing(r, params.Replay) {
		return trade.AnswerResult{}, a.stop(ctx, r, r.Reason, false)
	}
	c, err := a.openConfirming(ctx, r)
	if err == nil {
		err = c.confirm(ctx)
	}
	if err != nil {
		return trade.AnswerResult{}, c.ended(ctx, err)
	}
	return a.matched(ctx, c.record, 1)
}

// confirming is an 855 on its way into M3.
type confirming struct {
	*businessAnswer
	heard
	inM3   ionapi.Company
	client *ionapi.Client
}

// openConfirming reads the 855, its order, and the client of its tenant.
func (a *Activities) openConfirming(ctx context.Context, r ledger.Record) (*confirming, error) {
	m, reason, err := a.openAnswer(ctx, r)
	c := &confirming{businessAnswer: m}
	if err == nil && reason.IsZero() {
		c.heard, reason, err = m.hear(ctx)
	}
	switch {
	case !reason.IsZero():
		return c, a.stop(ctx, r, reason, false)
	case err != nil:
		return c, err
	}
	company, err := c.config.Company(c.ordered.Company)
	if err != nil {
		return c, err
	}
	if c.inM3, err = InforCompany(c.ordered.Company); err != nil {
		return c, err
	}
	c.client, err = a.Systems.Infor(ctx, company.Tenant)
	return c, err
}

// confirm brings the lines into M3, and stops the record where something is left to a person.
func (c *confirming) confirm(ctx context.Context) error {
	if reason, err := c.mayWrite(ctx, c.config, laneInfor); err != nil {
		return err
	} else if !reason.IsZero() {
		return c.stop(ctx, c.record, reason, true)
	}
	lines, left := mapping.LinesToConfirm(c.ordered, c.said, c.profile.Order.Confirmation)
	has, err := c.look(ctx, lines)
	if err != nil {
		return err
	}
	refused, err := c.settle(ctx, lines, has)
	if err != nil {
		return err
	}
	if len(refused) > 0 { // perhaps because somebody else has confirmed them meanwhile
		if has, err = c.look(ctx, lines); err != nil {
			return err
		}
		if len(has.missing) == 0 {
			refused = nil
		}
	}
	if err := c.noteChanged(ctx, has.changed); err != nil {
		return err
	}
	if err := c.Ledger.OpenLane(ctx, laneInfor); err != nil {
		return err
	}
	if reason := c.leaves(left, refused, has.others); !reason.IsZero() {
		return c.stop(ctx, c.record, reason, false)
	}
	return nil
}

// settle writes what M3 does not have, or writes down that it has it all behind a lost answer.
func (c *confirming) settle(ctx context.Context, lines []mapping.ConfirmedLine, has linesInM3) (refused []string, err error) {
	if len(has.missing) > 0 {
		return c.write(ctx, has)
	}
	if c.record.IntentAt.IsZero() {
		return nil, nil
	}
	return nil, c.confirmed(ctx, "looked up", lines, nil)
}

// noteChanged writes down which lines M3 has otherwise than they were sent.
func (c *confirming) noteChanged(ctx context.Context, lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	return c.to(ctx, c.record.State, eventLinesLeft, map[string]any{"lines": lines, "why": "M3 has them otherwise than they were sent"}, nil)
}

// leaves gives the reason why something is left to a person, if there is one.
func (c *confirming) leaves(left []trade.Difference, refused, others []string) trade.Reason {
	if c.profile.Order.Confirmation.Differs == mapping.DiffersNoted {
		left = nil
	}
	switch differences := sentences(left); {
	case len(refused) > 0:
		return trade.Data(trade.ReasonConfirmationRefused, "order "+c.said.Order, confirmByHand, "M3 does not take the confirmation: %s", strings.Join(refused, ", "))
	case len(others) > 0:
		reason := differs(c.said.Order, nil)
		reason.Message = "the supplier confirms something else than M3 has: " + strings.Join(append(others, differences...), ", ")
		reason.Cure = "correct the order in M3, or set order.confirmation.confirmed: replace in the profile, and replay; or resolve this record with a note"
		return reason
	case len(left) > 0:
		return differs(c.said.Order, differences)
	}
	return trade.Reason{}
}

// write confirms the lines that M3 has no confirmation of, and gives what M3 says of those that it
// does not take.
func (c *confirming) write(ctx context.Context, s linesInM3) (refused []string, err error) {
	if rest := c.record.IntentAt.Add(c.config.Infor.Posting.ValidationWait.Std()).Sub(c.Ledger.Now()); !c.record.IntentAt.IsZero() && rest > 0 {
		return nil, later("whether the confirmation reached M3 shows soon", rest) // M3 may still be at it
	}
	err = c.to(ctx, c.record.State, eventConfirmLines, map[string]any{"order": c.said.Order, "lines": described(s.missing), "replaced": keys(s.replaced)},
		func(r *ledger.Record) { r.IntentAt = c.Ledger.Now() })
	if err != nil {
		return nil, err
	}
	refused, err = c.send(ctx, s)
	switch {
	case ionapi.KindOf(err) == ionapi.OutcomeUnknown:
		return nil, errors.Join(c.to(ctx, trade.StateUnknown, eventUnknown, map[string]any{"cause": err.Error()}, nil), err)
	case err != nil:
		return nil, errors.Join(c.to(ctx, c.record.State, eventConfirmRefused, map[string]any{"cause": err.Error()}, forget), err)
	}
	return refused, c.confirmed(ctx, "answered", s.missing, refused)
}

// send makes the calls: what other confirmations the lines have is taken back first.
func (c *confirming) send(ctx context.Context, s linesInM3) (refused []string, err error) {
	programs := c.config.Infor.Programs
	stuck := map[ionapi.LineKey]bool{}
	if len(s.replaced) > 0 {
		outcomes, err := c.client.OrderTransactions(programs.OrderTransactions).Delete(ctx, c.inM3, c.said.Order, statusConfirmed, s.replaced)
		for i, outcome := range outcomes {
			if outcome == nil || outcome.Kind == ionapi.RecordMissing { // somebody else has taken it back
				continue
			}
			said, err := refusalOf(s.replaced[i], outcome)
			if err != nil {
				return nil, err
			}
			stuck[s.replaced[i]], refused = true, append(refused, said)
		}
		if err != nil {
			return nil, err
		}
	}
	var lines []ionapi.LineConfirmation
	for _, line := range s.missing {
		if key := keyOf(line); !stuck[key] {
			lines = append(lines, ionapi.LineConfirmation{Key: key, Date: string(line.Date), Quantity: line.Quantity.String(), SupplierOrder: fitting(c.said.SupplierOrder)})
		}
	}
	outcomes, err := c.client.OrderStatuses(programs.OrderStatus).ConfirmLines(ctx, c.inM3, c.said.Order, lines)
	if err != nil {
		return nil, err
	}
	for i, outcome := range outcomes {
		if outcome == nil {
			continue
		}
		said, err := refusalOf(lines[i].Key, outcome)
		if err != nil {
			return nil, err
		}
		refused = append(refused, said)
	}
	return refused, nil
}

// refusalOf is what M3 says of a line that it does not take; what is no refusal of the line comes
// back as an error.
func refusalOf(line ionapi.LineKey, outcome *ionapi.Error) (string, error) {
	if outcome.Kind != ionapi.InvalidInput && outcome.Kind != ionapi.RecordMissing {
		return "", fmt.Errorf("line %s: %w", nameOf(line), outcome)
	}
	said, _ := told(outcome)
	return "line " + nameOf(line) + ": " + said, nil
}

// longestSupplierOrder is what M3 takes of the supplier's own number; a longer one is left out.
const longestSupplierOrder = 20

func fitting(number string) string {
	if len([]rune(number)) > longestSupplierOrder {
		return ""
	}
	return number
}

// confirmed writes down that M3 has the lines, but for those that it refused.
func (c *confirming) confirmed(ctx context.Context, how string, lines []mapping.ConfirmedLine, refused []string) error {
	detail := map[string]any{"confirmed": how, "lines": described(lines)}
	if len(refused) > 0 {
		detail["refused"] = refused
	}
	return c.to(ctx, c.record.State, eventLinesConfirmed, detail, forget)
}

// forget marks a write whose outcome is known.
func forget(r *ledger.Record) { r.IntentAt = time.Time{} }

// to moves the record on, unless another attempt is ahead of this one.
func (c *confirming) to(ctx context.Context, state trade.State, event string, detail map[string]any, apply func(*ledger.Record)) (err error) {
	c.record, err = c.moveOn(ctx, c.record, state, event, detail, apply)
	return err
}

// ended translates the error that ended an attempt: refused credentials stop the lane, a lock is
// waited for, and what M3 refuses stops the record.
func (c *confirming) ended(ctx context.Context, err error) error {
	switch ionapi.KindOf(err) {
	case ionapi.Unauthorized:
		if err := c.stopLane(ctx, laneInfor, err, laneInforPause); err != nil {
			return translate(err)
		}
		return c.stop(ctx, c.record, laneReason(laneInfor, err.Error()), true)
	case ionapi.Locked:
		if activity.GetInfo(ctx).Attempt < lockedAttempts {
			return translate(err)
		}
		return c.stop(ctx, c.record, recordLocked(err), true)
	case ionapi.NotPermitted, ionapi.NotAvailable, ionapi.InvalidInput, ionapi.RecordMissing:
		return c.stop(ctx, c.record, confirmationRefused(err), false)
	}
	return translate(err)
}
