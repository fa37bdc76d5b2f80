package mapping

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// lineStatuses are the codes of ACK01 (X12 element 668).
var lineStatuses = map[string]trade.LineStatus{
	"AA": trade.LineAccepted, // another location of the supplier takes it
	"AC": trade.LineAccepted, // and shipped
	"AR": trade.LineAccepted, // and released for shipment
	"BP": trade.LinePartBackordered,
	"DR": trade.LineDateChanged,
	"IA": trade.LineAccepted,
	"IB": trade.LineBackordered,
	"IC": trade.LineChanged,
	"ID": trade.LineRejected, // deleted
	"IE": trade.LinePending,  // the price is to come
	"IF": trade.LineOnHold,   // the description is incomplete
	"IH": trade.LineOnHold,
	"IP": trade.LinePriceChanged,
	"IQ": trade.LineQuantityChanged,
	"IR": trade.LineRejected,
	"IS": trade.LineSubstituted,
	"IW": trade.LineOnHold, // a waiver is needed
	"R1": trade.LineRejected, "R2": trade.LineRejected, "R3": trade.LineRejected, "R4": trade.LineRejected, "R5": trade.LineRejected,
	"R6": trade.LineRejected, "R7": trade.LineRejected, "R8": trade.LineRejected, "R9": trade.LineRejected,
	"SP": trade.LinePending, // the date is to come
}

// orderLineID is the qualifier of the order's line number.
var orderLineID = []string{"PL"}

func (r *confirmationReading) lines() trade.Reason {
	for i, in := range r.in.Lines {
		line, reason := r.line(fmt.Sprintf("PO1[%d]", i+1), in)
		if !reason.IsZero() {
			return reason
		}
		r.out.Lines = append(r.out.Lines, line)
	}
	return trade.Reason{}
}

func (r *confirmationReading) line(place string, in doc.ConfirmationLine) (trade.ConfirmationLine, trade.Reason) {
	ours, theirs := r.items(in.ProductIDs)
	out := trade.ConfirmationLine{Place: place, ID: firstOf(idOf(in.ProductIDs, orderLineID), strings.TrimSpace(in.ID)), Item: ours, SupplierItem: theirs, Notes: notesOf(in.Texts)}
	if out.ID == "" && out.Item == "" && out.SupplierItem == "" {
		return out, trade.Data(trade.ReasonLineIncomplete, place+"-01", askForConfirmation, "the line has neither a line number nor an item number")
	}
	out.Delivery, out.Shipment = confirmedDates(in.Dates)
	var reason trade.Reason
	if out.Parts, reason = r.statuses(place, in); !reason.IsZero() {
		return out, reason
	}
	if out.Status = statusOf(out.Parts); out.Status == trade.LineRejected {
		return out, trade.Reason{} // what stands in a rejected line need not be right
	}
	if out.Unit, reason = r.theirUnit(place+"-03", in.Unit); !reason.IsZero() {
		return out, reason
	}
	if reason = r.price(place, in, &out); !reason.IsZero() {
		return out, reason
	}
	if reason = r.quantities(in, out); !reason.IsZero() {
		return out, reason
	}
	out.Parts, reason = r.scheduled(in, out)
	return out, reason
}

// items are our number of an item and the supplier's.
func (r *confirmationReading) items(ids []doc.ProductID) (ours, theirs string) {
	return idOf(ids, r.itemQualifiers(FromItem, ourItem)), idOf(ids, r.itemQualifiers(FromSupplierItem, supplierItem))
}

// statuses reads what becomes of the parts of a line, without their quantities. A line
// without ACK shares the verdict on the order.
func (r *confirmationReading) statuses(place string, in doc.ConfirmationLine) ([]trade.ConfirmationPart, trade.Reason) {
	if len(in.Statuses) == 0 {
		status := map[trade.Verdict]trade.LineStatus{trade.VerdictAccepted: trade.LineAccepted, trade.VerdictChanged: trade.LineAccepted,
			trade.VerdictOnHold: trade.LineOnHold, trade.VerdictRejected: trade.LineRejected}[r.type855.verdict]
		if status == "" {
			return nil, trade.Data(trade.ReasonLineIncomplete, place+"/ACK", askForConfirmation,
				"the acknowledgment type %q leaves the answer to the lines, and this line has none", r.in.Type)
		}
		return []trade.ConfirmationPart{{Place: place, Status: status}}, trade.Reason{}
	}
	var out []trade.ConfirmationPart
	for i, ack := range in.Statuses {
		part := trade.ConfirmationPart{Place: statusPlace(place, i), Code: ack.Code, Status: lineStatuses[ack.Code]}
		if part.Status == "" {
			return nil, trade.Data(trade.ReasonValueInvalid, part.Place+"-01", askForConfirmation, "the status %q says neither accepted nor rejected", ack.Code)
		}
		if reason := datePart(ack, &part); !reason.IsZero() {
			return nil, reason
		}
		part.Item, part.SupplierItem = r.items(ack.ProductIDs)
		out = append(out, part)
	}
	return out, trade.Reason{}
}

