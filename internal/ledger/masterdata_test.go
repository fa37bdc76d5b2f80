package ledger

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// day gives the n-th day of a month, at its start.
func day(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }

func supplier(code string, values map[string]string) Master {
	return Master{Entity: trade.EntitySupplier, Company: "100", Code: code, Values: values}
}

func named(code, name string) Master { return supplier(code, map[string]string{"name": name}) }

// keep saves a page of what M3 said, valid from an instant, and gives how many versions that made.
func keep(t *testing.T, l *Ledger, at time.Time, page ...Master) int {
	t.Helper()
	versions, err := l.SaveMasters(t.Context(), page, trade.SourceInfor, at)
	require.NoError(t, err)
	return versions
}

// known gives what the ledger has of suppliers of company 100.
func known(t *testing.T, l *Ledger, codes ...string) map[string]Master {
	t.Helper()
	found, err := l.MasterByCodes(t.Context(), trade.EntitySupplier, "100", codes)
	require.NoError(t, err)
	return found
}

func history(t *testing.T, l *Ledger, code string) []MasterVersion {
	t.Helper()
	versions, err := l.MasterHistory(t.Context(), trade.EntitySupplier, "100", code)
	require.NoError(t, err)
	return versions
}

func codes(page []Master) []string {
	out := make([]string, len(page))
	for i, m := range page {
		out[i] = m.Code
	}
	return out
}

func TestWhatIsKnownOfMasterDataComesBackAsItWasSaved(t *testing.T) {
	l := open(t)
	full := supplier("10042", map[string]string{"name": "Müller & Söhne <AG>", "town": "Ulm", "phone": ""})
	full.Agreed = map[string]string{"name": "Müller"}
	full.Infor = MasterSide{Exists: true, Checksum: "a", Reference: "CHNO 7", SeenAt: day(1)}
	full.Cleo = MasterSide{Checksum: "b", Reference: "id==", SeenAt: day(2)}
	full.Record = "supplier/100/10042/1"
	bare := supplier("10043", map[string]string{"name": "Bare"})
	bare.Agreed = map[string]string{"town": ""}
	require.Equal(t, 2, keep(t, l, day(3), full, bare))

	found := known(t, l, "10042", "10043", "nobody")
	require.Len(t, found, 2)
	got := found["10042"]
	require.Equal(t, masterdata.Values(full.Values).Checksum(), got.Checksum, "one form of values in the whole project")
	require.False(t, got.UpdatedAt.IsZero())
	want := full
	want.Values, want.Checksum, want.Version = map[string]string{"name": "Müller & Söhne <AG>", "town": "Ulm"}, got.Checksum, 1
	want.Since, want.UpdatedAt = day(3), got.UpdatedAt
	require.Equal(t, want, got)
	require.NotNil(t, found["10043"].Agreed, "both sides agreed on nothing")
	require.Empty(t, found["10043"].Agreed)

	bare.Agreed, bare.Infor = nil, MasterSide{}
	require.Zero(t, keep(t, l, day(4), bare))
	require.Nil(t, known(t, l, "10043")["10043"].Agreed, "they were never compared")

	elsewhere, err := l.MasterByCodes(t.Context(), trade.EntitySupplier, "200", []string{"10042"})
	require.NoError(t, err)
	require.Empty(t, elsewhere)
	others, err := l.Masters(t.Context(), trade.EntityCustomer, "100", "", 0)
	require.NoError(t, err)
	require.Empty(t, others)
}

func TestWhatWasConcludedFromAnOlderRowIsNotSaved(t *testing.T) {
	l := open(t)
	keep(t, l, day(1), named("1", "a"), named("2", "b"))
	read := known(t, l, "1", "2")
	moved := read["1"]
	moved.Agreed = map[string]string{"name": "a"}
	keep(t, l, day(2), moved)
	var concluded []Master
	for _, code := range []string{"1", "2", "3"} {
		m, found := read[code]
		if !found {
			m = named(code, "c")
		}
		m.Agreed = map[string]string{"name": "old"}
		concluded = append(concluded, m)
	}
	_, err := l.SaveCompared(t.Context(), concluded, trade.SourceCleo, day(3))
	require.NoError(t, err)
	now := known(t, l, "1", "2", "3")
	require.Equal(t, "a", now["1"].Agreed["name"], "somebody saved it since it was read")
	require.Equal(t, "old", now["2"].Agreed["name"])
	require.Equal(t, "old", now["3"].Agreed["name"], "it is new")
}

