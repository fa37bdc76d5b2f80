package activities

import (
	"context"
	"slices"

	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// customerSource reads customers by their list, which alone has all fields, and writes by their change number.
type customerSource struct {
	*masters
	// read is the basic data of customers as one gave it: what is written stands on that.
	read map[string]ionapi.Customer
}

func (s customerSource) program() ionapi.Customers {
	return s.client.Customers(s.config.Infor.Programs.Customers)
}

func (s customerSource) changed(ctx context.Context, w trade.Window, all bool, give func(map[string]masterdata.Values) error) error {
	since := w.From.UnixMilli()
	if all {
		since = 0
	}
	listed, err := s.program().Changed(ctx, s.context, since)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(listed, masterPage) {
		page := make(map[string]masterdata.Values, len(part))
		for _, customer := range part {
			page[customer.Number] = masterdata.CustomerValues(customer)
		}
		if err := give(page); err != nil {
			return err
		}
	}
	return nil
}

func (s customerSource) missing(ctx context.Context, codes []string) ([]string, error) {
	answers, err := s.program().BasicData(ctx, s.context, codes)
	if err != nil {
		return nil, err
	}
	return missingAmong(codes, answers)
}

// one lays the basic data over what the last list had, because basic data lack some fields.
func (s customerSource) one(ctx context.Context, code string) (masterdata.Values, bool, error) {
	answers, err := s.program().BasicData(ctx, s.context, []string{code})
	if err != nil {
		return nil, false, err
	}
	switch failed := answers[0].Err; {
	case failed != nil && failed.Kind == ionapi.RecordMissing:
		delete(s.read, code)
		return nil, false, nil
	case failed != nil:
		return nil, false, failed
	}
	known, err := s.known(ctx, []string{code})
	if err != nil {
		return nil, false, err
	}
	s.read[code] = answers[0].Value
	return masterdata.LaterCustomerValues(known[code].Values, answers[0].Value), true, nil
}

// write changes what one read, so that M3 refuses it where somebody was quicker; the next attempt then reads and
// decides again.
func (s customerSource) write(ctx context.Context, code string, values masterdata.Values) error {
	has, found := s.read[code]
	if !found {
		return s.add(ctx, code, values)
	}
	change, err := masterdata.CustomerChange(has, values)
	switch {
	case err != nil:
		return &unwritable{err}
	case change == nil:
		return nil
	}
	return first(s.program().ChangeBasicData(ctx, s.context, []ionapi.Customer{*change}))
}

func (s customerSource) add(ctx context.Context, code string, values masterdata.Values) error {
	customer, from, err := masterdata.NewCustomer(code, values, s.settings.TemplateOf(s.key.Cono))
	if err != nil {
		return &unwritable{err}
	}
	answers, err := s.program().Add(ctx, s.context, from, []ionapi.Customer{customer})
	if err == nil && answers[0].Err != nil {
		return answers[0].Err
	}
	return err
}
