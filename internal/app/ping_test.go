package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/apptest"
)

// with gives the environment with variables replaced.
func (w *world) with(variables ...string) []string {
	out := append([]string{}, w.Environ...)
	return append(out, variables...) // the last one of a name counts
}

// ionapiWith writes the sandbox's .ionapi file with one key replaced.
func (w *world) ionapiWith(key, value string) string {
	w.T.Helper()
	content, err := os.ReadFile(w.Sandbox.IonAPIFile)
	require.NoError(w.T, err)
	keys := map[string]string{}
	require.NoError(w.T, json.Unmarshal(content, &keys))
	if keys[key] = value; value == "" {
		delete(keys, key)
	}
	content, err = json.Marshal(keys)
	require.NoError(w.T, err)
	file := filepath.Join(w.T.TempDir(), "tenant.ionapi")
	require.NoError(w.T, os.WriteFile(file, content, 0o600))
	return file
}

// configWith copies the configuration with one text replaced in one file.
func (w *world) configWith(file, old, new string) string {
	w.T.Helper()
	dir := w.T.TempDir()
	require.NoError(w.T, os.CopyFS(filepath.Join(dir, "config"), os.DirFS(w.Path("config"))))
	path := filepath.Join(dir, "config", file)
	content, err := os.ReadFile(path)
	require.NoError(w.T, err)
	require.Contains(w.T, string(content), old)
	require.NoError(w.T, os.WriteFile(path, []byte(strings.Replace(string(content), old, new, 1)), 0o600))
	return filepath.Join(dir, "config")
}