func TestSavingMasterDataAgainChangesNothing(t *testing.T) {
	l := open(t)
	page := []Master{named("2", "b"), named("1", "a")}
	page[0].Infor = MasterSide{Exists: true, Checksum: "x", Reference: "1", SeenAt: day(1)}
	require.Equal(t, 2, keep(t, l, day(1), page...))
	require.Equal(t, "2", page[0].Code, "the caller's page keeps its order")
	before, versions := known(t, l, "1", "2"), history(t, l, "2")

	require.Zero(t, keep(t, l, day(2), page...))
	require.Zero(t, keep(t, l, day(2), before["1"], before["2"]), "nor does saving what was read")
	require.Equal(t, before, known(t, l, "1", "2"))
	require.Equal(t, versions, history(t, l, "2"))

	page[0].Record = "supplier/100/2/1"
	require.Zero(t, keep(t, l, day(3), page...), "another record is no other version")
	require.Equal(t, versions, history(t, l, "2"))
	require.Equal(t, before["1"], known(t, l, "1")["1"])
	require.Equal(t, "supplier/100/2/1", known(t, l, "2")["2"].Record)
}

func TestMasterDataIsRememberedAsItWas(t *testing.T) {
	l := open(t)
	require.Equal(t, 1, keep(t, l, day(1), named("7", "one")))
	require.Zero(t, keep(t, l, day(2), named("7", "one")))
	versions, err := l.SaveMasters(t.Context(), []Master{named("7", "two")}, trade.SourcePerson, day(3))
	require.NoError(t, err)
	require.Equal(t, 1, versions)
	gone := supplier("7", nil)
	require.Zero(t, keep(t, l, day(5), gone))
	require.Zero(t, keep(t, l, day(6), gone))
	require.Equal(t, 1, keep(t, l, day(8), named("7", "two")), "it comes back as it was")

	at := func(when time.Time) string {
		v, err := l.MasterAt(t.Context(), trade.EntitySupplier, "100", "7", when)
		if err != nil {
			require.ErrorIs(t, err, ErrNotFound)
			require.ErrorContains(t, err, "supplier 7 of company 100 at 2026-0")
			return ""
		}
		return v.Values["name"]
	}
	before := func(when time.Time) time.Time { return when.Add(-time.Microsecond) }
	for when, want := range map[time.Time]string{
		before(day(1)): "", day(1): "one", before(day(3)): "one", day(3): "two", before(day(5)): "two", day(5): "", before(day(8)): "", day(8): "two", day(30): "two",
	} {
		require.Equal(t, want, at(when), when)
	}

	past := history(t, l, "7")
	require.Len(t, past, 3)
	for i, v := range past {
		require.Equal(t, int64(i+1), v.Version)
		require.False(t, v.At.IsZero())
	}
	require.Equal(t, []time.Time{day(1), day(3), day(3), day(5), day(8), {}},
		[]time.Time{past[0].From, past[0].To, past[1].From, past[1].To, past[2].From, past[2].To})
	require.Equal(t, []string{trade.SourceInfor, trade.SourcePerson, trade.SourceInfor}, []string{past[0].Source, past[1].Source, past[2].Source})
	require.Equal(t, map[string]string{"name": "one"}, past[0].Values)
	require.Empty(t, history(t, l, "8"))
}

func TestAVersionNeverBeginsBeforeTheOneBeforeItEnded(t *testing.T) {
	l := open(t)
	keep(t, l, day(5), named("7", "one"))
	keep(t, l, day(3), named("7", "two")) // by a clock that is late
	keep(t, l, day(4), supplier("7", nil))
	keep(t, l, day(4), named("7", "three"))
	past := history(t, l, "7")
	require.Len(t, past, 3)
	for i, v := range past {
		require.Equal(t, day(5), v.From)
		require.Equal(t, []time.Time{day(5), day(5), {}}[i], v.To)
	}
	now, err := l.MasterAt(t.Context(), trade.EntitySupplier, "100", "7", day(5))
	require.NoError(t, err)
	require.Equal(t, "three", now.Values["name"])
}

