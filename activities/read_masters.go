package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"

	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// masterSource reads one kind of master data from M3.
type masterSource interface {
	// changed gives the records that changed since an instant, or all of them, page by page: the values
	// of each by its code.
	changed(ctx context.Context, w trade.Window, all bool, give func(map[string]masterdata.Values) error) error
	// one reads a record as it is now.
	one(ctx context.Context, code string) (values masterdata.Values, found bool, err error)
	// write makes values stand in M3: the record is made where there is none. What no call could write is
	// an *unwritable.
	write(ctx context.Context, code string, values masterdata.Values) error
	// missing gives those of the codes that M3 does not have.
	missing(ctx context.Context, codes []string) ([]string, error)
}

// ReadMasters reads the master data that changed in M3 in the window, or all of it, and remembers what
// M3 says. Reading the same window twice remembers nothing new.
func (a *Activities) ReadMasters(ctx context.Context, p ReadParams) (trade.PollResult, error) {
	out := trade.PollResult{Window: p.Window, NotEligible: map[string]int{}}
	err := a.reading(ctx, p, &out, func(ctx context.Context, p ReadParams) error {
		m, err := a.openMasters(ctx, p.Input.Flow, p.Input.Company, &out)
		if err != nil {
			return err
		}
		if err := m.infor(ctx); err != nil {
			return err
		}
		return m.read(ctx, p)
	})
	return out, err
}

func (m *masters) read(ctx context.Context, p ReadParams) error {
	source, began := m.source(), m.Ledger.Now()
	before, err := m.wholeRead(ctx)
	if err != nil {
		return err
	}
	all := p.Input.Full || before.IsZero()
	err = source.changed(ctx, p.Window, all, func(page map[string]masterdata.Values) error {
		if err := m.take(ctx, page, began); err != nil {
			return err
		}
		m.out.Found += len(page)
		activity.RecordHeartbeat(ctx, m.out.Found)
		return nil
	})
	if err != nil || !all {
		return err
	}
	if err := m.forget(ctx, source, began); err != nil {
		return err
	}
	return m.Ledger.Remember(ctx, map[string]string{m.wholeReads(): began.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano) + " " + m.shape()})
}

// wholeRead gives when the last read of everything began, with the fields that are compared now, and zero where there was
// none: of a field that was never read, or of a record behind the place where the first reading broke off, nothing can be said.
func (m *masters) wholeRead(ctx context.Context) (began time.Time, err error) {
	remembered, err := m.Ledger.Remembered(ctx, []string{m.wholeReads()})
	instant, shape, _ := strings.Cut(remembered[m.wholeReads()].Value, " ")
	if err != nil || shape != m.shape() {
		return began, err
	}
	return time.Parse(time.RFC3339Nano, instant)
}

func (m *masters) wholeReads() string { return fmt.Sprintf("all %s of %s were read", m.flow, m.key) }

// shape is what is read of a record: the fields, and where M3 has them; and which records are kept equal.
func (m *masters) shape() string {
	read := []string{m.settings.Choice.Type, m.settings.Choice.Reference, strings.Join(m.settings.Dimensions, "+")}
	for _, f := range m.settings.Entity.Fields {
		read = append(read, f.Name)
	}
	return strings.Join(append(read, m.selection()), " ")
}

// selection tells which records are kept equal: the expression, and the profiles where it asks for them.
func (m *masters) selection() string {
	said := []string{m.settings.Only()}
	for _, p := range m.config.Partners {
		if m.flow == trade.Suppliers && string(p.Company) == m.key.Cono && strings.Contains(said[0], "profile") {
			said = append(said, string(p.Supplier))
		}
	}
	slices.Sort(said[1:])
	return trade.Checksum([]byte(strings.Join(said, " ")))
}

// source reads the kind of master data of the flow.
func (m *masters) source() masterSource {
	switch m.flow {
	case trade.Customers:
		return customerSource{m, map[string]ionapi.Customer{}}
	case trade.Accounts:
		return accountSource{m}
	}
	return supplierSource{m}
}

// take remembers what M3, asked at an instant, says of those of the records that are kept equal, and leaves no others in the page.
func (m *masters) take(ctx context.Context, page map[string]masterdata.Values, asked time.Time) error {
	read := codesOf(page)
	if err := m.selected(page); err != nil {
		return err
	}
	if err := m.remember(ctx, page, asked); err != nil {
		return err
	}
	left := slices.DeleteFunc(read, func(code string) bool {
		_, kept := page[code]
		return kept
	})
	return m.leave(ctx, left, asked)
}

