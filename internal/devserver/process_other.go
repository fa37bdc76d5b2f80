//go:build !unix

package devserver

import (
	"io/fs"
	"os"
	"os/exec"
)

// startGuarded starts cmd without a watchdog: the means that it is made of (process groups and signals) are missing
// here. The server ends with [Server.Stop].
func startGuarded(cmd *exec.Cmd) (*process, error) {
	cmd.ExtraFiles = nil // not supported here; the lock's file tells its owner by process id
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.err = cmd.Wait()
	}()
	return p, nil
}

// ownedByUs trusts the folder: temporary folders belong to one user here.
func ownedByUs(fs.FileInfo) bool { return true }

func terminate(p *os.Process) { p.Kill() }
