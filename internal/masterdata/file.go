package masterdata

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Row is one record in a file of master data. Of a file that was read, Values have an empty text for a field that the file
// empties, and nothing for a field without a column, of which the file says nothing.
type Row struct {
	Code   string
	Values Values
}

// FileError says where a file of master data cannot be understood. Lines and columns count from 1, columns in bytes.
type FileError struct {
	Line, Column int
	Message      string
}

// Error gives the place and what is wrong there.
func (e *FileError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message) }

// The columns that every file begins with. An entity that has no such field leaves the last four empty.
const (
	companyColumn = "company"
	codeColumn    = "code"
)

var firstColumns = []string{companyColumn, codeColumn, "name", StatusField, "validFrom", "validTo"}

const byteOrderMark = "\uFEFF"

// fileTime is the form of the time in the name of a file.
const fileTime = "20060102T150405"

// FileName names a file of a company's master data, such as customer_100_20260301T080000.csv; the time is UTC.
func FileName(entity, company string, at time.Time) string {
	return filePrefix(entity, company) + at.UTC().Format(fileTime) + ".csv"
}

// FileTime is the time in the name of such a file, also where Cleo put something before or behind it; false where it has none.
func FileTime(name, entity, company string) (time.Time, bool) {
	_, rest, found := strings.Cut(name, filePrefix(entity, company))
	if !found || len(rest) < len(fileTime) {
		return time.Time{}, false
	}
	at, err := time.Parse(fileTime, rest[:len(fileTime)])
	return at, err == nil
}

// FileFits says whether a name is that of a file of a company's master data, whatever stands where the time should. With a
// time in it, Cleo may have put something before it.
func FileFits(name, entity, company string) bool {
	_, timed := FileTime(name, entity, company)
	return (timed || strings.HasPrefix(name, filePrefix(entity, company))) && strings.HasSuffix(name, ".csv")
}

func filePrefix(entity, company string) string { return entity + "_" + company + "_" }

// PrintFile writes rows as CSV (RFC 4180, UTF-8, lines end with LF) under a header, with a column for each field. Values
// stand as they are: who reads the file is a machine.
func PrintFile(entity Entity, company string, rows []Row) ([]byte, error) {
	columns := columnsOf(entity)
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	lines := [][]string{columns}
	for _, row := range rows {
		line := make([]string, len(columns))
		for i, column := range columns {
			line[i] = row.Values[column]
		}
		line[0], line[1] = company, row.Code
		lines = append(lines, line)
	}
	if err := w.WriteAll(lines); err != nil {
		return nil, fmt.Errorf("a file of %d rows cannot be written: %w", len(rows), err)
	}
	return out.Bytes(), nil
}

// columnsOf are the first columns, and one for each other field.
func columnsOf(entity Entity) []string {
	columns := slices.Clone(firstColumns)
	for _, field := range entity.Fields {
		if !slices.Contains(columns, field.Name) {
			columns = append(columns, field.Name)
		}
	}
	return columns
}

// ParseFile reads what PrintFile wrote, with columns in any order and some left out; company and code must be there. A file is
// taken whole or not at all: its first fault is a *FileError. What check, unless it is nil, says of a code is one too.
func ParseFile(entity Entity, company string, content []byte, check func(code string) error) ([]Row, error) {
	content = bytes.TrimPrefix(content, []byte(byteOrderMark))
	f := fileReader{entity: entity, company: company, csv: csv.NewReader(bytes.NewReader(content)), check: check, seen: map[string]int{}}
	if at := invalidUTF8(content); at >= 0 {
		line := content[:at]
		return nil, &FileError{1 + bytes.Count(line, []byte("\n")), at - bytes.LastIndexByte(line, '\n'), "the file is not UTF-8; save it with that encoding"}
	}
	if err := f.header(); err != nil {
		return nil, err
	}
	var rows []Row
	for {
		row, err := f.row()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
}

// invalidUTF8 is where the text stops being UTF-8, or -1.
func invalidUTF8(content []byte) int {
	for at := 0; at < len(content); {
		r, size := utf8.DecodeRune(content[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// fileReader reads a file row by row.
type fileReader struct {
	entity  Entity
	company string
	csv     *csv.Reader
	check   func(code string) error
	columns []string
	seen    map[string]int // the lines of the codes
}

// next reads a line; io.EOF is the end of the file.
func (f *fileReader) next() ([]string, error) {
	line, err := f.csv.Read()
	var fault *csv.ParseError
	switch {
	case errors.Is(err, csv.ErrFieldCount):
		return nil, f.fault(0, "the row has %d columns, and the header has %d", len(line), len(f.columns))
	case errors.As(err, &fault):
		return nil, &FileError{fault.Line, fault.Column, "the line is no CSV: " + fault.Err.Error()}
	}
	return line, err
}

func (f *fileReader) fault(column int, format string, args ...any) error {
	line, at := f.csv.FieldPos(column)
	return &FileError{line, at, fmt.Sprintf(format, args...)}
}

func (f *fileReader) header() error {
	columns, err := f.next()
	if errors.Is(err, io.EOF) {
		return &FileError{1, 1, "the file is empty; its first line must name the columns, such as " + strings.Join(firstColumns, ",")}
	}
	if err != nil {
		return err
	}
	known := columnsOf(f.entity)
	for i, column := range columns {
		switch {
		case !slices.Contains(known, column):
			return f.fault(i, "column %q is not one of %s", column, strings.Join(known, ", "))
		case slices.Contains(columns[:i], column):
			return f.fault(i, "column %q stands twice", column)
		}
	}
	for _, needed := range []string{companyColumn, codeColumn} {
		if !slices.Contains(columns, needed) {
			return f.fault(0, "column %q is missing", needed)
		}
	}
	f.columns = columns
	return nil
}

func (f *fileReader) row() (Row, error) {
	line, err := f.next()
	if err != nil {
		return Row{}, err
	}
	row := Row{Values: Values{}}
	for i, column := range f.columns {
		value := line[i]
		if strings.ContainsFunc(value, unicode.IsControl) {
			return Row{}, f.fault(i, "%s is %q, with a character that cannot be printed", column, value)
		}
		switch {
		case column == companyColumn && value != f.company:
			return Row{}, f.fault(i, "company is %q, and the file is of company %s", value, f.company)
		case column == companyColumn:
		case column == codeColumn:
			if err := f.code(i, value); err != nil {
				return Row{}, err
			}
			row.Code = value
		default:
			row.Values[column] = value
		}
	}
	maps.DeleteFunc(row.Values, func(name, _ string) bool { return !f.entity.has(name) })
	return row, nil
}

// code wants the code of one record, each once.
func (f *fileReader) code(column int, code string) error {
	line, _ := f.csv.FieldPos(column)
	if before, twice := f.seen[code]; twice {
		return f.fault(column, "code %q stands in line %d already", code, before)
	}
	f.seen[code] = line
	if code == "" || strings.TrimSpace(code) != code {
		return f.fault(column, "code %q is empty or has blanks around it", code)
	}
	if f.check == nil {
		return nil
	}
	if err := f.check(code); err != nil {
		return f.fault(column, "code %v", err)
	}
	return nil
}

// has says whether a field is one of the entity.
func (e Entity) has(name string) bool {
	return slices.ContainsFunc(e.Fields, func(f Field) bool { return f.Name == name })
}
