package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// MatchAcknowledgement finds the documents that a received 997, 999 or TA1 is about, and writes
// down what it says of them. What an 855 confirms goes on into M3, where the profile says so.
func MatchAcknowledgement(ctx workflow.Context, in trade.AcknowledgementInput) (trade.AnswerResult, error) {
	m := &matching{recordRun: recordRun{id: in.Record, replay: in.Replay, state: trade.StateDiscovered}}
	m.progress = m.answered
	if err := m.setup(ctx); err != nil {
		return trade.AnswerResult{}, err
	}
	state, err := m.run(ctx, m.match)
	m.result.State = state
	return m.result, err
}

type matching struct {
	recordRun
	result trade.AnswerResult
}

func (m *matching) match(ctx workflow.Context) (trade.State, error) {
	params := activities.MatchParams{Record: m.id, Replay: m.replay}
	m.result = trade.AnswerResult{}
	err := workflow.ExecuteActivity(localWork(ctx, "match with our documents"), run.MatchAnswer, params).Get(ctx, &m.result)
	if err == nil && m.result.Confirm {
		m.result = trade.AnswerResult{}
		err = workflow.ExecuteActivity(writeInfor(ctx, "confirm the order's lines in M3"), run.ConfirmOrder, params).Get(ctx, &m.result)
	}
	return m.result.State, err
}

func (m *matching) answered() string {
	if m.result.Answered == 0 {
		return ""
	}
	return fmt.Sprintf("with documents of ours: %d.", m.result.Answered)
}
