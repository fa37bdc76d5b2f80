package cleo

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
)

// partnerLimit is the most partners that one answer lists, whatever was asked for.
const partnerLimit = 100

// routePartners finds what a request wants of the partners; rest is its path below theirs.
func (h *Hub) routePartners(method string, rest []string) (string, http.HandlerFunc) {
	switch {
	case len(rest) == 0 && method == http.MethodGet:
		return "partners list", h.listPartners
	case len(rest) == 0 && method == http.MethodPost:
		return "partners create", func(w http.ResponseWriter, req *http.Request) { h.writePartner(w, req, "", http.StatusCreated) }
	case len(rest) == 1 && method == http.MethodGet:
		return "partners get", func(w http.ResponseWriter, _ *http.Request) { h.getPartner(w, rest[0]) }
	case len(rest) == 1 && method == http.MethodPut:
		return "partners update", func(w http.ResponseWriter, req *http.Request) { h.writePartner(w, req, rest[0], http.StatusOK) }
	case len(rest) < 2:
		return "unknown", func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, http.StatusMethodNotAllowed, method+" is not supported for partners")
		}
	}
	return "unknown", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "no such path") }
}

func (h *Hub) listPartners(w http.ResponseWriter, req *http.Request) {
	query := req.URL.Query()
	selects, err := parseFilter(query.Get("filter"))
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	start, _ := strconv.Atoi(query.Get("startIndex"))
	count, err := strconv.Atoi(query.Get("count"))
	if err != nil || count > partnerLimit {
		count = partnerLimit
	}
	page, total := h.partners.page(selects, max(start, 0), max(count, 1))
	resources := make([]members, len(page))
	for i, p := range page {
		resources[i] = p.resource()
	}
	answer(w, http.StatusOK, map[string]any{"totalResults": total, "startIndex": start, "count": len(page), "resources": resources})
}

func (h *Hub) getPartner(w http.ResponseWriter, id string) {
	p, err := h.partners.get(id)
	if err != nil {
		refusePartner(w, err)
		return
	}
	answer(w, http.StatusOK, p.resource())
}

// writePartner makes a partner, or replaces the whole of one.
func (h *Hub) writePartner(w http.ResponseWriter, req *http.Request, id string, status int) {
	content, err := io.ReadAll(http.MaxBytesReader(w, req.Body, 1<<20))
	if err != nil {
		refuse(w, http.StatusBadRequest, "the body cannot be read")
		return
	}
	var sent members
	if json.Unmarshal(content, &sent) != nil {
		refuse(w, http.StatusBadRequest, "the body is no partner")
		return
	}
	p, err := h.partners.put(id, sent)
	if err != nil {
		refusePartner(w, err)
		return
	}
	answer(w, status, p.resource())
}

func refusePartner(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	switch {
	case errors.Is(err, ErrUnknownPartner):
		status = http.StatusNotFound
	case errors.Is(err, ErrAliasTaken):
		status = http.StatusConflict
	case errors.Is(err, errNotKept):
		status = http.StatusInternalServerError
	}
	refuse(w, status, err.Error())
}

// Partners lists all partners by alias, each as the API shows it.
func (h *Hub) Partners() []map[string]json.RawMessage {
	all, _ := h.partners.page(nil, 0, math.MaxInt)
	out := make([]map[string]json.RawMessage, len(all))
	for i, p := range all {
		out[i] = p.resource()
	}
	return out
}

// AddPartner makes a partner as a person at Cleo does, and gives its id: no fault of the API touches it.
func (h *Hub) AddPartner(fields map[string]json.RawMessage) (id string, err error) {
	p, err := h.partners.put("", fields)
	if err != nil {
		return "", err
	}
	return p.ID, nil
}

// ChangePartner lays fields over a partner as a person at Cleo does. Attributes are laid over its attributes; null takes
// a field or an attribute away.
func (h *Hub) ChangePartner(id string, fields map[string]json.RawMessage) error {
	return h.partners.overlay(id, fields)
}

// RemovePartner takes a partner away, which only a person at Cleo can do.
func (h *Hub) RemovePartner(id string) error { return h.partners.remove(id) }
