package inboundtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// bill lets suppliers send invoices and waits until every file is read.
func (w *world) bill(n int) []business.Invoice {
	w.T.Helper()
	made, err := w.Sandbox.AddInvoices(n)
	require.NoError(w.T, err)
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	return made
}

// received gives the records of each supplier's number; a file that came twice counts with
// the number of its first.
func (w *world) received(made []business.Invoice) map[string][]ledger.Record {
	records, err := w.Ledger.Records(w.T.Context(), ledger.Filter{Flow: trade.InvoicesIn})
	require.NoError(w.T, err)
	numbers := map[string]string{}
	for _, i := range made {
		numbers[i.File] = i.Number
	}
	out := map[string][]ledger.Record{}
	for _, r := range records {
		out[numbers[r.FileName]] = append(out[numbers[r.FileName]], r)
	}
	return out
}

// awaitOutcomes waits until the invoices of each number are where they belong. Of two that
// share a number, the first that comes has it.
func (w *world) awaitOutcomes(made []business.Invoice) {
	w.T.Helper()
	wanted := map[string][]string{}
	for _, i := range made {
		wanted[i.Number] = append(wanted[i.Number], i.Expect)
	}
	away := func() (out []string) {
		have := w.received(made)
		for number, want := range wanted {
			var states, told []string
			for _, r := range have[number] {
				states, told = append(states, string(r.State)), append(told, r.Reason.String())
			}
			slices.Sort(states)
			slices.Sort(want)
			if !slices.Equal(states, want) {
				out = append(out, fmt.Sprintf("%s is %v, not %v: %s", number, states, want, strings.Join(told, " ")))
			}
		}
		return out
	}
	require.Eventually(w.T, func() bool { return len(away()) == 0 }, patience, 100*time.Millisecond, "%s", apptest.Lazily(func() string { return strings.Join(away(), "\n") }))
}

// vouchers counts what M3 has posted under each supplier's number, with its amount.
func (w *world) vouchers() map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, v := range w.Sandbox.M3.Vouchers() {
		number, amount := v["SINO"].(string), decimal.RequireFromString(v["CUAM"].(string)).String()
		if out[number] == nil {
			out[number] = map[string]int{}
		}
		out[number][amount]++
	}
	return out
}

// postedOnce checks in M3 that each invoice that deserves a voucher has exactly one, with
// its amount, and no other has any.
func (w *world) postedOnce(made []business.Invoice) {
	w.T.Helper()
	wanted := map[string]map[string]int{}
	for _, i := range made {
		if wanted[i.Number] == nil {
			wanted[i.Number] = map[string]int{}
		}
		if i.Expect == "posted" {
			wanted[i.Number][decimal.RequireFromString(i.Total).String()]++
		}
	}
	have := w.vouchers()
	for number, want := range wanted {
		got := have[number]
		if got == nil {
			got = map[string]int{}
		}
		require.Equal(w.T, want, got, "vouchers of invoice %s", number)
	}
	w.codedAsDeserved(made)
	require.Contains(w.T, w.Run("reconcile"), "balanced: true")
}

// codedAsDeserved compares the accounting objects of each voucher with those that the invoice
// deserves: the amount on each combination of AIT1 to AIT7.
func (w *world) codedAsDeserved(made []business.Invoice) {
	w.T.Helper()
	var vouchers []struct {
		Number string              `json:"SINO"`
		Lines  []map[string]string `json:"lines"`
	}
	shown, err := json.Marshal(w.Sandbox.M3.Vouchers())
	require.NoError(w.T, err)
	require.NoError(w.T, json.Unmarshal(shown, &vouchers))
	have := map[string]map[string]string{}
	for _, v := range vouchers {
		sums := map[string]decimal.Decimal{}
		for _, line := range v.Lines {
			sums[objects(line)] = sums[objects(line)].Add(decimal.RequireFromString(line["NLAM"]))
		}
		have[v.Number] = texts(sums)
	}
	for _, i := range made {
		if i.Expect != "posted" || len(i.Postings) == 0 { // what was wrong as it came deserves nothing
			continue
		}
		sums := map[string]decimal.Decimal{}
		for _, p := range i.Postings {
			sums[objects(p.Dimensions)] = sums[objects(p.Dimensions)].Add(decimal.RequireFromString(p.Amount))
		}
		require.Equal(w.T, texts(sums), have[i.Number], "coding of invoice %s (%s)", i.Number, i.Kind)
	}
}

func objects(fields map[string]string) string {
	out := make([]string, 7)
	for i := range out {
		out[i] = fields[fmt.Sprintf("AIT%d", i+1)]
	}
	return strings.Join(out, "/")
}

