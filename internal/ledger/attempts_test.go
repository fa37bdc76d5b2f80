package ledger

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestManyCallsAreTracedAtOnce(t *testing.T) {
	l := open(t)
	calls, wanted := map[string]Attempt{}, []Attempt{}
	for i := range 2*rowsPerInsert + 1 {
		a := Attempt{Subject: "suppliers/1", At: day(1).Add(time.Duration(i) * time.Second), System: "cleo", Operation: "partners create", Attempt: 1, Outcome: "ok",
			Status: 201, Latency: time.Duration(i) * time.Millisecond, Request: "a", Response: "b", Message: fmt.Sprint(i)}
		calls[fmt.Sprint("call", i)], wanted = a, append(wanted, a)
	}
	require.NoError(t, l.AddAttempts(t.Context(), calls))
	got, err := l.Attempts(t.Context(), "suppliers/1")
	require.NoError(t, err)
	require.Equal(t, wanted, got)
	require.Error(t, l.AddAttempts(t.Context(), calls), "a call is traced once")
	require.NoError(t, l.AddAttempts(t.Context(), nil))
}
