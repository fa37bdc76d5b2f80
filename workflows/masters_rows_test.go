package workflows

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/activities"
	"tradewind/cleo"
	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
)

// The rows of the files in which Cleo says what it changed: each counts once, and in its order.

// newSupplierFiles is a world in which suppliers are files that are stable at once, and those that have the search key LEFT
// are not kept equal.
func newSupplierFiles(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, 1)
	w.publishSupplierFiles("masterdata.yaml", onlyStaying[0], onlyStaying[1])
	w.syncOf(suppliers, "first")
	return w
}

// requirePayeeAsked wants a person to be asked who is paid, and Cleo to get a row that leaves that to it.
func (w *world) requirePayeeAsked(payee, town string) {
	w.t.Helper()
	all := w.differences(bearing)
	r := all[len(all)-1]
	require.Equal(w.t, []any{trade.StateDiscovered, trade.ReasonRemitChange}, []any{r.State, r.Reason.Code}, "%s", r.Reason)
	require.Contains(w.t, r.Reason.Message, fmt.Sprintf(`payee (agreed "", M3 "", Cleo %q)`, payee))
	row := w.rowsOf(suppliers)[bearing]
	require.Equal(w.t, []string{payee, town}, []string{row["payee"], row["town"]})
	require.Empty(w.t, w.supplier(bearing)["PRSU"])
	w.nothing(suppliers, "asked")
}

// TestARowIsRememberedOfWhatLeaves lets a file change who is paid, and the supplier leave before anybody answers.
func TestARowIsRememberedOfWhatLeaves(t *testing.T) {
	w := newSupplierFiles(t)
	w.says("supplier_100_1.csv", "company,code,payee\n100,"+bearing+","+fastener+"\n")
	require.Equal(t, 1, w.syncOf(suppliers, "second").Registered)
	asked := w.settleAll()[0]
	require.Equal(t, []any{trade.StateParked, trade.ReasonRemitChange}, []any{asked.State, asked.Reason.Code})
	fetched := w.sandbox.Calls()["cleo download"]

	w.inSupplier(bearing, "ALSU", "LEFT")
	w.nothing(suppliers, "left")
	require.Equal(t, trade.StateSuperseded, w.state(asked).State)
	w.nothing(suppliers, "away")

	w.inSupplier(bearing, "ALSU", "BACK", "TOWN", "Turku")
	require.Equal(t, 1, w.syncOf(suppliers, "back").Registered)
	w.requirePayeeAsked(fastener, "Turku")
	require.Equal(t, fetched, w.sandbox.Calls()["cleo download"], "the file was taken")
}

// TestARowThatCameWhileItsRecordWasAwayIsComparedOnReturn lets a file change who is paid once the supplier left.
func TestARowThatCameWhileItsRecordWasAwayIsComparedOnReturn(t *testing.T) {
	w := newSupplierFiles(t)
	w.inSupplier(bearing, "ALSU", "LEFT")
	w.nothing(suppliers, "left")
	w.says("supplier_100_1.csv", "company,code,payee\n100,"+bearing+","+fastener+"\n")
	require.Contains(t, w.syncOf(suppliers, "second").Warning, "1 codes of the files were left out")
	fetched := w.sandbox.Calls()["cleo download"]
	w.nothing(suppliers, "away")
	w.says("supplier_100_2.csv", "company,code,town\n100,"+bearing+",Tampere\n")
	require.Contains(t, w.syncOf(suppliers, "third").Warning, "1 codes of the files were left out")

	w.inSupplier(bearing, "ALSU", "BACK")
	require.Equal(t, 1, w.syncOf(suppliers, "back").Registered)
	w.requirePayeeAsked(fastener, w.supplier(bearing)["TOWN"])
	require.Equal(t, fetched+1, w.sandbox.Calls()["cleo download"], "each file was taken at once")
}

// TestARowInAnotherFormIsTakenWhileAQuestionWaits lets a whole row come again, with the phone number written otherwise.
func TestARowInAnotherFormIsTakenWhileAQuestionWaits(t *testing.T) {
	w := newFileWorld(t)
	w.inCustomer("PHNO", "4145550145")
	w.syncOf(customers, "first")
	code := w.customer()["CUNO"]
	w.inCustomer("MAIL", "ours@customer.example")
	w.says("customer_100_1.csv", "company,code,email\n100,"+code+",theirs@customer.example\n")
	require.Equal(t, 1, w.syncOf(customers, "second").Registered)
	w.says("customer_100_2.csv", "company,code,email,phone\n100,"+code+",theirs@customer.example,(414) 555-0145\n")
	w.nothing(customers, "third")
	fetched := w.sandbox.Calls()["cleo download"]
	w.nothing(customers, "fourth")
	require.Equal(t, fetched, w.sandbox.Calls()["cleo download"], "the file was taken")
}

