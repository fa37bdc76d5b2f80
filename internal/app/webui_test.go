package app_test

import (
	"bufio"
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"tradewind/internal/apptest"
)

// browser starts a headless Chromium, or skips where none is installed.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine: what the Web UI shows is not tested")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1400, 1600), chromedp.Flag("disable-dev-shm-usage", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// look opens a page, waits until it shows all of some texts, keeps a screenshot, and
// gives everything that it shows.
func look(t *testing.T, ctx context.Context, address, name string, until ...string) string {
	t.Helper()
	_, err := chromedp.Run(ctx, chromedp.Navigate(address))
	require.NoError(t, err)
	var text string
	require.Eventually(t, func() bool {
		text, err = chromedp.Run(ctx, chromedp.Text("body"))
		return err == nil && !slices.ContainsFunc(until, func(part string) bool { return !strings.Contains(text, part) })
	}, patience, 200*time.Millisecond, "%s does not show %q", address, until)
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), picture, 0o600))
	return text
}

// page is the address of a workflow in the Web UI.
func page(t *testing.T, ui, hostPort, namespace, id string) string {
	t.Helper()
	c, err := client.Dial(client.Options{HostPort: hostPort, Namespace: namespace, Logger: apptest.Quiet})
	require.NoError(t, err)
	defer c.Close()
	description, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	require.NoError(t, err)
	return ui + "/namespaces/" + namespace + "/workflows/" + url.PathEscape(id) + "/" + description.GetWorkflowExecutionInfo().GetExecution().GetRunId() + "/history"
}

func TestTheWebUIReadsTheDemoThroughItsCodec(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	ui, env := startDemo(t)
	const id = "order/100/AAA/4500001/1"
	// The summary, and the result, are readable.
	look(t, ctx, page(t, ui, env["TEMPORAL_ADDRESS"], env["TEMPORAL_NAMESPACE"], id), "with-codec", "850 PO 4500001", "SendOrder", `"fileName"`)
}

func TestTheWebUIShowsNothingWithoutTheCodec(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	w := newWorld(t, 1)
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 1)
	r := w.Records("--state", "sent")[0]
	require.NoError(t, w.Temporal.GetWorkflow(t.Context(), r.WorkflowID, "").Get(t.Context(), nil))
	text := look(t, ctx, page(t, apptest.Local.UIURL, apptest.Local.Address, w.Namespace, r.WorkflowID), "without-codec", "PrepareOrder", "TransmitOrder", "Workflow Execution Completed")
	require.NotContains(t, text, "850 PO")
	require.NotContains(t, text, "fileName")
}

// startDemo starts a demo that stays up, and gives the Web UI and its variables.
func startDemo(t *testing.T) (ui string, env map[string]string) {
	t.Helper()
	cli, err := apptest.FindCLI()
	require.NoError(t, err)
	state := t.TempDir()
	cmd := exec.Command(apptest.Program, "demo", "--orders", "2")
	cmd.Env = append(apptest.Clean(os.Environ()), "TRADEWIND_STATE="+state, "TRADEWIND_CONFIG=../../config", "TRADEWIND_TEMPORAL_CLI="+cli)
	said, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait() // it was interrupted
	})
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if address, ok := strings.CutPrefix(lines.Text(), "Web UI:"); ok {
			ui = strings.TrimSpace(address)
			break
		}
	}
	require.NotEmpty(t, ui)
	content, err := os.ReadFile(filepath.Join(state, "temporal.env"))
	require.NoError(t, err)
	env = map[string]string{}
	for line := range strings.SplitSeq(string(content), "\n") {
		name, value, _ := strings.Cut(line, "=")
		env[name] = strings.Trim(value, "'")
	}
	return ui, env
}
