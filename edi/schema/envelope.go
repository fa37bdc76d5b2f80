package schema

import "strings"

// The codes of TA105 for what has none of its own.
const (
	invalidStructure = "022"
	invalidContent   = "024"
)

// envelopeRule is what an element of an ISA, GS or TA1 must hold, with the code of TA105.
type envelopeRule struct {
	element    int
	code, must string
	holds      func(string) bool
}

// isaRules are those of the ISA, beside the widths of its fields, its date and its time.
var isaRules = []envelopeRule{
	{1, "010", "00 to 08", func(v string) bool { return len(v) == 2 && v >= "00" && v <= "08" && isNumber(v) }},
	{3, "012", "00 or 01", oneOf("00", "01")},
	{5, "005", "a qualifier of two characters", between(2, 2)},
	{6, "006", "an id", between(1, 15)},
	{7, "007", "a qualifier of two characters", between(2, 2)},
	{8, "008", "an id", between(1, 15)},
	{11, "016", "U, or a separator", func(v string) bool { return v == "U" || len(v) == 1 && !isLetterOrDigit(v[0]) }},
	{12, "017", "five digits", func(v string) bool { return len(v) == 5 && isNumber(v) }},
	{13, "018", "a number", isNumber},
	{14, "019", "0 or 1", oneOf("0", "1")},
	{15, "020", "P, T or I", oneOf("P", "T", "I")},
}

// gsRules are those of the GS, beside its date, time, control number and version.
var gsRules = []envelopeRule{
	{1, invalidContent, "two letters or digits", between(2, 2)},
	{2, invalidContent, "2 to 15 characters", between(2, 15)},
	{3, invalidContent, "2 to 15 characters", between(2, 15)},
	{7, invalidContent, "X or T", oneOf("X", "T")},
}

// ta1Rules are those of a TA1.
var ta1Rules = []envelopeRule{
	{1, invalidContent, "nine digits", func(v string) bool { return len(v) == 9 && isNumber(v) }},
	{2, invalidContent, "a date of the form YYMMDD", func(v string) bool { return len(v) == 6 && date([]byte(v)) }},
	{3, invalidContent, "a time of the form HHMM", func(v string) bool { return len(v) == 4 && clock([]byte(v)) }},
	{4, invalidContent, "A, E or R", oneOf("A", "E", "R")},
	{5, invalidContent, "three digits", func(v string) bool { return len(v) == 3 && isNumber(v) }},
}

func isNumber(v string) bool {
	return v != "" && strings.Trim(v, "0123456789") == ""
}

func isLetterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func between(shortest, longest int) func(string) bool {
	return func(v string) bool { return len(v) >= shortest && len(v) <= longest }
}

func oneOf(values ...string) func(string) bool {
	return func(v string) bool {
		for _, value := range values {
			if v == value {
				return true
			}
		}
		return false
	}
}
