package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"tradewind/internal/trade"
)

// NewReceived is what a received file makes a record of: a set, or the answer to an
// interchange.
type NewReceived struct {
	ID       string
	Flow     trade.Flow // invoices-in when empty
	Company  trade.Company
	Partner  string
	Set      string
	Number   string // of the document, such as the invoice's
	State    trade.State
	Reason   trade.Reason
	Amount   string
	Currency string
	// Checksum is that of the set's segments, Source of the file in the archive; of an answer
	// both are those of what it will say.
	Checksum string
	Source   string
	File     File
	// Other is the record or the file that had the same control number before.
	Other string
	// Interchange, Group and SetControl are the control numbers around it.
	Interchange, Group, SetControl string
}

// RegisterReceived makes records of a file's sets; those that are there already stay as
// they are. It says how many are new.
func (l *Ledger) RegisterReceived(ctx context.Context, sets []NewReceived) (created int, err error) {
	err = l.inTx(ctx, func(t *tx) error {
		created = 0
		for _, n := range sets {
			if _, err := record(ctx, t, n.ID); !errors.Is(err, ErrNotFound) {
				if err != nil {
					return err
				}
				continue
			}
			created++
			if err := t.insertReceived(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
	return created, err
}

func (t *tx) insertReceived(ctx context.Context, n NewReceived) error {
	reason, err := reasonText(n.Reason)
	if err != nil {
		return err
	}
	// A number may come again, from others or once more: the ordinal tells one from the next.
	ordinal, err := t.next(ctx, "received")
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `INSERT INTO records (id, flow, company, partner, set_id, number, revision, state, amount, currency, checksum, source_sha,
		created_at, updated_at, reason_code, reason, interchange, group_control, set_control, file_name, file_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15, $16, $17, $18, $19, $20)`,
		n.ID, cmp.Or(n.Flow, trade.InvoicesIn), n.Company.String(), n.Partner, n.Set, n.Number, ordinal, n.State, n.Amount, n.Currency, n.Checksum, n.Source,
		micros(t.now), n.Reason.Code, reason, n.Interchange, n.Group, n.SetControl, n.File.Name, n.File.ID)
	if err != nil {
		return err
	}
	detail := map[string]any{"file": n.File.Number, "source": n.Source, "checksum": n.Checksum}
	if n.Other != "" {
		detail["other"] = n.Other
	}
	if !n.Reason.IsZero() {
		detail = withReason(detail, n.Reason)
	}
	return t.append(ctx, Event{Record: n.ID, Kind: "received", State: n.State, Actor: "receive", Detail: detail})
}

// OfFile lists the records that a received file brought, the answers to it included, by id,
// from behind one on.
func (l *Ledger) OfFile(ctx context.Context, file int64, after string, limit int) ([]Record, error) {
	args, within := []any{after, limit}, []string(nil)
	for _, prefix := range trade.FilePrefixes(file) {
		args = append(args, prefix, strings.TrimSuffix(prefix, "/")+"0")
		within = append(within, fmt.Sprintf("id >= $%d AND id < $%d", len(args)-1, len(args)))
	}
	return records(ctx, l.db, `WHERE (`+strings.Join(within, " OR ")+`) AND id > $1 ORDER BY id LIMIT $2`, args...)
}

// Before names what came before a received record and is not read or decided yet: a file
// with a lower number, or a record of the same partner and number in one. It is empty where
// there is nothing to wait for.
func (l *Ledger) Before(ctx context.Context, r Record) (string, error) {
	file, err := trade.FileOfRecord(r.ID)
	if err != nil {
		return "", err
	}
	earlier, err := l.Files(ctx, trade.FileDiscovered, 0, 1)
	if err != nil {
		return "", err
	}
	if len(earlier) > 0 && earlier[0].Number < file {
		return fmt.Sprintf("file %d", earlier[0].Number), nil
	}
	same, err := records(ctx, l.db, `WHERE flow = $1 AND partner = $2 AND number = $3 AND state = $4 AND id <> $5`, r.Flow, r.Partner, r.Number, trade.StateDiscovered, r.ID)
	if err != nil {
		return "", err
	}
	for _, other := range same {
		if number, err := trade.FileOfRecord(other.ID); err == nil && (number < file || number == file && other.Revision < r.Revision) {
			return "record " + other.ID, nil
		}
	}
	return "", nil
}

// Control is a control number that was received, with what came under it.
type Control struct {
	// Scope names the number with everything that makes it unique, such as
	// "ISA13/ZZ:SUPPLIER/ZZ:TRADEWINDUS/000000017".
	Scope  string
	File   int64
	SHA256 string
	At     time.Time
}

// SeeControl writes down a received control number and gives one of the same scope that
// another file brought within the window before: with the same content if there is one,
// otherwise the first. Asking again gives the same answer, whatever came since.
func (l *Ledger) SeeControl(ctx context.Context, c Control, window time.Duration) (earlier Control, seen bool, err error) {
	err = l.inTx(ctx, func(t *tx) error {
		var own, at int64
		earlier = Control{Scope: c.Scope}
		_, err := t.ExecContext(ctx, `INSERT INTO received_controls (scope, file, sha256, at) VALUES ($1, $2, $3, $4) ON CONFLICT (scope, file) DO NOTHING`,
			c.Scope, c.File, c.SHA256, micros(t.now))
		if err != nil {
			return err
		}
		if err := t.QueryRowContext(ctx, `SELECT at FROM received_controls WHERE scope = $1 AND file = $2`, c.Scope, c.File).Scan(&own); err != nil {
			return err
		}
		err = t.QueryRowContext(ctx, `SELECT file, sha256, at FROM received_controls WHERE scope = $1 AND file <> $2 AND at >= $3
			AND (at < $4 OR at = $4 AND file < $2) ORDER BY CASE WHEN sha256 = $5 THEN 0 ELSE 1 END, at, file LIMIT 1`,
			c.Scope, c.File, micros(instant(own).Add(-window)), own, c.SHA256).Scan(&earlier.File, &earlier.SHA256, &at)
		seen = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		earlier.At = instant(at)
		return err
	})
	return earlier, seen, err
}

// Claim is a business key with the record that has it.
type Claim struct {
	Key    string
	Record string
	// Checksum is that of the content as it is understood, with its corrections.
	Checksum string
	// Near gathers the keys among which an invoice of about the same Day (CCYYMMDD) may look like
	// this one, by the Facts, which only the caller understands.
	Near, Day, Facts string
}

// ClaimKey gives a business key to a record, unless another has it: then it says which. The
// same record may claim again, also with other content.
func (l *Ledger) ClaimKey(ctx context.Context, c Claim) (holder Claim, claimed bool, err error) {
	err = l.inTx(ctx, func(t *tx) error {
		_, err := t.ExecContext(ctx, `INSERT INTO claims (business_key, record_id, checksum, at, near_key, day, facts) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (business_key) DO UPDATE SET checksum = excluded.checksum, near_key = excluded.near_key, day = excluded.day, facts = excluded.facts
			WHERE claims.record_id = excluded.record_id`, c.Key, c.Record, c.Checksum, micros(t.now), c.Near, c.Day, c.Facts)
		if err != nil {
			return err
		}
		holder = Claim{Key: c.Key}
		err = t.QueryRowContext(ctx, `SELECT record_id, checksum FROM claims WHERE business_key = $1`, c.Key).Scan(&holder.Record, &holder.Checksum)
		claimed = err == nil && holder.Record == c.Record
		return err
	})
	return holder, claimed, err
}

// HolderOf tells which record has a business key, if one has.
func (l *Ledger) HolderOf(ctx context.Context, key string) (holder Claim, found bool, err error) {
	holder.Key = key
	err = l.db.QueryRowContext(ctx, `SELECT record_id, checksum FROM claims WHERE business_key = $1`, key).Scan(&holder.Record, &holder.Checksum)
	if errors.Is(err, sql.ErrNoRows) {
		return Claim{}, false, nil
	}
	if err != nil {
		return Claim{}, false, fmt.Errorf("ledger: %w", err)
	}
	return holder, true, nil
}

// Neighbours gives what other records claimed among the keys of the same Near, on the days from
// one to another, in the order in which they came.
func (l *Ledger) Neighbours(ctx context.Context, c Claim, from, to string) ([]Claim, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT business_key, record_id, day, facts FROM claims
		WHERE near_key = $1 AND day BETWEEN $2 AND $3 AND record_id <> $4 AND near_key <> '' ORDER BY at, business_key`, c.Near, from, to, c.Record)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var out []Claim
	for rows.Next() {
		other := Claim{Near: c.Near}
		if err := rows.Scan(&other.Key, &other.Record, &other.Day, &other.Facts); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		out = append(out, other)
	}
	return out, rows.Err()
}

// KeepKey gives back every business key of a record but one.
func (l *Ledger) KeepKey(ctx context.Context, record, key string) error {
	_, err := l.db.ExecContext(ctx, `DELETE FROM claims WHERE record_id = $1 AND business_key <> $2`, record, key)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}
