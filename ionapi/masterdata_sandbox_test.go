package ionapi_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/ionapi"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/infor"
	"tradewind/sandbox/server"
)

// masterCompany is the company whose master data the tests read and write.
var masterCompany = ionapi.Company{CONO: 100, DIVI: "AAA"}

// masterSystem is a sandbox with so many suppliers more, and a client of it.
func masterSystem(t *testing.T, suppliers int) (*server.Server, *ionapi.Client) {
	t.Helper()
	s, err := server.Start(t.Context(), server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1, Suppliers: suppliers})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	content, err := os.ReadFile(s.IonAPIFile)
	require.NoError(t, err)
	file, err := ionapi.ParseFile("acme.ionapi", content)
	require.NoError(t, err)
	c, err := ionapi.New(file)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return s, c
}

// heldSuppliers are those that M3 holds in the company, by number.
func heldSuppliers(s *server.Server) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, supplier := range s.M3.Suppliers() {
		if supplier["CONO"] == "100" {
			out[supplier["SUNO"].(string)] = supplier
		}
	}
	return out
}

// now is the clock of M3 as LMTS has it.
func now(t *testing.T, c *ionapi.Client) int64 {
	t.Helper()
	clock, err := c.General("GENERAL").ServerTime(t.Context())
	require.NoError(t, err)
	return clock.Millis
}

// allSuppliers reads every page.
func allSuppliers(t *testing.T, p ionapi.Suppliers, limit int) (all []ionapi.Supplier) {
	t.Helper()
	for after := ""; ; {
		page, next, err := p.Page(t.Context(), masterCompany, after, limit)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page), limit)
		if all = append(all, page...); next == "" {
			return all
		}
		after = next
	}
}

func TestPagesGiveWhatBasicDataGives(t *testing.T) {
	s, c := masterSystem(t, 1100)
	p, held := c.Suppliers("CRS620MI"), heldSuppliers(s)
	for _, ceiling := range []int{0, 100, 1000} {
		for _, limit := range []int{30, 400, 1000, 5000} {
			if s.M3.Ceiling = ceiling; limit == 30 && ceiling != 100 {
				continue
			}
			all := allSuppliers(t, p, limit)
			require.Len(t, all, len(held), "ceiling %d, limit %d", ceiling, limit)
			for i, supplier := range all {
				require.Equal(t, held[supplier.Number]["SUNM"], supplier.Name)
				require.True(t, i == 0 || all[i-1].Number < supplier.Number, "every supplier comes once, in order")
			}
		}
	}
	all := allSuppliers(t, p, 1000)
	var numbers []string
	for _, supplier := range all {
		numbers = append(numbers, supplier.Number)
	}
	answers, err := p.BasicData(t.Context(), masterCompany, numbers)
	require.NoError(t, err)
	for i, answer := range answers {
		require.Nil(t, answer.Err)
		require.Equal(t, answer.Value, all[i])
		require.NotEmpty(t, answer.Value.Status)
	}
	page, next, err := p.Page(t.Context(), masterCompany, "zzz", 10)
	require.NoError(t, err)
	require.Empty(t, page)
	require.Empty(t, next)
}

func TestTwentyThousandSuppliersTakeFewCalls(t *testing.T) {
	s, c := masterSystem(t, 20000)
	p, before := c.Suppliers("CRS620MI"), calls(s)
	count, addresses := 0, 0
	for after := ""; ; {
		page, next, err := p.Page(t.Context(), masterCompany, after, 1000)
		require.NoError(t, err)
		var numbers []string
		for _, supplier := range page {
			numbers = append(numbers, supplier.Number)
		}
		lists, err := p.Addresses(t.Context(), masterCompany, numbers)
		require.NoError(t, err)
		references, err := p.References(t.Context(), masterCompany, numbers)
		require.NoError(t, err)
		for i := range page {
			require.Equal(t, page[i].Number, lists[i].Value[0].Supplier)
			require.Equal(t, page[i].Number, references[i].Value[0].Supplier)
			addresses++
		}
		if count += len(page); next == "" {
			break
		}
		after = next
	}
	require.Equal(t, len(heldSuppliers(s)), count)
	require.Equal(t, count, addresses)
	require.LessOrEqual(t, calls(s)-before, 500)
	before = calls(s)
	changed, err := p.Changed(t.Context(), masterCompany, now(t, c))
	require.NoError(t, err)
	require.Empty(t, changed)
	require.Equal(t, 2, calls(s)-before)
	changed, err = p.Changed(t.Context(), masterCompany, 0)
	require.NoError(t, err)
	require.Len(t, changed, count, "a cut list goes on")
}

