package cleo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// filter is a choice in the manner of SCIM: `alias eq "ACME" or attributes.company eq "100" and type pr`. One of its
// groups must hold whole. Without any it selects everything.
type filter [][]condition

type condition struct{ path, operator, value string }

// operators say whether one of the values at a path, an absent one being none, does what is asked.
var operators = map[string]func(values []string, wanted string) bool{
	"eq": slices.Contains[[]string],
	"ne": func(values []string, wanted string) bool { return !slices.Contains(values, wanted) },
	"co": anyValue(strings.Contains),
	"sw": anyValue(strings.HasPrefix),
	"ew": anyValue(strings.HasSuffix),
	"pr": anyValue(func(value, _ string) bool { return value != "" }),
}

func anyValue(does func(value, wanted string) bool) func([]string, string) bool {
	return func(values []string, wanted string) bool {
		return slices.ContainsFunc(values, func(value string) bool { return does(value, wanted) })
	}
}

// word is a part of a filter: a text in quotes, where \ stands before " and \, or anything up to a blank.
var word = regexp.MustCompile(`^\s*("(?:[^"\\]|\\.)*"|[^\s"]+)(?:\s+|$)`)

// parseFilter reads a filter; nil stands for everything.
func parseFilter(text string) (filter, error) {
	var words []string
	for rest := text; strings.TrimSpace(rest) != ""; {
		found := word.FindStringSubmatch(rest)
		if found == nil {
			return nil, fmt.Errorf("the filter cannot be read at %q", rest)
		}
		words, rest = append(words, found[1]), rest[len(found[0]):]
	}
	if len(words) == 0 {
		return nil, nil
	}
	out := filter{nil}
	for {
		c, rest, err := parseCondition(words)
		if err != nil {
			return nil, err
		}
		out[len(out)-1] = append(out[len(out)-1], c)
		if len(rest) == 0 {
			return out, nil
		}
		switch strings.ToLower(rest[0]) {
		case "and":
		case "or":
			out = append(out, nil)
		default:
			return nil, fmt.Errorf("the filter has %q where and, or, or its end is expected", rest[0])
		}
		words = rest[1:]
	}
}

func parseCondition(words []string) (c condition, rest []string, err error) {
	if len(words) < 2 {
		return c, nil, fmt.Errorf("the filter ends within a condition")
	}
	c.path, c.operator, rest = words[0], strings.ToLower(words[1]), words[2:]
	switch {
	case operators[c.operator] == nil:
		return c, nil, fmt.Errorf("the filter has the operator %q, which is not supported", words[1])
	case c.operator == "pr":
		return c, rest, nil
	case len(rest) == 0:
		return c, nil, fmt.Errorf("the filter ends within a condition")
	}
	c.value = unquoted(rest[0])
	return c, rest[1:], nil
}

var escaped = regexp.MustCompile(`\\(.)`)

func unquoted(word string) string {
	if text, ok := strings.CutPrefix(word, `"`); ok {
		return escaped.ReplaceAllString(strings.TrimSuffix(text, `"`), "$1")
	}
	return word
}

// matches says whether the filter selects a partner.
func (f filter) matches(p *partner) bool {
	return slices.ContainsFunc(f, func(group []condition) bool {
		return !slices.ContainsFunc(group, func(c condition) bool { return !operators[c.operator](p.values(c.path), c.value) })
	})
}

// values are the texts at a path such as alias, attributes.company or interchangeIds.id.
func (p *partner) values(path string) []string {
	if path == "alias" {
		return []string{p.Alias} // most filters ask for no more, and need not read the rest
	}
	decoder := json.NewDecoder(bytes.NewReader(p.Body))
	decoder.UseNumber()
	var body any
	_ = decoder.Decode(&body) // it was read before it was kept
	return valuesAt(body, strings.Split(path, "."))
}

func valuesAt(value any, path []string) (out []string) {
	switch v := value.(type) {
	case []any:
		for _, each := range v {
			out = append(out, valuesAt(each, path)...)
		}
	case map[string]any:
		if len(path) > 0 {
			out = valuesAt(v[path[0]], path[1:])
		}
	case string:
		out = []string{v}
	case json.Number:
		out = []string{v.String()}
	case bool:
		out = []string{strconv.FormatBool(v)}
	}
	return out
}
