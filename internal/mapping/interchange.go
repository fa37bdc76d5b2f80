package mapping

import (
	"bytes"
	"fmt"
	"time"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// Numbers are the control numbers of one document. Where Cleo makes the
// envelope, interchange and group are zero and Cleo replaces them.
type Numbers struct {
	Interchange int64
	Group       int64
	Set         int64
}

// marshaler is a typed set.
type marshaler interface {
	Marshal(doc.Version) ([]edi.SegmentData, error)
}

// isaVersion is ISA12 for each version of the sets.
var isaVersion = map[Code]string{"004010": "00401", "005010": "00501"}

// Encode writes an interchange that holds this one order. The time is that of
// the preparation: the same input gives the same bytes.
func (m Order850) Encode(o doc.PurchaseOrder, n Numbers, at time.Time) ([]byte, trade.Reason) {
	return m.outgoing(set850, functionalOrder, o).Encode(n, at)
}

// Outgoing is one document as a partner gets it.
type Outgoing struct {
	// Set is ST01, Functional is GS01.
	Set, Functional string
	Sender          Sender
	Profile         Profile
	document        marshaler
}

// Encode writes an interchange that holds the document. The time is that of the preparation: the
// same input gives the same bytes.
func (o Outgoing) Encode(n Numbers, at time.Time) ([]byte, trade.Reason) {
	segments, err := o.document.Marshal(doc.Version(o.Profile.Version))
	if err != nil {
		return nil, asReason(o.Set, err)
	}
	var b bytes.Buffer
	e := edi.NewEncoder(&b, o.Profile.Delimiters.wire())
	e.LineBreak = o.Profile.Delimiters.LineBreak
	for _, write := range []func() error{
		func() error { return e.BeginInterchange(o.isa(n, at)) },
		func() error { return e.BeginGroup(o.gs(n, at)) },
		func() error { return e.WriteSet(o.Set, SetNumber(n.Set), segments) },
		e.EndGroup, e.EndInterchange,
	} {
		if err := write(); err != nil {
			return nil, asReason(o.Set, err)
		}
	}
	return b.Bytes(), trade.Reason{}
}

func (o Outgoing) isa(n Numbers, at time.Time) edi.Interchange {
	return edi.Interchange{
		SenderQualifier: string(o.Sender.Interchange.Qualifier), Sender: string(o.Sender.Interchange.ID),
		ReceiverQualifier: string(o.Profile.Interchange.Qualifier), Receiver: string(o.Profile.Interchange.ID),
		Time: at, Version: isaVersion[o.Profile.Version], Control: InterchangeNumber(n.Interchange),
		AckRequested: o.Profile.AckRequested, Usage: o.Sender.Usage,
	}
}

func (o Outgoing) gs(n Numbers, at time.Time) edi.Group {
	return edi.Group{Functional: o.Functional, Sender: string(o.Sender.Group), Receiver: string(o.Profile.Group), Time: at,
		Control: GroupNumber(n.Group), Version: string(o.Profile.Version)}
}

// InterchangeNumber writes ISA13: nine digits.
func InterchangeNumber(n int64) string { return fmt.Sprintf("%09d", wrapped(n)) }

// GroupNumber writes GS06: at most nine digits.
func GroupNumber(n int64) string { return fmt.Sprint(wrapped(n)) }

// SetNumber writes ST02: four to nine digits.
func SetNumber(n int64) string { return fmt.Sprintf("%04d", wrapped(n)) }

// wrapped begins anew at 1 behind 999999999, the greatest number of nine digits: the
// ledger's counters only rise, and what is written must fit.
func wrapped(n int64) int64 {
	const greatest = 999_999_999
	if n > greatest {
		return (n-1)%greatest + 1
	}
	return n
}
