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

	"tradewind/internal/apptest"
	"tradewind/sandbox/business"
)

// marked is a text that no file may hold in clear.
const marked = "MARKED-TEXT-7f3a-orchid"

// TestNothingSecretLiesAboutAfterAFullRun looks through everything that a run leaves
// behind: ledger, archive, Temporal's database, histories and logs.
func TestNothingSecretLiesAboutAfterAFullRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	require.NoError(t, w.Sandbox.Change(func(orders *[]*business.Order) {
		for _, o := range *orders {
			if o.Kind == business.Normal {
				o.HeadText, o.Head["TXID"] = []string{marked}, "7"+o.Head["PUNO"]
			}
		}
	}))
	p := w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 5)
	w.awaitRecords("parked", 5)
	_, errs, err := apptest.Execute(w.with("TRADEWIND_CLEO_PASSWORD=wrong-"+marked), apptest.Program, "ping")
	require.Error(t, err)
	var said bytes.Buffer
	said.WriteString(errs)
	for _, r := range w.Records() {
		said.WriteString(w.cliRaw("workflow", "show", "--workflow-id", r.WorkflowID, "--output", "json"))
	}
	encoded := base64.StdEncoding.EncodeToString([]byte("json/plain"))
	opened := w.cli("workflow", "show", "--workflow-id", w.Records("--state", "sent")[0].WorkflowID, "--output", "json")
	require.True(t, strings.Contains(opened, base64.StdEncoding.EncodeToString([]byte(`"850 PO `))[:8]), "the codec opens summaries")
	require.True(t, strings.Contains(opened, encoded))
	require.True(t, strings.Contains(said.String(), base64.StdEncoding.EncodeToString([]byte("binary/encrypted"))), "without it everything is sealed")
	require.False(t, strings.Contains(said.String(), base64.StdEncoding.EncodeToString([]byte(`"850 PO `))[:8]))

	secrets := w.secrets()
	require.GreaterOrEqual(t, len(secrets), 8)
	folders := []string{w.Path("state"), filepath.Dir(apptest.LocalDB)}
	log, err := os.ReadFile(p.Log)
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
	for _, f := range w.Sandbox.Hub.Files() {
		content, err := w.Sandbox.Hub.Content(f.ID)
		require.NoError(t, err)
		if bytes.Contains(content, []byte(marked)) {
			delivered++
		}
	}
	require.Equal(t, 5, delivered, "the text did go out to the suppliers")
}

// secrets are all that must not be found: credentials, tokens, keys, and the text.
func (w *world) secrets() map[string]string {
	w.T.Helper()
	out := map[string]string{"order text": marked, "Cleo password": w.Sandbox.Password}
	content, err := os.ReadFile(w.Sandbox.IonAPIFile)
	require.NoError(w.T, err)
	keys := map[string]string{}
	require.NoError(w.T, json.Unmarshal(content, &keys))
	for _, name := range []string{"cs", "saak", "sask", "ci"} {
		out[name] = keys[name]
	}
	for i, token := range w.Sandbox.Tokens() {
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
		if err != nil || !entry.Type().IsRegular() || name == apptest.Program {
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
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 2)
	require.NoError(t, filepath.WalkDir(w.Path("state"), func(name string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, "%s has mode %04o", name, info.Mode().Perm())
		return nil
	}))
	require.NoError(t, os.Chmod(w.Path("state", "key"), 0o644))
	_, errs, err := w.Try("records", "list")
	require.Error(t, err)
	require.Contains(t, errs, "chmod 600 "+w.Path("state", "key"))
}

func TestKeysRotateUnderARunningFlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 20)
	w.limitUploads(10)
	w.StartWorker()
	w.pollAll()
	require.Eventually(t, func() bool { return len(w.Sandbox.Hub.Files()) > 3 }, patience, 1)
	require.Contains(t, w.Run("credentials", "rotate"), "new keys: data-2-")
	w.awaitRecords("sent", 20)
	require.Contains(t, w.Run("credentials", "rotate"), "new keys: data-3-")
	first := w.Records("--state", "sent")[0]
	require.Contains(t, w.Run("records", "show", first.ID), "ISA*")
	require.Contains(t, w.Run("records", "replay", first.ID, "--resend"), "is sent")
	require.Contains(t, w.Run("reconcile"), "balanced: true")
}

func TestStoredCredentialsServeInPlaceOfTheEnvironment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	file := w.Path("cleo.json")
	content, err := json.Marshal(map[string]string{"url": w.Sandbox.CleoURL, "username": w.Sandbox.Username, "password": w.Sandbox.Password})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, content, 0o600))
	w.Environ = w.with("TRADEWIND_IONAPI_FILE=", "TRADEWIND_CLEO_URL=", "TRADEWIND_CLEO_USERNAME=", "TRADEWIND_CLEO_PASSWORD=")
	require.Contains(t, w.Run("credentials", "import", "--ionapi", w.Sandbox.IonAPIFile), "tenant ACME_TST")
	require.Contains(t, w.Run("credentials", "import", "cleo", "--file", file, "--shred"), "user tradewind")
	require.NoFileExists(t, file)
	require.NotContains(t, w.Run("ping"), "FAIL")
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 2)
	listed := w.Run("credentials", "list")
	require.Contains(t, listed, "infor/ACME_TST")
	require.NotContains(t, listed, w.Sandbox.Password)
	require.Contains(t, w.Run("credentials", "revoke", "ACME_TST"), "done")
	_, err = w.Sandbox.AddOrders(business.Normal, 1)
	require.NoError(t, err)
	w.pollAll()
	w.awaitRecords("sent", 3)
	w.Run("credentials", "remove", "cleo")
	_, errs, err := w.Try("ping")
	require.Error(t, err)
	require.NotContains(t, errs, w.Sandbox.Password)
}
