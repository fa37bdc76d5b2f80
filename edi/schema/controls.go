package schema

import (
	"sort"
	"strconv"
)

// controls remembers the control numbers of a group as ranges, because senders count
// upwards: a group of any length costs a few bytes.
type controls struct {
	ranges []span
	// others holds what is no number.
	others map[string]bool
}

type span struct{ from, to uint64 }

// maxControls bounds what is remembered of a group whose numbers follow no order.
const maxControls = 100_000

// has says whether a control number was there.
func (c *controls) has(text string) bool {
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return c.others[text]
	}
	at := sort.Search(len(c.ranges), func(i int) bool { return c.ranges[i].from > n })
	return at > 0 && n <= c.ranges[at-1].to
}

// add says whether a control number was there already.
func (c *controls) add(text string) (twice bool) {
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		twice = c.others[text]
		if c.others == nil {
			c.others = map[string]bool{}
		}
		if len(c.others) < maxControls {
			c.others[text] = true
		}
		return twice
	}
	at := sort.Search(len(c.ranges), func(i int) bool { return c.ranges[i].from > n }) // the first range behind n
	switch {
	case at > 0 && n <= c.ranges[at-1].to:
		return true
	case at > 0 && n == c.ranges[at-1].to+1:
		c.ranges[at-1].to = n
		if at < len(c.ranges) && c.ranges[at].from == n+1 {
			c.ranges[at-1].to = c.ranges[at].to
			c.ranges = append(c.ranges[:at], c.ranges[at+1:]...)
		}
	case at < len(c.ranges) && c.ranges[at].from == n+1:
		c.ranges[at].from = n
	case len(c.ranges) < maxControls:
		c.ranges = append(c.ranges, span{})
		copy(c.ranges[at+1:], c.ranges[at:])
		c.ranges[at] = span{n, n}
	}
	return false
}
