package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// master keeps a version of a supplier, as a sync would: its company, its code, a day and its name. With a fifth
// argument, a file, it registers the difference that stands there, parked or in the state of a sixth one.
func master(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	a := storesOf(ctx, ts)
	defer a.Close()
	_, err := a.PublishFolder(ctx)
	ts.Check(err)
	from, err := time.Parse(time.DateOnly, args[2])
	ts.Check(err)
	_, err = a.Ledger.SaveMasters(ctx, []ledger.Master{{Entity: trade.EntitySupplier, Company: args[0], Code: args[1], Values: map[string]string{"name": args[3], "status": "active"}}}, trade.SourceInfor, from)
	ts.Check(err)
	if len(args) < 5 {
		return
	}
	content := []byte(ts.ReadFile(args[4]))
	if !json.Valid(content) {
		ts.Fatalf("%s is no JSON", args[4])
	}
	sha, err := a.Archive.Put(ctx, content)
	ts.Check(err)
	state := trade.StateParked
	if len(args) > 5 {
		state = trade.State(args[5])
	}
	_, err = a.Ledger.RegisterMaster(ctx, ledger.NewMaster{Flow: trade.Suppliers, Company: trade.Company{Cono: args[0]}, Number: args[1], Checksum: sha, Source: sha, State: state,
		Reason: trade.Data(trade.ReasonMasterConflict, "supplier "+args[1], "replay it", "M3 and Cleo differ in email")})
	ts.Check(err)
}

// approve notes that a person chose a value of where money goes, as a replay would: the record, the person, and the choice.
func approve(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	a := storesOf(ctx, ts)
	defer a.Close()
	_, err := a.Ledger.ApproveChoice(ctx, args[0], args[1], args[2])
	ts.Check(err)
}