func texts(sums map[string]decimal.Decimal) map[string]string {
	out := map[string]string{}
	for objects, sum := range sums {
		if !sum.IsZero() {
			out[objects] = sum.StringFixed(2)
		}
	}
	return out
}

func TestInvoicesBecomeVouchersAndTheRestIsExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(24)
	w.awaitOutcomes(made)
	w.postedOnce(made)
	for _, records := range w.received(made) {
		for _, r := range records {
			require.NoError(t, w.Ledger.VerifyChain(t.Context(), r.ID))
			if r.State == trade.StateParked {
				require.NotEmpty(t, r.Reason.Message)
				require.NotEmpty(t, r.Reason.Cure)
			}
		}
	}

	// What waits for its goods goes on by itself once they are received.
	for i, m := range made {
		if m.Kind == business.Early {
			w.Put("infor/receipts/"+m.Cono+"/"+m.Order, "{}")
			made[i].Expect = "posted"
		}
	}
	w.awaitOutcomes(made)
	w.postedOnce(made)

	// An unknown sender is known once it has a profile; the record finds it by itself.
	unknown := func() (out []string) {
		for _, r := range w.Records("--reason", trade.ReasonPartnerUnknown) {
			if strings.HasPrefix(r.ID, "invoice-in/") {
				out = append(out, r.ID)
			}
		}
		return out
	}
	require.Len(t, unknown(), 1)
	for _, f := range w.Sandbox.Hub.Files() {
		for _, i := range made {
			if i.Kind == business.UnknownPartner && f.Name == i.File {
				content, err := w.Sandbox.Hub.Content(f.ID)
				require.NoError(t, err)
				w.welcome(content, i)
			}
		}
	}
	require.Eventually(t, func() bool {
		still := unknown()
		for _, id := range still {
			w.Run("records", "replay", id)
		}
		return len(still) == 0
	}, patience, time.Second)

	// Looking into the mailbox again changes nothing.
	before := w.Sandbox.Calls()["ion APS450MI/bulk"]
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	list := w.Sandbox.Calls()["cleo list"]
	require.Eventually(t, func() bool { return w.Sandbox.Calls()["cleo list"] > list }, patience, 50*time.Millisecond)
	require.Equal(t, before, w.Sandbox.Calls()["ion APS450MI/bulk"])
}

// TestAnInvoiceParkedForAChargeIsPostedOnceTheCrosswalkIsMended looks first at what would be
// posted, and finds both attempts and both mapping versions in the trail.
func TestAnInvoiceParkedForAChargeIsPostedOnceTheCrosswalkIsMended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.Path("config", "crosswalks", "charges.csv")
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(whole), ",FREIGH,D240,,\n", "", 1)), 0o600))
	w.Set("partners/base.yaml", "receiptDeadline: 336h", "receiptDeadline: 1ms") // nothing waits for its goods
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(24)
	for i := range made {
		if made[i].Kind == business.Charged || made[i].Kind == business.Early {
			made[i].Expect = "parked"
		}
	}
	w.awaitOutcomes(made)
	require.Len(t, w.Records("--state", "parked", "--reason", trade.ReasonNotReceived), 1, "past its deadline")
	parked := w.Records("--reason", trade.ReasonChargeUnmapped)
	require.NotEmpty(t, parked)
	require.Contains(t, w.Run("records", "replay", "--dry-run", parked[0].ID), "would park")

	require.NoError(t, os.WriteFile(file, whole, 0o600))
	var preview string
	require.Eventually(t, func() bool { // the worker publishes what changed
		preview = w.Run("records", "replay", "--dry-run", parked[0].ID)
		return !strings.Contains(preview, "would park")
	}, patience, 100*time.Millisecond)
	require.Contains(t, preview, "+AddHead")
	require.Contains(t, preview, "FREIGH")
	require.Zero(t, w.vouchers()[parked[0].Number], "looking posts nothing")
	for _, p := range parked {
		w.Run("records", "replay", p.ID, "--note", "charge added")
	}
	for i := range made {
		if made[i].Kind == business.Charged {
			made[i].Expect = "posted"
		}
	}
	w.awaitOutcomes(made)
	w.postedOnce(made)
	story := w.Run("records", "show", parked[0].ID)
	for _, part := range []string{"CHARGE_UNMAPPED", "replay requested", "charge added", "accepted", "posted", "mappingVersion="} {
		require.Contains(t, story, part)
	}
}

