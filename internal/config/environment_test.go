package config

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheEnvironmentHasDefaultsAndAnAbsoluteStateFolder(t *testing.T) {
	t.Setenv("TRADEWIND_STATE", "state")
	t.Setenv("TRADEWIND_ARMED", "true")
	e, err := FromEnvironment()
	require.NoError(t, err)
	require.True(t, filepath.IsAbs(e.State))
	require.True(t, e.Armed)
	require.Equal(t, "sqlite:ledger.db", e.LedgerURL)
	require.Equal(t, "info", e.LogLevel)
}

func TestAnEnvironmentErrorNamesTheVariableOnly(t *testing.T) {
	t.Setenv("TRADEWIND_ARMED", "hunter2")
	_, err := FromEnvironment()
	require.ErrorContains(t, err, "TRADEWIND_ARMED")
	require.NotContains(t, err.Error(), "hunter2")
}

func TestASecretNeverPrints(t *testing.T) {
	e := Environment{CleoPassword: "hunter2"}
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", e, e, e), "hunter2")
	require.Equal(t, "hunter2", e.CleoPassword.Reveal())
}
