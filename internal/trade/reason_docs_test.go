package trade_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade/reasontest"
)

// TestTheCatalogueOfReasonsIsComplete holds docs/reasons.md against the code: each code has one
// row with a class, an example and a cure, and no code is told of that does not exist.
func TestTheCatalogueOfReasonsIsComplete(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(reasontest.Root(), "docs", "reasons.md"))
	require.NoError(t, err)
	row := regexp.MustCompile("^\\| `([A-Z_]+)` \\| ((?:timing|data|configuration|unknown)(?: or data)?) \\| (.+ \\(.+\\)) \\| (.+) \\|$")
	var told []string
	for line := range strings.SplitSeq(string(content), "\n") {
		if match := row.FindStringSubmatch(line); match != nil {
			told = append(told, match[1])
		} else {
			require.False(t, strings.HasPrefix(line, "| `") && regexp.MustCompile("^\\| `[A-Z]").MatchString(line), "not a row of code, class, example with place, and cure: %s", line)
		}
	}
	slices.Sort(told)
	require.Equal(t, reasontest.Codes(), told)
	for _, match := range regexp.MustCompile("`([A-Z]+(?:_[A-Z]+)+)`").FindAllStringSubmatch(string(content), -1) {
		require.Contains(t, told, match[1], "docs/reasons.md tells of a code that does not exist")
	}
}
