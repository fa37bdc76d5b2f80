package mapping

import (
	"errors"
	"fmt"
	"io"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// Conversions say how many of one unit another is, by company, partner, our item and day. A
// blank company, partner or item stands for all; a row that names the item goes first, then
// one of the partner, then one of the company. Units are M3's codes, and a row holds in both
// directions.
type Conversions struct {
	file string
	rows map[unitPair][]conversionRow
}

type unitPair struct{ from, to string }

type conversionRow struct {
	company, partner, item string
	days
	factor Factor
	// turned marks a row as it is read from its end to its beginning.
	turned bool
}

// Factor is how many units of one kind another is: Times divided by Per, which keeps a third
// exact.
type Factor struct {
	Times, Per decimal.Decimal
	// Source says where it stands, for a person.
	Source string
	// OfItem says that it is for this item, not for units in general.
	OfItem bool
}

// Same says whether two factors are the same number.
func (f Factor) Same(other Factor) bool { return f.Times.Mul(other.Per).Equal(other.Times.Mul(f.Per)) }

// ConversionsHeader is the first line of the file of conversions.
const ConversionsHeader = "company,partner,item,from,to,factor,validFrom,validTo"

// ReadConversions reads a CSV of that header: one from is factor of to. Two rows for the same
// company, partner, item and units must not hold on the same day. Errors name file and line.
func ReadConversions(file string, r io.Reader) (*Conversions, error) {
	c := &Conversions{file: file, rows: map[unitPair][]conversionRow{}}
	return c, readRows(file, ConversionsHeader, r, c.add)
}

func (c *Conversions) add(fields []string) error {
	pair := unitPair{fields[3], fields[4]}
	if pair.from == "" || pair.to == "" || pair.from == pair.to {
		return errors.New("a row needs two different units, from and to")
	}
	factor, err := decimal.NewFromString(fields[5])
	if err != nil || !factor.IsPositive() {
		return fmt.Errorf("the factor is %q; it must be a number above 0", fields[5])
	}
	days, err := readDays(fields[6], fields[7])
	if err != nil {
		return err
	}
	row := conversionRow{company: fields[0], partner: fields[1], item: fields[2], days: days, factor: Factor{Times: factor, Per: one,
		Source: fmt.Sprintf("%s: one %s is %s %s", c.file, pair.from, factor, pair.to), OfItem: fields[2] != ""}}
	for _, other := range c.rows[pair] {
		if !other.turned && other.sameScope(row) && other.overlap(row.days) {
			return fmt.Errorf("%s to %s has two rows for the same day", pair.from, pair.to)
		}
	}
	c.rows[pair] = append(c.rows[pair], row)
	row.turned, row.factor.Times, row.factor.Per = true, one, factor
	back := unitPair{pair.to, pair.from}
	c.rows[back] = append(c.rows[back], row)
	return nil
}

var one = decimal.NewFromInt(1)

func (r conversionRow) sameScope(other conversionRow) bool {
	return r.company == other.company && r.partner == other.partner && r.item == other.item
}

// rank orders the rows that fit: the higher goes first.
func (r conversionRow) rank() int {
	rank := 0
	for _, narrower := range []bool{r.item != "", r.partner != "", r.company != "", !r.turned} {
		rank *= 2
		if narrower {
			rank++
		}
	}
	return rank
}

// Factor gives how many units to one unit from is, for an item of ours from a partner to a
// company on a day.
func (c *Conversions) Factor(company, partner, item, from, to string, day trade.Date) (factor Factor, found bool) {
	best := -1
	for _, row := range c.rows[unitPair{from, to}] {
		fits := blankOr(row.company, company) && blankOr(row.partner, partner) && blankOr(row.item, item) && row.holds(day)
		if fits && row.rank() > best {
			best, factor, found = row.rank(), row.factor, true
		}
	}
	return factor, found
}

func blankOr(want, got string) bool { return want == "" || want == got }

// File names the file the conversions came from, as cures quote it.
func (c *Conversions) File() string { return c.file }
