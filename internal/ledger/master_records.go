package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tradewind/internal/trade"
)

// NewMaster is a difference in master data that a sync hands over for registration.
type NewMaster struct {
	Flow    trade.Flow    // trade.Suppliers, trade.Customers or trade.Accounts
	Company trade.Company // without its division for suppliers and customers
	Partner string
	// Number is the code of the record of master data; of an account it is its trade.AccountCode.
	Number string
	// Checksum is that of the difference, with the values of both sides; Source is the SHA-256 of
	// its canonical JSON in the archive.
	Checksum string
	Source   string
	Reason   trade.Reason
	State    trade.State // discovered when empty
}

func (n NewMaster) check() error {
	if trade.MasterEntity(n.Flow) == "" {
		return fmt.Errorf("ledger: flow %q carries no master data; it must be %s, %s or %s", n.Flow, trade.Suppliers, trade.Customers, trade.Accounts)
	}
	if n.Flow != trade.Accounts {
		return nil
	}
	_, _, err := trade.ParseAccountCode(n.Number)
	return err
}

// RegisterMaster makes a record of a difference, so that each record of master data has at most one
// that is open. The difference that is open already gives its record; another one takes its place,
// unless a write of the open one is on its way: then that record is given, and the next sync finds
// what is left. A difference that was settled and is found again is a new record.
func (l *Ledger) RegisterMaster(ctx context.Context, n NewMaster) (Registration, error) {
	if err := n.check(); err != nil {
		return Registration{}, err
	}
	var out Registration
	err := l.inTx(ctx, func(t *tx) error {
		out = Registration{}
		versions, err := t.masterRecords(ctx, n.Flow, n.Company, n.Number)
		if err != nil {
			return err
		}
		for _, r := range versions {
			if openMaster(r) && (r.Checksum == n.Checksum || onItsWay(r)) {
				out.Record = r.ID
				return nil
			}
		}
		ordinal := int64(len(versions) + 1)
		out = Registration{Record: trade.MasterRecordID(n.Flow, n.Company, n.Number, ordinal), Created: true}
		if err := t.insertMaster(ctx, out.Record, n, ordinal); err != nil {
			return err
		}
		return t.supersedeMaster(ctx, versions, out.Record)
	})
	return out, err
}

// WithdrawMaster supersedes the open record of a difference that is there no more. It says whether the record stays, because a
// write of it is on its way.
func (l *Ledger) WithdrawMaster(ctx context.Context, flow trade.Flow, company trade.Company, number, why string) (stays bool, err error) {
	err = l.inTx(ctx, func(t *tx) error {
		versions, err := t.masterRecords(ctx, flow, company, number)
		if err != nil {
			return err
		}
		stays = slices.ContainsFunc(versions, func(r Record) bool { return openMaster(r) && onItsWay(r) })
		return t.supersedeMaster(ctx, versions, why)
	})
	return stays, err
}

// masterRecords are the differences of a record of master data. A profile that a partner sent is none: it is of a company with
// its division.
func (t *tx) masterRecords(ctx context.Context, flow trade.Flow, company trade.Company, number string) ([]Record, error) {
	return records(ctx, t, `WHERE flow = $1 AND company = $2 AND number = $3 ORDER BY revision`, flow, company.String(), number)
}

// openMaster says whether something is still to come of a difference.
func openMaster(r Record) bool {
	switch r.State {
	case trade.StateDiscovered, trade.StatePrepared, trade.StateHeld, trade.StateParked, trade.StateUnknown:
		return true
	}
	return false
}

// onItsWay says whether a write may be on the wire. What waits has none there: what an earlier one
// did, the next comparison sees.
func onItsWay(r Record) bool {
	return r.State == trade.StateUnknown || r.State != trade.StateParked && r.State != trade.StateHeld && !r.IntentAt.IsZero()
}

