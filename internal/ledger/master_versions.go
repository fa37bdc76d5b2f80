package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tradewind/internal/trade"
)

// MostMasters is how many records of master data are saved at once.
const MostMasters = 1000

// MasterVersion is what a record was from one instant on, and before another.
type MasterVersion struct {
	Version int64
	From    time.Time
	To      time.Time // zero while it holds
	Values  map[string]string
	Source  string    // trade.SourceInfor or one of its like
	At      time.Time // when it was written down
}

// SaveMasters keeps a page of up to MostMasters records of one entity and company, all or none, and
// says how many versions that made: one for each whose values differ, from now on, of a source
// such as trade.SourceInfor. Saving the same page again changes nothing. Of two that save a record,
// what the last one says holds.
func (l *Ledger) SaveMasters(ctx context.Context, page []Master, source string, now time.Time) (versions int, err error) {
	versions, _, err = l.saveMasters(ctx, page, source, now, func(m, _ Master) (Master, bool) { return m, true })
	return versions, err
}

// SaveCompared is SaveMasters for records that were read some time ago: one that was saved since is left as it is, because
// what the page says of it was concluded from something else. It gives the codes of those.
func (l *Ledger) SaveCompared(ctx context.Context, page []Master, source string, now time.Time) (overtaken []string, err error) {
	_, overtaken, err = l.saveMasters(ctx, page, source, now, func(m, was Master) (Master, bool) {
		if m.UpdatedAt.Equal(was.UpdatedAt) {
			return m, true
		}
		return was, false
	})
	return overtaken, err
}

// SaveConcluded is SaveCompared for what has its effect at Cleo already: of a record that was saved since, what is agreed and
// what Cleo has is kept beside what M3 said meanwhile.
func (l *Ledger) SaveConcluded(ctx context.Context, page []Master, source string, now time.Time) (overtaken []string, err error) {
	_, overtaken, err = l.saveMasters(ctx, page, source, now, func(m, was Master) (Master, bool) {
		if m.UpdatedAt.Equal(was.UpdatedAt) {
			return m, true
		}
		was.Agreed, was.Cleo = m.Agreed, m.Cleo
		return was, false
	})
	return overtaken, err
}

// SaveRead keeps what M3 said of a page of records when it was asked at an instant: their values and M3's side. What is agreed
// and what Cleo has stays. A record that was saved since with something else of M3's is left as it is, and its code given:
// which of the two is newer, only M3 can say.
func (l *Ledger) SaveRead(ctx context.Context, page []Master, asked, now time.Time) (versions int, overtaken []string, err error) {
	return l.saveMasters(ctx, page, trade.SourceInfor, now, func(m, was Master) (Master, bool) {
		if was.UpdatedAt.After(asked) && was.Infor.Checksum != m.Infor.Checksum {
			return was, false
		}
		m.Agreed, m.Cleo, m.Differs, m.Record = was.Agreed, was.Cleo, was.Differs, was.Record
		return m, true
	})
}

// saveMasters saves a page as merge lays it over what there is. It gives the codes of the records that merge does not take whole.
func (l *Ledger) saveMasters(ctx context.Context, page []Master, source string, now time.Time,
	merge func(m, was Master) (next Master, whole bool)) (versions int, overtaken []string, err error) {
	if len(page) == 0 {
		return 0, nil, nil
	}
	page = slices.Clone(page)
	slices.SortFunc(page, func(a, b Master) int { return strings.Compare(a.Code, b.Code) }) // as masterIDs
	if err := checkPage(page, source, now); err != nil {
		return 0, nil, err
	}
	err = l.inTx(ctx, func(t *tx) error {
		versions, overtaken = 0, nil
		known, err := mastersByIDs(ctx, t, ids(page))
		if err != nil {
			return err
		}
		var changed, turned []Master
		for _, m := range page {
			was := known[m.Code]
			next, whole := merge(m, was)
			if !whole {
				overtaken = append(overtaken, m.Code)
			}
			m = next.after(was, now)
			if slices.Equal(m.columns(), was.columns()) {
				continue
			}
			if changed = append(changed, m); m.Checksum != was.Checksum {
				turned = append(turned, m)
			}
		}
		if err := t.writeMasters(ctx, changed); err != nil {
			return err
		}
		versions, err = t.turnVersions(ctx, turned, source, now)
		return err
	})
	if err != nil {
		return 0, nil, fmt.Errorf("ledger: a page of %d records of master data, %s %s of company %s first, cannot be saved: %w",
			len(page), page[0].Entity, page[0].Code, page[0].Company, err)
	}
	return versions, overtaken, nil
}

func ids(page []Master) []string {
	out := make([]string, len(page))
	for i, m := range page {
		out[i] = m.id()
	}
	return out
}

// checkPage refuses what no page is; the page is in the order of its codes.
func checkPage(page []Master, source string, now time.Time) error {
	if len(page) > MostMasters {
		return fmt.Errorf("ledger: a page of master data has %d records; save at most %d at once", len(page), MostMasters)
	}
	if source != trade.SourceInfor && source != trade.SourceCleo && source != trade.SourcePerson {
		return fmt.Errorf("ledger: %q is no source of master data; name %s, %s or %s", source, trade.SourceInfor, trade.SourceCleo, trade.SourcePerson)
	}
	if now.IsZero() {
		return errors.New("ledger: a page of master data has no instant from which it is valid; give one")
	}
	for i, m := range page {
		switch {
		case m.Entity != page[0].Entity || m.Company != page[0].Company:
			return fmt.Errorf("ledger: a page of master data has %s %s of company %s and %s %s of company %s; save a page for each entity and company",
				page[0].Entity, page[0].Code, page[0].Company, m.Entity, m.Code, m.Company)
		case m.Entity == "" || m.Company == "" || m.Code == "" || strings.Contains(m.Entity+m.Company, "/"):
			return fmt.Errorf("ledger: entity %q, company %q, code %q: a record of master data needs all three, and only the code may have a /", m.Entity, m.Company, m.Code)
		case i > 0 && m.Code == page[i-1].Code:
			return fmt.Errorf("ledger: %s %s of company %s stands twice in one page; save it once", m.Entity, m.Code, m.Company)
		}
	}
	return nil
}

