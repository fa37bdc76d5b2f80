package mapping

import (
	"fmt"
	"slices"
	"strings"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// ReadConfirmation855 turns an 855 of a partner to a company into what it confirms. Units
// translate the partner's units as they do those of an 810; they are read by the date of the
// order. A reason comes back where the 855 cannot be understood as it is; its place is within
// the set.
func ReadConfirmation855(in doc.OrderConfirmation, profile Profile, company trade.Company, units *Crosswalk) (trade.Confirmation, trade.Reason) {
	r := confirmationReading{in: in, profile: profile, units: units, day: trade.Date(firstOf(string(in.Date), string(in.Assigned)))}
	r.out = trade.Confirmation{Company: company, Partner: string(profile.ID)}
	for _, read := range []func() trade.Reason{r.head, r.lines, r.verdict} {
		if reason := read(); !reason.IsZero() {
			return r.out, reason
		}
	}
	return r.out, trade.Reason{}
}

// confirmationReading is an 855 on its way to what it confirms.
type confirmationReading struct {
	in      doc.OrderConfirmation
	profile Profile
	units   *Crosswalk
	// day is the one that codes are read by.
	day trade.Date
	// type855 is what BAK02 says.
	type855 type855
	out     trade.Confirmation
}

// type855 is what an acknowledgment type says of the order as a whole.
type type855 struct {
	// verdict is empty where only the lines know it.
	verdict trade.Verdict
	// detail says that a line that is not listed is not confirmed.
	detail bool
}

// types855 are the codes of BAK02 (X12 element 587). AE and RF list exceptions only; NA and ZZ
// leave it to the lines.
var types855 = map[string]type855{
	"AC": {trade.VerdictChanged, true},
	"AD": {trade.VerdictAccepted, true},
	"AE": {trade.VerdictAccepted, false},
	"AH": {trade.VerdictOnHold, true},
	"AK": {trade.VerdictAccepted, false},
	"AP": {trade.VerdictAccepted, true},
	"AT": {trade.VerdictAccepted, false},
	"RD": {trade.VerdictRejected, true},
	"RF": {trade.VerdictRejected, false},
	"RJ": {trade.VerdictRejected, false},
	"RN": {trade.VerdictRejected, false},
	"RO": {trade.VerdictRejected, true},
	"RV": {trade.VerdictRejected, false},
	"NA": {"", true},
	"ZZ": {"", true},
}

// purposes855 are the codes of BAK01 whose 855 says where the order stands now.
var purposes855 = []string{"", "00", "04", "05", "06", "07"}

const askForConfirmation = "ask the partner for a corrected acknowledgment, then resolve this record"

func (r *confirmationReading) head() trade.Reason {
	in := r.in
	r.out.Order, r.out.Release = strings.TrimSpace(in.Number), strings.TrimSpace(in.Release)
	r.out.SupplierOrder = r.supplierOrder()
	r.out.Date = trade.Date(firstOf(string(in.Assigned), string(in.Date)))
	r.out.Code = in.Type
	if in.Currency != nil {
		r.out.Currency = in.Currency.Code
	}
	r.out.Delivery, r.out.Shipment = confirmedDates(in.Dates)
	r.out.Notes = notesOf(in.Texts)
	var known bool
	r.type855, known = types855[in.Type]
	switch {
	case r.out.Order == "":
		return trade.Data(trade.ReasonOrderMissing, "BAK-03", askForConfirmation, "the acknowledgment names no purchase order")
	case !slices.Contains(purposes855, in.Purpose):
		return trade.Data(trade.ReasonPurposeUnsupported, "BAK-01", "settle it with the partner, then resolve this record",
			"the purpose %q is neither an original (00), a change (04), a replacement (05), a confirmation (06) nor a copy (07)", in.Purpose)
	case !known:
		return trade.Data(trade.ReasonValueInvalid, "BAK-02", askForConfirmation, "the acknowledgment type %q says neither accepted nor rejected", in.Type)
	case r.type855.verdict == "" && len(in.Lines) == 0:
		return trade.Data(trade.ReasonNoLines, "PO1", askForConfirmation, "the acknowledgment type %q leaves the answer to the lines, and there are none", in.Type)
	}
	r.out.Verdict = r.type855.verdict
	r.out.Complete = r.type855.detail && len(in.Lines) > 0
	return trade.Reason{}
}

// supplierOrder is the seller's number of the order: BAK08, else the vendor's order number.
func (r *confirmationReading) supplierOrder() string {
	if number := strings.TrimSpace(r.in.Reference); number != "" {
		return number
	}
	for _, ref := range r.in.References {
		if value := strings.TrimSpace(ref.Value); ref.Qualifier == "VN" && value != "" {
			return value
		}
	}
	return ""
}

// verdict is what the lines make of the type: suppliers send AD with rejected lines.
func (r *confirmationReading) verdict() trade.Reason {
	if r.out.Verdict == trade.VerdictRejected || r.out.Verdict == trade.VerdictOnHold || len(r.out.Lines) == 0 {
		return trade.Reason{}
	}
	count := map[trade.LineStatus]int{}
	for _, line := range r.out.Lines {
		count[line.Status]++
	}
	switch all := len(r.out.Lines); {
	case count[trade.LineRejected] == all && r.out.Complete:
		r.out.Verdict = trade.VerdictRejected
	case count[trade.LineOnHold] == all && r.out.Complete:
		r.out.Verdict = trade.VerdictOnHold
	case count[trade.LineAccepted] < all:
		r.out.Verdict = trade.VerdictChanged
	case r.out.Verdict == "":
		r.out.Verdict = trade.VerdictAccepted
	}
	return trade.Reason{}
}

// The qualifiers (X12 element 374) of dates of delivery and of shipment. What is promised or
// scheduled goes before what only repeats the order.
var (
	deliveryDates = []string{"069", "067", "055", "017", "065", "072", "075", "078", "070", "073", "076", "035", "002", "071", "074", "077", "106"}
	shipmentDates = []string{"079", "068", "066", "082", "085", "088", "080", "083", "086", "011", "018", "118", "010", "081", "084", "087", "037", "038", "039"}
)

// confirmedDates finds the dates of delivery and of shipment; others are left aside.
func confirmedDates(dates []doc.DateTime) (delivery, shipment trade.Date) {
	first := func(qualifiers []string) trade.Date {
		for _, qualifier := range qualifiers {
			for _, d := range dates {
				if d.Qualifier == qualifier && d.Date != "" {
					return trade.Date(d.Date)
				}
			}
		}
		return ""
	}
	return first(deliveryDates), first(shipmentDates)
}

// mostNotes bounds the free text that is taken from one place.
const mostNotes = 5

// notesOf gives the first lines of free text.
func notesOf(texts []doc.Text) []string {
	var out []string
	for _, text := range texts {
		for _, message := range text.Messages {
			if note := strings.TrimSpace(message.Text); note != "" && len(out) < mostNotes {
				out = append(out, note)
			}
		}
	}
	return out
}

// theirUnit gives M3's code of a unit.
func (r *confirmationReading) theirUnit(place, unit string) (string, trade.Reason) {
	if unit == "" {
		return "", trade.Reason{}
	}
	ours := r.units.Ours(string(r.profile.ID), unit, r.day)
	if len(ours) == 1 {
		return ours[0], trade.Reason{}
	}
	meaning := "has no code of ours"
	if len(ours) > 1 {
		meaning = "stands for each of " + strings.Join(ours, ", ")
	}
	return "", trade.Configuration(trade.ReasonUnitUnmapped, place, "give it one row for the partner in "+r.units.File()+", then replay",
		"unit %q of partner %s %s", unit, r.profile.ID, meaning)
}

// itemQualifiers are those that the partner's 850 uses for an item, and the usual ones.
func (r *confirmationReading) itemQualifiers(from ItemFrom, usual []string) []string {
	var out []string
	for _, id := range r.profile.Order.ItemIDs {
		if id.From == from {
			out = append(out, string(id.Qualifier))
		}
	}
	return append(out, usual...)
}

// idOf finds the first of the qualifiers among product ids.
func idOf(ids []doc.ProductID, qualifiers []string) string {
	return productID(doc.InvoiceLine{ProductIDs: ids}, qualifiers).value
}

func statusPlace(place string, n int) string { return fmt.Sprintf("%s/ACK[%d]", place, n+1) }
