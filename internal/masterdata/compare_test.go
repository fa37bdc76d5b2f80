package masterdata

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// supplierEntity has a field of every kind.
func supplierEntity() Entity {
	return Entity{
		Name: "supplier",
		Fields: []Field{
			{Name: "name", Owner: OwnerInfor},
			{Name: "alias", Owner: OwnerCleo, Same: SameCaseless},
			{Name: "mail", Owner: OwnerNewest, Same: SameTrimmed},
			{Name: "fax", Owner: OwnerNewest, Same: SameDigits},
			{Name: "note", Owner: OwnerManual, Same: SameExact},
			{Name: "bank", Owner: OwnerInfor, Guarded: true},
			{Name: "status", Owner: OwnerInfor},
		},
		CreateInfor: CreatePark, CreateCleo: CreateAlways, StatusField: "status", Inactive: "90",
	}
}

func day(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }

// TestAFieldIsDecidedByItsOwner is the table of the package comment: agreed, M3 and Cleo,
// with the day each side was changed, and what becomes of the field.
func TestAFieldIsDecidedByItsOwner(t *testing.T) {
	const guarded Owner = "guarded"
	for _, test := range []struct {
		what                string
		owner               Owner
		agreed, infor, cleo string
		days                [2]int
		change              Change
		action              Action
		told                bool
		next                string
	}{
		{"nothing happened", OwnerInfor, "a", "a", "a", [2]int{}, Unchanged, None, false, "a"},
		{"the owner edited", OwnerInfor, "a", "b", "a", [2]int{}, ChangedInfor, WriteCleo, false, "b"},
		{"the owner cleared", OwnerInfor, "a", "", "a", [2]int{}, ChangedInfor, WriteCleo, false, ""},
		{"the other edited", OwnerInfor, "a", "a", "c", [2]int{}, ChangedCleo, WriteCleo, true, "a"},
		{"the other cleared", OwnerInfor, "a", "a", "", [2]int{}, ChangedCleo, WriteCleo, true, "a"},
		{"both edited, the other later", OwnerInfor, "a", "b", "c", [2]int{1, 2}, ChangedBoth, WriteCleo, true, "b"},
		{"both edited alike", OwnerInfor, "a", "b", "b", [2]int{}, ChangedAlike, None, false, "b"},
		{"never compared, both have it", OwnerInfor, "", "b", "c", [2]int{}, ChangedBoth, WriteCleo, true, "b"},

		{"nothing happened", OwnerCleo, "a", "a", "a", [2]int{}, Unchanged, None, false, "a"},
		{"the other edited", OwnerCleo, "a", "b", "a", [2]int{}, ChangedInfor, WriteInfor, true, "a"},
		{"the owner edited", OwnerCleo, "a", "a", "c", [2]int{}, ChangedCleo, WriteInfor, false, "c"},
		{"the owner cleared", OwnerCleo, "a", "a", "", [2]int{}, ChangedCleo, WriteInfor, false, ""},
		{"both edited, the other later", OwnerCleo, "a", "b", "c", [2]int{2, 1}, ChangedBoth, WriteInfor, true, "c"},
		{"both edited alike", OwnerCleo, "a", "b", "b", [2]int{}, ChangedAlike, None, false, "b"},

		{"nothing happened", OwnerNewest, "a", "a", "a", [2]int{1, 2}, Unchanged, None, false, "a"},
		{"M3 edited, Cleo touched later", OwnerNewest, "a", "b", "a", [2]int{1, 2}, ChangedInfor, WriteCleo, false, "b"},
		{"Cleo edited, M3 touched later", OwnerNewest, "a", "a", "c", [2]int{2, 1}, ChangedCleo, WriteInfor, false, "c"},
		{"both edited, M3 later", OwnerNewest, "a", "b", "c", [2]int{2, 1}, ChangedBoth, WriteCleo, true, "b"},
		{"both edited, Cleo later", OwnerNewest, "a", "b", "c", [2]int{1, 2}, ChangedBoth, WriteInfor, true, "c"},
		{"both edited, M3 later, by clearing", OwnerNewest, "a", "", "c", [2]int{2, 1}, ChangedBoth, WriteCleo, true, ""},
		{"both edited at once", OwnerNewest, "a", "b", "c", [2]int{1, 1}, ChangedBoth, Conflict, false, "a"},
		{"both edited, M3 nobody knows when", OwnerNewest, "a", "b", "c", [2]int{0, 2}, ChangedBoth, Conflict, false, "a"},
		{"both edited, Cleo nobody knows when", OwnerNewest, "a", "b", "c", [2]int{2, 0}, ChangedBoth, Conflict, false, "a"},
		{"both edited alike", OwnerNewest, "a", "b", "b", [2]int{}, ChangedAlike, None, false, "b"},
		{"never compared, M3 has it", OwnerNewest, "", "b", "", [2]int{1, 2}, ChangedInfor, WriteCleo, false, "b"},
		{"never compared, Cleo has it", OwnerNewest, "", "", "c", [2]int{2, 1}, ChangedCleo, WriteInfor, false, "c"},

		{"nothing happened", OwnerManual, "a", "a", "a", [2]int{}, Unchanged, None, false, "a"},
		{"M3 edited", OwnerManual, "a", "b", "a", [2]int{2, 1}, ChangedInfor, Conflict, false, "a"},
		{"Cleo edited", OwnerManual, "a", "a", "c", [2]int{1, 2}, ChangedCleo, Conflict, false, "a"},
		{"both edited", OwnerManual, "a", "b", "c", [2]int{1, 2}, ChangedBoth, Conflict, false, "a"},
		{"both edited alike", OwnerManual, "a", "b", "b", [2]int{}, ChangedAlike, None, false, "b"},
		{"an owner nobody knows", "warehouse", "a", "b", "a", [2]int{}, ChangedInfor, Conflict, false, "a"},

		{"nothing happened", guarded, "a", "a", "a", [2]int{}, Unchanged, None, false, "a"},
		{"M3 edited", guarded, "a", "b", "a", [2]int{}, ChangedInfor, Conflict, false, "a"},
		{"Cleo edited", guarded, "a", "a", "c", [2]int{}, ChangedCleo, Conflict, false, "a"},
		{"both edited", guarded, "a", "b", "c", [2]int{1, 2}, ChangedBoth, Conflict, false, "a"},
		{"both edited alike", guarded, "a", "b", "b", [2]int{}, ChangedAlike, Conflict, false, "a"},
		{"both cleared", guarded, "a", "", "", [2]int{}, ChangedAlike, Conflict, false, "a"},
		{"never compared, alike", guarded, "", "b", "b", [2]int{}, ChangedAlike, None, false, "b"},
		{"never compared, M3 has it", guarded, "", "b", "", [2]int{}, ChangedInfor, Conflict, false, ""},
	} {
		owners := []Field{{Name: "field", Owner: test.owner}}
		if test.owner == guarded {
			owners = nil
			for _, owner := range []Owner{OwnerInfor, OwnerCleo, OwnerNewest, OwnerManual} {
				owners = append(owners, Field{Name: "field", Owner: owner, Guarded: true})
			}
		}
		for _, field := range owners {
			t.Run(string(test.owner)+", "+test.what, func(t *testing.T) {
				side := func(value string, n int) Side {
					s := Side{Exists: true, Values: Values{"field": value}}
					if n > 0 {
						s.Changed = day(n)
					}
					return s
				}
				d := Compare(Entity{Name: "thing", Fields: []Field{field}}, "1", Values{"field": test.agreed}, side(test.infor, test.days[0]), side(test.cleo, test.days[1]))
				require.Equal(t, []FieldDecision{{Field: field, Agreed: test.agreed, Infor: test.infor, Cleo: test.cleo,
					Change: test.change, Action: test.action, Overwritten: test.told}}, d.Fields)
				want := map[Action][2]Values{None: {{}, {}}, Conflict: {{}, {}}, WriteInfor: {{"field": test.next}, {}}, WriteCleo: {{}, {"field": test.next}}}[test.action]
				require.Equal(t, want, [2]Values{d.ToInfor, d.ToCleo})
				require.Equal(t, test.next, d.Next["field"])
				require.Equal(t, test.action == Conflict, len(d.Conflicts()) == 1)
				require.Equal(t, test.told, len(d.Overwritten()) == 1)
				require.Equal(t, len(d.ToInfor)+len(d.ToCleo) == 0, d.Empty())
			})
		}
	}
}