func TestPingNamesEachPlantedFaultWithItsCure(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	healthy := w.Run("ping")
	require.NotContains(t, healthy, "FAIL")
	require.Contains(t, healthy, w.Path("state"))
	require.Contains(t, healthy, "APS450MI: recode yes, delete yes, objects on lines yes\n")
	require.Regexp(t, `infor CRS630MI +LstAccountID\n`, healthy, "whose fields are all Infor's, so that M3 is not written to")
	require.Regexp(t, `infor CRS610MI +LstByNumber, GetBasicData, Add, ChgBasicData\n`, healthy)
	require.Regexp(t, `infor CRS620MI +GetBasicData, LstSuppliers, .*UpdSupplier, .*UpdSupplierRef\n`, healthy)
	require.Regexp(t, `cleo partners +trading partners are listed`, healthy)
	require.Equal(t, 1, strings.Count(healthy, " masterdata/in"), "customers and accounts share it")
	require.Equal(t, 1, strings.Count(healthy, "infor CRS630MI"), "invoices and accounts ask for it")

	locked := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(locked, nil, 0o600))
	for name, fault := range map[string]struct {
		environ      []string
		denied       string
		check, tells string
	}{
		"invoices not permitted":   {w.Environ, `["APS450MI","CRS630MI"]`, "infor company 100-AAA", "may not run APS450MI, CRS630MI"},
		"no voucher lines":         {w.with("TRADEWIND_CONFIG=" + w.configWith("infor.yaml", "vouchers: GLS200MI", "vouchers: GLS999MI")), "", "infor GLS999MI", "no program GLS999MI"},
		"another invoice program":  {w.with("TRADEWIND_CONFIG=" + w.configWith("infor.yaml", "invoices: APS450MI", "invoices: APS110MI")), "", "infor APS110MI", "APS110MI lacks AddHead, AddLine, GetHead"},
		"nothing to recode from":   {w.with("TRADEWIND_CONFIG=" + w.recodesFromNowhere()), "", "infor release", "recodeFrom in allocation.yaml names no account"},
		"inbound folder missing":   {w.with("TRADEWIND_CONFIG=" + w.configWith("cleo.yaml", "inbound/edi", "inbound/typo")), "", "cleo folder inbound", "folders.inbound"},
		"customers not permitted":  {w.Environ, `["CRS610MI"]`, "infor company 200-BBB", "may not run CRS610MI"},
		"no customers":             {w.with("TRADEWIND_CONFIG=" + w.configWith("infor.yaml", "customers: CRS610MI", "customers: CRS999MI")), "", "infor CRS999MI", "no program CRS999MI"},
		"another account program":  {w.with("TRADEWIND_CONFIG=" + w.configWith("infor.yaml", "accounts: CRS630MI", "accounts: CRS610MI")), "", "infor CRS610MI", "CRS610MI lacks LstAccountID"},
		"partners not listed":      {w.with("TRADEWIND_CONFIG=" + w.configWith("cleo.yaml", "partners: /api/partners", "partners: /api/typo")), "", "cleo partners", "paths.partners"},
		"in folder missing":        {w.with("TRADEWIND_CONFIG=" + w.configWith("masterdata.yaml", "in: masterdata/in", "in: masterdata/typo")), "", "cleo folder customers in", "customers.folders.in"},
		"out folder missing":       {w.with("TRADEWIND_CONFIG=" + w.configWith("masterdata.yaml", "out: masterdata/out", "out: masterdata/typo")), "", "cleo folder customers out", "customers.folders.out"},
		"import folder missing":    {w.with("TRADEWIND_CONFIG=" + w.importsSuppliers()), "", "cleo folder suppliers import", "suppliers.folders.import"},
		"wrong client secret":      {w.with("TRADEWIND_IONAPI_FILE=" + w.ionapiWith("cs", "wrong")), "", "infor token", "refuses the client"},
		"wrong service account":    {w.with("TRADEWIND_IONAPI_FILE=" + w.ionapiWith("sask", "wrong")), "", "infor token", "service account"},
		"file without service key": {w.with("TRADEWIND_IONAPI_FILE=" + w.ionapiWith("saak", "")), "", "infor token", "saak"},
		"unknown tenant":           {w.with("TRADEWIND_IONAPI_FILE=" + w.ionapiWith("ti", "OTHER_PRD")), "", "infor token", "OTHER_PRD"},
		"no .ionapi file":          {w.with("TRADEWIND_IONAPI_FILE="), "", "infor token", "TRADEWIND_IONAPI_FILE"},
		"program not permitted":    {w.Environ, `["CRS620MI"]`, "infor company 100-AAA", "may not run CRS620MI"},
		"EXPORTMI not permitted":   {w.Environ, `["EXPORTMI"]`, "infor company 200-BBB", "reader: search"},
		"agreements not permitted": {w.Environ, `["PPS100MI"]`, "infor company 100-AAA", "may not run PPS100MI; without it, orders carry M3's own numbers of agreements"},
		"no agreements":            {w.with("TRADEWIND_CONFIG=" + w.configWith("infor.yaml", "agreements: PPS100MI", "agreements: PPS999MI")), "", "infor PPS999MI", "no program PPS999MI"},
		"program unknown":          {w.with("TRADEWIND_CONFIG=" + w.configWith("infor.yaml", "orders: PPS200MI", "orders: PPS999MI")), "", "infor PPS999MI", "no program PPS999MI"},
		"company unknown":          {w.with("TRADEWIND_CONFIG=" + w.unknownCompany()), "", "infor company 300-BBB", "300"},
		"wrong Cleo password":      {w.with("TRADEWIND_CLEO_PASSWORD=wrong"), "", "cleo login", "TRADEWIND_CLEO_PASSWORD"},
		"Cleo not reachable":       {w.with("TRADEWIND_CLEO_URL=http://127.0.0.1:1"), "", "cleo login", "TRADEWIND_CLEO_URL"},
		"folder missing":           {w.with("TRADEWIND_CONFIG=" + w.configWith("cleo.yaml", "outbound/850", "outbound/typo")), "", "cleo folder upload", "folders.upload"},
		"Temporal not reachable":   {w.with("TEMPORAL_ADDRESS=127.0.0.1:1"), "", "temporal", "TEMPORAL_ADDRESS"},
		"namespace missing":        {w.with("TEMPORAL_NAMESPACE=nowhere"), "", "temporal", "nowhere"},
		"configuration invalid":    {w.with("TRADEWIND_CONFIG=" + w.configWith("infor.yaml", "reader:", "readr:")), "", "configuration", "infor.yaml:"},
		"state folder unusable":    {w.with("TRADEWIND_STATE=" + filepath.Join(locked, "state")), "", "state", "TRADEWIND_STATE"},
		"ledger without tables":    {w.with("TRADEWIND_LEDGER_URL=sqlite:empty.db"), "", "ledger", "setup"},
	} {
		t.Run(name, func(t *testing.T) {
			if fault.denied != "" {
				w.Put("infor/denied", fault.denied)
				defer w.Put("infor/denied", `[]`)
			}
			failed, out := failedChecks(t, fault.environ)
			require.Contains(t, failed, fault.check, out)
			told := failed[fault.check]
			require.Contains(t, told.Detail+" → "+told.Cure, fault.tells)
			require.NotEmpty(t, told.Cure)
			require.NotContains(t, out, w.Sandbox.Password)
		})
	}
}

