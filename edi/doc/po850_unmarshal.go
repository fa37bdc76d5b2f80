package doc

import (
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"

	"tradewind/edi"
)

// UnmarshalPurchaseOrder reads the segments between ST and SE of an 850. Errors
// name the element, such as "PO1[3]-02".
func UnmarshalPurchaseOrder(segments []edi.SegmentData) (PurchaseOrder, error) {
	r := &orderReader{seen: map[string]int{}}
	for _, s := range segments {
		r.seen[s.ID]++
		r.read(s)
		if r.err != nil {
			return PurchaseOrder{}, r.err
		}
	}
	if r.seen["BEG"] != 1 {
		return PurchaseOrder{}, fmt.Errorf("BEG: an 850 has exactly one, this has %d", r.seen["BEG"])
	}
	if r.hasCount && r.count != len(r.order.Lines) {
		return PurchaseOrder{}, fmt.Errorf("CTT[1]-01: it says %d lines, the set has %d", r.count, len(r.order.Lines))
	}
	return r.order, nil
}

// orderReader follows the loops: after N9 come its MSG, after N1 its address,
// after PO1 everything of that line.
type orderReader struct {
	order    PurchaseOrder
	seen     map[string]int
	loop     string
	count    int
	hasCount bool
	err      error
}

func (r *orderReader) read(s edi.SegmentData) {
	if s.ID == "N9" || s.ID == "N1" || s.ID == "CTT" {
		r.loop = s.ID
	}
	switch s.ID {
	case "BEG":
		o := &r.order
		o.Purpose, o.Type, o.Number, o.Release, o.Contract = s.Element(1), s.Element(2), s.Element(3), s.Element(4), s.Element(6)
		o.Date = r.date(s, 5)
	case "N3", "N4":
		r.address(s)
	case "PO1":
		r.loop = "PO1"
		r.order.Lines = append(r.order.Lines, r.line(s))
	case "CTT":
		r.total(s)
	default:
		if !r.common(s) {
			r.keep(s)
		}
	}
}

// common reads the segments that stand in the header and in a line alike.
func (r *orderReader) common(s edi.SegmentData) bool {
	o, line := &r.order, r.current()
	switch {
	case s.ID == "REF" && r.loop == "":
		o.References = append(o.References, reference(s))
	case s.ID == "REF" && line != nil && r.loop == "PO1":
		line.References = append(line.References, reference(s))
	case s.ID == "PER" && r.loop == "":
		o.Contacts = append(o.Contacts, contact(s))
	case s.ID == "CUR" && s.Element(1) == "BY" && r.loop == "":
		o.Currency = s.Element(2)
	case s.ID == "FOB" && r.loop == "":
		o.Freight = &Freight{s.Element(1), s.Element(2), s.Element(3)}
	case s.ID == "ITD" && r.loop == "":
		o.Terms = append(o.Terms, Terms{s.Element(1), s.Element(2), s.Element(7), s.Element(12)})
	case s.ID == "DTM" && line == nil && r.loop == "":
		o.Dates = append(o.Dates, DateTime{s.Element(1), r.date(s, 2)})
	case s.ID == "DTM" && line != nil && r.loop == "PO1":
		line.Dates = append(line.Dates, DateTime{s.Element(1), r.date(s, 2)})
	case s.ID == "SAC" && line == nil && r.loop == "":
		o.Charges = append(o.Charges, r.charge(s))
	case s.ID == "SAC" && line != nil && r.loop == "PO1":
		line.Charges = append(line.Charges, r.charge(s))
	case s.ID == "PID" && line != nil && s.Element(1) == "F":
		line.Descriptions = append(line.Descriptions, s.Element(5))
	case s.ID == "N9" && line == nil:
		o.Texts = append(o.Texts, Text{Qualifier: s.Element(1), Reference: s.Element(2)})
	case s.ID == "N9":
		line.Texts = append(line.Texts, Text{Qualifier: s.Element(1), Reference: s.Element(2)})
	case s.ID == "MSG" && r.loop == "N9":
		r.message(s)
	case s.ID == "N1" && line == nil:
		o.Parties = append(o.Parties, Party{Code: s.Element(1), Name: s.Element(2), Qualifier: s.Element(3), ID: s.Element(4)})
	case s.ID == "AMT" && r.loop == "CTT" && s.Element(1) == "TT":
		total := r.real(s, 2)
		o.Total = &total
	default:
		return false
	}
	return true
}

