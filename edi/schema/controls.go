package schema

import (
	"sort"
	"strconv"
)

// controls remembers control numbers. Senders count upwards, so those that go up are
// kept as ranges, and a group of any length costs a few bytes.
type controls struct {
	ranges []span
	// others holds what is no number, and numbers that come behind a greater one.
	others map[string]bool
}

type span struct{ from, to uint64 }

const (
	// maxControls bounds what is remembered of a group whose numbers follow no order.
	maxControls = 100_000
	// maxControl is how much of a control number is compared; the longest has 9 digits.
	maxControl = 40
)

// has says whether a control number was there.
func (c *controls) has(text string) bool {
	text, n, numeric := canonical(text)
	return c.others[text] || numeric && c.within(n)
}

// add says whether a control number was there already.
func (c *controls) add(text string) (twice bool) {
	text, n, numeric := canonical(text)
	last := len(c.ranges) - 1
	switch {
	case c.others[text] || numeric && c.within(n):
		return true
	case numeric && last >= 0 && n == c.ranges[last].to+1:
		c.ranges[last].to = n
	case len(c.ranges)+len(c.others) >= maxControls:
	case numeric && (last < 0 || n > c.ranges[last].to):
		c.ranges = append(c.ranges, span{n, n})
	default:
		if c.others == nil {
			c.others = map[string]bool{}
		}
		c.others[text] = true
	}
	return false
}

// within says whether a number lies in a range.
func (c *controls) within(n uint64) bool {
	behind := sort.Search(len(c.ranges), func(i int) bool { return c.ranges[i].from > n })
	return behind > 0 && n <= c.ranges[behind-1].to
}

// canonical gives a control number as it is remembered: leading zeros do not count.
func canonical(text string) (key string, n uint64, numeric bool) {
	if n, err := strconv.ParseUint(text, 10, 63); err == nil {
		return strconv.FormatUint(n, 10), n, true
	}
	return string(append([]byte(nil), text[:min(len(text), maxControl)]...)), 0, false
}
