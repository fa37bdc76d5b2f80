package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tradewind/internal/trade"
)

// Change moves a record to another state.
type Change struct {
	// From lists the states the record may be in; empty means any.
	From  []trade.State
	To    trade.State
	Event string
	Actor string
	// Reason is kept with the record; the zero Reason clears the last one.
	Reason trade.Reason
	Detail map[string]any
	// Repeat writes an event even where nothing changes: a replay that stops for
	// the same reason again is told.
	Repeat bool
	// Seen is when the caller saw the record change last: if it changed since, another attempt
	// moved it on, and this one is too late. The zero time asks for nothing.
	Seen time.Time
	// Release gives the record's business keys back, because it will not be posted.
	Release bool
	// Apply changes further fields of the record in the same transaction.
	Apply func(*Record)
}

// StateError says that a record is not in a state that allows the change.
type StateError struct {
	Record string
	State  trade.State
	To     trade.State
}

// Error names the record, where it stands and what was asked.
func (e *StateError) Error() string {
	return fmt.Sprintf("record %s is %s and cannot become %s", e.Record, e.State, e.To)
}

// Transition applies a change and gives the record as it is afterwards. Asking
// for what is already so, with the same reason, changes nothing and is no error:
// a retried activity may ask again.
func (l *Ledger) Transition(ctx context.Context, id string, c Change) (Record, error) {
	var after Record
	err := l.inTx(ctx, func(t *tx) error {
		r, err := record(ctx, t, id)
		if err != nil {
			return err
		}
		if r.State == c.To && r.Reason == c.Reason && c.Apply == nil && !c.Repeat {
			after = r
			return nil
		}
		if !allowed(c.From, r.State) || !c.Seen.IsZero() && !c.Seen.Equal(r.UpdatedAt) {
			return &StateError{Record: id, State: r.State, To: c.To}
		}
		if err := t.change(ctx, r, c); err != nil {
			return err
		}
		if c.Release {
			if _, err := t.ExecContext(ctx, `DELETE FROM claims WHERE record_id = $1`, id); err != nil {
				return err
			}
		}
		after, err = record(ctx, t, id)
		return err
	})
	return after, err
}

// EventReplayRequested is the event of a person's wish to run a record again.
const EventReplayRequested = "replay requested"

// ReplayRequested is the change that writes down such a wish, with the corrections that it
// brings; the state stays.
func ReplayRequested(r Record, request trade.ReplayRequest) Change {
	attempt := max(request.Attempt, r.Attempt+1)
	detail := map[string]any{"note": request.Note, "attempt": attempt, "resend": request.Resend, "mappingVersion": request.MappingVersion}
	if request.ID != "" {
		detail["id"] = request.ID
	}
	if len(request.Set) > 0 {
		detail["set"] = request.Set
	}
	if len(request.Unset) > 0 {
		detail["unset"] = request.Unset
	}
	return Change{
		From: []trade.State{r.State}, To: r.State, Event: EventReplayRequested, Actor: request.By, Reason: r.Reason, Detail: detail,
		Apply: func(r *Record) { r.Attempt = attempt },
	}
}

func allowed(from []trade.State, state trade.State) bool {
	if len(from) == 0 {
		return true
	}
	for _, s := range from {
		if s == state {
			return true
		}
	}
	return false
}

