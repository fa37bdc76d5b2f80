package trade

import (
	"fmt"
	"time"
)

// Date is a calendar day without time or zone, written CCYYMMDD as M3 and X12 do.
// The zero value is "no date".
type Date string

const dateLayout = "20060102"

// ParseDate reads CCYYMMDD. M3 writes an empty date as "", "0" or "00000000";
// all of them give the zero Date.
func ParseDate(s string) (Date, error) {
	if s == "" || s == "0" || s == "00000000" {
		return "", nil
	}
	if _, err := time.Parse(dateLayout, s); err != nil {
		return "", fmt.Errorf("%q is not a date of the form CCYYMMDD", s)
	}
	return Date(s), nil
}

// DateOf gives the day of an instant in its own location.
func DateOf(t time.Time) Date { return Date(t.Format(dateLayout)) }

// Time gives midnight UTC of the day; the zero Date gives the zero time.
func (d Date) Time() time.Time {
	t, err := time.Parse(dateLayout, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// IsZero says whether there is no date.
func (d Date) IsZero() bool { return d == "" }
