package workflows

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/activities"
	"tradewind/cleo"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
	hub "tradewind/sandbox/cleo"
	"tradewind/sandbox/faults"
)

// Master data that Cleo keeps by files: what the sandbox holds in the two folders is what counts.

var (
	customers = trade.PollInput{Flow: trade.Customers, Company: trade.Company{Cono: "100"}}
	accounts  = trade.PollInput{Flow: trade.Accounts, Company: trade.Company{Cono: "100", Divi: "AAA"}}
)

// newFileWorld is a world whose files are stable at once.
func newFileWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, 1)
	w.publishFiles()
	return w
}

// suppliersAsFiles lets Cleo keep suppliers by files.
var suppliersAsFiles = []string{"masterdata.yaml", "target: partners # attributes of trading partners; or files",
	"target: files\n  folders: {in: masterdata/in, out: masterdata/out}"}

// publishFiles publishes the shipped configuration with files that are stable at once, and texts replaced as by publishChanged.
func (w *world) publishFiles(changes ...string) {
	w.t.Helper()
	w.publishChanged(append([]string{"cleo.yaml", "stable: 1s", "stable: 1ms"}, changes...)...)
}

// publishSupplierFiles is publishFiles where suppliers are files too.
func (w *world) publishSupplierFiles(changes ...string) {
	w.t.Helper()
	w.publishFiles(append(slices.Clone(suppliersAsFiles), changes...)...)
}

// syncOf keeps one kind of master data equal, as a schedule would: what fails is attempted again.
func (w *world) syncOf(in trade.PollInput, run string) (result trade.PollResult) {
	w.t.Helper()
	env := w.suite.NewTestActivityEnvironment()
	env.RegisterActivity(w.Activities)
	value, err := env.ExecuteActivity(w.OpenWindow, activities.OpenWindowParams{Input: in, Poll: PollID(in), Nominal: time.Now(), Run: run})
	require.NoError(w.t, err)
	var window trade.Window
	require.NoError(w.t, value.Get(&window))
	value, err = env.ExecuteActivity(w.ReadMasters, activities.ReadParams{Input: in, Window: window})
	require.NoError(w.t, err)
	require.NoError(w.t, value.Get(&result))
	require.Empty(w.t, result.Stopped)
	for attempt := 1; ; attempt++ {
		if value, err = env.ExecuteActivity(w.MatchMasters, activities.MatchMastersParams{Input: in, Read: result}); err == nil {
			break
		}
		require.Less(w.t, attempt, 3, "%v", err)
	}
	require.NoError(w.t, value.Get(&result))
	require.Empty(w.t, result.Stopped)
	_, err = env.ExecuteActivity(w.CloseWindow, result)
	require.NoError(w.t, err)
	return result
}

// inFolder are the files that are or were in a folder at Cleo, and that nobody else put there.
func (w *world) inFolder(folder string) (out []hub.File) {
	for _, f := range w.sandbox.Hub.Files() {
		if f.Folder == folder && !f.Alien {
			out = append(out, f)
		}
	}
	return out
}

// rowsOf reads the files that Cleo has got, in their order, and gives what it then has of each code.
func (w *world) rowsOf(in trade.PollInput) map[string]masterdata.Values {
	w.t.Helper()
	out := map[string]masterdata.Values{}
	entity := w.entity(in.Flow)
	for _, f := range w.inFolder("masterdata/out") {
		if !masterdata.FileFits(f.Name, entity.Name, in.Company.String()) {
			continue
		}
		content, err := w.sandbox.Hub.Content(f.ID)
		require.NoError(w.t, err)
		rows, err := masterdata.ParseFile(entity, in.Company.String(), content, nil)
		require.NoError(w.t, err)
		for _, row := range rows {
			out[row.Code] = row.Values
		}
	}
	return out
}

func (w *world) entity(flow trade.Flow) masterdata.Entity {
	w.t.Helper()
	c, err := w.Configuration(w.t.Context(), "")
	require.NoError(w.t, err)
	settings, known := c.Masters(flow)
	require.True(w.t, known)
	return settings.Entity
}

