package trade

import (
	"fmt"
	"net/url"
	"strings"
)

// Flow is a direction for one kind of record.
type Flow string

// OrdersOut carries approved purchase orders from M3 to suppliers.
const OrdersOut Flow = "orders-out"

// InvoicesOut carries invoices of M3's accounts payable to the partners that opted in.
const InvoicesOut Flow = "invoices-out"

// Tokens keeps the shared tokens of both systems good.
const Tokens Flow = "tokens"

// State says where a record stands. A record is in exactly one state.
type State string

// The states of an outward record, in the order of a smooth life.
const (
	// StateDiscovered is a record that a poll registered and nobody has worked on yet.
	StateDiscovered State = "discovered"
	// StatePrepared is a record whose bytes and control numbers are fixed.
	StatePrepared State = "prepared"
	// StateSent is a record whose file has landed at Cleo.
	StateSent State = "sent"
	// StateAcknowledged is a sent record that the partner accepted.
	StateAcknowledged State = "acknowledged"
	// StateOverdue is a sent record whose acknowledgement is late.
	StateOverdue State = "overdue"
	// StateRejected is a sent record that the partner refused; it waits for a person.
	StateRejected State = "rejected"
	// StateSuperseded is an unsent revision that a newer revision replaced.
	StateSuperseded State = "superseded"
	// StateDuplicate is a revision equal to the last one sent: nothing goes out.
	StateDuplicate State = "duplicate"
	// StateHeld is a record that waits for time or for a switch and goes on by itself.
	StateHeld State = "held"
	// StateParked is a record that waits for a person.
	StateParked State = "parked"
	// StateUnknown is a record whose last write has no known outcome yet.
	StateUnknown State = "unknown"
	// StateResolved is a record that a person closed with a note.
	StateResolved State = "resolved"
)

// OutwardStates lists every state an outward record can be in, as the
// reconciliation prints them.
var OutwardStates = []State{
	StateDiscovered, StatePrepared, StateSent, StateAcknowledged, StateOverdue, StateRejected,
	StateSuperseded, StateDuplicate, StateHeld, StateParked, StateUnknown, StateResolved,
}

// Delivered says whether the record's document has reached Cleo in this state.
func (s State) Delivered() bool {
	switch s {
	case StateSent, StateAcknowledged, StateOverdue, StateRejected:
		return true
	}
	return false
}

// WaitsForPerson says whether only a person can move the record on.
func (s State) WaitsForPerson() bool { return s == StateParked || s == StateRejected }

// Company is an M3 company and division: the context of every call and record.
type Company struct {
	Cono string `json:"cono"`
	Divi string `json:"divi"`
}

// String is the form used in ids, JSON, search attributes and file names: "100-AAA".
func (c Company) String() string {
	if c.Divi == "" {
		return c.Cono
	}
	return c.Cono + "-" + c.Divi
}

// ParseCompany reads what Company.String wrote.
func ParseCompany(text string) (Company, error) {
	cono, divi, _ := strings.Cut(text, "-")
	if cono == "" {
		return Company{}, fmt.Errorf("%q is not a company such as 100-AAA", text)
	}
	return Company{Cono: cono, Divi: divi}, nil
}

// OrderRecordID names one revision of a purchase order; it is the record's id in
// the ledger and the id of its workflow.
func OrderRecordID(company Company, number string, revision int64) string {
	return fmt.Sprintf("order/%s/%s/%s/%d", company.Cono, company.Divi, number, revision)
}

// InvoiceOutRecordID names one version of an invoice in accounts payable, counted from 1, by M3's own
// key of an invoice: the supplier, its number and the invoice year.
func InvoiceOutRecordID(company Company, supplier, number, year string, version int) string {
	return fmt.Sprintf("%s%d", InvoiceOutPrefix(company, supplier, number, year), version)
}

// InvoiceOutPrefix is what the ids of all versions of an invoice begin with.
func InvoiceOutPrefix(company Company, supplier, number, year string) string {
	return fmt.Sprintf("invoice-out/%s/%s/%s/%s/%s/", company.Cono, company.Divi, url.PathEscape(supplier), url.PathEscape(number), year)
}
