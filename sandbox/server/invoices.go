package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"tradewind/sandbox/business"
)

// invoicesFolder is where Cleo puts what the suppliers send.
const invoicesFolder = "inbound/edi"

func (s *Server) invoicesFile() string {
	return filepath.Join(filepath.Dir(s.IonAPIFile), "invoices.json")
}

// Invoices lists the supplier invoices that were made, and what is to become of each.
func (s *Server) Invoices() ([]business.Invoice, error) {
	made := []business.Invoice{}
	content, err := os.ReadFile(s.invoicesFile())
	if errors.Is(err, os.ErrNotExist) {
		return made, nil
	}
	if err != nil {
		return nil, err
	}
	return made, json.Unmarshal(content, &made)
}

// AddInvoices lets suppliers send n files of one invoice each, and gives them. M3 gets
// the orders that they answer, and the posted invoices that the credit notes correct.
func (s *Server) AddInvoices(n int) ([]business.Invoice, error) {
	s.billing.Lock()
	defer s.billing.Unlock()
	made, err := s.Invoices()
	if err != nil {
		return nil, err
	}
	var (
		billing business.Billing
		failed  error
	)
	err = s.Change(func(orders *[]*business.Order) {
		if billing, failed = s.generator.Invoices(n, len(made)); failed == nil {
			*orders = append(*orders, billing.Orders...)
		}
	})
	if err := errors.Join(err, failed); err != nil {
		return nil, err
	}
	// The list comes first, so that a number is never used twice.
	if err := s.saveInvoices(append(made, billing.Invoices...)); err != nil {
		return nil, err
	}
	for _, b := range billing.Bookings {
		if err := s.M3.Book(b.Cono, b.Divi, b.Head, b.Lines); err != nil {
			return nil, err
		}
	}
	for _, i := range billing.Invoices {
		if err := s.Hub.Deliver(invoicesFolder, i.File, i.Content); err != nil {
			return nil, err
		}
	}
	return billing.Invoices, nil
}

func (s *Server) saveInvoices(made []business.Invoice) error {
	content, err := json.Marshal(made)
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.invoicesFile()+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(s.invoicesFile()+".new", s.invoicesFile())
}

// firstInvoices makes those that the options ask for, once.
func (s *Server) firstInvoices(n int) error {
	made, err := s.Invoices()
	if err == nil && len(made) == 0 && n > 0 {
		_, err = s.AddInvoices(n)
	}
	return err
}

func (s *Server) listInvoices(w http.ResponseWriter, _ *http.Request) {
	made, err := s.Invoices()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, made)
}

// addInvoices makes more invoices: POST /_sandbox/cleo/invoices?n=60.
func (s *Server) addInvoices(w http.ResponseWriter, req *http.Request) {
	n, err := strconv.Atoi(req.URL.Query().Get("n"))
	if err != nil || n < 1 {
		http.Error(w, "n must be a number", http.StatusBadRequest)
		return
	}
	made, err := s.AddInvoices(n)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, made)
}
