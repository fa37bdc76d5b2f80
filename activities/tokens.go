package activities

import (
	"context"
	"errors"

	"tradewind/cleo"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// RefreshTokensParams name the system, infor or cleo.
type RefreshTokensParams struct {
	System string `json:"system"`
}

// RefreshTokens renews the tokens of a system that are due, and tells how all of
// them stand. Refused credentials stop the system's lane.
func (a *Activities) RefreshTokens(ctx context.Context, p RefreshTokensParams) ([]trade.TokenState, error) {
	ctx = subject(ctx, "tokens/"+p.System)
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return nil, translate(err)
	}
	lane, pause := laneInfor, laneInforPause
	if p.System == laneCleo {
		lane, pause = laneCleo, c.Cleo.Lockout.Std()
	}
	open, stopped, err := a.Ledger.EnterLane(ctx, lane, pause)
	if err != nil || !open {
		return nil, translate(err) // a stopped lane takes no tokens either
	}
	states, err := a.Systems.Renew(ctx, p.System)
	if err == nil && stopped.Stopped {
		err = a.Ledger.OpenLane(ctx, lane)
	}
	switch {
	case ionapi.KindOf(err) == ionapi.Unauthorized:
		err = errors.Join(a.stopLane(ctx, laneInfor, err, laneInforPause), err)
	case cleo.KindOf(err) == cleo.Unauthorized:
		err = errors.Join(a.stopLane(ctx, laneCleo, err, lanePause(err, c)), err)
	}
	return states, translate(err)
}