func TestValuesAreComparedInTheFormOfTheField(t *testing.T) {
	for _, test := range []struct {
		same  Same
		a, b  string
		equal bool
	}{
		{SameExact, "Acme", "Acme ", false}, {"", "Acme", "acme", false}, {SameExact, "x", "x", true},
		{SameTrimmed, "Acme", " Acme  ", true}, {SameTrimmed, "Acme", "ACME", false}, {SameTrimmed, "", "  ", true},
		{SameCaseless, "Çelik ", "ÇELIK", true}, {SameCaseless, "Acme", "Acne", false},
		{SameDigits, "+1 (555) 12-34", "15551234", true}, {SameDigits, "5551234", "5551235", false}, {SameDigits, "none", "", true},
	} {
		entity := Entity{Name: "thing", Fields: []Field{{Name: "field", Owner: OwnerInfor, Same: test.same}}}
		d := Compare(entity, "1", nil, Side{Exists: true, Values: Values{"field": test.a}}, Side{Exists: true, Values: Values{"field": test.b}})
		require.Equal(t, test.equal, d.Empty(), "%s: %q and %q", test.same, test.a, test.b)
	}
	entity := Entity{Name: "thing", Fields: []Field{{Name: "phone", Owner: OwnerInfor, Same: SameDigits}}}
	d := Compare(entity, "1", nil, Side{Exists: true, Values: Values{"phone": "+1 555"}}, Side{Exists: true, Values: Values{"phone": "4"}})
	require.Equal(t, Values{"phone": "+1 555"}, d.ToCleo, "what is written is the value as it stands")
	d = Compare(entity, "1", nil, Side{Exists: true, Values: Values{"phone": "none"}}, Side{Exists: true, Values: Values{"phone": "4"}})
	require.Equal(t, Values{"phone": ""}, d.ToCleo, "a value without a digit is none")
}