// TestATenantsOwnProgramsServeInvoices names other programs for orders and invoices, and none
// for agreements.
func TestATenantsOwnProgramsServeInvoices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Put("infor/programs", `{"APS100MI":"APS450MI","PPS100MI":"PPS200MI"}`)
	w.Set("infor.yaml", "orders: PPS200MI", "orders: PPS100MI")
	w.Set("infor.yaml", "agreements: PPS100MI", `agreements: ""`)
	w.Set("infor.yaml", "invoices: APS450MI", "invoices: APS100MI")
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(20)
	w.awaitOutcomes(made)
	w.postedOnce(made)
	require.Zero(t, w.Sandbox.Calls()["ion APS450MI/bulk"])
	require.Positive(t, w.Sandbox.Calls()["ion APS100MI/bulk"])
	require.Positive(t, w.Sandbox.Calls()["ion PPS100MI/bulk"])
}

// welcome adds a profile for the sender of a file.
func (w *world) welcome(content []byte, i business.Invoice) {
	w.T.Helper()
	trees, err := edi.ReadAll(bytes.NewReader(content))
	require.NoError(w.T, err)
	profile := fmt.Sprintf("id: NEWCOMER\nname: Newcomer\ncompany: %q\nsupplier: \"999999\"\ninterchange: {qualifier: %q, id: %q}\ngroup: %q\n",
		i.Cono, trees[0].SenderQualifier, trees[0].Sender, trees[0].Groups[0].Sender)
	require.NoError(w.T, os.WriteFile(w.Path("config", "partners", "newcomer.yaml"), []byte(profile), 0o600))
	w.Run("config", "check")
}

// TestNoInvoiceIsPostedTwiceOrLostUnderFaults loses answers before and after M3's commit, and
// lets M3 and Cleo refuse now and then.
func TestNoInvoiceIsPostedTwiceOrLostUnderFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var rules []faults.Rule
	for operation, kinds := range map[string][]string{
		"APS450MI/bulk": {"504-before", "504-after", "cut-after", "429", "locked"}, "APS455MI/bulk": {"504-before", "504-after", "cut-after"},
		"PPS200MI/bulk": {"503", "429"},
	} {
		for _, kind := range kinds {
			rules = append(rules, faults.Rule{System: "infor", Operation: operation, Fault: kind, Probability: 0.06})
		}
	}
	rules = append(rules, faults.Rule{System: "cleo", Operation: "download", Fault: "503", Probability: 0.1}, faults.Rule{System: "cleo", Operation: "list", Fault: "503", Probability: 0.1})
	w.Sandbox.Faults.Replace(faults.Set{Seed: 3, Rules: rules})
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(30)
	w.awaitOutcomes(made)
	w.postedOnce(made)
	fired := 0
	for _, rule := range w.Sandbox.Faults.Rules().Rules {
		fired += rule.Fired
	}
	require.Greater(t, fired, 10)
}

// TestKilledWorkersPostEveryInvoiceOnce gives the worker SIGKILL while M3 has committed a
// write and not answered yet, in turn at each of the three that make an invoice.
func TestKilledWorkersPostEveryInvoiceOnce(t *testing.T) {
	t.Parallel()
	kills, seed := apptest.Number(t, "TRADEWIND_KILLS", 6), uint64(apptest.Number(t, "TRADEWIND_KILL_SEED", 1))
	w := newWorld(t)
	operations := []string{"APS450MI/AddHead", "APS450MI/AddLine", "APS455MI/ValidByBatchNo"}
	var rules []faults.Rule
	for _, operation := range operations {
		rules = append(rules, faults.Rule{System: "infor", Operation: operation, Fault: "slow-after", Probability: 0.5, DelayMillis: 600})
	}
	w.Sandbox.Faults.Replace(faults.Set{Seed: seed, Rules: rules})
	p := w.StartWorker()
	p.AwaitLog(t, "worker serves")
	made := w.bill(max(24, 6*kills))
	committed := map[string]int{}
	for kill := 1; kill <= kills; kill++ {
		operation := operations[kill%len(operations)]
		require.Eventually(t, func() bool { return w.Sandbox.Faults.Held()[operation] > 0 || w.posted() > kill*len(made)/(kills+2) }, patience, time.Millisecond, "kill %d", kill)
		held := w.Sandbox.Faults.Held()
		p.Kill()
		if held[operation] > 0 {
			committed[operation]++
		}
		t.Logf("kill %2d: %2d vouchers in M3; committed and not answered: %v", kill, w.posted(), held)
		p = w.StartWorker()
	}
	for _, operation := range operations {
		require.GreaterOrEqual(t, committed[operation], (kills+11)/12, "kills between M3's commit of %s and our confirmation", operation)
	}
	w.awaitOutcomes(made)
	w.postedOnce(made)
	t.Logf("seed %d: %d kills, between commit and confirmation: %v", seed, kills, committed)
}

// posted counts the vouchers that M3 holds.
func (w *world) posted() int { return len(w.Sandbox.M3.Vouchers()) }
