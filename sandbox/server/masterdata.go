package server

import "net/http"

// masterData serves the suppliers and customers that M3 holds, and their changes by a person in M3: each moves LMDT, LMTS
// and CHNO on.
func (s *Server) masterData(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sandbox/infor/suppliers", func(w http.ResponseWriter, _ *http.Request) { write(w, s.M3.Suppliers()) })
	mux.HandleFunc("GET /_sandbox/infor/customers", func(w http.ResponseWriter, _ *http.Request) { write(w, s.M3.Customers()) })
	mux.HandleFunc("PUT /_sandbox/infor/suppliers/{cono}/{number}", changeOf(s.M3.ChangeSupplier))
	mux.HandleFunc("PUT /_sandbox/infor/customers/{cono}/{number}", changeOf(s.M3.ChangeCustomer))
	mux.HandleFunc("DELETE /_sandbox/infor/suppliers/{cono}/{number}", s.deleteSupplier)
}

// changeOf lays fields over a record: {"SUNM": "Halvorsen Drives"}; "" empties one.
func changeOf(change func(cono, number string, fields map[string]string) error) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		take(w, req, func(fields map[string]string) error {
			return change(req.PathValue("cono"), req.PathValue("number"), fields)
		})
	}
}

// deleteSupplier deletes one with its addresses and references.
func (s *Server) deleteSupplier(w http.ResponseWriter, req *http.Request) {
	take(w, req, func(struct{}) error { return s.M3.DeleteSupplier(req.PathValue("cono"), req.PathValue("number")) })
}
