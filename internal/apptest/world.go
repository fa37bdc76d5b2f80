package apptest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"

	"tradewind/internal/ledger"
	"tradewind/internal/vault"
	"tradewind/sandbox/server"
)

// World is one installation: a namespace of its own, a state folder, a copy of the
// shipped configuration and a sandbox.
type World struct {
	T         *testing.T // whose checks fail; a subtest puts itself here
	Namespace string
	Sandbox   *server.Server
	Ledger    *ledger.Ledger
	Temporal  client.Client  // reads what is sealed
	Environ   []string       // of the command line and of workers
	Worker    *WorkerProcess // the last one that was started

	dir       string
	ledgerURL string
	codec     converter.PayloadCodec
}

// New sets up an installation whose M3 holds so many orders to send, and others that cannot be sent.
func New(t *testing.T, orders int) *World {
	t.Helper()
	return NewOn(t, orders, ledger.DefaultURL)
}

// NewOn is [New] with a ledger at the given address.
func NewOn(t *testing.T, orders int, ledgerURL string) *World {
	t.Helper()
	w := &World{T: t, dir: t.TempDir(), ledgerURL: ledgerURL, Namespace: strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))}
	if len(w.Namespace) > 60 {
		w.Namespace = w.Namespace[:60]
	}
	w.Namespace += "-" + strings.ToLower(rand.Text()[:6]) // tests may be repeated
	require.NoError(t, os.CopyFS(w.Path("config"), os.DirFS("../../config")))
	w.Set("partners/100-0010130.yaml", "within: 10s", "within: 24h") // what a demo shows of an overdue order
	w.tickRarely()
	var err error
	w.Sandbox, err = server.Start(t.Context(), server.Options{StateDir: w.Path("sandbox"), Seed: 7, Orders: orders})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Sandbox.Close() })
	w.Environ = append(Clean(os.Environ()), "TEMPORAL_ADDRESS="+Local.Address, "TEMPORAL_NAMESPACE="+w.Namespace,
		"TRADEWIND_STATE="+w.Path("state"), "TRADEWIND_CONFIG="+w.Path("config"), "TRADEWIND_ARMED=true", "TRADEWIND_LEDGER_URL="+ledgerURL,
		"TRADEWIND_IONAPI_FILE="+w.Sandbox.IonAPIFile, "TRADEWIND_CLEO_URL="+w.Sandbox.CleoURL,
		"TRADEWIND_CLEO_USERNAME="+w.Sandbox.Username, "TRADEWIND_CLEO_PASSWORD="+w.Sandbox.Password, "TRADEWIND_HTTP_ADDR=127.0.0.1:0")
	c, err := client.Dial(client.Options{HostPort: Local.Address, Namespace: w.Namespace, Logger: Quiet})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, err = c.WorkflowService().RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: w.Namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour)})
	require.NoError(t, err)
	require.Eventually(t, func() bool { // the namespace is known to every part of the server a moment later
		_, err := c.WorkflowService().ListWorkflowExecutions(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Namespace: w.Namespace})
		return err == nil
	}, Patience, 50*time.Millisecond)
	w.Run("setup")
	w.openLedger()
	t.Cleanup(func() { assert.NoError(t, w.leave()) })
	return w
}

var (
	quarterly = regexp.MustCompile(`every: 15m`)
	nightly   = regexp.MustCompile(`cron: \["\d+ 4 \* \* \*"\]`) // of master data
)

// tickRarely lets the schedules of master data, and those of a quarter of an hour, run when a test triggers them and not when
// the clock happens to say so: a tick would add files at Cleo, and calls, to what another test counts.
func (w *World) tickRarely() {
	w.T.Helper()
	file := w.Path("config", "schedules.yaml")
	content, err := os.ReadFile(file)
	require.NoError(w.T, err)
	require.Regexp(w.T, quarterly, string(content))
	require.Regexp(w.T, nightly, string(content))
	content = quarterly.ReplaceAll(content, []byte("every: 87600h"))
	require.NoError(w.T, os.WriteFile(file, nightly.ReplaceAll(content, []byte(`cron: ["0 0 29 2 *"]`)), 0o600))
}

