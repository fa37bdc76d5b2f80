package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
	"tradewind/sandbox/server"
)

// supplier keeps what M3 said of a supplier, as a sync would: its company, its number, the day, and its fields, such as name=Acme.
// The field cleo is the id of its trading partner. Without any field the supplier is gone; with the field left it has left those that
// are kept equal.
func supplier(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	a := storesOf(ctx, ts)
	defer a.Close()
	day, err := time.Parse(time.DateOnly, args[2])
	ts.Check(err)
	m := ledger.Master{Entity: trade.EntitySupplier, Company: args[0], Code: args[1], Values: map[string]string{}, Infor: ledger.MasterSide{Exists: len(args) > 3, SeenAt: day}}
	for _, field := range args[3:] {
		name, value, _ := strings.Cut(field, "=")
		m.Values[name] = value
	}
	m.Cleo.Reference = m.Values["cleo"]
	m.Cleo.Exists = m.Cleo.Reference != ""
	delete(m.Values, "cleo")
	if _, left := m.Values["left"]; !left {
		m.Infor.Checksum = masterdata.Values(m.Values).Checksum()
	}
	delete(m.Values, "left")
	_, err = a.Ledger.SaveMasters(ctx, []ledger.Master{m}, trade.SourceInfor, day)
	ts.Check(err)
}

// publish publishes the folder as a worker does that starts, and prints what holds then: whether it is armed, and with or without NEWBRG.
func publish(ts *testscript.TestScript, _ bool, _ []string) {
	ctx := context.Background()
	a := storesOf(ctx, ts)
	defer a.Close()
	_, err := a.PublishFolder(ctx)
	ts.Check(err)
	published, err := a.Configuration(ctx, "")
	ts.Check(err)
	armed, having := "not armed", "without"
	if published.Armed {
		armed = "armed"
	}
	if slices.ContainsFunc(published.Partners, func(p mapping.Profile) bool { return p.ID == "NEWBRG" }) {
		having = "with"
	}
	fmt.Fprintf(ts.Stdout(), "%s, %s NEWBRG\n", armed, having)
}

// cleoHas starts Cleo with a trading partner, and joins it: the alias, the company, the supplier, and its interchange ids, such as
// ZZ:ACME. $CLEO_PARTNER is the partner's id.
func cleoHas(ts *testscript.TestScript, _ bool, args []string) {
	s, err := server.Start(context.Background(), server.Options{StateDir: filepath.Join(ts.Getenv("WORK"), "sandbox"), Seed: 1})
	ts.Check(err)
	ts.Defer(func() { ts.Check(s.Close()) })
	ids := []map[string]string{}
	for _, id := range args[3:] {
		qualifier, name, _ := strings.Cut(id, ":")
		ids = append(ids, map[string]string{"id": name, "qualifier": qualifier})
	}
	fields := map[string]json.RawMessage{}
	for name, value := range map[string]any{"alias": args[0], "interchangeIds": ids, "attributes": map[string]string{"company": args[1], "supplier": args[2]}} {
		fields[name], err = json.Marshal(value)
		ts.Check(err)
	}
	id, err := s.Hub.AddPartner(fields)
	ts.Check(err)
	for name, value := range map[string]string{"TRADEWIND_CLEO_URL": s.CleoURL, "TRADEWIND_CLEO_USERNAME": s.Username, "TRADEWIND_CLEO_PASSWORD": s.Password, "CLEO_PARTNER": id} {
		ts.Setenv(name, value)
	}
}
