package doc

import (
	"fmt"
	"slices"

	"tradewind/edi"
)

// marshal writes a document by the description of its set; mtx says that free text of a
// purchase order stands in MTX.
func marshal[T any](l *loop[T], document *T, v Version, mtx bool) ([]edi.SegmentData, error) {
	c := codec{writing: true, mtx: mtx, out: make([]edi.SegmentData, 0, commonSegments)}
	if c.limits, c.err = v.limits(); c.err != nil {
		return nil, c.err
	}
	if l.write(&c, document); c.err != nil {
		return nil, c.err
	}
	return c.out, nil
}

// unmarshal reads a document by the description of its set.
func unmarshal[T any](l *loop[T], segments []edi.SegmentData) (T, error) {
	var document, none T
	if first := l.parts[0].id; len(segments) == 0 || segments[0].ID != first {
		return none, &FieldError{Path: first, Err: fmt.Errorf("%w: the set has to begin with it", ErrMissing)}
	}
	c := codec{segments: segments}
	if l.readWithin(&c, &document); c.err == nil && c.at < len(segments) {
		c.take()
		c.fail(0, ErrTwice)
	}
	for _, p := range l.parts {
		if p.required && c.err == nil && !slices.Contains(c.met, p.id) {
			c.err = &FieldError{Path: p.id, Err: ErrMissing}
		}
	}
	if c.err != nil {
		return none, c.err
	}
	return document, nil
}
