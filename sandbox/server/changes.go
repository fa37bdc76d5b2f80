package server

import (
	"time"

	"tradewind/sandbox/business"
)

// postponement is by how much a buyer postpones a line.
const postponement = 7 * 24 * time.Hour

// Postpone has a buyer postpone the first line of one order by a week, as happens after an order
// was sent: that of the third order that can go out, or of the last where there are fewer. It gives
// the order's number, none where there is no order.
func (s *Server) Postpone() (number string, err error) {
	err = s.Change(func(orders *[]*business.Order) {
		var chosen *business.Order
		seen := 0
		for _, o := range *orders {
			if o.Kind == business.Normal && seen < 3 {
				chosen, seen = o, seen+1
			}
		}
		if chosen == nil {
			return
		}
		line := chosen.Lines[0]
		day, unreadable := time.Parse("20060102", line["DWDT"])
		if unreadable != nil {
			err = unreadable
			return
		}
		today := business.Now().Format("20060102")
		line["DWDT"], line["LMDT"], chosen.Head["LMDT"] = day.Add(postponement).Format("20060102"), today, today
		number = chosen.Head["PUNO"]
	})
	return number, err
}
