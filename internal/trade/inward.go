package trade

import (
	"fmt"
	"strconv"
	"strings"
)

// InvoicesIn carries suppliers' invoices from Cleo into M3.
const InvoicesIn Flow = "invoices-in"

// Mailbox is the poll of a mailbox's folders, which feeds the inward flows.
const Mailbox Flow = "mailbox"

// The states of an inward record, in the order of a smooth life, beside those it shares
// with outward ones.
const (
	// StateAccepted is an invoice that was read, matched and allocated; M3 does not know it yet.
	StateAccepted State = "accepted"
	// StateStaged is an invoice that is a batch in M3.
	StateStaged State = "staged"
	// StateSubmitted is a batch that M3 was asked to validate.
	StateSubmitted State = "submitted"
	// StatePosted is an invoice that has a voucher.
	StatePosted State = "posted"
	// StateTest is a document that was marked as a test and went no further.
	StateTest State = "test"
)

// InwardStates lists every state an inward record can be in, as the reconciliation prints
// them.
var InwardStates = []State{
	StateDiscovered, StateAccepted, StateStaged, StateSubmitted, StatePosted, StateDuplicate, StateTest, StateRejected,
	StateHeld, StateParked, StateUnknown, StateResolved,
}

// FileState says where a received file stands.
type FileState string

// The states of a received file.
const (
	// FileDiscovered is a file whose size was stable; it is not read yet.
	FileDiscovered FileState = "discovered"
	// FileReceived is a file whose sets are records.
	FileReceived FileState = "received"
	// FileDuplicate is a file whose bytes came before.
	FileDuplicate FileState = "duplicate"
	// FileParked is a file that cannot be read; it waits for a person.
	FileParked FileState = "parked"
	// FileVanished is a file that was listed and gone before it could be read.
	FileVanished FileState = "vanished"
)

// FileWorkflowID names the workflow of a received file.
func FileWorkflowID(number int64) string { return fmt.Sprintf("file/%d", number) }

// receivedPrefixes begin the ids of the records that a file brings, by their flow.
var receivedPrefixes = map[Flow]string{AcksIn: "ack-in", AcksOut: "ack-out", InvoicesIn: "invoice-in", Suppliers: "supplier-in"}

// ReceivedRecordID names a received set: its flow, its file, the control numbers around it,
// and which of the file's sets it is, counted from 1.
func ReceivedRecordID(flow Flow, file int64, interchange, group, set string, index int) string {
	return fmt.Sprintf("%s/%d/%s/%s/%s/%d", receivedPrefixes[flow], file, interchange, group, set, index)
}

// FilePrefixes are what the ids of a file's records begin with, in their order.
func FilePrefixes(file int64) []string {
	var out []string
	for _, flow := range []Flow{AcksIn, AcksOut, InvoicesIn, Suppliers} {
		out = append(out, fmt.Sprintf("%s/%d/", receivedPrefixes[flow], file))
	}
	return out
}

// FileOfRecord gives the number of the file that a record came in, or that it answers.
func FileOfRecord(id string) (int64, error) {
	kind, rest, _ := strings.Cut(id, "/")
	for _, prefix := range receivedPrefixes {
		if kind == prefix {
			number, _, _ := strings.Cut(rest, "/")
			return strconv.ParseInt(number, 10, 64)
		}
	}
	return 0, fmt.Errorf("record %q was not received in a file", id)
}

// MailboxInput starts a poll of a mailbox.
type MailboxInput struct {
	Mailbox string `json:"mailbox"`
}

// FileInput refers to a received file in the ledger.
type FileInput struct {
	File int64  `json:"file"`
	Name string `json:"name"`
}

// FileResult says what became of a file.
type FileResult struct {
	State FileState `json:"state"`
	// Sets counts its transaction sets by the state that they began in.
	Sets map[State]int `json:"sets,omitempty"`
	// Started counts the records that were started.
	Started int `json:"started"`
}

// InvoiceInput refers to a received invoice in the ledger.
type InvoiceInput struct {
	Record  string `json:"record"`
	Partner string `json:"partner"`
	Number  string `json:"number"`
	// Replay is set when a finished or lost record starts again.
	Replay *ReplayRequest `json:"replay,omitempty"`
}

// InvoiceResult says how an invoice ended.
type InvoiceResult struct {
	State   State  `json:"state"`
	Batch   string `json:"batch,omitempty"`
	Voucher string `json:"voucher,omitempty"`
	// File is set where the record stood for a file that could not be read and now was: its
	// sets are records of their own.
	File int64 `json:"file,omitempty"`
}

// Reason codes of what comes in, before a document is understood.
const (
	ReasonFileVanished     = "FILE_VANISHED"
	ReasonFileUnreadable   = "FILE_UNREADABLE"
	ReasonReceiverUnknown  = "RECEIVER_UNKNOWN"
	ReasonDuplicateControl = "DUPLICATE_CONTROL_NUMBER"
	ReasonSetInvalid       = "SET_INVALID"
	ReasonSetUnsupported   = "SET_UNSUPPORTED"
)

// Reason codes of an invoice on its way into M3.
const (
	ReasonInvoiceDiffers  = "INVOICE_NUMBER_REUSED"
	ReasonBatchRefused    = "BATCH_REFUSED"
	ReasonBatchErrors     = "BATCH_ERRORS"
	ReasonMatchingFailed  = "MATCHING_FAILED"
	ReasonBatchUnfinished = "BATCH_UNFINISHED"
	// ReasonBatchStuck is a batch that M3 neither validates nor lets be deleted.
	ReasonBatchStuck = "BATCH_STUCK"
	// ReasonValidationUnknown is a ValidByBatchNo that never answered.
	ReasonValidationUnknown = "VALIDATION_UNKNOWN"
	// ReasonOriginalMissing holds: the invoice that a credit note corrects may be on its way.
	ReasonOriginalMissing = "ORIGINAL_MISSING"
	// ReasonRecodeFailed is a posted invoice that M3 does not recode.
	ReasonRecodeFailed = "RECODE_FAILED"
	// ReasonRecordLocked holds: somebody works on the record in M3.
	ReasonRecordLocked = "RECORD_LOCKED"
)
