package schedules

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/api/serviceerror"
)

const (
	// patience is how long a busy server is asked again; the client gives a single call ten seconds.
	patience = time.Minute
	// askAgain is the pause between two calls.
	askAgain = time.Second
)

// patiently repeats a step until a busy server answers, which the client itself does not: to it a call that ran out
// of time is over. Each step here may be taken twice, for it says what is to be, and not what is to change.
func patiently[T any](ctx context.Context, step func() (T, error)) (T, error) {
	for began := time.Now(); ; {
		answer, err := step()
		if !unanswered(err) || time.Since(began) > patience {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return answer, err
		case <-time.After(askAgain):
		}
	}
}

// unanswered says whether a call ended without the server's word on it. Canceled is a server's own limit, which may come
// an instant before the client's.
func unanswered(err error) bool {
	var late *serviceerror.DeadlineExceeded
	var canceled *serviceerror.Canceled
	var away *serviceerror.Unavailable
	return errors.As(err, &late) || errors.As(err, &canceled) || errors.As(err, &away)
}
