package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/business"
)

// marked is a text that no file may hold in clear.
const marked = "MARKED-TEXT-7f3a-orchid"

// TestNothingSecretLiesAboutAfterAFullRun looks through everything that a run leaves
// behind: ledger, archive, Temporal's database, histories and logs.
func TestNothingSecretLiesAboutAfterAFullRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	require.NoError(t, w.sandbox.Change(func(orders *[]*business.Order) {
		for _, o := range *orders {
			if o.Kind == business.Normal {
				o.HeadText, o.Head["TXID"] = []string{marked}, "7"+o.Head["PUNO"]
			}
		}
	}))
	p := w.startWorker()
	w.pollAll()
	w.awaitRecords("sent", 5)
	w.awaitRecords("parked", 5)
	_, errs, err := execute(w.with("TRADEWIND_CLEO_PASSWORD=wrong-"+marked), program, "ping")
	require.Error(t, err)
	var said bytes.Buffer
	said.WriteString(errs)
	for _, r := range w.records() {
		said.WriteString(w.cliRaw("workflow", "show", "--workflow-id", r.WorkflowID, "--output", "json"))
	}
	encoded := base64.StdEncoding.EncodeToString([]byte("json/plain"))
	opened := w.cli("workflow", "show", "--workflow-id", w.records("--state", "sent")[0].WorkflowID, "--output", "json")
	require.True(t, strings.Contains(opened, base64.StdEncoding.EncodeToString([]byte(`"850 PO `))[:8]), "the codec opens summaries")
	require.True(t, strings.Contains(opened, encoded))
	require.True(t, strings.Contains(said.String(), base64.StdEncoding.EncodeToString([]byte("binary/encrypted"))), "without it everything is sealed")
	require.False(t, strings.Contains(said.String(), base64.StdEncoding.EncodeToString([]byte(`"850 PO `))[:8]))

	secrets := w.secrets()
	require.GreaterOrEqual(t, len(secrets), 8)
	folders := []string{w.path("state"), filepath.Dir(localDB)}
	log, err := os.ReadFile(p.log)
	require.NoError(t, err)
	said.Write(log)
	for name, secret := range secrets {
		for form, text := range forms(secret) {
			require.False(t, bytes.Contains(said.Bytes(), text), "%s (%s) stands in a log, an error or a raw history", name, form)
			for _, folder := range folders {
				require.Empty(t, filesWith(t, folder, text), "%s (%s) stands in a file", name, form)
			}
		}
	}
	delivered := 0
	for _, f := range w.sandbox.Hub.Files() {
		content, err := w.sandbox.Hub.Content(f.ID)
		require.NoError(t, err)
		if bytes.Contains(content, []byte(marked)) {
			delivered++
		}
	}
	require.Equal(t, 5, delivered, "the text did go out to the suppliers")
}

// secrets are all that must not be found: credentials, tokens, keys, and the text.
func (w *world) secrets() map[string]string {
	w.t.Helper()
	out := map[string]string{"order text": marked, "Cleo password": w.sandbox.Password}
	content, err := os.ReadFile(w.sandbox.IonAPIFile)
	require.NoError(w.t, err)
	keys := map[string]string{}
	require.NoError(w.t, json.Unmarshal(content, &keys))
	for _, name := range []string{"cs", "saak", "sask", "ci"} {
		out[name] = keys[name]
	}
	for i, token := range w.sandbox.Tokens() {
		out["token "+string(rune('a'+i))] = token
	}
	return out
}

// forms are the ways in which a secret could be written.
func forms(secret string) map[string][]byte {
	quoted, _ := json.Marshal(secret) // a string always marshals
	return map[string][]byte{
		"clear": []byte(secret), "JSON": quoted[1 : len(quoted)-1],
		"base64": []byte(strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "=")[:len(secret)]),
	}
}

// filesWith lists the files of a folder that hold a text.
func filesWith(t *testing.T, folder string, text []byte) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || name == program {
			return err
		}
		content, err := os.ReadFile(name)
		if err == nil && bytes.Contains(content, text) {
			out = append(out, name)
		}
		return err
	}))
	return out
}

func TestFilesAtRestAreOursAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.startWorker()
	w.pollAll()
	w.awaitRecords("sent", 2)
	require.NoError(t, filepath.WalkDir(w.path("state"), func(name string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, "%s has mode %04o", name, info.Mode().Perm())
		return nil
	}))
	require.NoError(t, os.Chmod(w.path("state", "key"), 0o644))
	_, errs, err := w.try("records", "list")
	require.Error(t, err)
	require.Contains(t, errs, "chmod 600 "+w.path("state", "key"))
}

func TestKeysRotateUnderARunningFlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 20)
	w.limitUploads(10)
	w.startWorker()
	w.pollAll()
	require.Eventually(t, func() bool { return len(w.sandbox.Hub.Files()) > 3 }, patience, 1)
	require.Contains(t, w.run("credentials", "rotate"), "new keys: data-2-")
	w.awaitRecords("sent", 20)
	require.Contains(t, w.run("credentials", "rotate"), "new keys: data-3-")
	first := w.records("--state", "sent")[0]
	require.Contains(t, w.run("records", "show", first.ID), "ISA*")
	require.Contains(t, w.run("records", "replay", first.ID, "--resend"), "is sent")
	require.Contains(t, w.run("reconcile"), "balanced: true")
}

func TestStoredCredentialsServeInPlaceOfTheEnvironment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	file := w.path("cleo.json")
	content, err := json.Marshal(map[string]string{"url": w.sandbox.CleoURL, "username": w.sandbox.Username, "password": w.sandbox.Password})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, content, 0o600))
	w.environ = w.with("TRADEWIND_IONAPI_FILE=", "TRADEWIND_CLEO_URL=", "TRADEWIND_CLEO_USERNAME=", "TRADEWIND_CLEO_PASSWORD=")
	require.Contains(t, w.run("credentials", "import", "--ionapi", w.sandbox.IonAPIFile), "tenant ACME_TST")
	require.Contains(t, w.run("credentials", "import", "cleo", "--file", file, "--shred"), "user tradewind")
	require.NoFileExists(t, file)
	require.NotContains(t, w.run("ping"), "FAIL")
	w.startWorker()
	w.pollAll()
	w.awaitRecords("sent", 2)
	listed := w.run("credentials", "list")
	require.Contains(t, listed, "infor/ACME_TST")
	require.NotContains(t, listed, w.sandbox.Password)
	require.Contains(t, w.run("credentials", "revoke", "ACME_TST"), "done")
	_, err = w.sandbox.AddOrders(business.Normal, 1)
	require.NoError(t, err)
	w.pollAll()
	w.awaitRecords("sent", 3)
	w.run("credentials", "remove", "cleo")
	_, errs, err := w.try("ping")
	require.Error(t, err)
	require.NotContains(t, errs, w.sandbox.Password)
}