func (w *world) unknownCompany() string {
	folder := w.configWith("company.yaml", `cono: "200"`, `cono: "300"`)
	renamed := strings.NewReplacer("200-BBB", "300-BBB", `"200"`, `"300"`)
	for _, name := range []string{"schedules.yaml", "masterdata.yaml"} {
		file := filepath.Join(folder, name)
		content, err := os.ReadFile(file)
		require.NoError(w.T, err)
		require.NoError(w.T, os.WriteFile(file, []byte(renamed.Replace(string(content))), 0o600))
	}
	partners, err := filepath.Glob(filepath.Join(folder, "partners", "200-*.yaml"))
	require.NoError(w.T, err)
	for _, file := range partners {
		require.NoError(w.T, os.Remove(file))
	}
	return folder
}

// importsSuppliers is a configuration that puts files for an import into a folder that Cleo does not have.
func (w *world) importsSuppliers() string {
	return w.configWith("masterdata.yaml", "target: partners # attributes of trading partners; or files",
		"target: files\n  folders: {in: masterdata/in, out: masterdata/out, import: masterdata/typo}")
}

// recodesFromNowhere is a configuration that recodes invoices and does not say which accounts.
func (w *world) recodesFromNowhere() string {
	folder := w.configWith("allocation.yaml", "strategy: m3-rules", "strategy: recode")
	path := filepath.Join(folder, "allocation.yaml")
	content, err := os.ReadFile(path)
	require.NoError(w.T, err)
	require.NoError(w.T, os.WriteFile(path, []byte(strings.Replace(string(content), "recodeFrom:", "# recodeFrom:", 1)), 0o600))
	return folder
}

// TestPingSaysWhatTheReleaseCannotDo has a tenant whose build neither recodes nor takes objects.
func TestPingSaysWhatTheReleaseCannotDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.Put("infor/profile", `{"onPremises":true}`)
	out, _, err := w.Try("ping")
	require.Error(t, err)
	require.Contains(t, out, "APS450MI: recode no, delete no, objects on lines no; the strategy objects is configured, and this M3 takes accounting objects neither")
	require.Contains(t, out, "→ choose a strategy in allocation.yaml that this release can follow")

	codedByM3 := w.configWith("allocation.yaml", "strategy: objects", "strategy: hold")
	out, _, err = apptest.Execute(w.with("TRADEWIND_CONFIG="+codedByM3), apptest.Program, "ping")
	require.NoError(t, err, out)
	require.Contains(t, out, "objects on lines no; a refused batch is to be deleted in APS450 by hand")

	ordersOnly := w.configWith("cleo.yaml", "  inbound: inbound/edi\n", "")
	out, _, err = apptest.Execute(w.with("TRADEWIND_CONFIG="+ordersOnly), apptest.Program, "ping")
	require.NoError(t, err, "who polls no mailbox needs none of it: %s", out)
	require.NotContains(t, out, "APS4")
}

// TestPingAsksForMasterDataOnlyWhereItIsSynced has no schedule of customers, so that nothing of theirs is needed.
func TestPingAsksForMasterDataOnlyWhereItIsSynced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	folder := w.configWith("infor.yaml", "customers: CRS610MI", "customers: CRS999MI")
	out, _, err := apptest.Execute(w.with("TRADEWIND_CONFIG="+folder), apptest.Program, "ping")
	require.Error(t, err)
	require.Contains(t, out, "the tenant has no program CRS999MI → name the tenant's own program in infor.yaml")

	require.NoError(t, os.WriteFile(filepath.Join(folder, "schedules.yaml"), []byte("schedules:\n  - {flow: tokens, system: cleo, every: 1m}\n"), 0o600))
	out, _, err = apptest.Execute(w.with("TRADEWIND_CONFIG="+folder), apptest.Program, "ping")
	require.NoError(t, err, out)
	require.NotContains(t, out, "CRS999MI")
	require.NotContains(t, out, "cleo partners")
	require.NotContains(t, out, "masterdata/")
}
