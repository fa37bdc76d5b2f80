package ack

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
)

// ErrUnaddressed says that an interchange names nobody who could be answered, or whom
// the answer could come from.
var ErrUnaddressed = errors.New("the interchange cannot be answered")

// Reply is the answer to an interchange, without its numbers and its time.
type Reply struct {
	Interchange edi.Interchange
	Delimiters  edi.Delimiters
	// TA1 answers the interchange itself; nil where that is not wanted. Its date is that
	// of the answer where the received one cannot be read.
	TA1    *doc.InterchangeAcknowledgment
	Groups []GroupReply
}

// GroupReply is a functional group of a Reply with one set.
type GroupReply struct {
	edi.Group
	Kind            Kind
	Acknowledgement doc.GroupAcknowledgment
}

// Reply makes the answer, from the receiver back to the sender; nil where there is
// none to give.
//
// A field of the envelope that cannot be repeated gets a value that is valid: qualifier
// ZZ, the ids of the first group for those of the interchange and the other way round,
// usage P, version 00401 or that of the first group. An interchange without any usable
// id of one side is ErrUnaddressed.
//
// A TA1 that rejects stands alone: what is in a rejected interchange does not count, and
// a 997 that accepts it would say the contrary.
func (ic Interchange) Reply(o Options) (*Reply, error) {
	r := &Reply{Delimiters: o.Delimiters}
	if r.Delimiters == (edi.Delimiters{}) {
		r.Delimiters = edi.DefaultDelimiters
	}
	wanted := o.TA1 == Always || o.TA1 == Requested && ic.AckRequested
	if !ic.answerable() || len(ic.Groups) == 0 && !wanted {
		return nil, nil
	}
	if err := r.address(ic, o); err != nil {
		return nil, err
	}
	if wanted {
		r.TA1 = ic.technical()
	}
	if r.TA1 != nil && r.TA1.Verdict == codeRejected {
		return r, nil
	}
	for _, g := range ic.Groups {
		if g.Answerable() {
			r.Groups = append(r.Groups, r.group(g, o))
		}
	}
	return r, nil
}

// address turns the envelope round.
func (r *Reply) address(ic Interchange, o Options) error {
	var first Group // its ids stand in for those that the envelope lacks
	if len(ic.Groups) > 0 {
		first = ic.Groups[0]
	}
	version := interchangeVersion(ic.Version, cmp.Or(o.Version, first.Version))
	if version < repetitionsFrom {
		r.Delimiters.Repetition = 0
	} else if r.Delimiters.Repetition == 0 {
		r.Delimiters.Repetition = freeSeparator(r.Delimiters)
	}
	if err := r.Delimiters.Validate(); err != nil {
		return err
	}
	r.Interchange = edi.Interchange{
		SenderQualifier: qualifier(ic.ReceiverQualifier), Sender: r.usable(ic.Receiver, first.Receiver),
		ReceiverQualifier: qualifier(ic.SenderQualifier), Receiver: r.usable(ic.Sender, first.Sender),
		Version: version, Usage: usage(ic.Usage),
	}
	switch {
	case r.Interchange.Receiver == "":
		return fmt.Errorf("%w: neither ISA06 nor GS02 is a sender's id: %.15q, %.15q", ErrUnaddressed, ic.Sender, first.Sender)
	case r.Interchange.Sender == "":
		return fmt.Errorf("%w: neither ISA08 nor GS03 is a receiver's id: %.15q, %.15q", ErrUnaddressed, ic.Receiver, first.Receiver)
	}
	return nil
}

// repetitionsFrom is the version from which on ISA11 is the repetition separator.
const repetitionsFrom = "00402"

func freeSeparator(d edi.Delimiters) byte {
	for _, free := range []byte("^|!<") {
		if free != d.Element && free != d.Component && free != d.Segment {
			return free
		}
	}
	return 0 // not reached: there are more of them than delimiters
}

// interchangeVersion is ISA12 as it was sent, or as the group's version asks.
func interchangeVersion(isa12, gs08 string) string {
	if len(isa12) == 5 && strings.Trim(isa12, "0123456789") == "" {
		return isa12
	}
	return family(gs08)[:5]
}

// family is a version without the convention behind it; 004010 where there is none.
func family(gs08 string) string {
	if gs08 = strings.TrimSpace(gs08); len(gs08) >= 6 && strings.Trim(gs08[:6], "0123456789") == "" {
		return gs08[:6]
	}
	return "004010"
}

func qualifier(q string) string { return identifierOr(q, 2, "ZZ") }

func usage(u string) string {
	if u == "P" || u == "T" || u == "I" {
		return u
	}
	return "P"
}

// identifierOr gives a code of a width as it is, or another.
func identifierOr(code string, width int, otherwise string) string {
	if len(code) != width || identifier(code, width, width, "") != code {
		return otherwise
	}
	return code
}

// usable gives the first id that can be written. One that would have to be changed is
// somebody else's.
func (r *Reply) usable(ids ...string) string {
	for _, id := range ids {
		if id = strings.TrimSpace(id); id != "" && len(id) <= 15 && printable(id, r.Delimiters) == id {
			return id
		}
	}
	return ""
}