// leave takes the schedules of an installation that is no longer looked at from the server, which
// would tick them on for the rest of the tests.
func (w *World) leave() error {
	ctx := context.Background() // the test's own is over
	list, err := w.Temporal.ScheduleClient().List(ctx, client.ScheduleListOptions{})
	for err == nil && list.HasNext() {
		var entry *client.ScheduleListEntry
		if entry, err = list.Next(); err == nil {
			err = w.Temporal.ScheduleClient().GetHandle(ctx, entry.ID).Delete(ctx)
		}
	}
	return err
}

// openLedger looks into the ledger, and reads what Temporal holds sealed.
func (w *World) openLedger() {
	w.T.Helper()
	var err error
	w.Ledger, err = ledger.Open(w.T.Context(), w.ledgerURL, w.Path("state"))
	require.NoError(w.T, err)
	w.T.Cleanup(func() { _ = w.Ledger.Close() })
	v, err := vault.Open(w.T.Context(), vault.DefaultKeeper, w.Path("state"), w.Ledger)
	require.NoError(w.T, err)
	w.T.Cleanup(func() { _ = v.Close() })
	w.codec = v.Codec()
	w.Temporal = w.Dial()
}

// Dial connects to Temporal, and reads what is sealed there.
func (w *World) Dial(options ...grpc.DialOption) client.Client {
	w.T.Helper()
	data, failures := vault.Converters(w.codec)
	c, err := client.Dial(client.Options{HostPort: Local.Address, Namespace: w.Namespace, Logger: Quiet, DataConverter: data, FailureConverter: failures,
		ConnectionOptions: client.ConnectionOptions{DialOptions: options}})
	require.NoError(w.T, err)
	w.T.Cleanup(c.Close)
	return c
}

// Path gives a path in the installation's folder, which holds "config", "state" and "sandbox".
func (w *World) Path(parts ...string) string {
	return filepath.Join(append([]string{w.dir}, parts...)...)
}

// Try runs the command line.
func (w *World) Try(args ...string) (stdout, stderr string, err error) {
	return Execute(w.Environ, Program, args...)
}

// Run runs the command line, which must succeed, and gives what it printed.
func (w *World) Run(args ...string) string {
	w.T.Helper()
	out, errs, err := w.Try(args...)
	require.NoError(w.T, err, "%v\n%s%s", args, out, errs)
	return out
}

// ListedRecord is a record as `records list --json` prints it.
type ListedRecord struct{ ID, Number, Partner, State, Reason, WorkflowID string }

// Records lists records as the command line does, with its options.
func (w *World) Records(args ...string) []ListedRecord {
	w.T.Helper()
	var out []ListedRecord
	require.NoError(w.T, json.Unmarshal([]byte(w.Run(append([]string{"records", "list", "--json"}, args...)...)), &out))
	return out
}

// Put sends a request to the sandbox's inspection.
func (w *World) Put(path, body string) {
	w.T.Helper()
	request, err := http.NewRequestWithContext(w.T.Context(), http.MethodPut, w.Sandbox.InforURL+"/_sandbox/"+path, strings.NewReader(body))
	require.NoError(w.T, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(w.T, err)
	defer response.Body.Close()
	require.Equal(w.T, http.StatusOK, response.StatusCode)
}

// Set changes a setting of the configuration folder: the first place of a text that must be there.
func (w *World) Set(file, old, changed string) {
	w.T.Helper()
	content, err := os.ReadFile(w.Path("config", file))
	require.NoError(w.T, err)
	require.Contains(w.T, string(content), old)
	require.NoError(w.T, os.WriteFile(w.Path("config", file), []byte(strings.Replace(string(content), old, changed, 1)), 0o600))
}
