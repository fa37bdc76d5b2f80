package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/app"
	"tradewind/internal/apptest"
)

// TestPingAsksForWhatInvoicesToPartnersNeed has a partner of company 100 that opted in, and none of company 200.
func TestPingAsksForWhatInvoicesToPartnersNeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	search := w.configWith("infor.yaml", "reader: exportmi", "reader: search")
	require.Regexp(t, `infor APS200MI +GetInvTotInfo, GetInvoice, GetCashDiscInfo\n`, w.Run("ping"))

	withoutInbound := w.configWith("cleo.yaml", "  inbound: inbound/edi\n", "")
	out, _, err := apptest.Execute(w.with("TRADEWIND_CONFIG="+withoutInbound), apptest.Program, "ping")
	require.NoError(t, err, out)
	require.Regexp(t, `infor APS200MI +GetInvoice, GetCashDiscInfo\n`, out)
	require.Regexp(t, `infor GLS200MI +LstVoucherLines\n`, out)

	w.Put("infor/denied", `["EXPORTMI"]`)
	shipped, _ := failedChecks(t, w.Environ)
	require.Contains(t, shipped["infor company 100-AAA"].Detail, "`reader: search` in infor.yaml does without for orders, and invoices-out cannot")
	require.Contains(t, shipped["infor company 200-BBB"].Detail, "for EXPORTMI, `reader: search` in infor.yaml does without")
	require.NotContains(t, shipped["infor company 200-BBB"].Detail, "invoices-out")

	searching, _ := failedChecks(t, w.with("TRADEWIND_CONFIG="+search))
	require.Len(t, searching, 1, "company 200 has no partner that opted in")
	require.Contains(t, searching["infor company 100-AAA"].Detail, "invoices-out cannot do without EXPORTMI, so have it granted, or take the schedule")

	schedules := filepath.Join(search, "schedules.yaml")
	require.NoError(t, os.WriteFile(schedules, []byte("schedules:\n  - {flow: tokens, system: cleo, every: 1m}\n"), 0o600))
	out, _, err = apptest.Execute(w.with("TRADEWIND_CONFIG="+search), apptest.Program, "ping")
	require.NoError(t, err, "without a schedule nothing goes out: %s", out)
	require.NotContains(t, out, "GetCashDiscInfo")
}

// failedChecks runs ping and gives the checks that failed, by name, and what it printed.
func failedChecks(t *testing.T, environ []string) (failed map[string]app.Check, out string) {
	t.Helper()
	out, errs, err := apptest.Execute(environ, apptest.Program, "ping", "--json")
	require.Error(t, err, out)
	require.Contains(t, errs, "checks failed")
	var checks []app.Check
	require.NoError(t, json.Unmarshal([]byte(out), &checks))
	failed = map[string]app.Check{}
	for _, c := range checks {
		if !c.OK {
			failed[c.Name] = c
		}
	}
	return failed, out
}
