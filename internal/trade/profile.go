package trade

// SetProfile is the set by which a partner speaks of itself and of suppliers that belong to it.
const SetProfile = "838"

// ProposalInput refers to a received trading partner profile in the ledger.
type ProposalInput struct {
	Record  string `json:"record"`
	Partner string `json:"partner"`
	// Number is that of the profile.
	Number string `json:"number"`
	// Replay is set when a finished or lost record starts again.
	Replay *ReplayRequest `json:"replay,omitempty"`
}

// Proposed is how far a trading partner profile is entered at Cleo.
type Proposed struct {
	State State `json:"state"`
	// Suppliers counts those that it speaks of.
	Suppliers int `json:"suppliers,omitempty"`
}
