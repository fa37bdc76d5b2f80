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

// firstAnswer is the control number in front of that of the first answer.
const firstAnswer = 500000

// reply is what a supplier is about to answer.
type reply struct {
	order arrived
	kind  string
}

// Answer lets the suppliers answer, all in one way, each order at Cleo that they have not answered
// yet with such a set; again answers also those that they have, and numbers choose the orders. It
// gives the number of answers.
func (s *Server) Answer(kind string, again bool, numbers ...string) (int, error) {
	if _, known := ways[kind]; !known {
		return 0, fmt.Errorf("suppliers do not answer with %q", kind)
	}
	given, err := s.reply(again, func(orders []arrived) (out []reply) {
		for _, order := range orders {
			if len(numbers) == 0 || slices.Contains(numbers, order.number) {
				out = append(out, reply{order, kind})
			}
		}
		return out
	})
	return len(given), err
}

// reply delivers the chosen replies, but to orders that have one of the kind only when again is set.
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
	type question struct{ order, set string }
	answered := map[question]bool{}
	for _, a := range kept {
		answered[question{a.To, ways[a.Kind].set}] = true
	}
	replies := slices.DeleteFunc(choose(orders), func(r reply) bool {
		way := ways[r.kind]
		return !way.fits(r.order) || answered[question{r.order.id, way.set}] && !again
	})
	if len(replies) == 0 {
		return nil, nil
	}
	return s.deliver(replies, kept)
}

// deliver numbers the answers behind the kept ones and puts them where our mailbox gets them; those
// that come late or never are written down only.
func (s *Server) deliver(replies []reply, kept []Answered) ([]Answered, error) {
	var given []Answered
	texts := map[string][]byte{}
	for _, r := range replies {
		way := ways[r.kind]
		for range max(1, way.files) {
			a := Answered{Order: r.order.number, Partner: r.order.partner(), Set: way.set, Kind: r.kind, To: r.order.id, Becomes: "overdue"}
			if way.files > 0 && !way.late {
				text, err := a.compose(r.order, len(kept)+len(given))
				if err != nil {
					return nil, err
				}
				texts[a.File] = text
			}
			given = append(given, a)
		}
	}
	// The list comes first, so that no order is answered twice.
	if err := s.saveAnswers(append(kept, given...)); err != nil {
		return nil, err
	}
	return given, s.send(given, texts)
}

// Due lets the suppliers send what they put off, and gives the number of answers.
func (s *Server) Due() (int, error) {
	s.billing.Lock()
	defer s.billing.Unlock()
	orders, err := s.arrivals()
	if err != nil {
		return 0, err
	}
	kept, err := s.Answers()
	if err != nil {
		return 0, err
	}
	var due []Answered
	texts := map[string][]byte{}
	for i := range kept {
		a := &kept[i]
		at := slices.IndexFunc(orders, func(order arrived) bool { return order.id == a.To })
		if a.File != "" || !ways[a.Kind].late || at < 0 {
			continue
		}
		text, err := a.compose(orders[at], i)
		if err != nil {
			return 0, err
		}
		texts[a.File], due = text, append(due, *a)
	}
	if err := s.saveAnswers(kept); err != nil {
		return 0, err
	}
	return len(due), s.send(due, texts)
}

// send puts the files of answers where our mailbox gets them.
func (s *Server) send(given []Answered, texts map[string][]byte) error {
	for _, a := range given {
		if a.File == "" {
			continue
		}
		if err := s.Hub.Deliver(invoicesFolder, a.File, texts[a.File]); err != nil {
			return err
		}
	}
	return nil
}

// compose writes the file of an answer; its place in the list makes its control number.
func (a *Answered) compose(order arrived, place int) ([]byte, error) {
	way, number := ways[a.Kind], firstAnswer+place+1
	a.File = fmt.Sprintf("%s_%d_%s.edi", way.set, number, order.id)
	a.Expect, a.Becomes = way.expect, way.order
	if a.Kind == "confirmed-without" && len(order.lines()) == 1 {
		a.Becomes = "rejected" // nothing is left of it
	}
	group := order.Groups[0]
	var out bytes.Buffer
	e := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Segment: '~'})
	for _, write := range []func() error{
		func() error {
			return e.BeginInterchange(edi.Interchange{SenderQualifier: order.ReceiverQualifier, Sender: order.Receiver, ReceiverQualifier: order.SenderQualifier, Receiver: order.Sender,
				Time: business.Now().UTC(), Version: "00401", Control: fmt.Sprintf("%09d", number), Usage: order.Usage})
		},
		func() error {
			return e.BeginGroup(edi.Group{Functional: functional[way.set], Sender: group.Receiver, Receiver: group.Sender, Time: business.Now().UTC(), Control: strconv.Itoa(number), Version: "004010"})
		},
		func() error { return e.WriteSet(way.set, "0001", way.segments(order)) },
		e.EndGroup, e.EndInterchange,
	} {
		if err := write(); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// answer lets suppliers answer: POST /_sandbox/cleo/answers?kind=rejected&order=4500001; kind=script
// has each of them answer in its own way, and kind=due has them send what they put off.
func (s *Server) answer(w http.ResponseWriter, req *http.Request) {
	var (
		n      int
		err    error
		status = http.StatusInternalServerError
		query  = req.URL.Query()
	)
	switch kind := query.Get("kind"); kind {
	case "script":
		var given []Answered
		given, err = s.AnswerByScript()
		n = len(given)
	case "due":
		n, err = s.Due()
	default:
		n, err = s.Answer(kind, query.Get("again") == "true", query["order"]...)
		status = http.StatusBadRequest
	}
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	write(w, map[string]int{"answers": n})
}
