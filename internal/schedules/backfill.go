package schedules

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Tick is one nominal time of a schedule with the windows that were read for it.
type Tick struct {
	Nominal time.Time `json:"nominal"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	// Reads counts how often the window was read, this backfill included.
	Reads      int  `json:"reads"`
	Found      int  `json:"found"`
	Registered int  `json:"registered"`
	Covered    bool `json:"covered"`
}

// Coverage says, from the ledger, what a backfill really read.
type Coverage struct {
	ID      string    `json:"id"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Ticks   []Tick    `json:"ticks"`
	Covered int       `json:"covered"`
}

// Complete says whether every tick was read.
func (c Coverage) Complete() bool { return c.Covered == len(c.Ticks) }

// watchPause is how often the ledger is looked at while a backfill runs.
const watchPause = 300 * time.Millisecond

// Backfill runs a schedule for every nominal time in [from, to] and waits until the
// ledger has a closed window for each, or until ctx ends: then the coverage tells
// which are missing. Ticks are buffered: the default policy loses those that
// overlap.
func (m Manager) Backfill(ctx context.Context, id string, from, to time.Time) (Coverage, error) {
	if !from.Before(to) {
		return Coverage{}, fmt.Errorf("--from %s must lie before --to %s", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	ticks, err := m.matching(ctx, id, from, to)
	if err != nil {
		return Coverage{}, err
	}
	before, err := m.coverage(ctx, id, from, to, ticks)
	if err != nil {
		return Coverage{}, err
	}
	err = m.Temporal.ScheduleClient().GetHandle(ctx, id).Backfill(ctx, client.ScheduleBackfillOptions{
		Backfill: []client.ScheduleBackfill{{Start: from, End: to, Overlap: enums.SCHEDULE_OVERLAP_POLICY_BUFFER_ALL}},
	})
	if err != nil {
		return Coverage{}, named(id, err)
	}
	return m.await(ctx, before, ticks)
}

// matching asks the server for the nominal times of a stretch.
func (m Manager) matching(ctx context.Context, id string, from, to time.Time) ([]time.Time, error) {
	answer, err := m.Temporal.WorkflowService().ListScheduleMatchingTimes(ctx, &workflowservice.ListScheduleMatchingTimesRequest{
		Namespace: m.Namespace, ScheduleId: id, StartTime: timestamppb.New(from), EndTime: timestamppb.New(to),
	})
	if err != nil {
		return nil, named(id, err)
	}
	times := make([]time.Time, len(answer.GetStartTime()))
	for i, t := range answer.GetStartTime() {
		times[i] = t.AsTime().Truncate(time.Second)
	}
	return times, nil
}

// await looks at the ledger until each tick was read once more than before.
func (m Manager) await(ctx context.Context, before Coverage, ticks []time.Time) (Coverage, error) {
	ticker := time.NewTicker(watchPause)
	defer ticker.Stop()
	for {
		now, err := m.coverage(context.WithoutCancel(ctx), before.ID, before.From, before.To, ticks)
		if err != nil {
			return now, err
		}
		now.Covered = 0
		for i := range now.Ticks {
			now.Ticks[i].Covered = now.Ticks[i].Reads > before.Ticks[i].Reads
			if now.Ticks[i].Covered {
				now.Covered++
			}
		}
		if now.Complete() {
			return now, nil
		}
		select {
		case <-ctx.Done():
			return now, nil
		case <-ticker.C:
		}
	}
}

// Coverage tells what the ledger has read for the nominal times in [from, to].
func (m Manager) Coverage(ctx context.Context, id string, from, to time.Time) (Coverage, error) {
	ticks, err := m.matching(ctx, id, from, to)
	if err != nil {
		return Coverage{}, err
	}
	return m.coverage(ctx, id, from, to, ticks)
}

func (m Manager) coverage(ctx context.Context, id string, from, to time.Time, ticks []time.Time) (Coverage, error) {
	windows, err := m.Ledger.Windows(ctx, id, from, to)
	if err != nil {
		return Coverage{}, err
	}
	out := Coverage{ID: id, From: from, To: to, Ticks: make([]Tick, len(ticks))}
	at := map[int64]*Tick{}
	for i, nominal := range ticks {
		out.Ticks[i].Nominal = nominal.UTC()
		at[nominal.Unix()] = &out.Ticks[i]
	}
	for _, w := range windows {
		tick, scheduled := at[w.Nominal.Unix()]
		if !scheduled || w.Closed.IsZero() || w.Result.Stopped != "" {
			continue
		}
		tick.Reads++
		tick.From, tick.To, tick.Found, tick.Registered = w.From, w.To, w.Result.Found, w.Result.Registered
		if !tick.Covered {
			tick.Covered = true
			out.Covered++
		}
	}
	return out, nil
}
