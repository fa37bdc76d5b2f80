package apptest

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// peak is the line of /proc/PID/status with the greatest resident set that a process has had, in kB (proc(5)).
var peak = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// PeakMemory gives the most memory that the worker has had resident so far, in MB. Only Linux tells it of another process.
func (p *WorkerProcess) PeakMemory(t *testing.T) (megabytes int, told bool) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0, false
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	require.NoError(t, err)
	line := peak.FindSubmatch(status)
	require.NotNil(t, line, string(status))
	kilobytes, err := strconv.Atoi(string(line[1]))
	require.NoError(t, err)
	return kilobytes >> 10, true
}
