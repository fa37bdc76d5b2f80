package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradewind/internal/trade"
)

// idsPerQuery bounds the parameters of one statement.
const idsPerQuery = 500

// Master is what is known of one record of master data: a supplier, a customer or an account.
type Master struct {
	// Entity is trade.EntitySupplier or one of its like, Company is written "100", or "100-AAA" for
	// accounts, and Code is the number of the record; of an account it is its trade.AccountCode.
	Entity, Company, Code string
	// Values are what the record is, by field. An empty value counts as absent; without any values
	// the record is gone, and its last version ends.
	Values map[string]string
	// Checksum is that of the values: the SHA-256 of their canonical JSON, in hexadecimal digits.
	// Version counts them from 1; Since is when they began to hold, or the record was gone. The
	// ledger works out all three.
	Checksum string
	Version  int64
	Since    time.Time
	// Agreed is what both sides had last time; nil where they were never compared.
	Agreed map[string]string
	// Infor and Cleo are what each side said last.
	Infor, Cleo MasterSide
	// Differs are the fields in which the sides differed when they were compared last, and those in which
	// Cleo had something else than is agreed: of a field that is not among them it has what is agreed.
	Differs map[string]SideValues
	// Record is the id of the record that waits for a person, if one does.
	Record string
	// UpdatedAt is when it was saved last with a change; the ledger works that out too.
	UpdatedAt time.Time
}

// MasterSide is what one side said of a record when it was asked last.
type MasterSide struct {
	Exists bool
	// Checksum is that of the values that the side has; it is empty where they are no more known, because the record left
	// those that are kept equal.
	Checksum string
	// Reference is the side's own: CHNO or LMTS in M3, the partner's id at Cleo.
	Reference string
	// SeenAt is when the side was last seen to have the record, in a full list or read by itself:
	// a record that came while the list was read must not pass for a deleted one. It never goes back.
	SeenAt time.Time
}

// SideValues are what the two sides have in one field.
type SideValues struct {
	Infor string `json:"infor"`
	Cleo  string `json:"cleo"`
}

// Left says whether M3 had the record when it left those that are kept equal: Values are what it was then.
func (m Master) Left() bool { return m.Infor.Exists && m.Infor.Checksum == "" }

const masterColumns = `id, entity, company, code, snapshot, checksum, version, since, agreed, record_id,
	infor_exists, infor_checksum, infor_ref, infor_seen, cleo_exists, cleo_checksum, cleo_ref, cleo_seen, cleo_differs, updated_at`

// masterID is the key of a record of master data in the ledger.
func masterID(entity, company, code string) string { return entity + "/" + company + "/" + code }

func (m Master) id() string { return masterID(m.Entity, m.Company, m.Code) }

// columns are the values of masterColumns between the code and the instant of the change.
func (m Master) columns() []any {
	return []any{
		snapshot(m.Values), m.Checksum, m.Version, micros(m.Since), agreement(m.Agreed), m.Record,
		m.Infor.Exists, m.Infor.Checksum, m.Infor.Reference, micros(m.Infor.SeenAt),
		m.Cleo.Exists, m.Cleo.Checksum, m.Cleo.Reference, micros(m.Cleo.SeenAt), differences(m.Differs),
	}
}

func scanMaster(row interface{ Scan(...any) error }) (Master, error) {
	var m Master
	var id, values, agreed, differs string
	var since, inforSeen, cleoSeen, updated int64
	err := row.Scan(&id, &m.Entity, &m.Company, &m.Code, &values, &m.Checksum, &m.Version, &since, &agreed, &m.Record,
		&m.Infor.Exists, &m.Infor.Checksum, &m.Infor.Reference, &inforSeen, &m.Cleo.Exists, &m.Cleo.Checksum, &m.Cleo.Reference, &cleoSeen, &differs, &updated)
	if err != nil {
		return m, err
	}
	m.Since, m.Infor.SeenAt, m.Cleo.SeenAt, m.UpdatedAt = instant(since), instant(inforSeen), instant(cleoSeen), instant(updated)
	if m.Values, err = parseValues(values); err != nil {
		return m, err
	}
	if m.Agreed, err = parseValues(agreed); err != nil || differs == "" {
		return m, err
	}
	return m, json.Unmarshal([]byte(differs), &m.Differs)
}