// says delivers a file with what Cleo changed.
func (w *world) says(name, content string) {
	w.t.Helper()
	require.NoError(w.t, w.sandbox.Hub.Deliver("masterdata/in", name, []byte(content)))
}

// waiting are the records of a flow in a state.
func (w *world) waiting(flow trade.Flow, state trade.State) []ledger.Record {
	w.t.Helper()
	records, err := w.Ledger.Records(w.t.Context(), ledger.Filter{Flow: flow, State: state})
	require.NoError(w.t, err)
	return records
}

// nothing wants a sync that writes nothing on either side.
func (w *world) nothing(in trade.PollInput, run string) {
	w.t.Helper()
	files, m3 := len(w.inFolder("masterdata/out")), w.inM3Of(in.Flow)
	result := w.syncOf(in, run)
	require.Equal(w.t, []int{0, 0, 0}, []int{result.Created, result.Updated, result.Registered}, "%s: made, changed and registered", run)
	require.Empty(w.t, result.Warning, run)
	require.Len(w.t, w.inFolder("masterdata/out"), files, run)
	require.Equal(w.t, m3, w.inM3Of(in.Flow), run)
}

func (w *world) inM3Of(flow trade.Flow) []map[string]string {
	if flow == trade.Accounts {
		return w.sandbox.M3.Accounts()
	}
	return w.sandbox.M3.Customers()
}

func TestALostAnswerToAFileLeavesOneFile(t *testing.T) {
	for _, fault := range []string{"500-before", "500-after", "504-before", "504-after", "cut-before", "cut-after", "503", "429", "collision", "rename", "consume"} {
		t.Run(fault, func(t *testing.T) {
			w := newFileWorld(t)
			w.upload(fault, 1)
			result := w.syncOf(customers, "first")
			require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[0].Fired)
			require.Equal(t, w.customersOf("100"), result.Created)
			landed := append(w.inFolder("masterdata/out"), w.inFolder("outbound/sent")...)
			require.Len(t, landed, 1)
			w.nothing(customers, "second")
		})
	}
}

// TestALostAnswerIsLookedUpWhenItCanBe lets the look behind a lost answer fail too: the next attempt looks first.
func TestALostAnswerIsLookedUpWhenItCanBe(t *testing.T) {
	w := newFileWorld(t)
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: "504-after", Times: 1},
		{System: "cleo", Operation: "list", Fault: "503", After: 1, Times: 1}}})
	w.syncOf(customers, "first")
	require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[1].Fired)
	require.Len(t, w.inFolder("masterdata/out"), 1)
	require.Equal(t, 1, w.sandbox.Calls()["cleo upload"])
	w.nothing(customers, "second")
}

// dying is a mailbox under which the worker dies when it deletes a file.
type dying struct {
	cleo.Mailbox
	times int
}

func (d *dying) Delete(ctx context.Context, file cleo.File) error {
	if d.times--; d.times >= 0 {
		panic("the worker dies")
	}
	return d.Mailbox.Delete(ctx, file)
}

// TestAFileThatWasSentIsNotSentAgain lets a worker die behind the upload, where Cleo has taken the file away at once.
func TestAFileThatWasSentIsNotSentAgain(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("cleo.yaml", "stable: 1s\npickup: keep", "stable: 1ms\npickup: delete")
	infor, err := w.Systems.Infor(t.Context(), "")
	require.NoError(t, err)
	mailbox, err := w.Systems.Mailbox(t.Context())
	require.NoError(t, err)
	w.Systems = fixed{infor, &dying{mailbox, 1}}
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: "consume-vanish", Times: 1}}})
	has := w.customer()
	w.says("customer_100_1.csv", "company,code,email\n100,"+has["CUNO"]+","+has["MAIL"]+"\n")
	w.syncOf(customers, "first")
	require.Equal(t, 1, w.sandbox.Calls()["cleo upload"])
	require.Equal(t, w.customersOf("100"), len(w.rowsOf(customers)))
	w.nothing(customers, "second")
	require.Equal(t, 1, w.sandbox.Calls()["cleo upload"])
}