// calls counts what M3 was asked so far.
func calls(s *server.Server) (n int) {
	for name, count := range s.Calls() {
		if strings.HasPrefix(name, "ion ") {
			n += count
		}
	}
	return n
}

func TestChangedSuppliersAreFound(t *testing.T) {
	s, c := masterSystem(t, 150)
	s.M3.Ceiling = 100
	p, since := c.Suppliers("CRS620MI"), now(t, c)
	var want []string
	for i := range 120 {
		want = append(want, fmt.Sprintf("08%08d", i+1))
		require.NoError(t, s.M3.ChangeSupplier("100", want[i], map[string]string{"STAT": "90"}))
	}
	changed, err := p.Changed(t.Context(), masterCompany, since)
	require.NoError(t, err)
	require.Equal(t, want, changed)
	rows, err := c.Tables("EXPORTMI").Select(t.Context(), masterCompany, "IDSUNO, IDSTAT, IDLMDT from CIDMAS where IDLMDT > 20240115 and IDSTAT = '90'", 3, 0)
	require.NoError(t, err)
	require.Len(t, rows, 100, "exactly the ceiling")

	last := want[119]
	answers, err := p.BasicData(t.Context(), masterCompany, []string{last})
	require.NoError(t, err)
	require.Equal(t, "90", answers[0].Value.Status)
	moved := now(t, c)
	require.NoError(t, s.M3.DeleteSupplier("100", last))
	changed, err = p.Changed(t.Context(), masterCompany, moved+1)
	require.NoError(t, err)
	require.NotContains(t, changed, last, "no list tells of a deletion")
	answers, err = p.BasicData(t.Context(), masterCompany, []string{last})
	require.NoError(t, err)
	require.Equal(t, ionapi.RecordMissing, answers[0].Err.Kind)
}

// newSupplier has what M3 demands.
func newSupplier(number string) ionapi.Supplier {
	return ionapi.Supplier{Number: number, Name: "Newcomer Ltd.", Type: "0", Country: "US", DateFormat: "YMD", OrderType: "100", DateType: "0", DateCode: "0",
		Currency: "USD", RateType: "1", AttributePrices: "0", Phone: "555-0100", VATNumber: "US77"}
}

func TestSuppliersAreWritten(t *testing.T) {
	s, c := masterSystem(t, 0)
	p, before := c.Suppliers("CRS620MI"), len(heldSuppliers(s))
	incomplete := newSupplier("77002")
	incomplete.Country = ""
	outcomes, err := p.Add(t.Context(), masterCompany, []ionapi.Supplier{newSupplier("77001"), incomplete, newSupplier("0010045")})
	require.NoError(t, err)
	require.Nil(t, outcomes[0])
	require.Equal(t, [2]string{"CSCD", string(ionapi.InvalidInput)}, [2]string{outcomes[1].Field, string(outcomes[1].Kind)})
	require.True(t, ionapi.AlreadyExists(outcomes[2]))
	require.False(t, ionapi.AlreadyExists(outcomes[1]))
	require.Len(t, heldSuppliers(s), before+1)

	outcomes, err = p.Update(t.Context(), masterCompany, []ionapi.Supplier{{Number: "77001", Status: "90", VATNumber: ionapi.Clear, Type: "3"}, {Number: "nobody", Name: "N"}})
	require.NoError(t, err)
	require.Nil(t, outcomes[0])
	require.Equal(t, ionapi.RecordMissing, outcomes[1].Kind)
	answers, err := p.BasicData(t.Context(), masterCompany, []string{"77001"})
	require.NoError(t, err)
	want := newSupplier("77001")
	want.Status, want.VATNumber = "90", ""
	require.Equal(t, want, answers[0].Value, "what was not given stays")
}

