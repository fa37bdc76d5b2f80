package masterdata_test

import (
	"fmt"

	"tradewind/internal/masterdata"
)

var supplier = masterdata.Entity{
	Name: "supplier",
	Fields: []masterdata.Field{
		{Name: "name", Owner: masterdata.OwnerInfor, Same: masterdata.SameTrimmed},
		{Name: "mail", Owner: masterdata.OwnerCleo, Same: masterdata.SameCaseless},
		{Name: "bankAccount", Owner: masterdata.OwnerInfor, Guarded: true},
		{Name: "status", Owner: masterdata.OwnerInfor},
	},
	CreateInfor: masterdata.CreatePark, CreateCleo: masterdata.CreateAlways,
	StatusField: "status", Inactive: "90",
}

// A supplier was renamed in M3, got another address at Cleo, and was to be paid elsewhere.
func ExampleCompare() {
	agreed := masterdata.Values{"name": "Acme", "mail": "old@acme.test", "bankAccount": "DE01", "status": "20"}
	infor := masterdata.Side{Exists: true, Values: masterdata.Values{"name": "Acme GmbH", "mail": "old@acme.test", "bankAccount": "DE02", "status": "20"}}
	cleo := masterdata.Side{Exists: true, Values: masterdata.Values{"name": "Acme", "mail": "new@acme.test", "bankAccount": "DE01", "status": "20"}}

	d := masterdata.Compare(supplier, "10042", agreed, infor, cleo)
	fmt.Println("to M3:", d.ToInfor)
	fmt.Println("to Cleo:", d.ToCleo)
	fmt.Println(d.Reason().Code, "because", d.Reason().Message)
	// Output:
	// to M3: map[mail:new@acme.test]
	// to Cleo: map[name:Acme GmbH]
	// REMIT_CHANGE because remit-to data changed: bankAccount (agreed "DE01", M3 "DE02", Cleo "DE01")
}

// Two people made sure that M3 has the right account.
func ExampleResolve() {
	d := masterdata.Compare(supplier, "10042", masterdata.Values{"bankAccount": "DE01"},
		masterdata.Side{Exists: true, Values: masterdata.Values{"bankAccount": "DE02"}},
		masterdata.Side{Exists: true, Values: masterdata.Values{"bankAccount": "DE01"}})
	d, err := masterdata.Resolve(d, map[string]masterdata.Choice{"bankAccount": {Side: masterdata.Infor}})
	fmt.Println(d.ToCleo, d.Reason().IsZero(), err)
	// Output: map[bankAccount:DE02] true <nil>
}
