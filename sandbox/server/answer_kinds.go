package server

import "tradewind/edi"

// way is one way of answering an order.
type way struct {
	set   string // 997, 855 or 824
	files int    // in how many files; a supplier that never answers sends none
	late  bool   // nothing is sent before the supplier is asked for what is due
	// expect is what is to become of our record of the answer, and order what it makes of the
	// order; empty where it stays as it is.
	expect, order string
	segments      func(arrived) []edi.SegmentData
}

// functional are the codes of GS01, by the set.
var functional = map[string]string{"997": "FA", "855": "PR", "824": "AG"}

// ways are the kinds of answers. What is expected of one that differs holds under the shipped
// configuration, which parks it.
var ways = map[string]way{
	"accepted":  {set: "997", files: 1, expect: "accepted", order: "acknowledged", segments: acknowledgement{code: "A"}.segments},
	"errors":    {set: "997", files: 1, expect: "accepted", order: "acknowledged", segments: acknowledgement{code: "E", misses: true}.segments},
	"rejected":  {set: "997", files: 1, expect: "accepted", order: "rejected", segments: acknowledgement{code: "R", misses: true}.segments},
	"twice":     {set: "997", files: 2, expect: "accepted", order: "acknowledged", segments: acknowledgement{code: "A"}.segments},
	"late":      {set: "997", files: 1, late: true, expect: "accepted", order: "acknowledged", segments: acknowledgement{code: "A"}.segments},
	"never":     {set: "997"},
	"unmatched": {set: "997", files: 1, expect: "parked", segments: acknowledgement{code: "A", off: 900000}.segments},

	"confirmed":         {set: "855", files: 1, expect: "accepted", segments: confirmation{code: "AD"}.segments},
	"confirmed-less":    {set: "855", files: 1, expect: "parked", segments: confirmation{code: "AC", change: less}.segments},
	"confirmed-later":   {set: "855", files: 1, expect: "parked", segments: confirmation{code: "AC", change: later}.segments},
	"confirmed-without": {set: "855", files: 1, expect: "parked", segments: confirmation{code: "AC", change: refused}.segments},

	"advised":          {set: "824", files: 1, expect: "accepted", segments: advice{code: "TA"}.segments},
	"advised-errors":   {set: "824", files: 1, expect: "accepted", segments: advice{code: "TE"}.segments},
	"advised-rejected": {set: "824", files: 1, expect: "accepted", order: "rejected", segments: advice{code: "TR"}.segments},
}

// fits says whether an order can be answered so: only an order with lines is confirmed, and a
// change of one is not.
func (w way) fits(order arrived) bool {
	return w.set != "855" || order.set().ID == "850" && len(order.lines()) > 0
}
