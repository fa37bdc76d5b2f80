package mapping

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// TestEveryByteOfATextCanBePrinted reads each byte beyond ASCII in a text that is not UTF-8.
func TestEveryByteOfATextCanBePrinted(t *testing.T) {
	for text, want := range map[string]string{
		"Smith\x92s \x93Bolts\x94 \x96 \x80 5": "Smith’s “Bolts” – € 5",
		"Soci\xe9t\xe9 \x9cuvre\x85":           "Société œuvre…",
		"a\x81b\x8dc\x8fd\x90e\x9df":           "a b c d e f",
		"Smith\u0092s":                         "Smith’s",
		"Smith’s\tÉ\u0081\u007f日本":             "Smith’s É  日本",
		"plain":                                "plain",
		"":                                     "",
	} {
		require.Equal(t, want, readText(text), "%q", text)
	}
	for b := range 256 {
		read := []rune(readText(string([]byte{0xff, byte(b)})))
		require.Len(t, read, 2)
		require.False(t, unicode.IsControl(read[1]), "%#x", b)
		if b >= 0xa0 || b >= ' ' && b < 0x7f {
			require.Equal(t, rune(b), read[1])
		}
	}
}
