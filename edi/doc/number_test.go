package doc

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestRealNumbersReadAndWriteAsTheStandardSays(t *testing.T) {
	for in, want := range map[string]string{".5": "0.5", "-.5": "-0.5", "5.": "5", "1.230": "1.230", "0": "0", "0.00": "0.00", "-0": "0",
		"007.50": "7.50", "12345678901234567890.12": "12345678901234567890.12", "-" + strings.Repeat("9", 40): "-" + strings.Repeat("9", 40)} {
		d, err := parseReal(in)
		require.NoError(t, err, in)
		require.True(t, d.Equal(number(in)), in)
		out, err := formatReal(d)
		require.NoError(t, err)
		require.Equal(t, want, out, in)
	}
	for _, bad := range []string{"1E3", "+1", "1,000.00", "--1", ".", "-", "1.2.3", " 1", "1 ", "0x1", "٣", strings.Repeat("0", 41)} {
		_, err := parseReal(bad)
		require.ErrorIs(t, err, ErrNumber, bad)
	}
}

func TestImpliedDecimalsAreExact(t *testing.T) {
	for in, want := range map[string]string{"9588": "95.88", "-5": "-0.05", "0": "0", "00012": "0.12", "-123456789012345": "-1234567890123.45",
		"12345678901234567890": "123456789012345678.90"} {
		d, err := parseWhole(in, implied)
		require.NoError(t, err, in)
		require.True(t, d.Equal(number(want)), in)
		out, err := formatWhole(d, implied)
		require.NoError(t, err)
		require.True(t, number(in).Equal(number(out)), in)
	}
	for _, bad := range []string{"12.34", "1.", "1E2", "+5", "5-", "-"} {
		_, err := parseWhole(bad, implied)
		require.ErrorIs(t, err, ErrNumber, bad)
	}
}

func TestNumbersAreWrittenWithoutExponents(t *testing.T) {
	for want, d := range map[string]decimal.Decimal{"5000": decimal.New(5, 3), "-0.0005": decimal.New(-5, -4), "0": decimal.Zero, "0.50": decimal.New(50, -2)} {
		out, err := formatReal(d)
		require.NoError(t, err)
		require.Equal(t, want, out)
	}
	for want, d := range map[string]decimal.Decimal{"500": decimal.New(5, 0), "5000": decimal.New(5, 1), "50": decimal.New(5000, -4), "0": decimal.New(0, -9), "-5": decimal.New(-5, -2)} {
		out, err := formatWhole(d, implied)
		require.NoError(t, err)
		require.Equal(t, want, out)
	}
	for _, d := range []decimal.Decimal{decimal.New(1, 1e9), decimal.New(1, -1e9), decimal.New(1, 40).Mul(decimal.New(1, 40))} {
		_, err := formatReal(d)
		require.ErrorIs(t, err, ErrNumber)
		_, err = formatWhole(d, implied)
		require.ErrorIs(t, err, ErrNumber)
	}
	_, err := formatWhole(number("1.005"), implied)
	require.ErrorIs(t, err, ErrNumber)
}

func TestTrimTakesZerosAway(t *testing.T) {
	require.Equal(t, int32(-1), Trim(number("12.500")).Exponent())
	require.Equal(t, "120", Trim(number("120.00")).String())
	require.Equal(t, "100", Trim(decimal.New(1, 2)).String())
	require.Equal(t, "0", Trim(decimal.Zero).String())
}

func TestDatesAreDaysOfTheCalendar(t *testing.T) {
	for _, good := range []string{"", "20240229", "20000229", "00010101", "20261231"} {
		d, err := ParseDate(good)
		require.NoError(t, err)
		require.Equal(t, Date(good), d)
	}
	for _, bad := range []string{"20240230", "00000000", "00000101", "20230229", "19000229", "20241301", "20240431", "2024022", "202402290", "2024O229", "20240200"} {
		_, err := ParseDate(bad)
		require.ErrorIs(t, err, ErrDate, bad)
	}
}

func TestNumbersAreFittedToTheirLength(t *testing.T) {
	for in, want := range map[string]string{"1.5": "001.5", "-1.5": "-001.5", "0.123456789": "0.123456789", "0.1234567890": ".1234567890", "12345": "12345"} {
		require.Equal(t, want, limit{shortest: 4, longest: 10, number: true}.fitted(in))
	}
}
