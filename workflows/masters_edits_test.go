package workflows

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// editable are fields that people edit on both sides, with the MI field of each; newest are those whose last change
// stands, the others are Infor's.
var (
	editable = map[string]string{"name": "SUNM", "email": "EMAL", "phone": "PHNO", "town": "TOWN", "vatNumber": "VRNO", "buyer": "BUYE"}
	newest   = map[string]bool{"email": true, "phone": true}
)

// edits are what people entered, by supplier and field.
type edits map[[2]string]string

// editBoth makes ten random edits on each side; a field may be hit twice, and on both sides.
func (w *world) editBoth(random *rand.Rand, round int) (inM3, atCleo edits) {
	fields, codes := []string{"name", "email", "phone", "town", "vatNumber", "buyer"}, w.codes()[:8]
	inM3, atCleo = edits{}, edits{}
	for i := range 10 {
		for side, made := range []edits{inM3, atCleo} {
			code, field := codes[random.IntN(len(codes))], fields[random.IntN(len(fields))]
			value := fmt.Sprintf("%s%d%d%d", map[int]string{0: "m", 1: "c"}[side], round, side, i)
			if field == "phone" { // compared by its digits
				value = fmt.Sprintf("555 %d%d%d", round, side, i)
			}
			if made[[2]string{code, field}] = value; side == 0 {
				w.inSupplier(code, editable[field], value)
			} else {
				w.atCleo(code, field, value)
			}
		}
	}
	return inM3, atCleo
}

// TestAfterRandomEditsBothSidesAgreeOrAPersonIsAsked edits both sides and syncs, several rounds long. What stands in
// each field is what its owner says, and what is asked has both values as they were entered.
func TestAfterRandomEditsBothSidesAgreeOrAPersonIsAsked(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w, random := agreed(t), rand.New(rand.NewPCG(seed, seed))
			for round := range 2 {
				before := w.everything()
				inM3, atCleo := w.editBoth(random, round)
				w.sync(fmt.Sprint("round ", round), false)
				w.settleAll()
				for _, code := range w.codes()[:8] {
					for field := range editable {
						w.requireField(before, inM3, atCleo, [2]string{code, field})
					}
				}
				w.quiet(fmt.Sprint("after ", round))
				w.decideAll()
				w.quiet(fmt.Sprint("decided ", round))
			}
		})
	}
}

// everything is what M3 has in each field.
func (w *world) everything() edits {
	all := edits{}
	for _, code := range w.codes() {
		supplier := w.supplier(code)
		for field, mi := range editable {
			all[[2]string{code, field}] = supplier[mi]
		}
	}
	return all
}

// requireField holds a field on both sides against what people entered and what its owner says of it.
func (w *world) requireField(before, inM3, atCleo edits, at [2]string) {
	w.t.Helper()
	_, _, attributes := w.partner(at[0])
	is := []string{w.supplier(at[0])[editable[at[1]]], attributes[at[1]]}
	here, hereEdited := inM3[at]
	there, thereEdited := atCleo[at]
	switch {
	case hereEdited && thereEdited && newest[at[1]]:
		require.Equal(w.t, []string{here, there}, is, "%s is left as it is", at)
		asked := w.differences(at[0])
		last := asked[len(asked)-1]
		require.Equal(w.t, trade.StateParked, last.State)
		require.Contains(w.t, last.Reason.Message, fmt.Sprintf("%s (agreed %q, M3 %q, Cleo %q)", at[1], before[at], here, there))
	case hereEdited:
		require.Equal(w.t, []string{here, here}, is, "%s", at)
	case thereEdited && newest[at[1]]:
		require.Equal(w.t, []string{there, there}, is, "%s", at)
	default:
		require.Equal(w.t, []string{before[at], before[at]}, is, "%s", at)
	}
}

// decideAll lets a person take Cleo's value wherever one is asked.
func (w *world) decideAll() {
	w.t.Helper()
	for _, code := range w.codes()[:8] {
		for _, r := range w.differences(code) {
			if r.State != trade.StateParked {
				continue
			}
			var pairs []string
			_, _, attributes := w.partner(code)
			for field := range newest {
				if w.supplier(code)[editable[field]] != attributes[field] {
					pairs = append(pairs, field, "cleo")
				}
			}
			require.Equal(w.t, trade.StateSynced, w.settle(r, choose("kim", pairs...)).State)
		}
	}
}
