package ionapi

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Tables reads rows of M3's tables through EXPORTMI. Tenants can lock it: the error is then NotPermitted.
type Tables struct {
	client  *Client
	program string
}

// Tables gives the export program of that name; the standard one is EXPORTMI.
func (c *Client) Tables(program string) Tables {
	return Tables{client: c, program: program}
}

const (
	// MaxQuery is the length of EXPORTMI's query field in characters.
	MaxQuery = 982
	// columnSeparator does not occur in keys, statuses and dates, which is all that should be read this way.
	columnSeparator = "|"
)

// Select runs "COL1, COL2 from TABLE where …" and gives its rows, each with that many columns, without padding. M3
// gives the rows in any order. maxRecords 0 is unlimited; exactly that many rows may mean that there are more.
func (t Tables) Select(ctx context.Context, company Company, query string, columns, maxRecords int) ([][]string, error) {
	if n := utf8.RuneCountInString(query); n > MaxQuery {
		return nil, t.fail(InvalidInput, fmt.Sprintf("not sent: the query has %d characters and M3 takes %d; ask for a smaller range or fewer keys", n, MaxQuery))
	}
	records, err := t.client.List(ctx, Query{Program: t.program, Transaction: "Select", Company: company, MaxRecords: maxRecords,
		Input: Record{"QERY": query, "SEPC": columnSeparator, "HDRS": "0"}})
	if err != nil {
		return nil, err
	}
	rows := make([][]string, len(records))
	for i, record := range records {
		row := strings.Split(record["REPL"], columnSeparator)
		if len(row) != columns {
			return nil, t.fail(Malformed, fmt.Sprintf("row %d has %d columns instead of %d; a value may contain %q", i+1, len(row), columns, columnSeparator))
		}
		for c := range row {
			row[c] = strings.TrimSpace(row[c])
		}
		rows[i] = row
	}
	return rows, nil
}

// fail makes an error of Select.
func (t Tables) fail(kind Kind, message string) *Error {
	return &Error{Kind: kind, Program: t.program, Transaction: "Select", Message: message}
}

// QuoteText writes a value as a literal of a text column.
func QuoteText(value string) string {
	return "'" + strings.ReplaceAll(value, "'", "''") + "'"
}

// TableColumn describes a column of a table (LstFields).
type TableColumn struct {
	Name        string `mi:"FLDN"` // with the table's prefix, such as IAPUNO
	Description string `mi:"FLDS"`
	Type        string `mi:"FLTY"`
	Length      int    `mi:"FLLE"`
	Decimals    int    `mi:"FLDP"`
}

// Columns lists the columns of a table such as MPHEAD.
func (t Tables) Columns(ctx context.Context, company Company, table string) ([]TableColumn, error) {
	return listOf[TableColumn](ctx, t.client, Query{Program: t.program, Transaction: "LstFields", Company: company, Input: Record{"FILE": table}})
}
