package masterdata

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// inputs are the fields that a transaction takes, with their lengths, by the catalogue of M3's programs.
func inputs(t *testing.T, program, transaction string) map[string]string {
	t.Helper()
	content, err := os.ReadFile("../../sandbox/infor/catalog.json")
	require.NoError(t, err)
	var catalog map[string]map[string]struct{ In string }
	require.NoError(t, json.Unmarshal(content, &catalog))
	out := map[string]string{}
	for _, field := range strings.Fields(catalog[program][transaction].In) {
		name, length, _ := strings.Cut(field, ":")
		out[strings.TrimSuffix(name, "*")] = length
	}
	require.NotEmpty(t, out, "%s/%s", program, transaction)
	return out
}

// TestAttributesAreWhatM3Takes holds the tables against the catalogue of M3's programs.
func TestAttributesAreWhatM3Takes(t *testing.T) {
	for _, test := range []struct {
		entity              string
		part                Part
		program, add, write string
		has                 any
	}{
		{trade.EntitySupplier, InBasicData, "CRS620MI", "AddSupplier", "UpdSupplier", &ionapi.Supplier{}},
		{trade.EntitySupplier, InAddress, "CRS620MI", "AddAddress", "UpdAddress", &ionapi.SupplierAddress{}},
		{trade.EntitySupplier, InReference, "CRS620MI", "AddSupplierRef", "UpdSupplierRef", &ionapi.SupplierReference{}},
		{trade.EntityCustomer, InBasicData, "CRS610MI", "Add", "ChgBasicData", &ionapi.CustomerListing{}},
		{trade.EntityAccount, InBasicData, "CRS630MI", "AddAccountID", "UpdAccountID", &ionapi.AccountEntry{}},
	} {
		add, write, seen := inputs(t, test.program, test.add), inputs(t, test.program, test.write), 0
		for _, a := range Attributes(test.entity) {
			if a.Part != test.part {
				continue
			}
			seen++
			require.NotNil(t, textAt(test.has, a.Field), "%s %s", test.entity, a.Name)
			taken := TakenNever
			switch {
			case write[a.Field] != "":
				taken = TakenAlways
				require.Equal(t, write[a.Field], fmt.Sprint(a.Length), "%s %s", test.entity, a.Name)
			case add[a.Field] != "":
				taken = TakenWhenNew
			}
			require.Equal(t, taken, a.Taken, "%s %s", test.entity, a.Name)
		}
		require.Positive(t, seen)
		if test.part != InBasicData {
			continue
		}
		for _, field := range creations[test.entity].demands {
			require.Contains(t, add, field)
			require.True(t, TemplateTakes(test.entity, field), field)
		}
	}
	for _, a := range customerAttributes {
		require.Equal(t, a.Taken != TakenNever || a.Name == "currency", textAt(&ionapi.Customer{}, a.Field) != nil, a.Name)
	}
}

// applied is a record as M3 has it after a change: what is not given stays, and the sign of emptying empties.
func applied[T any](has, change T) T {
	from, into := reflect.ValueOf(change), reflect.ValueOf(&has).Elem()
	var lay func(from, into reflect.Value)
	lay = func(from, into reflect.Value) {
		switch {
		case from.Kind() == reflect.Array:
			for i := range from.Len() {
				lay(from.Index(i), into.Index(i))
			}
		case from.Kind() != reflect.String || from.String() == "":
		case from.String() == "?":
			into.SetString("")
		default:
			into.Set(from)
		}
	}
	for i := range from.NumField() {
		lay(from.Field(i), into.Field(i))
	}
	return has
}

// filled counts the texts of a record.
func filled(value reflect.Value) (n int) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			return filled(value.Elem())
		}
	case reflect.Struct:
		for i := range value.NumField() {
			n += filled(value.Field(i))
		}
	case reflect.Array:
		for i := range value.Len() {
			n += filled(value.Index(i))
		}
	case reflect.String:
		if value.String() != "" {
			n++
		}
	}
	return n
}

// anyValue is a value that M3 may have: words of both sides, codes without one, and texts of any length.
func anyValue(r *rand.Rand, a Attribute) string {
	switch {
	case a.words != nil && (a.closed || r.IntN(3) > 0):
		return []string{"active", "blocked"}[r.IntN(2)]
	case a.words != nil:
		return "30"
	case a.day:
		return fmt.Sprintf("2026%02d%02d", 1+r.IntN(12), 1+r.IntN(28))
	}
	letters := []rune("aB1é ä-&")
	text := make([]rune, 1+r.IntN(a.Length))
	for i := range text {
		text[i] = letters[r.IntN(len(letters))]
	}
	return strings.ReplaceAll(strings.TrimSpace("x"+string(text[1:])), "  ", " _")
}

