package workflows

import (
	"context"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
	"tradewind/ionapi"
	"tradewind/sandbox/faults"
)

// customer is the first customer of company 100 as M3 has it.
func (w *world) customer() map[string]string {
	for _, c := range w.sandbox.M3.Customers() {
		if c["CONO"] == "100" {
			return c
		}
	}
	require.Fail(w.t, "company 100 has no customer")
	return nil
}

func (w *world) customersOf(cono string) (n int) {
	for _, c := range w.sandbox.M3.Customers() {
		if c["CONO"] == cono {
			n++
		}
	}
	return n
}

func TestCustomersGoOutInOneFile(t *testing.T) {
	w := newFileWorld(t)
	require.Len(t, w.sandbox.M3.Customers(), 200)
	others := trade.PollInput{Flow: trade.Customers, Company: trade.Company{Cono: "200"}}
	for _, in := range []trade.PollInput{customers, others} {
		n := w.customersOf(in.Company.Cono)
		result := w.syncOf(in, "first")
		require.Equal(t, []int{n, n, 0}, []int{result.Found, result.Created, result.Registered})
		require.Len(t, w.rowsOf(in), n)
	}
	require.Len(t, w.inFolder("masterdata/out"), 2, "one file of each company")
	has := w.customer()
	row := w.rowsOf(customers)[has["CUNO"]]
	require.Equal(t, []string{has["CUNM"], has["MAIL"], has["CUCD"], "active"}, []string{row["name"], row["email"], row["currency"], row[masterdata.StatusField]})
	w.nothing(customers, "second")
	w.nothing(others, "second")

	full := customers
	full.Full = true
	w.nothing(full, "all of them")
}

func TestAChangedCustomerGoesOutWhole(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(customers, "first")
	has := w.customer()
	require.NoError(t, w.sandbox.M3.ChangeCustomer("100", has["CUNO"], map[string]string{"STAT": "90", "TOWN": "Newtown"}))
	require.Equal(t, 1, w.syncOf(customers, "second").Updated)
	require.Len(t, w.inFolder("masterdata/out"), 2)
	row := w.rowsOf(customers)[has["CUNO"]]
	require.Equal(t, []string{has["CUNM"], has["MAIL"], "Newtown", masterdata.Inactive}, []string{row["name"], row["email"], row["town"], row[masterdata.StatusField]})
	w.nothing(customers, "third")
}

func TestAnEmailFromCleoReachesM3WithTheChangeNumber(t *testing.T) {
	for _, fault := range []string{"none", "504-after", "cut-after", "500-after", "503"} {
		t.Run(fault, func(t *testing.T) {
			w := newFileWorld(t)
			w.syncOf(customers, "first")
			has := w.customer()
			w.says("customer_100_1.csv", "company,code,email,name\n100,"+has["CUNO"]+",new@customer.example,Other Name\n")
			result := w.syncOf(customers, "second")
			require.Equal(t, []int{1, 0}, []int{result.Registered, result.Updated})
			if fault != "none" {
				w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "infor", Operation: "CRS610MI/bulk", Fault: fault, Times: 1, After: 1}}})
			}
			r := w.settle(w.waiting(trade.Customers, trade.StateDiscovered)[0])
			require.Equal(t, trade.StateSynced, r.State)
			now := w.customer()
			require.Equal(t, "new@customer.example", now["MAIL"])
			require.Equal(t, has["CUNM"], now["CUNM"], "Infor owns the name")
			require.Equal(t, next(t, has["CHNO"]), now["CHNO"], "M3 was changed once")
			require.Equal(t, has["CUNM"], w.rowsOf(customers)[has["CUNO"]]["name"], "and Cleo gets it back")
			w.nothing(customers, "third")
		})
	}
}

// next is the number behind a number.
func next(t *testing.T, number string) string {
	t.Helper()
	n, err := strconv.Atoi(number)
	require.NoError(t, err)
	return strconv.Itoa(n + 1)
}

// TestACustomerThatChangesBehindTheLookIsNotOverwritten lets somebody be quicker between the last look and the write.
func TestACustomerThatChangesBehindTheLookIsNotOverwritten(t *testing.T) {
	for name, change := range map[string]map[string]string{"another field": {"PHNO": "555-0100"}, "the same field": {"MAIL": "quicker@customer.example"}} {
		t.Run(name, func(t *testing.T) {
			w := newFileWorld(t)
			w.syncOf(customers, "first")
			has := w.customer()
			w.says("customer_100_1.csv", "company,code,email\n100,"+has["CUNO"]+",new@customer.example\n")
			require.Equal(t, 1, w.syncOf(customers, "second").Registered)
			looks := 0
			w.observed(func(operation string) {
				if operation == "CRS610MI/bulk" {
					if looks++; looks == 1 {
						require.NoError(t, w.sandbox.M3.ChangeCustomer("100", has["CUNO"], change))
					}
				}
			})
			r := w.waiting(trade.Customers, trade.StateDiscovered)[0]
			if change["MAIL"] == "" {
				require.Equal(t, trade.StateSynced, w.settle(r).State)
				require.Equal(t, []string{"new@customer.example", "555-0100"}, []string{w.customer()["MAIL"], w.customer()["PHNO"]})
				require.Equal(t, "555-0100", w.rowsOf(customers)[has["CUNO"]]["phone"])
				w.nothing(customers, "third")
				return
			}
			require.Equal(t, trade.ReasonMasterConflict, w.settle(r).Reason.Code)
			require.Equal(t, "quicker@customer.example", w.customer()["MAIL"])
		})
	}
}

// observed gives M3 a client that tells of each request once it is answered.
func (w *world) observed(told func(operation string)) {
	w.t.Helper()
	content, err := os.ReadFile(w.sandbox.IonAPIFile)
	require.NoError(w.t, err)
	file, err := ionapi.ParseFile("acme.ionapi", content)
	require.NoError(w.t, err)
	client, err := ionapi.New(file, ionapi.WithObserver(func(_ context.Context, call ionapi.Call) { told(call.Operation) }))
	require.NoError(w.t, err)
	mailbox, err := w.Systems.Mailbox(w.t.Context())
	require.NoError(w.t, err)
	w.Systems = fixed{client, mailbox}
}
