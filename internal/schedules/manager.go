package schedules

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"tradewind/internal/config"
	"tradewind/internal/ledger"
)

// Manager plans, applies and operates the schedules of one namespace.
type Manager struct {
	Temporal  client.Client
	Namespace string
	Ledger    *ledger.Ledger
}

// AttributeHash is the search attribute of a schedule that tells what was applied:
// the hash of the declaration and, behind a dash, the hash of what the server made
// of it. The second one finds changes that somebody made by hand.
var AttributeHash = temporal.NewSearchAttributeKeyKeyword("SpecHash")

// prefix marks the schedules that belong to the file.
const prefix = "tradewind/"

// The actions of a step.
const (
	Create = "create"
	Update = "update"
	Keep   = "keep"
	// Absent is a schedule that the file does not declare; only pruning deletes it.
	Absent = "absent"
	Delete = "delete"
)

// Step is what Apply does, or would do, to one schedule.
type Step struct {
	ID     string `json:"id"`
	Action string `json:"action"`
	Why    string `json:"why,omitempty"`
}

// Plan says what Apply would do.
func (m Manager) Plan(ctx context.Context, c *config.Config) ([]Step, error) {
	return m.run(ctx, c, func(desired) error { return nil }, func(desired) error { return nil }, nil)
}

// Apply makes the schedules follow the file: specification, action and policy.
// Applying twice changes nothing. Schedules that the file does not declare stay,
// unless prune is set.
func (m Manager) Apply(ctx context.Context, c *config.Config, prune bool) ([]Step, error) {
	var remove func(id string) error
	if prune {
		remove = func(id string) error { return m.delete(ctx, id) }
	}
	return m.run(ctx, c, func(d desired) error { return m.create(ctx, d) }, func(d desired) error { return m.update(ctx, d) }, remove)
}

func (m Manager) run(ctx context.Context, c *config.Config, create, update func(desired) error, remove func(id string) error) ([]Step, error) {
	var steps []Step
	declared := map[string]bool{}
	for _, s := range c.Schedules {
		d, err := wanted(s)
		if err != nil {
			return steps, err
		}
		declared[d.id] = true
		step, err := m.compare(ctx, d)
		if err != nil {
			return steps, err
		}
		switch step.Action {
		case Create:
			err = create(d)
		case Update:
			err = update(d)
		}
		if err != nil {
			return steps, fmt.Errorf("%s schedule %s: %w", step.Action, d.id, err)
		}
		steps = append(steps, step)
	}
	shown, err := m.List(ctx)
	if err != nil {
		return steps, err
	}
	for _, s := range shown {
		if declared[s.ID] {
			continue
		}
		step := Step{s.ID, Absent, "it is not in schedules.yaml; apply with --prune deletes it"}
		if remove != nil {
			step = Step{s.ID, Delete, "it is not in schedules.yaml"}
			if err := remove(s.ID); err != nil {
				return steps, fmt.Errorf("delete schedule %s: %w", s.ID, err)
			}
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// compare says what a schedule needs.
func (m Manager) compare(ctx context.Context, d desired) (Step, error) {
	description, err := m.describe(ctx, d.id)
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return Step{d.id, Create, "it does not exist yet"}, nil
	}
	if err != nil {
		return Step{}, fmt.Errorf("schedule %s: %w", d.id, err)
	}
	applied, _ := description.TypedSearchAttributes.GetKeyword(AttributeHash)
	declaredHash, observedHash, _ := strings.Cut(applied, "-")
	observed, err := observe(description.Schedule)
	switch {
	case err != nil:
		return Step{}, err
	case declaredHash != d.hash:
		return Step{d.id, Update, "schedules.yaml changed"}, nil
	case observedHash != observed:
		return Step{d.id, Update, "it was changed by hand and follows the file again"}, nil
	}
	return Step{d.id, Keep, ""}, nil
}

// observe hashes what the server holds of a schedule, apart from its state.
func observe(s client.Schedule) (string, error) {
	action, ok := s.Action.(*client.ScheduleWorkflowAction)
	if !ok {
		return "", fmt.Errorf("unexpected action %T", s.Action)
	}
	text, err := json.Marshal([]any{s.Spec, s.Policy, action.ID, action.Workflow, action.TaskQueue, action.Args, action.WorkflowExecutionTimeout})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:16], nil
}

func (m Manager) create(ctx context.Context, d desired) error {
	_, err := patiently(ctx, func() (client.ScheduleHandle, error) {
		return m.Temporal.ScheduleClient().Create(ctx, client.ScheduleOptions{
			ID: d.id, Spec: d.spec, Action: &d.action, Overlap: d.policy.Overlap, CatchupWindow: d.policy.CatchupWindow,
			TypedSearchAttributes: temporal.NewSearchAttributes(AttributeHash.ValueSet(d.hash)),
		})
	})
	if errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return m.update(ctx, d) // another process created it meanwhile, or a call of ours that got no answer
	}
	if err != nil {
		return err
	}
	return m.seal(ctx, d)
}

