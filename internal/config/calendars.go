package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// calendarsFile holds the calendars; a configuration may be without it.
const calendarsFile = "calendars.yaml"

// AlwaysOpen is the calendar of a partner for whom every hour counts.
const AlwaysOpen = "always"

// Calendar is when a partner works.
type Calendar struct {
	TimeZone string   `yaml:"timeZone"`
	Days     []string `yaml:"days"` // mon, tue, …
	// From and Until are times of day, "08:00".
	From  string `yaml:"from"`
	Until string `yaml:"until"`
	// Closed are days on which nobody works.
	Closed []trade.Date `yaml:"closed"`

	location *time.Location
	hours    *cal.BusinessCalendar
}

// weekdays are the days as a calendar names them, Sunday first as in package time.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (c *Config) loadCalendars(files Files) error {
	content, ok := files[calendarsFile]
	if !ok {
		return nil
	}
	var in struct {
		Calendars map[string]*Calendar `yaml:"calendars"`
	}
	if err := decode(calendarsFile, content, &in); err != nil {
		return err
	}
	c.Calendars = in.Calendars
	var faults []error
	for name, calendar := range in.Calendars {
		fault := calendar.open()
		if name == AlwaysOpen {
			fault = "the name " + AlwaysOpen + " is that of the calendar in which every hour counts; take another one"
		}
		if fault != "" {
			faults = append(faults, at(calendarsFile, content, "calendars."+name, "calendar %s: %s", name, fault))
		}
	}
	return errors.Join(faults...)
}

// open completes a calendar and says what is wrong with it.
func (c *Calendar) open() (fault string) {
	if c == nil {
		return "it is empty"
	}
	var err error
	if c.location, err = time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" {
		return fmt.Sprintf("timeZone %q is not a zone such as America/Chicago", c.TimeZone)
	}
	from, err := timeOfDay(c.From)
	until, untilErr := timeOfDay(c.Until)
	if err = errors.Join(err, untilErr); err != nil || until <= from {
		return fmt.Sprintf("from %q until %q are no hours such as 08:00 until 17:00", c.From, c.Until)
	}
	c.hours = cal.NewBusinessCalendar()
	c.hours.SetWorkHours(from, until)
	if len(c.Days) == 0 {
		return "days are needed, such as [mon, tue, wed, thu, fri]"
	}
	for _, day := range c.Days {
		if !slices.Contains(weekdays, day) {
			return fmt.Sprintf("day %q is none of %s", day, strings.Join(weekdays, ", "))
		}
	}
	for n, day := range weekdays {
		c.hours.SetWorkday(time.Weekday(n), slices.Contains(c.Days, day))
	}
	for _, closed := range c.Closed {
		day, err := trade.ParseDate(string(closed))
		if err != nil || day.IsZero() {
			return fmt.Sprintf("closed: %q is not a day of the form CCYYMMDD", closed)
		}
		c.hours.AddHoliday(holiday(day.Time()))
	}
	return ""
}

// holiday is one day of one year.
func holiday(day time.Time) *cal.Holiday {
	return &cal.Holiday{Name: day.Format(time.DateOnly), Month: day.Month(), Day: day.Day(), StartYear: day.Year(), EndYear: day.Year(), Func: cal.CalcDayOfMonth}
}

// timeOfDay reads "08:30" as a duration since midnight.
func timeOfDay(text string) (time.Duration, error) {
	at, err := time.Parse("15:04", text)
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, err
}

// AnswerTimes say when the answer of a partner to what was sent in a flow at an instant becomes
// overdue, and when it is no longer waited for, in hours of the partner's calendar; both are zero
// where none is expected.
func (c *Config) AnswerTimes(p mapping.Profile, flow trade.Flow, sent time.Time) (due, giveUp time.Time) {
	answer := map[trade.Flow]mapping.AnswerTime{trade.OrdersOut: p.Order.Answer, trade.InvoicesOut: p.OutgoingInvoice.Answer}[flow]
	if answer.Within == 0 {
		return due, giveUp
	}
	add := sent.Add
	if calendar := c.Calendars[string(p.Calendar)]; calendar != nil {
		add = func(d time.Duration) time.Time {
			return calendar.hours.AddWorkHours(sent.In(calendar.location), d).UTC()
		}
	}
	return add(answer.Within.Std()), add(answer.GiveUp.Std())
}
