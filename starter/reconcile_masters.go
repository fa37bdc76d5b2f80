package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tradewind/internal/reconcile"
)

// mostMasterRows is how many differences are printed of one kind of master data, and how many settings.
const mostMasterRows = 50

// masterWords say what differs, or what the configuration relies on.
var masterWords = map[reconcile.MasterKind]string{
	reconcile.MissingCleo: "missing at Cleo", reconcile.MissingInfor: "missing in M3", reconcile.Differs: "differs",
	reconcile.BlockedInfor: "blocked in M3, active at Cleo", reconcile.BlockedCleo: "active in M3, blocked at Cleo",
	reconcile.ProfileSupplierMissing: "missing in M3", reconcile.ProfileSupplierBlocked: "blocked in M3", reconcile.ProfileSupplierPreliminary: "preliminary in M3",
	reconcile.RuleAccountMissing: "missing in M3", reconcile.RuleAccountBlocked: "blocked in M3", reconcile.RuleAccountExpired: "not valid",
}

// printMasterData prints chain D: how far both sides are equal, where they are not and why, what is unexplained first, and
// what the configuration relies on in vain.
func printMasterData(w io.Writer, d reconcile.MasterData) error {
	if len(d.Flows) == 0 {
		return nil
	}
	fmt.Fprintln(w, "chain D, master data: what M3 and Cleo have, as each was compared last")
	if err := printTable(w, []string{"flow", "company", "records", "agree", "differ", "unexplained", "no profile", "compared"}, masterRows(d.Flows)); err != nil {
		return err
	}
	for _, f := range d.Flows {
		if err := printDifferences(w, f); err != nil {
			return err
		}
	}
	if len(d.Reliance) > 0 {
		rows := make([][]string, len(d.Reliance))
		for i, r := range d.Reliance {
			rows[i] = []string{string(r.Flow), r.Company, r.Code, masterWords[r.Kind], r.By, r.Reason}
		}
		fmt.Fprintln(w, "what the configuration relies on")
		if err := printCapped(w, []string{"flow", "company", "code", "is", "partner or rule", "because"}, rows); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w)
	return err
}

func masterRows(flows []reconcile.MasterFlow) (rows [][]string) {
	for _, f := range flows {
		row := []string{string(f.Flow), f.Company}
		for _, n := range []int{f.Records, f.Agree, f.Records - f.Agree, f.Unexplained(), f.WithoutProfile} {
			row = append(row, strconv.Itoa(n))
		}
		compared := "never"
		if f.ComparedAt != nil {
			compared = f.ComparedAt.UTC().Format(time.RFC3339)
		}
		rows = append(rows, append(row, compared))
	}
	return rows
}

// printDifferences prints a row for each record that differs.
func printDifferences(w io.Writer, f reconcile.MasterFlow) error {
	var rows [][]string
	for _, item := range f.Items {
		state := "explained"
		if !item.Explained {
			state = "unexplained"
		}
		fields := make([]string, len(item.Fields))
		for i, field := range item.Fields {
			fields[i] = fmt.Sprintf("%s (M3 %q, Cleo %q)", field.Name, field.Infor, field.Cleo)
		}
		rows = append(rows, []string{state, item.Code, masterWords[item.Kind], strings.Join(fields, ", "), item.Record, item.Reason})
	}
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintf(w, "%s of company %s that differ\n", f.Flow, f.Company)
	return printCapped(w, []string{"state", "code", "what", "fields", "record", "because"}, rows)
}

// printCapped prints the first rows of a table, and how many there are besides.
func printCapped(w io.Writer, header []string, rows [][]string) error {
	more := len(rows) - mostMasterRows
	if err := printTable(w, header, rows[:min(len(rows), mostMasterRows)]); err != nil || more <= 0 {
		return err
	}
	_, err := fmt.Fprintf(w, "and %d more; --json has all\n", more)
	return err
}

// unexplained names what a report cannot explain: records by their ids, and master data.
func unexplained(r reconcile.Report) (all []string) {
	for _, c := range r.Chains {
		all = append(all, c.Open...)
	}
	for _, f := range r.MasterData.Flows {
		for _, item := range f.Items {
			if !item.Explained {
				all = append(all, fmt.Sprintf("%s %s of company %s, %s", item.Flow, item.Code, item.Company, masterWords[item.Kind]))
			}
		}
	}
	return all
}