func (t *tx) supersedeMaster(ctx context.Context, versions []Record, by string) error {
	for _, r := range versions {
		if !openMaster(r) || onItsWay(r) {
			continue
		}
		err := t.change(ctx, r, Change{To: trade.StateSuperseded, Event: "superseded", Actor: "sync", Detail: map[string]any{"by": by}})
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) insertMaster(ctx context.Context, id string, n NewMaster, ordinal int64) error {
	reason, err := reasonText(n.Reason)
	if err != nil {
		return err
	}
	state := cmp.Or(n.State, trade.StateDiscovered)
	_, err = t.ExecContext(ctx, `INSERT INTO records (id, flow, company, partner, set_id, number, revision, state, amount, currency, checksum, source_sha,
		created_at, updated_at, reason_code, reason) VALUES ($1, $2, $3, $4, '', $5, $6, $7, '', '', $8, $9, $10, $10, $11, $12)`,
		id, n.Flow, n.Company.String(), n.Partner, n.Number, ordinal, state, n.Checksum, n.Source, micros(t.now), n.Reason.Code, reason)
	if err != nil {
		return err
	}
	detail := map[string]any{"checksum": n.Checksum, "source": n.Source}
	if !n.Reason.IsZero() {
		detail = withReason(detail, n.Reason)
	}
	return t.append(ctx, Event{Record: id, Kind: "registered", State: state, Actor: "sync", Detail: detail})
}

// Approval is a person's consent to what a record asks.
type Approval struct {
	By   string // in small letters
	Note string
	At   time.Time
}

// Approve writes down that a person approves what a parked record asks, and says how many different
// people did by now. The same person counts once, whether or not the name is written with capitals,
// and may ask again at any time.
func (l *Ledger) Approve(ctx context.Context, recordID, by, note string) (count int, err error) {
	return l.approve(ctx, recordID, by, note, `NOTHING`)
}

// ApproveChoice is Approve where the note is what the person chose: another choice takes the place of the one before.
func (l *Ledger) ApproveChoice(ctx context.Context, recordID, by, choice string) (count int, err error) {
	return l.approve(ctx, recordID, by, choice, `UPDATE SET note = excluded.note, at = excluded.at WHERE approvals.note <> excluded.note`)
}

func (l *Ledger) approve(ctx context.Context, recordID, by, note, again string) (count int, err error) {
	approver := strings.ToLower(strings.TrimSpace(by))
	if approver == "" {
		return 0, errors.New("an approval needs the name of the person who gives it")
	}
	err = l.inTx(ctx, func(t *tx) error {
		r, err := record(ctx, t, recordID)
		if err != nil {
			return err
		}
		result, err := t.ExecContext(ctx, `INSERT INTO approvals (record_id, approver, note, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (record_id, approver) DO `+again, recordID, approver, note, micros(t.now))
		if err != nil {
			return err
		}
		added, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if added > 0 && r.State != trade.StateParked {
			return fmt.Errorf("record %s is %s; only one that is parked can be approved", recordID, r.State)
		}
		if err := t.QueryRowContext(ctx, `SELECT count(*) FROM approvals WHERE record_id = $1`, recordID).Scan(&count); err != nil || added == 0 {
			return err
		}
		return t.append(ctx, Event{Record: recordID, Kind: "approved", State: r.State, Actor: by, Detail: map[string]any{"note": note, "approvals": count}})
	})
	if err != nil {
		return 0, err
	}
	return count, nil
}

// Approvals gives who approved what a record asks, in the order in which they did.
func (l *Ledger) Approvals(ctx context.Context, recordID string) ([]Approval, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT approver, note, at FROM approvals WHERE record_id = $1 ORDER BY at, approver`, recordID)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var approvals []Approval
	for rows.Next() {
		var a Approval
		var at int64
		if err := rows.Scan(&a.By, &a.Note, &at); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		a.At = instant(at)
		approvals = append(approvals, a)
	}
	return approvals, rows.Err()
}
