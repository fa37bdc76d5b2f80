package server

import (
	"net/http"
	"strconv"

	"tradewind/sandbox/business"
)

// SelfBilledInvoice is one that our company wrote in the supplier's place, and what is to become of it.
type SelfBilledInvoice struct {
	Number   string `json:"invoice"`
	Supplier string `json:"supplier"`
	Cono     string `json:"cono"`
	Total    string `json:"total"` // negative on a credit note
	Currency string `json:"currency"`
	Kind     string `json:"kind"`
	Expect   string `json:"expect"` // sent, or not eligible as long as it may not be paid
}

// SelfBilled lists the self-billed invoices that M3 has posted, in the order of their numbers.
func (s *Server) SelfBilled() []SelfBilledInvoice {
	posted := map[string]map[string]any{}
	for _, v := range s.M3.Vouchers() {
		if v["CONO"] == business.SelfBilledCono && v["SUNO"] == business.SelfBiller {
			posted[v["SINO"].(string)] = v
		}
	}
	out := []SelfBilledInvoice{}
	for {
		n := len(out) + 1
		v, made := posted[business.SelfBilledNumber(n)]
		if !made {
			return out
		}
		one := SelfBilledInvoice{Number: business.SelfBilledNumber(n), Supplier: business.SelfBiller, Cono: business.SelfBilledCono,
			Total: business.Number(v["CUAM"].(string)).StringFixed(2), Currency: v["CUCD"].(string), Kind: business.SelfBilledKind(n), Expect: "sent"}
		if v["APRV"] == "0" || (v["IVBL"] != nil && v["IVBL"] != "0") {
			one.Expect = "not eligible"
		}
		out = append(out, one)
	}
}

// AddSelfBilled posts n more self-billed invoices, of each kind in turn, and gives them.
func (s *Server) AddSelfBilled(n int) ([]SelfBilledInvoice, error) {
	s.billing.Lock()
	defer s.billing.Unlock()
	before := len(s.SelfBilled())
	for _, b := range s.generator.SelfBilled(n, before) {
		if err := s.M3.Enter(b.Cono, b.Divi, b.Head, b.Lines); err != nil {
			return nil, err
		}
	}
	return s.SelfBilled()[before:], nil
}

// firstSelfBilled makes those that the options ask for, once.
func (s *Server) firstSelfBilled(n int) error {
	if len(s.SelfBilled()) > 0 || n < 1 {
		return nil
	}
	_, err := s.AddSelfBilled(n)
	return err
}

// addSelfBilled makes more: POST /_sandbox/infor/selfbilled?n=7.
func (s *Server) addSelfBilled(w http.ResponseWriter, req *http.Request) {
	n, err := strconv.Atoi(req.URL.Query().Get("n"))
	if err != nil || n < 1 {
		http.Error(w, "n must be a number", http.StatusBadRequest)
		return
	}
	made, err := s.AddSelfBilled(n)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, made)
}

// changeSelfBilled lays fields over the head of one: {"APRV": "1"} approves it.
func (s *Server) changeSelfBilled(w http.ResponseWriter, req *http.Request) {
	take(w, req, func(fields map[string]string) error {
		return s.M3.ChangeInvoice(business.SelfBilledCono, business.SelfBiller, req.PathValue("number"), fields)
	})
}
