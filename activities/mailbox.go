package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"tradewind/cleo"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// MailboxParams name a mailbox.
type MailboxParams struct {
	Mailbox string `json:"mailbox"`
}

// MailboxResult counts what a look at the mailbox found.
type MailboxResult struct {
	Known   int `json:"known"`
	Waiting int `json:"waiting"`
	Ready   int `json:"ready"`
	// Stopped names the stopped lane that kept the poll from looking.
	Stopped string `json:"stopped,omitempty"`
}

// longestLook is how long one activity waits itself for files to become stable; longer
// waits are for the next poll.
const longestLook = 10 * time.Second

// ObserveMailbox lists the inbound folder completely and registers the files whose size
// is stable. Where stability takes only seconds it looks a second time itself.
func (a *Activities) ObserveMailbox(ctx context.Context, p MailboxParams) (MailboxResult, error) {
	ctx = subject(ctx, "mailbox/"+p.Mailbox)
	defer beat(ctx)()
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return MailboxResult{}, translate(err)
	}
	open, lane, err := a.Ledger.EnterLane(ctx, laneCleo, c.Cleo.Lockout.Std())
	if err != nil || !open {
		return MailboxResult{Stopped: laneReason(laneCleo, lane.Reason).String()}, translate(err)
	}
	stable := c.Cleo.Stable.Std()
	at := ledger.Place{Mailbox: p.Mailbox, Folder: c.Cleo.Folders.Inbound}
	seen, err := a.lookInto(ctx, at, stable)
	ready := seen.Ready
	if err == nil && seen.Waiting > 0 && stable <= longestLook {
		select {
		case <-ctx.Done():
			return MailboxResult{}, ctx.Err()
		case <-time.After(stable + 100*time.Millisecond):
		}
		seen, err = a.lookInto(ctx, at, stable)
		ready += seen.Ready
	}
	if cleo.KindOf(err) == cleo.Unauthorized {
		if err := a.stopLane(ctx, laneCleo, err, lanePause(err, c)); err != nil {
			return MailboxResult{}, translate(err)
		}
		return MailboxResult{Stopped: laneReason(laneCleo, err.Error()).String()}, nil
	}
	if err != nil {
		return MailboxResult{}, translate(err)
	}
	return MailboxResult{Known: seen.Known, Waiting: seen.Waiting, Ready: ready}, translate(a.Ledger.OpenLane(ctx, laneCleo))
}

// lookInto lists a folder to its end, because a listing that breaks off would make files
// seem to have vanished.
func (a *Activities) lookInto(ctx context.Context, at ledger.Place, stable time.Duration) (ledger.Observation, error) {
	mailbox, err := a.Systems.Mailbox(ctx)
	if err != nil {
		return ledger.Observation{}, err
	}
	files, err := mailbox.List(ctx, at.Folder)
	if err != nil {
		return ledger.Observation{}, err
	}
	listed := make([]ledger.Seen, len(files))
	for i, f := range files {
		listed[i] = ledger.Seen{ID: f.ID, Name: f.Name, Size: f.Size, Modified: f.Modified}
	}
	return a.Ledger.Observe(ctx, at, listed, stable)
}

// StartFilesParams name a page of files.
type StartFilesParams struct {
	Workflow string `json:"workflow"`
	Limit    int    `json:"limit"`
	After    int64  `json:"after,omitempty"`
}

// StartFilesResult counts a page; Next is 0 behind the last one.
type StartFilesResult struct {
	Started int   `json:"started"`
	Next    int64 `json:"next,omitempty"`
}

// StartFiles starts one workflow for every file that is registered and not read yet.
func (a *Activities) StartFiles(ctx context.Context, p StartFilesParams) (StartFilesResult, error) {
	files, err := a.Ledger.Files(ctx, trade.FileDiscovered, p.After, p.Limit)
	if err != nil {
		return StartFilesResult{}, translate(err)
	}
	var out StartFilesResult
	for _, f := range files {
		options := client.StartWorkflowOptions{ID: trade.FileWorkflowID(f.Number), TaskQueue: TaskQueue, StaticSummary: "file " + f.Name,
			WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY, WorkflowExecutionErrorWhenAlreadyStarted: true,
			TypedSearchAttributes: temporal.NewSearchAttributes(AttributeFlow.ValueSet(string(trade.Mailbox)), AttributeDocument.ValueSet(f.Name))}
		started, err := a.begin(ctx, options, p.Workflow, trade.FileInput{File: f.Number, Name: f.Name})
		if err != nil {
			return out, translate(err)
		}
		if started {
			out.Started++
		}
	}
	if len(files) == p.Limit {
		out.Next = files[len(files)-1].Number
	}
	return out, nil
}

