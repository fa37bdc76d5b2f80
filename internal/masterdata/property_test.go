package masterdata

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pair is a record on two sides that people edit, and what our own bookkeeping agreed on.
// Its expectations come from the edits alone, never from what the engine says of them.
type pair struct {
	*rand.Rand
	*testing.T
	entity      Entity
	infor, cleo Side
	agreed      Values
	// settled is what both sides held of a field when they were last alike.
	settled Values
	clock   int
	met     map[string]int
}

func newPair(t *testing.T, r *rand.Rand, met map[string]int) *pair {
	p := &pair{Rand: r, T: t, settled: Values{}, met: met}
	p.entity = Entity{Name: "thing", StatusField: "status", Inactive: "90",
		CreateInfor: inforRules[r.IntN(3)], CreateCleo: cleoRules[r.IntN(3)],
		Fields: []Field{{Name: "status", Owner: OwnerInfor}}}
	for i := range 1 + r.IntN(6) {
		p.entity.Fields = append(p.entity.Fields, Field{Name: fmt.Sprint("f", i), Owner: owners[r.IntN(4)], Same: forms[r.IntN(4)], Guarded: r.IntN(5) == 0})
	}
	require.NoError(t, p.entity.Check())
	for _, side := range []*Side{&p.infor, &p.cleo} {
		if r.IntN(3) > 0 {
			p.enter(side)
		}
	}
	return p
}

// alike compares two values by what the form means, written down once more.
func alike(same Same, a, b string) bool {
	switch same {
	case SameTrimmed:
		return strings.Trim(a, " ") == strings.Trim(b, " ")
	case SameCaseless:
		return strings.EqualFold(strings.Trim(a, " "), strings.Trim(b, " "))
	case SameDigits:
		return strings.Trim(a, " aAbB") == strings.Trim(b, " aAbB")
	}
	return a == b
}

func (p *pair) value() string {
	return []string{"", " ", "a1", "A1", " a1 ", "b1", "a2", "B2"}[p.IntN(8)]
}

// enter makes the record on a side by hand.
func (p *pair) enter(s *Side) {
	*s = Side{Exists: true, Values: Values{"status": "20"}}
	for _, f := range p.entity.Fields[1:] {
		s.Values[f.Name] = p.value()
	}
	p.touched(s)
}

// touched is the time of a hand: known, unknown or no better than a few ticks.
func (p *pair) touched(s *Side) {
	p.clock += p.IntN(3)
	s.Changed, s.Precision = time.Unix(int64(p.clock), 0), time.Duration(p.IntN(3))*time.Second
	if p.IntN(4) == 0 {
		s.Changed = time.Time{}
	}
}

// edit lets people work on both sides.
func (p *pair) edit() {
	for _, s := range []*Side{&p.infor, &p.cleo} {
		switch roll := p.IntN(12); {
		case roll == 0:
			*s = Side{}
		case !s.Exists && roll < 6:
			p.enter(s)
		case s.Exists && roll < 9:
			for range p.IntN(4) {
				s.Values[p.entity.Fields[p.IntN(len(p.entity.Fields))].Name] = p.value()
				p.touched(s)
			}
		}
	}
}

// compare is a run of the flow up to the decision; what was agreed comes from storage.
func (p *pair) compare() Decision {
	content, err := json.Marshal(p.agreed)
	require.NoError(p, err)
	var stored Values
	require.NoError(p, json.Unmarshal(content, &stored))
	return Compare(p.entity, "1", stored, p.infor, p.cleo)
}

