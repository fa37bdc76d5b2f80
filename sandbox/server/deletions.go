package server

import (
	"net/http"
	"slices"

	"tradewind/sandbox/business"
)

// DeleteOrder deletes an order in M3, as order types do that do not set it to status 99. It says
// false where M3 has none of that number.
func (s *Server) DeleteOrder(cono, number string) (found bool, err error) {
	err = s.Change(func(orders *[]*business.Order) {
		left := slices.DeleteFunc(slices.Clone(*orders), func(o *business.Order) bool { return o.Head["CONO"] == cono && o.Head["PUNO"] == number })
		found, *orders = len(left) < len(*orders), left
	})
	return found, err
}

// deleteOrder serves DELETE /_sandbox/infor/orders/{cono}/{number}.
func (s *Server) deleteOrder(w http.ResponseWriter, req *http.Request) {
	found, err := s.DeleteOrder(req.PathValue("cono"), req.PathValue("number"))
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case !found:
		http.NotFound(w, req)
	}
}
