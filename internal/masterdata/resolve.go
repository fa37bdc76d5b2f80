package masterdata

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Choice is what a person decides about a field in conflict: the value of one side, Infor
// or Cleo, or where Side is Neither the Value given, which may be empty and may be the one
// that was agreed before.
type Choice struct {
	Side  System `json:"side,omitempty"`
	Value string `json:"value,omitempty"`
}

// value is what is to stand on both sides.
func (c Choice) value(f FieldDecision) (string, error) {
	switch c.Side {
	case Infor:
		return f.Infor, nil
	case Cleo:
		return f.Cleo, nil
	case Neither:
		return c.Value, nil
	default:
		return "", fmt.Errorf("%q is no side; choose infor, cleo, or a value", c.Side)
	}
}

// Resolve turns conflicts into writes, by the choices for fields of those names; a conflict
// without a choice stands. It fails, and resolves nothing, where a field is in no conflict.
// The caller makes sure that the decision is of now and its Question the one that was asked.
func Resolve(decision Decision, choices map[string]Choice) (Decision, error) {
	out := decision.clone()
	for _, name := range slices.Sorted(maps.Keys(choices)) {
		at := slices.IndexFunc(out.Fields, func(f FieldDecision) bool { return f.Name == name && f.Action == Conflict })
		if at < 0 {
			return decision, fmt.Errorf("%s %s: field %q is in no conflict; %s", decision.Entity, decision.Key, name, decision.inConflict())
		}
		value, err := choices[name].value(out.Fields[at])
		if err != nil {
			return decision, fmt.Errorf("%s %s: field %s: %w", decision.Entity, decision.Key, name, err)
		}
		out.settle(&out.Fields[at], value)
	}
	return out, nil
}

// clone shares nothing with the original, and can be written to.
func (d Decision) clone() Decision {
	d.Fields, d.Next = slices.Clone(d.Fields), maps.Clone(d.Next)
	d.ToInfor, d.ToCleo = d.ToInfor.clone(), d.ToCleo.clone()
	return d
}

func (d Decision) inConflict() string {
	conflicts := d.Conflicts()
	if len(conflicts) == 0 {
		return "nothing of it waits for a decision"
	}
	names := make([]string, len(conflicts))
	for i, f := range conflicts {
		names[i] = f.Name
	}
	return "choose for " + strings.Join(names, ", ")
}
