package cleo

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
)

var (
	// ErrUnknownPartner says that no partner has this id.
	ErrUnknownPartner = errors.New("no such partner")
	// ErrAliasTaken says that another partner has this alias.
	ErrAliasTaken = errors.New("the alias is taken")

	errNotKept = errors.New("the partner cannot be kept")
)

// members are those of a JSON object in the form in which they were sent.
type members = map[string]json.RawMessage

// readOnly are the members that the API answers with and takes from nobody.
var readOnly = []string{"id", "meta", "_links", "active", "editable", "runnable", "ready", "notReadyReason"}

// partner is a trading partner as it is kept. It never changes: another one takes its place.
type partner struct {
	ID    string          `json:"id"`
	Alias string          `json:"alias"`
	Body  json.RawMessage `json:"body"` // as it was sent
}

// fields are the members that were sent.
func (p *partner) fields() members {
	var m members
	_ = json.Unmarshal(p.Body, &m) // it was read before it was kept
	return m
}

// resource is the partner as the API shows it. Some of its booleans are texts, as Cleo has them.
func (p *partner) resource() members {
	m := p.fields()
	if m["enabled"] == nil {
		m["enabled"] = json.RawMessage(`"true"`)
	}
	m["id"] = json.RawMessage(strconv.Quote(p.ID))
	m["active"], m["editable"], m["ready"] = json.RawMessage(`"true"`), json.RawMessage(`true`), json.RawMessage(`true`)
	m["meta"] = json.RawMessage(`{"resourceType":"partner"}`)
	m["_links"] = json.RawMessage(`{"self":{"href":"/api/partners/` + p.ID + `"}}`)
	return m
}

// partnerStore keeps each partner in a file of its own, and all of them in memory in the order of their aliases.
type partnerStore struct {
	dir    string
	mu     sync.RWMutex
	byID   map[string]*partner
	sorted []*partner
}

// openPartners reads what the folder holds.
func openPartners(dir string) (*partnerStore, error) {
	s := &partnerStore{dir: dir, byID: map[string]*partner{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		content, err := os.ReadFile(entry)
		if err != nil {
			return nil, err
		}
		p := new(partner)
		if err := json.Unmarshal(content, p); err != nil {
			return nil, fmt.Errorf("%s: %w", entry, err)
		}
		s.byID[p.ID], s.sorted = p, append(s.sorted, p)
	}
	slices.SortFunc(s.sorted, func(a, b *partner) int { return cmp.Compare(a.Alias, b.Alias) })
	return s, nil
}

func (s *partnerStore) get(id string) (*partner, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if p, ok := s.byID[id]; ok {
		return p, nil
	}
	return nil, ErrUnknownPartner
}

// page gives count partners of those that a filter selects, from start on, and how many there are. Without a filter it
// looks at no more than these.
func (s *partnerStore) page(selects filter, start, count int) (page []*partner, total int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found := s.sorted
	if selects != nil {
		found = nil
		for _, p := range s.sorted {
			if selects.matches(p) {
				found = append(found, p)
			}
		}
	}
	start = min(start, len(found))
	return slices.Clone(found[start : start+min(count, len(found)-start)]), len(found)
}

// put makes a partner, or replaces the whole of one.
func (s *partnerStore) put(id string, sent members) (*partner, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.replace(id, sent)
}

// overlay lays fields over those of a partner, and attributes over its attributes.
func (s *partnerStore) overlay(id string, fields members) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.byID[id]
	if !ok {
		return ErrUnknownPartner
	}
	m := old.fields()
	fields = maps.Clone(fields)
	if raw, ok := fields["attributes"]; ok && !isNull(raw) {
		var attributes, patch members
		if json.Unmarshal(raw, &patch) != nil {
			return errors.New("attributes must be an object")
		}
		if raw := m["attributes"]; raw != nil {
			_ = json.Unmarshal(raw, &attributes) // it was read before it was kept
		}
		laid, err := json.Marshal(over(attributes, patch))
		if err != nil {
			return err
		}
		fields["attributes"] = laid
	}
	_, err := s.replace(id, over(m, fields))
	return err
}

// over lays a patch over members; null takes one away.
func over(m, patch members) members {
	out := members{}
	maps.Copy(out, m)
	maps.Copy(out, patch)
	maps.DeleteFunc(out, func(name string, raw json.RawMessage) bool { return patch[name] != nil && isNull(raw) })
	return out
}

func isNull(raw json.RawMessage) bool { return bytes.Equal(raw, []byte("null")) }

// replace is put for whoever holds the lock. The partner is kept first, and then shown.
func (s *partnerStore) replace(id string, sent members) (*partner, error) {
	p, err := newPartner(id, sent)
	if err != nil {
		return nil, err
	}
	old := s.byID[id]
	if id != "" && old == nil {
		return nil, ErrUnknownPartner
	}
	if at, taken := s.at(p.Alias); taken && s.sorted[at] != old {
		return nil, fmt.Errorf("%w: %s", ErrAliasTaken, p.Alias)
	}
	if err := s.keep(p); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotKept, err)
	}
	s.forget(old)
	at, _ := s.at(p.Alias)
	s.byID[p.ID], s.sorted = p, slices.Insert(s.sorted, at, p)
	return p, nil
}

// newPartner makes a partner of what was sent, with a new id if it has none.
func newPartner(id string, sent members) (*partner, error) {
	for _, name := range readOnly {
		if _, ok := sent[name]; ok {
			return nil, fmt.Errorf("%s cannot be set", name)
		}
	}
	p := &partner{ID: id}
	if json.Unmarshal(sent["alias"], &p.Alias) != nil || p.Alias == "" {
		return nil, errors.New("a partner needs an alias")
	}
	var attributes members
	if raw, ok := sent["attributes"]; ok && json.Unmarshal(raw, &attributes) != nil {
		return nil, errors.New("attributes must be an object")
	}
	if id == "" {
		var random [16]byte
		_, _ = rand.Read(random[:]) // never fails
		p.ID = base64.RawURLEncoding.EncodeToString(random[:])
	}
	var err error
	p.Body, err = json.Marshal(sent)
	return p, err
}

// at is where an alias stands in the list, or would stand.
func (s *partnerStore) at(alias string) (int, bool) {
	return slices.BinarySearchFunc(s.sorted, alias, func(p *partner, alias string) int { return cmp.Compare(p.Alias, alias) })
}

func (s *partnerStore) file(id string) string { return filepath.Join(s.dir, id+".json") }

// keep writes a partner whole or not at all.
func (s *partnerStore) keep(p *partner) error {
	content, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.file(p.ID)+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(s.file(p.ID)+".new", s.file(p.ID))
}

// forget takes a partner out of memory.
func (s *partnerStore) forget(p *partner) {
	if p == nil {
		return
	}
	at, _ := s.at(p.Alias)
	delete(s.byID, p.ID)
	s.sorted = slices.Delete(s.sorted, at, at+1)
}

func (s *partnerStore) remove(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.byID[id]
	if !ok {
		return ErrUnknownPartner
	}
	if err := os.Remove(s.file(id)); err != nil {
		return fmt.Errorf("%w: %w", errNotKept, err)
	}
	s.forget(p)
	return nil
}
