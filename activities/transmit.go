package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tradewind/cleo"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// TransmitParams name the record to send. Resend is a person's word that the
// same bytes may go out once more; Request tells one such word from the next, so
// that a repeated attempt sends nothing again.
type TransmitParams struct {
	Record  string `json:"record"`
	Resend  bool   `json:"resend,omitempty"`
	Request string `json:"request,omitempty"`
}

// TransmitOrder is Transmit under the name that the histories of open orders hold.
func (a *Activities) TransmitOrder(ctx context.Context, p TransmitParams) (trade.Transmitted, error) {
	return a.Transmit(ctx, p)
}

// Transmit uploads the prepared bytes of a record, an order or an acknowledgement, and
// confirms that they landed. The intent is in the ledger before the call; whoever finds an
// intent without a confirmation looks first, and uploads only when nothing of ours is there.
func (a *Activities) Transmit(ctx context.Context, p TransmitParams) (trade.Transmitted, error) {
	ctx = subject(ctx, p.Record)
	defer beat(ctx)()
	r, err := a.Ledger.Record(ctx, p.Record)
	if err != nil {
		return trade.Transmitted{}, translate(err)
	}
	events, err := a.Ledger.Events(ctx, p.Record)
	if err != nil {
		return trade.Transmitted{}, translate(err)
	}
	past := history(events)
	if r.State == trade.StateSuperseded || r.State.Delivered() && (!p.Resend || past.sentFor == p.Request) {
		return transmitted(r), nil
	}
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return trade.Transmitted{}, translate(err)
	}
	if reason, err := a.mayWrite(ctx, c, laneCleo); err != nil || !reason.IsZero() {
		if err != nil {
			return trade.Transmitted{}, translate(err)
		}
		return trade.Transmitted{}, a.stop(ctx, r, reason, true)
	}
	t := transmission{Activities: a, config: c, record: r, request: p, past: past}
	out, err := t.run(ctx)
	if superseded(err) {
		return trade.Transmitted{State: trade.StateSuperseded}, nil // a newer revision came in between
	}
	switch cleo.KindOf(err) {
	case cleo.InvalidInput, cleo.NotFound, cleo.NotPermitted:
		return out, a.stop(ctx, t.record, uploadRefused(err), false)
	}
	if cleo.KindOf(err) == cleo.Unauthorized {
		if err := a.stopLane(ctx, laneCleo, err, lanePause(err, c)); err != nil {
			return out, translate(err)
		}
		return out, a.stop(ctx, t.record, laneReason(laneCleo, err.Error()), true)
	}
	return out, translate(err)
}

func transmitted(r ledger.Record) trade.Transmitted {
	return trade.Transmitted{State: r.State, FileID: r.FileID, FileName: r.FileName, Due: r.DueAt, GiveUp: r.GiveUpAt}
}

// mayWrite gives the reason why nothing may be written now.
func (a *Activities) mayWrite(ctx context.Context, c *config.Config, system string) (trade.Reason, error) {
	if !a.Armed || !c.Armed {
		return trade.Timing(trade.ReasonNotArmed, "set armed: true in company.yaml and TRADEWIND_ARMED=true; the record then goes on by itself",
			"writing to %s is not armed", systemOf[system]).At("company.yaml, or the environment of the worker"), nil
	}
	pause := laneInforPause
	if system == laneCleo {
		pause = c.Cleo.Lockout.Std()
	}
	open, lane, err := a.Ledger.EnterLane(ctx, system, pause)
	if err != nil || open {
		return trade.Reason{}, err
	}
	return laneReason(system, lane.Reason), nil
}

// lanePause is how long a lane rests: a refused login must not be repeated before
// the lockout is over, a refused token may be.
func lanePause(err error, c *config.Config) time.Duration {
	var refused *cleo.Error
	if errors.As(err, &refused) && refused.Operation == "login" {
		return c.Cleo.Lockout.Std()
	}
	return laneInforPause
}

// transmission is one run of Transmit.
type transmission struct {
	*Activities
	config  *config.Config
	mailbox cleo.Mailbox
	record  ledger.Record
	request TransmitParams
	past    pastTransmissions
	content []byte
}