// change writes the record's new fields and its event.
func (t *tx) change(ctx context.Context, r Record, c Change) error {
	r.State, r.Reason = c.To, c.Reason
	if c.Apply != nil {
		c.Apply(&r)
	}
	reason, err := reasonText(r.Reason)
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `UPDATE records SET state = $2, reason_code = $3, reason = $4, document_sha = $5,
		document_size = $6, mapping_version = $7, interchange = $8, group_control = $9, set_control = $10,
		file_name = $11, file_id = $12, intent_at = $13, sent_at = $14, attempt = $15, updated_at = $16, partner = $17,
		batch = $18, voucher = $19, number = $20, company = $21, amount = $22, currency = $23, warning = $24, due_at = $25, give_up_at = $26, set_id = $27 WHERE id = $1`,
		r.ID, r.State, r.Reason.Code, reason, r.Document.SHA256, r.Document.Size, r.MappingVersion, r.Interchange,
		r.Group, r.SetControl, r.FileName, r.FileID, micros(r.IntentAt), micros(r.SentAt), r.Attempt, micros(t.now), r.Partner,
		r.Batch, r.Voucher, r.Number, r.Company, r.Amount, r.Currency, r.Warning, micros(r.DueAt), micros(r.GiveUpAt), r.Set)
	if err != nil {
		return err
	}
	detail := c.Detail
	if !r.Reason.IsZero() {
		detail = withReason(detail, r.Reason)
	}
	return t.append(ctx, Event{Record: r.ID, Kind: c.Event, State: c.To, Actor: c.Actor, Detail: detail})
}

// reasonText is how a reason is stored; none is the empty text.
func reasonText(r trade.Reason) (string, error) {
	if r.IsZero() {
		return "", nil
	}
	text, err := json.Marshal(r)
	return string(text), err
}

func withReason(detail map[string]any, reason trade.Reason) map[string]any {
	out := map[string]any{"reason": reason.Code, "message": reason.String()}
	for k, v := range detail {
		out[k] = v
	}
	return out
}

// ControlNumbers are the numbers of one document's envelopes.
type ControlNumbers struct {
	Interchange int64
	Group       int64
	Set         int64
}

// Counters name the counters of one document; an empty name takes no number.
type Counters struct {
	Interchange string
	Group       string
	Set         string
	// Groups is how many groups the document has; 0 is one. They get consecutive numbers,
	// the first of which is given.
	Groups int
}

// InterchangeCounter is the counter of ISA13 for a pair of interchange ids.
func InterchangeCounter(sender, receiver string) string {
	return fmt.Sprintf("ISA13/%s/%s", sender, receiver)
}

// GroupCounter is the counter of GS06 for a pair of applications and a functional id.
func GroupCounter(sender, receiver, functional string) string {
	return fmt.Sprintf("GS06/%s/%s/%s", sender, receiver, functional)
}

// SetCounter is the counter of ST02 for a partner whose envelopes are not ours.
func SetCounter(partner string) string { return "ST02/" + partner }

// Allocate gives a record its control numbers in one transaction. The counters
// only rise; a number is recorded with the record that got it.
func (l *Ledger) Allocate(ctx context.Context, recordID string, c Counters) (ControlNumbers, error) {
	var n ControlNumbers
	err := l.inTx(ctx, func(t *tx) error {
		n = ControlNumbers{}
		for _, each := range []struct {
			counter string
			count   int
			into    *int64
		}{{c.Interchange, 1, &n.Interchange}, {c.Group, max(c.Groups, 1), &n.Group}, {c.Set, 1, &n.Set}} {
			if each.counter == "" {
				continue
			}
			var err error
			if *each.into, err = t.take(ctx, each.counter, each.count, recordID); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// take takes consecutive numbers for a record and gives the first.
func (t *tx) take(ctx context.Context, counter string, count int, recordID string) (first int64, err error) {
	for i := range count {
		number, err := t.next(ctx, counter)
		if err != nil {
			return 0, err
		}
		if i == 0 {
			first = number
		}
		_, err = t.ExecContext(ctx, `INSERT INTO control_numbers (counter, number, record_id, at) VALUES ($1, $2, $3, $4)`,
			counter, number, recordID, micros(t.now))
		if err != nil {
			return 0, err
		}
	}
	return first, nil
}

// next raises a counter by one.
func (t *tx) next(ctx context.Context, counter string) (int64, error) {
	var value int64
	err := t.QueryRowContext(ctx, `INSERT INTO counters (name, value) VALUES ($1, 1)
		ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value`, counter).Scan(&value)
	return value, err
}
