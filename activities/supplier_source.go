package activities

import (
	"context"
	"slices"

	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// supplierSource reads suppliers with their address and the reference that holds the e-mail.
type supplierSource struct{ *masters }

// supplierDates are the suppliers whose basic data changed on a day: the status is told by nothing else.
var supplierDates = table{name: "CIDMAS", key: "IDSUNO", changed: "IDLMDT", columns: []string{"IDSUNO"}}

// listPage is how many suppliers one page of a full list has; the rest is read in bulk.
const listPage = 900

func (s supplierSource) program() ionapi.Suppliers {
	return s.client.Suppliers(s.config.Infor.Programs.Suppliers)
}

func (s supplierSource) changed(ctx context.Context, w trade.Window, all bool, give func(map[string]masterdata.Values) error) error {
	if all {
		return s.all(ctx, give)
	}
	numbers, err := s.program().Changed(ctx, s.context, w.From.UnixMilli())
	if err != nil {
		return err
	}
	rows, err := s.exports(w).read(ctx, supplierDates, "", "")
	switch ionapi.KindOf(err) {
	case ionapi.NotPermitted, ionapi.NotAvailable: // a full read finds what the other list does not tell
		err = nil
	}
	if err != nil {
		return err
	}
	for _, row := range rows {
		numbers = append(numbers, row[0])
	}
	slices.Sort(numbers)
	for page := range slices.Chunk(slices.Compact(numbers), masterPage) {
		answers, err := s.program().BasicData(ctx, s.context, page)
		if err != nil {
			return err
		}
		var suppliers []ionapi.Supplier
		for _, answer := range answers {
			switch {
			case answer.Err == nil:
				suppliers = append(suppliers, answer.Value)
			case answer.Err.Kind != ionapi.RecordMissing: // deleted between the two reads; a full read tells
				return answer.Err
			}
		}
		if err := s.give(ctx, suppliers, give); err != nil {
			return err
		}
	}
	return nil
}

func (s supplierSource) all(ctx context.Context, give func(map[string]masterdata.Values) error) error {
	for after := ""; ; {
		page, next, err := s.program().Page(ctx, s.context, after, listPage)
		if err != nil {
			return err
		}
		if err := s.give(ctx, page, give); err != nil || next == "" {
			return err
		}
		after = next
	}
}

// give reads what belongs to suppliers and hands their values on.
func (s supplierSource) give(ctx context.Context, suppliers []ionapi.Supplier, give func(map[string]masterdata.Values) error) error {
	if len(suppliers) == 0 {
		return nil
	}
	whole, err := s.whole(ctx, suppliers)
	if err != nil {
		return err
	}
	values := make(map[string]masterdata.Values, len(whole))
	for _, one := range whole {
		values[one.Basic.Number] = masterdata.SupplierValues(one, s.settings.Choice)
	}
	return give(values)
}

// whole reads the addresses and references of suppliers.
func (s supplierSource) whole(ctx context.Context, suppliers []ionapi.Supplier) ([]masterdata.Supplier, error) {
	numbers := keysOf(suppliers, func(one ionapi.Supplier) string { return one.Number })
	addresses, err := s.program().Addresses(ctx, s.context, numbers)
	if err != nil {
		return nil, err
	}
	references, err := s.program().References(ctx, s.context, numbers)
	if err != nil {
		return nil, err
	}
	out := make([]masterdata.Supplier, len(suppliers))
	for i, basic := range suppliers {
		for _, failed := range []*ionapi.Error{addresses[i].Err, references[i].Err} {
			if failed != nil {
				return nil, failed
			}
		}
		out[i] = masterdata.Supplier{Basic: basic, Addresses: addresses[i].Value, References: references[i].Value}
	}
	return out, nil
}

func (s supplierSource) missing(ctx context.Context, codes []string) ([]string, error) {
	answers, err := s.program().BasicData(ctx, s.context, codes)
	if err != nil {
		return nil, err
	}
	return missingAmong(codes, answers)
}

// missingAmong gives the codes that M3 says it does not have.
func missingAmong[T any](codes []string, answers []ionapi.Answer[T]) (missing []string, err error) {
	for i, answer := range answers {
		switch {
		case answer.Err == nil:
		case answer.Err.Kind == ionapi.RecordMissing:
			missing = append(missing, codes[i])
		default:
			return nil, answer.Err
		}
	}
	return missing, nil
}

func (s supplierSource) one(ctx context.Context, code string) (masterdata.Values, bool, error) {
	has, found, err := s.supplier(ctx, code)
	if err != nil || !found {
		return nil, false, err
	}
	return masterdata.SupplierValues(has, s.settings.Choice), true, nil
}

// supplier reads one supplier whole.
func (s supplierSource) supplier(ctx context.Context, code string) (has masterdata.Supplier, found bool, err error) {
	answers, err := s.program().BasicData(ctx, s.context, []string{code})
	if err != nil {
		return has, false, err
	}
	switch failed := answers[0].Err; {
	case failed != nil && failed.Kind == ionapi.RecordMissing:
		return has, false, nil
	case failed != nil:
		return has, false, failed
	}
	whole, err := s.whole(ctx, []ionapi.Supplier{answers[0].Value})
	if err != nil {
		return has, false, err
	}
	return whole[0], true, nil
}

func (s supplierSource) write(ctx context.Context, code string, values masterdata.Values) error {
	has, found, err := s.supplier(ctx, code)
	if err != nil {
		return err
	}
	var writes masterdata.SupplierWrites
	if found {
		writes, err = masterdata.SupplierChange(has, values, s.settings.Choice)
	} else {
		writes, err = masterdata.NewSupplier(code, values, s.settings.TemplateOf(s.key.Cono), s.settings.Choice)
	}
	if err != nil {
		return &unwritable{err}
	}
	return s.carryOut(ctx, writes, found)
}

// carryOut writes the parts of a change one after the other: the first that fails ends it.
func (s supplierSource) carryOut(ctx context.Context, w masterdata.SupplierWrites, exists bool) error {
	p := s.program()
	if w.Basic != nil {
		write := p.Update
		if !exists {
			write = p.Add
		}
		if err := first(write(ctx, s.context, []ionapi.Supplier{*w.Basic})); err != nil {
			return err
		}
	}
	if w.Address != nil {
		write := p.UpdateAddresses
		if w.NewAddress {
			write = p.AddAddresses
		}
		if err := first(write(ctx, s.context, []ionapi.SupplierAddress{*w.Address})); err != nil {
			return err
		}
	}
	if w.Reference != nil {
		write := p.UpdateReferences
		if w.NewReference {
			write = p.AddReferences
		}
		return first(write(ctx, s.context, []ionapi.SupplierReference{*w.Reference}))
	}
	return nil
}

// first gives the error of the only write of a request.
func first(outcomes []*ionapi.Error, err error) error {
	if err == nil && len(outcomes) > 0 && outcomes[0] != nil {
		return outcomes[0]
	}
	return err
}
