package activities

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/schema"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// MatchParams name a received acknowledgement; Replay is set when somebody asked for another run.
type MatchParams struct {
	Record string               `json:"record"`
	Replay *trade.ReplayRequest `json:"replay,omitempty"`
}

// waitForSent is how long an answer waits for the ledger to know of the file that it answers.
const waitForSent = 2 * time.Minute

// MatchAnswer finds the documents of ours that an answer is about, a 997, 999 or TA1 by the control
// numbers that we gave them, an 855 or 824 by the order's number, and writes down what it says of
// each. One that is about nothing of ours parks.
func (a *Activities) MatchAnswer(ctx context.Context, p MatchParams) (trade.AnswerResult, error) {
	r, err := a.Ledger.Record(ctx, p.Record)
	if err != nil {
		return trade.AnswerResult{}, translate(err)
	}
	if r.State == trade.StateAccepted || r.State == trade.StateResolved && p.Replay == nil {
		return trade.AnswerResult{State: r.State}, nil
	}
	if r, err = a.noteReplay(ctx, r, p.Replay); err != nil {
		return trade.AnswerResult{}, translate(err)
	}
	if standing(r, p.Replay) {
		return trade.AnswerResult{}, a.stop(ctx, r, r.Reason, false)
	}
	if r.Set == trade.SetConfirmation || r.Set == trade.SetAdvice {
		return a.matchBusiness(ctx, r)
	}
	content, err := a.Archive.Get(ctx, r.Source)
	if err != nil {
		return trade.AnswerResult{}, translate(err)
	}
	answers, err := answersOf(content, r)
	if err != nil {
		return trade.AnswerResult{}, a.stop(ctx, r, trade.Data(trade.ReasonSetInvalid, r.Set, "ask the partner to send it again, then resolve this record", "the acknowledgement cannot be read: %v", err), false)
	}
	answered := 0
	for _, said := range answers {
		n, reason, err := a.answer(ctx, r, said)
		if errors.Is(err, ledger.ErrNotSent) && a.tooSoon(r) {
			return trade.AnswerResult{}, stillOnItsWay
		}
		if errors.Is(err, ledger.ErrNotSent) {
			reason, err = unmatched(said, "the document with this number is not sent yet"), nil
		}
		if err != nil {
			return trade.AnswerResult{}, translate(err)
		}
		if !reason.IsZero() {
			return trade.AnswerResult{}, a.stop(ctx, r, reason, false)
		}
		answered += n
	}
	return a.matched(ctx, r, answered)
}

// matched closes an answer that says something of so many documents.
func (a *Activities) matched(ctx context.Context, r ledger.Record, documents int) (trade.AnswerResult, error) {
	_, err := a.Ledger.Transition(ctx, r.ID, ledger.Change{To: trade.StateAccepted, Event: "matched", Actor: "worker", Detail: map[string]any{"documents": documents}})
	return trade.AnswerResult{State: trade.StateAccepted, Answered: documents}, translate(err)
}

// tooSoon says whether the document that is answered may still be on its way.
func (a *Activities) tooSoon(r ledger.Record) bool {
	return a.Ledger.Now().Before(r.CreatedAt.Add(waitForSent))
}

// stillOnItsWay has Temporal ask again.
var stillOnItsWay = later("the document that is answered is still on its way", 5*time.Second)

// answersOf reads what a record's set, or TA1, says. There is no acknowledgement that says
// nothing: one that is not found in its file is an error.
func answersOf(content []byte, r ledger.Record) ([]ack.Answer, error) {
	trees, err := edi.ReadTolerant(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	var out []ack.Answer
	for _, tree := range trees {
		if tree.Control != r.Interchange {
			continue
		}
		all, err := ack.Read(tree) // others in the interchange may be unreadable
		for _, said := range all {
			technical := said.Kind == ack.Technical && r.Set == trade.TechnicalSet && said.Control == r.SetControl
			if technical || r.Set == string(said.Kind) && said.Group.Control == r.Group && setOf(tree, said.Path) == r.SetControl {
				out = append(out, said)
			}
		}
		if len(out) == 0 && err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s %s of interchange %s says nothing that can be read", r.Set, r.SetControl, r.Interchange)
	}
	return out, nil
}

// setOf gives ST02 of the set at a path.
func setOf(tree edi.InterchangeTree, path string) string {
	for _, group := range tree.Groups {
		for _, set := range group.Sets {
			if set.Path == path {
				return set.Control
			}
		}
	}
	return ""
}

// answer writes down what one answer says of each document that it is about.
func (a *Activities) answer(ctx context.Context, r ledger.Record, said ack.Answer) (answered int, _ trade.Reason, err error) {
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return 0, trade.Reason{}, err
	}
	cono, _, _ := strings.Cut(r.Company, "-")
	profile, known := c.PartnerByID(cono, r.Partner)
	if !known {
		return 0, unmatched(said, "there is no profile "+r.Partner+" any more"), nil
	}
	if profile.Envelope == mapping.Cleo {
		return a.answerSets(ctx, r, said)
	}
	ours, theirs := said.Interchange.ReceiverQualifier+":"+said.Interchange.Receiver, said.Interchange.SenderQualifier+":"+said.Interchange.Sender
	counter := ledger.GroupCounter(said.Group.Receiver, said.Group.Sender, said.Functional)
	if said.Kind == ack.Technical {
		counter = ledger.InterchangeCounter(ours, theirs)
	}
	id, found, err := a.Ledger.Numbered(ctx, counter, numberOf(said.Control))
	if err != nil {
		return 0, trade.Reason{}, err
	}
	if !found {
		return 0, unmatched(said, "no document of ours has this number"), nil
	}
	document, err := a.Ledger.Record(ctx, id)
	if err != nil {
		return 0, trade.Reason{}, err
	}
	verdict, told := said.Of(document.Set, document.SetControl)
	if !told && said.Kind != ack.Technical {
		return 0, unmatched(said, "it does not say whether set "+document.SetControl+" was accepted"), nil
	}
	return 1, trade.Reason{}, a.tell(ctx, r, document.ID, numberOf(said.Control), said, verdict)
}