// group makes the answer to a group.
func (r *Reply) group(g Group, o Options) GroupReply {
	version := fit(o.Version, r.Delimiters, 1, 12, family(g.Version))
	b := builder{options: o, delimiters: r.Delimiters, kind: Functional, modern: family(version) >= "005000"}
	if o.Kind == Implementation && b.modern {
		b.kind = Implementation
	}
	pad := func(id string) string { return id + strings.Repeat(" ", max(0, 2-len(id))) } // X12.6, as for every text
	return GroupReply{Kind: b.kind, Acknowledgement: b.group(g), Group: edi.Group{
		Functional: "FA", Sender: pad(r.usable(g.Receiver, r.Interchange.Sender)), Receiver: pad(r.usable(g.Sender, r.Interchange.Receiver)), Version: version}}
}

// usableNotes are the TA105 of faults behind which an interchange can still be used:
// they are about what does not decide from whom it is, to whom, and what it holds.
var usableNotes = []string{"004", "010", "011", "012", "013", "014", "015", "016", "019", "020", "021", "024"}

// readable says whether an interchange can be used in spite of a fault: it was read to its
// end, and a field of the ISA that matters may have the wrong width where it is clear what
// it says.
func (ic Interchange) readable(f schema.Finding) bool {
	if f.Lost {
		return false
	}
	note := f.Code
	isID := func(id string) bool { return id != "" && len(id) <= 15 && printable(id, edi.Delimiters{}) == id }
	switch note {
	case "005":
		return identifierOr(ic.SenderQualifier, 2, "") != ""
	case "006":
		return isID(ic.Sender)
	case "007":
		return identifierOr(ic.ReceiverQualifier, 2, "") != ""
	case "008":
		return isID(ic.Receiver)
	case "017":
		return identifierOr(ic.Version, 5, "") != ""
	case "018":
		return numberOf(ic.Control, 9, "") != ""
	}
	return slices.Contains(usableNotes, note)
}

// technical is the TA1 of an interchange: of several faults the one that rejects it.
func (ic Interchange) technical() *doc.InterchangeAcknowledgment {
	control := numberOf(ic.Control, 9, noGroup)
	out := &doc.InterchangeAcknowledgment{Control: strings.Repeat("0", 9-len(control)) + control, Verdict: codeAccepted, Note: noNote}
	if !ic.Time.IsZero() {
		out.Date, out.Time = ic.Time.Format("060102"), ic.Time.Format("1504")
	}
	for _, f := range ic.Findings {
		switch {
		case f.Severity != schema.Error:
		case !ic.readable(f):
			out.Verdict, out.Note = codeRejected, identifierOr(f.Code, 3, "024")
			return out
		case out.Verdict == codeAccepted:
			out.Verdict, out.Note = codeErrors, f.Code
		}
	}
	return out
}

// noNote is TA105 where nothing is wrong.
const noNote = "000"

// Write writes the answer to an interchange; it says false, and writes nothing, where
// there is none to give.
func (ic Interchange) Write(w io.Writer, o Options, n Numbers, at time.Time) (bool, error) {
	r, err := ic.Reply(o)
	if err != nil || r == nil {
		return false, err
	}
	return true, r.Write(w, n, at)
}

// maxControl is the greatest ISA13 and GS06; whose numbers have reached it begins anew.
const maxControl = 999999999

// Write writes one interchange: the TA1 in front of a group for each answer.
func (r *Reply) Write(w io.Writer, n Numbers, at time.Time) error {
	if n.Interchange < 1 || n.Interchange > maxControl || n.Group < 1 || n.Group+int64(len(r.Groups))-1 > maxControl {
		return fmt.Errorf("control numbers %d and %d: they must be from 1 to %d", n.Interchange, n.Group, maxControl)
	}
	e := edi.NewEncoder(w, r.Delimiters)
	e.LineBreak = true
	ic := r.Interchange
	ic.Time, ic.Control = at, fmt.Sprintf("%09d", n.Interchange)
	err := e.BeginInterchange(ic)
	if err == nil && r.TA1 != nil {
		err = r.writeTA1(e, at)
	}
	for i, g := range r.Groups {
		if err == nil {
			g.Time, g.Control = at, strconv.FormatInt(n.Group+int64(i), 10)
			err = g.write(e)
		}
	}
	if err == nil {
		err = e.EndInterchange()
	}
	return err
}

func (r *Reply) writeTA1(e *edi.Encoder, at time.Time) error {
	ta1 := *r.TA1
	if ta1.Date == "" {
		ta1.Date, ta1.Time = at.Format("060102"), at.Format("1504")
	}
	s, err := ta1.Marshal()
	if err == nil {
		err = e.WriteSegment(s)
	}
	return err
}

func (g GroupReply) write(e *edi.Encoder) error {
	var segments []edi.SegmentData
	var err error
	if g.Kind == Implementation {
		segments, err = doc.ImplementationAcknowledgment{GroupAcknowledgment: g.Acknowledgement}.Marshal()
	} else {
		segments, err = doc.FunctionalAcknowledgment{GroupAcknowledgment: g.Acknowledgement}.Marshal()
	}
	if err == nil {
		err = e.BeginGroup(g.Group)
	}
	if err == nil {
		err = e.WriteSet(string(g.Kind), "0001", segments)
	}
	if err == nil {
		err = e.EndGroup()
	}
	return err
}