func TestAFileIsTakenOnce(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(customers, "first")
	row := fmt.Sprintf("company,code,email\n100,%s,new@customer.example\n", w.customer()["CUNO"])
	w.says("customer_100_20260301T080000.csv", row)
	w.says("customer_200_20260301T080000.csv", "company,code\n200,1\n")
	w.says("notes.txt", "not ours")
	require.Equal(t, 1, w.syncOf(customers, "second").Registered)
	fetched := w.sandbox.Calls()["cleo download"]
	w.settle(w.waiting(trade.Customers, trade.StateDiscovered)[0])
	w.nothing(customers, "third")
	require.Equal(t, fetched, w.sandbox.Calls()["cleo download"], "what was taken is not read again")
	require.Len(t, w.inFolder("masterdata/in"), 3, "pickup: keep")

	w.says("customer_100_20260302T080000.csv", row)
	w.nothing(customers, "the same bytes under another name")
	require.NoError(t, w.sandbox.M3.ChangeCustomer("100", w.customer()["CUNO"], map[string]string{"MAIL": "later@customer.example"}))
	require.Equal(t, 1, w.syncOf(customers, "fifth").Updated, "an edit in M3 is later than both")
	require.Equal(t, "later@customer.example", w.rowsOf(customers)[w.customer()["CUNO"]]["email"])
	w.nothing(customers, "sixth")
}

func TestAFileIsDeletedWhereCleoYamlSaysSo(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("cleo.yaml", "stable: 1s\npickup: keep", "stable: 1ms\npickup: delete")
	w.says("customer_100_1.csv", "company,code\n100,"+w.customer()["CUNO"]+"\n")
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "delete", Fault: "503", Times: 1}}})
	require.Contains(t, w.syncOf(customers, "first").Warning, "masterdata/in/customer_100_1.csv was taken and cannot be deleted")
	require.False(t, w.inFolder("masterdata/in")[0].Consumed)
	w.nothing(customers, "second")
	files := w.inFolder("masterdata/in")
	require.True(t, len(files) == 0 || files[0].Consumed)
}

func TestAFileThatIsNotUnderstoodIsLeftAndToldWithItsPlace(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(customers, "first")
	w.syncOf(accounts, "first")
	code := w.customer()["CUNO"]
	w.says("customer_100_1.csv", "company,code,mail\n100,"+code+",a@b.example\n")
	w.says("customer_100_2.csv", "company,code,email\n100,"+code+",good@customer.example\n")
	w.says("account_100-AAA_1.csv", "company,code,name\n100-AAA,4010,Freight\n")
	w.says("account_100-AAA_2.csv", "company,code,name\n100-AAA,7/1,Freight\n")
	result := w.syncOf(customers, "second")
	require.Contains(t, result.Warning, `masterdata/in/customer_100_1.csv:1:14: column "mail" is not one of company, code,`)
	require.Equal(t, 1, result.Registered, "the other file is taken")
	result = w.syncOf(accounts, "second")
	require.Contains(t, result.Warning, `masterdata/in/account_100-AAA_1.csv:2:9: code "4010" is not an account such as 1/4010`)
	require.Contains(t, result.Warning, `masterdata/in/account_100-AAA_2.csv:2:9: code "7/1" is of dimension 7, and masterdata.yaml keeps 1, 2, 3, 4, 5 equal`)
	require.Zero(t, result.Registered+result.Updated)
	require.Contains(t, w.syncOf(customers, "third").Warning, "customer_100_1.csv:1:14", "it is told until it is gone")
}

