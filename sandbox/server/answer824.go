package server

import (
	"tradewind/edi"
	"tradewind/sandbox/business"
)

// advice is the 824 of an order: what the supplier's application says of it.
type advice struct {
	code string // OTI01: TA accepted, TE accepted with an error, TR rejected
}

func (a advice) segments(order arrived) []edi.SegmentData {
	group, set, now, s := order.Groups[0], order.set(), business.Now().UTC(), edi.NewSegment
	out := []edi.SegmentData{
		s("BGN", "11", "A"+order.number, now.Format("20060102"), now.Format("1504")),
		s("OTI", a.code, "PO", order.number, group.Sender, group.Receiver, group.Time.Format("20060102"), group.Time.Format("1504"), group.Control, set.Control, set.ID, group.Version),
	}
	if a.code != "TA" {
		out = append(out, s("TED", "024", "the ship-to is not known here", "N1"))
	}
	return out
}