// TestTwoSaversOfOnePageMakeEachVersionOnce lets savers of the same page meet, and savers of other
// values: no version is made twice, none is lost, and one holds.
func TestTwoSaversOfOnePageMakeEachVersionOnce(t *testing.T) {
	l := open(t)
	page := func(name string) []Master {
		var out []Master
		for i := range 50 {
			out = append(out, named(fmt.Sprint(i), name))
		}
		return out
	}
	save := func(rounds ...string) int64 {
		var made atomic.Int64
		var saving sync.WaitGroup
		for i, name := range rounds {
			saving.Go(func() {
				mine := page(name)
				if i%2 == 1 {
					slices.Reverse(mine)
				}
				versions, err := l.SaveMasters(context.Background(), mine, trade.SourceInfor, day(1+i))
				if err != nil {
					t.Error(err)
				}
				made.Add(int64(versions))
			})
		}
		saving.Wait()
		return made.Load()
	}
	require.Equal(t, int64(50), save("a", "a"), "the same page")
	made := save("b", "c")
	require.Equal(t, int64(100), made, "two pages that differ, one after the other")
	var listed int
	for code, m := range known(t, l, codes(page(""))...) {
		past := history(t, l, code)
		require.Len(t, past, 3)
		listed += len(past)
		for i, v := range past {
			require.Equal(t, i == 2, v.To.IsZero(), "one version holds")
			require.Equal(t, int64(i+1), v.Version)
		}
		require.Equal(t, int64(3), m.Version)
		require.Equal(t, past[2].Values, m.Values)
	}
	require.Equal(t, 150, listed)
}

func TestAPageThatIsNoneIsRefusedWhole(t *testing.T) {
	l := open(t)
	elsewhere, customer := named("2", "b"), named("2", "b")
	elsewhere.Company, customer.Entity = "200", trade.EntityCustomer
	good := named("1", "a")
	for says, try := range map[string]struct {
		page   []Master
		source string
		now    time.Time
	}{
		"1001 records; save at most 1000":                                 {make([]Master, MostMasters+1), trade.SourceInfor, day(1)},
		`"m3" is no source of master data; name infor, cleo or person`:    {[]Master{good}, "m3", day(1)},
		"has no instant from which it is valid":                           {[]Master{good}, trade.SourceCleo, time.Time{}},
		"supplier 1 of company 100 and supplier 2 of company 200":         {[]Master{elsewhere, good}, trade.SourceCleo, day(1)},
		"supplier 1 of company 100 and customer 2 of company 100":         {[]Master{good, customer}, trade.SourceCleo, day(1)},
		"supplier 1 of company 100 stands twice in one page":              {[]Master{good, named("0", "z"), named("1", "b")}, trade.SourceCleo, day(1)},
		`entity "supplier", company "100", code "": a record of master d`: {[]Master{good, named("", "b")}, trade.SourceCleo, day(1)},
		"only the code may have a /":                                      {[]Master{{Entity: "supplier", Company: "100/1", Code: "1"}}, trade.SourceCleo, day(1)},
	} {
		_, err := l.SaveMasters(t.Context(), try.page, try.source, try.now)
		require.ErrorContains(t, err, says)
	}
	none, err := l.Masters(t.Context(), trade.EntitySupplier, "100", "", 0)
	require.NoError(t, err)
	require.Empty(t, none)
	require.Zero(t, keep(t, l, day(1)), "an empty page is nothing to save")
}

