package activities

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"

	"tradewind/internal/config"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// ReadParams name the company and the window to read.
type ReadParams struct {
	Input  trade.PollInput `json:"input"`
	Window trade.Window    `json:"window"`
}

// laneInforPause is how long a stopped lane rests before one poll tries again.
const laneInforPause = time.Minute

// reading runs what a poll reads of M3. Refused credentials stop the lane, and while it is stopped
// nothing is read.
func (a *Activities) reading(ctx context.Context, p ReadParams, out *trade.PollResult, read func(context.Context, ReadParams) error) error {
	defer beat(ctx)()
	ctx = subject(ctx, p.Window.Poll+"/"+p.Window.Run)
	open, lane, err := a.Ledger.EnterLane(ctx, laneInfor, laneInforPause)
	if err != nil {
		return translate(err)
	}
	if !open {
		out.Stopped = lane.Reason
		return nil
	}
	err = read(ctx, p)
	if ionapi.KindOf(err) == ionapi.Unauthorized {
		out.Stopped, err = err.Error(), a.stopLane(ctx, laneInfor, err, laneInforPause)
		return translate(err)
	}
	if err == nil && lane.Stopped {
		err = a.Ledger.OpenLane(ctx, laneInfor)
	}
	return translate(err)
}

// stopLane stops a lane and tells it once.
func (a *Activities) stopLane(ctx context.Context, lane string, cause error, pause time.Duration) error {
	first, err := a.Ledger.StopLane(ctx, lane, cause.Error(), a.Ledger.Now().Add(pause))
	if err == nil && first {
		activity.GetLogger(ctx).Error("lane stopped: its records wait and go on by themselves once this is mended", "lane", lane, "cause", cause.Error())
	}
	return err
}

// m3Reader is what every reading of M3 has in common.
type m3Reader struct {
	*Activities
	client  *ionapi.Client
	config  *config.Config
	company config.Company
	context ionapi.Company
	out     *trade.PollResult
}

// open finds the configuration and the client for a company.
func (r *m3Reader) open(ctx context.Context, company trade.Company) (err error) {
	if r.config, err = r.Configuration(ctx, ""); err != nil {
		return err
	}
	if r.company, err = r.config.Company(company); err != nil {
		return err
	}
	if r.context, err = InforCompany(company); err != nil {
		return err
	}
	r.client, err = r.Systems.Infor(ctx, r.company.Tenant)
	return err
}
