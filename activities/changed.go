package activities

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tradewind/internal/config"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// changedOrder is what a change list tells about an order.
type changedOrder struct {
	number, division, supplier string
	lowest, highest            int
	hasText                    bool
	// why says how the order was found, where no list named it.
	why string
	// unreadable says what of the order is not understood.
	unreadable string
}

// table is one EXPORTMI selection of keys; the key is its first column. A table without a date of
// change is read whole.
type table struct {
	name, key, changed string
	columns            []string
	// where is a condition, further to the days of change.
	where string
	// number says that the key is a number, repeats that several of the rows may have the same.
	number, repeats bool
}

var (
	heads = table{name: "MPHEAD", key: "IAPUNO", changed: "IALMDT", columns: []string{"IAPUNO", "IADIVI", "IASUNO", "IAPUSL", "IAPUST", "IATXID"}}
	lines = table{name: "MPLINE", key: "IBPUNO", changed: "IBLMDT", columns: []string{"IBPUNO"}}
)

// changedOrders lists the orders whose head or lines changed on the days of the
// window. Change dates have no time, so every touched day is read whole.
func (a *Activities) changedOrders(ctx context.Context, client *ionapi.Client, c *config.Config, company config.Company, w trade.Window) ([]changedOrder, error) {
	context, err := InforCompany(company.Key())
	if err != nil {
		return nil, err
	}
	reader := newExportReader(client, c, company, context, w)
	rows, err := reader.read(ctx, heads, "", "")
	if err != nil {
		return nil, err
	}
	found := map[string]changedOrder{}
	for _, row := range rows {
		order := changedFromRow(row)
		found[order.number] = order
	}
	if err := a.addByLine(ctx, c, reader, found); err != nil {
		return nil, err
	}
	return ofDivision(slices.Collect(maps.Values(found)), company.Key().Divi), nil
}

// ofDivision keeps the orders of a division, by number: MPHEAD holds those of the whole company.
func ofDivision(orders []changedOrder, division string) []changedOrder {
	out := slices.DeleteFunc(orders, func(o changedOrder) bool { return o.division != division })
	slices.SortFunc(out, func(x, y changedOrder) int { return strings.Compare(x.number, y.number) })
	return out
}

// addByLine adds the orders of which only a line changed; their heads are read
// by number.
func (a *Activities) addByLine(ctx context.Context, c *config.Config, reader exportReader, found map[string]changedOrder) error {
	rows, err := reader.read(ctx, lines, "", "")
	if err != nil {
		return err
	}
	var numbers []string
	for _, row := range rows {
		if _, known := found[row[0]]; !known && !slices.Contains(numbers, row[0]) {
			numbers = append(numbers, row[0])
		}
	}
	orders, err := a.byNumber(ctx, reader.client, c, reader.company, numbers, nil)
	for _, order := range orders {
		found[order.number] = order
	}
	return err
}

func changedFromRow(row []string) changedOrder {
	o := changedOrder{number: row[0], division: row[1], supplier: row[2], hasText: row[5] != "" && strings.Trim(row[5], "0") != ""}
	var err error
	if o.lowest, err = strconv.Atoi(row[3]); err == nil {
		o.highest, err = strconv.Atoi(row[4])
	}
	if err != nil {
		o.unreadable = fmt.Sprintf("its status %q/%q is not a number", row[3], row[4])
	}
	return o
}

// changedFromStatus is changedFromRow for a head that was read by number: whether it has texts is not
// told.
func changedFromStatus(s ionapi.OrderStatus) changedOrder {
	return changedFromRow([]string{s.Number, s.Division, s.Supplier, s.LowestStatus, s.HighestStatus, "1"})
}

// exportReader reads a table completely although EXPORTMI cannot page: a part
// that may have been cut is split at the median of the keys it returned.
type exportReader struct {
	client   *ionapi.Client
	company  ionapi.Company
	limit    int
	from, to trade.Date
}

// newExportReader reads the days of a window, as they are in the company's time zone.
func newExportReader(client *ionapi.Client, c *config.Config, company config.Company, context ionapi.Company, w trade.Window) exportReader {
	return exportReader{client: client, company: context, limit: c.Infor.Limits.ExportRows,
		from: trade.DateOf(w.From.In(company.Location())), to: trade.DateOf(w.To.In(company.Location()))}
}

// exports reads the tables of the poll's company.
func (r *m3Reader) exports(w trade.Window) exportReader {
	return newExportReader(r.client, r.config, r.company, r.context, w)
}

// knownCeilings are the numbers of rows at which servers were seen to cut an
// answer without telling (facts of Infor: default 100, grid 1000, CMS 10000).
var knownCeilings = []int{100, 1000, 10000}

