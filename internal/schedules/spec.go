// Package schedules makes Temporal's Schedules follow schedules.yaml: it plans
// what differs, applies it, and backfills with a policy that loses no tick.
// Whether a schedule is paused, and its note, belong to the operator.
package schedules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"tradewind/internal/config"
	"tradewind/internal/trade"
	"tradewind/workflows"
)

// start gives the workflow that a schedule starts, its input, and the search
// attributes of its runs.
func start(s config.Schedule) (workflow string, input any, attributes temporal.SearchAttributes, err error) {
	flow := workflows.AttributeFlow.ValueSet(string(s.Flow))
	switch s.Flow {
	case trade.Tokens:
		return workflows.TypeRefreshTokens, trade.RefreshTokensInput{System: s.System}, temporal.NewSearchAttributes(flow), nil
	case trade.Mailbox:
		return workflows.TypePollMailbox, trade.MailboxInput{Mailbox: s.Mailbox}, temporal.NewSearchAttributes(flow), nil
	}
	workflow = map[trade.Flow]string{
		trade.OrdersOut: workflows.TypePollOrders, trade.InvoicesOut: workflows.TypePollInvoices,
		trade.Suppliers: workflows.TypeSyncSuppliers, trade.Customers: workflows.TypeSyncCustomers, trade.Accounts: workflows.TypeSyncAccounts,
	}[s.Flow]
	company, err := trade.ParseCompany(string(s.Company))
	return workflow, trade.PollInput{Flow: s.Flow, Company: company, Full: s.Full},
		temporal.NewSearchAttributes(flow, workflows.AttributeCompany.ValueSet(company.String())), err
}

var overlaps = map[string]enums.ScheduleOverlapPolicy{
	"":          enums.SCHEDULE_OVERLAP_POLICY_SKIP,
	"Skip":      enums.SCHEDULE_OVERLAP_POLICY_SKIP,
	"BufferOne": enums.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE,
	"BufferAll": enums.SCHEDULE_OVERLAP_POLICY_BUFFER_ALL,
	"AllowAll":  enums.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL,
}

// defaultCatchUp is how late a tick that was missed may still run: a year is the
// server's own default and would flood a system that was down over a weekend.
const defaultCatchUp = time.Hour

// desired is one schedule as the file wants it.
type desired struct {
	id     string
	spec   client.ScheduleSpec
	action client.ScheduleWorkflowAction
	policy client.SchedulePolicies
	// hash tells two declarations apart.
	hash string
}

// wanted translates a declaration.
func wanted(s config.Schedule) (desired, error) {
	workflow, input, attributes, err := start(s)
	if err != nil {
		return desired{}, fmt.Errorf("schedule %s: %w", s.ID(), err)
	}
	spec, err := specOf(s)
	if err != nil {
		return desired{}, fmt.Errorf("schedule %s: %w", s.ID(), err)
	}
	declared, err := json.Marshal(s)
	if err != nil {
		return desired{}, err
	}
	catchUp := s.CatchUp.Std()
	if catchUp == 0 {
		catchUp = defaultCatchUp
	}
	sum := sha256.Sum256(declared)
	return desired{
		id: s.ID(), spec: spec, hash: hex.EncodeToString(sum[:])[:16],
		policy: client.SchedulePolicies{Overlap: overlaps[s.Overlap], CatchupWindow: catchUp},
		action: client.ScheduleWorkflowAction{
			ID: s.ID(), Workflow: workflow, TaskQueue: workflows.TaskQueue, Args: []any{input},
			StaticSummary: strings.TrimPrefix(s.ID(), prefix), TypedSearchAttributes: attributes,
		},
	}, nil
}

func specOf(s config.Schedule) (client.ScheduleSpec, error) {
	spec := client.ScheduleSpec{CronExpressions: s.Cron, Jitter: s.Jitter.Std(), TimeZoneName: s.TimeZone}
	if s.Every > 0 {
		spec.Intervals = []client.ScheduleIntervalSpec{{Every: s.Every.Std(), Offset: s.Offset.Std()}}
	}
	for _, c := range s.Calendar {
		calendar, err := calendarOf(c)
		if err != nil {
			return spec, err
		}
		spec.Calendars = append(spec.Calendars, calendar)
	}
	for _, day := range s.Exclude {
		d, err := trade.ParseDate(string(day))
		if err != nil {
			return spec, err
		}
		t := d.Time()
		whole := []client.ScheduleRange{{Start: 0, End: 59}}
		spec.Skip = append(spec.Skip, client.ScheduleCalendarSpec{
			Second: whole, Minute: whole, Hour: []client.ScheduleRange{{Start: 0, End: 23}},
			Year: one(t.Year()), Month: one(int(t.Month())), DayOfMonth: one(t.Day()),
		})
	}
	return spec, nil
}

func one(n int) []client.ScheduleRange { return []client.ScheduleRange{{Start: n, End: n}} }

func calendarOf(c config.CalendarSpec) (client.ScheduleCalendarSpec, error) {
	var out client.ScheduleCalendarSpec
	for _, each := range []struct {
		name, text string
		low, high  int
		into       *[]client.ScheduleRange
	}{
		{"minute", c.Minute, 0, 59, &out.Minute}, {"hour", c.Hour, 0, 23, &out.Hour}, {"dayOfMonth", c.DayOfMonth, 1, 31, &out.DayOfMonth},
		{"month", c.Month, 1, 12, &out.Month}, {"dayOfWeek", c.DayOfWeek, 0, 6, &out.DayOfWeek},
	} {
		ranges, err := rangesOf(each.text, each.low, each.high)
		if err != nil {
			return out, fmt.Errorf("calendar.%s: %w", each.name, err)
		}
		*each.into = ranges
	}
	return out, nil
}

var weekdays = strings.NewReplacer("SUN", "0", "MON", "1", "TUE", "2", "WED", "3", "THU", "4", "FRI", "5", "SAT", "6")

// rangesOf reads lists of ranges with steps: "9-17", "1,15", "0-30/10", "MON-FRI".
// Nothing means Temporal's default for the field.
func rangesOf(text string, low, high int) ([]client.ScheduleRange, error) {
	if text == "" {
		return nil, nil
	}
	if text == "*" {
		return []client.ScheduleRange{{Start: low, End: high}}, nil
	}
	var out []client.ScheduleRange
	for part := range strings.SplitSeq(weekdays.Replace(strings.ToUpper(text)), ",") {
		span, step, stepped := strings.Cut(strings.TrimSpace(part), "/")
		first, last, ranged := strings.Cut(span, "-")
		if !ranged {
			last = first
		}
		r := client.ScheduleRange{}
		var err error
		if r.Start, err = strconv.Atoi(first); err == nil {
			r.End, err = strconv.Atoi(last)
		}
		if err == nil && stepped {
			r.Step, err = strconv.Atoi(step)
		}
		if err != nil || r.Start < low || r.End > high || r.End < r.Start || (stepped && r.Step < 1) {
			return nil, fmt.Errorf("%q is not a list of ranges within %d-%d, such as %d-%d or %d,%d", text, low, high, low, high, low, high)
		}
		out = append(out, r)
	}
	return out, nil
}
