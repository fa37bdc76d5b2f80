package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
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
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, "TRADEWIND_STATE="+env.WorkDir+"/state", "TRADEWIND_CONFIG="+env.WorkDir+"/config",
				"TEMPORAL_ADDRESS=127.0.0.1:1", "HOME="+env.WorkDir)
			return os.CopyFS(filepath.Join(env.WorkDir, "config"), os.DirFS(config))
		},
	})
}
