package ionapi

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecordNumberIsAPlainDecimal(t *testing.T) {
	t.Parallel()
	tests := []struct{ value, want string }{
		{"", "0"}, {"   ", "0"}, {"0", "0"}, {"0.00", "0"}, {"-0.0", "0"}, {"12", "12"}, {"12.00000", "12"}, {" 12.50 ", "12.5"},
		{"0012.050", "12.05"}, {".5", "0.5"}, {"5.", "5"}, {"-3.20", "-3.2"}, {"3.20-", "-3.2"}, {"+7", "7"}, {"100", "100"},
		{"123456789012345678901234567890.1", "123456789012345678901234567890.1"},
	}
	for _, test := range tests {
		got, err := Record{"NTAM": test.value}.Number("NTAM")
		require.NoError(t, err, test.value)
		assert.Equal(t, test.want, got, test.value)
		again, err := Record{"NTAM": got}.Number("NTAM")
		require.NoError(t, err)
		assert.Equal(t, got, again, "a plain decimal stays as it is")
	}
	for _, bad := range []string{"1,5", "1.234,5", "1e3", "x", "--1", ".", "1 2"} {
		_, err := Record{"NTAM": bad}.Number("NTAM")
		assert.ErrorContains(t, err, "field NTAM", bad)
	}
}

func TestRecordDateTakesM3sEmptyDates(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"20261123", " 20261123 ", "2026-11-23"} {
		day, err := Record{"PUDT": value}.Date("PUDT")
		require.NoError(t, err)
		assert.Equal(t, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), day)
	}
	for _, value := range []string{"", "0", "00000000", " ", "99999999"} {
		day, err := Record{"PUDT": value}.Date("PUDT")
		require.NoError(t, err)
		assert.True(t, day.IsZero(), value)
	}
	_, err := Record{"PUDT": "20261399"}.Date("PUDT")
	assert.ErrorContains(t, err, `"20261399" is no date`)
}

func TestRecordInt(t *testing.T) {
	t.Parallel()
	n, err := Record{"NOLN": " 012.00 "}.Int("NOLN")
	require.NoError(t, err)
	assert.EqualValues(t, 12, n)
	_, err = Record{"NOLN": "1.5"}.Int("NOLN")
	assert.ErrorContains(t, err, "no whole number")
	_, err = Record{"NOLN": "many"}.Int("NOLN")
	assert.ErrorContains(t, err, "field NOLN")
}

func TestDecodeFillsTypedRecords(t *testing.T) {
	t.Parallel()
	type part struct {
		Name string `mi:"NAM"`
	}
	type typed struct {
		Text    string `mi:"TEXT"`
		Day     string `mi:"DAY,date"`
		None    string `mi:"NONE,date"`
		Amount  string `mi:"AMNT,number"`
		Count   int    `mi:"CNT"`
		Millis  int64  `mi:"LMTS"`
		Sender  part   `mi:"S"`
		Inline  part   `mi:""`
		Ignored string
	}
	got, err := decode[typed](Record{"TEXT": " x ", "DAY": "20261123", "NONE": "0", "AMNT": "1.50", "CNT": "7",
		"LMTS": "1795424400000", "SNAM": "Acme", "NAM": "inline"})
	require.NoError(t, err)
	assert.Equal(t, typed{Text: "x", Day: "20261123", Amount: "1.5", Count: 7, Millis: 1795424400000, Sender: part{"Acme"}, Inline: part{"inline"}}, got)

	for _, bad := range []Record{{"DAY": "tomorrow"}, {"AMNT": "much"}, {"CNT": "few"}} {
		_, err := decode[typed](bad)
		assert.Error(t, err)
	}
}

// Every record type must decode an empty record: a field kind that the decoder does not know would panic.
func TestEveryRecordTypeDecodes(t *testing.T) {
	t.Parallel()
	check := func(_ any, err error) { assert.NoError(t, err) }
	check(decode[OrderHead](nil))
	check(decode[OrderLine](nil))
	check(decode[longLine](nil))
	check(decode[OrderAddresses](nil))
	check(decode[TextLine](nil))
	check(decode[OrderListing](nil))
	check(decode[OrderStatus](nil))
	check(decode[Supplier](nil))
	check(decode[TableColumn](nil))
	check(decode[TransactionField](nil))
	check(decode[ServerTime](nil))
	check(decode[UserInfo](nil))
}

func TestDecodeTakesM3sNumbersOfNothing(t *testing.T) {
	t.Parallel()
	type voucher struct {
		Number  string `mi:"VONO,nonzero"`
		Blocked bool   `mi:"LCCD"`
	}
	for value, want := range map[string]string{"": "", " 0 ": "", "000": "", "0010": "10", " 7.00": "7"} {
		got, err := decode[voucher](Record{"VONO": value, "LCCD": value})
		require.NoError(t, err)
		assert.Equal(t, voucher{want, want != ""}, got, value)
	}
	_, err := decode[voucher](Record{"VONO": "none"})
	assert.ErrorContains(t, err, "field VONO")
}
