package activities

import (
	"cmp"
	"context"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"tradewind/internal/trade"
)

// The search attributes of a record's workflow; nothing personal is in them.
var (
	AttributeFlow     = temporal.NewSearchAttributeKeyKeyword("Flow")
	AttributePartner  = temporal.NewSearchAttributeKeyKeyword("Partner")
	AttributeDocument = temporal.NewSearchAttributeKeyKeyword("DocumentNumber")
	AttributeState    = temporal.NewSearchAttributeKeyKeyword("RecordState")
	AttributeReason   = temporal.NewSearchAttributeKeyKeyword("ReasonCode")
	AttributeCompany  = temporal.NewSearchAttributeKeyKeyword("Company")
)

// SearchAttributes are all of them with their types, as a namespace needs them.
var SearchAttributes = func() map[string]enums.IndexedValueType {
	out := map[string]enums.IndexedValueType{}
	for _, key := range []temporal.SearchAttributeKeyKeyword{AttributeFlow, AttributePartner, AttributeDocument, AttributeState, AttributeReason, AttributeCompany} {
		out[key.GetName()] = key.GetValueType()
	}
	return out
}()

// RecordStart is what the workflow of a record shows from its first moment.
type RecordStart struct {
	ID      string // the record's id is the workflow's
	Flow    trade.Flow
	Company string
	Partner string
	Number  string
	State   trade.State
	// Set is the transaction set; empty is an 850.
	Set string
}

// begin starts a workflow whose id says what it is about, and says whether this call did: an
// id that is taken means that somebody else did, which is as good.
func (a *Activities) begin(ctx context.Context, options client.StartWorkflowOptions, workflow string, input any) (bool, error) {
	_, err := a.Temporal.ExecuteWorkflow(ctx, options, workflow, input)
	if temporal.IsWorkflowExecutionAlreadyStartedError(err) {
		return false, nil
	}
	return err == nil, err
}

// Options makes the start options. The policy decides whether a finished workflow
// of the same id may be followed by another run.
func (s RecordStart) Options(policy enums.WorkflowIdReusePolicy) client.StartWorkflowOptions {
	partner := cmp.Or(s.Partner, "no partner")
	summary := cmp.Or(s.Set, "850") + " PO " + s.Number + " → " + partner
	switch {
	case s.Flow == trade.OrdersOut:
	case trade.MasterEntity(s.Flow) != "" && s.Set == "":
		summary = trade.MasterEntity(s.Flow) + " " + s.Number
	case s.Flow == trade.InvoicesOut:
		summary = "810 " + s.Number + " → " + partner
	case s.Flow == trade.AcksOut:
		summary = s.Set + " for interchange " + s.Number + " → " + partner
	case s.Flow == trade.InvoicesIn && s.Set == "":
		summary = partner + " → file " + s.Number
	case s.Set != "" && s.Set != "850":
		summary = partner + " → " + s.Set + " " + s.Number
	}
	return client.StartWorkflowOptions{
		ID: s.ID, TaskQueue: TaskQueue, StaticSummary: summary,
		WorkflowIDReusePolicy: policy, WorkflowExecutionErrorWhenAlreadyStarted: true,
		TypedSearchAttributes: temporal.NewSearchAttributes(AttributeFlow.ValueSet(string(s.Flow)), AttributePartner.ValueSet(s.Partner),
			AttributeDocument.ValueSet(s.Number), AttributeState.ValueSet(string(s.State)), AttributeCompany.ValueSet(s.Company)),
	}
}
