package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"tradewind/internal/trade"
)

// NewReceived is a set of a received file that becomes a record.
type NewReceived struct {
	ID       string
	Company  trade.Company
	Partner  string
	Set      string
	Number   string // of the document, such as the invoice's
	State    trade.State
	Reason   trade.Reason
	Amount   string
	Currency string
	// Checksum is that of the set's segments, Source of the file in the archive.
	Checksum string
	Source   string
	File     File
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
		n.ID, trade.InvoicesIn, n.Company.String(), n.Partner, n.Set, n.Number, ordinal, n.State, n.Amount, n.Currency, n.Checksum, n.Source,
		micros(t.now), n.Reason.Code, reason, n.Interchange, n.Group, n.SetControl, n.File.Name, n.File.ID)
	if err != nil {
		return err
	}
	detail := map[string]any{"file": n.File.Number, "source": n.Source, "checksum": n.Checksum}
	if !n.Reason.IsZero() {
		detail = withReason(detail, n.Reason)
	}
	return t.append(ctx, Event{Record: n.ID, Kind: "received", State: n.State, Actor: "receive", Detail: detail})
}

// OfFile lists the records of a received file by id, from behind one on.
func (l *Ledger) OfFile(ctx context.Context, file int64, after string, limit int) ([]Record, error) {
	prefix := fmt.Sprintf("invoice-in/%d/", file)
	return records(ctx, l.db, `WHERE id >= $1 AND id < $2 AND id > $3 ORDER BY id LIMIT $4`, prefix, strings.TrimSuffix(prefix, "/")+"0", after, limit)
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

// SeeControl writes down a received control number and gives the last one of the same
// scope that came within the window in another file.
func (l *Ledger) SeeControl(ctx context.Context, c Control, window time.Duration) (earlier Control, seen bool, err error) {
	err = l.inTx(ctx, func(t *tx) error {
		var at int64
		earlier = Control{Scope: c.Scope}
		err := t.QueryRowContext(ctx, `SELECT file, sha256, at FROM received_controls WHERE scope = $1 AND file <> $2 AND at >= $3 ORDER BY at LIMIT 1`,
			c.Scope, c.File, micros(t.now.Add(-window))).Scan(&earlier.File, &earlier.SHA256, &at)
		seen = err == nil
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		earlier.At = instant(at)
		_, err = t.ExecContext(ctx, `INSERT INTO received_controls (scope, file, sha256, at) VALUES ($1, $2, $3, $4) ON CONFLICT (scope, file) DO NOTHING`,
			c.Scope, c.File, c.SHA256, micros(t.now))
		return err
	})
	return earlier, seen, err
}

// Claim is a business key with the record that has it.
type Claim struct {
	Key      string
	Record   string
	Checksum string
}

// ClaimKey gives a business key to a record, unless another has it: then it says which. The
// same record may claim again.
func (l *Ledger) ClaimKey(ctx context.Context, c Claim) (holder Claim, claimed bool, err error) {
	err = l.inTx(ctx, func(t *tx) error {
		_, err := t.ExecContext(ctx, `INSERT INTO claims (business_key, record_id, checksum, at) VALUES ($1, $2, $3, $4) ON CONFLICT (business_key) DO NOTHING`,
			c.Key, c.Record, c.Checksum, micros(t.now))
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

// ReleaseKey gives a business key back, where its record will never be posted.
func (l *Ledger) ReleaseKey(ctx context.Context, key, record string) error {
	_, err := l.db.ExecContext(ctx, `DELETE FROM claims WHERE business_key = $1 AND record_id = $2`, key, record)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}
