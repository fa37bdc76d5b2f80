package ledger

import (
	"context"
	"slices"

	"tradewind/internal/trade"
)

// Basis is what the supplier has of an order before a revision of it goes out.
type Basis struct {
	// Record is the last revision that was sent and not rejected.
	Record Record
	// Uncertain is set where a person closed a revision after it, or that one while its upload was
	// uncertain: what the supplier was told besides is not known.
	Uncertain bool
	// Changes counts the 860s that were sent before.
	Changes int
}

// Basis finds what the supplier has of the order before this revision; it says false where that is
// nothing.
func (l *Ledger) Basis(ctx context.Context, r Record) (b Basis, found bool, err error) {
	older, err := records(ctx, l.db, `WHERE flow = $1 AND company = $2 AND number = $3 AND revision < $4 ORDER BY revision DESC`,
		r.Flow, r.Company, r.Number, r.Revision)
	if err != nil {
		return b, false, err
	}
	for _, earlier := range older {
		sent := earlier.WasSent()
		if sent && earlier.Set == trade.SetChange {
			b.Changes++
		}
		if found {
			continue
		}
		rejected, err := l.rejected(ctx, earlier)
		if err != nil {
			return b, false, err
		}
		switch {
		case sent && !rejected:
			b.Record, found = earlier, true
			b.Uncertain = b.Uncertain || earlier.State == trade.StateResolved && earlier.SentAt.IsZero()
		case earlier.State == trade.StateResolved: // whoever closed it may have told the supplier
			b.Uncertain = true
		}
	}
	return b, found, nil
}

// rejected says whether the partner refused what a record sent last, whatever became of the record
// since.
func (l *Ledger) rejected(ctx context.Context, r Record) (bool, error) {
	if r.State == trade.StateRejected {
		return true, nil
	}
	answers, err := l.Answers(ctx, r.ID)
	return slices.ContainsFunc(answers, func(a Answered) bool { return a.Verdict == trade.VerdictRejected && !a.Earlier }), err
}

// SentAfter gives the newest later revision of an order that was sent.
func (l *Ledger) SentAfter(ctx context.Context, r Record) (Record, bool, error) {
	later, err := records(ctx, l.db, `WHERE flow = $1 AND company = $2 AND number = $3 AND revision > $4 AND sent_at <> 0 ORDER BY revision DESC LIMIT 1`,
		r.Flow, r.Company, r.Number, r.Revision)
	if err != nil || len(later) == 0 {
		return Record{}, false, err
	}
	return later[0], true, nil
}
