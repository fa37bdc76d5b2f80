package masterdata

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
)

// PrintEdit writes a file of one row with the columns of its values only: of all other fields it says nothing. ParseFile
// reads it.
func PrintEdit(company string, row Row) ([]byte, error) {
	names := slices.Sorted(maps.Keys(row.Values))
	line := []string{company, row.Code}
	for _, name := range names {
		line = append(line, row.Values[name])
	}
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll([][]string{append([]string{companyColumn, codeColumn}, names...), line}); err != nil {
		return nil, fmt.Errorf("a file of the row %q cannot be written: %w", row.Code, err)
	}
	return out.Bytes(), nil
}
