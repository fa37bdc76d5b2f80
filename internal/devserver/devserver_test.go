package devserver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
)

// What needs a running server is tested where the product runs as a whole: only
// that package starts servers.

// script makes a command that prints a text.
func script(t *testing.T, path, prints string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\necho '"+prints+"'\n"), 0o700))
	return path
}

// tools makes a folder that the cache's key can be taken of.
func tools(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("module tools\n"), 0o600))
	}
	return dir
}

func TestTheNamedCLIIsUsedAndABadOneIsRefusedWithTheCure(t *testing.T) {
	good := script(t, filepath.Join(t.TempDir(), "temporal"), "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)")
	path, err := Find(t.Context(), FindOptions{Explicit: good})
	require.NoError(t, err)
	require.Equal(t, good, path)

	_, err = Find(t.Context(), FindOptions{Explicit: filepath.Join(t.TempDir(), "absent")})
	require.ErrorContains(t, err, "TRADEWIND_TEMPORAL_CLI")
}

func TestARecentCLIOnThePathIsUsedAndAnOldOnePassedOver(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	recent := script(t, filepath.Join(dir, "temporal"), "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)")
	path, err := Find(t.Context(), FindOptions{})
	require.NoError(t, err)
	require.Equal(t, recent, path)

	script(t, filepath.Join(dir, "temporal"), "temporal version 0.13.2 (Server 1.24.2)")
	var progress bytes.Buffer
	cache := t.TempDir()
	built, err := Find(t.Context(), FindOptions{ToolsDir: tools(t), CacheDir: cache, Progress: &progress, build: func(_ context.Context, _, output string, _ io.Writer) error {
		script(t, output, "temporal version 1.5.1")
		return nil
	}})
	require.NoError(t, err)
	require.Contains(t, built, cache)
	require.Contains(t, progress.String(), "0.13.2")
}

func TestTheCLIIsBuiltOnceForAllWhoAsk(t *testing.T) {
	t.Setenv("PATH", "/usr/bin:/bin")
	dir, cache := tools(t), t.TempDir()
	var builds atomic.Int32
	build := func(_ context.Context, _, output string, _ io.Writer) error {
		builds.Add(1)
		script(t, output, "temporal version 1.5.1")
		return nil
	}
	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			_, err := Find(t.Context(), FindOptions{ToolsDir: dir, CacheDir: cache, build: build})
			if err != nil {
				t.Error(err)
			}
		})
	}
	asking.Wait()
	require.Equal(t, int32(1), builds.Load())
}

func TestAFailedBuildLeavesNothingBehindAndTellsWhy(t *testing.T) {
	t.Setenv("PATH", "/usr/bin:/bin")
	dir, cache := tools(t), t.TempDir()
	o := FindOptions{ToolsDir: dir, CacheDir: cache, build: func(_ context.Context, _, output string, _ io.Writer) error {
		return errors.New("no space left")
	}}
	_, err := Find(t.Context(), o)
	require.ErrorContains(t, err, "no space left")
	require.ErrorContains(t, err, "TRADEWIND_TEMPORAL_CLI")
	found, err := filepath.Glob(filepath.Join(cache, "*", "temporal"))
	require.NoError(t, err)
	require.Empty(t, found)
}

func TestVersionsOldAndNew(t *testing.T) {
	for text, want := range map[string]bool{
		"temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)": true, "temporal version 1.0.0 (Server 1.24.2)": false,
		"temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)": true, "temporal version 0.0.0-DEV (Server 1.20.0)": false, "nonsense": false,
	} {
		require.Equal(t, want, recentEnough(text), text)
	}
}

func TestArgumentsFollowTheOptions(t *testing.T) {
	args := arguments(Options{Namespace: "edi", SearchAttributes: map[string]enums.IndexedValueType{"Flow": enums.INDEXED_VALUE_TYPE_KEYWORD}},
		ports{frontend: 1, http: 2, ui: 3, metrics: 4}, "/state/temporal.db")
	for _, want := range []string{"127.0.0.1", "/state/temporal.db", "journal_mode=WAL", "synchronous=1", "history.transferProcessorMaxPollRPS=1000",
		"history.timerProcessorMaxPollRPS=1000", "history.visibilityProcessorMaxPollRPS=1000", "Flow=Keyword", "edi"} {
		require.Contains(t, args, want)
	}
	require.NotContains(t, arguments(Options{Headless: true, Namespace: DefaultNamespace}, ports{}, ""), "--db-filename")
	require.Equal(t, []string{"HOME=/h"}, serverEnvironment([]string{"HOME=/h", "TEMPORAL_ADDRESS=elsewhere:7233"}))
}

func TestAStartThatFailsShowsTheServersLastWords(t *testing.T) {
	cli := filepath.Join(t.TempDir(), "temporal")
	require.NoError(t, os.WriteFile(cli, []byte("#!/bin/sh\necho schema version mismatch >&2\nexit 1\n"), 0o700))
	_, err := Start(t.Context(), Options{CLI: cli, DBFile: filepath.Join(t.TempDir(), "temporal.db")})
	require.ErrorContains(t, err, "schema version mismatch")
}

func TestChosenPortsDiffer(t *testing.T) {
	p, err := choosePorts(ports{})
	require.NoError(t, err)
	seen := map[int]bool{}
	for _, port := range []int{p.frontend, p.http, p.ui, p.metrics} {
		require.Positive(t, port)
		require.False(t, seen[port])
		seen[port] = true
	}
}
