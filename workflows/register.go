package workflows

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Register makes every workflow known, to a worker and to a replayer alike.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(MatchAcknowledgement, workflow.RegisterOptions{Name: TypeMatchAcknowledgement})
	r.RegisterWorkflowWithOptions(PollInvoices, workflow.RegisterOptions{Name: TypePollInvoices})
	r.RegisterWorkflowWithOptions(PollOrders, workflow.RegisterOptions{Name: TypePollOrders})
	r.RegisterWorkflowWithOptions(PollMailbox, workflow.RegisterOptions{Name: TypePollMailbox})
	r.RegisterWorkflowWithOptions(ReceiveInterchange, workflow.RegisterOptions{Name: TypeReceiveInterchange})
	r.RegisterWorkflowWithOptions(PostInvoice, workflow.RegisterOptions{Name: TypePostInvoice})
	r.RegisterWorkflowWithOptions(ProposeSupplier, workflow.RegisterOptions{Name: TypeProposeSupplier})
	r.RegisterWorkflowWithOptions(RefreshTokens, workflow.RegisterOptions{Name: TypeRefreshTokens})
	r.RegisterWorkflowWithOptions(SendAcknowledgement, workflow.RegisterOptions{Name: TypeSendAcknowledgement})
	r.RegisterWorkflowWithOptions(SendInvoice, workflow.RegisterOptions{Name: TypeSendInvoice})
	r.RegisterWorkflowWithOptions(SettleMaster, workflow.RegisterOptions{Name: TypeSettleMaster})
	for _, name := range []string{TypeSyncSuppliers, TypeSyncCustomers, TypeSyncAccounts} {
		r.RegisterWorkflowWithOptions(SyncMasters, workflow.RegisterOptions{Name: name})
	}
	r.RegisterWorkflowWithOptions(SendOrder, workflow.RegisterOptions{Name: TypeSendOrder})
}
