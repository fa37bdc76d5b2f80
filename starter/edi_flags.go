package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tradewind/edi/schema"
	"tradewind/internal/app"
	"tradewind/internal/config"
	"tradewind/internal/mapping"
)

// choice is a flag that takes one of a few words.
type choice[T ~string] struct {
	into    *T
	choices map[string]T
	word    string
}

func oneOf[T ~string](into *T, choices map[string]T, otherwise string) *choice[T] {
	*into = choices[otherwise]
	return &choice[T]{into, choices, otherwise}
}

func (c *choice[T]) String() string { return c.word }

func (c *choice[T]) Type() string { return "word" }

func (c *choice[T]) Set(word string) error {
	value, ok := c.choices[word]
	if !ok {
		return fmt.Errorf("it must be one of %s", strings.Join(slices.Sorted(maps.Keys(c.choices)), ", "))
	}
	*c.into, c.word = value, word
	return nil
}

func partnerFlag(cmd *cobra.Command, partner *string) {
	cmd.Flags().StringVar(partner, "partner", "", "apply the rules of this partner's profile; \"tradewind partners list\" shows the ids")
}

// partnerRules gives what a partner wants different from the standard; nil without a
// partner, so that the configuration need not be there.
func partnerRules(id string) (*schema.Overlay, error) {
	if id == "" {
		return nil, nil
	}
	env, err := config.FromEnvironment()
	if err != nil {
		return nil, err
	}
	c, err := app.ReadConfiguration(env)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(c.Partners, func(p mapping.Profile) bool { return string(p.ID) == id })
	if i < 0 {
		return nil, fmt.Errorf("there is no partner %q in the configuration; \"tradewind partners list\" shows the ids", id)
	}
	return c.Partners[i].Overlay(), nil
}
