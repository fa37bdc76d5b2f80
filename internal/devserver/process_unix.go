//go:build unix

package devserver

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// The server must not outlive us, even when we get SIGKILL and can do nothing any more. A watchdog sees to that: a shell
// that reads from a pipe whose other end only we hold. Whatever ends us closes the pipe, and the read returns.
//
// Linux could send the server a signal on our death (PR_SET_PDEATHSIG), but that is bound to the thread that started it,
// not to the process, cannot be followed by a harder signal, and does not exist elsewhere.
//
// The watchdog leads a process group that the server joins before it runs its first instruction, and signals the group,
// never a process id: as long as the watchdog lives, the group's id cannot belong to anybody else. If the watchdog has
// ended, joining fails and the server does not start; so there is no moment at which a server runs unwatched. A group of
// its own also keeps the terminal's Ctrl-C from the server: we end first, in good order, and then the server.
const watchdog = `
trap '' TERM INT HUP
read -r server
while read -r _; do :; done
kill -TERM 0
while [ "$1" -gt 0 ] && [ -n "$server" ] && kill -0 "$server" 2>/dev/null; do
	sleep 1
	set -- $(($1 - 1))
done
kill -KILL 0
`

// startGuarded starts cmd under a watchdog. Both inherit cmd.ExtraFiles.
func startGuarded(cmd *exec.Cmd) (*process, error) {
	dog, leash, err := startWatchdog(cmd.ExtraFiles)
	if err != nil {
		return nil, fmt.Errorf("start the server's watchdog: %w", err)
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: dog.Process.Pid}
	if err := cmd.Start(); err != nil {
		leash.Close()
		dog.Wait()
		return nil, err
	}
	// A failed write means that the watchdog has ended, which reap notices.
	fmt.Fprintln(leash, cmd.Process.Pid)
	go p.reap(dog, leash)
	return p, nil
}

// startWatchdog returns the watchdog and the end of the pipe that must stay open as long as the server is wanted.
func startWatchdog(inherited []*os.File) (dog *exec.Cmd, leash *os.File, err error) {
	read, leash, err := os.Pipe() // both ends close on exec: no other child can hold the pipe open
	if err != nil {
		return nil, nil, err
	}
	defer read.Close()
	dog = exec.Command("/bin/sh", "-c", watchdog, "temporal-watchdog", strconv.Itoa(int(grace.Seconds())))
	dog.Stdin = read
	dog.ExtraFiles = inherited
	dog.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := dog.Start(); err != nil {
		leash.Close()
		return nil, nil, err
	}
	return dog, leash, nil
}

// reap waits for the server and then lets the watchdog sweep the group and end. A server whose watchdog ended first is
// killed, since it would outlive us.
func (p *process) reap(dog *exec.Cmd, leash *os.File) {
	dogEnded := make(chan struct{})
	go func() {
		defer close(dogEnded)
		dog.Wait()
		p.cmd.Process.Kill()
	}()
	p.err = p.cmd.Wait()
	leash.Close()
	<-dogEnded
	close(p.done)
}

func ownedByUs(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}

func terminate(p *os.Process) { p.Signal(syscall.SIGTERM) }