// FileParams name a received file.
type FileParams struct {
	File int64 `json:"file"`
}

// FetchFile downloads a file, archives its bytes as they are, and says whether they came
// before. A file that is gone is recorded as vanished.
func (a *Activities) FetchFile(ctx context.Context, p FileParams) (trade.FileState, error) {
	ctx = subject(ctx, trade.FileWorkflowID(p.File))
	defer beat(ctx)()
	f, err := a.Ledger.File(ctx, p.File)
	if err != nil || f.State != trade.FileDiscovered || f.SHA256 != "" {
		return f.State, translate(err)
	}
	file, err := a.listed(ctx, f)
	if err == nil {
		var content []byte
		if content, err = a.download(ctx, file); err == nil {
			return a.keep(ctx, f, content)
		}
	}
	if errors.Is(err, errGone) {
		reason := trade.Data(trade.ReasonFileVanished, "file "+f.Name, "ask the partner to send it again, if it matters", "file %s was listed and was gone before it could be read", f.Name)
		return trade.FileVanished, translate(a.Ledger.CloseFile(ctx, f.Number, trade.FileVanished, reason))
	}
	return "", again(err)
}

// errGone says that a complete listing lacks a file, or that its download does not exist. A
// folder that cannot be listed says nothing about its files.
var errGone = errors.New("the file is gone")

// listed finds a file again in its folder, with the addresses that the mailbox gives it. One of
// another size or time is another file, which is registered by itself.
func (a *Activities) listed(ctx context.Context, f ledger.File) (cleo.File, error) {
	mailbox, err := a.Systems.Mailbox(ctx)
	if err != nil {
		return cleo.File{}, err
	}
	for file, err := range mailbox.Files(ctx, f.Folder) {
		if err != nil {
			return cleo.File{}, err
		}
		if file.ID == f.ID && file.Name == f.Name && file.Size == f.Size && file.Modified.Truncate(time.Microsecond).Equal(f.Modified) {
			return file, nil
		}
	}
	return cleo.File{}, fmt.Errorf("%w: %s is listed no more", errGone, f.Name)
}

func (a *Activities) download(ctx context.Context, file cleo.File) ([]byte, error) {
	mailbox, err := a.Systems.Mailbox(ctx)
	if err != nil {
		return nil, err
	}
	content, err := mailbox.Download(ctx, file)
	if cleo.KindOf(err) == cleo.NotFound {
		return nil, fmt.Errorf("%w: %w", errGone, err)
	}
	return content, err
}

// keep archives a file's bytes and writes down their hash.
func (a *Activities) keep(ctx context.Context, f ledger.File, content []byte) (trade.FileState, error) {
	if int64(len(content)) != f.Size {
		return "", later(fmt.Sprintf("file %s was listed with %d bytes and has %d: it is still being written", f.Name, f.Size, len(content)), 0)
	}
	if _, err := a.Archive.Put(ctx, content); err != nil {
		return "", translate(err)
	}
	sum := sha256.Sum256(content)
	f, err := a.Ledger.FetchFile(ctx, f.Number, hex.EncodeToString(sum[:]))
	return f.State, translate(err)
}

// DisposeFile takes a file that was read out of the mailbox, where cleo.yaml says so.
func (a *Activities) DisposeFile(ctx context.Context, p FileParams) error {
	ctx = subject(ctx, trade.FileWorkflowID(p.File))
	defer beat(ctx)()
	c, err := a.Configuration(ctx, "")
	if err != nil || c.Cleo.Pickup != "delete" {
		return translate(err)
	}
	f, err := a.Ledger.File(ctx, p.File)
	if err != nil {
		return translate(err)
	}
	file, err := a.listed(ctx, f)
	if err == nil {
		var mailbox cleo.Mailbox
		if mailbox, err = a.Systems.Mailbox(ctx); err == nil {
			err = mailbox.Delete(ctx, file)
		}
	}
	if errors.Is(err, errGone) || cleo.KindOf(err) == cleo.NotFound && file.ID != "" {
		return nil // it is gone, which was the aim
	}
	return again(err)
}