func TestACodeThatM3DoesNotHaveWaitsForAPersonOrIsTold(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(customers, "first")
	w.syncOf(accounts, "first")
	w.says("account_100-AAA_1.csv", "company,code,name,status\n100-AAA,1/9999,Nobody's,active\n")
	result := w.syncOf(accounts, "second")
	require.Equal(t, "1 codes of the files were left out, because M3 does not have them and createInfor is never, or `only` does not select them: 1/9999", result.Warning)
	require.Zero(t, result.Registered)
	w.nothing(accounts, "third")

	w.says("customer_100_1.csv", "company,code,name,status,street,email\n100,7900001,New Ltd,active,1 High St,new@ltd.example\n")
	require.Equal(t, 1, w.syncOf(customers, "second").Registered)
	w.nothing(customers, "third")
	r := w.waiting(trade.Customers, trade.StateDiscovered)[0]
	r = w.settle(r, func(env *testsuite.TestWorkflowEnvironment) {
		require.Equal(t, trade.ReasonMasterNew, w.state(r).Reason.Code)
		w.update(env, UpdateReplay, trade.ReplayRequest{By: "ann", Note: "a new customer"})
	})
	require.Equal(t, trade.StateSynced, r.State)
	at := slices.IndexFunc(w.sandbox.M3.Customers(), func(c map[string]string) bool { return c["CUNO"] == "7900001" })
	require.GreaterOrEqual(t, at, 0)
	made := w.sandbox.M3.Customers()[at]
	require.Equal(t, []string{"New Ltd", "new@ltd.example", "1 High St"}, []string{made["CUNM"], made["MAIL"], made["CUA1"]})
	require.NotEmpty(t, made["CUCD"], "from the template")
	require.Equal(t, 1, w.syncOf(customers, "fourth").Updated, "what the template filled in goes out")
	require.Equal(t, made["CUCD"], w.rowsOf(customers)["7900001"]["currency"])
	w.nothing(customers, "fifth")
}

// TestWhatAFileSaidIsNotForgottenWhileItWaits changes an e-mail on both sides: no later run has the row any more.
func TestWhatAFileSaidIsNotForgottenWhileItWaits(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(customers, "first")
	code := w.customer()["CUNO"]
	require.NoError(t, w.sandbox.M3.ChangeCustomer("100", code, map[string]string{"MAIL": "ours@customer.example"}))
	w.says("customer_100_1.csv", "company,code,email\n100,"+code+",theirs@customer.example\n")
	require.Equal(t, 1, w.syncOf(customers, "second").Registered)
	w.nothing(customers, "third")
	r := w.waiting(trade.Customers, trade.StateDiscovered)[0]
	r = w.settle(r, func(env *testsuite.TestWorkflowEnvironment) {
		stopped := w.state(r)
		require.Equal(t, trade.ReasonMasterConflict, stopped.Reason.Code)
		require.Contains(t, stopped.Reason.Message, `M3 "ours@customer.example", Cleo "theirs@customer.example"`)
		w.nothing(customers, "fourth")
		w.update(env, UpdateReplay, trade.ReplayRequest{By: "ann", Note: "they said so", Set: trade.Overlay{{Path: "email", Value: "=both@customer.example"}}})
	})
	require.Equal(t, trade.StateSynced, r.State)
	require.Equal(t, "both@customer.example", w.customer()["MAIL"])
	require.Equal(t, "both@customer.example", w.rowsOf(customers)[code]["email"])
	w.nothing(customers, "fifth")
}

// TestCustomersMayBePartnersToo lets Cleo keep customers as trading partners.
func TestCustomersMayBePartnersToo(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("masterdata.yaml", "target: files\n  folders: {in: masterdata/in, out: masterdata/out}\n  owner: infor\n  owners: {email: newest}",
		"target: "+string(config.TargetPartners)+"\n  owner: infor")
	suppliers := w.sync("suppliers", false).Created
	require.Equal(t, w.customersOf("100"), w.syncOf(customers, "first").Created)
	require.Len(t, w.sandbox.Hub.Partners(), suppliers+w.customersOf("100"))
	require.Empty(t, w.inFolder("masterdata/out"))
	w.nothing(customers, "second")
	require.Zero(t, w.sync("suppliers again", false).Created)
	require.True(t, slices.ContainsFunc(w.sandbox.Hub.Partners(), func(p map[string]json.RawMessage) bool {
		return strings.Contains(string(p["attributes"]), `"customer"`)
	}))
}

