package operator

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/workflows"
)

// Story is everything that is known of a record.
type Story struct {
	Record   ledger.Record
	Events   []ledger.Event
	Attempts []ledger.Attempt
	// Document is what was prepared, empty when nothing was.
	Document []byte
	// Source is what came or was read, as it was then; Overlay are the corrections that stand.
	Source  Source
	Overlay trade.Overlay
	// Plan is what M3 gets of an invoice, nil before it was accepted; Sent are the segments of
	// an outward document, none before it was prepared.
	Plan *workflows.Plan
	Sent []Segment
	// Proposals are what a trading partner profile says of suppliers, none before it was understood.
	Proposals []Proposed
	// Other is the document that the record says again or contradicts, nil where it is neither a
	// duplicate nor parked for a number that came before.
	Other *Other
	// Answers are what the partner said of the document, Standings where each level of them
	// stands.
	Answers   []ledger.Answered
	Standings []Standing
	// Tampered is set when the chain of events does not hold.
	Tampered string
}

// Source is a document as it came: a transaction set or a canonical order.
type Source struct {
	// Set is ST01, Path where the set stands in its file.
	Set      string               `json:"set,omitempty"`
	Path     string               `json:"path,omitempty"`
	Segments []Segment            `json:"segments,omitempty"`
	Order    *trade.PurchaseOrder `json:"order,omitempty"`
	Invoice  *trade.Invoice       `json:"invoice,omitempty"` // of accounts payable
	// Difference is what a record of master data is about.
	Difference *Difference `json:"difference,omitempty"`
}

// Segment is a segment with its values, each under the path that a correction names.
type Segment struct {
	Path   string  `json:"path"` // such as "IT1[3]"
	Values []Value `json:"values"`
}

// Value is an element, or a component of one, that is not empty.
type Value struct {
	At   string `json:"at"` // such as "02", or "01-02" for a component
	Text string `json:"text"`
}

// Story reads a record with its events, its attempts, its document, and what that was made
// of.
func (o *Operator) Story(ctx context.Context, r ledger.Record) (Story, error) {
	s := Story{Record: r}
	var err error
	if s.Events, err = o.Ledger.Events(ctx, r.ID); err != nil {
		return s, err
	}
	if s.Attempts, err = o.Ledger.Attempts(ctx, r.ID); err != nil {
		return s, err
	}
	if s.Answers, err = o.Ledger.Answers(ctx, r.ID); err != nil {
		return s, err
	}
	s.Standings = standings(r, s.Answers, o.asksForTA1(ctx, r), o.Ledger.Now())
	if err := o.Ledger.VerifyChain(ctx, r.ID); err != nil {
		s.Tampered = err.Error()
	}
	if s.Overlay, err = o.Ledger.Overlay(ctx, r.ID); err != nil {
		return s, err
	}
	if s.Source, err = o.source(ctx, r); err != nil {
		return s, err
	}
	if s.Other, err = o.other(ctx, r, s.Events); err != nil {
		return s, err
	}
	if r.Document.SHA256 == "" || s.Source.Difference != nil {
		return s, nil
	}
	if s.Document, err = o.Archive.Get(ctx, r.Document.SHA256); err != nil {
		return s, err
	}
	if r.Flow == trade.InvoicesIn {
		s.Plan, err = planOf(r, s.Document)
		return s, err
	}
	if r.Set == trade.SetProfile {
		s.Proposals, err = o.proposals(ctx, s.Document)
		return s, err
	}
	trees, err := edi.ReadTolerant(strings.NewReader(string(s.Document)))
	if err == nil && len(trees) > 0 && len(trees[0].Groups) > 0 && len(trees[0].Groups[0].Sets) > 0 {
		s.Sent = segmentsOf(trees[0].Groups[0].Sets[0])
	}
	return s, err
}

// planOf reads the archived plan of an invoice.
func planOf(r ledger.Record, content []byte) (*workflows.Plan, error) {
	var plan workflows.Plan
	if err := json.Unmarshal(content, &plan); err != nil {
		return nil, fmt.Errorf("plan of %s: %w", r.ID, err)
	}
	return &plan, nil
}

// source reads what a record was made of; a record that stands for a whole file has none.
func (o *Operator) source(ctx context.Context, r ledger.Record) (Source, error) {
	switch {
	case r.Flow == trade.OrdersOut:
		order, err := o.order(ctx, r)
		return Source{Order: &order}, err
	case r.Flow == trade.InvoicesOut:
		invoice, err := o.invoice(ctx, r)
		return Source{Invoice: &invoice}, err
	case (r.Flow == trade.InvoicesIn || r.Flow == trade.Suppliers) && r.Set != "":
		f, err := o.Set(ctx, r.ID)
		return Source{Set: f.Set.ID, Path: f.Set.Path, Segments: segmentsOf(f.Set)}, err
	case trade.MasterEntity(r.Flow) != "" && r.State != trade.StateDuplicate:
		d, err := o.difference(ctx, r)
		return Source{Difference: d}, err
	}
	return Source{}, nil
}

// segmentsOf names every value of a set.
func segmentsOf(set edi.Set) []Segment {
	counts := map[string]int{}
	out := make([]Segment, len(set.Segments))
	for i, s := range set.Segments {
		counts[s.ID]++
		out[i].Path = fmt.Sprintf("%s[%d]", s.ID, counts[s.ID])
		for n, element := range s.Elements {
			out[i].Values = append(out[i].Values, valuesOf(fmt.Sprintf("%02d", n+1), element)...)
		}
	}
	return out
}

// valuesOf takes an element apart; one that is repeated stays whole.
func valuesOf(at, element string) []Value {
	repetitions, components := edi.Repetitions(element), edi.Components(element)
	switch {
	case element == "":
		return nil
	case len(repetitions) > 1:
		for i, r := range repetitions {
			repetitions[i] = strings.Join(edi.Components(r), ">")
		}
		return []Value{{at, strings.Join(repetitions, " ^ ")}}
	case len(components) == 1:
		return []Value{{at, element}}
	}
	var out []Value
	for i, c := range components {
		if c != "" {
			out = append(out, Value{fmt.Sprintf("%s-%02d", at, i+1), c})
		}
	}
	return out
}

// order reads the canonical order of a record.
func (o *Operator) order(ctx context.Context, r ledger.Record) (order trade.PurchaseOrder, err error) {
	err = o.canonical(ctx, r, &order)
	return order, err
}

// invoice reads the canonical invoice of a record of invoices-out.
func (o *Operator) invoice(ctx context.Context, r ledger.Record) (invoice trade.Invoice, err error) {
	err = o.canonical(ctx, r, &invoice)
	return invoice, err
}

// canonical reads the document that a poll registered a record of.
func (o *Operator) canonical(ctx context.Context, r ledger.Record, into any) error {
	content, err := o.Archive.Get(ctx, r.Source)
	if err != nil {
		return err
	}
	return json.Unmarshal(content, into)
}
