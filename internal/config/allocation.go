package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/cel-go/cel"
	celast "github.com/google/cel-go/common/ast"
	"github.com/shopspring/decimal"

	"tradewind/internal/mapping"
)

const allocationFile = "allocation.yaml"

// allocationYAML is allocation.yaml as it is written.
type allocationYAML struct {
	Strategy   mapping.Strategy `yaml:"strategy"`
	RecodeFrom []mapping.Code   `yaml:"recodeFrom"`
	Required   []string         `yaml:"required"`
	Suppliers  []struct {
		Company  mapping.Code     `yaml:"company"`
		Supplier mapping.Code     `yaml:"supplier"`
		Strategy mapping.Strategy `yaml:"strategy"`
	} `yaml:"suppliers"`
	Rules []ruleYAML `yaml:"rules"`
}

type ruleYAML struct {
	Name  string                  `yaml:"name"`
	When  string                  `yaml:"when"`
	Set   map[string]mapping.Code `yaml:"set"`
	Split []struct {
		Percent mapping.Amount          `yaml:"percent"`
		Set     map[string]mapping.Code `yaml:"set"`
	} `yaml:"split"`
}

// loadAllocation compiles the rules. Without the file M3 codes every invoice.
func (c *Config) loadAllocation(files Files) error {
	c.Allocation = &mapping.Allocation{File: allocationFile, Strategy: mapping.M3Rules, Dimensions: c.Infor.Dimensions,
		Suppliers: map[mapping.SupplierKey]mapping.Strategy{}}
	content, ok := files[allocationFile]
	if !ok {
		return nil
	}
	in := allocationYAML{Strategy: mapping.M3Rules}
	if err := decode(allocationFile, content, &in); err != nil {
		return err
	}
	fault := func(path, format string, args ...any) error {
		return at(allocationFile, content, path, format, args...)
	}
	var faults []error
	if !slices.Contains(mapping.Strategies, in.Strategy) {
		faults = append(faults, fault("strategy", "strategy is %q; it must be one of %v", in.Strategy, mapping.Strategies))
	}
	for i, name := range in.Required {
		if c.Infor.Dimensions[name] == 0 {
			faults = append(faults, fault(fmt.Sprintf("required[%d]", i), "%q is not in dimensions of infor.yaml", name))
		}
	}
	for i, s := range in.Suppliers {
		key, path := mapping.SupplierKey{Company: string(s.Company), Supplier: string(s.Supplier)}, fmt.Sprintf("suppliers[%d]", i)
		switch _, twice := c.Allocation.Suppliers[key]; {
		case s.Company == "" || s.Supplier == "":
			faults = append(faults, fault(path, "company and supplier are needed"))
		case twice:
			faults = append(faults, fault(path, "supplier %q of company %q stands twice", s.Supplier, s.Company))
		case !slices.Contains(mapping.Strategies, s.Strategy):
			faults = append(faults, fault(path+".strategy", "strategy is %q; it must be one of %v", s.Strategy, mapping.Strategies))
		}
		c.Allocation.Suppliers[key] = s.Strategy
	}
	env, err := allocationEnv()
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for i, r := range in.Rules {
		path := fmt.Sprintf("rules[%d]", i)
		rule, at, err := r.compile(env, c.Infor.Dimensions)
		switch {
		case err != nil:
			faults = append(faults, fault(path+at, "%v", err))
		case names[r.Name]:
			faults = append(faults, fault(path+".name", "rule %q stands twice", r.Name))
		}
		names[r.Name] = true
		c.Allocation.Rules = append(c.Allocation.Rules, rule)
	}
	c.Allocation.Strategy, c.Allocation.Required = in.Strategy, in.Required
	for _, account := range in.RecodeFrom {
		c.Allocation.RecodeFrom = append(c.Allocation.RecodeFrom, string(account))
	}
	return errors.Join(faults...)
}

