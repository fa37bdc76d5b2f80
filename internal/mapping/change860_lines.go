package mapping

import (
	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
)

// POC02, element 670.
const (
	lineAdded        = "AI"
	lineDeleted      = "DI"
	quantityMore     = "QI"
	quantityLess     = "QD"
	priceChanged     = "PC"
	priceAndQuantity = "PQ"
	datesChanged     = "CT"
	lineChanged      = "CA"
	lineReplaced     = "RZ"
)

// lines gives a POC for each line that differs: those that are gone first, then the
// others in the order of the new revision.
func (c Change860) lines(before, after doc.PurchaseOrder) []doc.LineChange {
	earlier := linesByID(before)
	out := goneLines(before, after)
	for _, line := range after.Lines {
		if b, known := earlier[line.ID]; !known {
			out = append(out, c.whole(lineAdded, after, line))
		} else if change, differs := c.line(before, after, b, line); differs {
			out = append(out, change)
		}
	}
	return out
}

// allLines gives a POC for each line, whether it differs or not.
func (c Change860) allLines(before, after doc.PurchaseOrder) []doc.LineChange {
	earlier := linesByID(before)
	out := goneLines(before, after)
	for _, line := range after.Lines {
		code := lineAdded
		if _, known := earlier[line.ID]; known {
			code = lineReplaced
		}
		out = append(out, c.whole(code, after, line))
	}
	return out
}

func linesByID(o doc.PurchaseOrder) map[string]doc.OrderLine {
	out := make(map[string]doc.OrderLine, len(o.Lines))
	for _, line := range o.Lines {
		out[line.ID] = line
	}
	return out
}

// goneLines deletes the lines that the new revision does not have: nothing of them is
// ordered any more.
func goneLines(before, after doc.PurchaseOrder) []doc.LineChange {
	var out []doc.LineChange
	left := linesByID(after)
	for _, line := range before.Lines {
		if _, stays := left[line.ID]; stays {
			continue
		}
		gone := doc.LineChange{ID: line.ID, Change: lineDeleted, Unit: line.Unit, NoPrice: true, ProductIDs: line.ProductIDs}
		if gone.NoQuantity = line.Unit == ""; !gone.NoQuantity { // a quantity needs its unit
			gone.Left = new(decimal.Zero)
		}
		out = append(out, gone)
	}
	return out
}

// line compares two revisions of a line. POC says quantity, unit, price and numbers as
// they are now, whichever of them changed; the segments behind it are those that did.
// What is gone without another in its place makes a line that says all it has.
func (c Change860) line(before, after doc.PurchaseOrder, b, a doc.OrderLine) (doc.LineChange, bool) {
	var dates, others difference
	if len(b.Dates) > 0 || len(a.Dates) == 0 { // else a date of the header becomes the line's own
		b.Dates = changeDates(before, b)
	}
	out := c.stated("", a)
	out.Dates = changed(b.Dates, changeDates(after, a), dateKind, &dates)
	others.differs = b.Unit != a.Unit
	changed(b.ProductIDs, a.ProductIDs, func(id doc.ProductID) string { return id.Qualifier }, &others)
	out.Descriptions = changed(b.Descriptions, a.Descriptions, func(string) string { return "" }, &others)
	out.References = changed(b.References, a.References, referenceKind, &others)
	out.Texts = changed(b.Texts, a.Texts, textKind, &others)
	if dates.gone || others.gone {
		return c.whole(lineReplaced, after, a), true
	}
	price := !b.Price.Equal(a.Price) || b.Basis != a.Basis
	out.Change = lineCode(a.Quantity.Cmp(b.Quantity), price, dates.differs, others.differs)
	return out, out.Change != ""
}

// lineCode is POC02 for what of a line changed; quantity is above 0 for more of it. It is
// empty where nothing did.
func lineCode(quantity int, price, dates, others bool) string {
	switch {
	case others || dates && (price || quantity != 0):
		return lineChanged
	case dates:
		return datesChanged
	case price && quantity != 0:
		return priceAndQuantity
	case price:
		return priceChanged
	case quantity > 0:
		return quantityMore
	case quantity < 0:
		return quantityLess
	}
	return ""
}

// changeDates are the dates a line has: its own, or else those of the header. An 860 says
// them with the line, because nobody knows whether a line that was ordered earlier
// follows when the header's date moves.
func changeDates(o doc.PurchaseOrder, line doc.OrderLine) []doc.DateTime {
	if len(line.Dates) > 0 {
		return line.Dates
	}
	return o.Dates
}

// stated gives POC, which says the line as it is now.
func (c Change860) stated(code string, l doc.OrderLine) doc.LineChange {
	left := decimal.Max(l.Quantity.Sub(c.Received[l.ID]), decimal.Zero)
	return doc.LineChange{ID: l.ID, Change: code, Quantity: l.Quantity, Left: new(doc.Trim(left)), Unit: l.Unit, Price: l.Price, Basis: l.Basis,
		ProductIDs: l.ProductIDs}
}

// whole gives a line with all it has.
func (c Change860) whole(code string, after doc.PurchaseOrder, l doc.OrderLine) doc.LineChange {
	out := c.stated(code, l)
	out.Descriptions, out.References, out.Dates, out.Texts = l.Descriptions, l.References, changeDates(after, l), l.Texts
	return out
}
