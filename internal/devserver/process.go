package devserver

import (
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// grace is how long the server may take to close its database after it was asked to end; it takes one or two seconds.
const grace = 10 * time.Second

// process is a running server that ends when this process ends.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when nothing of it runs any more
	err  error         // how it ended; valid after done
}

// stop asks the process to end, kills it when it has not after the given time, and returns when nothing of it is left.
func (p *process) stop(patience time.Duration) error {
	terminate(p.cmd.Process)
	select {
	case <-p.done:
		return nil
	case <-time.After(patience):
	}
	p.cmd.Process.Kill()
	<-p.done
	return fmt.Errorf("the temporal server did not end within %s and was killed", patience)
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// ending says how the process ended.
func (p *process) ending() error {
	if p.err != nil {
		return fmt.Errorf("ended: %w", p.err)
	}
	return errors.New("ended with exit status 0")
}