// after completes what is saved by what was known before. Values never begin to hold before the last
// ones did, whatever the caller's clock says.
func (m Master) after(was Master, now time.Time) Master {
	m.Checksum, m.Version, m.Since = "", was.Version, was.Since
	values := snapshot(m.Values)
	if values != "" {
		sum := sha256.Sum256([]byte(values))
		m.Checksum = hex.EncodeToString(sum[:])
	}
	if m.Checksum != was.Checksum {
		m.Since = later(was.Since, now)
		if values != "" {
			m.Version++
		}
	}
	m.Infor.SeenAt, m.Cleo.SeenAt = later(was.Infor.SeenAt, m.Infor.SeenAt), later(was.Cleo.SeenAt, m.Cleo.SeenAt)
	return m
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (t *tx) writeMasters(ctx context.Context, page []Master) error {
	return t.insertRows(ctx, len(page), `INSERT INTO masters (`+masterColumns+`) VALUES `, func(i int) []any {
		return slices.Concat([]any{page[i].id(), page[i].Entity, page[i].Company, page[i].Code}, page[i].columns(), []any{micros(t.now)})
	}, ` ON CONFLICT (id) DO UPDATE SET snapshot = excluded.snapshot, checksum = excluded.checksum, version = excluded.version,
		since = excluded.since, agreed = excluded.agreed, record_id = excluded.record_id, infor_exists = excluded.infor_exists,
		infor_checksum = excluded.infor_checksum, infor_ref = excluded.infor_ref, infor_seen = excluded.infor_seen, cleo_exists = excluded.cleo_exists,
		cleo_checksum = excluded.cleo_checksum, cleo_ref = excluded.cleo_ref, cleo_seen = excluded.cleo_seen, cleo_differs = excluded.cleo_differs, updated_at = excluded.updated_at`)
}

// turnVersions ends the versions that held and begins the next, unless the record is gone; it says
// how many began.
func (t *tx) turnVersions(ctx context.Context, page []Master, source string, now time.Time) (began int, err error) {
	for part := range slices.Chunk(ids(page), idsPerQuery) {
		among, args := among(part, micros(now))
		_, err := t.ExecContext(ctx, `UPDATE master_versions SET valid_to = CASE WHEN valid_from > $1 THEN valid_from ELSE $1 END
			WHERE valid_to = 0 AND master_id `+among, args...)
		if err != nil {
			return 0, err
		}
	}
	next := slices.DeleteFunc(page, func(m Master) bool { return m.Checksum == "" })
	return len(next), t.insertRows(ctx, len(next), `INSERT INTO master_versions (master_id, version, valid_from, snapshot, source, at) VALUES `, func(i int) []any {
		m := next[i]
		return []any{m.id(), m.Version, micros(m.Since), snapshot(m.Values), source, micros(t.now)}
	}, "")
}

// rowsPerInsert bounds the parameters of a statement that writes several rows.
const rowsPerInsert = 100

// insertRows writes rows of equally many values, several with one statement.
func (t *tx) insertRows(ctx context.Context, count int, into string, row func(int) []any, rest string) error {
	for first := 0; first < count; first += rowsPerInsert {
		var rows []string
		var args []any
		for i := first; i < min(first+rowsPerInsert, count); i++ {
			values := row(i)
			rows, args = append(rows, "("+places(len(args)+1, len(values))+")"), append(args, values...)
		}
		if _, err := t.ExecContext(ctx, into+strings.Join(rows, ", ")+rest, args...); err != nil {
			return err
		}
	}
	return nil
}

// MasterHistory gives every version of a record, oldest first.
func (l *Ledger) MasterHistory(ctx context.Context, entity, company, code string) ([]MasterVersion, error) {
	return l.masterVersions(ctx, `master_id = $1 ORDER BY version`, masterID(entity, company, code))
}

// MasterAt gives what a record was at an instant; ErrNotFound where nothing was known of it, or it was gone.
func (l *Ledger) MasterAt(ctx context.Context, entity, company, code string, at time.Time) (MasterVersion, error) {
	held, err := l.masterVersions(ctx, `master_id = $1 AND valid_from <= $2 AND (valid_to = 0 OR valid_to > $2)`, masterID(entity, company, code), micros(at))
	if err != nil {
		return MasterVersion{}, err
	}
	if len(held) == 0 {
		return MasterVersion{}, fmt.Errorf("%s %s of company %s at %s: %w", entity, code, company, at.UTC().Format(time.RFC3339), ErrNotFound)
	}
	return held[0], nil
}

func (l *Ledger) masterVersions(ctx context.Context, where string, args ...any) ([]MasterVersion, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT version, valid_from, valid_to, snapshot, source, at FROM master_versions WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var versions []MasterVersion
	for rows.Next() {
		var v MasterVersion
		var from, to, at int64
		var values string
		if err := rows.Scan(&v.Version, &from, &to, &values, &v.Source, &at); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		v.From, v.To, v.At = instant(from), instant(to), instant(at)
		if v.Values, err = parseValues(values); err != nil {
			return nil, fmt.Errorf("ledger: version %d of %s: %w", v.Version, args[0], err)
		}
		versions = append(versions, v)
	}
	return versions, rows.Err()
}
