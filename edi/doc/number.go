package doc

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

const (
	// mostDigits is more than any element may have; longer numbers are refused before
	// they cost time.
	mostDigits = 40
	// fastDigits always fit an int64.
	fastDigits = 18
	// implied is how many decimals type N2 has.
	implied = 2
)

// Trim takes the zeros behind the last decimal away: 12.500 becomes 12.5. A document
// writes a number at the scale it has.
func Trim(d decimal.Decimal) decimal.Decimal {
	if d.Exponent() >= 0 || d.Exponent() < -mostDigits {
		return d
	}
	trimmed, err := decimal.NewFromString(d.String())
	if err != nil {
		return d // a Decimal reads what it writes
	}
	return trimmed
}

// parseReal reads type R: "5", "-.5", "1.25". The scale is kept.
func parseReal(s string) (decimal.Decimal, error) { return parse(s, true, 0) }

// parseWhole reads types N0 and N2: digits, of which the last few are decimals.
func parseWhole(s string, decimals int32) (decimal.Decimal, error) { return parse(s, false, decimals) }

func parse(s string, mayPoint bool, decimals int32) (decimal.Decimal, error) {
	unsigned := strings.TrimPrefix(s, "-")
	var value int64
	digits, point := 0, -1
	for i := range len(unsigned) {
		switch c := unsigned[i]; {
		case c >= '0' && c <= '9' && digits < mostDigits:
			if digits++; digits <= fastDigits {
				value = value*10 + int64(c-'0')
			}
		case c == '.' && mayPoint && point < 0:
			point = i
		default:
			return decimal.Decimal{}, notNumber(s, mayPoint, decimals)
		}
	}
	if digits == 0 {
		return decimal.Decimal{}, notNumber(s, mayPoint, decimals)
	}
	if point >= 0 {
		decimals = int32(len(unsigned) - point - 1)
	}
	negative := len(unsigned) < len(s)
	if digits > fastDigits {
		return parseLong(strings.Replace(unsigned, ".", "", 1), negative, decimals), nil
	}
	if negative {
		value = -value
	}
	return decimal.New(value, -decimals), nil
}

// parseLong takes digits that an int64 does not hold.
func parseLong(digits string, negative bool, decimals int32) decimal.Decimal {
	value, _ := new(big.Int).SetString(digits, 10) // they are digits
	if negative {
		value.Neg(value)
	}
	return decimal.NewFromBigInt(value, -decimals)
}

func notNumber(s string, mayPoint bool, decimals int32) error {
	kind := "of digits"
	switch {
	case mayPoint:
		kind = "with an explicit point"
	case decimals > 0:
		kind = "with two implied decimals"
	}
	return fmt.Errorf("%w %s: %q", ErrNumber, kind, clip(s))
}

// formatReal writes type R: an explicit point, no exponent, the scale the number has.
func formatReal(d decimal.Decimal) (string, error) {
	digits, negative, err := digitsOf(d)
	if err != nil {
		return "", err
	}
	out := make([]byte, 0, len(digits)+8)
	if negative {
		out = append(out, '-')
	}
	whole := len(digits) + min(int(d.Exponent()), 0)
	if whole <= 0 {
		out = append(append(out, "0."...), strings.Repeat("0", -whole)...)
		return string(append(out, digits...)), nil
	}
	out = append(out, digits[:whole]...)
	if whole < len(digits) {
		out = append(append(out, '.'), digits[whole:]...)
	}
	return string(out), nil
}

// formatWhole writes types N0 and N2.
func formatWhole(d decimal.Decimal, decimals int32) (string, error) {
	digits, negative, err := digitsOf(d)
	if err != nil {
		return "", err
	}
	if missing := int(decimals) + min(int(d.Exponent()), 0); missing >= 0 {
		digits += strings.Repeat("0", missing)
	} else {
		kept := max(len(digits)+missing, 0)
		if strings.Trim(digits[kept:], "0") != "" {
			return "", fmt.Errorf("%w: %s has more than %d decimals", ErrNumber, d, decimals)
		}
		digits = digits[:kept]
	}
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		return "0", nil
	}
	if negative {
		return "-" + digits, nil
	}
	return digits, nil
}

// digitsOf gives the digits of a number without sign and point; an exponent above zero
// is written out.
func digitsOf(d decimal.Decimal) (digits string, negative bool, err error) {
	exponent := d.Exponent()
	if exponent < -mostDigits || exponent > mostDigits || d.NumDigits() > mostDigits {
		return "", false, fmt.Errorf("%w that an element holds: it has more than %d digits", ErrNumber, mostDigits)
	}
	if d.NumDigits() <= fastDigits {
		digits = strconv.FormatInt(d.CoefficientInt64(), 10)
	} else {
		digits = d.Coefficient().String()
	}
	if digits[0] == '-' {
		digits, negative = digits[1:], true
	}
	if exponent > 0 && digits != "0" {
		digits += strings.Repeat("0", int(exponent))
	}
	return digits, negative, nil
}
