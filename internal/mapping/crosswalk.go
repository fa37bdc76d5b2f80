package mapping

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"tradewind/internal/trade"
)

// Crosswalk translates our codes into a partner's and back, by day. A row with an
// empty partner holds for all partners; a partner's own row goes first.
type Crosswalk struct {
	file string
	// rows are the partners' codes by ours, back ours by theirs.
	rows, back map[string][]crosswalkRow
}

type crosswalkRow struct {
	partner, to string
	from, until trade.Date
}

// CrosswalkHeader is the first line of every crosswalk.
const CrosswalkHeader = "partner,ours,theirs,validFrom,validTo"

// ReadCrosswalk reads a CSV with the header partner,ours,theirs,validFrom,validTo, in
// which each of our codes has one of the partner's on any day. Errors name file and line.
func ReadCrosswalk(file string, r io.Reader) (*Crosswalk, error) {
	return readCrosswalk(file, r, false)
}

// ReadInwardCrosswalk reads the same form, in which each code of the partner's has one of
// ours: several of theirs may mean the same to us.
func ReadInwardCrosswalk(file string, r io.Reader) (*Crosswalk, error) {
	return readCrosswalk(file, r, true)
}

func readCrosswalk(file string, r io.Reader, inward bool) (*Crosswalk, error) {
	reader := csv.NewReader(r)
	reader.FieldsPerRecord = strings.Count(CrosswalkHeader, ",") + 1
	reader.TrimLeadingSpace = true
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if got := strings.Join(header, ","); got != CrosswalkHeader {
		return nil, fmt.Errorf("%s:1:1: the header must be %q, it is %q", file, CrosswalkHeader, got)
	}
	c := &Crosswalk{file: file, rows: map[string][]crosswalkRow{}, back: map[string][]crosswalkRow{}}
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if err := c.add(fields, inward); err != nil {
			line, column := reader.FieldPos(0)
			return nil, fmt.Errorf("%s:%d:%d: %w", file, line, column, err)
		}
	}
}

func (c *Crosswalk) add(fields []string, inward bool) error {
	partner, ours, theirs := fields[0], fields[1], fields[2]
	if ours == "" || theirs == "" {
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
	row := crosswalkRow{partner: partner, to: theirs, from: from, until: until}
	code, others := ours, c.rows[ours]
	if inward {
		code, others = theirs, c.back[theirs]
	}
	for _, other := range others {
		if other.partner == row.partner && overlap(other, row) {
			return fmt.Errorf("code %q of partner %q has two rows for the same day", code, partner)
		}
	}
	c.rows[ours] = append(c.rows[ours], row)
	row.to = ours
	c.back[theirs] = append(c.back[theirs], row)
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

// Ours gives our codes for one of the partner's on a day: none where the code is unknown,
// several where it stands for more than one of ours. The partner's own rows go first.
func (c *Crosswalk) Ours(partner, theirs string, day trade.Date) []string {
	var own, general []string
	for _, row := range c.back[theirs] {
		switch {
		case !row.holds(day):
		case row.partner == partner:
			own = append(own, row.to)
		case row.partner == "":
			general = append(general, row.to)
		}
	}
	if len(own) > 0 {
		return own
	}
	return general
}

// File names the file the crosswalk came from, as cures quote it.
func (c *Crosswalk) File() string { return c.file }
