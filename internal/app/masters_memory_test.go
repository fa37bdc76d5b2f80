package app_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
)

// mostMemory is what a worker may have resident at any moment of a sync of 20,000 suppliers, in MB.
const mostMemory = 200

// TestAWorkerSyncsManySuppliersInLittleMemory lets a worker and a sandbox of their own keep many suppliers equal, for the
// first time and, with another worker, once more without a change. It looks at the worker's memory, and counts the
// requests that each side got. TRADEWIND_SUPPLIERS=20000 is the long one.
func TestAWorkerSyncsManySuppliersInLittleMemory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	many := w.startSandbox(apptest.Number(t, "TRADEWIND_SUPPLIERS", 300))
	total := len(many.suppliers())

	worker := w.StartWorker()
	worker.AwaitLog(t, "worker serves")
	idle := memoryOf(t, worker)
	first := w.syncSuppliers(total)
	require.Equal(t, total, first.Created)
	many.requireAllAgree(w)
	calls := many.calls()
	require.LessOrEqual(t, calls.infor(), min(500, 25+475*total/20000), "requests to ION for the first sync")
	t.Logf("%d suppliers for the first time: %d requests to ION, %d pages of partners, %d MB resident at most, %d MB before", total,
		calls.infor(), calls[partnerPages], memoryOf(t, worker), idle)

	worker.Kill()
	worker = w.StartWorker()
	second := w.syncSuppliers(total)
	require.Equal(t, total, second.Unchanged)
	require.Zero(t, second.Created+second.Updated+second.Registered)
	again := many.calls()
	require.LessOrEqual(t, again.infor()-calls.infor(), 25, "requests to ION without a change")
	require.LessOrEqual(t, again[partnerPages]-calls[partnerPages], (total+99)/100, "a page for each 100 partners")
	t.Logf("%d suppliers without a change: %d requests to ION, %d pages of partners, %d MB resident at most", total,
		again.infor()-calls.infor(), again[partnerPages]-calls[partnerPages], memoryOf(t, worker))
}

// TestAKilledWorkerMakesNoPartnerTwice gives the worker SIGKILL while it makes trading partners, behind Cleo's commit and
// in front of the answer, and lets another one go on.
func TestAKilledWorkerMakesNoPartnerTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	many := w.startSandbox(250)
	total := len(many.suppliers())
	many.setFaults(faults.Rule{System: "cleo", Operation: "partners create", Fault: "slow-after", DelayMillis: 20})
	worker := w.StartWorker()
	w.Run("schedules", "trigger", suppliersSchedule)
	require.Eventually(t, func() bool { return len(many.partners()) > 150 }, patience, 10*time.Millisecond)
	worker.Kill()
	made := len(many.partners())
	require.Less(t, made, total, "the kill came when all was done")
	many.setFaults()
	w.StartWorker()
	result := w.awaitSync(time.Time{}, total)
	require.Equal(t, total, result.Created+result.Unchanged)
	require.Positive(t, result.Unchanged, "what the dead worker made and did not remember, or did")
	require.LessOrEqual(t, many.calls()["cleo partners create"], total+1, "but for the one that the kill may have cut")
	many.requireAllAgree(w)
	t.Logf("%d of %d partners were there behind the kill", made, total)
}

// memoryOf gives the most memory that a worker has had, in MB, which must not be too much.
func memoryOf(t *testing.T, worker *apptest.WorkerProcess) int {
	t.Helper()
	most, told := worker.PeakMemory(t)
	if !told {
		t.Log("this system does not tell how much memory another process has: not looked at")
	}
	require.Less(t, most, mostMemory, "MB that the worker had resident")
	return most
}

// syncSuppliers triggers the sync of so many suppliers and waits for its end.
func (w *world) syncSuppliers(total int) trade.PollResult {
	w.T.Helper()
	triggered := time.Now()
	w.Run("schedules", "trigger", suppliersSchedule)
	return w.awaitSync(triggered, total)
}

// awaitSync waits until a sync of so many suppliers has ended behind an instant.
func (w *world) awaitSync(since time.Time, total int) trade.PollResult {
	w.T.Helper()
	var done ledger.RecordedWindow
	require.Eventually(w.T, func() bool {
		windows, err := w.Ledger.Windows(w.T.Context(), suppliersSchedule, time.Time{}, time.Now().Add(time.Hour))
		at := slices.IndexFunc(windows, func(x ledger.RecordedWindow) bool { return x.Closed.After(since) })
		if err == nil && at >= 0 {
			done = windows[at]
		}
		return err == nil && at >= 0
	}, patience+time.Duration(total)*30*time.Millisecond, 20*time.Millisecond)
	require.Empty(w.T, done.Result.Stopped)
	return done.Result
}

