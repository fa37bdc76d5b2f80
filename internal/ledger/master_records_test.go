package ledger

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

var remit = trade.Data(trade.ReasonRemitChange, "supplier 10042", "let two people make sure of it", "remit-to data changed")

// differs registers a difference in supplier 10042 of company 100.
func differs(t *testing.T, l *Ledger, checksum string) Registration {
	t.Helper()
	out, err := l.RegisterMaster(t.Context(), NewMaster{Flow: trade.Suppliers, Company: trade.Company{Cono: "100"}, Partner: "ACME", Number: "10042",
		Checksum: checksum, Source: "source-" + checksum, Reason: remit, State: trade.StateParked})
	require.NoError(t, err)
	return out
}

func TestADifferenceInMasterDataIsOneOpenRecord(t *testing.T) {
	l := open(t)
	const id = "supplier/100/10042/"
	require.Equal(t, Registration{id + "1", true}, differs(t, l, "a"))
	require.Equal(t, Registration{id + "1", false}, differs(t, l, "a"))
	r, err := l.Record(t.Context(), id+"1")
	require.NoError(t, err)
	require.Equal(t, Record{ID: id + "1", Flow: trade.Suppliers, Company: "100", Partner: "ACME", Number: "10042", Revision: 1, State: trade.StateParked,
		Reason: remit, Checksum: "a", Source: "source-a", Attempt: 1, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt}, r)

	require.Equal(t, Registration{id + "2", true}, differs(t, l, "b"))
	require.Equal(t, trade.StateSuperseded, state(t, l, id+"1"), "another difference takes the place of an open one")
	require.Equal(t, Registration{id + "3", true}, differs(t, l, "a"))
	require.Equal(t, trade.StateSuperseded, state(t, l, id+"2"))

	move(t, l, id+"3", trade.StateResolved, nil)
	require.Equal(t, Registration{id + "4", true}, differs(t, l, "a"), "what was settled and comes again is asked again")
	require.Equal(t, trade.StateResolved, state(t, l, id+"3"))

	withdraw(t, l, false)
	require.Equal(t, trade.StateSuperseded, state(t, l, id+"4"))
	require.Equal(t, trade.StateResolved, state(t, l, id+"3"))
	require.Equal(t, Registration{id + "5", true}, differs(t, l, "a"))
	for i := range 5 {
		require.NoError(t, l.VerifyChain(t.Context(), id+fmt.Sprint(i+1)))
	}
}

// withdraw takes the difference back; it stays where a write of it is on its way.
func withdraw(t *testing.T, l *Ledger, stays bool) {
	t.Helper()
	stayed, err := l.WithdrawMaster(t.Context(), trade.Suppliers, trade.Company{Cono: "100"}, "10042", "equal again")
	require.NoError(t, err)
	require.Equal(t, stays, stayed)
}

// TestAProfileThatCameIsNoDifference has a partner number its profile as the supplier.
func TestAProfileThatCameIsNoDifference(t *testing.T) {
	l := open(t)
	profile := trade.ReceivedRecordID(trade.Suppliers, 7, "000000001", "1", "0001", 1)
	_, err := l.RegisterReceived(t.Context(), []NewReceived{{ID: profile, Flow: trade.Suppliers, Company: trade.Company{Cono: "100", Divi: "AAA"}, Partner: "ACME", Set: trade.SetProfile, Number: "10042",
		State: trade.StateParked, Reason: remit, Amount: "0", Checksum: "p", Source: "p"}})
	require.NoError(t, err)
	require.Equal(t, Registration{"supplier/100/10042/1", true}, differs(t, l, "a"))
	withdraw(t, l, false)
	require.Equal(t, trade.StateParked, state(t, l, profile))
	of, err := l.OfFile(t.Context(), 7, "", 10)
	require.NoError(t, err)
	require.Len(t, of, 1, "it is found by its file")
}

func TestADifferenceWaitsForAWriteThatIsOnItsWay(t *testing.T) {
	l := open(t)
	first := differs(t, l, "a").Record
	written := func(r *Record) { r.IntentAt = time.Unix(1, 0) }
	move(t, l, first, trade.StatePrepared, nil)
	require.Equal(t, Registration{"supplier/100/10042/2", true}, differs(t, l, "b"), "nothing of it was written yet")
	second := "supplier/100/10042/2"
	for _, on := range []trade.State{trade.StatePrepared, trade.StateUnknown} {
		move(t, l, second, on, written)
		require.Equal(t, Registration{second, false}, differs(t, l, "c"))
		withdraw(t, l, true)
		require.Equal(t, on, state(t, l, second))
	}
	move(t, l, second, trade.StateParked, nil)
	require.Equal(t, Registration{"supplier/100/10042/3", true}, differs(t, l, "c"), "its outcome is known")
	require.Equal(t, trade.StateSuperseded, state(t, l, second))
}