// compile checks a rule; path says which of its keys an error is about.
func (r ruleYAML) compile(env *cel.Env, dimensions map[string]int) (rule mapping.AllocationRule, path string, err error) {
	rule = mapping.AllocationRule{Name: r.Name, When: r.When, Set: texts(r.Set)}
	switch {
	case r.Name == "":
		return rule, "", errors.New("a rule needs a name, by which the trace quotes it")
	case len(r.Set) == 0 && len(r.Split) == 0:
		return rule, "", fmt.Errorf("rule %q writes nothing; it needs set or split", r.Name)
	}
	if err := known(rule.Set, dimensions); err != nil {
		return rule, ".set", err
	}
	sum := decimal.Zero
	for i, share := range r.Split {
		part := mapping.Share{Percent: share.Percent.Decimal, Set: texts(share.Set)}
		path := fmt.Sprintf(".split[%d]", i)
		if err := known(part.Set, dimensions); err != nil {
			return rule, path, err
		}
		if !part.Percent.IsPositive() {
			return rule, path, errors.New("percent must be above 0")
		}
		rule.Split, sum = append(rule.Split, part), sum.Add(part.Percent)
		if !slices.Equal(dimensionsOf(part), dimensionsOf(rule.Split[0])) || len(part.Set) == 0 {
			return rule, path, fmt.Errorf("each part of a split must set the same dimensions, and at least one: %v here, %v in the first", dimensionsOf(part), dimensionsOf(rule.Split[0]))
		}
	}
	if len(r.Split) > 0 && !sum.Equal(decimal.NewFromInt(100)) {
		return rule, ".split", fmt.Errorf("the percentages come to %s; they must come to 100", sum)
	}
	if r.When != "" {
		if err := condition(env, &rule); err != nil {
			return rule, ".when", err
		}
	}
	return rule, "", nil
}

func dimensionsOf(s mapping.Share) []string { return slices.Sorted(maps.Keys(s.Set)) }

func texts(set map[string]mapping.Code) map[string]string {
	out := make(map[string]string, len(set))
	for name, value := range set {
		out[name] = string(value)
	}
	return out
}

func known(set map[string]string, dimensions map[string]int) error {
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if dimensions[name] == 0 {
			return fmt.Errorf("dimension %q is not in dimensions of infor.yaml", name)
		}
		if set[name] == "" {
			return fmt.Errorf("dimension %q has no value", name)
		}
	}
	return nil
}

// allocationEnv knows the facts that rules may ask for.
func allocationEnv() (*cel.Env, error) {
	var options []cel.EnvOption
	for variable := range mapping.BlankFacts() {
		options = append(options, cel.Variable(variable, cel.MapType(cel.StringType, cel.DynType)))
	}
	return cel.NewEnv(options...)
}

// condition compiles the condition of a rule, and finds the facts it asks for.
func condition(env *cel.Env, rule *mapping.AllocationRule) error {
	compiled, issues := env.Compile(rule.When)
	if issues.Err() != nil {
		return fmt.Errorf("the expression %q is not valid CEL: %s", rule.When, issues.Errors()[0].Message)
	}
	if out := compiled.OutputType(); !out.IsExactType(cel.BoolType) {
		return fmt.Errorf("the expression %q gives %s; it must give true or false", rule.When, out)
	}
	blank := mapping.BlankFacts()
	selects := celast.MatchDescendants(celast.NavigateAST(compiled.NativeRep()), celast.KindMatcher(celast.SelectKind))
	for _, expression := range selects {
		of, field := expression.AsSelect().Operand(), expression.AsSelect().FieldName()
		if of.Kind() != celast.IdentKind || blank[of.AsIdent()] == nil {
			continue
		}
		if _, ok := blank[of.AsIdent()][field]; !ok {
			return fmt.Errorf("%s has no %q; it has %v", of.AsIdent(), field, slices.Sorted(maps.Keys(blank[of.AsIdent()])))
		}
		if path := of.AsIdent() + "." + field; !slices.Contains(rule.Inputs, path) {
			rule.Inputs = append(rule.Inputs, path)
		}
	}
	slices.Sort(rule.Inputs)
	program, err := env.Program(compiled, cel.CostLimit(10000))
	if err != nil {
		return err
	}
	rule.Holds = func(facts mapping.AllocationFacts) (bool, error) {
		activation := make(map[string]any, len(facts))
		for variable, fields := range facts {
			activation[variable] = fields
		}
		out, _, err := program.Eval(activation)
		if err != nil {
			return false, err
		}
		holds, _ := out.Value().(bool) // its type is bool
		return holds, nil
	}
	if _, err := rule.Holds(blank); err != nil {
		return fmt.Errorf("the expression %q cannot be evaluated: %w", rule.When, err)
	}
	return nil
}

// dimensionFault says what is wrong with the names of the accounting objects.
func dimensionFault(dimensions map[string]int) string {
	taken := map[int]string{}
	for _, name := range slices.Sorted(maps.Keys(dimensions)) {
		object := dimensions[name]
		if object < 1 || object > 7 {
			return fmt.Sprintf("%s is accounting object %d; there are 1 to 7", name, object)
		}
		if other := taken[object]; other != "" {
			return fmt.Sprintf("%s and %s are both accounting object %d", other, name, object)
		}
		taken[object] = name
	}
	return ""
}
