package server

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"tradewind/edi"
	"tradewind/sandbox/business"
)

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

// reply is what a supplier is about to answer.
type reply struct {
	order arrived
	kind  string
}

// Answer lets the suppliers acknowledge, all in one way, each order at Cleo that they have not
// answered yet; again answers also those that they have. It gives the number of answers.
func (s *Server) Answer(kind string, again bool) (int, error) {
	if _, known := answerKinds[kind]; !known {
		return 0, fmt.Errorf("suppliers do not answer with %q", kind)
	}
	given, err := s.reply(again, func(orders []arrived) []reply {
		out := make([]reply, len(orders))
		for i, order := range orders {
			out[i] = reply{order, kind}
		}
		return out
	})
	return len(given), err
}

// reply delivers the chosen replies, but to orders that have one only when again is set.
func (s *Server) reply(again bool, choose func([]arrived) []reply) ([]Answered, error) {
	s.billing.Lock()
	defer s.billing.Unlock()
	orders, err := s.arrivals()
	if err != nil {
		return nil, err
	}
	kept, err := s.Answers()
	if err != nil {
		return nil, err
	}
	answered := map[string]bool{}
	for _, a := range kept {
		answered[a.To] = true
	}
	replies := slices.DeleteFunc(choose(orders), func(r reply) bool { return answered[r.order.id] && !again })
	if len(replies) == 0 {
		return nil, nil
	}
	return s.deliver(replies, kept)
}

// deliver numbers the answers behind the kept ones and puts them where our mailbox gets them.
func (s *Server) deliver(replies []reply, kept []Answered) ([]Answered, error) {
	given, texts := make([]Answered, len(replies)), make([][]byte, len(replies))
	for i, r := range replies {
		number := firstAnswer + len(kept) + i + 1
		text, err := acknowledge(r.order.InterchangeTree, r.kind, number)
		if err != nil {
			return nil, err
		}
		texts[i] = text
		given[i] = Answered{Order: r.order.number, Partner: r.order.partner(), Kind: r.kind, To: r.order.id,
			File: fmt.Sprintf("%s%d_%s.edi", answerPrefix, number, r.order.id)}
	}
	// The list comes first, so that no order is answered twice.
	if err := s.saveAnswers(append(kept, given...)); err != nil {
		return nil, err
	}
	for i, a := range given {
		if err := s.Hub.Deliver(invoicesFolder, a.File, texts[i]); err != nil {
			return given[:i], err
		}
	}
	return given, nil
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

// answer lets suppliers answer: POST /_sandbox/cleo/answers?kind=rejected; kind=script has each of
// them answer in its own way.
func (s *Server) answer(w http.ResponseWriter, req *http.Request) {
	kind, again := req.URL.Query().Get("kind"), req.URL.Query().Get("again") == "true"
	if kind == "script" {
		given, err := s.AnswerByScript()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		write(w, map[string]int{"answers": len(given)})
		return
	}
	n, err := s.Answer(kind, again)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	write(w, map[string]int{"answers": n})
}
