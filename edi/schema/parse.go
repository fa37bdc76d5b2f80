package schema

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// parser reads the text form of the tables, line by line.
type parser struct {
	tables  *Tables
	set     *set
	segment *segment
	loops   []item // that are open
}

func (p *parser) line(line string) error {
	words := strings.Fields(line)
	switch {
	case words[0] == "set":
		p.set = &set{id: words[1], functional: words[2], members: map[string]bool{}}
		p.tables.sets[words[1]] = p.set
		return nil
	case words[0] == "segment":
		p.segment = &segment{id: words[1]}
		p.tables.segments[words[1]] = p.segment
		for _, word := range words[2:] {
			n, err := parseNote(word)
			if err != nil {
				return err
			}
			p.segment.notes = append(p.segment.notes, n)
		}
		return nil
	case p.segment != nil:
		return p.element(line, words)
	}
	return p.item(words)
}

// item takes a line of a set's structure.
func (p *parser) item(words []string) error {
	switch words[0] {
	case "(":
		most, err := number(words[3])
		p.loops = append(p.loops, item{id: words[1], required: words[2] == "M", most: most, level: 2, loop: &items{}})
		return err
	case ")":
		closed := p.loops[len(p.loops)-1]
		p.loops = p.loops[:len(p.loops)-1]
		// A loop is entered by its first segment, whatever the loop is called.
		closed.id = closed.loop.list[0].id
		p.add(closed)
		return nil
	}
	most, err := number(words[2])
	p.add(item{id: words[0], required: words[1] == "M", most: most, level: 2})
	p.set.members[words[0]] = true
	return err
}

func (p *parser) add(i item) {
	if n := len(p.loops); n > 0 {
		loop := p.loops[n-1].loop
		loop.list = append(loop.list, i)
		return
	}
	p.set.items.list = append(p.set.items.list, i)
}

func (p *parser) element(line string, words []string) error {
	if len(words) < 6 {
		return fmt.Errorf("%q is no element", line)
	}
	id, notes, _ := strings.Cut(words[0], ",")
	e := element{number: id, required: words[1] == "M", kind: kindOf(words[2]), name: strings.Join(words[6:], " ")}
	var errs [3]error
	e.shortest, errs[0] = number(words[3])
	e.longest, errs[1] = number(words[4])
	e.repeats, errs[2] = number(words[5])
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	for word := range strings.SplitSeq(notes, ",") {
		if word == "" {
			continue
		}
		n, err := parseNote(word)
		if err != nil {
			return err
		}
		e.notes = append(e.notes, n)
	}
	if strings.HasPrefix(line, "  ") {
		last := &p.segment.elements[len(p.segment.elements)-1]
		last.components = append(last.components, e)
		return nil
	}
	p.segment.elements = append(p.segment.elements, e)
	return nil
}

func number(word string) (int, error) {
	if word == "-" {
		return 0, nil
	}
	return strconv.Atoi(word)
}

func kindOf(word string) kind {
	switch {
	case word == "R":
		return kindDecimal
	case word == "DT":
		return kindDate
	case word == "TM":
		return kindTime
	case word == "C":
		return kindComposite
	case word == "B":
		return kindBinary
	case len(word) == 2 && word[0] == 'N' && word[1] >= '0' && word[1] <= '9':
		return kindInteger
	}
	return kindText
}

// parseNote reads "P0607": a kind and pairs of digits.
func parseNote(word string) (note, error) {
	n := note{kind: word[0]}
	if strings.IndexByte("PRECL", n.kind) < 0 || len(word)%2 == 0 {
		return n, fmt.Errorf("%q is no relational note", word)
	}
	for i := 1; i < len(word); i += 2 {
		at, err := strconv.Atoi(word[i : i+2])
		if err != nil {
			return n, err
		}
		n.elements = append(n.elements, at)
		n.all |= 1 << (at - 1)
	}
	n.first = 1 << (n.elements[0] - 1)
	if n.kind != 'R' {
		n.from = bits.TrailingZeros64(n.all)
	}
	return n, nil
}
