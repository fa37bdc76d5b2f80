package schema

import (
	"tradewind/edi"
)

// Validator checks one set at a time, segment by segment. It may be used for one set
// after the other.
type Validator struct {
	// Balanced makes a total that is not the sum of its parts an error.
	Balanced bool

	tables     *Tables
	delimiters edi.Delimiters
	set        *set
	frames     []frame
	position   int
	report     func(Finding)
	// closed is set behind the SE.
	closed  bool
	balance balance
}

// frame is an open loop, or the set itself: the item that was used last, and how
// often.
type frame struct {
	*items
	at   int // -1 before the first
	used int
	// rounds counts how often the loop was entered; of says at most how often.
	rounds int
	of     *item
}

// NewValidator checks sets of one version, written with the delimiters of their
// interchange, and reports what it finds.
func NewValidator(t *Tables, d edi.Delimiters, report func(Finding)) *Validator {
	return &Validator{tables: t, delimiters: d, report: report}
}

// Begin starts a set by its id. It says false where the tables lack the set: then
// only its elements are checked.
func (v *Validator) Begin(id string) bool {
	v.set, v.position, v.closed = v.tables.sets[id], 0, false
	v.frames = v.frames[:0]
	v.balance.begin(id)
	if v.set == nil {
		return false
	}
	v.frames = append(v.frames, frame{items: &v.set.items, at: -1, rounds: 1})
	return true
}

// Position is the number of the segment that was checked last, from ST = 1.
func (v *Validator) Position() int { return v.position }

// Segment checks the next segment, ST and SE included.
func (v *Validator) Segment(s *edi.Segment) {
	v.position++
	var def *segment
	if v.set != nil && !v.closed {
		def = v.place(s)
	}
	if def == nil {
		if def = v.tables.segments[string(s.Element(0))]; def == nil {
			if id := s.Element(0); v.set == nil && (len(id) < 2 || len(id) > 3) {
				v.report(segmentFinding(s, v.position, 1, SegmentUnknown, "%.10q is no segment id", id))
			}
			return
		}
	}
	v.elements(s, def)
	if def.role != roleNone {
		v.weigh(s, def.role)
	}
}

// place finds where a segment stands: in the open loop, further on in it, as the
// next round of a loop around it, or further out. It gives what the tables say of the
// segment at that place.
func (v *Validator) place(s *edi.Segment) *segment {
	id := s.Element(0)
	if len(id) > 3 || len(id) > 0 && id[0] == 0 { // no key of the tables, though it may pack into one
		v.lost(s)
		return nil
	}
	key := packed(id)
	for depth := len(v.frames) - 1; depth >= 0; depth-- {
		if v.again(s, depth, key) || v.forward(s, depth, key) || v.nextRound(s, depth, key) {
			f := &v.frames[len(v.frames)-1]
			it := &f.list[f.at]
			if it.forbidden {
				v.report(segmentFinding(s, v.position, 7, SegmentUnexpected, "the partner does not allow %s here", it.id))
			}
			v.closed = depth == 0 && it.id == "SE"
			return it.def
		}
	}
	v.lost(s)
	return nil
}

// again takes another use of the item that was used last.
func (v *Validator) again(s *edi.Segment, depth int, key uint32) bool {
	f := &v.frames[depth]
	if f.at < 0 || f.keys[f.at] != key || f.list[f.at].loop != nil {
		return false
	}
	// A later item of the same name takes what is too much for this one.
	it := &f.list[f.at]
	tooOften := it.most > 0 && f.used >= it.most
	if tooOften && (f.later(key) >= 0 || (depth > 0 && f.at == 0)) {
		return false // a later item, or the next round of the loop
	}
	v.leave(s, depth)
	f.used++
	if tooOften {
		v.report(segmentFinding(s, v.position, it.level, SegmentTooOften, "%s stands here %d times and may %d times", s.ID(), f.used, it.most))
	}
	return true
}

// later gives the next item of a name, -1 where there is none.
func (f *frame) later(key uint32) int {
	for i := f.at + 1; i < len(f.keys); i++ {
		if f.keys[i] == key {
			return i
		}
	}
	return -1
}

// forward goes on to a later item, past those that need not be there.
func (v *Validator) forward(s *edi.Segment, depth int, key uint32) bool {
	f := &v.frames[depth]
	at := f.later(key)
	if at < 0 {
		return false
	}
	v.leave(s, depth)
	f = &v.frames[depth]
	v.missing(s, f, at)
	f.at, f.used = at, 1
	if it := &f.list[at]; it.loop != nil {
		v.frames = append(v.frames, frame{items: it.loop, at: 0, used: 1, rounds: 1, of: it})
		if it.forbidden {
			v.report(segmentFinding(s, v.position, 7, SegmentUnexpected, "the partner does not allow loop %s here", it.id))
		}
	}
	return true
}

// nextRound enters the loop of a frame once more.
func (v *Validator) nextRound(s *edi.Segment, depth int, key uint32) bool {
	f := &v.frames[depth]
	if depth == 0 || f.keys[0] != key {
		return false
	}
	v.leave(s, depth)
	f = &v.frames[depth]
	v.missing(s, f, len(f.list))
	f.rounds++
	f.at, f.used = 0, 1
	if most := f.of.most; most > 0 && f.rounds > most {
		v.report(segmentFinding(s, v.position, f.of.level, LoopTooOften, "loop %s stands here %d times and may %d times", f.of.id, f.rounds, most))
	}
	return true
}

// leave closes the loops further in, and reports what they lack.
func (v *Validator) leave(s *edi.Segment, depth int) {
	for len(v.frames) > depth+1 {
		inner := &v.frames[len(v.frames)-1]
		v.missing(s, inner, len(inner.list))
		v.frames = v.frames[:len(v.frames)-1]
	}
}

// missing reports the required items between the last one used and the next.
func (v *Validator) missing(s *edi.Segment, f *frame, next int) {
	for i := f.required[f.at+1]; i < next; i = f.required[i+1] {
		it := &f.list[i]
		finding := segmentFinding(s, v.position, it.level, SegmentMissing, "%s is missing in front of %s", it.id, s.ID())
		finding.Segment, finding.Quote, finding.Width = it.id, "", 0
		v.report(finding)
	}
}

// lost reports a segment that has no place where it stands.
func (v *Validator) lost(s *edi.Segment) {
	id := s.ID()
	_, known := v.tables.segments[id]
	switch {
	case id == "IEA" || id == "GE":
		v.report(segmentFinding(s, v.position, 1, SegmentUnexpected, "%s ends an envelope, and stands inside a set", id))
	case v.set.members[id]:
		v.report(segmentFinding(s, v.position, 2, SegmentOutOfOrder, "%s may stand in a %s, but not here", id, v.set.id))
	case known:
		v.report(segmentFinding(s, v.position, 2, SegmentNotInSet, "%s does not belong to a %s", id, v.set.id))
	default:
		v.report(segmentFinding(s, v.position, 1, SegmentUnknown, "%.10q is no segment of %s", id, v.tables.Version))
	}
}