func TestAddressesAndReferencesAreWritten(t *testing.T) {
	s, c := masterSystem(t, 0)
	p := c.Suppliers("CRS620MI")
	_, err := p.Add(t.Context(), masterCompany, []ionapi.Supplier{newSupplier("77001")})
	require.NoError(t, err)
	main := ionapi.SupplierAddress{Supplier: "77001", Type: "1", Lines: [4]string{"1 First St", "Suite 2"}, Town: "Peoria", Country: "US"}
	dated := main
	dated.ID, dated.From = "W2", "20260101"
	for _, want := range []ionapi.Kind{"", ionapi.InvalidInput} {
		outcomes, err := p.AddAddresses(t.Context(), masterCompany, []ionapi.SupplierAddress{main, dated})
		require.NoError(t, err)
		require.Equal(t, [2]ionapi.Kind{want, want}, [2]ionapi.Kind{kind(outcomes[0]), kind(outcomes[1])})
	}
	outcomes, err := p.UpdateAddresses(t.Context(), masterCompany, []ionapi.SupplierAddress{
		{Supplier: "77001", Type: "1", Lines: [4]string{"", ionapi.Clear}, Town: "Joliet"}, {Supplier: "77001", Type: "1", ID: "W2", Town: "Elgin"}})
	require.NoError(t, err)
	require.Nil(t, outcomes[0])
	require.Equal(t, ionapi.RecordMissing, outcomes[1].Kind, "the start date is part of the key")
	main.Town, main.Lines[1] = "Joliet", ""
	lists, err := p.Addresses(t.Context(), masterCompany, []string{"77001", "nobody", "0010045"})
	require.NoError(t, err)
	require.Equal(t, []ionapi.SupplierAddress{main, dated}, lists[0].Value)
	require.Equal(t, ionapi.RecordMissing, lists[1].Err.Kind)
	require.Equal(t, "2140 Foundry Row", lists[2].Value[0].Lines[0])
	details, err := p.AddressDetails(t.Context(), masterCompany, []ionapi.SupplierAddress{main, dated})
	require.NoError(t, err)
	require.Equal(t, []string{"2", "1"}, []string{details[0].Value.ChangeNumber, details[1].Value.ChangeNumber})
	require.Positive(t, details[0].Value.ChangedAt)

	desk := ionapi.SupplierReference{Supplier: "77001", Type: "01", ID: "ORDERS", Name: "Desk", Email: "desk@newcomer.example", Phone: "555-0101"}
	outcomes, err = p.AddReferences(t.Context(), masterCompany, []ionapi.SupplierReference{desk, desk, {Supplier: "77001", Type: "01", ID: "X"}})
	require.NoError(t, err)
	require.Nil(t, outcomes[0])
	require.True(t, ionapi.AlreadyExists(outcomes[1]))
	require.Equal(t, "YRE1", outcomes[2].Field)
	outcomes, err = p.UpdateReferences(t.Context(), masterCompany, []ionapi.SupplierReference{
		{Supplier: "77001", Type: "01", ID: "ORDERS", Email: "orders@newcomer.example", Phone: ionapi.Clear}})
	require.NoError(t, err)
	require.Nil(t, outcomes[0])
	desk.Email, desk.Phone = "orders@newcomer.example", ""
	references, err := p.References(t.Context(), masterCompany, []string{"77001"})
	require.NoError(t, err)
	require.Equal(t, []ionapi.SupplierReference{desk}, references[0].Value)
	require.Equal(t, []any{"Joliet", "orders@newcomer.example"}, []any{heldSuppliers(s)["77001"]["TOWN"], heldSuppliers(s)["77001"]["EMAL"]})
}

// kind is that of an outcome, "" of a success.
func kind(outcome *ionapi.Error) ionapi.Kind {
	if outcome == nil {
		return ""
	}
	return outcome.Kind
}

