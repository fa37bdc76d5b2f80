package server

import (
	"encoding/json"
	"errors"
	"net/http"

	"tradewind/sandbox/cleo"
)

// changePartner lays fields over a trading partner as a person at Cleo does: {"type": "carrier", "attributes": {"city":
// "Milwaukee", "fax": null}}. Null takes a field or an attribute away.
func (s *Server) changePartner(w http.ResponseWriter, req *http.Request) {
	var fields map[string]json.RawMessage
	if err := json.NewDecoder(req.Body).Decode(&fields); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	settle(w, req, s.Hub.ChangePartner(req.PathValue("id"), fields))
}

// removePartner serves DELETE /_sandbox/cleo/partners/{id}.
func (s *Server) removePartner(w http.ResponseWriter, req *http.Request) {
	settle(w, req, s.Hub.RemovePartner(req.PathValue("id")))
}

// settle answers a change of a partner.
func settle(w http.ResponseWriter, req *http.Request, err error) {
	switch {
	case errors.Is(err, cleo.ErrUnknownPartner):
		http.NotFound(w, req)
	case errors.Is(err, cleo.ErrAliasTaken):
		http.Error(w, err.Error(), http.StatusConflict)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}
