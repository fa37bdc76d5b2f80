package infor

import (
	"fmt"
	"time"
)

// Profile is how the tenant's M3 behaves where builds and settings differ. It holds until the
// process ends.
type Profile struct {
	OnPremises         bool `json:"onPremises"`
	RefuseRevalidation bool `json:"refuseRevalidation"`
	LateDuplicates     bool `json:"lateDuplicates"`
	PostedVanish       bool `json:"postedVanish"`
	PayableLines       bool `json:"payableLines,omitempty"` // those of the supplier, in LstVoucherLines
	// QuietAddresses lets changes of addresses and references leave their supplier's LMTS and LMDT alone.
	QuietAddresses bool `json:"quietAddresses,omitempty"`
	// ValidationDelayMillis is how long the job of ValidByBatchNo waits; 0 is 30.
	ValidationDelayMillis int64 `json:"validationDelayMillis"`
}

// Profile shows how M3 behaves now.
func (m *M3) Profile() Profile {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Profile{OnPremises: m.OnPremises, RefuseRevalidation: m.RefuseRevalidation, LateDuplicates: m.LateDuplicates, PostedVanish: m.PostedVanish,
		PayableLines: m.PayableLines, QuietAddresses: m.QuietAddresses, ValidationDelayMillis: m.ValidationDelay.Milliseconds()}
}

// SetProfile lets M3 behave so from the next request on.
func (m *M3) SetProfile(p Profile) error {
	if p.ValidationDelayMillis < 0 {
		return fmt.Errorf("validationDelayMillis is %d: give 0 or more", p.ValidationDelayMillis)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.OnPremises, m.RefuseRevalidation, m.LateDuplicates, m.PostedVanish = p.OnPremises, p.RefuseRevalidation, p.LateDuplicates, p.PostedVanish
	m.PayableLines, m.QuietAddresses = p.PayableLines, p.QuietAddresses
	m.ValidationDelay = time.Duration(p.ValidationDelayMillis) * time.Millisecond
	return nil
}

// Matching makes validations fail although nothing is wrong with their batches, as where a
// receipt is just being booked. It holds until the process ends.
type Matching struct {
	// FailNext is how many validations are still to fail: those of batches that would pass.
	FailNext int `json:"failNext"`
	// Status is where they end: 78, which is meant by "" too, or 15.
	Status string `json:"status"`
}

// Matching shows what validations still have ahead of them.
func (m *M3) Matching() Matching {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.matching
}

// SetMatching decides about the next validations.
func (m *M3) SetMatching(next Matching) error {
	if next.Status == "" {
		next.Status = unmatched
	}
	if next.FailNext < 0 || (next.Status != unmatched && next.Status != inError) {
		return fmt.Errorf("failNext is %d and status %q: give a number from 0 on, and 78 or 15", next.FailNext, next.Status)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.matching = next
	return nil
}

// untimely fails a batch with which nothing is wrong, as long as Matching says so. Matching
// marks the lines that it compares.
func (m *M3) untimely(b *batch, v *verdict) {
	if v.status != "" || m.matching.FailNext == 0 {
		return
	}
	m.matching.FailNext--
	v.fail(m.matching.Status, "", "a receipt is in progress")
	for _, line := range b.lines {
		if m.matching.Status == unmatched && line["RDTP"] == "1" {
			v.lines[line["TRNO"]] = true
		}
	}
}