// apply carries a decision out as the two systems would: a write of ours hides when
// somebody else changed the record.
func (p *pair) apply(d Decision) {
	for side, values := range map[*Side]Values{&p.infor: d.ToInfor, &p.cleo: d.ToCleo} {
		if d.Create == Infor && side == &p.infor || d.Create == Cleo && side == &p.cleo {
			*side = Side{Exists: true, Values: Values{}}
		}
		if len(values) > 0 {
			require.True(p, side.Exists, "no write to what is not there")
			side.Values, side.Changed = side.Values.clone(), time.Time{}
			maps.Copy(side.Values, values)
		}
	}
	p.agreed = d.Next
	for _, f := range p.entity.Fields {
		if p.infor.Exists && p.cleo.Exists && fieldOf(d, f.Name).Action != Conflict {
			p.settled[f.Name] = p.infor.Values[f.Name]
		}
	}
	switch {
	case !p.infor.Exists && !p.cleo.Exists:
		p.settled = Values{}
	case !p.infor.Exists && p.agreed != nil:
		p.settled["status"] = "90"
	}
}

// judge holds a decision against what people did.
func (p *pair) judge(d Decision) {
	for side, values := range map[*Side]Values{&p.infor: d.ToInfor, &p.cleo: d.ToCleo} {
		for name, value := range values {
			f := fieldOf(d, name)
			require.False(p, f.Guarded, "a guarded field is written: %+v", d)
			require.False(p, alike(f.Same, side.values()[name], value), "a write without a difference: %+v", d)
		}
	}
	switch {
	case p.infor.Exists && p.cleo.Exists:
		require.Equal(p, []any{Neither, Neither, Neither, false}, []any{d.Create, d.Parked, d.Deleted, d.Deactivate})
		for _, f := range p.entity.Fields {
			p.judgeField(d, f)
		}
	case p.infor.Exists:
		p.met["only M3, "+string(p.entity.CreateCleo)]++
		require.Equal(p, p.entity.CreateCleo == CreateAlways, d.Create == Cleo)
		require.Equal(p, p.entity.CreateCleo == CreatePark, d.Parked == Cleo)
		require.Empty(p, d.ToInfor, "the only record there is stays as it is")
	case p.cleo.Exists && p.agreed == nil:
		p.met["only Cleo, "+string(p.entity.CreateInfor)]++
		require.Equal(p, p.entity.CreateInfor == CreateFromTemplate, d.Create == Infor)
		require.Equal(p, p.entity.CreateInfor == CreatePark, d.Parked == Infor)
		require.Empty(p, d.ToCleo, "the only record there is stays as it is")
	case p.cleo.Exists:
		p.met["deleted in M3"]++
		require.Equal(p, p.cleo.Values["status"] != "90", d.Deactivate)
		require.Equal(p, d.Deactivate, maps.Equal(d.ToCleo, Values{"status": "90"}))
		require.Empty(p, d.ToInfor)
	default:
		require.True(p, d.Empty())
	}
}

// judgeField says what must become of a field that both sides have.
func (p *pair) judgeField(d Decision, f Field) {
	is := fieldOf(d, f.Name)
	infor, cleo, was := p.infor.Values[f.Name], p.cleo.Values[f.Name], p.settled[f.Name]
	byInfor, byCleo := !alike(f.Same, infor, was), !alike(f.Same, cleo, was)
	_, toInfor := d.ToInfor[f.Name]
	_, toCleo := d.ToCleo[f.Name]
	require.Equal(p, toInfor && byInfor || toCleo && byCleo, is.Overwritten, "an edit vanishes unseen: %+v", is)
	times := !p.infor.Changed.IsZero() && !p.cleo.Changed.IsZero()
	stands := "either"
	switch {
	case f.Guarded:
		if firstAlike := alike(f.Same, infor, cleo) && alike(f.Same, was, ""); (byInfor || byCleo) && !firstAlike {
			stands = "conflict"
		}
	case alike(f.Same, infor, cleo):
	case f.Owner == OwnerManual:
		stands = "conflict"
	case f.Owner == OwnerInfor, f.Owner == OwnerNewest && !byCleo:
		stands = "infor"
	case f.Owner == OwnerCleo, f.Owner == OwnerNewest && !byInfor:
		stands = "cleo"
	case times && p.infor.Changed.Sub(p.cleo.Changed) >= max(p.cleo.Precision, 1):
		stands = "infor"
	case times && p.cleo.Changed.Sub(p.infor.Changed) >= max(p.infor.Precision, 1):
		stands = "cleo"
	default:
		stands = "conflict"
	}
	what := string(f.Owner)
	if f.Guarded {
		what = "guarded"
	}
	p.met[what+" "+stands]++
	switch stands {
	case "infor":
		require.True(p, !toInfor && toCleo && alike(f.Same, d.ToCleo[f.Name], infor), "the edit in M3 is lost: %+v", is)
	case "cleo":
		require.True(p, !toCleo && toInfor && alike(f.Same, d.ToInfor[f.Name], cleo), "the edit at Cleo is lost: %+v", is)
	case "conflict":
		require.Equal(p, Conflict, is.Action, "%+v", is)
		require.True(p, alike(f.Same, was, d.Next[f.Name]), "a conflict keeps what was agreed: %+v", is)
		require.False(p, toInfor || toCleo, "a conflict writes nothing: %+v", is)
	default:
		require.Equal(p, None, is.Action, "%+v", is)
	}
}