// TestWhatM3HasTooHoldsUpNoFile lets a row say what was entered in M3 as well, while a question waits.
func TestWhatM3HasTooHoldsUpNoFile(t *testing.T) {
	w := newFileWorld(t)
	w.publishFiles("masterdata.yaml", "owners: {email: newest}", "owners: {email: newest, phone: newest}")
	w.syncOf(customers, "first")
	code := w.customer()["CUNO"]
	w.inCustomer("MAIL", "ours@customer.example")
	w.says("customer_100_1.csv", "company,code,email\n100,"+code+",theirs@customer.example\n")
	require.Equal(t, 1, w.syncOf(customers, "second").Registered)
	require.Equal(t, trade.StateParked, w.settle(w.waiting(trade.Customers, trade.StateDiscovered)[0]).State)
	w.inCustomer("PHNO", "555-0001")
	w.says("customer_100_2.csv", "company,code,phone\n100,"+code+",555-0001\n")
	w.syncOf(customers, "third")
	fetched := w.sandbox.Calls()["cleo download"]
	w.syncOf(customers, "fourth")
	w.nothing(customers, "fifth")
	require.Equal(t, fetched, w.sandbox.Calls()["cleo download"], "the file was taken")
	require.Len(t, w.waiting(trade.Customers, trade.StateParked), 1)
}

// TestWhatWasWrittenBesideAQuestionIsWrittenOnce lets a file change three fields, of which a person is asked one, M3 gets one, and
// one is written over.
func TestWhatWasWrittenBesideAQuestionIsWrittenOnce(t *testing.T) {
	w := newFileWorld(t)
	w.publishFiles("masterdata.yaml", "owners: {email: newest}", "owners: {email: newest, phone: newest}")
	w.syncOf(customers, "first")
	code := w.customer()["CUNO"]
	w.inCustomer("MAIL", "ours@customer.example")
	w.inCustomer("TOWN", "Newtown")
	w.says("customer_100_1.csv", "company,code,email,phone,name\n100,"+code+",theirs@customer.example,555-0001,Theirs\n")
	require.Equal(t, 1, w.syncOf(customers, "second").Registered)
	require.Equal(t, trade.StateParked, w.settle(w.waiting(trade.Customers, trade.StateDiscovered)[0]).State)
	require.Equal(t, []string{"555-0001", "ours@customer.example"}, []string{w.customer()["PHNO"], w.customer()["MAIL"]})
	w.nothing(customers, "third")
	w.inCustomer("PHNO", "555-0002")
	require.Equal(t, 1, w.syncOf(customers, "fourth").Updated)
	w.nothing(customers, "fifth")
	row := w.rowsOf(customers)[code]
	require.Equal(t, []string{"555-0002", "theirs@customer.example", "Newtown", w.customer()["CUNM"]}, []string{row["phone"], row["email"], row["town"], row["name"]})
	require.Len(t, w.waiting(trade.Customers, trade.StateParked), 1)
}

// TestWhatWasDecidedBesideAQuestionStays lets a person decide one of two fields that both sides changed.
func TestWhatWasDecidedBesideAQuestionStays(t *testing.T) {
	w := newFileWorld(t)
	w.publishFiles("masterdata.yaml", "owners: {email: newest}", "owners: {email: newest, phone: newest}")
	w.syncOf(customers, "first")
	code := w.customer()["CUNO"]
	w.inCustomer("MAIL", "ours@customer.example")
	w.inCustomer("PHNO", "555-0001")
	w.says("customer_100_1.csv", "company,code,email,phone\n100,"+code+",theirs@customer.example,555-0002\n")
	require.Equal(t, 1, w.syncOf(customers, "second").Registered)
	r := w.settle(w.waiting(trade.Customers, trade.StateDiscovered)[0], choose("ann", "email", "=both@customer.example"))
	require.Equal(t, trade.StateParked, r.State)
	require.Contains(t, r.Reason.Message, `M3 and Cleo differ in phone (agreed`)
	w.nothing(customers, "third")
	row := w.rowsOf(customers)[code]
	require.Equal(t, []string{"both@customer.example", "555-0001"}, []string{w.customer()["MAIL"], w.customer()["PHNO"]})
	require.Equal(t, []string{"both@customer.example", "555-0002"}, []string{row["email"], row["phone"]})
}

