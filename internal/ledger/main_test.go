package ledger

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"tradewind/internal/postgrestest"
)

// onPostgres makes this process run the tests on PostgreSQL.
const onPostgres = "TRADEWIND_LEDGER_TESTS_ON_POSTGRES"

// TestMain runs every test of the ledger twice: on SQLite, and in a second process
// on PostgreSQL.
func TestMain(m *testing.M) {
	code := m.Run()
	if os.Getenv(onPostgres) == "" && code == 0 {
		code = again()
	}
	postgrestest.Stop()
	os.Exit(code)
}

func again() int {
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), onPostgres+"=1")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return cmd.ProcessState.ExitCode()
}

// database gives the address of an empty database of the kind under test.
func database(t *testing.T) string {
	t.Helper()
	if os.Getenv(onPostgres) != "" {
		return postgrestest.URL(t)
	}
	return DefaultURL
}
