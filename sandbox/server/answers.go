package server

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"tradewind/edi/ack"
	"tradewind/edi/schema"
	"tradewind/sandbox/business"
)

// ordersFolder is where our orders lie at Cleo.
const ordersFolder = "outbound/850"

// answerPrefix begins the names of acknowledgements; the order's file id follows.
const answerPrefix = "997_"

// firstAnswer is the control number of the first acknowledgement.
const firstAnswer = 500000

// demanding is a partner that wants a segment which nobody sends.
var demanding = &schema.Overlay{Rules: []schema.Rule{{Set: "850", Path: "CSH", Use: schema.Required}}}

// answerKinds are the ways in which suppliers acknowledge, each with what it demands and how the
// text of a good answer is spoilt.
var answerKinds = map[string]struct {
	rules *schema.Overlay
	spoil *strings.Replacer
}{
	"accepted":  {},
	"errors":    {rules: demanding},
	"rejected":  {rules: demanding, spoil: strings.NewReplacer("AK5*E", "AK5*R", "AK9*E*1*1*1", "AK9*R*1*1*0")},
	"unmatched": {spoil: strings.NewReplacer("AK1*PO*", "AK1*PO*9")},
}

// Answer lets the suppliers acknowledge, all in one way, each order at Cleo that they have not
// answered yet; again answers also those that they have. It gives the number of answers.
func (s *Server) Answer(kind string, again bool) (int, error) {
	how, known := answerKinds[kind]
	if !known {
		return 0, fmt.Errorf("suppliers do not answer with %q", kind)
	}
	s.billing.Lock()
	defer s.billing.Unlock()
	files, n := s.Hub.Files(), 0
	given := map[string]bool{} // the orders that are answered, and the answers
	for _, f := range files {
		if name, ok := strings.CutPrefix(f.Name, answerPrefix); ok {
			_, order, _ := strings.Cut(strings.TrimSuffix(name, ".edi"), "_")
			given[order], given[f.Name] = true, true
		}
	}
	answers := len(given)
	for _, f := range files {
		if f.Folder != ordersFolder || given[f.ID] && !again {
			continue
		}
		content, err := s.Hub.Content(f.ID)
		if err != nil {
			return n, err
		}
		answers++
		number := int64(firstAnswer + answers)
		var out bytes.Buffer
		written, err := ack.Acknowledge(&out, bytes.NewReader(content), schema.Options{Partner: how.rules}, ack.Options{}, ack.Numbers{Interchange: number, Group: number}, business.Now().UTC())
		if err != nil || written == 0 {
			continue // no order of ours
		}
		text := out.String()
		if how.spoil != nil {
			text = how.spoil.Replace(text)
		}
		if err := s.Hub.Deliver(invoicesFolder, fmt.Sprintf("%s%d_%s.edi", answerPrefix, number, f.ID), []byte(text)); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// answer lets suppliers answer: POST /_sandbox/cleo/answers?kind=rejected.
func (s *Server) answer(w http.ResponseWriter, req *http.Request) {
	n, err := s.Answer(req.URL.Query().Get("kind"), req.URL.Query().Get("again") == "true")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	write(w, map[string]int{"answers": n})
}
