package doc

import (
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"

	"tradewind/edi"
)

// writer collects the segments of a set.
type writer struct {
	segments []edi.SegmentData
	err      error
}

// put adds a segment; trailing empty elements are the encoder's to drop.
func (w *writer) put(id string, elements ...string) {
	w.segments = append(w.segments, edi.NewSegment(id, elements...))
}

// Marshal gives the segments between ST and SE, in the order of the standard. An
// element that does not fit is a *LengthError.
func (o PurchaseOrder) Marshal() ([]edi.SegmentData, error) {
	w := &writer{}
	w.put("BEG", o.Purpose, o.Type, o.Number, o.Release, string(o.Date), o.Contract)
	if o.Currency != "" {
		w.put("CUR", "BY", o.Currency)
	}
	w.references(o.References)
	w.contacts(o.Contacts)
	if f := o.Freight; f != nil {
		w.put("FOB", f.Payment, f.Location, f.Description)
	}
	w.charges(o.Charges)
	for _, t := range o.Terms {
		w.put("ITD", t.Type, t.Basis, "", "", "", "", t.NetDays, "", "", "", "", t.Description)
	}
	w.dates(o.Dates)
	w.texts(o.Texts)
	for _, p := range o.Parties {
		w.party(p)
	}
	for _, l := range o.Lines {
		w.line(l)
	}
	w.put("CTT", strconv.Itoa(len(o.Lines)), optional(o.HashTotal))
	if o.Total != nil {
		w.put("AMT", "TT", formatReal(*o.Total))
	}
	if w.err != nil {
		return nil, w.err
	}
	return w.segments, checkLengths(w.segments)
}

func optional(d *decimal.Decimal) string {
	if d == nil {
		return ""
	}
	return formatReal(*d)
}

func (w *writer) references(references []Reference) {
	for _, r := range references {
		w.put("REF", r.Qualifier, r.Value, r.Description)
	}
}

func (w *writer) contacts(contacts []Contact) {
	for _, c := range contacts {
		elements := []string{c.Function, c.Name}
		for _, n := range c.Numbers {
			elements = append(elements, n.Qualifier, n.Value)
		}
		w.put("PER", elements...)
	}
}

func (w *writer) charges(charges []Charge) {
	for _, c := range charges {
		amount, err := formatImplied(c.Amount)
		if err != nil && w.err == nil {
			w.err = fmt.Errorf("SAC05 of charge %q: %w", c.Code, err)
		}
		w.put("SAC", c.Indicator, c.Code, "", "", amount, "", "", "", "", "", "", "", "", "", c.Description)
	}
}

func (w *writer) dates(dates []DateTime) {
	for _, d := range dates {
		w.put("DTM", d.Qualifier, string(d.Date))
	}
}

func (w *writer) texts(texts []Text) {
	for _, t := range texts {
		w.put("N9", t.Qualifier, t.Reference)
		for _, m := range t.Messages {
			w.put("MSG", m)
		}
	}
}

func (w *writer) party(p Party) {
	w.put("N1", p.Code, p.Name, p.Qualifier, p.ID)
	for i := 0; i < len(p.Street); i += 2 {
		w.put("N3", p.Street[i:min(i+2, len(p.Street))]...)
	}
	if p.Town != "" || p.State != "" || p.Postal != "" || p.Country != "" {
		w.put("N4", p.Town, p.State, p.Postal, p.Country)
	}
}

func (w *writer) line(l OrderLine) {
	elements := []string{l.ID, formatReal(l.Quantity), l.Unit, formatReal(l.Price), l.Basis}
	for _, p := range l.ProductIDs {
		elements = append(elements, p.Qualifier, p.ID)
	}
	w.put("PO1", elements...)
	for _, d := range l.Descriptions {
		w.put("PID", "F", "", "", "", d)
	}
	w.references(l.References)
	w.charges(l.Charges)
	w.dates(l.Dates)
	w.texts(l.Texts)
}