// TestFilesThatAreReadAgainAreToldWithTheCode sends a second edit while nobody knows whether the first reached M3.
func TestFilesThatAreReadAgainAreToldWithTheCode(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(customers, "first")
	code := w.customer()["CUNO"]
	w.says("customer_100_1.csv", "company,code,email\n100,"+code+",one@customer.example\n")
	w.syncOf(customers, "second")
	r := w.waiting(trade.Customers, trade.StateDiscovered)[0]
	require.NoError(t, step(w, w.DecideMaster, activities.SettleParams{Record: r.ID}))
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "infor", Operation: "CRS610MI/bulk", Fault: "504-after", Times: 1, After: 1}}})
	require.Error(t, step(w, w.WriteMasterInfor, activities.SettleParams{Record: r.ID}))

	w.says("customer_100_2.csv", "company,code,email\n100,"+code+",two@customer.example\n")
	warning := "1 files in masterdata/in are read again with the next sync, because an earlier difference of these codes is being settled: "
	require.Equal(t, warning+code, w.syncOf(customers, "third").Warning)
	require.Equal(t, trade.StateSynced, w.settle(w.state(r)).State)
	require.Empty(t, w.syncOf(customers, "fourth").Warning)
}

// TestAFieldOfCleosOwnThatNoRowSaysIsNotEmptied tells of a customer by a row before both sides ever agreed.
func TestAFieldOfCleosOwnThatNoRowSaysIsNotEmptied(t *testing.T) {
	w := newWorld(t, 1)
	w.publishFiles("masterdata.yaml", "owners: {email: newest}", "owners: {email: cleo, phone: cleo}")
	w.inCustomer("PHNO", "555-0145")
	w.inCustomer("MAIL", "ours@customer.example")
	code := w.customer()["CUNO"]
	w.says("customer_100_1.csv", "company,code,email\n100,"+code+",theirs@customer.example\n")
	w.syncOf(customers, "first")
	for _, r := range w.waiting(trade.Customers, trade.StateDiscovered) {
		w.settle(r)
	}
	require.Equal(t, []string{"555-0145", "theirs@customer.example"}, []string{w.customer()["PHNO"], w.customer()["MAIL"]})
	row := w.rowsOf(customers)[code]
	require.Equal(t, []string{"555-0145", "theirs@customer.example", w.customer()["CUNM"]}, []string{row["phone"], row["email"], row["name"]})
	w.nothing(customers, "second")

	w.says("customer_100_2.csv", "company,code,phone\n100,"+code+",\n")
	w.syncOf(customers, "third")
	w.settle(w.waiting(trade.Customers, trade.StateDiscovered)[0])
	require.Empty(t, w.customer()["PHNO"], "what a row empties is emptied")
}

// TestWhatM3GetsByHandIsNotEmptied enters in M3 what waits for a person there because a row told of it.
func TestWhatM3GetsByHandIsNotEmptied(t *testing.T) {
	w := newWorld(t, 1)
	w.publishSupplierFiles("masterdata.yaml", "owners: {email: newest, phone: newest}", "owners: {email: newest, phone: cleo}")
	w.syncOf(suppliers, "first")
	w.says("supplier_100_1.csv", "company,code,name\n100,"+newcomer+",Northern Bolt\n")
	require.Equal(t, 1, w.syncOf(suppliers, "second").Registered)
	require.Equal(t, trade.ReasonMasterNew, w.settleAll()[0].Reason.Code)
	w.addSupplier(newcomer, "Northern Bolt")
	w.inSupplier(newcomer, "PHNO", "555-0145")
	w.syncOf(suppliers, "third")
	w.settleAll()
	require.Equal(t, "555-0145", w.supplier(newcomer)["PHNO"])
	w.syncOf(suppliers, "fourth")
	require.Equal(t, "555-0145", w.rowsOf(suppliers)[newcomer]["phone"])
	w.nothing(suppliers, "fifth")
}

// misfit is a hub that lists one file with other bytes than it has, more of them with each look or always as many.
type misfit struct {
	cleo.Mailbox
	name        string
	more, grows int64
}

func (m *misfit) List(ctx context.Context, folder string) ([]cleo.File, error) {
	files, err := m.Mailbox.List(ctx, folder)
	m.more += m.grows
	for i := range files {
		if files[i].Name == m.name {
			files[i].Size += m.more
		}
	}
	return files, err
}

// misfitting lists a file so, until fits.
func (w *world) misfitting(name string, more, grows int64) (hub *misfit, fits func()) {
	w.t.Helper()
	infor, err := w.Systems.Infor(w.t.Context(), "")
	require.NoError(w.t, err)
	mailbox, err := w.Systems.Mailbox(w.t.Context())
	require.NoError(w.t, err)
	hub = &misfit{mailbox, name, more, grows}
	w.Systems = fixed{infor, hub}
	return hub, func() { w.Systems = fixed{infor, mailbox} }
}

