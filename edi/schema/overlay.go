package schema

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Overlay holds what a partner wants different from the standard (SNIP level 7).
type Overlay struct {
	Rules []Rule `yaml:"rules"`
	// Balanced says that the total of an invoice (TDS01) is the sum of its lines,
	// charges, allowances and taxes: a difference is an error, and not only a warning.
	Balanced bool `yaml:"balanced"`
}

// Rule changes the standard at one place. What is left out stays as the standard has
// it.
type Rule struct {
	// Set is ST01; empty means every set that has the place.
	Set string `yaml:"set"`
	// Path names a segment by the loops around it, as "BEG" or "PO1/REF", or an element
	// of it, as "PO1/REF-02", or a component, as "PO1/REF-04-01".
	Path string `yaml:"path"`
	// Use says whether the place must be filled.
	Use Use `yaml:"use"`
	// Max is how often the segment may stand there; 0 leaves the standard's number.
	Max int `yaml:"max"`
	// Shortest and Longest are lengths of an element in characters; 0 leaves the
	// standard's.
	Shortest int `yaml:"shortest"`
	Longest  int `yaml:"longest"`
	// Codes are the only values an element may have.
	Codes []string `yaml:"codes"`
}

// Use says whether a place must be filled.
type Use string

// The choices of Use.
const (
	Required  Use = "required"
	Forbidden Use = "forbidden"
	Optional  Use = "optional"
)

// With gives tables in which the rules of a partner hold beside the standard. Errors
// name the rule, and the set or place that there is not.
func (t *Tables) With(o *Overlay) (*Tables, error) { return t.with(o, true) }

// with refuses rules for places that the version does not have only where it is strict:
// a partner's rules are of one version, and a file may be of another.
func (t *Tables) with(o *Overlay, strict bool) (*Tables, error) {
	if o == nil || len(o.Rules) == 0 {
		return t, nil
	}
	out := *t
	out.sets = map[string]*set{}
	for id, s := range t.sets {
		c := *s
		c.items = *s.items.clone()
		out.sets[id] = &c
	}
	for i, r := range o.Rules {
		if err := out.apply(r); err != nil && (strict || !errors.Is(err, errNoPlace)) {
			return nil, fmt.Errorf("rule %d: %w", i+1, err)
		}
	}
	for _, s := range out.sets {
		if err := out.link(&s.items); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// clone copies items and loops; segments are shared until a rule changes one.
func (in *items) clone() *items {
	out := &items{list: slices.Clone(in.list)}
	for i := range out.list {
		if loop := out.list[i].loop; loop != nil {
			out.list[i].loop = loop.clone()
		}
	}
	return out
}

var errNoPlace = errors.New("no place")

func (t *Tables) apply(r Rule) error {
	path, element, component, err := r.place()
	if err != nil {
		return err
	}
	found := false
	for id, s := range t.sets {
		if r.Set != "" && r.Set != id {
			continue
		}
		for _, it := range s.items.find(path) {
			found = true
			if err := it.apply(r, element, component); err != nil {
				return err
			}
		}
	}
	if !found {
		return fmt.Errorf("%s has %w %q%s", t.Version, errNoPlace, r.Path, inSet(r.Set))
	}
	return nil
}

func inSet(id string) string {
	if id == "" {
		return ""
	}
	return " in set " + id
}

// place takes a path apart: the segments, and the element and component, 0 for none.
func (r Rule) place() (path []string, element, component int, err error) {
	segments, rest, ofElement := strings.Cut(r.Path, "-")
	path = strings.Split(segments, "/")
	if ofElement {
		first, second, ofComponent := strings.Cut(rest, "-")
		if element, err = strconv.Atoi(first); err == nil && ofComponent {
			component, err = strconv.Atoi(second)
		}
	}
	if err != nil || (ofElement && element < 1) || segments == "" {
		return nil, 0, 0, fmt.Errorf("path %q is none: write it as BEG, PO1/REF or PO1/REF-02", r.Path)
	}
	if r.Use != "" && r.Use != Required && r.Use != Forbidden && r.Use != Optional {
		return nil, 0, 0, fmt.Errorf("%s: use is %q; it must be required, forbidden or optional", r.Path, r.Use)
	}
	if !ofElement && (r.Shortest > 0 || r.Longest > 0 || len(r.Codes) > 0) {
		return nil, 0, 0, fmt.Errorf("%s: lengths and codes are for elements, such as %s-01", r.Path, r.Path)
	}
	if ofElement && r.Max > 0 {
		return nil, 0, 0, fmt.Errorf("%s: max is for segments and loops", r.Path)
	}
	switch {
	case r.Shortest < 0 || r.Longest < 0 || r.Max < 0:
		return nil, 0, 0, fmt.Errorf("%s: a length or number of times cannot be below zero", r.Path)
	case r.Longest > 0 && r.Shortest > r.Longest:
		return nil, 0, 0, fmt.Errorf("%s: at least %d and at most %d characters contradict each other", r.Path, r.Shortest, r.Longest)
	case r.Use == "" && r.Max == 0 && r.Shortest == 0 && r.Longest == 0 && len(r.Codes) == 0:
		return nil, 0, 0, fmt.Errorf("%s: it changes nothing: give use, max, shortest, longest or codes", r.Path)
	}
	for _, code := range r.Codes {
		if len(code) > 4 {
			return nil, 0, 0, fmt.Errorf("%s: code %q has more than four characters", r.Path, code)
		}
	}
	return path, element, component, nil
}

// find gives the items of a path: the last may be a segment or a loop.
func (in *items) find(path []string) []*item {
	var out []*item
	for i := range in.list {
		it := &in.list[i]
		switch {
		case it.id != path[0]:
		case len(path) == 1:
			out = append(out, it)
		case it.loop != nil:
			out = append(out, it.loop.find(path[1:])...)
		}
	}
	return out
}

func (it *item) apply(r Rule, element, component int) error {
	if element == 0 {
		if r.Use != "" {
			it.required, it.forbidden = r.Use == Required, r.Use == Forbidden
		}
		if r.Max > 0 {
			it.most = r.Max
		}
		it.level = 7
		return nil
	}
	if it.loop != nil { // the loop's own segment
		return it.loop.list[0].apply(r, element, component)
	}
	if it.def == nil || element > len(it.def.elements) {
		return fmt.Errorf("%s has no element %02d", it.id, element)
	}
	def := *it.def
	def.elements = slices.Clone(def.elements)
	e := &def.elements[element-1]
	if component > 0 {
		if component > len(e.components) {
			return fmt.Errorf("%s%02d has no component %02d", it.id, element, component)
		}
		e.components = slices.Clone(e.components)
		e = &e.components[component-1]
	}
	e.apply(r)
	def.measure()
	it.def = &def
	return nil
}

func (e *element) apply(r Rule) {
	if r.Use != "" {
		e.required, e.forbidden = r.Use == Required, r.Use == Forbidden
		e.ruled |= ruledUse
	}
	if r.Shortest > 0 {
		e.shortest = r.Shortest
		e.ruled |= ruledLength
	}
	if r.Longest > 0 {
		e.longest = r.Longest
		e.ruled |= ruledLength
	}
	if len(r.Codes) > 0 {
		e.ruled |= ruledCodes
		e.codes = codeList{}
		for _, code := range r.Codes {
			e.codes.add(code)
		}
	}
}
