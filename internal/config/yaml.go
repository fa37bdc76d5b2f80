package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"tradewind/internal/mapping"
)

// Duration is written as Go does: 90s, 15m, 24h.
type Duration = mapping.Duration

// decode reads strict YAML into each target in turn, so that a later file can be
// laid over an earlier one.
func decode(file string, content []byte, into any) error {
	err := yaml.NewDecoder(bytes.NewReader(content), yaml.Strict()).Decode(into)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	return positioned(file, err)
}

// positioned puts file, line and column in front of a YAML error.
func positioned(file string, err error) error {
	var located yaml.Error
	if !errors.As(err, &located) || located.GetToken() == nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	at := located.GetToken().Position
	return fmt.Errorf("%s:%d:%d: %s", file, at.Line, at.Column, located.GetMessage())
}

// at finds where a key stands, for faults that only show after decoding.
func at(file string, content []byte, path string, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	tree, err := parser.ParseBytes(content, 0)
	if err != nil {
		return fmt.Errorf("%s: %s", file, message)
	}
	for path != "" {
		if node := find(tree, path); node != nil {
			position := start(node).Position
			return fmt.Errorf("%s:%d:%d: %s", file, position.Line, position.Column, message)
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			break
		}
		path = path[:cut]
	}
	return fmt.Errorf("%s:1:1: %s", file, message)
}

// has says whether a file sets a key.
func has(content []byte, path string) bool {
	tree, err := parser.ParseBytes(content, 0)
	return err == nil && find(tree, path) != nil
}

// start is the token at which a person sees a node begin: a mapping begins at its
// first key, not at that key's colon.
func start(node ast.Node) *token.Token {
	switch n := node.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			return start(n.Values[0])
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken()
	}
	return node.GetToken()
}

func find(tree *ast.File, path string) ast.Node {
	p, err := yaml.PathString("$." + path)
	if err != nil {
		return nil
	}
	node, err := p.FilterFile(tree)
	if err != nil {
		return nil
	}
	return node
}
