package apptest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// WorkerProcess is a worker of its own, which may be killed.
type WorkerProcess struct {
	Log string // the file that it writes to

	cmd *exec.Cmd
}

// StartWorker starts a worker; the end of the test stops it.
func (w *World) StartWorker() *WorkerProcess {
	w.T.Helper()
	file, err := os.CreateTemp(w.dir, "worker-*.log")
	require.NoError(w.T, err)
	p := &WorkerProcess{cmd: exec.Command(Program, "worker"), Log: file.Name()}
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = w.Environ, file, file
	require.NoError(w.T, p.cmd.Start())
	require.NoError(w.T, file.Close())
	w.T.Cleanup(p.Kill)
	w.Worker = p
	return p
}

// AwaitLog waits until the worker has written a text.
func (p *WorkerProcess) AwaitLog(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool {
		log, err := os.ReadFile(p.Log)
		return err == nil && strings.Contains(string(log), text)
	}, Patience, 20*time.Millisecond, text)
}

// Codec gives the address of the worker's codec.
func (p *WorkerProcess) Codec(t *testing.T) string {
	t.Helper()
	p.AwaitLog(t, "codec=")
	log, err := os.ReadFile(p.Log)
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(log), "codec=")
	return strings.Fields(rest)[0]
}

// Kill ends the worker without giving it time for anything.
func (p *WorkerProcess) Kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill() // it may have ended
		_ = p.cmd.Wait()
	}
}
