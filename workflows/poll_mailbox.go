package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// PollMailbox lists the inbound folder of a mailbox, registers the files whose size is
// stable, and starts one workflow for each file that is not read yet.
func PollMailbox(ctx workflow.Context, in trade.MailboxInput) (activities.MailboxResult, error) {
	var seen activities.MailboxResult
	err := workflow.ExecuteActivity(readCleo(ctx, "list the inbound folder"), run.ObserveMailbox, activities.MailboxParams{Mailbox: in.Mailbox}).Get(ctx, &seen)
	// What was registered goes its way, even where the listing broke off.
	started, startErr := startFiles(ctx)
	if err == nil {
		err = startErr
	}
	if err != nil {
		return seen, err
	}
	details := fmt.Sprintf("%d files new, %d known, %d waiting, %d started", seen.Ready, seen.Known, seen.Waiting, started)
	if seen.Stopped != "" {
		details = "Stopped: " + seen.Stopped
	}
	workflow.SetCurrentDetails(ctx, details)
	return seen, nil
}

// startFiles starts what is discovered, page by page.
func startFiles(ctx workflow.Context) (started int, err error) {
	params := activities.StartFilesParams{Workflow: TypeReceiveInterchange, Limit: startPage}
	for {
		var page activities.StartFilesResult
		if err := workflow.ExecuteActivity(localWork(ctx, "start file workflows"), run.StartFiles, params).Get(ctx, &page); err != nil {
			return started, err
		}
		started += page.Started
		if params.After = page.Next; page.Next == 0 {
			return started, nil
		}
	}
}
