package masterdata

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// disputed has a conflict in bank and in note, and a write of name.
func disputed() Decision {
	return Compare(supplierEntity(), "10042", Values{"name": "a", "bank": "DE01", "note": "old"},
		Side{Exists: true, Values: Values{"name": "b", "bank": "DE02", "note": "m"}}, Side{Exists: true, Values: Values{"name": "a", "bank": "DE01", "note": "c"}})
}

func TestAPersonDecides(t *testing.T) {
	for name, test := range map[string]struct {
		choices             map[string]Choice
		toInfor, toCleo     Values
		next                Values
		action, other       Action // of bank, of note
		conflictsThatRemain int
	}{
		"nothing": {nil, Values{}, Values{"name": "b"}, Values{"name": "b", "bank": "DE01", "note": "old"}, Conflict, Conflict, 2},
		"M3 is right": {map[string]Choice{"bank": {Side: Infor}}, Values{}, Values{"name": "b", "bank": "DE02"},
			Values{"name": "b", "bank": "DE02", "note": "old"}, WriteCleo, Conflict, 1},
		"Cleo is right": {map[string]Choice{"bank": {Side: Cleo}}, Values{"bank": "DE01"}, Values{"name": "b"},
			Values{"name": "b", "bank": "DE01", "note": "old"}, WriteInfor, Conflict, 1},
		"as it was": {map[string]Choice{"note": {Value: "old"}}, Values{"note": "old"}, Values{"name": "b", "note": "old"},
			Values{"name": "b", "bank": "DE01", "note": "old"}, Conflict, WriteBoth, 1},
		"neither has it right": {map[string]Choice{"bank": {Value: "DE03"}, "note": {Side: Infor}}, Values{"bank": "DE03"}, Values{"name": "b", "bank": "DE03", "note": "m"},
			Values{"name": "b", "bank": "DE03", "note": "m"}, WriteBoth, WriteCleo, 0},
		"none": {map[string]Choice{"note": {}}, Values{"note": ""}, Values{"name": "b", "note": ""},
			Values{"name": "b", "bank": "DE01"}, Conflict, WriteBoth, 1},
	} {
		t.Run(name, func(t *testing.T) {
			before := disputed()
			after, err := Resolve(before, test.choices)
			require.NoError(t, err)
			require.Equal(t, disputed(), before, "the question stays as it was asked")
			require.Equal(t, test.toInfor, after.ToInfor)
			require.Equal(t, test.toCleo, after.ToCleo)
			require.Equal(t, test.next, after.Next)
			require.Equal(t, []Action{test.action, test.other}, []Action{fieldOf(after, "bank").Action, fieldOf(after, "note").Action})
			require.Len(t, after.Conflicts(), test.conflictsThatRemain)
			require.Equal(t, test.conflictsThatRemain == 0, after.Reason().IsZero())
			require.Empty(t, after.Overwritten(), "what a person chose needs no telling")
		})
	}
}

func fieldOf(d Decision, name string) FieldDecision {
	for _, f := range d.Fields {
		if f.Name == name {
			return f
		}
	}
	return FieldDecision{}
}

func TestAChangeAlikeIsAcceptedWithoutAWrite(t *testing.T) {
	both := Side{Exists: true, Values: Values{"bank": "DE02"}}
	d := Compare(supplierEntity(), "10042", Values{"bank": "DE01"}, both, both)
	require.Len(t, d.Conflicts(), 1)
	d, err := Resolve(d, map[string]Choice{"bank": {Side: Infor}})
	require.NoError(t, err)
	require.True(t, d.Empty())
	require.Equal(t, Values{"bank": "DE02"}, d.Next)
}

func TestAGuardedValueIsCreatedWhenAPersonDecidesSo(t *testing.T) {
	d := Compare(supplierEntity(), "10042", nil, Side{Exists: true, Values: Values{"name": "a", "bank": "DE01"}}, Side{})
	require.Equal(t, Values{"name": "a"}, d.ToCleo)
	d, err := Resolve(d, map[string]Choice{"bank": {Side: Infor}})
	require.NoError(t, err)
	require.Equal(t, Cleo, d.Create)
	require.Equal(t, Values{"name": "a", "bank": "DE01"}, d.ToCleo)
}

func TestADecisionAboutWhatIsInNoConflictIsRefused(t *testing.T) {
	for want, choices := range map[string]map[string]Choice{
		`supplier 10042: field "name" is in no conflict; choose for note, bank`:         {"name": {Side: Infor}, "bank": {Side: Infor}},
		`supplier 10042: field "nmae" is in no conflict; choose for note, bank`:         {"nmae": {Side: Infor}},
		`supplier 10042: field bank: "both" is no side; choose infor, cleo, or a value`: {"bank": {Side: Both}},
	} {
		d, err := Resolve(disputed(), choices)
		require.EqualError(t, err, want)
		require.Equal(t, disputed(), d, "nothing of it is resolved")
	}
	_, err := Resolve(Compare(supplierEntity(), "10042", nil, Side{}, Side{}), map[string]Choice{"name": {}})
	require.EqualError(t, err, `supplier 10042: field "name" is in no conflict; nothing of it waits for a decision`)
}

func TestAQuestionIsTheSameWhileItsValuesAre(t *testing.T) {
	question := func(key, bank, name string) string {
		return Compare(supplierEntity(), key, Values{"bank": "DE01"}, Side{Exists: true, Values: Values{"bank": bank, "name": name}},
			Side{Exists: true, Values: Values{"bank": "DE01"}}).Question()
	}
	asked := question("10042", "DE02", "a")
	require.Len(t, asked, 64)
	require.Equal(t, asked, question("10042", "DE02", "b"), "a field that is no conflict changes no question")
	require.NotEqual(t, asked, question("10042", "DE03", "a"))
	require.NotEqual(t, asked, question("10043", "DE02", "a"))
	require.Empty(t, question("10042", "DE01", "a"), "nothing is asked")
}
