package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
)

// Answered is an answer that a supplier gave to an order at Cleo, puts off or never gives.
type Answered struct {
	Order   string `json:"order"`   // its number
	Partner string `json:"partner"` // whose group id the order went to
	Set     string `json:"set"`     // 997, 855 or 824
	Kind    string `json:"kind"`    // accepted, confirmed-less, advised, …
	File    string `json:"file"`    // the answer's name in inbound/edi; empty while nothing is sent
	To      string `json:"to"`      // the id of the order's file
	Expect  string `json:"expect"`  // what is to become of our record of the answer: accepted or parked
	Becomes string `json:"becomes"` // what it makes of the order: acknowledged, rejected, or overdue where it is waited for
}

func (s *Server) answersFile() string {
	return filepath.Join(filepath.Dir(s.IonAPIFile), "answers.json")
}

// Answers lists what suppliers answered, in the order in which they decided it.
func (s *Server) Answers() ([]Answered, error) {
	given := []Answered{}
	content, err := os.ReadFile(s.answersFile())
	if errors.Is(err, os.ErrNotExist) {
		return given, nil
	}
	if err != nil {
		return nil, err
	}
	return given, json.Unmarshal(content, &given)
}

func (s *Server) saveAnswers(given []Answered) error {
	content, err := json.Marshal(given)
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.answersFile()+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(s.answersFile()+".new", s.answersFile())
}

func (s *Server) listAnswers(w http.ResponseWriter, _ *http.Request) {
	given, err := s.Answers()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, given)
}
