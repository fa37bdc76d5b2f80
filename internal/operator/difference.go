package operator

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"tradewind/internal/ledger"
)

// Difference is what both sides said of a record of master data when they were compared last for a record.
type Difference struct {
	Entity string            `json:"entity"` // such as supplier
	Key    string            `json:"key"`    // its number
	Fields []FieldDifference `json:"fields"`
}

// FieldDifference is a field with its three values side by side.
type FieldDifference struct {
	Name    string `json:"name"`
	Owner   string `json:"owner"`
	Guarded bool   `json:"guarded,omitempty"`
	// Agreed is what both sides had last time, Infor and Cleo what they have.
	Agreed string `json:"agreed"`
	Infor  string `json:"infor"`
	Cleo   string `json:"cleo"`
	// Change names the sides that moved on, and Action the side that is written; conflict waits for a person.
	Change string `json:"change"`
	Action string `json:"action"`
	// Overwritten is a value that somebody entered on the side that is written.
	Overwritten bool `json:"overwritten,omitempty"`
}

// Differs says whether there is anything to tell of the field.
func (f FieldDifference) Differs() bool { return f.Change != "unchanged" || f.Action != "none" }

// difference reads what was compared last, or else what the record was made of.
func (o *Operator) difference(ctx context.Context, r ledger.Record) (*Difference, error) {
	content, err := o.Archive.Get(ctx, cmp.Or(r.Document.SHA256, r.Source))
	if err != nil {
		return nil, err
	}
	var kept struct {
		Decision Difference `json:"decision"`
	}
	if err := json.Unmarshal(content, &kept); err != nil {
		return nil, fmt.Errorf("difference of %s: %w", r.ID, err)
	}
	return &kept.Decision, nil
}
