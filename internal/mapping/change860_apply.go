package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
)

// ErrChange says that a change does not fit the order it is for.
var ErrChange = errors.New("the change does not fit the order")

// ApplyChange860 gives the order that a supplier has behind a change of the one before:
// a part that the change says takes the place of the earlier one, a part it does not say
// stays. A replacement keeps nothing that it does not say; a cancelled order has the
// purpose 01 and no lines. Added lines stand by their number.
//
// Segments that no field holds are left out of account. Errors are a *doc.FieldError
// around ErrChange.
func ApplyChange860(before doc.PurchaseOrder, change doc.OrderChange) (doc.PurchaseOrder, error) {
	if change.Number != before.Number {
		return doc.PurchaseOrder{}, misfit("BCH[1]-03", "it is for order %q, not %q", change.Number, before.Number)
	}
	out := before
	switch change.Purpose {
	case purposeCancel:
		out.Purpose, out.Lines, out.Totals = purposeCancel, nil, nil
		return out, nil
	case purposeReplace:
		out = doc.PurchaseOrder{Purpose: before.Purpose, Number: before.Number}
	case purposeChange:
	default:
		return doc.PurchaseOrder{}, misfit("BCH[1]-01", "nothing is to be done for the purpose %q", change.Purpose)
	}
	applyHeader(&out, change)
	var err error
	if out.Lines, err = applyLines(before.Lines, change); err != nil {
		return doc.PurchaseOrder{}, err
	}
	out.Totals = appliedTotals(before.Totals, change.Totals, out.Lines)
	return out, nil
}

func misfit(path, format string, args ...any) error {
	return &doc.FieldError{Path: path, Err: fmt.Errorf("%w: "+format, append([]any{ErrChange}, args...)...)}
}

// or gives what the change says, or what there was where it says nothing.
func or[E any](said, earlier []E) []E {
	if len(said) > 0 {
		return said
	}
	return earlier
}

func applyHeader(out *doc.PurchaseOrder, change doc.OrderChange) {
	out.Type, out.Release = firstOf(change.Type, out.Type), firstOf(change.Release, out.Release)
	out.Date, out.Contract = doc.Date(firstOf(string(change.Date), string(out.Date))), firstOf(change.Contract, out.Contract)
	if change.Currency != nil {
		out.Currency = change.Currency
	}
	out.References, out.Contacts = or(change.References, out.References), or(change.Contacts, out.Contacts)
	out.Freight, out.Charges = or(change.Freight, out.Freight), or(change.Charges, out.Charges)
	out.Terms, out.Dates = or(change.Terms, out.Terms), or(change.Dates, out.Dates)
	out.Texts = or(change.Texts, out.Texts)
	if len(change.Descriptions) > 0 {
		out.Descriptions, out.DescriptionCodes = change.Descriptions, change.DescriptionCodes
	}
	out.Parties = slices.Clone(out.Parties)
	for _, party := range change.Parties {
		if at := slices.IndexFunc(out.Parties, func(p doc.Party) bool { return p.Code == party.Code }); at >= 0 {
			out.Parties[at] = party
		} else {
			out.Parties = append(out.Parties, party)
		}
	}
}

func applyLines(before []doc.OrderLine, change doc.OrderChange) ([]doc.OrderLine, error) {
	lines, said := slices.Clone(before), map[string]bool{}
	for i, line := range change.Lines {
		said[line.ID] = true
		at := slices.IndexFunc(lines, func(l doc.OrderLine) bool { return l.ID == line.ID })
		known := at >= 0
		switch line.Change {
		case lineAdded:
			if known {
				return nil, misfit(pocElement(i, 1), "it has a line %q already", line.ID)
			}
			lines = slices.Insert(lines, placeOf(lines, line.ID), lineOf(line))
			continue
		case lineDeleted, lineReplaced, lineChanged, datesChanged, priceAndQuantity, priceChanged, quantityMore, quantityLess:
		default:
			return nil, misfit(pocElement(i, 2), "nothing is to be done for the change %q of a line", line.Change)
		}
		switch {
		case !known:
			return nil, misfit(pocElement(i, 1), "it has no line %q", line.ID)
		case line.Change == lineDeleted:
			lines = slices.Delete(lines, at, at+1)
		case line.Change == lineReplaced:
			lines[at] = lineOf(line)
		default:
			applyLine(&lines[at], line)
		}
	}
	if change.Purpose == purposeReplace {
		lines = slices.DeleteFunc(lines, func(l doc.OrderLine) bool { return !said[l.ID] })
	}
	return lines, nil
}