// sandboxProcess is a sandbox of its own.
type sandboxProcess struct {
	t   *testing.T
	url string
}

// startSandbox starts a sandbox with so many suppliers beyond the shipped ones, which takes the place of the
// installation's; the end of the test stops it.
func (w *world) startSandbox(suppliers int) *sandboxProcess {
	w.T.Helper()
	cmd := exec.Command(apptest.Program, "sandbox", "--state", w.Path("many"), "--seed", "7", "--orders", "1", "--suppliers", strconv.Itoa(suppliers))
	out, err := cmd.StdoutPipe()
	require.NoError(w.T, err)
	cmd.Stderr = os.Stderr
	require.NoError(w.T, cmd.Start())
	w.T.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
	})
	told := map[string]string{}
	for lines := bufio.NewScanner(out); told["user"] == "" && lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		told[name] = value
	}
	password, err := os.ReadFile(w.Path("many", "cleo-password"))
	require.NoError(w.T, err)
	w.Environ = w.with("TRADEWIND_IONAPI_FILE="+told["ionapi"], "TRADEWIND_CLEO_URL="+told["cleo"], "TRADEWIND_CLEO_USERNAME="+told["user"],
		"TRADEWIND_CLEO_PASSWORD="+strings.TrimSpace(string(password)))
	return &sandboxProcess{w.T, told["infor"]}
}

// inspect reads what the sandbox holds.
func (s *sandboxProcess) inspect(path string, into any) {
	s.t.Helper()
	s.ask(http.MethodGet, path, nil, into)
}

// ask sends a request to the inspection and reads the answer, unless nobody wants it.
func (s *sandboxProcess) ask(method, path string, body, into any) {
	s.t.Helper()
	content, err := json.Marshal(body)
	require.NoError(s.t, err)
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/_sandbox/"+path, bytes.NewReader(content))
	require.NoError(s.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	defer response.Body.Close()
	require.Equal(s.t, http.StatusOK, response.StatusCode)
	if into != nil {
		require.NoError(s.t, json.NewDecoder(response.Body).Decode(into))
	}
}

// partnerPages is the operation that lists a page of partners.
const partnerPages = "cleo partners list"

// requests counts those that each side got, by system and operation.
type requests map[string]int

// infor are those to ION.
func (r requests) infor() (n int) {
	for name, times := range r {
		if strings.HasPrefix(name, "ion ") {
			n += times
		}
	}
	return n
}

func (s *sandboxProcess) calls() (all requests) {
	s.t.Helper()
	s.inspect("calls", &all)
	return all
}

// suppliers are those that M3 has of the first company, by number.
func (s *sandboxProcess) suppliers() map[string]string {
	s.t.Helper()
	var all []struct{ CONO, SUNO, SUNM string }
	s.inspect("infor/suppliers", &all)
	names := map[string]string{}
	for _, one := range all {
		if one.CONO == "100" {
			names[one.SUNO] = one.SUNM
		}
	}
	return names
}

func (s *sandboxProcess) partners() (all []partnerAtCleo) {
	s.t.Helper()
	s.inspect("cleo/partners", &all)
	return all
}

// setFaults sets the rules by which requests go wrong.
func (s *sandboxProcess) setFaults(rules ...faults.Rule) {
	s.t.Helper()
	s.ask(http.MethodPut, "faults", faults.Set{Seed: 1, Rules: rules}, nil)
}

// requireAllAgree compares the names that both sides have, each partner once, and what the ledger says of them.
func (s *sandboxProcess) requireAllAgree(w *world) {
	s.t.Helper()
	inM3, atCleo := s.suppliers(), map[string]string{}
	for _, p := range s.partners() {
		require.NotContains(s.t, atCleo, p.Attributes["supplier"], "a partner that is there twice")
		atCleo[p.Attributes["supplier"]] = p.Attributes["name"]
	}
	require.Equal(s.t, inM3, atCleo)
	agreed := 0
	for after := ""; ; {
		page, err := w.Ledger.Masters(s.t.Context(), trade.EntitySupplier, "100", after, 0)
		require.NoError(s.t, err)
		if len(page) == 0 {
			break
		}
		for _, has := range page {
			require.Equal(s.t, has.Values, has.Agreed, has.Code)
			require.Empty(s.t, has.Record, has.Code)
		}
		agreed, after = agreed+len(page), page[len(page)-1].Code
	}
	require.Equal(s.t, len(inM3), agreed)
}
