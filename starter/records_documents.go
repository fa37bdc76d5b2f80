package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradewind/internal/mapping"
	"tradewind/internal/operator"
	"tradewind/ionapi"
)

// briefRows is how much of a long document is printed, and briefText how much of a long value.
const (
	briefRows = 40
	briefText = 60
)

// printDocuments prints what came, what was corrected in it, what it becomes, and which rules
// gave the accounting objects.
func printDocuments(w io.Writer, s operator.Story, full bool) error {
	title, rows := sourceRows(s.Source, full)
	if title != "" {
		fmt.Fprintf(w, "\nsource: %s\n", title)
		printRows(w, rows, full)
	}
	if len(s.Overlay) > 0 {
		fmt.Fprintln(w, "\noverlay:")
	}
	for _, c := range s.Overlay {
		fmt.Fprintf(w, "  %s: %q → %q, by %s at %s: %s\n", c.Path, c.Old, c.Value, c.By, c.At.UTC().Format(time.RFC3339), c.Note)
	}
	switch {
	case s.Plan != nil:
		return printPlan(w, s, full)
	case len(s.Proposals) > 0:
		fmt.Fprintf(w, "\nresult: said of %d suppliers, entered or to be entered at Cleo\n", len(s.Proposals))
		printRows(w, operator.ProposedRows(s.Proposals), full)
	case len(s.Sent) > 0:
		fmt.Fprintf(w, "\nresult: %d segments, sent or to be sent\n", len(s.Sent))
		printRows(w, segmentRows(s.Sent, full), full)
	case title != "" && s.Source.Difference == nil:
		fmt.Fprintln(w, "\nresult: nothing yet; `records replay --dry-run` shows what it would be")
	}
	return nil
}

func printRows(w io.Writer, rows []string, full bool) {
	for i, row := range rows {
		if i == briefRows && !full {
			fmt.Fprintf(w, "  … %d more of %d; --full prints them\n", len(rows)-i, len(rows))
			return
		}
		fmt.Fprintln(w, "  "+row)
	}
}

// sourceRows writes a document as it came, each value with the path that --set takes.
func sourceRows(s operator.Source, full bool) (title string, rows []string) {
	switch {
	case s.Order != nil:
		return fmt.Sprintf("order %s as it was read from M3, %d lines", s.Order.Number, len(s.Order.Lines)), canonicalRows(*s.Order, full)
	case s.Invoice != nil:
		return fmt.Sprintf("invoice %s as it was read from M3, voucher %s, %d lines", s.Invoice.Number, s.Invoice.Voucher, len(s.Invoice.Lines)), canonicalRows(*s.Invoice, full)
	case s.Difference != nil:
		return differenceRows(*s.Difference, full)
	case s.Set != "":
		return fmt.Sprintf("set %s as it came, at %s, %d segments", s.Set, s.Path, len(s.Segments)), segmentRows(s.Segments, full)
	}
	return "", nil
}

func segmentRows(segments []operator.Segment, full bool) []string {
	rows := make([]string, len(segments))
	for i, s := range segments {
		rows[i] = fmt.Sprintf("%-8s", s.Path)
		for _, v := range s.Values {
			rows[i] += "  " + v.At + "=" + brief(v.Text, full)
		}
	}
	return rows
}

// brief clips a long value and says how much is left out.
func brief(text string, full bool) string {
	runes := []rune(text)
	if full || len(runes) <= briefText {
		return text
	}
	return fmt.Sprintf("%s… (+%d)", string(runes[:briefText]), len(runes)-briefText)
}

// canonicalRows writes a canonical document: its own fields, then each group and each line.
func canonicalRows(document interface{ Canonical() ([]byte, error) }, full bool) []string {
	canonical, err := document.Canonical()
	if err != nil {
		return []string{err.Error()}
	}
	decoder := json.NewDecoder(bytes.NewReader(canonical))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		return []string{err.Error()}
	}
	return append([]string{fieldsOf(fields, full)}, groupsOf(fields, full)...)
}

