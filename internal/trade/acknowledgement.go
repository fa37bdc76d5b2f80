package trade

import "fmt"

// AcksOut carries our acknowledgements of what was received, 997, 999 and TA1, to Cleo. It
// has a record for each interchange that is answered.
const AcksOut Flow = "acks-out"

// AcksIn holds what partners say of our documents: 997, 999, TA1, 855 and 824.
const AcksIn Flow = "acks-in"

// TechnicalSet stands for a TA1, which is a segment and no set, where records name their set.
const TechnicalSet = "TA1"

// SetChange is the set by which a sent order is changed or taken back.
const SetChange = "860"

// answering are the sets that answer ours.
var answering = map[string]bool{"997": true, "999": true, SetConfirmation: true, SetAdvice: true, TechnicalSet: true}

// The sets that answer the business of a document.
const (
	SetConfirmation = "855"
	SetAdvice       = "824"
)

// ReceivedFlow is the flow that a received set belongs to.
func ReceivedFlow(set string) Flow {
	switch {
	case answering[set]:
		return AcksIn
	case set == SetProfile:
		return Suppliers
	}
	return InvoicesIn
}

// AckOutRecordID names the answer to an interchange: the file that it came in, its control
// number, and which of the file's interchanges it is, counted from 1.
func AckOutRecordID(file int64, interchange string, index int) string {
	return fmt.Sprintf("%s/%d/%s/%d", receivedPrefixes[AcksOut], file, interchange, index)
}

// AcknowledgementInput refers to an acknowledgement in the ledger, ours or a partner's.
type AcknowledgementInput struct {
	Record  string `json:"record"`
	Partner string `json:"partner"`
	// Number is the control number of what is answered.
	Number string `json:"number"`
	// Replay is set when a finished or lost record starts again.
	Replay *ReplayRequest `json:"replay,omitempty"`
}
