// Package server runs the sandbox: the simulated M3 and the simulated Cleo on two
// loopback addresses, and on both the inspection under /_sandbox/, which tells
// what each side really holds.
package server

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tradewind/sandbox/business"
	"tradewind/sandbox/cleo"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/infor"
)

// Options of a sandbox. Addresses must be loopback; port 0 takes a free one.
type Options struct {
	InforAddr, CleoAddr string
	StateDir            string
	Seed                uint64
	Orders              int
	// Invoices is how many files of suppliers wait at Cleo.
	Invoices int
	// SelfBilled is how many invoices M3 has written in the supplier's place.
	SelfBilled int
	// Suppliers is how many suppliers M3 has beyond the shipped ones.
	Suppliers int
	// Programs are further names of programs: {"APS100MI": "APS450MI"}.
	Programs map[string]string
}

// Server is a running sandbox.
type Server struct {
	InforURL, CleoURL string
	// IonAPIFile is the .ionapi file of the sandbox's tenant.
	IonAPIFile string
	// Username and Password are those of Cleo's mailbox.
	Username, Password string
	M3                 *infor.M3
	Hub                *cleo.Hub
	Faults             *faults.Faults

	generator *business.Generator
	servers   []*http.Server
	billing   sync.Mutex // one batch of invoices at a time
	mu        sync.Mutex
	calls     map[string]int
}

// saved is what the state folder keeps of a sandbox.
type saved struct {
	Seed       uint64            `json:"seed"`
	Orders     int               `json:"orders"`
	Invoices   int               `json:"invoices,omitempty"`
	SelfBilled int               `json:"selfBilled,omitempty"`
	Suppliers  int               `json:"suppliers,omitempty"`
	Today      time.Time         `json:"today"`
	Infor      infor.Credentials `json:"infor"`
	CleoUser   string            `json:"cleoUser"`
	CleoSecret string            `json:"cleoSecret"`
}

// Start opens the state folder, or makes it, and serves until Close.
func Start(ctx context.Context, o Options) (*Server, error) {
	state, err := load(o)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s := &Server{Faults: &faults.Faults{}, calls: map[string]int{}, Username: state.CleoUser, Password: state.CleoSecret,
		IonAPIFile: filepath.Join(o.StateDir, "acme.ionapi")}
	s.generator = business.NewGenerator(state.Seed, state.Today)
	first := func() []*business.Order { return s.generator.Company(state.Orders) }
	if s.M3, err = infor.Open(filepath.Join(o.StateDir, "m3.jsonl"), first, state.Infor, s.Faults); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s.M3.Orders(func(orders *[]*business.Order) { s.generator.ContinueBehind(*orders) })
	s.M3.Count = s.counter("ion ")
	if err := s.M3.Expose(o.Programs); err != nil {
		return nil, errors.Join(fmt.Errorf("sandbox: %w", err), s.M3.Close())
	}
	if s.Hub, err = cleo.Open(filepath.Join(o.StateDir, "cleo"), state.CleoUser, state.CleoSecret, s.Faults); err != nil {
		return nil, errors.Join(fmt.Errorf("sandbox: %w", err), s.M3.Close())
	}
	s.Hub.Count = s.counter("cleo ")
	if err := errors.Join(s.M3.Begin(state.Seed, state.Suppliers), s.firstInvoices(state.Invoices), s.firstSelfBilled(state.SelfBilled)); err != nil {
		return nil, errors.Join(fmt.Errorf("sandbox: %w", err), s.Close())
	}
	if s.InforURL, err = s.listen(ctx, o.InforAddr, s.M3); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.CleoURL, err = s.listen(ctx, o.CleoAddr, s.Hub); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, s.writeCredentials(state)
}

// load gives the saved state, or makes and saves a new one.
func load(o Options) (saved, error) {
	file := filepath.Join(o.StateDir, "sandbox.json")
	var state saved
	content, err := os.ReadFile(file)
	if err == nil {
		return state, json.Unmarshal(content, &state)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return state, err
	}
	state = saved{Seed: o.Seed, Orders: o.Orders, Invoices: o.Invoices, SelfBilled: o.SelfBilled, Suppliers: o.Suppliers, Today: business.Now(), CleoUser: "tradewind", CleoSecret: rand.Text(),
		Infor: infor.Credentials{ClientID: infor.Tenant + "~" + rand.Text(), ClientSecret: rand.Text(), AccessKey: infor.Tenant + "#" + rand.Text(), SecretKey: rand.Text()}}
	if content, err = json.MarshalIndent(state, "", " "); err != nil {
		return state, err
	}
	if err := os.MkdirAll(o.StateDir, 0o700); err != nil {
		return state, err
	}
	return state, os.WriteFile(file, content, 0o600)
}

// Change lets fn change the orders of M3, and keeps what it made of them.
func (s *Server) Change(fn func(orders *[]*business.Order)) error { return s.M3.Change(fn) }

// AddOrders makes n more orders of a kind, and gives their numbers.
func (s *Server) AddOrders(kind string, n int) (numbers []string, err error) {
	err = s.Change(func(orders *[]*business.Order) {
		for _, o := range s.generator.More(kind, n) {
			*orders = append(*orders, o)
			numbers = append(numbers, o.Head["PUNO"])
		}
	})
	return numbers, err
}

func (s *Server) writeCredentials(state saved) error {
	c := state.Infor
	content, err := json.MarshalIndent(map[string]string{
		"ti": infor.Tenant, "cn": "Tradewind", "dt": "12", "ci": c.ClientID, "cs": c.ClientSecret, "iu": s.InforURL,
		"pu": s.InforURL + "/" + infor.Tenant + "/as/", "oa": "authorization.oauth2", "ot": "token.oauth2", "or": "revoke_token.oauth2",
		"ev": "U000000001", "v": "1.0", "saak": c.AccessKey, "sask": c.SecretKey,
	}, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(s.IonAPIFile), "cleo-password"), []byte(state.CleoSecret+"\n"), 0o600); err != nil {
		return err
	}
	return os.WriteFile(s.IonAPIFile, content, 0o600)
}

// listen serves one side and the inspection on a loopback address.
func (s *Server) listen(ctx context.Context, addr string, side http.Handler) (string, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return "", fmt.Errorf("sandbox: %q is not a loopback address; use 127.0.0.1:<port>", addr)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("sandbox: %w", err)
	}
	mux := http.NewServeMux()
	s.inspection(mux)
	mux.Handle("/", side)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(listener) }() // ends with Close
	return "http://" + listener.Addr().String(), nil
}

// Tokens gives every access token that either side has issued.
func (s *Server) Tokens() []string { return append(s.M3.Tokens(), s.Hub.Tokens()...) }

// Close stops serving; the state folder keeps everything.
func (s *Server) Close() error {
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	errs = append(errs, s.M3.Close())
	return errors.Join(errs...)
}

func (s *Server) counter(system string) func(string) {
	return func(operation string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.calls[system+operation]++
	}
}

// Calls counts the HTTP requests since the process started.
func (s *Server) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]int, len(s.calls))
	for name, n := range s.calls {
		out[name] = n
	}
	return out
}