// question is what a decision asks of people.
func question(d Decision) string {
	return fmt.Sprint(d.Question(), d.Parked, d.Conflicts())
}

// decideByHand resolves some of the conflicts, and says what is to stand on both sides.
func (p *pair) decideByHand(d Decision) (Decision, Values) {
	choices, want := map[string]Choice{}, Values{}
	for _, f := range d.Conflicts() {
		switch p.IntN(4) {
		case 0:
			choices[f.Name], want[f.Name] = Choice{Side: Infor}, f.Infor
		case 1:
			choices[f.Name], want[f.Name] = Choice{Side: Cleo}, f.Cleo
		case 2:
			choices[f.Name] = Choice{Value: p.value()}
			want[f.Name] = choices[f.Name].Value
		}
	}
	out, err := Resolve(d, choices)
	require.NoError(p, err)
	require.Len(p, out.Conflicts(), len(d.Conflicts())-len(choices))
	return out, want
}

// TestNoHistoryOfEditsLosesOne lets people edit, delete and create on both sides, by random
// rules, and holds each run against what they did: no edit of the owner is lost and none of
// the other side vanishes unseen, nothing is written without a difference, and after one run
// nothing is left to do but what waits for a person.
func TestNoHistoryOfEditsLosesOne(t *testing.T) {
	const histories, runs = 600, 12
	met := map[string]int{}
	for seed := range uint64(histories) {
		p := newPair(t, rand.New(rand.NewPCG(seed, 7)), met)
		for range runs {
			d := p.compare()
			p.judge(d)
			p.apply(d)
			again := p.compare()
			require.True(t, again.Empty(), "seed %d: the second run writes: %+v", seed, again)
			require.Equal(t, question(d), question(again), "seed %d: what waits for a person stands", seed)
			require.Equal(t, d.Next.Checksum(), again.Next.Checksum(), "seed %d", seed)
			if len(again.Conflicts()) > 0 && p.IntN(3) == 0 {
				p.resolve(again)
			}
			p.edit()
		}
	}
	t.Log(met)
	for _, what := range []string{"infor infor", "infor either", "cleo cleo", "cleo either", "newest infor", "newest cleo", "newest conflict", "newest either",
		"manual conflict", "manual either", "guarded conflict", "guarded either", "only M3, create", "only M3, park", "only M3, never",
		"only Cleo, template", "only Cleo, park", "only Cleo, never", "deleted in M3", "resolved"} {
		require.Greater(t, met[what], 50, "%s was tried", what)
	}
}

// resolve lets a person decide, and holds both sides against the choices.
func (p *pair) resolve(d Decision) {
	decided, want := p.decideByHand(d)
	p.apply(decided)
	for name, value := range want {
		p.met["resolved"]++
		f := fieldOf(d, name)
		require.True(p, alike(f.Same, value, p.infor.Values[name]) && alike(f.Same, value, p.cleo.Values[name]), "%+v", f)
	}
	again := p.compare()
	require.True(p, again.Empty(), "what a person decided is done: %+v", again)
	require.Equal(p, question(decided), question(again))
}
