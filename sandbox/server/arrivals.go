package server

import (
	"bytes"
	"time"

	"tradewind/edi"
)

// ordersFolder is where our orders lie at Cleo, until it takes them.
const ordersFolder = "outbound/850"

// arrived is an order, or a change of one, that reached its supplier through Cleo.
type arrived struct {
	edi.InterchangeTree
	id     string // of its file
	at     time.Time
	number string // BEG03 or BCH03
}

func (a arrived) partner() string { return a.Groups[0].Receiver }

func (a arrived) set() edi.Set { return a.Groups[0].Sets[0] }

// arrivals are the orders and changes at Cleo, also those that it has taken.
func (s *Server) arrivals() ([]arrived, error) {
	var out []arrived
	for _, f := range s.Hub.Files() {
		if f.Folder != ordersFolder && !f.Consumed {
			continue
		}
		content, err := s.Hub.Content(f.ID)
		if err != nil {
			return nil, err
		}
		trees, err := edi.ReadAll(bytes.NewReader(content))
		if err != nil || len(trees) != 1 || len(trees[0].Groups) != 1 || len(trees[0].Groups[0].Sets) == 0 {
			continue // no order of ours
		}
		set := trees[0].Groups[0].Sets[0]
		if set.ID != "850" && set.ID != "860" || len(set.Segments) == 0 {
			continue // nobody acknowledges an acknowledgement
		}
		out = append(out, arrived{InterchangeTree: trees[0], id: f.ID, at: f.Modified, number: set.Segments[0].Element(3)})
	}
	return out, nil
}
