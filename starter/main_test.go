package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tradewind/activities"
	"tradewind/internal/app"
	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/vault"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"tradewind": main}) }

// TestScripts runs the command line as a user types it, as far as it needs no server;
// what needs one is tested where the product runs as a whole.
func TestScripts(t *testing.T) {
	config, err := filepath.Abs("../config")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"receive": receive, "master": master, "approve": approve, "drift": drift, "supplier": supplier, "publish": publish, "cleoHas": cleoHas},
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, "TRADEWIND_STATE="+env.WorkDir+"/state", "TRADEWIND_CONFIG="+env.WorkDir+"/config",
				"TEMPORAL_ADDRESS=127.0.0.1:1", "HOME="+env.WorkDir)
			return os.CopyFS(filepath.Join(env.WorkDir, "config"), os.DirFS(config))
		},
	})
}

// receive makes records of a file's sets, as a poll of the mailbox would.
func receive(ts *testscript.TestScript, _ bool, args []string) {
	a, err := app.OpenStores(context.Background(), config.Environment{State: ts.Getenv("TRADEWIND_STATE"), Config: ts.Getenv("TRADEWIND_CONFIG"),
		LedgerURL: ledger.DefaultURL, ArchiveURL: archive.DefaultURL, Keeper: vault.DefaultKeeper}, quiet)
	ts.Check(err)
	defer a.Close()
	_, err = a.PublishFolder(context.Background())
	ts.Check(err)
	content := ts.ReadFile(args[0])
	sha, err := a.Archive.Put(context.Background(), []byte(content))
	ts.Check(err)
	place, number := ledger.Place{Mailbox: "cleo", Folder: "in"}, int64(0)
	for range 2 { // the size is stable
		_, err = a.Ledger.Observe(context.Background(), place, []ledger.Seen{{ID: args[0], Name: args[0], Size: int64(len(content))}}, 0)
		ts.Check(err)
	}
	files, err := a.Ledger.Files(context.Background(), "", 0, 100)
	ts.Check(err)
	for _, f := range files {
		number = max(number, f.Number)
	}
	_, err = a.Ledger.FetchFile(context.Background(), number, sha)
	ts.Check(err)
	_, err = a.RegisterSets(context.Background(), activities.FileParams{File: number})
	ts.Check(err)
}
