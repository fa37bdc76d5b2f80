package server

import (
	"encoding/json"
	"net/http"
	"strconv"

	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// inspection serves what each side really holds, so that tests count effects.
func (s *Server) inspection(mux *http.ServeMux) {
	show := func(path string, value func() any) {
		mux.HandleFunc("GET /_sandbox/"+path, func(w http.ResponseWriter, _ *http.Request) { write(w, value()) })
	}
	show("infor/orders", func() any { return s.orders() })
	show("infor/expected", func() any { return s.expected() })
	show("infor/batches", func() any { return s.M3.Batches() })
	show("infor/vouchers", func() any { return s.M3.Vouchers() })
	show("infor/selfbilled", func() any { return s.SelfBilled() })
	show("infor/accounts", func() any { return s.M3.Accounts() })
	show("infor/profile", func() any { return s.M3.Profile() })
	show("infor/matching", func() any { return s.M3.Matching() })
	s.masterData(mux)
	show("cleo/files", func() any { return s.Hub.Files() })
	show("cleo/partners", func() any { return s.Hub.Partners() })
	show("calls", func() any { return s.Calls() })
	show("held", func() any { return s.Faults.Held() })
	show("faults", func() any { return s.Faults.Rules() })
	mux.HandleFunc("GET /_sandbox/cleo/files/{id}/content", s.content)
	mux.HandleFunc("GET /_sandbox/cleo/invoices", s.listInvoices)
	mux.HandleFunc("POST /_sandbox/cleo/invoices", s.addInvoices)
	mux.HandleFunc("PUT /_sandbox/faults", s.setFaults)
	mux.HandleFunc("PUT /_sandbox/infor/orders/{cono}/{number}", s.changeOrder)
	mux.HandleFunc("DELETE /_sandbox/infor/orders/{cono}/{number}", s.deleteOrder)
	mux.HandleFunc("GET /_sandbox/cleo/answers", s.listAnswers)
	mux.HandleFunc("POST /_sandbox/cleo/answers", s.answer)
	mux.HandleFunc("POST /_sandbox/infor/orders", s.addOrders)
	mux.HandleFunc("PUT /_sandbox/infor/denied", s.deny)
	mux.HandleFunc("PUT /_sandbox/infor/receipts/{cono}/{number}", s.receive)
	mux.HandleFunc("PUT /_sandbox/infor/accounts/{dimension}/{id}", s.changeAccount)
	mux.HandleFunc("POST /_sandbox/infor/selfbilled", s.addSelfBilled)
	mux.HandleFunc("PUT /_sandbox/infor/selfbilled/{number}", s.changeSelfBilled)
	mux.HandleFunc("PUT /_sandbox/cleo/partners/{id}", s.changePartner)
	mux.HandleFunc("DELETE /_sandbox/cleo/partners/{id}", s.removePartner)
	mux.HandleFunc("PUT /_sandbox/infor/periods", s.closePeriods)
	mux.HandleFunc("PUT /_sandbox/infor/programs", s.expose)
	mux.HandleFunc("PUT /_sandbox/infor/profile", s.setProfile)
	mux.HandleFunc("PUT /_sandbox/infor/matching", s.setMatching)
}

func write(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value) // the caller may be gone
}

// orders shows each order as GetHead, with its status, its lines and its texts.
func (s *Server) orders() []map[string]any {
	out := []map[string]any{}
	s.M3.Orders(func(orders *[]*business.Order) {
		for _, o := range *orders {
			shown := map[string]any{"lines": copies(o.Lines), "headText": append([]string{}, o.HeadText...)}
			for name, value := range o.Head {
				shown[name] = value
			}
			out = append(out, shown)
		}
	})
	return out
}

func copies(records []map[string]string) []map[string]string {
	out := make([]map[string]string, len(records))
	for i, r := range records {
		out[i] = map[string]string{}
		for name, value := range r {
			out[i][name] = value
		}
	}
	return out
}

func (s *Server) expected() []map[string]string {
	out := []map[string]string{}
	s.M3.Orders(func(orders *[]*business.Order) {
		for _, o := range *orders {
			out = append(out, map[string]string{"puno": o.Head["PUNO"], "cono": o.Head["CONO"], "divi": o.Head["DIVI"], "suno": o.Head["SUNO"], "kind": o.Kind})
		}
	})
	return out
}

func (s *Server) content(w http.ResponseWriter, req *http.Request) {
	content, err := s.Hub.Content(req.PathValue("id"))
	if err != nil {
		http.NotFound(w, req)
		return
	}
	_, _ = w.Write(content) // the caller may be gone
}

// addOrders makes more orders: POST /_sandbox/infor/orders?n=10&kind=normal.
func (s *Server) addOrders(w http.ResponseWriter, req *http.Request) {
	n, err := strconv.Atoi(req.URL.Query().Get("n"))
	kind := req.URL.Query().Get("kind")
	if kind == "" {
		kind = business.Normal
	}
	if err != nil || n < 1 || !business.Known(kind) {
		http.Error(w, "n must be a number and kind one of the kinds of orders", http.StatusBadRequest)
		return
	}
	numbers, err := s.AddOrders(kind, n)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, numbers)
}

// deny takes the list of programs that the service user may not run.
func (s *Server) deny(w http.ResponseWriter, req *http.Request) {
	var programs []string
	if err := json.NewDecoder(req.Body).Decode(&programs); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.M3.Deny(programs...)
}

func (s *Server) setFaults(w http.ResponseWriter, req *http.Request) {
	var set faults.Set
	if err := json.NewDecoder(req.Body).Decode(&set); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.Faults.Replace(set)
	write(w, s.Faults.Rules())
}

// changeOrder lays head fields, and fields of lines by PNLI, over an order.
func (s *Server) changeOrder(w http.ResponseWriter, req *http.Request) {
	var patch struct {
		Head  map[string]string            `json:"head"`
		Lines map[string]map[string]string `json:"lines"`
	}
	if err := json.NewDecoder(req.Body).Decode(&patch); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	found := false
	err := s.Change(func(orders *[]*business.Order) {
		for _, o := range *orders {
			if o.Head["CONO"] == req.PathValue("cono") && o.Head["PUNO"] == req.PathValue("number") {
				found = true
				overlay(o, patch.Head, patch.Lines)
			}
		}
	})
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case !found:
		http.NotFound(w, req)
	}
}

func overlay(o *business.Order, head map[string]string, lines map[string]map[string]string) {
	for name, value := range head {
		o.Head[name] = value
	}
	for _, l := range o.Lines {
		for name, value := range lines[l["PNLI"]] {
			l[name] = value
		}
	}
	o.Head["NOLN"] = strconv.Itoa(len(o.Lines))
}
