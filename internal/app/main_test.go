package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"google.golang.org/protobuf/types/known/durationpb"

	"tradewind/internal/devserver"
	"tradewind/internal/ledger"
	"tradewind/internal/postgrestest"
	"tradewind/internal/vault"
	"tradewind/sandbox/server"
)

// The tests of this package run the product as its users do: the real program, the
// real Temporal server and its own command line, and the sandbox in place of the
// two systems that cannot be had. No other package starts servers.

// quiet keeps the clients of tests from talking.
var quiet = log.NewStructuredLogger(slog.New(slog.DiscardHandler))

// patience bounds every wait for something that is certain to happen.
const patience = 90 * time.Second

var (
	localDB string // the local server's database
	program string // the built command line
	local   *devserver.Server
)

func TestMain(m *testing.M) {
	if owned := os.Getenv("DEVSERVER_TEST_OWNED"); owned != "" {
		own(owned)
		return
	}
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runTests(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "tradewind-*")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "tradewind")
	if out, err := exec.Command("go", "build", "-o", program, "../../starter").CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build: %w\n%s", err, out)
	}
	localDB = filepath.Join(dir, "temporal", "temporal.db")
	if local, err = startServer(context.Background(), localDB); err != nil {
		return 1, err
	}
	defer func() { err = local.Stop() }()
	defer postgrestest.Stop()
	// These tests wait more than they work: twice as many of them as a small machine has
	// cores keep the package within the time that `go test` gives it.
	if err := flag.Set("test.parallel", strconv.Itoa(max(4, runtime.GOMAXPROCS(0)))); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

var findCLI = sync.OnceValues(func() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	return devserver.Find(ctx, devserver.FindOptions{Explicit: os.Getenv("TRADEWIND_TEMPORAL_CLI"), Progress: os.Stderr})
})

func startServer(ctx context.Context, file string) (*devserver.Server, error) {
	cli, err := findCLI()
	if err != nil {
		return nil, err
	}
	return devserver.Start(ctx, devserver.Options{CLI: cli, DBFile: file})
}

// world is one installation: a namespace of its own, a state folder, a copy of the
// shipped configuration and a sandbox.
type world struct {
	t         *testing.T
	dir       string
	namespace string
	ledgerURL string
	sandbox   *server.Server
	ledger    *ledger.Ledger
	temporal  client.Client
	codec     converter.PayloadCodec
	environ   []string
	worker    *workerProcess // the last one that was started
}

func newWorld(t *testing.T, orders int) *world {
	t.Helper()
	return newWorldOn(t, orders, ledger.DefaultURL)
}

// newWorldOn is an installation whose ledger is at the given address.
func newWorldOn(t *testing.T, orders int, ledgerURL string) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), ledgerURL: ledgerURL, namespace: strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))}
	if len(w.namespace) > 60 {
		w.namespace = w.namespace[:60]
	}
	w.namespace += "-" + strings.ToLower(rand.Text()[:6]) // tests may be repeated
	require.NoError(t, os.CopyFS(w.path("config"), os.DirFS("../../config")))
	var err error
	w.sandbox, err = server.Start(t.Context(), server.Options{StateDir: w.path("sandbox"), Seed: 7, Orders: orders})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.sandbox.Close() })
	w.environ = append(clean(os.Environ()), "TEMPORAL_ADDRESS="+local.Address, "TEMPORAL_NAMESPACE="+w.namespace,
		"TRADEWIND_STATE="+w.path("state"), "TRADEWIND_CONFIG="+w.path("config"), "TRADEWIND_ARMED=true", "TRADEWIND_LEDGER_URL="+ledgerURL,
		"TRADEWIND_IONAPI_FILE="+w.sandbox.IonAPIFile, "TRADEWIND_CLEO_URL="+w.sandbox.CleoURL,
		"TRADEWIND_CLEO_USERNAME="+w.sandbox.Username, "TRADEWIND_CLEO_PASSWORD="+w.sandbox.Password, "TRADEWIND_HTTP_ADDR=127.0.0.1:0")
	c, err := client.Dial(client.Options{HostPort: local.Address, Namespace: w.namespace, Logger: quiet})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, err = c.WorkflowService().RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: w.namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour)})
	require.NoError(t, err)
	require.Eventually(t, func() bool { // the namespace is known to every part of the server a moment later
		_, err := c.WorkflowService().ListWorkflowExecutions(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Namespace: w.namespace})
		return err == nil
	}, patience, 50*time.Millisecond)
	w.run("setup")
	w.openLedger()
	t.Cleanup(func() { assert.NoError(t, w.leave()) })
	return w
}

// leave takes the schedules of an installation that is no longer looked at from the server, which
// would tick them on for the rest of the tests.
func (w *world) leave() error {
	ctx := context.Background() // the test's own is over
	list, err := w.temporal.ScheduleClient().List(ctx, client.ScheduleListOptions{})
	for err == nil && list.HasNext() {
		var entry *client.ScheduleListEntry
		if entry, err = list.Next(); err == nil {
			err = w.temporal.ScheduleClient().GetHandle(ctx, entry.ID).Delete(ctx)
		}
	}
	return err
}

// openLedger looks into the ledger, and reads what Temporal holds sealed.
func (w *world) openLedger() {
	w.t.Helper()
	var err error
	w.ledger, err = ledger.Open(w.t.Context(), w.ledgerURL, w.path("state"))
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = w.ledger.Close() })
	v, err := vault.Open(w.t.Context(), vault.DefaultKeeper, w.path("state"), w.ledger)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = v.Close() })
	w.codec = v.Codec()
	data, failures := vault.Converters(w.codec)
	w.temporal, err = client.Dial(client.Options{HostPort: local.Address, Namespace: w.namespace, Logger: quiet, DataConverter: data, FailureConverter: failures})
	require.NoError(w.t, err)
	w.t.Cleanup(w.temporal.Close)
}

