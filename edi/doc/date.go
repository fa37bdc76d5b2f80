package doc

import (
	"fmt"
	"time"
)

// Date is a calendar day, written CCYYMMDD; the zero value is no date.
type Date string

// ParseDate reads CCYYMMDD; an empty text is no date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	if _, err := time.Parse("20060102", s); err != nil {
		return "", fmt.Errorf("%q is not a date of the form CCYYMMDD", s)
	}
	return Date(s), nil
}
