package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/stretchr/testify/require"

	"tradewind/internal/config"
)

var pinned = regexp.MustCompile(`:[0-9]+\.[0-9]+`)

// TestTheComposeFileSetsOnlyWhatExists loads the file as docker compose does.
func TestTheComposeFileSetsOnlyWhatExists(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{"../docker-compose.yml"}, cli.WithName("tradewind"), cli.WithWorkingDirectory(".."))
	require.NoError(t, err)
	project, err := options.LoadProject(t.Context())
	require.NoError(t, err)
	known := map[string]bool{}
	environment := reflect.TypeFor[config.Environment]()
	for i := range environment.NumField() {
		name := environment.Field(i).Tag.Get("envconfig")
		if name == "" {
			name = strings.ToUpper(environment.Field(i).Name)
		}
		known["TRADEWIND_"+name] = true
	}
	require.Len(t, project.Services, 6)
	for name, service := range project.Services {
		require.NotNil(t, service.HealthCheck, "%s has no health check", name)
		require.False(t, service.HealthCheck.Disable, name)
		require.True(t, service.Build != nil || pinned.MatchString(service.Image), "%s: image %s is not pinned", name, service.Image)
		for variable, value := range service.Environment {
			if strings.HasPrefix(variable, "TRADEWIND_") {
				require.True(t, known[variable], "%s sets %s, which nothing reads", name, variable)
			}
			if strings.HasSuffix(variable, "PASSWORD") || strings.HasSuffix(variable, "TOKEN") {
				t.Errorf("%s sets %s=%s in the clear; use a file", name, variable, *value)
			}
		}
		for _, port := range service.Ports {
			require.Equal(t, "127.0.0.1", port.HostIP, "%s publishes %s beyond loopback", name, port.Published)
		}
	}
	require.Equal(t, "service:sandbox", project.Services["worker"].NetworkMode, "the sandbox stays on loopback")
}

func TestSecretsComeFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte("p@ss/word\n"), 0o600))
	t.Setenv("TRADEWIND_LEDGER_URL", "postgres://tradewind@postgres:5432/tradewind?sslmode=disable")
	t.Setenv("TRADEWIND_LEDGER_PASSWORD_FILE", file)
	t.Setenv("TRADEWIND_CLEO_PASSWORD_FILE", file)
	env, err := config.FromEnvironment()
	require.NoError(t, err)
	require.Equal(t, "postgres://tradewind:p%40ss%2Fword@postgres:5432/tradewind?sslmode=disable", env.LedgerURL)
	require.Equal(t, "p@ss/word", env.CleoPassword.Reveal())
	t.Setenv("TRADEWIND_LEDGER_URL", "sqlite:ledger.db")
	_, err = config.FromEnvironment()
	require.ErrorContains(t, err, "postgres://user@host")
}