func TestATimeOfADayTellsLessThanAnInstant(t *testing.T) {
	entity := Entity{Name: "thing", Fields: []Field{{Name: "field", Owner: OwnerNewest}}}
	decide := func(infor, cleo Side) Action {
		infor.Exists, infor.Values, cleo.Exists, cleo.Values = true, Values{"field": "b"}, true, Values{"field": "c"}
		return Compare(entity, "1", Values{"field": "a"}, infor, cleo).Fields[0].Action
	}
	dated := func(n int) Side { return Side{Changed: day(n), Precision: 24 * time.Hour} }
	noon := Side{Changed: day(2).Add(12 * time.Hour)}
	require.Equal(t, Conflict, decide(dated(2), noon), "M3 may have changed before noon or after it")
	require.Equal(t, WriteInfor, decide(dated(1), noon))
	require.Equal(t, WriteCleo, decide(dated(3), noon))
	require.Equal(t, Conflict, decide(dated(2), dated(2)))
	require.Equal(t, WriteCleo, decide(dated(3), dated(2)), "the day begins when the one before it is over")
}

func TestARecordThatOneSideHas(t *testing.T) {
	values := Values{"name": "Acme", "alias": "ACME", "mail": " ", "note": "n", "bank": "DE01", "status": "20", "other": "not ours"}
	written := Values{"name": "Acme", "alias": "ACME", "note": "n", "status": "20"}
	agreed := Values{"name": "Acme", "bank": "DE01", "status": "20"}
	has, lacks, bare, inactive := Side{Exists: true, Values: values}, Side{Values: Values{"name": "left over"}}, Side{Exists: true}, Values{"status": "90"}
	rules := func(infor, cleo Creation) Entity {
		e := supplierEntity()
		e.CreateInfor, e.CreateCleo = infor, cleo
		return e
	}
	template, again := rules(CreateFromTemplate, CreateAlways), with(written, "bank", "DE01")
	for name, test := range map[string]struct {
		entity      Entity
		agreed      Values
		infor, cleo Side
		want        Decision // but for its Fields, of which the conflicts are counted
		conflicts   int
	}{
		"new in M3, created":      {rules(CreateNever, CreateAlways), nil, has, lacks, Decision{Create: Cleo, ToCleo: written, Next: written}, 1},
		"new in M3, parked":       {rules(CreateNever, CreatePark), nil, has, lacks, Decision{Parked: Cleo}, 0},
		"new in M3, left":         {rules(CreateFromTemplate, CreateNever), nil, has, lacks, Decision{}, 0},
		"new at Cleo, created":    {rules(CreateFromTemplate, CreateNever), nil, lacks, has, Decision{Create: Infor, ToInfor: written, Next: written}, 1},
		"new at Cleo, parked":     {rules(CreatePark, CreateNever), nil, lacks, has, Decision{Parked: Infor}, 0},
		"new at Cleo, left":       {rules(CreateNever, CreateAlways), nil, lacks, has, Decision{}, 0},
		"new at Cleo, no rule":    {rules("", CreateAlways), nil, lacks, has, Decision{Parked: Infor}, 0},
		"new at Cleo, no values":  {rules(CreateFromTemplate, CreateNever), nil, lacks, bare, Decision{Create: Infor, Next: Values{}}, 0},
		"deleted at Cleo":         {rules(CreateNever, CreateAlways), agreed, has, lacks, Decision{Deleted: Cleo, Create: Cleo, ToCleo: written, Next: again}, 1},
		"deleted at Cleo, parked": {rules(CreateNever, CreatePark), agreed, has, lacks, Decision{Deleted: Cleo, Parked: Cleo, Next: agreed}, 0},
		"deleted at Cleo, left":   {rules(CreateNever, CreateNever), agreed, has, lacks, Decision{Deleted: Cleo, Next: agreed}, 0},
		"deleted in M3":           {template, agreed, lacks, has, Decision{Deleted: Infor, Deactivate: true, ToCleo: inactive, Next: with(agreed, "status", "90")}, 0},
		"deleted in M3, again":    {template, agreed, lacks, Side{Exists: true, Values: inactive}, Decision{Deleted: Infor, Next: with(agreed, "status", "90")}, 0},
		"deleted in M3, bare":     {template, Values{}, lacks, bare, Decision{Deleted: Infor, Deactivate: true, ToCleo: inactive, Next: inactive}, 0},
		"deleted in M3, no field": {Entity{Name: "supplier"}, agreed, lacks, has, Decision{Deleted: Infor, Next: agreed}, 0},
		"deleted on both":         {supplierEntity(), agreed, lacks, lacks, Decision{Deleted: Both}, 0},
		"never on either":         {supplierEntity(), nil, lacks, lacks, Decision{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := Compare(test.entity, "10042", test.agreed, test.infor, test.cleo)
			require.Len(t, d.Conflicts(), test.conflicts, "a guarded value is not created")
			got := d
			got.Fields = nil
			want := test.want
			want.Entity, want.Key, want.ToInfor, want.ToCleo = "supplier", "10042", want.ToInfor.clone(), want.ToCleo.clone()
			require.Equal(t, want, got)
			require.Equal(t, d.Create == Neither && !d.Deactivate, d.Empty())
		})
	}
}

