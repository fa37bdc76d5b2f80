package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tradewind/internal/trade"
)

// Numbered tells which record got a control number of a counter.
func (l *Ledger) Numbered(ctx context.Context, counter string, number int64) (recordID string, found bool, err error) {
	err = l.db.QueryRowContext(ctx, `SELECT record_id FROM control_numbers WHERE counter = $1 AND number = $2`, counter, number).Scan(&recordID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("ledger: %w", err)
	}
	return recordID, true, nil
}

// ErrNotSent says that an answer came before the ledger knew that its document had landed.
var ErrNotSent = errors.New("the document is not sent yet")

// Answer writes down what a partner said of a record's document, once for each answer, and
// moves the record: the first acceptance acknowledges it, a rejection leaves it to a person, also
// behind an acceptance. An answer to an earlier attempt is kept and moves nothing.
func (l *Ledger) Answer(ctx context.Context, recordID string, a trade.Answer, refusal trade.Reason) (Record, error) {
	var after Record
	err := l.inTx(ctx, func(t *tx) error {
		r, err := record(ctx, t, recordID)
		if err != nil {
			return err
		}
		a.Earlier = !current(r, a)
		if after = r; !a.Earlier && !r.State.Delivered() && r.State != trade.StateResolved {
			return ErrNotSent
		}
		reasons, err := json.Marshal(a.Reasons)
		if err != nil {
			return err
		}
		if err := t.QueryRowContext(ctx, `SELECT COUNT(*) > 0 FROM answers WHERE record_id = $1 AND level = $2 AND number = $3 AND ack_id <> $4`,
			r.ID, a.Level, a.Number, a.Acknowledgement).Scan(&a.Again); err != nil {
			return err
		}
		a.Late = !a.Earlier && !r.DueAt.IsZero() && t.now.After(r.DueAt)
		added, err := t.ExecContext(ctx, `INSERT INTO answers (record_id, ack_id, level, verdict, reasons, number, earlier, late, again, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
			r.ID, a.Acknowledgement, a.Level, a.Verdict, string(reasons), a.Number, a.Earlier, a.Late, a.Again, micros(t.now))
		if err != nil {
			return err
		}
		if n, err := added.RowsAffected(); err != nil || n == 0 {
			return err
		}
		change := Change{To: r.State, Event: "answered", Actor: r.Partner, Reason: r.Reason, Detail: detailOf(a)}
		change.answeredBy(r, a, refusal)
		if err := t.change(ctx, r, change); err != nil {
			return err
		}
		after, err = record(ctx, t, recordID)
		return err
	})
	return after, err
}

// detailOf is what the event tells of an answer.
func detailOf(a trade.Answer) map[string]any {
	out := map[string]any{"by": a.Acknowledgement, "level": string(a.Level), "verdict": string(a.Verdict), "number": a.Number}
	if len(a.Reasons) > 0 {
		out["reasons"] = a.Reasons
	}
	for name, so := range map[string]bool{"earlier": a.Earlier, "late": a.Late, "again": a.Again} {
		if so {
			out[name] = true
		}
	}
	return out
}

// answeredBy decides where an answer leaves the record.
func (c *Change) answeredBy(r Record, a trade.Answer, refusal trade.Reason) {
	switch {
	case a.Earlier || r.State == trade.StateResolved:
	case a.Verdict == trade.VerdictRejected:
		c.To, c.Reason = trade.StateRejected, refusal
	case a.Level == trade.LevelApplication && a.Verdict != trade.VerdictAccepted:
		c.Apply = func(r *Record) { r.Warning = remark(a) }
	case a.Level != trade.LevelFunctional || r.State == trade.StateRejected:
	default:
		c.To, c.Reason = trade.StateAcknowledged, trade.Reason{}
		if a.Verdict == trade.VerdictErrors {
			c.Apply = func(r *Record) { r.Warning = remark(a) }
		}
	}
}

// remark is what a person reads of an answer that is not all good.
func remark(a trade.Answer) string {
	return strings.TrimSuffix(string(a.Verdict)+": "+strings.Join(a.Reasons, ", "), ": ")
}

// LastSent gives the newest record of a document of a partner that was sent.
func (l *Ledger) LastSent(ctx context.Context, flow trade.Flow, partner, number string) (Record, bool, error) {
	sent, err := records(ctx, l.db, `WHERE flow = $1 AND partner = $2 AND number = $3 AND sent_at <> 0 ORDER BY revision DESC LIMIT 1`,
		flow, partner, number)
	if err != nil || len(sent) == 0 {
		return Record{}, false, err
	}
	return sent[0], true, nil
}

// current says whether an answer is about what the record sent last: by the number of its
// interchange, of its group, or, where Cleo numbers those, of its set. Those to the business behind
// a document have no number of ours.
func current(r Record, a trade.Answer) bool {
	if a.Level == trade.LevelApplication {
		return true
	}
	text := r.Group
	if a.Level == trade.LevelInterchange {
		text = r.Interchange
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil && n == 0 {
		n, err = strconv.ParseInt(r.SetControl, 10, 64)
	}
	return err == nil && n == a.Number
}

// Answered is an answer in the order in which they came.
type Answered struct {
	trade.Answer
	At time.Time `json:"at"`
}

// Answers gives what partners said of a record's documents. Earlier are those to what it sent
// before its last document, by now.
func (l *Ledger) Answers(ctx context.Context, recordID string) ([]Answered, error) {
	r, err := record(ctx, l.db, recordID)
	if err != nil {
		return nil, err
	}
	rows, err := l.db.QueryContext(ctx, `SELECT ack_id, level, verdict, reasons, number, earlier, late, again, at FROM answers WHERE record_id = $1 ORDER BY at, ack_id`, recordID)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var out []Answered
	for rows.Next() {
		var a Answered
		var reasons string
		var at int64
		if err := rows.Scan(&a.Acknowledgement, &a.Level, &a.Verdict, &reasons, &a.Number, &a.Earlier, &a.Late, &a.Again, &at); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		if err := json.Unmarshal([]byte(reasons), &a.Reasons); err != nil {
			return nil, fmt.Errorf("ledger: answer to %s: %w", recordID, err)
		}
		a.At, a.Earlier = instant(at), !current(r, a.Answer)
		out = append(out, a)
	}
	return out, rows.Err()
}
