package devserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	cure           = "set TRADEWIND_TEMPORAL_CLI or install the temporal CLI"
	versionTimeout = 30 * time.Second
)

// FindOptions says where [Find] looks for the temporal CLI.
type FindOptions struct {
	// Explicit is the value of TRADEWIND_TEMPORAL_CLI: a path, or a command on PATH. When it is set nothing else is tried.
	Explicit string
	// ToolsDir is the folder whose go.mod names the CLI to build. Empty means the folder "tools" of the module tradewind
	// that the working directory lies in.
	ToolsDir string
	// CacheDir keeps the built CLI. Empty means "tradewind" in the user's cache folder, which tests, demo and CI share.
	CacheDir string
	// Progress receives one line for each step that takes time or needs an explanation. Nil means silence.
	Progress io.Writer

	build buildFunc // replaced in tests; nil means goBuild
}

// Find returns the path of a temporal CLI that runs: the one that o.Explicit names, else `temporal` on PATH when it is
// recent enough, else the one in the cache, which is built first if it is not there yet. Building takes some minutes and
// happens once per machine: a second process that asks meanwhile waits for the first.
func Find(ctx context.Context, o FindOptions) (string, error) {
	if o.Explicit != "" {
		return explicitCLI(ctx, o.Explicit)
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	if path := cliOnPath(ctx, o.Progress); path != "" {
		return path, nil
	}
	return cachedCLI(ctx, o)
}

func explicitCLI(ctx context.Context, name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("temporal CLI %q cannot be used: %w; correct or unset TRADEWIND_TEMPORAL_CLI", name, err)
	}
	if _, err := versionText(ctx, path); err != nil {
		return "", fmt.Errorf("temporal CLI %q does not run: %w; correct or unset TRADEWIND_TEMPORAL_CLI", name, err)
	}
	return filepath.Abs(path)
}

// cliOnPath returns "" when PATH has no usable CLI: an old one is no reason to fail, because we can build our own.
func cliOnPath(ctx context.Context, progress io.Writer) string {
	path, err := exec.LookPath("temporal")
	if err != nil {
		return ""
	}
	text, err := versionText(ctx, path)
	if err != nil {
		fmt.Fprintf(progress, "passing over %s: %v\n", path, err)
		return ""
	}
	if !recentEnough(text) {
		fmt.Fprintf(progress, "passing over %s: %q is not version 1.1 or later\n", path, text)
		return ""
	}
	if path, err = filepath.Abs(path); err != nil {
		return ""
	}
	return path
}

func versionText(ctx context.Context, path string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%q --version: %w", path, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// versionPattern reads "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)".
var versionPattern = regexp.MustCompile(`version v?(\d+)\.(\d+)\.\d+\S*(?: \(Server (\d+)\.(\d+))?`)

// recentEnough reports whether the CLI knows every flag that we start the server with, which is so from 1.1 on. A CLI
// compiled from its module calls itself 0.0.0-DEV; then the server inside tells its age (CLI 1.1 came with server 1.25).
func recentEnough(version string) bool {
	m := versionPattern.FindStringSubmatch(version)
	if m == nil {
		return false
	}
	if m[1] == "0" && m[2] == "0" {
		return atLeast(m[3], m[4], 1, 25)
	}
	return atLeast(m[1], m[2], 1, 1)
}

func atLeast(major, minor string, wantMajor, wantMinor int) bool {
	a, errA := strconv.Atoi(major)
	b, errB := strconv.Atoi(minor)
	return errors.Join(errA, errB) == nil && (a > wantMajor || a == wantMajor && b >= wantMinor)
}

// moduleLine is matched exactly: tools/go.mod says "module tradewind/tools", and is passed on the way up.
var moduleLine = regexp.MustCompile(`(?m)^module tradewind\s*$`)

// findTools returns the folder "tools" of the module tradewind that contains the working directory.
func findTools() (string, error) {
	wd, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the folder tools: %w; %s", err, cure)
	}
	for dir := wd; ; dir = filepath.Dir(dir) {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && moduleLine.Match(mod) {
			return filepath.Join(dir, "tools"), nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no temporal CLI: PATH has none, and %q is not inside the module tradewind, whose folder "+
				"tools it could be built from; %s", wd, cure)
		}
	}
}