// datePart reads the date of an ACK, or those behind it. That of a refused part is of no use.
func datePart(ack doc.LineStatus, part *trade.ConfirmationPart) trade.Reason {
	if part.Status == trade.LineRejected {
		return trade.Reason{}
	}
	part.Delivery, part.Shipment = confirmedDates(append([]doc.DateTime{{Qualifier: ack.DateQualifier, Date: ack.Date}}, ack.Dates...))
	if ack.Date != "" && part.Delivery.IsZero() && part.Shipment.IsZero() {
		return trade.Data(trade.ReasonValueInvalid, part.Place+"-04", askForConfirmation,
			"the qualifier %q does not say whether the date is that of delivery or of shipment", ack.DateQualifier)
	}
	return trade.Reason{}
}

// statusOf is the status that all parts share.
func statusOf(parts []trade.ConfirmationPart) trade.LineStatus {
	for _, part := range parts[1:] {
		if part.Status != parts[0].Status {
			return trade.LineSeveral
		}
	}
	return parts[0].Status
}

func (r *confirmationReading) price(place string, in doc.ConfirmationLine, out *trade.ConfirmationLine) trade.Reason {
	if in.NoPrice {
		return trade.Reason{}
	}
	price, basis := in.Price, 1
	if in.Basis != "" {
		if basis = r.profile.Invoice.PriceBases[in.Basis]; basis == 0 {
			return trade.Configuration(trade.ReasonPriceBasisUnknown, place+"-05", "add it to invoice.priceBases in "+partnersProfile+", then replay",
				"the price basis %q does not say for how many units the price holds", in.Basis)
		}
	}
	out.Price, out.PriceBasis = &price, basis
	return trade.Reason{}
}

// quantities fills in how much each part is. Where the only ACK says none, it is for the whole
// line, unless it is for a part of it by its status.
func (r *confirmationReading) quantities(in doc.ConfirmationLine, out trade.ConfirmationLine) trade.Reason {
	repeated := repeats(in)
	for i := range out.Parts {
		part := &out.Parts[i]
		part.Unit = out.Unit
		var said *decimal.Decimal
		switch {
		case i < len(in.Statuses) && in.Statuses[i].Quantity != nil:
			ack := in.Statuses[i]
			if said = ack.Quantity; said.IsNegative() {
				return trade.Data(trade.ReasonValueInvalid, part.Place+"-02", askForConfirmation, "the quantity is %s", said)
			}
			if ack.Unit != "" {
				var reason trade.Reason
				if part.Unit, reason = r.theirUnit(part.Place+"-03", ack.Unit); !reason.IsZero() {
					return reason
				}
			}
		case len(out.Parts) == 1 && !in.NoQuantity && part.Status != trade.LinePartBackordered:
			said = &in.Quantity
		}
		if said != nil && (i == 0 || !repeated) {
			part.Quantity = new(*said)
		}
	}
	return trade.Reason{}
}

// repeats says whether the ACKs of a line are several things said of all of it, such as a new
// price and a new date, and no parts: each has the line's quantity and another status.
func repeats(in doc.ConfirmationLine) bool {
	if len(in.Statuses) < 2 || in.NoQuantity || !in.Quantity.IsPositive() {
		return false
	}
	seen := map[string]bool{}
	for _, ack := range in.Statuses {
		if seen[ack.Code] || ack.Quantity == nil || !ack.Quantity.Equal(in.Quantity) || lineStatuses[ack.Code] == trade.LineRejected {
			return false
		}
		seen[ack.Code] = true
	}
	return true
}

// scheduled splits the only part of a line by its SCH segments, where the part has no date of
// its own. Together they have to be the part.
func (r *confirmationReading) scheduled(in doc.ConfirmationLine, out trade.ConfirmationLine) ([]trade.ConfirmationPart, trade.Reason) {
	if len(in.Schedules) == 0 || len(out.Parts) != 1 || !out.Parts[0].Delivery.IsZero() || !out.Parts[0].Shipment.IsZero() {
		return out.Parts, trade.Reason{}
	}
	whole, sum := out.Parts[0], decimal.Zero
	var parts []trade.ConfirmationPart
	for i, schedule := range in.Schedules {
		part := whole
		part.Place = fmt.Sprintf("%s/SCH[%d]", out.Place, i+1)
		part.Delivery, part.Shipment = confirmedDates([]doc.DateTime{{Qualifier: schedule.DateQualifier, Date: schedule.Date}})
		if schedule.Quantity == nil || schedule.Quantity.IsNegative() {
			return nil, trade.Data(trade.ReasonValueInvalid, part.Place+"-01", askForConfirmation, "the schedule has no quantity that could be delivered")
		}
		var reason trade.Reason
		if part.Unit, reason = r.theirUnit(part.Place+"-02", schedule.Unit); !reason.IsZero() {
			return nil, reason
		}
		part.Quantity = new(*schedule.Quantity)
		sum, parts = sum.Add(*schedule.Quantity), append(parts, part)
	}
	if whole.Quantity != nil && !sum.Equal(*whole.Quantity) {
		return nil, trade.Data(trade.ReasonValueInvalid, out.Place+"/SCH", askForConfirmation, "the schedules come to %s, and the line to %s", sum, whole.Quantity)
	}
	return parts, trade.Reason{}
}
