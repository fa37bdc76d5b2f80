package doc

import "fmt"

// Date is a calendar day, written CCYYMMDD; the zero value is no date.
type Date string

// ParseDate reads CCYYMMDD; an empty text is no date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	if len(s) != len("CCYYMMDD") || !isDay(s) {
		return "", fmt.Errorf("%w: %q", ErrDate, clip(s))
	}
	return Date(s), nil
}

// isDay says whether eight characters are a day of the calendar.
func isDay(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	year, month, day := two(0)*100+two(2), two(4), two(6)
	return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
}

func daysOf(year, month int) int {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}
