package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tradewind/edi/doc"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// matchBusiness writes down what an 855 or 824 says of orders of ours. A confirmation that differs
// from its order parks for the buyer, where the profile says so.
func (a *Activities) matchBusiness(ctx context.Context, r ledger.Record) (trade.AnswerResult, error) {
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return trade.AnswerResult{}, translate(err)
	}
	company, err := trade.ParseCompany(r.Company)
	if err != nil {
		return trade.AnswerResult{}, translate(err)
	}
	m := businessAnswer{Activities: a, config: c, record: r}
	profile, known := c.PartnerByID(company.Cono, r.Partner)
	if !known {
		return trade.AnswerResult{}, a.stop(ctx, r, m.unmatched("there is no profile "+r.Partner+" any more"), false)
	}
	m.profile = profile
	match := m.confirmation
	if r.Set == trade.SetAdvice {
		match = m.advice
	}
	answered, reason, err := match(ctx)
	if errors.Is(err, ledger.ErrNotSent) {
		if a.tooSoon(r) {
			return trade.AnswerResult{}, stillOnItsWay
		}
		if err = nil; reason.IsZero() {
			reason = m.unmatched("the order is not sent yet")
		}
	}
	switch {
	case err != nil:
		return trade.AnswerResult{}, translate(err)
	case !reason.IsZero():
		return trade.AnswerResult{}, a.stop(ctx, r, reason, false)
	}
	return a.matched(ctx, r, answered)
}

// businessAnswer is an 855 or 824 on its way to the orders that it is about.
type businessAnswer struct {
	*Activities
	config  *config.Config
	record  ledger.Record
	profile mapping.Profile
}

func (m *businessAnswer) unmatched(why string) trade.Reason {
	return trade.Data(trade.ReasonAckUnmatched, m.record.Set+" "+m.record.SetControl, "replay it if the order was sent meanwhile, or resolve it with a note",
		"the %s matches nothing: %s", m.record.Set, why)
}

// confirmation compares an 855 with the order as it was sent last.
func (m *businessAnswer) confirmation(ctx context.Context) (answered int, _ trade.Reason, err error) {
	set, err := m.setFile(ctx, m.record)
	if err != nil {
		return 0, trade.Reason{}, err
	}
	in, err := doc.UnmarshalOrderConfirmation(set.Set.Segments)
	if err != nil {
		return 0, m.unreadable(err), nil
	}
	company, err := trade.ParseCompany(m.record.Company)
	if err != nil {
		return 0, trade.Reason{}, err
	}
	said, reason := mapping.ReadConfirmation855(in, m.profile, company, m.config.Units)
	if !reason.IsZero() {
		return 0, reason, nil
	}
	order, found, err := m.Ledger.LastSent(ctx, m.record.Partner, said.Order)
	if err != nil {
		return 0, trade.Reason{}, err
	}
	if !found {
		return 0, m.unmatched("no order " + said.Order + " was sent to " + m.record.Partner), ledger.ErrNotSent
	}
	ordered, err := m.correctedOrder(ctx, order)
	if err != nil {
		return 0, trade.Reason{}, err
	}
	differences := sentences(mapping.CompareConfirmation(ordered, said, m.profile.Order.Confirmation.Days))
	verdict := said.Verdict
	if verdict == trade.VerdictAccepted && len(differences) > 0 {
		verdict = trade.VerdictChanged
	}
	if err := m.say(ctx, order.ID, verdict, differences); err != nil {
		return 0, trade.Reason{}, err
	}
	if len(differences) == 0 || m.profile.Order.Confirmation.Differs == mapping.DiffersNoted {
		return 1, trade.Reason{}, nil
	}
	return 1, trade.Data(trade.ReasonConfirmationDiffers, "order "+said.Order, "agree with the supplier, correct the order in M3 where it is to follow, then resolve this record with a note",
		"the supplier confirms something else than was ordered: %s", strings.Join(differences, "; ")), nil
}

// advice takes what an 824 says of orders and their changes.
func (m *businessAnswer) advice(ctx context.Context) (answered int, _ trade.Reason, err error) {
	set, err := m.setFile(ctx, m.record)
	if err != nil {
		return 0, trade.Reason{}, err
	}
	in, err := doc.UnmarshalApplicationAdvice(set.Set.Segments)
	if err != nil {
		return 0, m.unreadable(err), nil
	}
	said, reason := mapping.ReadAdvice824(in, m.profile)
	if !reason.IsZero() {
		return 0, reason, nil
	}
	for _, document := range said.Documents {
		order, found, err := m.Ledger.LastSent(ctx, m.record.Partner, document.Number)
		if err != nil {
			return answered, trade.Reason{}, err
		}
		if !found {
			return answered, m.unmatched(fmt.Sprintf("no order %s was sent to %s", document.Number, m.record.Partner)), ledger.ErrNotSent
		}
		if err := m.say(ctx, order.ID, document.Verdict, document.Reasons); err != nil {
			return answered, trade.Reason{}, err
		}
		answered++
	}
	return answered, trade.Reason{}, nil
}

// say writes down what the partner says of an order, and wakes its workflow.
func (m *businessAnswer) say(ctx context.Context, order string, verdict trade.Verdict, reasons []string) error {
	answer := trade.Answer{Level: trade.LevelApplication, Verdict: verdict, Reasons: reasons, Acknowledgement: m.record.ID}
	_, err := m.Ledger.Answer(ctx, order, answer, refusal(m.record.Set+" "+m.record.SetControl, reasons))
	if err != nil {
		return err
	}
	return m.tellAnswered(ctx, order)
}

func (m *businessAnswer) unreadable(err error) trade.Reason {
	return trade.Data(trade.ReasonSetInvalid, m.record.Set, "ask the partner to send it again, then resolve this record", "the %s cannot be read: %v", m.record.Set, err)
}

func sentences(differences []trade.Difference) (out []string) {
	for _, d := range differences {
		out = append(out, d.String())
	}
	return out
}
