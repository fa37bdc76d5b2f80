package activities

import (
	"context"
	"crypto/rand"
	"sync"

	"tradewind/internal/ledger"
)

type gatheringKey struct{}

// gathering is the trace of calls that is not written yet: of many small calls in a row, each would otherwise wait for
// a transaction of its own, which takes longer than the call. A worker that dies loses the trace of the last instant.
type gathering struct {
	mu      sync.Mutex
	tracer  Tracer
	calls   map[string]ledger.Attempt
	wake    chan struct{}
	stopped bool
}

// mostGathered is how many calls wait at most; the next one writes its trace itself.
const mostGathered = 100

// gather has the calls made with the context traced beside them, until stop has written the last trace.
func gather(ctx context.Context) (_ context.Context, stop func()) {
	g := &gathering{wake: make(chan struct{}, 1)}
	var writing sync.WaitGroup
	writing.Go(func() {
		for range g.wake {
			g.write(ctx)
		}
		g.write(ctx)
	})
	return context.WithValue(ctx, gatheringKey{}, g), func() {
		g.stop()
		writing.Wait()
	}
}

// take takes a call over, unless too many wait or nobody writes any more.
func (g *gathering) take(t Tracer, a ledger.Attempt) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopped || len(g.calls) >= mostGathered {
		return false
	}
	if g.calls == nil {
		g.calls = map[string]ledger.Attempt{}
	}
	g.tracer, g.calls[rand.Text()] = t, a
	select {
	case g.wake <- struct{}{}:
	default: // it is awake
	}
	return true
}

// write writes all that wait.
func (g *gathering) write(ctx context.Context) {
	g.mu.Lock()
	t, calls := g.tracer, g.calls
	g.calls = nil
	g.mu.Unlock()
	if len(calls) > 0 {
		t.record(ctx, calls)
	}
}

func (g *gathering) stop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stopped = true
	close(g.wake)
}
