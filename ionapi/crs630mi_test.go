package ionapi

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// grid answers LstAccountID from a chart of n accounts of dimension 1, followed by another one, from a key on and cut.
func grid(n, ceiling int, from func(key string) int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var records []string
		for i := from(r.URL.Query().Get("AITM")); i < n+150 && len(records) < ceiling; i++ {
			dimension := 1 + min(i/n, 1)
			records = append(records, fmt.Sprintf(`{"AITP":"%d","AITM":"%06d"}`, dimension, i))
		}
		respond(w, http.StatusOK, ok(`{"records":[`+strings.Join(records, ",")+`]}`))
	}
}

func TestListsGoOnWhereAServerCutsThem(t *testing.T) {
	t.Parallel()
	inclusive := func(key string) int { n, _ := strconv.Atoi(key); return n }
	exclusive := func(key string) int {
		if key == "" {
			return 0
		}
		return inclusive(key) + 1
	}
	tests := []struct {
		name    string
		execute http.HandlerFunc
		want    int
		kind    Kind
	}{
		{"a list within one page", grid(130, 1000, inclusive), 130, ""},
		{"from the last key on", grid(2350, 1000, inclusive), 2350, ""},
		{"from behind the last key on", grid(2350, 1000, exclusive), 2350, ""},
		{"a cut at the end of the dimension", grid(1000, 1000, inclusive), 1000, ""},
		{"a cut in the next dimension", grid(50, 100, inclusive), 50, ""},
		{"a server that always begins anew", grid(2350, 1000, func(string) int { return 0 }), 0, Malformed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := setup(t, test.execute)
			accounts, err := c.Accounts("CRS630MI").List(t.Context(), company, "1")
			assert.Equal(t, test.kind, KindOf(err), "%v", err)
			require.Len(t, accounts, test.want)
			for i, account := range accounts {
				require.Equal(t, fmt.Sprintf("%06d", i), account.ID)
			}
		})
	}
}

func TestLinesGoOnFromTheirNumber(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		first := max(1, func() int { n, _ := strconv.Atoi(r.URL.Query().Get("TRNO")); return n }())
		var records []string
		for n := first; n <= 250 && len(records) < 100; n++ {
			records = append(records, fmt.Sprintf(`{"TRNO":"%d"}`, n))
		}
		respond(w, http.StatusOK, ok(`{"records":[`+strings.Join(records, ",")+`]}`))
	})
	lines, err := c.Invoices("APS450MI").Lines(t.Context(), company, "77")
	require.NoError(t, err)
	require.Len(t, lines, 250)
	assert.Equal(t, 250, lines[249].Number)
}