func TestCustomersAreReadAndWritten(t *testing.T) {
	s, c := masterSystem(t, 0)
	s.M3.Ceiling = 100
	p := c.Customers("CRS610MI")
	all, err := p.Changed(t.Context(), masterCompany, 0)
	require.NoError(t, err)
	require.Len(t, all, 150, "a cut list goes on")
	since := now(t, c)
	require.NoError(t, s.M3.ChangeCustomer("100", "7100007", map[string]string{"CUNM": "Renamed"}))
	changed, err := p.Changed(t.Context(), masterCompany, since)
	require.NoError(t, err)
	require.Len(t, changed, 1)
	require.Equal(t, []string{"7100007", "Renamed", "N30", "20"}, []string{changed[0].Number, changed[0].Name, changed[0].PaymentTerms, "20"})

	answers, err := p.BasicData(t.Context(), masterCompany, []string{"7100007", "nobody"})
	require.NoError(t, err)
	require.Equal(t, ionapi.RecordMissing, answers[1].Err.Kind)
	read := answers[0].Value
	require.Equal(t, "2", read.ChangeNumber)
	edit := ionapi.Customer{Number: read.Number, Email: "ap@renamed.example", Phone: ionapi.Clear, ChangeNumber: read.ChangeNumber}
	for _, want := range []ionapi.Kind{"", ionapi.Conflict} {
		outcomes, err := p.ChangeBasicData(t.Context(), masterCompany, []ionapi.Customer{edit})
		require.NoError(t, err)
		require.Equal(t, want, kind(outcomes[0]), "the change number has moved on")
	}
	answers, err = p.BasicData(t.Context(), masterCompany, []string{"7100007"})
	require.NoError(t, err)
	read.Email, read.Phone, read.ChangeNumber = "ap@renamed.example", "", "3"
	require.Equal(t, read, answers[0].Value)

	require.NoError(t, s.M3.ChangeCustomer("100", "7100007", map[string]string{"CUNM": "Renamed again"}))
	outcomes, err := p.ChangeBasicData(t.Context(), masterCompany, []ionapi.Customer{{Number: "7100007", Name: "Ours", ChangeNumber: "3"}, {Number: "7100007", Town: "Erie"}})
	require.NoError(t, err)
	require.Equal(t, [2]ionapi.Kind{ionapi.Conflict, ""}, [2]ionapi.Kind{kind(outcomes[0]), kind(outcomes[1])})
	require.Contains(t, outcomes[0].Error(), "read the record again")
}

func TestCustomersAreMadeOfATemplate(t *testing.T) {
	s, c := masterSystem(t, 0)
	p, before := c.Customers("CRS610MI"), len(s.M3.Customers())
	one := ionapi.Customer{Name: "Newcomer", Lines: [4]string{"1 First St"}, Currency: "JPY", Changed: "20200101"}
	other := one
	other.Number = "7100001"
	answers, err := p.Add(t.Context(), masterCompany, "TAAA", []ionapi.Customer{one, other, {Name: "No address"}})
	require.NoError(t, err)
	require.Nil(t, answers[0].Err)
	require.True(t, ionapi.AlreadyExists(answers[1].Err))
	require.Equal(t, "CUA1", answers[2].Err.Field)
	made, err := p.BasicData(t.Context(), masterCompany, []string{answers[0].Value})
	require.NoError(t, err)
	require.Equal(t, []string{"Newcomer", "20", "USD", "1"}, []string{made[0].Value.Name, made[0].Value.Status, made[0].Value.Currency, made[0].Value.ChangeNumber})
	answers, err = p.Add(t.Context(), masterCompany, "NOSUCH", []ionapi.Customer{one})
	require.NoError(t, err)
	require.Equal(t, "CUTM", answers[0].Err.Field)
	require.Len(t, s.M3.Customers(), before+1)
}

func TestAccountsAreWritten(t *testing.T) {
	s, c := masterSystem(t, 0)
	p, before := c.Accounts("CRS630MI"), len(s.M3.Accounts())
	outcomes, err := p.Add(t.Context(), masterCompany, []ionapi.AccountEntry{
		{Dimension: "2", ID: "4500", Name: "Reno warehouse", ShortName: "Reno", Result: "1", From: "20260101", To: "20291231"},
		{Dimension: "2", ID: "4101", Name: "Chicago again"}, {Dimension: "2", ID: "4501", Name: "Bad date", From: "20260230"}})
	require.NoError(t, err)
	require.Nil(t, outcomes[0])
	require.True(t, ionapi.AlreadyExists(outcomes[1]))
	require.Equal(t, "VFDT", outcomes[2].Field)
	require.Len(t, s.M3.Accounts(), before+1)
	read := func() (found ionapi.Account) {
		t.Helper()
		accounts, err := p.List(t.Context(), masterCompany, "2")
		require.NoError(t, err)
		for _, a := range accounts {
			if a.ID == "4500" {
				found = a
			}
		}
		return found
	}
	first := read()
	require.Equal(t, "1", first.ChangeNumber)
	require.NotEmpty(t, first.Changed)
	outcomes, err = p.Update(t.Context(), masterCompany, []ionapi.AccountEntry{{Dimension: "2", ID: "4500", Blocked: "1", To: ionapi.Clear},
		{Dimension: "2", ID: "none", Name: "N"}})
	require.NoError(t, err)
	require.Nil(t, outcomes[0])
	require.Equal(t, ionapi.RecordMissing, outcomes[1].Kind)
	second := read()
	require.Greater(t, second.ChangedAt, first.ChangedAt)
	want := first
	want.Blocked, want.To, want.ChangeNumber, want.ChangedAt = true, "", "2", second.ChangedAt
	require.Equal(t, want, second)
	_, err = p.Update(t.Context(), masterCompany, []ionapi.AccountEntry{{Dimension: "2", ID: "4500", Blocked: "0"}})
	require.NoError(t, err)
	require.False(t, read().Blocked)
}

