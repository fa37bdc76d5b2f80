package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"tradewind/internal/app"
	"tradewind/internal/ledger"
	"tradewind/internal/operator"
)

// differenceRows writes the fields in which two sides differ, or all of them, each with its three values.
func differenceRows(d operator.Difference, full bool) (title string, rows []string) {
	for _, f := range d.Fields {
		if !full && !f.Differs() {
			continue
		}
		rows = append(rows, fmt.Sprintf("%-16s agreed %q, M3 %q, Cleo %q", f.Name, brief(f.Agreed, full), brief(f.Infor, full), brief(f.Cleo, full))+
			remarks("", "owner "+f.Owner, told(f.Guarded, "guarded"), outcomes[f.Action], told(f.Overwritten, "somebody's entry is written over")))
	}
	return fmt.Sprintf("%s %s as both sides were compared, %d of %d fields", d.Entity, d.Key, len(rows), len(d.Fields)), rows
}

// outcomes say what becomes of a field.
var outcomes = map[string]string{"infor": "to M3", "cleo": "to Cleo", "both": "to both", "conflict": "waits for a person"}

// printMaster prints what a record of master data was.
func printMaster(w io.Writer, m operator.Master) {
	fmt.Fprintf(w, "%s %s of company %s at %s: version %d, from %s\n", m.Entity, m.Code, m.Company, m.At.UTC().Format(time.RFC3339), m.Version.Version, validity(m.Version))
	for _, name := range slices.Sorted(maps.Keys(m.Version.Values)) {
		fmt.Fprintf(w, "  %-16s %s\n", name, m.Version.Values[name])
	}
	fmt.Fprintln(w, "\nversions:")
	for _, v := range m.History {
		fmt.Fprintf(w, "  %3d  from %s, of %s\n", v.Version, validity(v), v.Source)
	}
}

func validity(v ledger.MasterVersion) string {
	until := "until now"
	if !v.To.IsZero() {
		until = "to " + v.To.UTC().Format(time.RFC3339)
	}
	return v.From.UTC().Format(time.RFC3339) + " " + until
}

// showMaster tells what a record of master data was.
func showMaster(ctx context.Context, w io.Writer, a *app.App, entity, code, company, at string, asJSON bool) error {
	when, err := instantOf(at, a.Ledger.Now())
	if err != nil {
		return err
	}
	m, err := a.Operator().Master(ctx, entity, code, company, when)
	switch {
	case err != nil:
		return err
	case asJSON:
		return printJSON(w, m)
	}
	printMaster(w, m)
	return nil
}

// instantOf reads a day, which counts to its end, or an instant; without either it is now.
func instantOf(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.AddDate(0, 0, 1).Add(-time.Microsecond), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("--at %q is no day such as 2026-03-01 and no instant such as 2026-03-01T12:00:00Z", text)
	}
	return at, nil
}
