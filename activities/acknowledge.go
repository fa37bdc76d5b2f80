package activities

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/schema"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// answer adds the record of the acknowledgement of an interchange, where it deserves one: it
// is for us, from a partner whose acknowledgements are ours, and brings what did not come
// before. What the answer says is fixed and archived here, from the validation that decides
// about the sets, so that it cannot say anything else later.
//
// A test interchange is answered too, as a test: a 997 is about syntax and says nothing of
// a posting, and partners try out with it whether acknowledgements work.
func (r *reception) answer(ctx context.Context, i int, again repeats) error {
	tree, report := r.trees[i], r.reports[i]
	company, known := r.config.Receiver(tree.Interchange)
	profile, partner := r.firstProfile(company, tree)
	if !known || !partner || profile.Acknowledge != mapping.Ours || again.interchange.same {
		return nil
	}
	if whole, err := report.Reply(answerOptions(profile)); err == nil && whole == nil {
		return nil // also where its groups came before: what is left of it is no empty interchange
	}
	report.Groups = nil
	for k, g := range r.reports[i].Groups {
		if !again.groups[k].same { // a group is answered once
			report.Groups = append(report.Groups, g)
		}
	}
	record := ledger.NewReceived{ID: trade.AckOutRecordID(r.file.Number, tree.Control, i+1), Flow: trade.AcksOut, State: trade.StateDiscovered,
		Company: company.Key(), Partner: string(profile.ID), Set: string(ack.Functional), Number: tree.Control, Amount: "0", File: ledger.File{Number: r.file.Number}}
	reply, err := report.Reply(answerOptions(profile))
	switch {
	case err != nil:
		record.State, record.Reason = trade.StateParked, trade.Data(trade.ReasonValueInvalid, fmt.Sprintf("ISA[%d]", i+1),
			"answer it by hand if it matters, and resolve this with a note", "the acknowledgement cannot be written: %v", err)
	case reply == nil:
		return nil
	default:
		if record.Set = trade.TechnicalSet; len(reply.Groups) > 0 {
			record.Set = string(reply.Groups[0].Kind)
		}
		if record.Source, err = r.archive(ctx, reply); err != nil {
			return err
		}
		record.Checksum = record.Source
	}
	r.out = append(r.out, record)
	return nil
}

// refusal gives what our answer rejects a group for as a whole, or the interchange around it:
// what we say is rejected must not be worked on.
func (r *reception) refusal(i, group int) []schema.Finding {
	company, _ := r.config.Receiver(r.trees[i].Interchange)
	profile, _ := r.firstProfile(company, r.trees[i])
	report := r.reports[i]
	if profile.Acknowledge != mapping.Ours || !report.Groups[group].Answerable() {
		return nil
	}
	reply, err := report.Reply(answerOptions(profile))
	if err == nil && reply != nil && reply.TA1 != nil && len(reply.Groups) == 0 {
		return report.Findings
	}
	return report.Groups[group].Findings
}

// archive keeps what an answer says.
func (r *reception) archive(ctx context.Context, reply *ack.Reply) (string, error) {
	content, err := json.Marshal(reply)
	if err != nil {
		return "", err
	}
	return r.Archive.Put(ctx, content)
}

// answerOptions are what is agreed with a partner about acknowledgements.
func answerOptions(p mapping.Profile) ack.Options {
	d := p.Delimiters
	return ack.Options{Kind: ack.Kind(p.AcknowledgeWith),
		Delimiters: edi.Delimiters{Element: byte(d.Element), Component: byte(d.Component), Repetition: byte(d.Repetition), Segment: byte(d.Segment)}}
}

// PrepareAcknowledgement fixes the bytes of an acknowledgement: it gives it control numbers
// once, archives the bytes and writes all that down. They never change afterwards.
func (a *Activities) PrepareAcknowledgement(ctx context.Context, p PrepareParams) (trade.Prepared, error) {
	r, err := a.Ledger.Record(ctx, p.Record)
	if err != nil {
		return trade.Prepared{}, translate(err)
	}
	if settled(r, p.Replay) {
		return prepared(r), nil
	}
	if r, err = a.noteReplay(ctx, r, p.Replay); err != nil {
		return trade.Prepared{}, translate(err)
	}
	if r.Document.SHA256 != "" {
		return prepared(r), nil
	}
	if r.Source == "" {
		return trade.Prepared{}, a.stop(ctx, r, r.Reason, false)
	}
	out, reason, err := a.fixAcknowledgement(ctx, r, p.Replay)
	if err == nil && !reason.IsZero() {
		return trade.Prepared{}, a.stop(ctx, r, reason, false)
	}
	return out, translate(err)
}

// fixAcknowledgement writes the answer with its numbers and time.
func (a *Activities) fixAcknowledgement(ctx context.Context, r ledger.Record, replay *trade.ReplayRequest) (trade.Prepared, trade.Reason, error) {
	said, err := a.Archive.Get(ctx, r.Source)
	if err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	var reply ack.Reply
	if err := json.Unmarshal(said, &reply); err != nil {
		return trade.Prepared{}, trade.Reason{}, fmt.Errorf("answer of %s: %w", r.ID, err)
	}
	// A first pass with numbers that are not used shows what cannot be written before any
	// number is spent.
	if err := reply.Write(io.Discard, ack.Numbers{Interchange: 1, Group: 1}, time.Unix(0, 0).UTC()); err != nil {
		return trade.Prepared{}, trade.Data(trade.ReasonValueInvalid, "interchange "+r.Number, "answer it by hand if it matters, and resolve this with a note",
			"the acknowledgement cannot be written: %v", err), nil
	}
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	key, err := trade.ParseCompany(r.Company)
	if err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	company, err := c.Company(key)
	if err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	n, err := a.Ledger.Allocate(ctx, r.ID, acknowledgementCounters(reply))
	if err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	var content bytes.Buffer
	doc := fixed{version: c.Version, partner: r.Partner, kind: r.Set, interchange: mapping.InterchangeNumber(n.Interchange)}
	if len(reply.Groups) > 0 {
		doc.group, doc.set = mapping.GroupNumber(n.Group), mapping.SetNumber(1)
	}
	if err := reply.Write(&content, ack.Numbers{Interchange: numberOf(doc.interchange), Group: max(1, numberOf(doc.group))}, a.Ledger.Now().In(company.Location())); err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	doc.content = content.Bytes()
	out, err := a.writeDown(ctx, r, doc, replay)
	return out, trade.Reason{}, err
}

// numberOf reads a control number that was written; none is 0.
func numberOf(control string) int64 {
	n, err := strconv.ParseInt(control, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// acknowledgementCounters names the counters of an answer. ISA13 counts with all other
// documents to the partner; the groups count by the interchange addresses, because the groups
// of one answer may go to several applications and their numbers follow each other.
func acknowledgementCounters(r ack.Reply) ledger.Counters {
	from := r.Interchange.SenderQualifier + ":" + r.Interchange.Sender
	to := r.Interchange.ReceiverQualifier + ":" + r.Interchange.Receiver
	c := ledger.Counters{Interchange: ledger.InterchangeCounter(from, to)}
	if len(r.Groups) > 0 {
		c.Group, c.Groups = ledger.GroupCounter(from, to, "FA"), len(r.Groups)
	}
	return c
}
