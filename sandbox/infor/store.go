package infor

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// entry is one commit: records as they are after it. All of it is kept, or nothing.
type entry struct {
	Orders     []*business.Order `json:"orders,omitempty"`
	LastBatch  int               `json:"lastBatch,omitempty"`
	Heads      []record          `json:"heads,omitempty"`
	Lines      []record          `json:"lines,omitempty"`
	Infos      []record          `json:"infos,omitempty"`
	Deleted    []string          `json:"deleted,omitempty"`
	Vouchers   []*voucher        `json:"vouchers,omitempty"`
	Accounts   []record          `json:"accounts,omitempty"`
	Suppliers  []record          `json:"suppliers,omitempty"`
	Addresses  []record          `json:"addresses,omitempty"`
	References []record          `json:"references,omitempty"`
	Customers  []record          `json:"customers,omitempty"`
	// Gone are the keys of suppliers that were deleted.
	Gone   []record            `json:"gone,omitempty"`
	Closed map[string][]string `json:"closed"`
}

// Open makes a system of what a file keeps, or of the first orders when there is no
// such file. Close it before the file goes away.
func Open(file string, first func() []*business.Order, c Credentials, f *faults.Faults) (*M3, error) {
	m := &M3{Credentials: c, Faults: f, Count: func(string) {}, Ceiling: 1000, file: file, denied: map[string]bool{}, aliases: map[string]string{},
		suppliers: registerOf("CONO", "SUNO"), addresses: registerOf("CONO", "SUNO", "ADTE", "ADID", "STDT"), references: registerOf("CONO", "SUNO", "RFTY", "RFID"),
		customers: registerOf("CONO", "CUNO"), accounts: business.Accounts(), batches: map[string]*batch{}, tokens: map[string]time.Time{}, lastBatch: firstBatch}
	content, err := os.ReadFile(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		m.orders = first()
	case err != nil:
		return nil, err
	default:
		if err := m.replay(content); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if m.suppliers.len() == 0 {
		m.applyMasterData(supplierEntry(business.Suppliers()))
	}
	if err := m.compact(); err != nil {
		return nil, err
	}
	for _, b := range m.batches {
		if b.head["SUPA"] == validating {
			m.schedule(b.head["INBN"])
		}
	}
	return m, nil
}

// Close stops the jobs and lets go of the file; nothing is kept after it.
func (m *M3) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil
	}
	m.closed = true
	return m.journal.Close()
}

// replay reads the commits; the last line may be torn, then it was never answered.
func (m *M3) replay(content []byte) error {
	for lines := bufio.NewReader(bytes.NewReader(content)); ; {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return err
		}
		m.apply(e)
	}
}

// compact writes everything as one commit into a new file.
func (m *M3) compact() error {
	all := entry{Orders: m.orders, LastBatch: m.lastBatch, Vouchers: m.vouchers, Accounts: m.accounts, Closed: m.periods,
		Suppliers: m.suppliers.all(), Addresses: m.addresses.all(), References: m.references.all(), Customers: m.customers.all()}
	for _, b := range m.batches {
		all.Heads, all.Lines, all.Infos = append(all.Heads, b.head), append(all.Lines, b.lines...), append(all.Infos, b.infos...)
	}
	content, err := json.Marshal(all)
	if err != nil {
		return err
	}
	content = append(content, '\n')
	if err := os.WriteFile(m.file+".new", content, 0o600); err != nil {
		return err
	}
	if err := os.Rename(m.file+".new", m.file); err != nil {
		return err
	}
	journal, err := os.OpenFile(m.file, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if m.journal != nil {
		_ = m.journal.Close() // the file that it wrote is replaced
	}
	m.journal, m.kept = journal, int64(len(content))
	return nil
}

// commit keeps an entry and makes it true, in this order.
func (m *M3) commit(e entry) error {
	content, err := json.Marshal(e)
	if err != nil {
		return err
	}
	content = append(content, '\n')
	if _, err := m.journal.Write(content); err != nil {
		return errors.Join(err, m.journal.Truncate(m.kept))
	}
	m.kept += int64(len(content))
	m.apply(e)
	return nil
}

// keep is commit for a transaction: its answer, or M3's refusal.
func (m *M3) keep(e entry, answer ...record) ([]record, *miError) {
	if err := m.commit(e); err != nil {
		return nil, &miError{Message: "The record cannot be kept: " + err.Error(), Type: nok}
	}
	return answer, nil
}

func (m *M3) apply(e entry) {
	if len(m.orders) == 0 {
		m.orders, e.Orders = e.Orders, nil
	}
	for _, o := range e.Orders {
		m.orders = upsert(m.orders, o, func(a, b *business.Order) bool {
			return a.Head["CONO"] == b.Head["CONO"] && a.Head["PUNO"] == b.Head["PUNO"]
		})
	}
	m.lastBatch = max(m.lastBatch, e.LastBatch)
	for _, head := range e.Heads {
		if b := m.batches[head["INBN"]]; b != nil {
			b.head = head
			continue
		}
		m.batches[head["INBN"]] = &batch{head: head}
	}
	for _, line := range e.Lines {
		b := m.batches[line["INBN"]]
		b.lines = upsert(b.lines, line, same("TRNO"))
	}
	for _, info := range e.Infos {
		b := m.batches[info["INBN"]]
		b.infos = append(b.infos, info)
	}
	for _, number := range e.Deleted {
		delete(m.batches, number)
	}
	for _, v := range e.Vouchers {
		m.vouchers = upsert(m.vouchers, v, func(a, b *voucher) bool { return same("VONO")(a.Head, b.Head) })
	}
	for _, account := range e.Accounts {
		m.accounts = upsert(m.accounts, account, same("CONO", "AITP", "AITM"))
	}
	m.applyMasterData(e)
	if e.Closed != nil {
		m.periods = e.Closed
	}
}

func same(keys ...string) func(a, b record) bool {
	return func(a, b record) bool {
		for _, key := range keys {
			if a[key] != b[key] {
				return false
			}
		}
		return true
	}
}

// upsert puts a record in the place of its equal, or behind the others. The list
// itself is left alone, so that whoever holds it sees no change.
func upsert[T any](list []T, one T, equal func(a, b T) bool) []T {
	for i := range list {
		if equal(list[i], one) {
			out := append([]T(nil), list...)
			out[i] = one
			return out
		}
	}
	return append(list, one)
}

// Change lets fn change the orders of M3, and keeps what it made of them.
func (m *M3) Change(fn func(orders *[]*business.Order)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	fn(&m.orders)
	return m.compact()
}
