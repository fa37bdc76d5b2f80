// Package postgrestest gives tests databases of their own on a real PostgreSQL: the
// server that TRADEWIND_TEST_POSTGRES_URL names, else one that is started from a
// local installation. Tests skip, and say so, where there is neither.
package postgrestest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // database driver "pgx"
)

// ErrNone says that there is no PostgreSQL to test with.
var ErrNone = errors.New("no PostgreSQL: install it, or set TRADEWIND_TEST_POSTGRES_URL")

var (
	start = sync.OnceValues(startOnce)
	stop  = func() {}
)

// Stop ends the server that this process started; a package's TestMain calls it last.
func Stop() { stop() }

// URL gives the address of a new, empty database.
func URL(t *testing.T) string {
	t.Helper()
	address, err := Create(t.Context())
	if errors.Is(err, ErrNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// Create makes a new, empty database and gives its address.
func Create(ctx context.Context) (string, error) {
	admin, err := start()
	if err != nil {
		return "", err
	}
	db, err := sql.Open("pgx", admin)
	if err != nil {
		return "", err
	}
	defer db.Close()
	name := "test_" + strings.ToLower(rand.Text()[:12])
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	u, err := url.Parse(admin)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

func startOnce() (string, error) {
	if named := os.Getenv("TRADEWIND_TEST_POSTGRES_URL"); named != "" {
		return named, nil
	}
	bin := binaries()
	if bin == "" {
		return "", ErrNone
	}
	return serve(bin)
}

// binaries finds the folder of a local installation's programs.
func binaries() string {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err == nil && len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	return ""
}

// serve starts a server on a free loopback port, in a folder that goes with it.
func serve(bin string) (string, error) {
	dir, err := os.MkdirTemp("", "tradewind-postgres-*")
	if err != nil {
		return "", err
	}
	if err := handOver(dir); err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	if out, err := asUser(exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "tradewind", "-A", "trust", "-E", "UTF8", "--no-sync")).CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w\n%s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	server := asUser(exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-h", "127.0.0.1", "-p", strconv.Itoa(port), "-F", "-c", "max_connections=300"))
	server.Dir = dir
	if err := server.Start(); err != nil {
		return "", err
	}
	stop = func() {
		_ = server.Process.Signal(os.Interrupt) // a fast shutdown
		_ = server.Wait()                       // it was asked to end
		_ = os.RemoveAll(dir)                   // a folder for temporary files
	}
	address := fmt.Sprintf("postgres://tradewind@127.0.0.1:%d/postgres?sslmode=disable", port)
	return address, ready(address)
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

// ready waits until the server answers.
func ready(address string) error {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the PostgreSQL for tests does not answer: %w", err)
		case <-ticker.C:
		}
	}
}