func TestDeletedMasterDataIsWhatAFullListDoesNotHave(t *testing.T) {
	l := open(t)
	var page []Master
	for _, code := range []string{"1", "2", "3", "4", "5"} {
		m := named(code, code)
		m.Infor, m.Cleo = MasterSide{Exists: code != "4", SeenAt: day(1)}, MasterSide{Exists: true, SeenAt: day(1)}
		page = append(page, m)
	}
	page[4].Infor.SeenAt = day(3) // it came while the list was read
	keep(t, l, day(1), page...)
	unseen := func(side, after string, limit int) []string {
		found, err := l.UnseenMasters(t.Context(), trade.EntitySupplier, "100", side, day(2), after, limit)
		require.NoError(t, err)
		return codes(found)
	}
	before := known(t, l, "1")["1"].UpdatedAt
	require.Equal(t, []string{"1", "2", "3"}, unseen(trade.SourceInfor, "", 10), "4 is known to be gone")
	require.NoError(t, l.MarkSeen(t.Context(), trade.EntitySupplier, "100", trade.SourceInfor, []string{"nobody", "1", "4"}, day(2)))
	require.Equal(t, []string{"2", "3"}, unseen(trade.SourceInfor, "", 10))
	require.Equal(t, []string{"2"}, unseen(trade.SourceInfor, "", 1))
	require.Equal(t, []string{"3"}, unseen(trade.SourceInfor, "2", 1))
	require.Empty(t, unseen(trade.SourceInfor, "3", 1))
	require.Len(t, unseen(trade.SourceCleo, "", 0), 5, "the other side's list was not read")

	require.NoError(t, l.MarkSeen(t.Context(), trade.EntitySupplier, "100", trade.SourceInfor, []string{"1"}, day(1)))
	keep(t, l, day(1), page[0])
	one := known(t, l, "1")["1"]
	require.Equal(t, day(2), one.Infor.SeenAt, "a sighting never goes back")
	require.Equal(t, before, one.UpdatedAt, "and is no change")
	require.False(t, known(t, l, "4")["4"].Infor.Exists)

	_, err := l.UnseenMasters(t.Context(), trade.EntitySupplier, "100", "version", day(2), "", 1)
	require.ErrorContains(t, err, `"version" is no side`)
	require.ErrorContains(t, l.MarkSeen(t.Context(), trade.EntitySupplier, "100", "", []string{"1"}, day(2)), "is no side")
}

// manyMasters is how many records a large company has here; TRADEWIND_MASTERS asks for another number, in
// thousands.
func manyMasters(t *testing.T) int {
	t.Helper()
	thousands, err := strconv.Atoi(cmp.Or(os.Getenv("TRADEWIND_MASTERS"), "3"))
	require.NoError(t, err)
	return thousands * MostMasters
}

// TestManyMastersAreReadPageByPage keeps as many as a large company has, and never has more than a page of
// them in hand.
func TestManyMastersAreReadPageByPage(t *testing.T) {
	l := open(t)
	const perPage = 700
	all := manyMasters(t)
	pages := func(name string) (versions int) {
		for first := 0; first < all; first += MostMasters {
			page := make([]Master, MostMasters)
			for i := range page {
				page[i] = named(fmt.Sprintf("S%05d", first+i), name)
				page[i].Infor = MasterSide{Exists: true, SeenAt: day(1)}
			}
			versions += keep(t, l, day(1), page...)
		}
		return versions
	}
	require.Equal(t, all, pages("first"))
	require.Zero(t, pages("first"))

	var read int
	for after := ""; ; {
		page, err := l.Masters(t.Context(), trade.EntitySupplier, "100", after, perPage)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page), perPage)
		if len(page) == 0 {
			break
		}
		for _, m := range page {
			require.Equal(t, fmt.Sprintf("S%05d", read), m.Code)
			read++
		}
		after = page[len(page)-1].Code
		require.NoError(t, l.MarkSeen(t.Context(), trade.EntitySupplier, "100", trade.SourceInfor, codes(page[1:]), day(2)))
	}
	require.Equal(t, all, read)
	unbounded, err := l.Masters(t.Context(), trade.EntitySupplier, "100", "", 0)
	require.NoError(t, err)
	require.Len(t, unbounded, MostMasters, "no limit is the greatest page")

	unseen, err := l.UnseenMasters(t.Context(), trade.EntitySupplier, "100", trade.SourceInfor, day(2), "", 0)
	require.NoError(t, err)
	require.Len(t, unseen, (all+perPage-1)/perPage, "the first of each page was left out")

	many := make([]string, 1700) // more than one statement takes
	for i := range many {
		many[i] = fmt.Sprintf("S%05d", i)
	}
	require.Len(t, known(t, l, many...), len(many))
}