// anyChange chooses values for some fields of an entity that M3 may be told to change.
func anyChange(r *rand.Rand, entity string) Values {
	to := Values{}
	for _, a := range Attributes(entity) {
		switch {
		case a.Taken != TakenAlways || r.IntN(2) == 0:
		case !a.Needed && r.IntN(4) == 0:
			to[a.Name] = ""
		default:
			to[a.Name] = anyValue(r, a)
		}
	}
	return to
}

// expected is what M3 must say after a change, and how many fields differ by it.
func expected(has, to Values) (want Values, differences int) {
	want = has.clone()
	for name, value := range to {
		if want[name] != value {
			differences++
		}
		want.set(name, value)
	}
	return want, differences
}

var choice = AddressChoice{Type: "1", Day: "20260315", Reference: "01", ReferenceID: "EDI"}

// TestWhatIsWrittenIsWhatM3Says lets values go to M3 and come back, over records that have or lack each part.
func TestWhatIsWrittenIsWhatM3Says(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	met := map[string]int{}
	for range 3000 {
		s := Supplier{Basic: ionapi.Supplier{Number: "10042", Name: "Acme", Status: "20", Type: "3", Country: "US", Currency: "USD"}}
		if r.IntN(2) == 0 {
			s.Addresses = append(s.Addresses, ionapi.SupplierAddress{Supplier: "10042", Type: "1", From: "20260101", Lines: [4]string{"First St"}, Town: "Peoria", Country: "US"})
		}
		if r.IntN(2) == 0 {
			s.References = append(s.References, ionapi.SupplierReference{Supplier: "10042", Type: "01", ID: "ORDERS", Name: "Desk", Email: "desk@acme.example"})
		}
		to := anyChange(r, trade.EntitySupplier)
		want, differences := expected(SupplierValues(s, choice), to)
		w, err := SupplierChange(s, to, choice)
		require.NoError(t, err)
		keys := 0
		if w.Basic != nil {
			s.Basic = applied(s.Basic, *w.Basic)
			keys++ // SUNO
		}
		switch {
		case w.Address == nil:
		case w.NewAddress:
			met["new address"]++
			s.Addresses = append(s.Addresses, applied(ionapi.SupplierAddress{}, *w.Address))
			keys += 4 // SUNO, ADTE, SUNM, CSCD
		default:
			s.Addresses[0] = applied(s.Addresses[0], *w.Address)
			keys += 3 // SUNO, ADTE, STDT
		}
		switch {
		case w.Reference == nil:
		case w.NewReference:
			met["new reference"]++
			s.References = append(s.References, applied(ionapi.SupplierReference{}, *w.Reference))
			keys += 4 // SUNO, RFTY, RFID, YRE1
		default:
			s.References[0] = applied(s.References[0], *w.Reference)
			keys += 3 // SUNO, RFTY, RFID
		}
		require.Equal(t, want, SupplierValues(s, choice), "%v", to)
		require.Equal(t, keys+differences, filled(reflect.ValueOf(w)), "only what differs is written: %v", to)
		require.Equal(t, differences == 0, w.Empty())
		again, err := SupplierChange(s, to, choice)
		require.NoError(t, err)
		require.True(t, again.Empty(), "%v: %+v", to, again)

		c := ionapi.Customer{Number: "C7", Name: "Buyers Inc", Lines: [4]string{"1 Main St"}, Status: "20", Currency: "USD", ChangeNumber: "12"}
		to = anyChange(r, trade.EntityCustomer)
		want, differences = expected(CustomerValues(c), to)
		change, err := CustomerChange(c, to)
		require.NoError(t, err)
		require.Equal(t, differences == 0, change == nil)
		if change != nil {
			require.Equal(t, "12", change.ChangeNumber)
			require.Equal(t, 2+differences, filled(reflect.ValueOf(change)))
			c = applied(c, *change)
		}
		require.Equal(t, want, CustomerValues(c))
		listing := Refreshed(ionapi.CustomerListing{Number: "C7", Name: "before", Town: "before", PaymentTerms: "N30"}, c)
		want["paymentTerms"] = "N30"
		require.Equal(t, want, CustomerValues(listing))

		a := ionapi.Account{Division: "AAA", Dimension: "1", ID: "4010", Name: "Sales", From: "20260101", Blocked: r.IntN(2) == 0}
		to = anyChange(r, trade.EntityAccount)
		want, differences = expected(AccountValues(a), to)
		entry, err := AccountChange(a, to)
		require.NoError(t, err)
		require.Equal(t, differences == 0, entry == nil)
		if entry != nil {
			require.Equal(t, 3+differences, filled(reflect.ValueOf(entry)))
			after := applied(*entryOf(a), *entry)
			require.Equal(t, want, records{InBasicData: &after}.values(trade.EntityAccount))
		}
	}
	require.Greater(t, met["new address"], 100)
	require.Greater(t, met["new reference"], 100)
}