func (r *orderReader) current() *OrderLine {
	if len(r.order.Lines) == 0 {
		return nil
	}
	return &r.order.Lines[len(r.order.Lines)-1]
}

func (r *orderReader) message(s edi.SegmentData) {
	texts := &r.order.Texts
	if line := r.current(); line != nil {
		texts = &line.Texts
	}
	last := &(*texts)[len(*texts)-1]
	last.Messages = append(last.Messages, s.Element(1))
}

func (r *orderReader) address(s edi.SegmentData) {
	if r.loop != "N1" || len(r.order.Lines) > 0 {
		r.keep(s)
		return
	}
	p := &r.order.Parties[len(r.order.Parties)-1]
	if s.ID == "N4" {
		p.Town, p.State, p.Postal, p.Country = s.Element(1), s.Element(2), s.Element(3), s.Element(4)
		return
	}
	for i := 1; i <= 2; i++ {
		if street := s.Element(i); street != "" {
			p.Street = append(p.Street, street)
		}
	}
}

func (r *orderReader) line(s edi.SegmentData) OrderLine {
	l := OrderLine{ID: s.Element(1), Quantity: r.real(s, 2), Unit: s.Element(3), Price: r.real(s, 4), Basis: s.Element(5)}
	for i := 6; i < 26; i += 2 {
		if s.Element(i) != "" {
			l.ProductIDs = append(l.ProductIDs, ProductID{s.Element(i), s.Element(i + 1)})
		}
	}
	return l
}

func (r *orderReader) total(s edi.SegmentData) {
	count, err := strconv.Atoi(s.Element(1))
	if err != nil {
		r.fail(s, 1, fmt.Errorf("%q is not a number of lines", s.Element(1)))
	}
	r.count, r.hasCount = count, true
	if s.Element(2) != "" {
		hash := r.real(s, 2)
		r.order.HashTotal = &hash
	}
}

func (r *orderReader) charge(s edi.SegmentData) Charge {
	amount, err := parseImplied(s.Element(5))
	if err != nil {
		r.fail(s, 5, err)
	}
	return Charge{Indicator: s.Element(1), Code: s.Element(2), Amount: amount, Description: s.Element(15)}
}

func (r *orderReader) real(s edi.SegmentData, i int) decimal.Decimal {
	d, err := parseReal(s.Element(i))
	if err != nil {
		r.fail(s, i, err)
	}
	return d
}

func (r *orderReader) date(s edi.SegmentData, i int) Date {
	d, err := ParseDate(s.Element(i))
	if err != nil {
		r.fail(s, i, err)
	}
	return d
}

func (r *orderReader) fail(s edi.SegmentData, i int, err error) {
	if r.err == nil {
		r.err = fmt.Errorf("%s[%d]-%02d: %w", s.ID, r.seen[s.ID], i, err)
	}
}

func (r *orderReader) keep(s edi.SegmentData) {
	path := s.ID
	if n := len(r.order.Lines); n > 0 {
		path = fmt.Sprintf("PO1[%d]/%s", n, s.ID)
	}
	r.order.Unmodelled = append(r.order.Unmodelled, Unmodelled{Path: path, Segment: s.ID, Values: s.Elements})
}

func reference(s edi.SegmentData) Reference {
	return Reference{Qualifier: s.Element(1), Value: s.Element(2), Description: s.Element(3)}
}

func contact(s edi.SegmentData) Contact {
	c := Contact{Function: s.Element(1), Name: s.Element(2)}
	for i := 3; i < 9; i += 2 {
		if s.Element(i) != "" {
			c.Numbers = append(c.Numbers, Reference{Qualifier: s.Element(i), Value: s.Element(i + 1)})
		}
	}
	return c
}
