package workflows

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/internal/trade"
)

// TestASupplierThatIsPaidItselfAsksNobody says so where nobody else is paid, where another one is, and in several spellings.
func TestASupplierThatIsPaidItselfAsksNobody(t *testing.T) {
	w := agreed(t)
	paid := func(number string) []edi.SegmentData {
		return append(self(), edi.NewSegment("N1", "RI", "Treasury", "92", number))
	}
	payee := func() string {
		_, _, attributes := w.partner(proposer)
		return attributes["payee"]
	}
	w.untouched(func() { w.entered(1, paid("10051")...) }) // it is paid itself
	w.quiet("second")

	w.entered(2, paid("10045")...)
	require.Equal(t, bearing, payee(), "as M3 has the number")
	w.sync("third", false)
	r := w.settle(w.discovered()[0], choose("kim", "payee", "cleo"), choose("lee", "payee", "cleo"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, bearing, w.supplier(proposer)["PRSU"])
	w.untouched(func() { w.entered(3, paid("10045")...) }) // the same payee
	w.quiet("fourth")

	w.entered(4, paid("10051")...)
	require.Equal(t, proposer, payee(), "it no longer wants another one to be paid")
	w.sync("fifth", false)
	require.Equal(t, trade.ReasonRemitChange, w.settleAll()[0].Reason.Code)
	require.Equal(t, bearing, w.supplier(proposer)["PRSU"])
}

// TestAnotherAddressOfTheSupplierIsAcceptedByTwoPeople tells of a new lockbox under the supplier's own number.
func TestAnotherAddressOfTheSupplierIsAcceptedByTwoPeople(t *testing.T) {
	w := agreed(t)
	s := edi.NewSegment
	r := w.profile(1, append(self(mail("new@fastener.example")), s("N1", "RI", "Fastener Lockbox", "92", proposer), s("N3", "PO Box 7"), s("N4", "Reno", "NV"))...)
	w.untouched(func() {
		r = w.propose(r, choose("kim"))
		requireStop(t, stop{trade.ReasonRemitChange, trade.ClassData, trade.StateParked, "N1[2]",
			`to be paid elsewhere: "Fastener Lockbox", number (92) ` + proposer + `, PO Box 7, Reno, NV, which kim accepts`}, r)
	})
	require.Equal(t, trade.StateSynced, w.propose(r, choose("lee")).State)
	_, _, attributes := w.partner(proposer)
	require.Equal(t, []string{"new@fastener.example", ""}, []string{attributes["email"], attributes["payee"]})
}

// TestASupplierMaySayThatItIsPaidItselfWhereM3PaysAnother has a payee in M3 about which people were asked, and that Cleo never got.
func TestASupplierMaySayThatItIsPaidItselfWhereM3PaysAnother(t *testing.T) {
	w := agreed(t)
	w.inSupplier(proposer, "PRSU", bearing)
	w.sync("second", false)
	require.Equal(t, trade.ReasonRemitChange, w.settleAll()[0].Reason.Code)
	w.entered(1, append(self(), edi.NewSegment("N1", "RI", "Treasury", "92", "10051"))...)
	_, _, attributes := w.partner(proposer)
	require.Equal(t, proposer, attributes["payee"])
	w.sync("third", false)
	all := w.settleAll()
	require.Contains(t, all[len(all)-1].Reason.Message, `payee (agreed "", M3 "`+bearing+`", Cleo "`+proposer+`")`)
	require.Equal(t, bearing, w.supplier(proposer)["PRSU"])
}
