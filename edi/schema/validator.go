package schema

import (
	"tradewind/edi"
)

// Validator checks one set at a time, segment by segment. It may be used for one set
// after the other.
type Validator struct {
	tables   *Tables
	set      *set
	frames   []frame
	position int
	report   func(Finding)
	// closed is set behind the SE.
	closed bool
}

// frame is an open loop, or the set itself: the item that was used last, and how
// often.
type frame struct {
	items []item
	at    int // -1 before the first
	used  int
	// rounds counts how often the loop was entered, of at most most.
	rounds, most int
}

// NewValidator checks sets of one version and reports what it finds.
func NewValidator(t *Tables, report func(Finding)) *Validator {
	return &Validator{tables: t, report: report}
}

// Begin starts a set by its id. It says false where the tables lack the set: then
// only its elements are checked.
func (v *Validator) Begin(id string) bool {
	v.set, v.position, v.closed = v.tables.sets[id], 0, false
	v.frames = v.frames[:0]
	if v.set == nil {
		return false
	}
	v.frames = append(v.frames, frame{items: v.set.items, at: -1, rounds: 1})
	return true
}

// Position is the number of the segment that was checked last, from ST = 1.
func (v *Validator) Position() int { return v.position }

// Segment checks the next segment, ST and SE included.
func (v *Validator) Segment(s *edi.Segment) {
	v.position++
	if v.set != nil && !v.closed {
		v.place(s)
	}
	if def, ok := v.tables.segments[string(s.Element(0))]; ok {
		v.elements(s, def)
	}
}

// place finds where a segment stands: in the open loop, further on in it, as the
// next round of a loop around it, or further out.
func (v *Validator) place(s *edi.Segment) {
	id := s.Element(0)
	for depth := len(v.frames) - 1; depth >= 0; depth-- {
		if v.again(s, depth, id) || v.forward(s, depth, id) {
			if s.Is("SE") {
				v.closed = true
			}
			return
		}
		if v.nextRound(s, depth, id) {
			return
		}
	}
	v.lost(s)
}

// again takes another use of the item that was used last.
func (v *Validator) again(s *edi.Segment, depth int, id []byte) bool {
	f := &v.frames[depth]
	if f.at < 0 || f.items[f.at].loop != nil || string(id) != f.items[f.at].id {
		return false
	}
	// A later item of the same name takes what is too much for this one.
	if most := f.items[f.at].most; most > 0 && f.used >= most {
		if v.later(f, id) >= 0 || (depth > 0 && f.at == 0) {
			return false // a later item, or the next round of the loop
		}
		v.leave(s, depth)
		f.used++
		v.report(segmentFinding(s, v.position, 2, SegmentTooOften, "%s stands here %d times and may %d times", s.ID(), f.used, most))
		return true
	}
	v.leave(s, depth)
	f.used++
	return true
}

// later gives the next item of a name, -1 where there is none.
func (v *Validator) later(f *frame, id []byte) int {
	for i := f.at + 1; i < len(f.items); i++ {
		if string(id) == f.items[i].id {
			return i
		}
	}
	return -1
}

// forward goes on to a later item, past those that need not be there.
func (v *Validator) forward(s *edi.Segment, depth int, id []byte) bool {
	f := &v.frames[depth]
	at := v.later(f, id)
	if at < 0 {
		return false
	}
	v.leave(s, depth)
	f = &v.frames[depth]
	v.missing(s, f, at)
	f.at, f.used = at, 1
	if f.items[at].loop != nil {
		v.frames = append(v.frames, frame{items: f.items[at].loop, at: 0, used: 1, rounds: 1, most: f.items[at].most})
	}
	return true
}

// nextRound enters the loop of a frame once more.
func (v *Validator) nextRound(s *edi.Segment, depth int, id []byte) bool {
	f := &v.frames[depth]
	if depth == 0 || string(id) != f.items[0].id {
		return false
	}
	v.leave(s, depth)
	f = &v.frames[depth]
	v.missing(s, f, len(f.items))
	f.rounds++
	f.at, f.used = 0, 1
	if f.most > 0 && f.rounds > f.most {
		v.report(segmentFinding(s, v.position, 2, LoopTooOften, "loop %s stands here %d times and may %d times", f.items[0].id, f.rounds, f.most))
	}
	return true
}

// leave closes the loops further in, and reports what they lack.
func (v *Validator) leave(s *edi.Segment, depth int) {
	for len(v.frames) > depth+1 {
		inner := &v.frames[len(v.frames)-1]
		v.missing(s, inner, len(inner.items))
		v.frames = v.frames[:len(v.frames)-1]
	}
}

// missing reports the required items between the last one used and the next.
func (v *Validator) missing(s *edi.Segment, f *frame, next int) {
	for i := f.at + 1; i < next; i++ {
		if f.items[i].required {
			finding := segmentFinding(s, v.position, 2, SegmentMissing, "%s is missing in front of %s", f.items[i].id, s.ID())
			finding.Segment = f.items[i].id
			v.report(finding)
		}
	}
}

// lost reports a segment that has no place where it stands.
func (v *Validator) lost(s *edi.Segment) {
	id := s.ID()
	_, known := v.tables.segments[id]
	switch {
	case v.set.members[id]:
		v.report(segmentFinding(s, v.position, 2, SegmentOutOfOrder, "%s may stand in a %s, but not here", id, v.set.id))
	case known:
		v.report(segmentFinding(s, v.position, 2, SegmentNotInSet, "%s does not belong to a %s", id, v.set.id))
	default:
		v.report(segmentFinding(s, v.position, 1, SegmentUnknown, "%s is no segment of %s", id, v.tables.Version))
	}
}