// TestLostAnswersOfWrites looks at what M3 holds after each: the client says unknown, and never writes twice.
func TestLostAnswersOfWrites(t *testing.T) {
	s, c := masterSystem(t, 0)
	suppliers, customers, accounts := c.Suppliers("CRS620MI"), c.Customers("CRS610MI"), c.Accounts("CRS630MI")
	lose := func(program, fault string) {
		s.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "infor", Operation: program + "/bulk", Fault: fault, Times: 1}}})
	}
	for i, fault := range []string{"504-after", "cut-after", "500-after"} {
		lose("CRS620MI", fault)
		outcomes, err := suppliers.Update(t.Context(), masterCompany, []ionapi.Supplier{{Number: "0010045", Phone: fmt.Sprintf("555-01%02d", i)}})
		require.Equal(t, ionapi.OutcomeUnknown, ionapi.KindOf(err), fault)
		require.Equal(t, ionapi.OutcomeUnknown, outcomes[0].Kind)
		require.Equal(t, fmt.Sprint(i+2), heldSuppliers(s)["0010045"]["CHNO"], "%s: written once", fault)

		before := len(s.M3.Customers())
		lose("CRS610MI", fault)
		answers, err := customers.Add(t.Context(), masterCompany, "TAAA", []ionapi.Customer{{Name: "Lost", Lines: [4]string{"1 First St"}}})
		require.Equal(t, ionapi.OutcomeUnknown, ionapi.KindOf(err), fault)
		require.Equal(t, ionapi.OutcomeUnknown, answers[0].Err.Kind)
		require.Len(t, s.M3.Customers(), before+1, "%s: made once", fault)

		before = len(s.M3.Accounts())
		lose("CRS630MI", fault)
		outcomes, err = accounts.Add(t.Context(), masterCompany, []ionapi.AccountEntry{{Dimension: "5", ID: fmt.Sprintf("L%d", i), Name: "Lost"}})
		require.Equal(t, ionapi.OutcomeUnknown, ionapi.KindOf(err), fault)
		require.Equal(t, ionapi.OutcomeUnknown, outcomes[0].Kind)
		require.Len(t, s.M3.Accounts(), before+1, "%s: made once", fault)
	}
	lose("CRS610MI", "504-before")
	_, err := customers.ChangeBasicData(t.Context(), masterCompany, []ionapi.Customer{{Number: "7100001", Name: "Lost"}})
	require.Equal(t, ionapi.OutcomeUnknown, ionapi.KindOf(err), "a gateway that gives up does not tell before or after")
}

func TestAddressesMayChangeUnseen(t *testing.T) {
	s, c := masterSystem(t, 0)
	p, since := c.Suppliers("CRS620MI"), now(t, c)
	for _, quiet := range []bool{true, false} {
		require.NoError(t, s.M3.SetProfile(infor.Profile{QuietAddresses: quiet}))
		require.NoError(t, s.M3.ChangeSupplier("100", "0010045", map[string]string{"ADR1": "9 New St", "EMAL": "new@halvorsen.example"}))
		changed, err := p.Changed(t.Context(), masterCompany, since)
		require.NoError(t, err)
		require.Equal(t, quiet, len(changed) == 0)
		rows, err := c.Tables("EXPORTMI").Select(t.Context(), masterCompany, "SASUNO, SACHNO from CIDADR where SALMDT > 20240115", 2, 0)
		require.NoError(t, err)
		require.Len(t, rows, 1, "the table of addresses tells it")
	}
}
