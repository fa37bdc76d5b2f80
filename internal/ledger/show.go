package ledger

import (
	"context"
	"slices"
)

// Warned lists the records of a filter that carry a warning, by id.
func (l *Ledger) Warned(ctx context.Context, f Filter) ([]Record, error) {
	limit := f.Limit
	f.Limit = 0
	all, err := l.Records(ctx, f)
	warned := slices.DeleteFunc(all, func(r Record) bool { return r.Warning == "" })
	if limit > 0 && len(warned) > limit {
		warned = warned[:limit]
	}
	return warned, err
}
