package server

import (
	"cmp"
	"slices"
)

// silent is the supplier that never acknowledges, by the group id of suppliers.csv.
const silent = "LAKEADH"

// habits are what suppliers say besides of the orders that they accept: one confirms them as they
// are, one confirms less, and the application of one takes them in.
var habits = map[string]string{"IRONBRIDGE": "confirmed", "SUMMITSAFE": "confirmed-less", "DELPIPE": "advised"}

// AnswerByScript lets each supplier answer, once, the orders that it got, as suppliers do: nearly
// all accept, and few say more. One never answers. Of the other orders, the one with the lowest
// number is rejected for a segment that it misses, and the one behind it accepted with errors; what
// is sent again under their numbers is accepted. It gives the answers that are new.
func (s *Server) AnswerByScript() ([]Answered, error) { return s.reply(false, script) }

// script chooses over all orders, answered or not, so that each call chooses alike.
func script(orders []arrived) []reply {
	orders = slices.SortedFunc(slices.Values(orders), func(a, b arrived) int {
		return cmp.Or(cmp.Compare(len(a.number), len(b.number)), cmp.Compare(a.number, b.number), a.at.Compare(b.at), cmp.Compare(a.id, b.id))
	})
	var out []reply
	refusals, last := []string{"rejected", "errors"}, ""
	for _, order := range orders {
		if order.partner() == silent {
			continue
		}
		kind := "accepted"
		if order.number != last && len(refusals) > 0 {
			kind, refusals = refusals[0], refusals[1:]
		}
		out, last = append(out, reply{order, kind}), order.number
		if habit := habits[order.partner()]; habit != "" && kind == "accepted" {
			out = append(out, reply{order, habit})
		}
	}
	return out
}
