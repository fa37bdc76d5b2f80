package infor

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"

	"tradewind/sandbox/business"
)

// table is one that EXPORTMI reads: the prefix of its columns; the columns that the sandbox holds, as
// "NAME:length" with the decimals of a number behind a point; and its rows without the prefix.
type table struct {
	prefix         string
	texts, numbers string
	rows           func(m *M3, cono string) []record
}

var tables = map[string]table{
	"MPHEAD": {prefix: "IA", rows: (*M3).orderHeads,
		texts:   "DIVI:3 PUNO:10 FACI:3 WHLO:3 SUNO:10 ORTY:3 POTC:2 PUSL:2 PUST:2 CSCD:3 BUYE:10 CUCD:3 LOCD:3 LNCD:2 TEPY:3 MODL:3 TEDL:3 OURR:10",
		numbers: "CONO:3 PUDT:8 DWDT:8 OURT:1 TXID:13 LMDT:8"},
	"MPLINE": {prefix: "IB", rows: (*M3).orderLines,
		texts:   "PUNO:10 ITNO:15 SITE:30 PITD:30 PITT:60 FACI:3 WHLO:3 SUNO:10 PUSL:2 PUST:2 PPUN:3 PUUN:3 OURR:10",
		numbers: "CONO:3 PNLI:3 PNLS:3 PUPR:17.4 PUCD:5 LNAM:17.2 DWDT:8 ORQA:17.6 RVQA:17.6 IVQA:17.6 IDAT:8 OURT:1 TXID:13 LMDT:8"},
	"CIDMAS": {prefix: "ID", rows: (*M3).supplierRows, texts: "SUNO:10 SUNM:36 STAT:2 CSCD:3", numbers: "CONO:3 RGDT:8 LMDT:8 CHNO:3 LMTS:18"},
	"CIDADR": {prefix: "SA", rows: (*M3).supplierAddresses, texts: "SUNO:10 ADID:6", numbers: "CONO:3 ADTE:2 STDT:8 RGDT:8 LMDT:8 CHNO:3 LMTS:18"},
	"OCUSMA": {prefix: "OK", rows: (*M3).customerRows, texts: "CUNO:10 CUNM:36 STAT:2 CSCD:3", numbers: "CONO:3 RGDT:8 LMDT:8 CHNO:3 LMTS:18"},
	"FPLEDG": {prefix: "EP", rows: (*M3).ledgerRows,
		texts:   "DIVI:3 SPYN:10 SUNO:10 SINO:24 VSER:3 IVTP:2 APCD:10 CUCD:3 TEPY:3 TECD:3 PYME:3 PAIN:60",
		numbers: "CONO:3 YEA4:4 JRNO:7 JSNO:7 TRCD:2 INYR:4 VONO:8 APRV:1 IVBL:1 PYST:1 RECO:1 CUAM:17.2 VTAM:17.2 IVDT:8 DUDT:8 ACDT:8 RGDT:8 LMDT:8 CHNO:3"},
}

// meanings are M3's short texts of the columns.
var meanings = map[string]string{"CONO": "Company", "DIVI": "Division", "PUNO": "PO number", "PNLI": "PO line", "PNLS": "PO line subno", "SUNO": "Supplier", "SUNM": "Supplier name",
	"CUNO": "Customer number", "CUNM": "Customer name",
	"STAT": "Status", "PUSL": "Lowest status", "PUST": "Highest status", "FACI": "Facility", "WHLO": "Warehouse", "ITNO": "Item number", "CUCD": "Currency", "LMDT": "Change date",
	"RGDT": "Entry date", "CHNO": "Change number", "TXID": "Text identity", "YEA4": "Year", "JRNO": "Journal number", "JSNO": "Jnl seq no", "TRCD": "Trans code", "SPYN": "Payee",
	"SINO": "Supp inv no", "INYR": "Invoice year", "VSER": "Voucher series", "VONO": "Voucher number", "IVTP": "Info type", "APCD": "Authorized", "APRV": "Approved f pymt",
	"IVBL": "Payment stop", "PYST": "Payment status", "RECO": "Reconcil code", "CUAM": "Foreign amount", "VTAM": "VAT", "IVDT": "Invoice date", "DUDT": "Due date",
	"ACDT": "Accounting date", "TEPY": "Payment terms", "TECD": "Cash disc term", "PYME": "Payment method", "PAIN": "Parallel inv no"}

// column is one of a table, under its name with the prefix.
type column struct {
	name, field, kind string
	length, decimals  string
}