// update replaces specification, action and policy and keeps the state as found.
func (m Manager) update(ctx context.Context, d desired) error {
	err := m.change(ctx, d.id, func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		s := in.Description.Schedule
		s.Spec, s.Action, s.Policy = &d.spec, &d.action, &d.policy
		return &client.ScheduleUpdate{Schedule: &s}, nil
	})
	if err != nil {
		return err
	}
	return m.seal(ctx, d)
}

// seal writes down what was applied and what the server made of it.
func (m Manager) seal(ctx context.Context, d desired) error {
	return m.change(ctx, d.id, func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		observed, err := observe(in.Description.Schedule)
		if err != nil {
			return nil, err
		}
		attributes := temporal.NewSearchAttributes(AttributeHash.ValueSet(d.hash + "-" + observed))
		return &client.ScheduleUpdate{Schedule: &in.Description.Schedule, TypedSearchAttributes: &attributes}, nil
	})
}

func (m Manager) delete(ctx context.Context, id string) error {
	return m.operate(ctx, id, func(h client.ScheduleHandle) error {
		err := h.Delete(ctx)
		var missing *serviceerror.NotFound
		if errors.As(err, &missing) { // somebody else deleted it, or a call of ours that got no answer
			return nil
		}
		return err
	})
}

func (m Manager) describe(ctx context.Context, id string) (*client.ScheduleDescription, error) {
	return patiently(ctx, func() (*client.ScheduleDescription, error) {
		return m.Temporal.ScheduleClient().GetHandle(ctx, id).Describe(ctx)
	})
}

func (m Manager) change(ctx context.Context, id string, to func(client.ScheduleUpdateInput) (*client.ScheduleUpdate, error)) error {
	return m.operate(ctx, id, func(h client.ScheduleHandle) error {
		return h.Update(ctx, client.ScheduleUpdateOptions{DoUpdate: to})
	})
}

// Shown is a schedule as a list shows it.
type Shown struct {
	ID     string     `json:"id"`
	Paused bool       `json:"paused"`
	Note   string     `json:"note,omitempty"`
	Last   *time.Time `json:"last,omitempty"`
	Next   *time.Time `json:"next,omitempty"`
	Runs   int        `json:"runs"`
	// Skipped counts ticks lost to the overlap policy or to the catch-up window.
	Skipped int `json:"skipped"`
}

// List gives our schedules by id, read one by one: Temporal's own list lags behind.
func (m Manager) List(ctx context.Context) ([]Shown, error) {
	ids, err := patiently(ctx, func() ([]string, error) { return m.ids(ctx) })
	if err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	var out []Shown
	for _, id := range ids {
		s, err := m.show(ctx, id)
		var missing *serviceerror.NotFound
		if errors.As(err, &missing) {
			continue // deleted since
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out, nil
}

func (m Manager) ids(ctx context.Context) ([]string, error) {
	found, err := m.Temporal.ScheduleClient().List(ctx, client.ScheduleListOptions{PageSize: 100})
	if err != nil {
		return nil, err
	}
	var out []string
	for found.HasNext() {
		entry, err := found.Next()
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(entry.ID, prefix) {
			out = append(out, entry.ID)
		}
	}
	return out, nil
}

func (m Manager) show(ctx context.Context, id string) (Shown, error) {
	d, err := m.describe(ctx, id)
	if err != nil {
		return Shown{}, err
	}
	s := Shown{ID: id, Paused: d.Schedule.State.Paused, Note: d.Schedule.State.Note, Runs: d.Info.NumActions,
		Skipped: d.Info.NumActionsSkippedOverlap + d.Info.NumActionsMissedCatchupWindow}
	if n := len(d.Info.RecentActions); n > 0 {
		s.Last = &d.Info.RecentActions[n-1].ActualTime
	}
	if len(d.Info.NextActionTimes) > 0 {
		s.Next = &d.Info.NextActionTimes[0]
	}
	return s, nil
}

// Pause keeps a schedule from running until Resume; the note says why.
func (m Manager) Pause(ctx context.Context, id, note string) error {
	return m.operate(ctx, id, func(h client.ScheduleHandle) error { return h.Pause(ctx, client.SchedulePauseOptions{Note: note}) })
}

// Resume lets a paused schedule run again.
func (m Manager) Resume(ctx context.Context, id, note string) error {
	return m.operate(ctx, id, func(h client.ScheduleHandle) error { return h.Unpause(ctx, client.ScheduleUnpauseOptions{Note: note}) })
}

// Trigger runs a schedule once, now. A run more, after a call that got no answer, reads again what was read.
func (m Manager) Trigger(ctx context.Context, id string) error {
	return m.operate(ctx, id, func(h client.ScheduleHandle) error { return h.Trigger(ctx, client.ScheduleTriggerOptions{}) })
}

// operate takes a step with a schedule.
func (m Manager) operate(ctx context.Context, id string, step func(client.ScheduleHandle) error) error {
	_, err := patiently(ctx, func() (struct{}, error) {
		return struct{}{}, step(m.Temporal.ScheduleClient().GetHandle(ctx, id))
	})
	return named(id, err)
}

func named(id string, err error) error {
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return fmt.Errorf("there is no schedule %s; see schedules list, or apply schedules.yaml first", id)
	}
	return err
}