// remember saves what M3, asked at an instant, says of records.
func (m *masters) remember(ctx context.Context, said map[string]masterdata.Values, asked time.Time) error {
	known, err := m.known(ctx, codesOf(said))
	if err != nil {
		return err
	}
	now := m.Ledger.Now()
	page := make([]ledger.Master, 0, len(said))
	for code, values := range said {
		has := known[code]
		has.Values, has.Infor = values, ledger.MasterSide{Exists: true, Checksum: values.Checksum(), SeenAt: now}
		page = append(page, has)
	}
	return m.saveRead(ctx, page, asked)
}

// leave marks records that are no more among those that are kept equal: the ledger keeps what they were then, and no more knows
// what M3 has.
func (m *masters) leave(ctx context.Context, codes []string, asked time.Time) error {
	known, err := m.known(ctx, codes)
	if err != nil {
		return err
	}
	var page []ledger.Master
	for _, has := range known {
		if has.Infor.Exists && !has.Left() {
			has.Infor.Checksum = ""
			page = append(page, has)
		}
	}
	return m.saveRead(ctx, page, asked)
}

// saveRead saves records as M3 has them. Another read may have been quicker, and have got something else.
func (m *masters) saveRead(ctx context.Context, page []ledger.Master, asked time.Time) error {
	for part := range slices.Chunk(page, ledger.MostMasters) {
		changed, overtaken, err := m.Ledger.SaveRead(ctx, part, asked, m.Ledger.Now())
		if err != nil {
			return err
		}
		m.out.Changed += changed
		if err := m.readAgain(ctx, overtaken); err != nil {
			return err
		}
	}
	return nil
}

// readAgain asks M3 for single records; of one that it does not have, a full read tells.
func (m *masters) readAgain(ctx context.Context, codes []string) error {
	known, err := m.known(ctx, codes)
	if err != nil {
		return err
	}
	for _, code := range codes {
		values, found, err := m.source().one(ctx, code)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if err := m.take(ctx, map[string]masterdata.Values{code: values}, known[code].UpdatedAt); err != nil {
			return err
		}
	}
	return nil
}

// forget marks what a full list did not have, and M3 says by number that it does not have. What left those that are kept equal
// stays as it was.
func (m *masters) forget(ctx context.Context, source masterSource, began time.Time) error {
	var unseen []string
	for after := ""; ; {
		page, err := m.Ledger.UnseenMasters(ctx, m.settings.Entity.Name, m.key.String(), trade.SourceInfor, began, after, masterPage)
		if err != nil {
			return err
		}
		for _, has := range page {
			if !has.Left() {
				unseen = append(unseen, has.Code)
			}
		}
		if len(page) < masterPage {
			break
		}
		after = page[len(page)-1].Code
	}
	if len(unseen) == 0 {
		return nil
	}
	asked := m.Ledger.Now()
	read, err := m.leaveUnread(ctx, unseen, asked)
	if err != nil {
		return err
	}
	missing, err := source.missing(ctx, read)
	if err != nil {
		return err
	}
	if most := m.config.Infor.Poll.MostDeleted; len(missing) > most {
		m.out.Stopped = fmt.Sprintf("M3 misses %d of the records of %s, company %s, and poll.mostDeleted in infor.yaml allows %d, so none was taken for deleted; "+
			"see whether they are, and raise it, or mend the service user's access", len(missing), m.flow, m.key, most)
		return nil
	}
	for codes := range slices.Chunk(missing, masterPage) {
		if err := m.forgetThese(ctx, codes, asked); err != nil {
			return err
		}
	}
	return nil
}

// leaveUnread lets accounts leave whose dimension is not read any more, and gives the other codes.
func (m *masters) leaveUnread(ctx context.Context, codes []string, asked time.Time) (others []string, err error) {
	var unread []string
	for _, code := range codes {
		if m.reads(code) {
			others = append(others, code)
		} else {
			unread = append(unread, code)
		}
	}
	for part := range slices.Chunk(unread, masterPage) {
		if err := m.leave(ctx, part, asked); err != nil {
			return nil, err
		}
	}
	return others, nil
}

// forgetThese marks a page of records that M3, asked at an instant, does not have.
func (m *masters) forgetThese(ctx context.Context, codes []string, asked time.Time) error {
	known, err := m.known(ctx, codes)
	if err != nil {
		return err
	}
	page := make([]ledger.Master, 0, len(codes))
	for _, has := range known {
		has.Values, has.Infor.Exists, has.Infor.Checksum = nil, false, ""
		page = append(page, has)
	}
	m.out.Deleted += len(page)
	return m.saveRead(ctx, page, asked)
}

func codesOf[V any](of map[string]V) []string {
	out := make([]string, 0, len(of))
	for code := range of {
		out = append(out, code)
	}
	return out
}
