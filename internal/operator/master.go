package operator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// Master is what a record of master data was at an instant, and all that is known of it.
type Master struct {
	Entity  string                 `json:"entity"`
	Company string                 `json:"company"`
	Code    string                 `json:"code"`
	At      time.Time              `json:"at"`
	Version ledger.MasterVersion   `json:"version"`
	History []ledger.MasterVersion `json:"history"` // oldest first
}

// Master tells what a supplier, customer or account was at an instant; the company may be left out where only one has
// the code.
func (o *Operator) Master(ctx context.Context, entity, code, company string, at time.Time) (Master, error) {
	m := Master{Entity: entity, Code: code, At: at}
	companies, err := o.companiesOf(ctx, entity)
	if err != nil {
		return m, err
	}
	var having []string
	for _, each := range companies {
		history, err := o.Ledger.MasterHistory(ctx, entity, each, code)
		if err != nil {
			return m, err
		}
		if len(history) > 0 && (company == "" || company == each) {
			having, m.Company, m.History = append(having, each), each, history
		}
	}
	switch {
	case len(having) == 0:
		return m, fmt.Errorf("no version of %s %s is known; give its number as M3 writes it, and the company if another one is meant", entity, code)
	case len(having) > 1:
		return m, fmt.Errorf("%s %s is known in the companies %s; give one with --company", entity, code, strings.Join(having, " and "))
	}
	m.Version, err = o.Ledger.MasterAt(ctx, entity, m.Company, code, at)
	if errors.Is(err, ledger.ErrNotFound) {
		err = fmt.Errorf("%s %s of company %s was not known at %s, or gone; its versions begin at %s", entity, code, m.Company, at.UTC().Format(time.RFC3339), m.History[0].From.UTC().Format(time.RFC3339))
	}
	return m, err
}

// companiesOf are the companies as the ledger keeps master data of an entity.
func (o *Operator) companiesOf(ctx context.Context, entity string) ([]string, error) {
	entities := []string{trade.EntitySupplier, trade.EntityCustomer, trade.EntityAccount}
	if !slices.Contains(entities, entity) {
		return nil, fmt.Errorf("%q is no master data; give %s", entity, strings.Join(entities, ", "))
	}
	c, err := o.Configuration(ctx, "")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, company := range c.Companies {
		name := company.Key().Cono
		if entity == trade.EntityAccount {
			name = company.Key().String()
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}