func with(v Values, name, value string) Values {
	out := v.clone()
	out[name] = value
	return out
}

func TestAnEditOfWhatIsMadeInactiveIsTold(t *testing.T) {
	agreed := Values{"status": "20"}
	untouched := Compare(supplierEntity(), "1", agreed, Side{}, Side{Exists: true, Values: Values{"status": "20"}})
	require.Empty(t, untouched.Overwritten())
	edited := Compare(supplierEntity(), "1", agreed, Side{}, Side{Exists: true, Values: Values{"status": "50"}})
	require.Equal(t, Values{"status": "90"}, edited.ToCleo)
	require.Len(t, edited.Overwritten(), 1)
}

func TestADeletedRecordComesBack(t *testing.T) {
	agreed := Values{"name": "Acme", "status": "90"}
	d := Compare(supplierEntity(), "1", agreed, Side{Exists: true, Values: Values{"name": "Acme", "status": "20"}}, Side{Exists: true, Values: agreed})
	require.Equal(t, Values{"status": "20"}, d.ToCleo)
	require.Empty(t, d.Overwritten())
	require.Equal(t, Neither, d.Deleted)
}

func TestAcceptingWhatParkedIsComparingByTheOtherRule(t *testing.T) {
	entity, cleo := supplierEntity(), Side{Exists: true, Values: Values{"name": "Acme"}}
	require.Equal(t, Infor, Compare(entity, "1", nil, Side{}, cleo).Parked)
	entity.CreateInfor = CreateFromTemplate
	accepted := Compare(entity, "1", nil, Side{}, cleo)
	require.Equal(t, Infor, accepted.Create)
	require.Equal(t, Values{"name": "Acme"}, accepted.ToInfor)
}

func TestWhatIsAgreedSurvivesStorage(t *testing.T) {
	for _, agreed := range []Values{nil, {}, {"name": "Acme"}} {
		content, err := json.Marshal(agreed)
		require.NoError(t, err)
		var back Values
		require.NoError(t, json.Unmarshal(content, &back))
		require.Equal(t, agreed, back, "nil is not the same as nothing")
	}
}

func TestComparingChangesNothingOfItsInput(t *testing.T) {
	agreed, infor, cleo := Values{"name": "a", "gone": "x"}, Values{"name": "b"}, Values{"name": "c"}
	d := Compare(supplierEntity(), "1", agreed, Side{Exists: true, Values: infor}, Side{Exists: true, Values: cleo})
	require.Equal(t, Values{"name": "b"}, d.Next, "a field that is configured no more is forgotten")
	d.Next["name"], d.ToCleo["name"] = "z", "z"
	require.Equal(t, []Values{{"name": "a", "gone": "x"}, {"name": "b"}, {"name": "c"}}, []Values{agreed, infor, cleo})
	deleted := Compare(supplierEntity(), "1", agreed, Side{}, Side{Exists: true, Values: cleo})
	require.Equal(t, "90", deleted.Next["status"])
	require.Equal(t, Values{"name": "a", "gone": "x"}, agreed)
}