// pastTransmissions are what the events of a record tell of earlier uploads.
type pastTransmissions struct {
	// copies are the ids of the files that were confirmed already: only a person's
	// word makes another one.
	copies map[string]bool
	// sentFor is the request that the last confirmed upload followed.
	sentFor string
	// intended are the requests that an upload was tried for, without one confirmed;
	// the first sending has the empty request.
	intended map[string]bool
}

func history(events []ledger.Event) pastTransmissions {
	past := pastTransmissions{copies: map[string]bool{}, intended: map[string]bool{}}
	for _, e := range events {
		request, _ := e.Detail["request"].(string)
		switch e.Kind {
		case eventIntended:
			past.intended[request] = true
		case eventRefused:
			delete(past.intended, request)
		case eventSent:
			id, _ := e.Detail["file"].(string)
			past.sentFor, past.copies[id] = request, true
			delete(past.intended, request)
		}
	}
	return past
}

// The events of a transmission.
const (
	eventIntended = "upload intended"
	eventUnknown  = "outcome unknown"
	eventRefused  = "upload refused"
	eventSent     = "sent"
)

func (t *transmission) run(ctx context.Context) (trade.Transmitted, error) {
	var err error
	if t.mailbox, err = t.Systems.Mailbox(ctx); err != nil {
		return trade.Transmitted{}, err
	}
	if t.content, err = t.Archive.Get(ctx, t.record.Document.SHA256); err != nil {
		return trade.Transmitted{}, err
	}
	if !t.record.IntentAt.IsZero() {
		file, seen, err := t.look(ctx)
		switch {
		case err != nil:
			return trade.Transmitted{}, err
		case seen == found:
			return t.confirm(ctx, file, "looked up")
		case seen == cannotTell && (t.past.intended[t.request.Request] || !t.request.Resend):
			return trade.Transmitted{}, t.stop(ctx, t.record, uploadUnknown(t.record), false)
		}
	}
	if err := t.intend(ctx); err != nil {
		return trade.Transmitted{}, err
	}
	return t.upload(ctx)
}

func uploadUnknown(r ledger.Record) trade.Reason {
	return trade.Reason{Code: trade.ReasonUploadUnknown, Class: trade.ClassUnknown, Place: "file " + r.FileName,
		Message: "the upload was sent, no answer came, and it cannot be looked up whether it arrived (uploads leave no trace, or more files than lookbackFiles lie there)",
		Cure:    "ask Cleo whether it arrived, then resolve the record, or replay it with resend"}
}

// intend writes down what is about to happen. From here on the revision cannot
// be superseded.
func (t *transmission) intend(ctx context.Context) error {
	r, err := t.Ledger.Transition(ctx, t.record.ID, ledger.Change{
		From: []trade.State{trade.StatePrepared, trade.StateHeld, trade.StateParked, trade.StateUnknown, trade.StateSent,
			trade.StateAcknowledged, trade.StateOverdue, trade.StateRejected},
		To: trade.StatePrepared, Event: eventIntended, Actor: "worker",
		Detail: map[string]any{"folder": t.config.Cleo.Folders.Upload, "name": t.record.FileName, "document": t.record.Document.SHA256, "request": t.request.Request},
		Apply:  func(r *ledger.Record) { r.IntentAt = t.Ledger.Now() },
	})
	if err == nil {
		t.record = r
	}
	return err
}

// maxNames bounds how many names are tried when others hold them.
const maxNames = 5