// TestALaterFileWaitsForAnEarlierOne lets the earlier file be whole later.
func TestALaterFileWaitsForAnEarlierOne(t *testing.T) {
	for name, test := range map[string]struct {
		more, grows int64
		warning     string
	}{
		"that grows":            {0, 1, "masterdata/in/customer_100_1.csv is not stable yet, and 1 files of later names wait for it"},
		"that is listed longer": {7, 0, "masterdata/in/customer_100_1.csv is listed with FIRST bytes and has THEN; it and the files behind it wait until that fits"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFileWorld(t)
			w.syncOf(customers, "first")
			code := w.customer()["CUNO"]
			first := "company,code,email\n100," + code + ",one@customer.example\n"
			w.says("customer_100_1.csv", first)
			w.says("customer_100_2.csv", "company,code,email\n100,"+code+",two@customer.example\n")
			_, fits := w.misfitting("customer_100_1.csv", test.more, test.grows)
			for _, run := range []string{"second", "third"} {
				result := w.syncOf(customers, run)
				require.Zero(t, result.Created+result.Updated+result.Registered, "%+v", result)
				require.Contains(t, result.Warning, strings.NewReplacer("FIRST", fmt.Sprint(len(first)+7), "THEN", fmt.Sprint(len(first))).Replace(test.warning))
			}
			fits()
			w.syncOf(customers, "fourth")
			for _, r := range w.waiting(trade.Customers, trade.StateDiscovered) {
				require.Equal(t, trade.StateSynced, w.settle(r).State)
			}
			w.nothing(customers, "fifth")
			require.Equal(t, "two@customer.example", w.customer()["MAIL"])
		})
	}
}

// TestALaterFileStandsOverAnEarlierWhateverCleoPutsBeforeTheirNames delivers the later one under the lesser name.
func TestALaterFileStandsOverAnEarlierWhateverCleoPutsBeforeTheirNames(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(customers, "first")
	row := "company,code,email\n100," + w.customer()["CUNO"] + ",%s@customer.example\n"
	w.says("R1_customer_100_20260302T080000.csv", fmt.Sprintf(row, "two"))
	w.says("R2_customer_100_20260301T080000.csv", fmt.Sprintf(row, "one"))
	require.Equal(t, 1, w.syncOf(customers, "second").Registered)
	require.Equal(t, trade.StateSynced, w.settle(w.waiting(trade.Customers, trade.StateDiscovered)[0]).State)
	require.Equal(t, "two@customer.example", w.customer()["MAIL"])
}

// TestAllCodesThatWereLeftOutAreNamed has more of them than a warning names that comes again.
func TestAllCodesThatWereLeftOutAreNamed(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(accounts, "first")
	var codes []string
	rows := "company,code,name\n"
	for n := range 502 {
		codes = append(codes, fmt.Sprintf("1/9%03d", n))
		rows += "100-AAA," + codes[n] + ",Nobody's\n"
	}
	w.says("account_100-AAA_1.csv", rows)
	warning := w.syncOf(accounts, "second").Warning
	require.True(t, strings.HasSuffix(warning, " select them: "+strings.Join(codes[:500], ", ")+", and 2 more"), warning)
	w.nothing(accounts, "third")
}

// TestARecordIsSyncedOnceCleoHasWhatItNeeds lets the upload fail that writes over what a file said, until its record is settled.
func TestARecordIsSyncedOnceCleoHasWhatItNeeds(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(customers, "first")
	code, sent := w.customer()["CUNO"], len(w.inFolder("masterdata/out"))
	w.says("customer_100_1.csv", "company,code,name\n100,"+code+",Theirs\n")
	w.upload("500-before", 1000)
	require.Error(t, w.failingMatch(customers))
	require.Len(t, w.inFolder("masterdata/out"), sent)
	w.sandbox.Faults.Replace(faults.Set{})
	r := w.waiting(trade.Customers, trade.StateDiscovered)[0]
	require.Equal(t, trade.StateSynced, w.settle(r).State)
	require.Len(t, w.inFolder("masterdata/out"), sent+1)
	require.Equal(t, w.customer()["CUNM"], w.rowsOf(customers)[code]["name"])
}

// failingMatch reads M3 as a sync does, and compares in one attempt.
func (w *world) failingMatch(in trade.PollInput) error {
	w.t.Helper()
	return step(w, w.MatchMasters, activities.MatchMastersParams{Input: in, Read: w.readOf(in, "failing")})
}
