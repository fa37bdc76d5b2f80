package ledger

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatOneWorkerLearnsAllRemember(t *testing.T) {
	l := open(t)
	none, err := l.Remembered(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, none)

	values, names := map[string]string{}, []string{"never learnt", "configuration"}
	for i := range 250 {
		names = append(names, fmt.Sprint("agreement ", i))
		values[names[i+2]] = fmt.Sprintf(" V %d ", i)
	}
	values["agreement 7"] = ""
	require.NoError(t, l.Remember(t.Context(), values))
	require.NoError(t, l.PublishConfiguration(t.Context(), "v1", "sha"))
	known, err := l.Remembered(t.Context(), names)
	require.NoError(t, err)
	require.Len(t, known, 250, "neither what nobody learnt, nor what is no memory")
	require.Equal(t, " V 249 ", known["agreement 249"].Value)
	require.Empty(t, known["agreement 7"].Value)
	require.False(t, known["agreement 7"].At.IsZero())

	require.NoError(t, l.Remember(t.Context(), map[string]string{"agreement 7": "W"}))
	again, err := l.Remembered(t.Context(), names)
	require.NoError(t, err)
	require.Equal(t, "W", again["agreement 7"].Value)
	require.True(t, again["agreement 7"].At.After(known["agreement 7"].At))
	require.Equal(t, known["agreement 8"], again["agreement 8"])
}
