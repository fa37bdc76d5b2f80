package app

import (
	"context"
	"fmt"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

const (
	maxDemoFiles = 100_000
	// mailboxAgain is when the demo looks into the mailbox again: a fault may have hidden a file.
	mailboxAgain = 10 * time.Second
	// overdueAhead is how far ahead an answer may be due for the demo to wait until it is overdue.
	overdueAhead = time.Minute
)

// acknowledge lets the suppliers answer the orders that reached them, and reads what they say.
func (d *Demo) acknowledge(ctx context.Context) error {
	given, err := d.sandbox.AnswerByScript()
	if err != nil || len(given) == 0 {
		return err
	}
	d.say(fmt.Sprintf("suppliers send %d answers to orders", len(given)))
	for _, s := range d.config.Schedules {
		if s.Flow != trade.Mailbox {
			continue
		}
		d.say("reading mailbox " + s.Mailbox)
		if err := d.pollMailbox(ctx, s.ID()); err != nil {
			return err
		}
	}
	return nil
}

// awaitOverdue waits for the orders whose answer is due soon and does not come.
func (d *Demo) awaitOverdue(ctx context.Context) error {
	horizon, said := d.Ledger.Now().Add(overdueAhead), map[string]bool{}
	return d.until(ctx, func() (bool, error) {
		sent, err := d.Ledger.Records(ctx, ledger.Filter{Flow: trade.OrdersOut, State: trade.StateSent})
		waiting := 0
		for _, r := range sent {
			if r.DueAt.IsZero() || r.DueAt.After(horizon) {
				continue
			}
			if waiting++; !said[r.ID] {
				d.say(fmt.Sprintf("waiting until PO %s of %s is overdue", r.Number, r.Partner))
				said[r.ID] = true
			}
		}
		return waiting == 0, err
	})
}

// pollMailbox triggers the poll of a mailbox until every file that suppliers sent is read.
func (d *Demo) pollMailbox(ctx context.Context, id string) error {
	sent, err := d.sentToUs()
	if err != nil {
		return err
	}
	if err := d.Schedules().Trigger(ctx, id); err != nil {
		return err
	}
	triggered := time.Now()
	return d.until(ctx, func() (bool, error) {
		files, err := d.Ledger.Files(ctx, "", 0, maxDemoFiles)
		for _, f := range files {
			if f.State != trade.FileDiscovered {
				delete(sent, f.Name)
			}
		}
		if err != nil || len(sent) == 0 {
			return true, err
		}
		if time.Since(triggered) > mailboxAgain {
			triggered = time.Now()
			err = d.Schedules().Trigger(ctx, id)
		}
		return false, err
	})
}

// sentToUs are the names of the files that suppliers sent: invoices and answers to orders.
func (d *Demo) sentToUs() (map[string]bool, error) {
	names := map[string]bool{}
	invoices, err := d.sandbox.Invoices()
	if err != nil {
		return nil, err
	}
	for _, i := range invoices {
		names[i.File] = true
	}
	answers, err := d.sandbox.Answers()
	for _, a := range answers {
		if a.File != "" { // what they put off has none yet
			names[a.File] = true
		}
	}
	return names, err
}
