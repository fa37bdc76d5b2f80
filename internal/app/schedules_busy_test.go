package app_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"tradewind/internal/config"
	"tradewind/internal/schedules"
)

// busy loses, for each method that speaks of schedules, every twentieth answer of the server, the first one included.
type busy struct {
	sync.Mutex
	answers map[string]int
}

func (b *busy) intercept(ctx context.Context, method string, in, out any, to *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	err := invoke(ctx, method, in, out, to, options...)
	if err != nil || !strings.Contains(method, "Schedule") {
		return err
	}
	b.Lock()
	defer b.Unlock()
	b.answers[method]++
	if b.answers[method]%20 == 1 {
		return status.Error(codes.Canceled, "stream terminated by RST_STREAM with error code: CANCEL")
	}
	return nil
}

// TestSchedulesAreAppliedByABusyServer loses answers of the server, after it did what it was asked to.
func TestSchedulesAreAppliedByABusyServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	lost := &busy{answers: map[string]int{}}
	m := schedules.Manager{Temporal: w.Dial(grpc.WithChainUnaryInterceptor(lost.intercept)), Namespace: w.Namespace, Ledger: w.Ledger}
	files, err := config.ReadFolder(w.Path("config"))
	require.NoError(t, err)
	all, err := config.Load(files)
	require.NoError(t, err)
	few := *all
	few.Schedules = all.Schedules[:2]

	apply := func(c *config.Config, prune bool, action string, times int) {
		steps, err := m.Apply(t.Context(), c, prune)
		require.NoError(t, err)
		taken := 0
		for _, s := range steps {
			if s.Action == action {
				taken++
			} else {
				require.Equal(t, schedules.Keep, s.Action, s.ID)
			}
		}
		require.Equal(t, times, taken)
	}
	others := len(all.Schedules) - len(few.Schedules)
	apply(&few, true, schedules.Delete, others)
	apply(all, false, schedules.Create, others)
	apply(all, false, schedules.Keep, len(all.Schedules))
	require.NoError(t, m.Pause(t.Context(), schedule, "stocktaking"))
	shown, err := m.List(t.Context())
	require.NoError(t, err)
	require.Len(t, shown, len(all.Schedules))
	for _, s := range shown {
		require.Equal(t, s.ID == schedule, s.Paused, s.ID)
	}
	for _, method := range []string{"CreateSchedule", "DescribeSchedule", "UpdateSchedule", "DeleteSchedule", "PatchSchedule", "ListSchedules"} {
		require.Positive(t, lost.answers["/temporal.api.workflowservice.v1.WorkflowService/"+method], method)
	}
}
