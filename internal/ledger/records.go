package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"tradewind/internal/trade"
)

// ErrNotFound says that the ledger has no such row.
var ErrNotFound = errors.New("not in the ledger")

// Record is one business document on its way through a flow.
type Record struct {
	ID             string
	Flow           trade.Flow
	Company        string
	Partner        string
	Set            string
	Number         string
	Revision       int64
	State          trade.State
	Reason         trade.Reason
	Amount         string
	Currency       string
	Checksum       string
	Source         string // SHA-256 of the canonical JSON in the archive
	Document       trade.Document
	MappingVersion string
	Interchange    string
	Group          string
	SetControl     string
	FileName       string
	FileID         string
	// Batch and Voucher are M3's numbers of an invoice: INBN, and year and VONO.
	Batch   string
	Voucher string
	// Warning is what a person should look at although the record goes on.
	Warning  string
	IntentAt time.Time
	SentAt   time.Time
	// DueAt is when the partner's answer becomes overdue, GiveUpAt when it is no longer waited
	// for; zero where no answer is expected.
	DueAt     time.Time
	GiveUpAt  time.Time
	Attempt   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

const recordColumns = `id, flow, company, partner, set_id, number, revision, state, reason, amount, currency,
	checksum, source_sha, document_sha, document_size, mapping_version, interchange, group_control, set_control,
	file_name, file_id, intent_at, sent_at, attempt, created_at, updated_at, batch, voucher, warning, due_at, give_up_at`

func scanRecord(row interface{ Scan(...any) error }) (Record, error) {
	var r Record
	var reason string
	var intent, sent, created, updated, due, giveUp int64
	err := row.Scan(&r.ID, &r.Flow, &r.Company, &r.Partner, &r.Set, &r.Number, &r.Revision, &r.State, &reason,
		&r.Amount, &r.Currency, &r.Checksum, &r.Source, &r.Document.SHA256, &r.Document.Size, &r.MappingVersion,
		&r.Interchange, &r.Group, &r.SetControl, &r.FileName, &r.FileID, &intent, &sent, &r.Attempt, &created, &updated, &r.Batch, &r.Voucher, &r.Warning, &due, &giveUp)
	if errors.Is(err, sql.ErrNoRows) {
		return Record{}, ErrNotFound
	}
	if err != nil {
		return Record{}, err
	}
	if r.Document.SHA256 != "" {
		r.Document.Kind = "x12"
	}
	r.IntentAt, r.SentAt, r.CreatedAt, r.UpdatedAt = instant(intent), instant(sent), instant(created), instant(updated)
	r.DueAt, r.GiveUpAt = instant(due), instant(giveUp)
	if reason == "" {
		return r, nil
	}
	return r, json.Unmarshal([]byte(reason), &r.Reason)
}

type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

func record(ctx context.Context, q querier, id string) (Record, error) {
	r, err := scanRecord(q.QueryRowContext(ctx, `SELECT `+recordColumns+` FROM records WHERE id = $1`, id))
	if err != nil {
		return Record{}, fmt.Errorf("record %q: %w", id, err)
	}
	return r, nil
}

func records(ctx context.Context, q querier, where string, args ...any) ([]Record, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+recordColumns+` FROM records `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var found []Record
	for rows.Next() {
		r, err := scanRecord(rows)
		if err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		found = append(found, r)
	}
	return found, rows.Err()
}

// Record gives one record by its id.
func (l *Ledger) Record(ctx context.Context, id string) (Record, error) { return record(ctx, l.db, id) }

// Filter narrows a list of records; empty fields match everything.
type Filter struct {
	Flow    trade.Flow
	Company string
	Partner string
	State   trade.State
	Reason  string
	Limit   int
	// After lists records whose id sorts behind this one: the next page.
	After string
}

// Records lists records by id.
func (l *Ledger) Records(ctx context.Context, f Filter) ([]Record, error) {
	conditions, args := []string{"id > $1"}, []any{f.After}
	add := func(column, value string) {
		if value != "" {
			args = append(args, value)
			conditions = append(conditions, fmt.Sprintf("%s = $%d", column, len(args)))
		}
	}
	add("flow", string(f.Flow))
	add("company", f.Company)
	add("partner", f.Partner)
	add("state", string(f.State))
	add("reason_code", f.Reason)
	where := "WHERE " + strings.Join(conditions, " AND ") + " ORDER BY id"
	if f.Limit > 0 {
		where += fmt.Sprintf(" LIMIT %d", f.Limit)
	}
	return records(ctx, l.db, where, args...)
}

// Find looks a record up by what a person has at hand: its id, the document's
// number, the interchange control number or the file's name.
func (l *Ledger) Find(ctx context.Context, term string) ([]Record, error) {
	return records(ctx, l.db, `WHERE id = $1 OR number = $1 OR file_name = $1
		OR (interchange <> '' AND interchange = $1) ORDER BY id`, term)
}

// NewOrder is what a poll hands over for registration.
type NewOrder struct {
	Company  trade.Company
	Number   string
	Partner  string
	Amount   string
	Currency string
	Checksum string
	Source   string
	// Reason is what the poll saw that must park the record before it goes out.
	Reason trade.Reason
	// Received is how much of each line was delivered by then; lines without any are not in it.
	Received map[string]string
	// Read is when M3 was asked. What another poll registered since is newer, and stays. The zero
	// time asks for nothing.
	Read time.Time
	// Why says how the poll came by the order, where no change list named it.
	Why string
}

// Registration says what registering did.
type Registration struct {
	Record  string
	Created bool
}

// RegisterOrder compares an order with its latest revision: equal, nothing
// happens; different, the next revision is made, and an unsent one before it is
// superseded. A revision equal to the last one sent is a duplicate: nothing goes
// out for it. An order that was withdrawn and may go out again is a revision too.
func (l *Ledger) RegisterOrder(ctx context.Context, n NewOrder) (Registration, error) {
	var out Registration
	err := l.inTx(ctx, func(t *tx) error {
		out = Registration{}
		revisions, err := records(ctx, t, `WHERE flow = $1 AND company = $2 AND number = $3 ORDER BY revision`,
			trade.OrdersOut, n.Company.String(), n.Number)
		if err != nil {
			return err
		}
		if last := len(revisions) - 1; last >= 0 && n.toldBy(revisions[last]) {
			out.Record = revisions[last].ID
			return nil
		}
		r, err := t.insertOrder(ctx, n, int64(len(revisions)+1), lastSent(revisions))
		if err != nil {
			return err
		}
		out = Registration{Record: r.ID, Created: true}
		return t.supersede(ctx, revisions, r.ID)
	})
	return out, err
}

// toldBy says whether the latest revision makes another one needless. Superseded, it was withdrawn:
// no later one took its place.
func (n NewOrder) toldBy(latest Record) bool {
	if !n.Read.IsZero() && latest.CreatedAt.After(n.Read) {
		return true
	}
	return latest.Checksum == n.Checksum && latest.State != trade.StateSuperseded
}

// lastSent gives the newest revision whose document reached Cleo and was not refused.
func lastSent(revisions []Record) *Record {
	for i := len(revisions) - 1; i >= 0; i-- {
		r := &revisions[i]
		switch {
		case r.State == trade.StateSuperseded && !r.WasSent(), r.State == trade.StateDuplicate:
			continue
		case r.State == trade.StateResolved && !r.WasSent():
			return nil // a person told the supplier of something else meanwhile
		case r.WasSent() && r.State != trade.StateRejected:
			return r
		}
	}
	return nil
}

// WasSent says whether the supplier may have the record's document: it was
// delivered once, or a person closed it while it was on the wire.
func (r Record) WasSent() bool {
	return r.State.Delivered() || !r.SentAt.IsZero() || (r.State == trade.StateResolved && !r.IntentAt.IsZero())
}

func (t *tx) insertOrder(ctx context.Context, n NewOrder, revision int64, sent *Record) (Record, error) {
	r := Record{
		ID: trade.OrderRecordID(n.Company, n.Number, revision), Company: n.Company.String(), Number: n.Number,
		Revision: revision, State: trade.StateDiscovered,
	}
	detail := map[string]any{"checksum": n.Checksum, "source": n.Source}
	if len(n.Received) > 0 {
		detail["received"] = n.Received
	}
	if n.Why != "" {
		detail["why"] = n.Why
	}
	if sent != nil && sent.Checksum == n.Checksum {
		r.State = trade.StateDuplicate
		detail["equalTo"] = sent.ID
	}
	reason, err := reasonText(n.Reason)
	if err != nil {
		return Record{}, err
	}
	_, err = t.ExecContext(ctx, `INSERT INTO records (id, flow, company, partner, set_id, number, revision, state,
		amount, currency, checksum, source_sha, created_at, updated_at, reason_code, reason)
		VALUES ($1, $2, $3, $4, '850', $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14)`,
		r.ID, trade.OrdersOut, r.Company, n.Partner, n.Number, revision, r.State, n.Amount, n.Currency, n.Checksum,
		n.Source, micros(t.now), n.Reason.Code, reason)
	if err != nil {
		return Record{}, err
	}
	return r, t.append(ctx, Event{Record: r.ID, Kind: "registered", State: r.State, Actor: "poll", Detail: detail})
}

// supersede closes older revisions that have not left and are not on the wire.
func (t *tx) supersede(ctx context.Context, revisions []Record, by string) error {
	for _, r := range revisions {
		if !supersedable(r) {
			continue
		}
		err := t.change(ctx, r, Change{To: trade.StateSuperseded, Event: "superseded", Actor: "poll", Detail: map[string]any{"by": by}})
		if err != nil {
			return err
		}
	}
	return nil
}

// supersedable says whether a revision can still be taken back: nothing of it
// can have reached Cleo.
func supersedable(r Record) bool {
	switch r.State {
	case trade.StateDiscovered, trade.StateParked, trade.StateHeld, trade.StatePrepared:
		return r.IntentAt.IsZero() && r.SentAt.IsZero()
	}
	return false
}

// WithdrawOrder supersedes the revisions of an order that have not left: M3 no
// longer lets it go out.
func (l *Ledger) WithdrawOrder(ctx context.Context, company trade.Company, number, why string) error {
	return l.inTx(ctx, func(t *tx) error {
		revisions, err := records(ctx, t, `WHERE flow = $1 AND company = $2 AND number = $3 ORDER BY revision`, trade.OrdersOut, company.String(), number)
		if err != nil {
			return err
		}
		return t.supersede(ctx, revisions, why)
	})
}

// Predecessor gives the revision that must be settled before this one may go
// out, or that the supplier has: the newest older one that is neither superseded,
// duplicate nor resolved without ever having left.
func (l *Ledger) Predecessor(ctx context.Context, r Record) (Record, bool, error) {
	older, err := records(ctx, l.db, `WHERE flow = $1 AND company = $2 AND number = $3 AND revision < $4
		AND (state NOT IN ('superseded', 'duplicate', 'resolved') OR sent_at <> 0 OR (state = 'resolved' AND intent_at <> 0)) ORDER BY revision DESC LIMIT 1`,
		r.Flow, r.Company, r.Number, r.Revision)
	if err != nil || len(older) == 0 {
		return Record{}, false, err
	}
	return older[0], true, nil
}

// KnownOrders tells which of the numbers have a record: true where a revision may
// have left, false where all still wait.
func (l *Ledger) KnownOrders(ctx context.Context, company trade.Company) (map[string]bool, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT number, max(CASE WHEN sent_at <> 0 OR intent_at <> 0 THEN 1 ELSE 0 END) FROM records
		WHERE flow = $1 AND company = $2 GROUP BY number`, trade.OrdersOut, company.String())
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	known := map[string]bool{}
	for rows.Next() {
		var number string
		var left int64
		if err := rows.Scan(&number, &left); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		known[number] = left == 1
	}
	return known, rows.Err()
}
