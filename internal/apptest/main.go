// Package apptest runs the product for tests as its users do: the real program, the real Temporal
// server and its own command line, and the sandbox in place of the two systems that cannot be had.
// Each package that tests so has one server, which its tests share. Only test files import it, and
// their folders lie as deep as this one: the paths from them into the module are the same.
package apptest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"

	"tradewind/internal/devserver"
	"tradewind/internal/postgrestest"
)

// Quiet keeps the clients of tests from talking.
var Quiet = log.NewStructuredLogger(slog.New(slog.DiscardHandler))

// Patience bounds every wait for something that is certain to happen.
const Patience = 90 * time.Second

// What [Main] makes before the first test.
var (
	Program string            // the built command line
	Local   *devserver.Server // the local Temporal server
	LocalDB string            // its database
)

// Main is what the TestMain of a package does: it builds the command line, starts the local server,
// runs the tests, and leaves nothing behind. It gives the exit code.
func Main(m *testing.M) int {
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func runTests(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "tradewind-*")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	Program = filepath.Join(dir, "tradewind")
	if out, err := exec.Command("go", "build", "-o", Program, "../../starter").CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build: %w\n%s", err, out)
	}
	LocalDB = filepath.Join(dir, "temporal", "temporal.db")
	if Local, err = StartServer(context.Background(), LocalDB); err != nil {
		return 1, err
	}
	defer func() { err = Local.Stop() }()
	defer postgrestest.Stop()
	// These tests wait more than they work, and `go test ./...` runs two packages of them beside each
	// other: three tests each, on a small machine, keep both within the time that it gives a package.
	if err := flag.Set("test.parallel", strconv.Itoa(max(3, runtime.GOMAXPROCS(0)/2))); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// FindCLI gives the path of Temporal's command line, which is built where the machine has none.
var FindCLI = sync.OnceValues(func() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	return devserver.Find(ctx, devserver.FindOptions{Explicit: os.Getenv("TRADEWIND_TEMPORAL_CLI"), Progress: os.Stderr})
})

// StartServer starts a Temporal server on a database file; the caller stops it.
func StartServer(ctx context.Context, file string) (*devserver.Server, error) {
	cli, err := FindCLI()
	if err != nil {
		return nil, err
	}
	return devserver.Start(ctx, devserver.Options{CLI: cli, DBFile: file})
}

// Execute runs a program in an environment and gives what it printed.
func Execute(environ []string, name string, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = environ, &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// Clean leaves out of an environment what a developer's shell may hold.
func Clean(environment []string) []string {
	var out []string
	for _, v := range environment {
		if !strings.HasPrefix(v, "TEMPORAL_") && !strings.HasPrefix(v, "TRADEWIND_") {
			out = append(out, v)
		}
	}
	return out
}

// Number gives a test's size: that of the variable, such as TRADEWIND_KILLS=20, where it is set.
func Number(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, variable)
	return n
}

// Lazily is a part of a test's message that is made only when the test fails.
type Lazily func() string

// String makes the part.
func (l Lazily) String() string { return l() }
