package app_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// suppliersSchedule keeps the suppliers of the first company equal.
const suppliersSchedule = "tradewind/suppliers/100"

// TestEveryMasterHistoryReplays settles a difference by rule and one by a person's choice, and replays what came of it.
// With TRADEWIND_RECORD=1 it keeps the histories.
func TestEveryMasterHistoryReplays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.StartWorker()
	w.Run("schedules", "trigger", suppliersSchedule)
	w.awaitPartners(func(partners map[string]partnerAtCleo) bool {
		return partners["0010045"].Attributes["name"] != "" && len(partners) > 40
	})
	require.NoError(t, w.Temporal.GetWorkflow(t.Context(), w.LastPoll(suppliersSchedule), "").Get(t.Context(), nil))
	partners := w.partners()
	w.mailAtCleo(partners["0010045"].ID, "cleo@halvorsen.example")
	w.mailAtCleo(partners["0010051"].ID, "new@fastener.example")
	require.NoError(t, w.Sandbox.M3.ChangeSupplier("100", "0010045", map[string]string{"EMAL": "m3@halvorsen.example"}))
	w.Run("schedules", "trigger", suppliersSchedule)
	w.awaitRecords("parked", 1)
	w.awaitRecords("synced", 1)
	asked, settled := w.Records("--state", "parked")[0], w.Records("--state", "synced")[0]
	require.Contains(t, w.Run("records", "show", asked.ID), `M3 "m3@halvorsen.example", Cleo "cleo@halvorsen.example"`)
	_, _, err := w.Try("records", "replay", asked.ID, "--set", "email=nobody", "--note", "asked them")
	require.Error(t, err)
	w.Run("records", "replay", asked.ID, "--set", "email=cleo", "--note", "asked them")
	w.awaitRecords("synced", 2)
	emails := map[string]string{}
	for _, s := range w.Sandbox.M3.Suppliers() {
		if s["CONO"] == "100" {
			emails[s["SUNO"].(string)], _ = s["EMAL"].(string)
		}
	}
	require.Equal(t, []string{"cleo@halvorsen.example", "new@fastener.example"}, []string{emails["0010045"], emails["0010051"]})

	for name, id := range map[string]string{"settle_master_ruled": settled.ID, "settle_master_decided": asked.ID, "sync_suppliers": w.LastPoll(suppliersSchedule)} {
		t.Run(name, func(t *testing.T) { w.Replays(t, name, id) })
	}
}

// partnerAtCleo is what the test reads of a trading partner.
type partnerAtCleo struct {
	ID         string            `json:"id"`
	Attributes map[string]string `json:"attributes"`
}

// partners are those of the first company, by supplier.
func (w *world) partners() map[string]partnerAtCleo {
	out := map[string]partnerAtCleo{}
	for _, members := range w.Sandbox.Hub.Partners() {
		content, err := json.Marshal(members)
		require.NoError(w.T, err)
		var p partnerAtCleo
		require.NoError(w.T, json.Unmarshal(content, &p))
		if p.Attributes["company"] == "100" {
			out[p.Attributes["supplier"]] = p
		}
	}
	return out
}

func (w *world) awaitPartners(are func(map[string]partnerAtCleo) bool) {
	w.T.Helper()
	require.Eventually(w.T, func() bool { return are(w.partners()) }, patience, 50*time.Millisecond)
}

// mailAtCleo lets a person at Cleo enter an e-mail.
func (w *world) mailAtCleo(id, email string) {
	w.T.Helper()
	require.NoError(w.T, w.Sandbox.Hub.ChangePartner(id, map[string]json.RawMessage{"attributes": json.RawMessage(`{"email":"` + email + `"}`)}))
}