// TestWhatAFileSaysBesideAConflictIsSettledAtOnce lets a question wait while other fields of its record move on.
func TestWhatAFileSaysBesideAConflictIsSettledAtOnce(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(customers, "first")
	code := w.customer()["CUNO"]
	require.NoError(t, w.sandbox.M3.ChangeCustomer("100", code, map[string]string{"MAIL": "ours@customer.example", "TOWN": "Newtown"}))
	w.says("customer_100_1.csv", "company,code,email,name\n100,"+code+",theirs@customer.example,Theirs\n")
	result := w.syncOf(customers, "second")
	require.Equal(t, []int{1, 1}, []int{result.Registered, result.Updated})
	email := w.rowsOf(customers)[code]["email"]
	require.Equal(t, []string{"theirs@customer.example", w.customer()["CUNM"], "Newtown"}, []string{email, w.rowsOf(customers)[code]["name"], w.rowsOf(customers)[code]["town"]})
	w.nothing(customers, "third")
	require.NoError(t, w.sandbox.M3.ChangeCustomer("100", code, map[string]string{"TOWN": "Oldtown"}))
	require.Equal(t, 1, w.syncOf(customers, "fourth").Updated)
	w.says("customer_100_2.csv", "company,code,town\n100,"+code+",Elsewhere\n")
	require.Equal(t, 1, w.syncOf(customers, "fifth").Updated)
	require.Equal(t, "Oldtown", w.rowsOf(customers)[code]["town"])
	w.nothing(customers, "sixth")
	r := w.settle(w.waiting(trade.Customers, trade.StateDiscovered)[0], choose("ann", "email", "cleo"))
	require.Equal(t, trade.StateSynced, r.State)
	require.Equal(t, []string{"theirs@customer.example", "Oldtown"}, []string{w.customer()["MAIL"], w.customer()["TOWN"]})
	w.nothing(customers, "seventh")
}

// TestAFileIsReadAgainWhereAnEarlierEditIsOnItsWay sends a second edit while nobody knows whether the first reached M3.
func TestAFileIsReadAgainWhereAnEarlierEditIsOnItsWay(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(customers, "first")
	code := w.customer()["CUNO"]
	w.says("customer_100_1.csv", "company,code,email\n100,"+code+",one@customer.example\n")
	require.Equal(t, 1, w.syncOf(customers, "second").Registered)
	r := w.waiting(trade.Customers, trade.StateDiscovered)[0]
	require.NoError(t, step(w, w.DecideMaster, activities.SettleParams{Record: r.ID}))
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "infor", Operation: "CRS610MI/bulk", Fault: "504-after", Times: 1, After: 1}}})
	require.Error(t, step(w, w.WriteMasterInfor, activities.SettleParams{Record: r.ID}))
	require.Equal(t, trade.StateUnknown, w.state(r).State)

	w.says("customer_100_2.csv", "company,code,email\n100,"+code+",two@customer.example\n")
	require.Zero(t, w.syncOf(customers, "third").Registered)
	require.Equal(t, trade.StateSynced, w.settle(w.state(r)).State)
	require.Equal(t, 1, w.syncOf(customers, "fourth").Registered)
	require.Equal(t, trade.StateSynced, w.settle(w.waiting(trade.Customers, trade.StateDiscovered)[0]).State)
	require.Equal(t, "two@customer.example", w.customer()["MAIL"])
	w.nothing(customers, "fifth")
}

// TestSuppliersMayBeFilesToo lets Cleo keep suppliers by files.
func TestSuppliersMayBeFilesToo(t *testing.T) {
	w := newWorld(t, 1)
	w.publishChanged(suppliersAsFiles...)
	in := trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany}
	first := w.syncOf(in, "first")
	require.Equal(t, first.Found, first.Created)
	require.Len(t, w.rowsOf(in), first.Created)
	require.Empty(t, w.sandbox.Hub.Partners())
	w.nothing(in, "second")
}
