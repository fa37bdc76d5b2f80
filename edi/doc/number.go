package doc

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// formatReal writes a number of type R: an explicit point, no exponent, no
// trailing zeros behind the point.
func formatReal(d decimal.Decimal) string {
	s := d.String()
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// parseReal reads type R: "5", "-.5", "1.25".
func parseReal(s string) (decimal.Decimal, error) {
	if s == "" {
		return decimal.Zero, nil
	}
	for i := range len(s) {
		if c := s[i]; !(c >= '0' && c <= '9' || c == '.' || (c == '-' && i == 0)) {
			return decimal.Zero, fmt.Errorf("%q is not a decimal number", s)
		}
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return d, fmt.Errorf("%q is not a decimal number", s)
	}
	return d, nil
}

// formatImplied writes a number of type N2: hundredths without a point.
func formatImplied(d decimal.Decimal) (string, error) {
	hundredths := d.Shift(2)
	if !hundredths.IsInteger() {
		return "", fmt.Errorf("%s has more than two decimals", d)
	}
	return hundredths.String(), nil
}

// parseImplied reads type N2: "9588" is 95.88.
func parseImplied(s string) (decimal.Decimal, error) {
	if s == "" {
		return decimal.Zero, nil
	}
	for i := range len(s) {
		if c := s[i]; !(c >= '0' && c <= '9' || (c == '-' && i == 0)) {
			return decimal.Zero, fmt.Errorf("%q is not a number with two implied decimals", s)
		}
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return d, fmt.Errorf("%q is not a number with two implied decimals", s)
	}
	return d.Shift(-2), nil
}