// answerSets serves partners whose envelope is Cleo's: their groups have numbers that we do not
// know, and the sets have ours.
func (a *Activities) answerSets(ctx context.Context, r ledger.Record, said ack.Answer) (answered int, _ trade.Reason, err error) {
	if said.Kind == ack.Technical || len(said.Sets) == 0 {
		return 0, unmatched(said, "the envelope is Cleo's, and it names no set"), nil
	}
	for _, set := range said.Sets {
		id, found, err := a.Ledger.Numbered(ctx, ledger.SetCounter(r.Partner), numberOf(strings.TrimSpace(set.Control)))
		if err != nil {
			return answered, trade.Reason{}, err
		}
		if !found {
			return answered, unmatched(said, "no document of ours has set number "+set.Control), nil
		}
		set.Control = strings.TrimSpace(set.Control)
		if err := a.tell(ctx, r, id, numberOf(set.Control), said, set); err != nil {
			return answered, trade.Reason{}, err
		}
		answered++
	}
	return answered, trade.Reason{}, nil
}

// tell writes a verdict down with the document that got the number.
func (a *Activities) tell(ctx context.Context, r ledger.Record, document string, number int64, said ack.Answer, verdict ack.SetAnswer) error {
	answer := trade.Answer{Level: trade.LevelFunctional, Verdict: verdicts[verdict.Verdict], Reasons: verdict.Reasons, Number: number, Acknowledgement: r.ID}
	if said.Kind == ack.Technical {
		answer.Level, answer.Verdict, answer.Reasons = trade.LevelInterchange, verdicts[said.Verdict], said.Reasons
	}
	if len(answer.Reasons) > 0 && said.Kind != ack.Technical {
		var err error
		if answer.Reasons, err = a.inOurWords(ctx, document, said, verdict); err != nil {
			return err
		}
	}
	place := fmt.Sprintf("%s %s", said.Kind, said.Path)
	if _, err := a.Ledger.Answer(ctx, document, answer, refusal(place, answer.Reasons)); err != nil {
		return err
	}
	return a.tellAnswered(ctx, document)
}

// inOurWords gives the reasons with what we sent at the places that they name. Those of an answer to
// an earlier attempt stay as they are: what was sent then is not what is sent now.
func (a *Activities) inOurWords(ctx context.Context, document string, said ack.Answer, verdict ack.SetAnswer) ([]string, error) {
	r, err := a.Ledger.Record(ctx, document)
	if err != nil {
		return nil, err
	}
	content, err := a.Archive.Get(ctx, r.Document.SHA256)
	if err != nil {
		return nil, err
	}
	trees, err := edi.ReadTolerant(bytes.NewReader(content))
	if err != nil || len(trees) == 0 || len(trees[0].Groups) == 0 || len(trees[0].Groups[0].Sets) == 0 {
		return verdict.Reasons, err
	}
	group := trees[0].Groups[0]
	answered := numberOf(group.Control) == numberOf(said.Control) || numberOf(group.Control) == 0 && numberOf(r.SetControl) == numberOf(verdict.Control)
	tables, _, err := schema.ForVersion(group.Version)
	if err != nil || !answered {
		return verdict.Reasons, err
	}
	return verdict.Against(group.Sets[0], tables), nil
}

// refusal is why a document waits for a person that its partner rejected.
func refusal(place string, reasons []string) trade.Reason {
	why := strings.Join(reasons, ", ")
	if why == "" {
		why = "it gives no reason"
	}
	return trade.Data(trade.ReasonAckRejected, place, "correct the profile or the order, then replay: it goes out with new numbers; or resolve it with a note",
		"the partner rejected the document: %s", strings.ReplaceAll(why, "; ", ", "))
}

var verdicts = map[schema.Verdict]trade.Verdict{schema.Accepted: trade.VerdictAccepted, schema.Errors: trade.VerdictErrors, schema.Rejected: trade.VerdictRejected,
	ack.Partial: trade.VerdictErrors}

func unmatched(said ack.Answer, why string) trade.Reason {
	what := fmt.Sprintf("%s for group %s %s", said.Kind, said.Functional, said.Control)
	if said.Kind == ack.Technical {
		what = "TA1 for interchange " + said.Control
	}
	return trade.Data(trade.ReasonAckUnmatched, said.Path, "replay it if the document was sent meanwhile, or resolve it with a note", "the %s matches nothing: %s", what, why)
}
