package server

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"tradewind/edi"
	"tradewind/sandbox/business"
)

// ordersFolder is where our orders lie at Cleo.
const ordersFolder = "outbound/850"

// answerPrefix begins the names of acknowledgements; the order's file id follows.
const answerPrefix = "997_"

// firstAnswer is the control number of the first acknowledgement.
const firstAnswer = 500000

// answerKinds are the ways in which suppliers acknowledge a group of one set: AK501, the count
// of accepted sets, whether they miss a segment, and what is added to the number of the group.
var answerKinds = map[string]struct {
	code, accepted string
	misses         bool
	off            int
}{
	"accepted":  {code: "A", accepted: "1"},
	"errors":    {code: "E", accepted: "1", misses: true},
	"rejected":  {code: "R", accepted: "0", misses: true},
	"unmatched": {code: "A", accepted: "1", off: 900000},
}

// Answer lets the suppliers acknowledge, all in one way, each order at Cleo that they have not
// answered yet; again answers also those that they have. It gives the number of answers.
func (s *Server) Answer(kind string, again bool) (int, error) {
	if _, known := answerKinds[kind]; !known {
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
		trees, err := edi.ReadAll(bytes.NewReader(content))
		if err != nil || len(trees) != 1 || len(trees[0].Groups) != 1 {
			continue // no order of ours
		}
		answers++
		text, err := acknowledge(trees[0], kind, firstAnswer+answers)
		if err == nil {
			err = s.Hub.Deliver(invoicesFolder, fmt.Sprintf("%s%d_%s.edi", answerPrefix, firstAnswer+answers, f.ID), text)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// acknowledge writes the 997 of an order's group.
func acknowledge(order edi.InterchangeTree, kind string, number int) ([]byte, error) {
	how, group, set, s := answerKinds[kind], order.Groups[0], order.Groups[0].Sets[0], edi.NewSegment
	control, err := strconv.Atoi(group.Control)
	if err != nil {
		return nil, err
	}
	verdict, segments := s("AK5", how.code), []edi.SegmentData{s("AK1", group.Functional, strconv.Itoa(control+how.off)), s("AK2", set.ID, set.Control)}
	if how.misses { // a segment that nobody sends
		verdict, segments = s("AK5", how.code, "5"), append(segments, s("AK3", "CSH", "6", "", "3"))
	}
	segments = append(segments, verdict, s("AK9", how.code, "1", "1", how.accepted))
	var out bytes.Buffer
	e := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Segment: '~'})
	for _, write := range []func() error{
		func() error {
			return e.BeginInterchange(edi.Interchange{SenderQualifier: order.ReceiverQualifier, Sender: order.Receiver, ReceiverQualifier: order.SenderQualifier, Receiver: order.Sender,
				Time: business.Now().UTC(), Version: "00401", Control: fmt.Sprintf("%09d", number), Usage: order.Usage})
		},
		func() error {
			return e.BeginGroup(edi.Group{Functional: "FA", Sender: group.Receiver, Receiver: group.Sender, Time: business.Now().UTC(), Control: strconv.Itoa(number), Version: "004010"})
		},
		func() error { return e.WriteSet("997", "0001", segments) },
		e.EndGroup, e.EndInterchange,
	} {
		if err := write(); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
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