func TestMasterDataOfOneNumberIsToldApart(t *testing.T) {
	l := open(t)
	group := trade.Company{Cono: "100"}
	for _, each := range []struct {
		n  NewMaster
		id string
	}{
		{NewMaster{Flow: trade.Suppliers, Company: group, Number: "4010"}, "supplier/100/4010/1"},
		{NewMaster{Flow: trade.Customers, Company: group, Number: "4010"}, "customer/100/4010/1"},
		{NewMaster{Flow: trade.Suppliers, Company: trade.Company{Cono: "200"}, Number: "4010"}, "supplier/200/4010/1"},
		{NewMaster{Flow: trade.Accounts, Company: company, Number: trade.AccountCode("1", "4010")}, "account/100-AAA/1/4010/1"},
		{NewMaster{Flow: trade.Accounts, Company: company, Number: trade.AccountCode("2", "4010")}, "account/100-AAA/2/4010/1"},
	} {
		each.n.Checksum = "same"
		out, err := l.RegisterMaster(t.Context(), each.n)
		require.NoError(t, err)
		require.Equal(t, Registration{each.id, true}, out)
		require.Equal(t, trade.StateDiscovered, state(t, l, each.id))
	}
	_, err := l.RegisterMaster(t.Context(), NewMaster{Flow: trade.OrdersOut, Company: company, Number: "1"})
	require.ErrorContains(t, err, `"orders-out" carries no master data`)
	_, err = l.RegisterMaster(t.Context(), NewMaster{Flow: trade.Accounts, Company: company, Number: "4010"})
	require.ErrorContains(t, err, "write its dimension in front")
}

func TestManySyncsThatFindADifferenceMakeOneRecord(t *testing.T) {
	l := open(t)
	var made atomic.Int64
	var finding sync.WaitGroup
	for range 8 {
		finding.Go(func() {
			out, err := l.RegisterMaster(context.Background(), NewMaster{Flow: trade.Customers, Company: trade.Company{Cono: "100"}, Number: "7", Checksum: "a"})
			if err != nil {
				t.Error(err)
			}
			if out.Created {
				made.Add(1)
			}
		})
	}
	finding.Wait()
	require.Equal(t, int64(1), made.Load())
	all, err := l.Records(t.Context(), Filter{Flow: trade.Customers})
	require.NoError(t, err)
	require.Len(t, all, 1)
}

func TestAPersonApprovesOnce(t *testing.T) {
	l := open(t)
	id := differs(t, l, "a").Record
	approve := func(by string) int {
		count, err := l.Approve(t.Context(), id, by, "called them, "+by)
		require.NoError(t, err)
		return count
	}
	require.Equal(t, 1, approve("Ann"))
	require.Equal(t, 1, approve("Ann"))
	require.Equal(t, 1, approve(" ann "), "the same person, however it is written")
	require.Equal(t, 2, approve("Ben"))

	approvals, err := l.Approvals(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, approvals, 2)
	require.Equal(t, []string{"ann", "called them, Ann", "ben", "called them, Ben"}, []string{approvals[0].By, approvals[0].Note, approvals[1].By, approvals[1].Note})
	require.True(t, approvals[0].At.Before(approvals[1].At))
	trail, err := l.Events(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, trail, 3, "registered, and approved by two")
	require.Equal(t, []any{"approved", "Ben", trade.StateParked, "called them, Ben"}, []any{trail[2].Kind, trail[2].Actor, trail[2].State, trail[2].Detail["note"]})
	require.NoError(t, l.VerifyChain(t.Context(), id))

	_, err = l.Approve(t.Context(), id, " ", "")
	require.ErrorContains(t, err, "needs the name of the person")
	_, err = l.Approve(t.Context(), "supplier/100/1/1", "Ann", "")
	require.ErrorIs(t, err, ErrNotFound)
}

func TestAnApprovalIsForOneDifferenceWhileItWaits(t *testing.T) {
	l := open(t)
	first := differs(t, l, "a").Record
	_, err := l.Approve(t.Context(), first, "Ann", "")
	require.NoError(t, err)
	second := differs(t, l, "b").Record
	count, err := l.Approve(t.Context(), second, "Ben", "")
	require.NoError(t, err)
	require.Equal(t, 1, count, "what Ann approved was another difference")
	_, err = l.Approve(t.Context(), first, "Ben", "")
	require.EqualError(t, err, "record supplier/100/10042/1 is superseded; only one that is parked can be approved")
	approvals, err := l.Approvals(t.Context(), first)
	require.NoError(t, err)
	require.Len(t, approvals, 1, "a refused approval is none")

	move(t, l, second, trade.StateResolved, nil)
	count, err = l.Approve(t.Context(), second, "Ben", "")
	require.NoError(t, err, "who asked before may ask again")
	require.Equal(t, 1, count)
}

func TestPeopleWhoApproveAtOnceAreAllCounted(t *testing.T) {
	l := open(t)
	id := differs(t, l, "a").Record
	const people = 6
	counts := make([]int, 2*people) // each asks twice
	var approving sync.WaitGroup
	for i := range counts {
		approving.Go(func() {
			var err error
			if counts[i], err = l.Approve(context.Background(), id, fmt.Sprint("person ", i%people), ""); err != nil {
				t.Error(err)
			}
		})
	}
	approving.Wait()
	require.Contains(t, counts, 1)
	require.Contains(t, counts, people)
	approvals, err := l.Approvals(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, approvals, people)
	require.NoError(t, l.VerifyChain(t.Context(), id))
}

func TestAPersonWhoChangesHerMindIsCountedOnceWithTheLastWord(t *testing.T) {
	l := open(t)
	id := differs(t, l, "a").Record
	for _, note := range []string{"of M3", "of M3", "of Cleo", "of Cleo"} {
		count, err := l.ApproveChoice(t.Context(), id, "Ann", note)
		require.NoError(t, err)
		require.Equal(t, 1, count)
	}
	approvals, err := l.Approvals(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, approvals, 1)
	require.Equal(t, "of Cleo", approvals[0].Note)
	trail, err := l.Events(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, trail, 3, "registered, and approved with two different words")
}
