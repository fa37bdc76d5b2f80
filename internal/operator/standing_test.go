package operator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

func TestTheLevelsOfTheAnswersAreKeptApart(t *testing.T) {
	sent := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	record := ledger.Record{Flow: trade.OrdersOut, SentAt: sent, DueAt: sent.Add(24 * time.Hour)}
	answer := func(level trade.Level, verdict trade.Verdict, change func(*ledger.Answered)) ledger.Answered {
		a := ledger.Answered{Answer: trade.Answer{Level: level, Verdict: verdict}}
		if change != nil {
			change(&a)
		}
		return a
	}
	late := func(a *ledger.Answered) { a.Late = true }
	again := func(a *ledger.Answered) { a.Again = true }
	earlier := func(a *ledger.Answered) { a.Earlier = true }
	for name, test := range map[string]struct {
		answers     []ledger.Answered
		interchange bool
		at          time.Duration
		want        []Standing // of the interchange, and of the set
	}{
		"nothing yet":   {nil, true, time.Hour, []Standing{{State: trade.AnswerWaiting}, {State: trade.AnswerWaiting}}},
		"nothing ever":  {nil, false, 25 * time.Hour, []Standing{{State: trade.AnswerNotRequired}, {State: trade.AnswerOverdue}}},
		"the envelope":  {[]ledger.Answered{answer(trade.LevelInterchange, trade.VerdictAccepted, nil)}, true, time.Hour, []Standing{{State: trade.AnswerAccepted}, {State: trade.AnswerWaiting}}},
		"late":          {[]ledger.Answered{answer(trade.LevelFunctional, trade.VerdictAccepted, late)}, false, 30 * time.Hour, []Standing{{State: trade.AnswerNotRequired}, {State: trade.AnswerAccepted, Late: true}}},
		"with errors":   {[]ledger.Answered{answer(trade.LevelFunctional, trade.VerdictErrors, nil)}, false, time.Hour, []Standing{{State: trade.AnswerNotRequired}, {State: trade.AnswerErrors}}},
		"another's":     {[]ledger.Answered{answer(trade.LevelFunctional, trade.VerdictRejected, earlier)}, false, time.Hour, []Standing{{State: trade.AnswerNotRequired}, {State: trade.AnswerWaiting}}},
		"contradictory": {[]ledger.Answered{answer(trade.LevelFunctional, trade.VerdictRejected, nil), answer(trade.LevelFunctional, trade.VerdictAccepted, again)}, false, time.Hour, []Standing{{State: trade.AnswerNotRequired}, {State: trade.AnswerRejected, Again: 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			test.want[0].Level, test.want[1].Level = trade.LevelInterchange, trade.LevelFunctional
			got := standings(record, test.answers, test.interchange, sent.Add(test.at))
			require.Equal(t, Standing{Level: trade.LevelTransport, State: trade.AnswerAccepted}, got[0])
			require.Equal(t, test.want, got[1:3])
		})
	}
	require.Empty(t, standings(ledger.Record{Flow: trade.OrdersOut}, nil, true, sent))
}