func (r exportReader) read(ctx context.Context, t table, above, below string) ([][]string, error) {
	var bounds string
	if above != "" {
		bounds += fmt.Sprintf(" and %s > %s", t.key, t.literal(above))
	}
	if below != "" {
		bounds += fmt.Sprintf(" and %s < %s", t.key, t.literal(below))
	}
	rows, cut, err := r.part(ctx, t, bounds)
	if err != nil || !cut {
		return rows, err
	}
	keys := keysOf(rows, func(row []string) string { return row[0] })
	slices.Sort(keys)
	pivot := keys[len(keys)/2]
	out := slices.DeleteFunc(rows, func(row []string) bool { return row[0] != pivot })
	if t.repeats {
		if out, cut, err = r.part(ctx, t, fmt.Sprintf(" and %s = %s", t.key, t.literal(pivot))); err != nil || cut {
			return nil, cmp.Or(err, fmt.Errorf("table %s has %d rows or more with %s %s, and M3 lists no more at once; raise limits.exportRows in infor.yaml", t.name, len(out), t.key, pivot))
		}
	}
	for _, side := range [][2]string{{above, pivot}, {pivot, below}} {
		part, err := r.read(ctx, t, side[0], side[1])
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return out, nil
}

// part reads the rows within bounds, and says whether they may have been cut.
func (r exportReader) part(ctx context.Context, t table, bounds string) (rows [][]string, cut bool, err error) {
	var conditions []string
	if t.changed != "" {
		conditions = append(conditions, fmt.Sprintf("%s >= %s and %s <= %s", t.changed, r.from, t.changed, r.to))
	}
	if t.where != "" {
		conditions = append(conditions, t.where)
	}
	query := fmt.Sprintf("%s from %s where %s%s", strings.Join(t.columns, ", "), t.name, strings.Join(conditions, " and "), bounds)
	rows, err = r.client.Tables("EXPORTMI").Select(ctx, r.company, query, len(t.columns), r.limit)
	return rows, len(rows) >= r.limit || slices.Contains(knownCeilings, len(rows)), err
}

// literal writes a key as the table's column takes it.
func (t table) literal(key string) string {
	if t.number {
		return key
	}
	return ionapi.QuoteText(key)
}

// searchedOrders is the reader for tenants where EXPORTMI is not allowed: the
// full list of the search, and by number the orders already known.
func (a *Activities) searchedOrders(ctx context.Context, client *ionapi.Client, c *config.Config, company config.Company) ([]changedOrder, error) {
	context, err := InforCompany(company.Key())
	if err != nil {
		return nil, err
	}
	listed, err := client.PurchaseOrders(c.Infor.Programs.Orders).SearchHead(ctx, context, c.Infor.SearchQuery, 0)
	if err != nil {
		return nil, err
	}
	var out []changedOrder
	seen := map[string]bool{}
	for _, l := range listed {
		if l.Division != company.Key().Divi {
			continue
		}
		out = append(out, changedFromRow([]string{l.Number, l.Division, l.Supplier, l.LowestStatus, l.HighestStatus, "1"}))
		seen[l.Number] = true
	}
	known, err := a.Ledger.KnownOrders(ctx, company.Key())
	if err != nil {
		return nil, err
	}
	var unlisted []string
	for number := range known {
		if !seen[number] {
			unlisted = append(unlisted, number)
		}
	}
	slices.Sort(unlisted)
	return a.byNumber(ctx, client, c, context, unlisted, out)
}

// byNumber adds orders whose heads are read one by one.
func (a *Activities) byNumber(ctx context.Context, client *ionapi.Client, c *config.Config, company ionapi.Company, numbers []string, out []changedOrder) ([]changedOrder, error) {
	if len(numbers) == 0 {
		return out, nil
	}
	answers, err := client.OrderStatuses(c.Infor.Programs.OrderStatus).Heads(ctx, company, numbers)
	if err != nil {
		return nil, err
	}
	for i, answer := range answers {
		switch {
		case answer.Err == nil:
			out = append(out, changedFromStatus(answer.Value))
		case answer.Err.Kind == ionapi.RecordMissing: // deleted between the two reads
		case passing(answer.Err):
			return nil, answer.Err
		default:
			out = append(out, changedOrder{number: numbers[i], division: company.DIVI, unreadable: answer.Err.Error()})
		}
	}
	return out, nil
}

// passing says whether an error of one record is worth another attempt at all of them.
func passing(err *ionapi.Error) bool {
	switch err.Kind {
	case ionapi.Locked, ionapi.Unavailable, ionapi.RateLimited, ionapi.Unauthorized, ionapi.OutcomeUnknown:
		return true
	}
	return false
}
