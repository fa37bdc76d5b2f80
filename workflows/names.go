// Package workflows holds the flows as Temporal workflows. They decide and wait;
// everything that touches the world is an activity.
package workflows

import (
	"tradewind/activities"
	"tradewind/internal/trade"
)

// Workflow types, as schedules and the temporal CLI name them.
const (
	TypePollOrders = "PollOrders"
	TypeSendOrder  = "SendOrder"

	TypePollInvoices = "PollInvoices"
	TypeSendInvoice  = "SendInvoice"

	TypeSyncSuppliers = "SyncSuppliers"
	TypeSyncCustomers = "SyncCustomers"
	TypeSyncAccounts  = "SyncAccounts"
	TypeSettleMaster  = "SettleMaster"

	TypeProposeSupplier = "ProposeSupplier"

	TypePollMailbox        = "PollMailbox"
	TypeReceiveInterchange = "ReceiveInterchange"
	TypePostInvoice        = "PostInvoice"

	TypeSendAcknowledgement  = "SendAcknowledgement"
	TypeMatchAcknowledgement = "MatchAcknowledgement"

	TypeRefreshTokens = "RefreshTokens"
)

// The systems whose tokens are kept good.
const (
	SystemInfor = "infor"
	SystemCleo  = "cleo"
)

// Messages that a record's workflow takes.
const (
	// ErrorNotWaiting is the type of the error that refuses an update of a record on its way.
	ErrorNotWaiting = "NotWaiting"
	// UpdateReplay runs a parked record again (trade.ReplayRequest).
	UpdateReplay = "replay"
	// SignalReplay does the same for many records at once, by a query of the CLI.
	SignalReplay = "replay"
	// SignalSuperseded tells a waiting record that a newer revision took its place.
	SignalSuperseded = activities.SignalSuperseded
	// SignalAnswered tells a record that waits for its answer to look into the ledger.
	SignalAnswered = activities.SignalAnswered
	// UpdateResolve closes a parked record (trade.ResolveRequest).
	UpdateResolve = "resolve"
)

// PollID is the id of the schedule of a poll.
func PollID(in trade.PollInput) string {
	id := "tradewind/" + string(in.Flow) + "/" + in.Company.String()
	if in.Full {
		id += "/full"
	}
	return id
}

// TaskQueue serves the workflows.
const TaskQueue = activities.TaskQueue

// The search attributes of polls and records.
var (
	AttributeFlow    = activities.AttributeFlow
	AttributeCompany = activities.AttributeCompany
	AttributeState   = activities.AttributeState
	AttributeReason  = activities.AttributeReason
)

// SearchAttributes are all that a namespace needs for the workflows.
var SearchAttributes = activities.SearchAttributes

// RecordStart starts the workflow of a record.
type RecordStart = activities.RecordStart

// run refers to the activities; the worker registers the ones with dependencies.
var run *activities.Activities

// Plan is what an invoice becomes in M3, and InvoicePreview the same before it is accepted.
type (
	Plan           = activities.Plan
	InvoicePreview = activities.InvoicePreview
)
