package devserver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
)

// cachedCLI returns the CLI in the cache and builds it when it is missing.
func cachedCLI(ctx context.Context, o FindOptions) (string, error) {
	tools, err := toolsDir(o.ToolsDir)
	if err != nil {
		return "", err
	}
	key, err := cacheKey(tools)
	if err != nil {
		return "", fmt.Errorf("no temporal CLI on PATH, and none can be built: %w; %s", err, cure)
	}
	root := o.CacheDir
	if root == "" {
		if root, err = cacheRoot(); err != nil {
			return "", fmt.Errorf("no folder to keep the temporal CLI in: %w; %s", err, cure)
		}
	}
	path := filepath.Join(root, "temporal-"+key, "temporal")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	if isFile(path) {
		return path, nil
	}
	return path, buildOnce(ctx, o, tools, path)
}

func toolsDir(dir string) (string, error) {
	if dir == "" {
		return findTools()
	}
	return filepath.Abs(dir)
}

// cacheKey changes with everything that changes the built CLI: its sources and the compiler.
func cacheKey(tools string) (string, error) {
	hash := sha256.New()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(tools, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n", name, len(data))
		hash.Write(data)
	}
	fmt.Fprintln(hash, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return hex.EncodeToString(hash.Sum(nil))[:16], nil
}

// cacheRoot is the user's cache folder. A process without a home, or with one that cannot be written, gets a folder of
// its own among the temporary files.
func cacheRoot() (string, error) {
	if dir, err := os.UserCacheDir(); err == nil {
		dir = filepath.Join(dir, "tradewind")
		if os.MkdirAll(dir, 0o700) == nil {
			return dir, nil
		}
	}
	dir := filepath.Join(os.TempDir(), "tradewind-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return dir, checkPrivate(dir)
}

// checkPrivate refuses a folder among the temporary files that somebody else made: we would run the program they put there.
func checkPrivate(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() || !ownedByUs(info) || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%q is not a folder that only we can write; remove it", dir)
	}
	return nil
}

// buildOnce builds the CLI at path unless another process, which held the lock before us, has done so.
func buildOnce(ctx context.Context, o FindOptions, tools, path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keep the temporal CLI: %w", err)
	}
	held, err := lock(ctx, filepath.Join(dir, "lock"), func() {
		fmt.Fprintf(o.Progress, "another process is building the temporal CLI in %s; waiting for it\n", dir)
	})
	if err != nil {
		return fmt.Errorf("wait for the temporal CLI: %w", err)
	}
	defer unlock(held)
	if isFile(path) {
		return nil
	}
	if err := buildAndMove(ctx, o, tools, path); err != nil {
		return fmt.Errorf("build the temporal CLI from %q: %w; %s", tools, err, cure)
	}
	return nil
}

// buildAndMove builds beside path and renames, so that path is never half a program. A build that was killed leaves its
// scratch folder behind; whoever builds next holds the lock and sweeps it up.
func buildAndMove(ctx context.Context, o FindOptions, tools, path string) error {
	dir := filepath.Dir(path)
	if err := removeAll(filepath.Join(dir, "building-*")); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(dir, "building-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	build := o.build
	if build == nil {
		build = goBuild
	}
	built := filepath.Join(scratch, filepath.Base(path))
	if err := build(ctx, tools, built, o.Progress); err != nil {
		return err
	}
	if _, err := versionText(ctx, built); err != nil {
		return fmt.Errorf("the built program does not run: %w", err)
	}
	return os.Rename(built, path)
}

func removeAll(pattern string) error {
	names, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := os.RemoveAll(name); err != nil {
			return err
		}
	}
	return nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
