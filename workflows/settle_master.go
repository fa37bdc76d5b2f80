package workflows

import (
	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// SettleMaster carries one difference in master data to its end: decide, or have a person decide; write
// to M3; write to Cleo.
func SettleMaster(ctx workflow.Context, in trade.SendOrderInput) (trade.Settlement, error) {
	s := &settleMaster{recordRun: recordRun{id: in.Record, replay: in.Replay, state: trade.StateDiscovered}}
	s.progress = func() string { return s.doing }
	if err := s.setup(ctx); err != nil {
		return trade.Settlement{}, err
	}
	state, err := s.run(ctx, s.settle)
	s.result.State = state
	return s.result, err
}

type settleMaster struct {
	recordRun
	doing  string
	result trade.Settlement
	// decided is set while a decision stands, and infor where it writes to M3: behind a hold it is carried on, because
	// a part of it may be written.
	decided, infor bool
}

// settle goes through the steps, and again where one side moved on meanwhile, or where a person is asked behind what
// the rules settle.
func (s *settleMaster) settle(ctx workflow.Context) (trade.State, error) {
	s.decided = s.decided && s.state == trade.StateHeld && !s.asked
	params := activities.SettleParams{Record: s.id, Replay: s.replay}
	for {
		if err := s.decide(ctx, params); err != nil || !s.decided {
			return s.result.State, err
		}
		if s.infor {
			s.doing = "writing to M3"
			if err := s.step(ctx, writeInfor(ctx, "write to M3"), run.WriteMasterInfor, params); err != nil {
				return s.result.State, err
			}
			if s.decided = !s.result.Again; s.result.Again {
				continue
			}
		}
		s.doing = "writing to Cleo"
		if err := s.step(ctx, writeCleo(ctx, "write to Cleo"), run.WriteMasterCleo, params); err != nil || !s.result.Again {
			return s.result.State, err
		}
		s.decided, params.Replay = false, nil // what was asked for is done
	}
}

// decide compares both sides, unless a decision stands.
func (s *settleMaster) decide(ctx workflow.Context, params activities.SettleParams) error {
	if s.decided {
		return nil
	}
	s.doing = "comparing both sides"
	if err := s.step(ctx, readCleo(ctx, "compare both sides"), run.DecideMaster, params); err != nil {
		return err
	}
	s.decided, s.infor = s.result.State == trade.StatePrepared, s.result.Infor
	return nil
}

func (s *settleMaster) step(ctx, with workflow.Context, activity any, params activities.SettleParams) error {
	s.result = trade.Settlement{}
	if err := workflow.ExecuteActivity(with, activity, params).Get(ctx, &s.result); err != nil {
		return err
	}
	s.state = s.result.State
	workflow.SetCurrentDetails(ctx, s.details())
	return nil
}
