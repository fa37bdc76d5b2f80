package server

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"tradewind/sandbox/infor"
)

// take reads the body of a change, which may be empty, and makes the change.
func take[T any](w http.ResponseWriter, req *http.Request, change func(T) error) {
	var body T
	if err := json.NewDecoder(req.Body).Decode(&body); err != nil && !errors.Is(err, io.EOF) {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch err := change(body); {
	case errors.Is(err, infor.ErrUnknown):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// receive books receipts: {"lines": {"10": "500"}}, or all that is open.
func (s *Server) receive(w http.ResponseWriter, req *http.Request) {
	type receipt struct {
		Lines map[string]string `json:"lines"`
	}
	take(w, req, func(r receipt) error { return s.M3.Receive(req.PathValue("cono"), req.PathValue("number"), r.Lines) })
}

// changeAccount lays fields over an accounting object: {"LCCD": "1"} blocks it.
func (s *Server) changeAccount(w http.ResponseWriter, req *http.Request) {
	take(w, req, func(fields map[string]string) error {
		return s.M3.ChangeAccount(req.PathValue("dimension"), req.PathValue("id"), fields)
	})
}

// closePeriods takes the closed periods by company: {"100": ["202601"]}.
func (s *Server) closePeriods(w http.ResponseWriter, req *http.Request) {
	take(w, req, s.M3.ClosePeriods)
}

// expose takes further names of programs: {"APS100MI": "APS450MI"}.
func (s *Server) expose(w http.ResponseWriter, req *http.Request) { take(w, req, s.M3.Expose) }

// setProfile takes the whole profile: {"onPremises": true, "validationDelayMillis": 200}.
func (s *Server) setProfile(w http.ResponseWriter, req *http.Request) { take(w, req, s.M3.SetProfile) }

// setMatching lets validations fail for a while: {"failNext": 2, "status": "78"}.
func (s *Server) setMatching(w http.ResponseWriter, req *http.Request) {
	take(w, req, s.M3.SetMatching)
}