// clean leaves out what a developer's shell may hold.
func clean(environment []string) []string {
	var out []string
	for _, v := range environment {
		if !strings.HasPrefix(v, "TEMPORAL_") && !strings.HasPrefix(v, "TRADEWIND_") {
			out = append(out, v)
		}
	}
	return out
}

func (w *world) path(parts ...string) string {
	return filepath.Join(append([]string{w.dir}, parts...)...)
}

// try runs the command line.
func (w *world) try(args ...string) (stdout, stderr string, err error) {
	return execute(w.environ, program, args...)
}

func execute(environ []string, name string, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = environ, &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// run runs the command line, which must succeed, and gives what it printed.
func (w *world) run(args ...string) string {
	w.t.Helper()
	out, errs, err := w.try(args...)
	require.NoError(w.t, err, "%v\n%s%s", args, out, errs)
	return out
}

// cli runs Temporal's own command line, which reads what is sealed through the
// codec of the worker.
func (w *world) cli(args ...string) string {
	w.t.Helper()
	name, err := findCLI()
	require.NoError(w.t, err)
	out, errs, err := execute(w.with("TEMPORAL_CODEC_ENDPOINT="+w.worker.codec(w.t)), name, args...)
	require.NoError(w.t, err, "temporal %v\n%s%s", args, out, errs)
	return out
}

// cliRaw runs Temporal's own command line without the codec.
func (w *world) cliRaw(args ...string) string {
	w.t.Helper()
	name, err := findCLI()
	require.NoError(w.t, err)
	out, errs, err := execute(w.environ, name, args...)
	require.NoError(w.t, err, "temporal %v\n%s%s", args, out, errs)
	return out
}

// workerProcess is a worker of its own, which may be killed.
type workerProcess struct {
	cmd *exec.Cmd
	log string
}

// startWorker starts a worker; the end of the test stops it.
func (w *world) startWorker() *workerProcess {
	w.t.Helper()
	file, err := os.CreateTemp(w.dir, "worker-*.log")
	require.NoError(w.t, err)
	p := &workerProcess{cmd: exec.Command(program, "worker"), log: file.Name()}
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = w.environ, file, file
	require.NoError(w.t, p.cmd.Start())
	require.NoError(w.t, file.Close())
	w.t.Cleanup(p.kill)
	w.worker = p
	return p
}

// codec gives the address of the worker's codec.
func (p *workerProcess) codec(t *testing.T) string {
	t.Helper()
	p.awaitLog(t, "codec=")
	log, err := os.ReadFile(p.log)
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(log), "codec=")
	return strings.Fields(rest)[0]
}

// awaitLog waits until the worker has written a text.
func (p *workerProcess) awaitLog(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool {
		log, err := os.ReadFile(p.log)
		return err == nil && strings.Contains(string(log), text)
	}, patience, 20*time.Millisecond, text)
}

// kill ends the worker without giving it time for anything.
func (p *workerProcess) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill() // it may have ended
		_ = p.cmd.Wait()
	}
}

// listedRecord is a record as `records list --json` prints it.
type listedRecord struct{ ID, Number, Partner, State, Reason, WorkflowID string }

func (w *world) records(args ...string) []listedRecord {
	w.t.Helper()
	var out []listedRecord
	require.NoError(w.t, json.Unmarshal([]byte(w.run(append([]string{"records", "list", "--json"}, args...)...)), &out))
	return out
}

// awaitRecords waits until so many records are in a state.
func (w *world) awaitRecords(state string, n int) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		records, err := w.ledger.Records(w.t.Context(), ledger.Filter{})
		found := 0
		for _, r := range records {
			if string(r.State) == state {
				found++
			}
		}
		return err == nil && found == n
	}, patience, 50*time.Millisecond, "%d records in state %s; there are %s", n, state, lazily(func() string { return w.run("records", "list") }))
}

type lazily func() string

func (l lazily) String() string { return l() }

// pollAll triggers the schedules of both companies.
func (w *world) pollAll() {
	w.t.Helper()
	w.run("schedules", "trigger", "tradewind/orders-out/100-AAA")
	w.run("schedules", "trigger", "tradewind/orders-out/200-BBB")
}

// uploads counts the calls that reached Cleo's upload.
func (w *world) uploads() int { return w.sandbox.Calls()["cleo upload"] }

// ordersAtCleo counts the files of each order that Cleo holds.
func (w *world) ordersAtCleo() map[string]int {
	out := map[string]int{}
	for _, f := range w.sandbox.Hub.Files() {
		if f.Alien {
			continue
		}
		content, err := w.sandbox.Hub.Content(f.ID)
		require.NoError(w.t, err)
		_, rest, found := bytes.Cut(content, []byte("BEG"))
		require.True(w.t, found)
		out[string(bytes.Split(rest, rest[:1])[3])]++
	}
	return out
}

// put sends a request to the sandbox's inspection.
func (w *world) put(path, body string) {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodPut, w.sandbox.InforURL+"/_sandbox/"+path, strings.NewReader(body))
	require.NoError(w.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(w.t, err)
	defer response.Body.Close()
	require.Equal(w.t, http.StatusOK, response.StatusCode)
}