// pocElement names an element of a POC, counted from 0.
func pocElement(line, element int) string { return fmt.Sprintf("POC[%d]-%02d", line+1, element) }

// placeOf is where a line stands among the others: by number, then by sub number. A line
// without a number stands at the end.
func placeOf(lines []doc.OrderLine, id string) int {
	number, sub, ok := lineNumber(id)
	if !ok {
		return len(lines)
	}
	at := slices.IndexFunc(lines, func(l doc.OrderLine) bool {
		n, s, ok := lineNumber(l.ID)
		return ok && (n > number || n == number && s > sub)
	})
	if at < 0 {
		return len(lines)
	}
	return at
}

func lineNumber(id string) (number, sub int, ok bool) {
	first, second, split := strings.Cut(id, "-")
	number, err := strconv.Atoi(first)
	if err == nil && split {
		sub, err = strconv.Atoi(second)
	}
	return number, sub, err == nil
}

// lineOf is the line that a change says whole.
func lineOf(l doc.LineChange) doc.OrderLine {
	return doc.OrderLine{ID: l.ID, Quantity: l.Quantity, Unit: l.Unit, Price: l.Price, Basis: l.Basis, NoQuantity: l.NoQuantity, NoPrice: l.NoPrice,
		ProductIDs: l.ProductIDs, Descriptions: l.Descriptions, DescriptionCodes: l.DescriptionCodes, Packs: l.Packs, References: l.References,
		Contacts: l.Contacts, Charges: l.Charges, Terms: l.Terms, Dates: l.Dates, Quantities: l.Quantities, Texts: l.Texts, Parties: l.Parties}
}

func applyLine(out *doc.OrderLine, l doc.LineChange) {
	if !l.NoQuantity {
		out.Quantity, out.NoQuantity = l.Quantity, false
	}
	out.Unit = firstOf(l.Unit, out.Unit)
	if !l.NoPrice {
		out.Price, out.Basis, out.NoPrice = l.Price, l.Basis, false
	}
	out.ProductIDs = or(l.ProductIDs, out.ProductIDs)
	if len(l.Descriptions) > 0 {
		out.Descriptions, out.DescriptionCodes = l.Descriptions, l.DescriptionCodes
	}
	out.Packs, out.References = or(l.Packs, out.Packs), or(l.References, out.References)
	out.Contacts, out.Charges = or(l.Contacts, out.Contacts), or(l.Charges, out.Charges)
	out.Terms, out.Dates = or(l.Terms, out.Terms), or(l.Dates, out.Dates)
	out.Quantities, out.Texts, out.Parties = or(l.Quantities, out.Quantities), or(l.Texts, out.Texts), or(l.Parties, out.Parties)
}

// appliedTotals counts the quantities of the order anew, where they are counted; the
// value of the order is what the change says.
func appliedTotals(before, change *doc.OrderTotals, lines []doc.OrderLine) *doc.OrderTotals {
	if before == nil && change == nil {
		return nil
	}
	var out doc.OrderTotals
	counted := false
	for _, totals := range []*doc.OrderTotals{before, change} {
		if totals != nil {
			out.Amounts = or(totals.Amounts, out.Amounts)
			counted = counted || totals.Hash != nil
		}
	}
	if counted {
		hash := decimal.Zero
		for _, line := range lines {
			hash = hash.Add(line.Quantity)
		}
		out.Hash = new(doc.Trim(hash))
	}
	return &out
}