// fieldsOf writes the plain values and lists of texts of an object, by name.
func fieldsOf(object map[string]any, full bool) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		switch v := object[name].(type) {
		case map[string]any:
		case []any:
			for i, each := range v {
				if text, ok := each.(string); ok {
					out = append(out, fmt.Sprintf("%s[%d]=%s", name, i+1, brief(text, full)))
				}
			}
		default:
			out = append(out, name+"="+brief(fmt.Sprint(v), full))
		}
	}
	return strings.Join(out, "  ")
}

// groupsOf writes the objects within an object, a row each.
func groupsOf(object map[string]any, full bool) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		switch v := object[name].(type) {
		case map[string]any:
			if text := fieldsOf(v, full); text != "" {
				out = append(out, name+":  "+text)
			}
		case []any:
			for i, each := range v {
				if group, ok := each.(map[string]any); ok {
					out = append(out, fmt.Sprintf("%s[%d]:  %s", name, i+1, fieldsOf(group, full)))
				}
			}
		}
	}
	return out
}

// printPlan prints the batch that M3 gets, and how its accounting objects came about.
func printPlan(w io.Writer, s operator.Story, full bool) error {
	p := s.Plan
	fmt.Fprintf(w, "\nresult: what M3 gets, %d lines", len(p.Lines))
	if len(p.Overlay) > 0 {
		fmt.Fprintf(w, ", with %s", p.Overlay)
	}
	fmt.Fprintf(w, "\n  %s\n", strings.Join(operator.FieldsOfM3(p.Head), "  "))
	var rows [][]string
	for _, l := range p.Lines {
		rows = append(rows, lineRow(l))
	}
	err := printLong(w, []string{"line", "type", "order", "item", "quantity", "unit", "price", "amount", "charge", "VAT", "objects"}, rows, full)
	if err != nil || len(p.Trace) == 0 {
		return err
	}
	fmt.Fprintln(w, "\nallocation: which rule gave what, and why")
	rows = nil
	for _, step := range p.Trace {
		rows = append(rows, stepRow(step))
	}
	return printLong(w, []string{"place", "dimension", "value", "rule", "because"}, rows, full)
}

// printLong prints a table, or its beginning with a count of the rest.
func printLong(w io.Writer, header []string, rows [][]string, full bool) error {
	shown := rows
	if len(rows) > briefRows && !full {
		shown = rows[:briefRows]
	}
	if err := printTable(w, header, shown); err != nil || len(shown) == len(rows) {
		return err
	}
	_, err := fmt.Fprintf(w, "… %d more of %d; --full prints them\n", len(rows)-len(shown), len(rows))
	return err
}

// lineTypes say what RDTP means.
var lineTypes = map[string]string{ionapi.LineItem: "goods", ionapi.LineOrderCharge: "charge of the order", ionapi.LineVAT: "VAT", ionapi.LineCharge: "charge of the line",
	ionapi.LineAccounting: "accounting"}

func lineRow(l ionapi.InvoiceLine) []string {
	order := l.Order
	if l.OrderLine != 0 {
		order += "/" + strconv.Itoa(l.OrderLine)
	}
	var objects []string
	for i, value := range l.Objects {
		if value != "" {
			objects = append(objects, fmt.Sprintf("AO%02d=%s", i+1, value))
		}
	}
	kind := strings.TrimSpace(l.Type + " " + lineTypes[l.Type])
	return []string{strconv.Itoa(l.Number), kind, order, l.Item, l.Quantity, l.Unit, l.NetPrice, l.Amount, strings.TrimSpace(l.Element + " " + l.ElementText),
		strings.TrimSpace(l.VATCode + " " + l.VATAmount), strings.Join(objects, " ")}
}

// stepRow writes a step of the allocation; that of the strategy is about the whole invoice.
func stepRow(s mapping.AllocationStep) []string {
	place := s.Place
	if place == "" {
		place = "invoice"
	}
	return []string{place, s.Dimension, s.Value, s.Rule, s.Why}
}
