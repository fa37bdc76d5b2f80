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
	days
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
	c := &Crosswalk{file: file, rows: map[string][]crosswalkRow{}, back: map[string][]crosswalkRow{}}
	return c, readRows(file, CrosswalkHeader, r, func(fields []string) error { return c.add(fields, inward) })
}

// readRows reads a CSV with that header, and gives each row behind it to add. Errors name
// file, line and column.
func readRows(file, header string, r io.Reader, add func(fields []string) error) error {
	reader := csv.NewReader(r)
	reader.FieldsPerRecord = strings.Count(header, ",") + 1
	reader.TrimLeadingSpace = true
	first, err := reader.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if got := strings.Join(first, ","); got != header {
		return fmt.Errorf("%s:1:1: the header must be %q, it is %q", file, header, got)
	}
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := add(fields); err != nil {
			line, column := reader.FieldPos(0)
			return fmt.Errorf("%s:%d:%d: %w", file, line, column, err)
		}
	}
}

// days are those on which a row holds, the first and the last included; a zero date is no
// limit.
type days struct{ from, until trade.Date }

func readDays(from, until string) (d days, err error) {
	if d.from, err = trade.ParseDate(from); err != nil {
		return d, fmt.Errorf("validFrom: %w", err)
	}
	if d.until, err = trade.ParseDate(until); err != nil {
		return d, fmt.Errorf("validTo: %w", err)
	}
	return d, nil
}

func (d days) overlap(other days) bool {
	return (d.until.IsZero() || other.from <= d.until) && (other.until.IsZero() || d.from <= other.until)
}

func (d days) holds(day trade.Date) bool {
	return d.from <= day && (d.until.IsZero() || day <= d.until)
}

func (c *Crosswalk) add(fields []string, inward bool) error {
	partner, ours, theirs := fields[0], fields[1], fields[2]
	if ours == "" || theirs == "" {
		return errors.New("a row needs both codes, ours and theirs")
	}
	days, err := readDays(fields[3], fields[4])
	if err != nil {
		return err
	}
	row := crosswalkRow{partner: partner, to: theirs, days: days}
	code, others := ours, c.rows[ours]
	if inward {
		code, others = theirs, c.back[theirs]
	}
	for _, other := range others {
		if other.partner == row.partner && other.overlap(row.days) {
			return fmt.Errorf("code %q of partner %q has two rows for the same day", code, partner)
		}
	}
	c.rows[ours] = append(c.rows[ours], row)
	row.to = ours
	c.back[theirs] = append(c.back[theirs], row)
	return nil
}

// Lookup gives the partner's code for ours on a day; of several that an inward crosswalk has for
// one of ours, the first.
func (c *Crosswalk) Lookup(partner, ours string, day trade.Date) (string, bool) {
	general, found := "", false
	for _, row := range c.rows[ours] {
		switch {
		case !row.holds(day):
		case row.partner == partner:
			return row.to, true
		case row.partner == "" && !found:
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
