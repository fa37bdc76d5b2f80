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
	m, reason, err := a.openAnswer(ctx, r)
	if err != nil {
		return trade.AnswerResult{}, translate(err)
	}
	if !reason.IsZero() {
		return trade.AnswerResult{}, a.stop(ctx, r, reason, false)
	}
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
	case m.confirms:
		return trade.AnswerResult{State: r.State, Answered: answered, Confirm: true}, nil
	}
	return a.matched(ctx, r, answered)
}

// openAnswer reads the profile that an answer is read by; a reason comes back where there is none.
func (a *Activities) openAnswer(ctx context.Context, r ledger.Record) (*businessAnswer, trade.Reason, error) {
	m := &businessAnswer{Activities: a, record: r}
	var err error
	if m.config, err = a.Configuration(ctx, ""); err != nil {
		return m, trade.Reason{}, err
	}
	if m.company, err = trade.ParseCompany(r.Company); err != nil {
		return m, trade.Reason{}, err
	}
	var known bool
	if m.profile, known = m.config.PartnerByID(m.company.Cono, r.Partner); !known {
		return m, m.unmatched("there is no profile " + r.Partner + " any more"), nil
	}
	return m, trade.Reason{}, nil
}

// businessAnswer is an 855 or 824 on its way to the orders that it is about.
type businessAnswer struct {
	*Activities
	config  *config.Config
	record  ledger.Record
	company trade.Company
	profile mapping.Profile
	// confirms is set where M3 is still to be told what is confirmed.
	confirms bool
}

func (m *businessAnswer) unmatched(why string) trade.Reason {
	return trade.Data(trade.ReasonAckUnmatched, m.record.Set+" "+m.record.SetControl, "replay it if the order was sent meanwhile, or resolve it with a note",
		"the %s matches nothing: %s", m.record.Set, why)
}

// heard is an 855 beside the order that it is about, as it was sent last.
type heard struct {
	said    trade.Confirmation
	order   ledger.Record
	ordered trade.PurchaseOrder
}

// hear reads an 855, and the order that it is about.
func (m *businessAnswer) hear(ctx context.Context) (h heard, _ trade.Reason, err error) {
	set, err := m.setFile(ctx, m.record)
	if err != nil {
		return h, trade.Reason{}, err
	}
	in, err := doc.UnmarshalOrderConfirmation(set.Set.Segments)
	if err != nil {
		return h, m.unreadable(err), nil
	}
	var reason trade.Reason
	if h.said, reason = mapping.ReadConfirmation855(in, m.profile, m.company, m.config.Units); !reason.IsZero() {
		return h, reason, nil
	}
	var found bool
	if h.order, found, err = m.Ledger.LastSent(ctx, trade.OrdersOut, m.record.Partner, h.said.Order); err != nil {
		return h, trade.Reason{}, err
	}
	if !found {
		return h, m.unmatched("no order " + h.said.Order + " was sent to " + m.record.Partner), ledger.ErrNotSent
	}
	h.ordered, err = m.correctedOrder(ctx, h.order)
	return h, trade.Reason{}, err
}

// confirmation compares an 855 with the order as it was sent last. What M3 is to be told of it, and
// what is left to the buyer then, is for ConfirmOrder.
func (m *businessAnswer) confirmation(ctx context.Context) (answered int, _ trade.Reason, err error) {
	h, reason, err := m.hear(ctx)
	if err != nil || !reason.IsZero() {
		return 0, reason, err
	}
	settings := m.profile.Order.Confirmation
	differences := sentences(mapping.CompareConfirmation(h.ordered, h.said, settings.Days))
	verdict := h.said.Verdict
	if verdict == trade.VerdictAccepted && len(differences) > 0 {
		verdict = trade.VerdictChanged
	}
	if err := m.say(ctx, h.order.ID, verdict, differences); err != nil {
		return 0, trade.Reason{}, err
	}
	lines, _ := mapping.LinesToConfirm(h.ordered, h.said, settings)
	m.confirms = len(lines) > 0
	if m.confirms || len(differences) == 0 || settings.Differs == mapping.DiffersNoted {
		return 1, trade.Reason{}, nil
	}
	return 1, differs(h.said.Order, differences), nil
}

// differs is the reason of an 855 that leaves something to the buyer.
func differs(order string, differences []string) trade.Reason {
	return trade.Data(trade.ReasonConfirmationDiffers, "order "+order, "agree with the supplier, correct the order in M3 where it is to follow, then resolve this record with a note",
		"the supplier confirms something else than was ordered: %s", strings.Join(differences, "; "))
}

// advice takes what an 824 says of orders, their changes, and invoices.
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
		sent, found, err := m.advised(ctx, document)
		if err != nil {
			return answered, trade.Reason{}, err
		}
		if !found {
			return answered, m.unmatched(fmt.Sprintf("no %s was sent to %s", named(document), m.record.Partner)), ledger.ErrNotSent
		}
		if err := m.say(ctx, sent.ID, document.Verdict, document.Reasons); err != nil {
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
