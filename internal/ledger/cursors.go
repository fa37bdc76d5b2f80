package ledger

import (
	"context"
	"fmt"
	"time"
)

// Position gives the instant up to which the furthest of some polls has read everything; the zero time where none of them ever
// closed a window of its own. A poll is named by the id of its schedule. Neither backfills nor polls that were stopped count.
func (l *Ledger) Position(ctx context.Context, polls ...string) (time.Time, error) {
	among, args := among(polls)
	var position int64
	err := l.db.QueryRowContext(ctx, `SELECT COALESCE(MAX(position), 0) FROM cursors WHERE poll `+among, args...).Scan(&position)
	if err != nil {
		return time.Time{}, fmt.Errorf("ledger: how far %v have read is not known: %w", polls, err)
	}
	return instant(position), nil
}
