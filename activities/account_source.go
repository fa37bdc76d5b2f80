package activities

import (
	"context"
	"slices"

	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// accountSource reads accounts by their dimension: M3 gives no shorter list, and no single one.
type accountSource struct{ *masters }

func (s accountSource) program() ionapi.Accounts {
	return s.client.Accounts(s.config.Infor.Programs.Accounts)
}

func (s accountSource) changed(ctx context.Context, _ trade.Window, _ bool, give func(map[string]masterdata.Values) error) error {
	for _, dimension := range s.settings.Dimensions {
		accounts, err := s.program().List(ctx, s.context, dimension)
		if err != nil {
			return err
		}
		for part := range slices.Chunk(accounts, masterPage) {
			page := make(map[string]masterdata.Values, len(part))
			for _, account := range part {
				page[trade.AccountCode(dimension, account.ID)] = masterdata.AccountValues(account)
			}
			if err := give(page); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s accountSource) missing(ctx context.Context, codes []string) (missing []string, err error) {
	there := map[string]map[string]ionapi.Account{}
	for _, code := range codes {
		dimension, id, err := trade.ParseAccountCode(code)
		if err != nil {
			return nil, err
		}
		if there[dimension] == nil {
			if there[dimension], err = s.dimension(ctx, dimension); err != nil {
				return nil, err
			}
		}
		if _, found := there[dimension][id]; !found {
			missing = append(missing, code)
		}
	}
	return missing, nil
}

// dimension gives the accounts of a dimension by their ids.
func (s accountSource) dimension(ctx context.Context, dimension string) (map[string]ionapi.Account, error) {
	accounts, err := s.program().List(ctx, s.context, dimension)
	out := make(map[string]ionapi.Account, len(accounts))
	for _, account := range accounts {
		out[account.ID] = account
	}
	return out, err
}

// account reads one account.
func (s accountSource) account(ctx context.Context, code string) (has ionapi.Account, found bool, err error) {
	dimension, id, err := trade.ParseAccountCode(code)
	if err != nil {
		return has, false, err
	}
	all, err := s.dimension(ctx, dimension)
	if err != nil {
		return has, false, err
	}
	has, found = all[id]
	has.Dimension = dimension
	return has, found, nil
}

func (s accountSource) one(ctx context.Context, code string) (masterdata.Values, bool, error) {
	has, found, err := s.account(ctx, code)
	if err != nil || !found {
		return nil, false, err
	}
	return masterdata.AccountValues(has), true, nil
}

func (s accountSource) write(ctx context.Context, code string, values masterdata.Values) error {
	has, found, err := s.account(ctx, code)
	if err != nil {
		return err
	}
	if !found {
		entry, err := masterdata.NewAccount(code, values, s.settings.TemplateOf(s.key.Cono))
		if err != nil {
			return &unwritable{err}
		}
		return first(s.program().Add(ctx, s.context, []ionapi.AccountEntry{entry}))
	}
	change, err := masterdata.AccountChange(has, values)
	switch {
	case err != nil:
		return &unwritable{err}
	case change == nil:
		return nil
	}
	return first(s.program().Update(ctx, s.context, []ionapi.AccountEntry{*change}))
}
