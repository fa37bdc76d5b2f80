package trade

// Level says how far an answer to a document of ours goes.
type Level string

// The levels, each of which says nothing about the next.
const (
	// LevelTransport is Cleo's file: the bytes have landed.
	LevelTransport Level = "transport"
	// LevelInterchange is a TA1: the envelope could be read.
	LevelInterchange Level = "interchange"
	// LevelFunctional is a 997 or 999: the set is valid, or not.
	LevelFunctional Level = "functional"
	// LevelApplication is an 855 or 824: the business behind the set agrees, or not.
	LevelApplication Level = "application"
)

// Verdict is what an answer says of a document.
type Verdict string

// The verdicts.
const (
	VerdictAccepted Verdict = "accepted"
	// VerdictErrors is accepted with errors, which is never shown as good.
	VerdictErrors   Verdict = "accepted with errors"
	VerdictRejected Verdict = "rejected"
)

// AnswerState says where the answers of one level stand.
type AnswerState string

// The states of a level. Late, repeated and unmatched answers are told beside them.
const (
	AnswerNotRequired AnswerState = "not required"
	AnswerWaiting     AnswerState = "waiting"
	AnswerOverdue     AnswerState = "overdue"
	AnswerAccepted                = AnswerState(VerdictAccepted)
	AnswerErrors                  = AnswerState(VerdictErrors)
	AnswerRejected                = AnswerState(VerdictRejected)
)

// Answer is what a partner said of one document of ours.
type Answer struct {
	Level   Level   `json:"level"`
	Verdict Verdict `json:"verdict"`
	// Reasons are sentences, in the order of the answer.
	Reasons []string `json:"reasons,omitempty"`
	// Number is the control number that was answered: GS06, ISA13 by a TA1, ST02 where Cleo
	// makes the envelope.
	Number int64 `json:"number"`
	// Acknowledgement is the record that brought it.
	Acknowledgement string `json:"acknowledgement"`
	// Earlier is set when the number is that of an attempt that another followed.
	Earlier bool `json:"earlier,omitempty"`
	// Late is set when it came after it was due, Again when the same number was answered before.
	Late  bool `json:"late,omitempty"`
	Again bool `json:"again,omitempty"`
}

// AnswerResult says what became of a received acknowledgement.
type AnswerResult struct {
	State State `json:"state"`
	// Answered counts our documents that it is about.
	Answered int `json:"answered"`
	// Confirm is set where M3 is still to be told what a partner confirms of an order.
	Confirm bool `json:"confirm,omitempty"`
}

// Reason codes of what partners answer.
const (
	// ReasonAckUnmatched is an answer to nothing that we sent.
	ReasonAckUnmatched = "ACK_UNMATCHED"
	// ReasonAckRejected is a document that the partner refused.
	ReasonAckRejected = "ACK_REJECTED"
	// ReasonConfirmationDiffers is an 855 that confirms something else than what was ordered.
	ReasonConfirmationDiffers = "CONFIRMATION_DIFFERS"
	// ReasonConfirmationRefused is an 855 that M3 does not take for its order.
	ReasonConfirmationRefused = "CONFIRMATION_REFUSED"
)
