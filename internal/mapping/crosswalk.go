package mapping

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"tradewind/internal/trade"
)

// Crosswalk translates our codes into a partner's, by day. A row with an empty
// partner holds for all partners; a partner's own row goes first.
type Crosswalk struct {
	file string
	rows map[string][]crosswalkRow
}

type crosswalkRow struct {
	partner, to string
	from, until trade.Date
}

var crosswalkHeader = []string{"partner", "ours", "theirs", "validFrom", "validTo"}

// ReadCrosswalk reads a CSV with the header partner,ours,theirs,validFrom,validTo.
// Errors name file and line.
func ReadCrosswalk(file string, r io.Reader) (*Crosswalk, error) {
	reader := csv.NewReader(r)
	reader.FieldsPerRecord = len(crosswalkHeader)
	reader.TrimLeadingSpace = true
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if got := strings.Join(header, ","); got != strings.Join(crosswalkHeader, ",") {
		return nil, fmt.Errorf("%s:1:1: the header must be %q, it is %q", file, strings.Join(crosswalkHeader, ","), got)
	}
	c := &Crosswalk{file: file, rows: map[string][]crosswalkRow{}}
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if err := c.add(fields); err != nil {
			line, column := reader.FieldPos(0)
			return nil, fmt.Errorf("%s:%d:%d: %w", file, line, column, err)
		}
	}
}

func (c *Crosswalk) add(fields []string) error {
	if fields[1] == "" || fields[2] == "" {
		return errors.New("a row needs both codes, ours and theirs")
	}
	from, err := trade.ParseDate(fields[3])
	if err != nil {
		return fmt.Errorf("validFrom: %w", err)
	}
	until, err := trade.ParseDate(fields[4])
	if err != nil {
		return fmt.Errorf("validTo: %w", err)
	}
	row := crosswalkRow{partner: fields[0], to: fields[2], from: from, until: until}
	for _, other := range c.rows[fields[1]] {
		if other.partner == row.partner && overlap(other, row) {
			return fmt.Errorf("code %q of partner %q has two rows for the same day", fields[1], fields[0])
		}
	}
	c.rows[fields[1]] = append(c.rows[fields[1]], row)
	return nil
}

func overlap(a, b crosswalkRow) bool {
	return (a.until.IsZero() || b.from <= a.until) && (b.until.IsZero() || a.from <= b.until)
}

func (r crosswalkRow) holds(day trade.Date) bool {
	return r.from <= day && (r.until.IsZero() || day <= r.until)
}

// Lookup gives the partner's code for ours on a day.
func (c *Crosswalk) Lookup(partner, ours string, day trade.Date) (string, bool) {
	general, found := "", false
	for _, row := range c.rows[ours] {
		switch {
		case !row.holds(day):
		case row.partner == partner:
			return row.to, true
		case row.partner == "":
			general, found = row.to, true
		}
	}
	return general, found
}

// File names the file the crosswalk came from, as cures quote it.
func (c *Crosswalk) File() string { return c.file }
