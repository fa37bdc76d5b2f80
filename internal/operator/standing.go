package operator

import (
	"context"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// Standing is where one level of the answers to a sent document stands; no level says anything
// about the next.
type Standing struct {
	Level trade.Level       `json:"level"`
	State trade.AnswerState `json:"state"`
	// Late is set when the answer came after it was due; Again counts its repetitions.
	Late  bool `json:"late,omitempty"`
	Again int  `json:"again,omitempty"`
}

// standings tell how far the partner has answered what a record sent last; nothing is told of a
// record that sent nothing.
func standings(r ledger.Record, answers []ledger.Answered, interchange bool, now time.Time) []Standing {
	if r.Flow != trade.OrdersOut && r.Flow != trade.InvoicesOut || r.SentAt.IsZero() {
		return nil
	}
	envelope := Standing{Level: trade.LevelInterchange, State: trade.AnswerNotRequired}
	if interchange {
		envelope.State = trade.AnswerWaiting
	}
	return []Standing{
		{Level: trade.LevelTransport, State: trade.AnswerAccepted},
		envelope.after(answers),
		Standing{Level: trade.LevelFunctional, State: expected(r, now)}.after(answers),
		Standing{Level: trade.LevelApplication, State: trade.AnswerNotRequired}.after(answers),
	}
}

// expected is where a record stands that nobody has answered.
func expected(r ledger.Record, now time.Time) trade.AnswerState {
	switch {
	case r.DueAt.IsZero():
		return trade.AnswerNotRequired
	case now.After(r.DueAt):
		return trade.AnswerOverdue
	}
	return trade.AnswerWaiting
}

// after gives where a level stands behind the answers, of which those to earlier attempts do not
// count. A rejection stands, whatever is said besides.
func (s Standing) after(answers []ledger.Answered) Standing {
	for _, a := range answers {
		if a.Level != s.Level || a.Earlier {
			continue
		}
		s.Late = s.Late || a.Late
		if a.Again {
			s.Again++
		}
		if s.State != trade.AnswerRejected {
			s.State = trade.AnswerState(a.Verdict)
		}
	}
	return s
}

// asksForTA1 says whether our interchanges ask the record's partner for a TA1; a partner that is
// unknown by now was asked for none.
func (o *Operator) asksForTA1(ctx context.Context, r ledger.Record) bool {
	company, err := trade.ParseCompany(r.Company)
	if err != nil || r.SentAt.IsZero() {
		return false
	}
	c, err := o.Configuration(ctx, "")
	if err != nil {
		return false
	}
	profile, known := c.PartnerByID(company.Cono, r.Partner)
	return known && profile.AckRequested
}
