package devserver

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

const (
	cliPackage       = "github.com/temporalio/cli/cmd/temporal"
	progressInterval = 5 * time.Second
	keptBuildLines   = 20
)

// buildFunc builds the CLI named by toolsDir/go.mod as the file output and reports to progress.
type buildFunc func(ctx context.Context, toolsDir, output string, progress io.Writer) error

// goBuild asks for -mod=readonly by name, and switches workspaces off, because the versions in tools/go.mod are the
// ones that were tried, whatever the user's GOFLAGS say. The symbol tables are left out: they are a third of the file.
func goBuild(ctx context.Context, toolsDir, output string, progress io.Writer) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-v", "-mod=readonly", "-ldflags=-s -w", "-o", output, cliPackage)
	cmd.Dir = toolsDir
	cmd.Env = append(cmd.Environ(), "GOWORK=off")
	// Interrupted, the go command ends its compilers before itself.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	lines := &buildLog{start: time.Now()}
	cmd.Stdout, cmd.Stderr = lines, lines

	fmt.Fprintf(progress, "building the temporal CLI, once for this machine; this takes some minutes\n")
	stop := lines.reportTo(progress)
	err := cmd.Run()
	stop()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, lines.tail())
	}
	fmt.Fprintf(progress, "built the temporal CLI in %s\n", lines.elapsed())
	return nil
}

// buildLog reads what `go build -v` prints: the name of every package when it begins to compile it, and of every module
// that it fetches before.
type buildLog struct {
	start time.Time

	mu                sync.Mutex
	partial           []byte
	last              []string
	packages, modules int
}

// Write takes the next bytes of the output; lines may be cut anywhere.
func (b *buildLog) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.partial = append(b.partial, p...)
	for {
		line, rest, found := bytes.Cut(b.partial, []byte("\n"))
		if !found {
			return len(p), nil
		}
		b.partial = rest
		b.take(string(line))
	}
}

func (b *buildLog) take(line string) {
	switch {
	case strings.HasPrefix(line, "go: downloading "):
		b.modules++
	case line != "" && !strings.ContainsAny(line, " \t#"):
		b.packages++
	default:
		b.last = append(b.last, line)
		b.last = b.last[max(0, len(b.last)-keptBuildLines):]
	}
}

// tail returns what was said last apart from progress, that is, the reason of a failure.
func (b *buildLog) tail() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(append(b.last, string(b.partial)), "\n")
}

func (b *buildLog) elapsed() time.Duration { return time.Since(b.start).Round(time.Second) }

func (b *buildLog) status(elapsed time.Duration) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.packages == 0 && b.modules > 0 {
		return fmt.Sprintf("building the temporal CLI: %s, %d modules fetched", elapsed, b.modules)
	}
	return fmt.Sprintf("building the temporal CLI: %s, %d packages compiled", elapsed, b.packages)
}

// reportTo writes a status line every few seconds until stop is called.
func (b *buildLog) reportTo(w io.Writer) (stop func()) {
	done := make(chan struct{})
	var reporting sync.WaitGroup
	reporting.Go(func() {
		tick := time.NewTicker(progressInterval)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				fmt.Fprintln(w, b.status(b.elapsed()))
			}
		}
	})
	return func() { close(done); reporting.Wait() }
}
