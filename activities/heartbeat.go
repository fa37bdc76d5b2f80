package activities

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
)

// beatInterval is well below the shortest heartbeat time-out of the policies.
const beatInterval = 2 * time.Second

// beat tells Temporal that this attempt is alive until stop is called, so that the
// work of a killed worker goes on elsewhere within seconds.
func beat(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var beating sync.WaitGroup
	activity.RecordHeartbeat(ctx)
	beating.Go(func() {
		ticker := time.NewTicker(beatInterval)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				activity.RecordHeartbeat(ctx)
			}
		}
	})
	return func() { cancel(); beating.Wait() }
}