// differences are fields that differ as canonical JSON, with the names in order; it is empty where there are none.
func differences(fields map[string]SideValues) string {
	if len(fields) == 0 {
		return ""
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}

// snapshot is values as canonical JSON, with the names in order and without empty values; it is
// empty where nothing is left.
func snapshot(values map[string]string) string {
	full := maps.Clone(values)
	maps.DeleteFunc(full, func(_, value string) bool { return value == "" })
	if len(full) == 0 {
		return ""
	}
	text, err := json.Marshal(full)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}

// agreement keeps having agreed on nothing apart from never having compared.
func agreement(values map[string]string) string {
	if text := snapshot(values); text != "" || values == nil {
		return text
	}
	return "{}"
}

func parseValues(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	var values map[string]string
	return values, json.Unmarshal([]byte(text), &values)
}

func masters(ctx context.Context, q querier, where string, args ...any) ([]Master, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+masterColumns+` FROM masters WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var found []Master
	for rows.Next() {
		m, err := scanMaster(rows)
		if err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		found = append(found, m)
	}
	return found, rows.Err()
}

// Masters gives a page of what is known, by code, from behind one on. A page is empty behind the last.
func (l *Ledger) Masters(ctx context.Context, entity, company, after string, limit int) ([]Master, error) {
	return masters(ctx, l.db, `entity = $1 AND company = $2 AND code > $3 ORDER BY code LIMIT $4`, entity, company, after, pageSize(limit))
}

// UnseenMasters gives a page of the records that a side has, as far as is known, and that it was not
// seen to have since an instant, by code, from behind one on. After a full list that began then,
// they are the deleted ones.
func (l *Ledger) UnseenMasters(ctx context.Context, entity, company, side string, since time.Time, after string, limit int) ([]Master, error) {
	if err := checkSide(side); err != nil {
		return nil, err
	}
	return masters(ctx, l.db, `entity = $1 AND company = $2 AND code > $3 AND `+side+`_exists AND `+side+`_seen < $4 ORDER BY code LIMIT $5`,
		entity, company, after, micros(since), pageSize(limit))
}

// pageSize reads no limit as the greatest page.
func pageSize(limit int) int {
	if limit <= 0 {
		return MostMasters
	}
	return limit
}

// checkSide lets only the names of sides into a statement, where they begin columns.
func checkSide(side string) error {
	if side == trade.SourceInfor || side == trade.SourceCleo {
		return nil
	}
	return fmt.Errorf("ledger: %q is no side of master data; name %s or %s", side, trade.SourceInfor, trade.SourceCleo)
}

// MasterByCodes gives what is known of the codes; those of which nothing is known are left out.
func (l *Ledger) MasterByCodes(ctx context.Context, entity, company string, codes []string) (map[string]Master, error) {
	return mastersByIDs(ctx, l.db, masterIDs(entity, company, codes))
}

// masterIDs are the keys of codes in one order, so that two workers do not lock each other out.
func masterIDs(entity, company string, codes []string) []string {
	ids := make([]string, len(codes))
	for i, code := range codes {
		ids[i] = masterID(entity, company, code)
	}
	slices.Sort(ids)
	return ids
}

// mastersByIDs gives what is known, by code.
func mastersByIDs(ctx context.Context, q querier, ids []string) (map[string]Master, error) {
	known := make(map[string]Master, len(ids))
	for part := range slices.Chunk(ids, idsPerQuery) {
		among, args := among(part)
		found, err := masters(ctx, q, `id `+among, args...)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			known[m.Code] = m
		}
	}
	return known, nil
}

// among is the condition to be one of some ids, with the arguments of the statement: those before
// come first.
func among(ids []string, before ...any) (condition string, args []any) {
	condition = `IN (` + places(len(before)+1, len(ids)) + `)`
	for _, id := range ids {
		before = append(before, id)
	}
	return condition, before
}

// places are the names of count parameters: "$3, $4".
func places(first, count int) string {
	names := make([]string, count)
	for i := range names {
		names[i] = "$" + strconv.Itoa(first+i)
	}
	return strings.Join(names, ", ")
}

// MarkSeen writes down that a full list of a side had the codes; codes of which nothing is known are
// left out. Whether a record exists is for SaveMasters to say.
func (l *Ledger) MarkSeen(ctx context.Context, entity, company, side string, codes []string, at time.Time) error {
	if err := checkSide(side); err != nil {
		return err
	}
	ids := masterIDs(entity, company, codes)
	return l.inTx(ctx, func(t *tx) error {
		for part := range slices.Chunk(ids, idsPerQuery) {
			among, args := among(part, micros(at))
			_, err := t.ExecContext(ctx, `UPDATE masters SET `+side+`_seen = $1 WHERE `+side+`_seen < $1 AND id `+among, args...)
			if err != nil {
				return fmt.Errorf("ledger: %w", err)
			}
		}
		return nil
	})
}

// Compared says when a comparison of master data began, and by which settings, as a checksum of them.
type Compared struct {
	Began time.Time
	By    string
}

// MarkCompared writes down a comparison of an entity and company that left nothing behind: all that it found is written,
// or has its record.
func (l *Ledger) MarkCompared(ctx context.Context, entity, company string, c Compared) error {
	return l.Remember(ctx, map[string]string{comparison(entity, company): c.Began.UTC().Format(time.RFC3339Nano) + " " + c.By})
}

// LastCompared gives the last such comparison; it is zero where there was none.
func (l *Ledger) LastCompared(ctx context.Context, entity, company string) (c Compared, err error) {
	name := comparison(entity, company)
	known, err := l.Remembered(ctx, []string{name})
	if err != nil || known[name].Value == "" {
		return c, err
	}
	began, by, _ := strings.Cut(known[name].Value, " ")
	c.By = by
	if c.Began, err = time.Parse(time.RFC3339Nano, began); err != nil {
		return c, fmt.Errorf("ledger: when %s of company %s was compared: %w", entity, company, err)
	}
	return c, nil
}

func comparison(entity, company string) string { return "compared " + entity + " of " + company }
