package masterdata

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADescriptionIsChecked(t *testing.T) {
	require.NoError(t, supplierEntity().Check())
	for want, change := range map[string]func(*Entity){
		`entity "": give it a name and at least one field`:                                                               func(e *Entity) { e.Name = "" },
		`entity "supplier": give it a name and at least one field`:                                                       func(e *Entity) { e.Fields = nil },
		`entity supplier: field name "" is empty or stands twice; give each field a name of its own`:                     func(e *Entity) { e.Fields[1].Name = "" },
		`entity supplier: field name "name" is empty or stands twice; give each field a name of its own`:                 func(e *Entity) { e.Fields[1].Name = "name" },
		`entity supplier: owner of field alias is "us"; it must be one of infor, cleo, newest, manual`:                   func(e *Entity) { e.Fields[1].Owner = "us" },
		`entity supplier: same of field alias is "fuzzy"; it must be one of exact, trimmed, caseless, digits`:            func(e *Entity) { e.Fields[1].Same = "fuzzy" },
		`entity supplier: createInfor is "create"; it must be one of template, park, never`:                              func(e *Entity) { e.CreateInfor = CreateAlways },
		`entity supplier: createCleo is "template"; it must be one of create, park, never`:                               func(e *Entity) { e.CreateCleo = CreateFromTemplate },
		`entity supplier: createCleo is ""; it must be one of create, park, never`:                                       func(e *Entity) { e.CreateCleo = "" },
		`entity supplier: statusField "STAT" is none of its fields; name the field that says whether a record is active`: func(e *Entity) { e.StatusField = "STAT" },
		`entity supplier: statusField bank is guarded and could never be written; guard another field`:                   func(e *Entity) { e.StatusField = "bank" },
		`entity supplier: inactive "" is empty; give the value of status that a deleted record gets`:                     func(e *Entity) { e.Inactive = "" },
	} {
		e := supplierEntity()
		change(&e)
		require.EqualError(t, e.Check(), want)
	}
}

func TestASnapshotIsTheSameForEqualValues(t *testing.T) {
	v := Values{"name": "Acme & Söhne", "alias": "a", "mail": ""}
	require.JSONEq(t, `{"alias":"a","name":"Acme & Söhne"}`, string(v.Snapshot()))
	require.Equal(t, v.Snapshot(), Values{"alias": "a", "name": "Acme & Söhne", "fax": ""}.Snapshot())
	require.Contains(t, v, "mail", "a snapshot changes nothing")
	require.Equal(t, "{}", string(Values(nil).Snapshot()))
	require.Equal(t, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", Values{}.Checksum())
	require.NotEqual(t, Values{"a": "b"}.Checksum(), Values{"a": "c"}.Checksum())
	require.NotEqual(t, Values{"a": "b"}.Checksum(), Values{"b": "a"}.Checksum())
}