// columns gives those of a table by name, and in M3's order.
func (t table) columns() (byName map[string]column, all []column) {
	byName = map[string]column{}
	for _, kind := range []struct{ code, list string }{{"N", t.numbers}, {"A", t.texts}} {
		for each := range strings.FieldsSeq(kind.list) {
			name, size, _ := strings.Cut(each, ":")
			length, decimals, _ := strings.Cut(size, ".")
			n, _ := strconv.Atoi(decimals)
			c := column{name: t.prefix + name, field: name, kind: kind.code, length: length, decimals: strconv.Itoa(n)}
			byName[c.name], all = c, append(all, c)
		}
	}
	return byName, all
}

// of gives the column's value in a row; a number is never blank.
func (c column) of(row record) string {
	if value := row[c.field]; value != "" || c.kind == "A" {
		return value
	}
	return "0"
}

func (m *M3) listColumns(c call) ([]record, *miError) {
	t, known := tables[strings.TrimSpace(c.input["FILE"])]
	if !known {
		return nil, refusal("FILE", "XRE0103", "File "+c.input["FILE"]+" does not exist")
	}
	var out []record
	_, all := t.columns()
	for _, each := range all {
		out = append(out, record{"FLDN": each.name, "FLDS": meanings[each.field], "FLTY": each.kind, "FLLE": each.length, "FLDP": each.decimals})
	}
	return out, nil
}

var (
	selection = regexp.MustCompile(`^(.+) from ([A-Z0-9]+) where (.+)$`)
	condition = regexp.MustCompile(`^([A-Z0-9]+) (=|<>|<=|>=|<|>) ('(?:[^']|'')*'|-?\d+(?:\.\d+)?)$`)
)

// unreadable is what M3 says of a query with a table, a column or a form that it does not know.
func unreadable() *miError { return refusal("QERY", "", "The query cannot be read") }

// export runs a selection: one table, columns, conditions joined by and.
func (m *M3) export(c call) ([]record, *miError) {
	parts := selection.FindStringSubmatch(c.input["QERY"])
	if parts == nil {
		return nil, unreadable()
	}
	t, known := tables[parts[2]]
	if !known {
		return nil, unreadable()
	}
	byName, _ := t.columns()
	var asked []column
	for name := range strings.SplitSeq(parts[1], ",") {
		one, known := byName[strings.TrimSpace(name)]
		if !known {
			return nil, unreadable()
		}
		asked = append(asked, one)
	}
	rows, refused := where(t.rows(m, c.cono), byName, parts[3])
	if refused != nil {
		return nil, refused
	}
	rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	out := make([]record, len(rows))
	for i, row := range rows {
		var values []string
		for _, one := range asked {
			values = append(values, one.of(row))
		}
		out[i] = record{"REPL": strings.Join(values, c.input["SEPC"])}
	}
	return out, nil
}

// where keeps the rows that fulfil every condition.
func where(rows []record, columns map[string]column, conditions string) ([]record, *miError) {
	for text := range strings.SplitSeq(conditions, " and ") {
		test := condition.FindStringSubmatch(strings.TrimSpace(text))
		if test == nil {
			return nil, refusal("QERY", "", fmt.Sprintf("The condition %s cannot be read", text))
		}
		one, known := columns[test[1]]
		if !known {
			return nil, unreadable()
		}
		kept := rows[:0:0]
		for _, row := range rows {
			if holds(one.of(row), test[2], test[3]) {
				kept = append(kept, row)
			}
		}
		rows = kept
	}
	return rows, nil
}

// holds compares a value with a literal: a quoted one as text, any other as a number.
func holds(value, operator, literal string) bool {
	var order int
	if text, quoted := strings.CutPrefix(literal, "'"); quoted {
		order = strings.Compare(value, strings.ReplaceAll(strings.TrimSuffix(text, "'"), "''", "'"))
	} else {
		order = business.Number(value).Cmp(business.Number(literal))
	}
	switch operator {
	case "=":
		return order == 0
	case "<>":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// The rows are always those of the session's company.
func (m *M3) orderHeads(cono string) (rows []record) {
	for _, o := range m.orders {
		if o.Head["CONO"] == cono {
			rows = append(rows, o.Head)
		}
	}
	return rows
}

func (m *M3) orderLines(cono string) (rows []record) {
	for _, o := range m.orders {
		if o.Head["CONO"] == cono {
			rows = append(rows, o.Lines...)
		}
	}
	return rows
}

func (m *M3) supplierRows(cono string) []record { return m.suppliersFrom(cono, "") }

func (m *M3) supplierAddresses(cono string) []record {
	return m.addresses.from(keyOf(record{"CONO": cono}, "CONO"), "")
}

func (m *M3) customerRows(cono string) []record {
	return m.customers.from(keyOf(record{"CONO": cono}, "CONO"), "")
}

func (m *M3) ledgerRows(cono string) (rows []record) {
	for _, v := range m.vouchers {
		if v.Head["CONO"] == cono {
			rows = append(rows, v.invoice())
		}
	}
	return rows
}
