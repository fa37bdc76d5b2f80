package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/shopspring/decimal"
	"golang.org/x/term"
)

// printJSON prints one line of JSON.
func printJSON(w io.Writer, value any) error { return json.NewEncoder(w).Encode(value) }

// printTable draws a table on a terminal and plain lines, separated by tabs, elsewhere. On a
// terminal a last column of sentences is wrapped to what is left of the width.
func printTable(w io.Writer, header []string, rows [][]string) error {
	if !terminal(w) {
		for _, row := range append([][]string{header}, rows...) {
			if _, err := fmt.Fprintln(w, strings.Join(row, "\t")); err != nil {
				return err
			}
		}
		return nil
	}
	t := table.NewWriter()
	t.SetOutputMirror(w)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = 0
	t.SetColumnConfigs(columns(w, header, rows))
	t.AppendHeader(cells(header))
	for _, row := range rows {
		t.AppendRow(cells(row))
	}
	t.Render()
	return nil
}

// leastWidth is how narrow a column of sentences may become.
const leastWidth = 30

// columns puts numbers to the right and wraps the last column.
func columns(w io.Writer, header []string, rows [][]string) []table.ColumnConfig {
	out := make([]table.ColumnConfig, len(header))
	for i := range header {
		out[i].Number = i + 1
		if numeric(rows, i) {
			out[i].Align, out[i].AlignHeader = text.AlignRight, text.AlignRight
		}
	}
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			out[len(out)-1].WidthMax, out[len(out)-1].WidthMaxEnforcer = room(width, header, rows), text.WrapSoft
		}
	}
	return out
}

// numeric says whether a column holds numbers only.
func numeric(rows [][]string, i int) bool {
	for _, row := range rows {
		if _, err := decimal.NewFromString(row[i]); err != nil {
			return false
		}
	}
	return true
}

// room is what the columns before leave to the last one, each with a border and two blanks.
func room(width int, header []string, rows [][]string) int {
	left := width - 4
	for i := range len(header) - 1 {
		widest := text.StringWidthWithoutEscSequences(header[i])
		for _, row := range rows {
			widest = max(widest, text.StringWidthWithoutEscSequences(row[i]))
		}
		left -= widest + 3
	}
	return max(left, leastWidth)
}

func cells(texts []string) table.Row {
	row := make(table.Row, len(texts))
	for i, cell := range texts {
		row[i] = cell
	}
	return row
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
