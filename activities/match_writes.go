package activities

import (
	"context"
	"errors"
	"maps"

	"go.temporal.io/sdk/activity"

	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
)

// writesAtOnce is how many records are written before what came of it is remembered, in one transaction. Of so many at most
// a worker that dies remembers nothing, and Cleo's list tells the next attempt.
const writesAtOnce = 100

// awaited is a record that needs something at Cleo. Of what the sides have it keeps only in which fields Cleo is not as
// M3: the rest is read from the ledger again, page by page, because all records of a company together are too many.
type awaited struct {
	code string
	// reference is the id of the trading partner; there says that Cleo has the record.
	reference string
	there     bool
	apart     masterdata.Values
	// basis is what was decided from.
	basis string
}

// await lets a record wait until all that Cleo says is read, because writing would move it.
func (t *matching) await(has ledger.Master, says *cleoRecord) {
	w := awaited{code: has.Code, basis: basis(has)}
	if says != nil {
		w.reference, w.there, w.apart = says.reference, true, apart(says.values, has.Values)
	}
	t.awaited = append(t.awaited, w)
}

// basis tells whether a decision about a record would be the same as before, as far as that is for the ledger to say.
func basis(has ledger.Master) string {
	if has.Agreed == nil {
		return has.Checksum
	}
	return has.Checksum + " " + masterdata.Values(has.Agreed).Checksum()
}

// apart gives the fields in which values are not those of others; an empty one stands for none.
func apart(values, others masterdata.Values) masterdata.Values {
	out := masterdata.Values{}
	for name, value := range values {
		if value != others[name] {
			out[name] = value
		}
	}
	for name, value := range others {
		if value != "" && values[name] == "" {
			out[name] = ""
		}
	}
	return out
}

// says is what Cleo said of the record.
func (w awaited) says(has ledger.Master) *cleoRecord {
	if !w.there {
		return nil
	}
	values := masterdata.Values{}
	maps.Copy(values, has.Values)
	maps.Copy(values, w.apart)
	maps.DeleteFunc(values, func(_, value string) bool { return value == "" })
	return &cleoRecord{code: w.code, reference: w.reference, values: values}
}

// writeAwaited gives Cleo what the records need: page by page, or all of them in one file.
func (t *matching) writeAwaited(ctx context.Context) error {
	for rest := t.awaited; ; {
		n := len(rest)
		if !t.side.together() {
			n = min(n, writesAtOnce)
		}
		writes, err := t.due(ctx, rest[:n])
		if err != nil {
			return err
		}
		if err := t.write(ctx, writes); err != nil || n == len(rest) {
			return err
		}
		rest = rest[n:]
	}
}

// due decides about a page again. What was settled since the first time is left to the next run.
func (t *matching) due(ctx context.Context, page []awaited) ([]cleoWrite, error) {
	known, err := t.known(ctx, keysOf(page, func(w awaited) string { return w.code }))
	if err != nil {
		return nil, err
	}
	writes := make([]cleoWrite, 0, len(page))
	for _, w := range page {
		has := known[w.code]
		if basis(has) != w.basis || has.Left() {
			t.moved = true
			continue
		}
		writes = append(writes, cleoWrite{w.code, w.reference, t.compare(has, w.says(has))})
	}
	return writes, nil
}

// writtenRecord is a write with what then stands at Cleo.
type writtenRecord struct {
	cleoWrite
	stored cleoRecord
}

// write carries out what records need, and remembers what came of it before it gives the last one back: files count as
// taken only behind that. What was written before an error is remembered too.
func (t *matching) write(ctx context.Context, writes []cleoWrite) error {
	ctx, stop := gather(ctx)
	defer stop()
	left := len(writes)
	var page []writtenRecord
	remember := func() error {
		done := page
		page = nil
		return t.written(ctx, done)
	}
	err := t.side.write(ctx, writes, func(w cleoWrite, stored cleoRecord) error {
		activity.RecordHeartbeat(ctx, w.code)
		page = append(page, writtenRecord{w, stored})
		if left--; left > 0 && len(page) < writesAtOnce {
			return nil
		}
		return remember()
	})
	return errors.Join(err, remember())
}
