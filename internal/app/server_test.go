package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"tradewind/internal/apptest"
	"tradewind/internal/devserver"
	"tradewind/workflows"
)

func TestTheLocalServerServesKeepsAndFinds(t *testing.T) {
	t.Parallel()
	c, err := client.Dial(client.Options{HostPort: apptest.Local.Address, Namespace: apptest.Local.Namespace})
	require.NoError(t, err)
	defer c.Close()
	found, err := c.WorkflowService().DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: apptest.Local.Namespace})
	require.NoError(t, err)
	require.Equal(t, devserver.DefaultRetention, found.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration())

	require.NoError(t, devserver.RegisterSearchAttributes(t.Context(), c, apptest.Local.Namespace, workflows.SearchAttributes))
	require.NoError(t, devserver.RegisterSearchAttributes(t.Context(), c, apptest.Local.Namespace, workflows.SearchAttributes), "may be repeated")
	_, err = c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: "RecordState = 'parked' AND ReasonCode IS NULL"})
	require.NoError(t, err)

	response, err := http.Get(apptest.Local.UIURL)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}

// own is what this program does as a process that owns a server and is killed.
func own(file string) {
	s, err := apptest.StartServer(context.Background(), file)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.PID())
	select {}
}

func TestTheServerEndsWithItsKilledParentAndStartsAgainOnTheSameFile(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/temporal.db"
	self, err := os.Executable()
	require.NoError(t, err)
	parent := exec.Command(self)
	parent.Env = append(os.Environ(), "DEVSERVER_TEST_OWNED="+file)
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err, line)
	require.NoError(t, syscall.Kill(pid, 0), "the server runs")

	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait() // it was killed
	require.Eventually(t, func() bool { return syscall.Kill(pid, 0) != nil }, patience, 50*time.Millisecond, "the server outlives its parent")

	again, err := apptest.StartServer(t.Context(), file)
	require.NoError(t, err)
	require.NoError(t, again.Stop())
	require.Error(t, syscall.Kill(again.PID(), 0), "nothing is left of a stopped server")
}