func (t *transmission) upload(ctx context.Context) (trade.Transmitted, error) {
	name := t.record.FileName
	for n := 1; n <= maxNames; n++ {
		file, err := t.mailbox.Upload(ctx, t.config.Cleo.Folders.Upload, name, t.content)
		switch cleo.KindOf(err) {
		case "":
			if err != nil {
				return trade.Transmitted{}, err
			}
			return t.confirm(ctx, file, "answered")
		case cleo.Conflict:
			// The name counts as a success only if the bytes behind it are ours.
			file, seen, err := t.look(ctx)
			switch {
			case err != nil:
				return trade.Transmitted{}, err
			case seen == found:
				return t.confirm(ctx, file, "looked up")
			case seen == cannotTell:
				return trade.Transmitted{}, t.stop(ctx, t.record, uploadUnknown(t.record), false)
			}
			name = strings.TrimSuffix(t.record.FileName, ".edi") + fmt.Sprintf("-%d.edi", n+1)
		case cleo.OutcomeUnknown:
			return t.unknown(ctx, err)
		default:
			return trade.Transmitted{}, errors.Join(t.refused(ctx, err), err)
		}
	}
	return trade.Transmitted{}, t.stop(ctx, t.record, trade.Data(trade.ReasonNameTaken, "file "+t.record.FileName,
		"clear the folder at Cleo, then replay", "%d names for the file are taken by other content", maxNames), false)
}

// refused writes down that this upload certainly did not happen: the record can be
// superseded, mapped anew and sent again.
func (t *transmission) refused(ctx context.Context, cause error) error {
	r, err := t.Ledger.Transition(ctx, t.record.ID, ledger.Change{
		To: t.record.State, Event: eventRefused, Actor: "worker", Reason: t.record.Reason,
		Detail: map[string]any{"cause": cause.Error(), "request": t.request.Request},
		Apply:  func(r *ledger.Record) { r.IntentAt = time.Time{} },
	})
	if err == nil {
		t.record = r
	}
	return err
}

// unknown keeps the record visible as unknown and looks once at the same time;
// the next attempt looks again before it writes.
func (t *transmission) unknown(ctx context.Context, cause error) (trade.Transmitted, error) {
	r, err := t.Ledger.Transition(ctx, t.record.ID, ledger.Change{
		To: trade.StateUnknown, Event: eventUnknown, Actor: "worker", Detail: map[string]any{"cause": cause.Error()},
	})
	if err != nil {
		return trade.Transmitted{}, err
	}
	t.record = r
	file, seen, err := t.look(ctx)
	switch {
	case err == nil && seen == found:
		return t.confirm(ctx, file, "looked up")
	case err == nil && seen == cannotTell:
		return trade.Transmitted{}, t.stop(ctx, r, uploadUnknown(r), false)
	}
	return trade.Transmitted{}, cause
}

// confirm writes down that the file landed, under whatever name, and opens the
// lane if it was this call that tried it out.
func (t *transmission) confirm(ctx context.Context, file cleo.File, how string) (trade.Transmitted, error) {
	if file.Size != 0 && file.Size != int64(len(t.content)) {
		return t.unknown(ctx, fmt.Errorf("cleo says that file %s has %d bytes; %d were sent", file.Name, file.Size, len(t.content)))
	}
	now := t.Ledger.Now()
	due, giveUp := t.answerTimes(now)
	detail := map[string]any{"file": file.ID, "name": file.Name, "folder": file.Folder, "confirmed": how, "request": t.request.Request}
	if !due.IsZero() {
		detail["answerDue"] = due.UTC().Format(time.RFC3339)
	}
	r, err := t.Ledger.Transition(ctx, t.record.ID, ledger.Change{
		To: trade.StateSent, Event: eventSent, Actor: "worker", Detail: detail,
		Apply: func(r *ledger.Record) {
			r.FileID, r.FileName, r.SentAt, r.DueAt, r.GiveUpAt = file.ID, file.Name, now, due, giveUp
		},
	})
	if err != nil {
		return trade.Transmitted{}, err
	}
	return transmitted(r), t.Ledger.OpenLane(ctx, laneCleo)
}

// answerTimes are those of the record's partner; an acknowledgement is not answered.
func (t *transmission) answerTimes(sent time.Time) (due, giveUp time.Time) {
	company, err := trade.ParseCompany(t.record.Company)
	profile, known := t.config.PartnerByID(company.Cono, t.record.Partner)
	if err != nil || !known {
		return due, giveUp
	}
	return t.config.AnswerTimes(profile, t.record.Flow, sent)
}
