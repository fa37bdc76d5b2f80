package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

const office = `calendars:
  office:
    timeZone: America/Chicago
    days: [mon, tue, wed, thu, fri]
    from: "08:00"
    until: "17:00"
    closed: [20261126]
`

// TestAnAnswerIsDueInTheHoursOfItsPartner counts from instants in and beside office hours.
func TestAnAnswerIsDueInTheHoursOfItsPartner(t *testing.T) {
	files := shipped(t)
	files[calendarsFile] = []byte(office)
	c, err := Load(files)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		calendar, sent string
		within         time.Duration
		due            string
	}{
		"every hour counts":           {"", "2026-03-06T23:00:00Z", 24 * time.Hour, "2026-03-07T23:00:00Z"},
		"every hour counts, by name":  {AlwaysOpen, "2026-03-06T23:00:00Z", 2 * time.Second, "2026-03-06T23:00:02Z"},
		"within the day":              {"office", "2026-03-03T15:00:00Z", 4 * time.Hour, "2026-03-03T19:00:00Z"},
		"over night":                  {"office", "2026-03-03T22:00:00Z", 4 * time.Hour, "2026-03-04T17:00:00Z"},
		"over a weekend, in summer":   {"office", "2026-03-06T22:00:00Z", 4 * time.Hour, "2026-03-09T16:00:00Z"},
		"sent in the night":           {"office", "2026-03-03T05:00:00Z", time.Hour, "2026-03-03T15:00:00Z"},
		"over a day without business": {"office", "2026-11-25T22:00:00Z", 2 * time.Hour, "2026-11-27T15:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			sent, err := time.Parse(time.RFC3339, test.sent)
			require.NoError(t, err)
			p := mapping.Profile{Calendar: mapping.Code(test.calendar)}
			p.Order.Answer = mapping.AnswerTime{Within: Duration(test.within), GiveUp: Duration(3 * test.within)}
			due, giveUp := c.AnswerTimes(p, trade.OrdersOut, sent)
			require.Equal(t, test.due, due.UTC().Format(time.RFC3339))
			require.True(t, giveUp.After(due))
		})
	}
	due, giveUp := c.AnswerTimes(mapping.Profile{}, trade.OrdersOut, time.Now())
	require.True(t, due.IsZero() && giveUp.IsZero(), "no answer is expected")
}

func TestFaultsOfCalendarsNameTheirPlace(t *testing.T) {
	for name, test := range map[string]struct{ file, content, want string }{
		"no such zone":  {calendarsFile, "calendars:\n  a: {timeZone: Mars/North, days: [mon], from: \"08:00\", until: \"17:00\"}\n", `calendars.yaml:2:7: calendar a: timeZone "Mars/North"`},
		"no hours":      {calendarsFile, "calendars:\n  a: {timeZone: UTC, days: [mon], from: \"17:00\", until: \"08:00\"}\n", `from "17:00" until "08:00" are no hours`},
		"no days":       {calendarsFile, "calendars:\n  a: {timeZone: UTC, from: \"08:00\", until: \"17:00\"}\n", "days are needed"},
		"no such day":   {calendarsFile, "calendars:\n  a: {timeZone: UTC, days: [monday], from: \"08:00\", until: \"17:00\"}\n", `day "monday" is none of sun, mon`},
		"no date":       {calendarsFile, "calendars:\n  a: {timeZone: UTC, days: [mon], from: \"08:00\", until: \"17:00\", closed: [2026-12-25]}\n", `"2026-12-25" is not a day of the form CCYYMMDD`},
		"a name taken":  {calendarsFile, "calendars:\n  always: {timeZone: UTC, days: [mon], from: \"08:00\", until: \"17:00\"}\n", "the name always is that of"},
		"empty":         {calendarsFile, "calendars:\n  a:\n", "calendar a: it is empty"},
		"unknown":       {"partners/100-0010045.yaml", "calendar: offices\n", `calendar "offices" is not in calendars.yaml`},
		"without end":   {"partners/100-0010045.yaml", "order: {answer: {within: 24h}}\n", "order.answer.giveUp is 0s; it must be longer than order.answer.within, 24h0m0s"},
		"without start": {"partners/100-0010045.yaml", "order: {answer: {giveUp: 24h}}\n", "order.answer.giveUp needs order.answer.within"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := ReadFolder("../../config")
			require.NoError(t, err)
			files := shipped(t)
			if files[test.file] = all[test.file]; test.file == calendarsFile {
				files[test.file] = nil
			}
			files[test.file] = append(files[test.file], test.content...)
			_, err = Load(files)
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, test.file+":")
		})
	}
}
