package reconcile

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Reliance is something that the configuration relies on, and that M3 does not have, or not any more. It may be meant so,
// and leaves the report balanced.
type Reliance struct {
	Flow    trade.Flow `json:"flow"`
	Company string     `json:"company"`
	Code    string     `json:"code"`
	Kind    MasterKind `json:"kind"`
	// By is what relies on it: a partner by its id, or an allocation rule by its name.
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// The kinds of what is relied on.
const (
	ProfileSupplierMissing     MasterKind = "profile_supplier_missing"
	ProfileSupplierBlocked     MasterKind = "profile_supplier_blocked"
	ProfileSupplierPreliminary MasterKind = "profile_supplier_preliminary"
	RuleAccountMissing         MasterKind = "rule_account_missing"
	RuleAccountBlocked         MasterKind = "rule_account_blocked"
	// RuleAccountExpired is an account whose validity ended, or has not begun.
	RuleAccountExpired MasterKind = "rule_account_expired"
)

// relying looks up what the configuration relies on.
type relying struct {
	ledger *ledger.Ledger
	rules  Rules
	day    trade.Date
	out    []Reliance
}

// reliance looks at the flows that were compared: of what was never read nothing can be said.
func reliance(ctx context.Context, l *ledger.Ledger, rules Rules, flows []MasterFlow, last time.Time) ([]Reliance, error) {
	r := relying{ledger: l, rules: rules, day: trade.DateOf(last), out: []Reliance{}}
	var divisions []string
	for _, f := range flows {
		switch {
		case f.ComparedAt == nil:
		case f.Flow == trade.Suppliers:
			if err := r.profiles(ctx, f.Company); err != nil {
				return nil, err
			}
		case f.Flow == trade.Accounts:
			divisions = append(divisions, f.Company)
		}
	}
	return r.out, r.accounts(ctx, divisions)
}

// profiles looks up the suppliers of a company's partners.
func (r *relying) profiles(ctx context.Context, company string) error {
	var of []mapping.Profile
	var codes []string
	for _, p := range r.rules.Partners {
		if string(p.Company) == company {
			of, codes = append(of, p), append(codes, string(p.Supplier))
		}
	}
	known, err := r.ledger.MasterByCodes(ctx, trade.EntitySupplier, company, codes)
	if err != nil {
		return err
	}
	suppliers := r.rules.of(trade.Suppliers)
	for _, p := range of {
		code := string(p.Supplier)
		has := known[code]
		status := has.Values[trade.MasterStatus]
		add := func(kind MasterKind, reason string) {
			r.out = append(r.out, Reliance{Flow: trade.Suppliers, Company: company, Code: code, Kind: kind, By: string(p.ID), Reason: reason})
		}
		switch {
		case has.Left(): // what it is now, nobody knows
		case !has.Infor.Exists:
			selected, err := suppliers.Selects(code, true)
			if err != nil {
				return err
			}
			if selected {
				add(ProfileSupplierMissing, "M3 does not have the supplier of the profile")
			}
		case status == trade.MasterBlocked:
			add(ProfileSupplierBlocked, "the supplier of the profile is blocked in M3")
		case status == trade.MasterPreliminary:
			add(ProfileSupplierPreliminary, "the supplier of the profile is not released in M3 yet")
		}
	}
	return nil
}

// constant is a value that a rule writes, by the code of its account. Anywhere says that the rule is for every company, as
// far as its condition tells.
type constant struct {
	rule, code string
	anywhere   bool
}

// accounts looks up what allocation rules write, in each division.
func (r *relying) accounts(ctx context.Context, divisions []string) error {
	constants, err := r.constants()
	if err != nil || len(constants) == 0 {
		return err
	}
	known := make([]map[string]ledger.Master, len(divisions))
	somewhere := map[string]bool{}
	for i, division := range divisions {
		var codes []string
		for _, c := range constants {
			codes = append(codes, c.code)
		}
		if known[i], err = r.ledger.MasterByCodes(ctx, trade.EntityAccount, division, slices.Compact(slices.Sorted(slices.Values(codes)))); err != nil {
			return err
		}
		for code, has := range known[i] {
			somewhere[code] = somewhere[code] || has.Infor.Exists
		}
	}
	for i, division := range divisions {
		for _, c := range constants {
			kind, reason := judge(known[i][c.code], r.day)
			if kind == "" || kind == RuleAccountMissing && somewhere[c.code] && !c.anywhere {
				continue
			}
			r.out = append(r.out, Reliance{Flow: trade.Accounts, Company: division, Code: c.code, Kind: kind, By: c.rule, Reason: reason})
		}
	}
	return nil
}

// judge says why an account cannot be posted to on a day; the kind is empty where it can.
func judge(has ledger.Master, day trade.Date) (MasterKind, string) {
	from, until := has.Values["validFrom"], has.Values["validTo"]
	switch {
	case has.Left(): // what it is now, nobody knows
		return "", ""
	case !has.Infor.Exists:
		return RuleAccountMissing, "M3 does not have the account that the rule writes"
	case has.Values[trade.MasterStatus] == trade.MasterBlocked:
		return RuleAccountBlocked, "the account that the rule writes is blocked in M3"
	case until != "" && string(day) > until:
		return RuleAccountExpired, fmt.Sprintf("the account that the rule writes was valid until %s, and the report is of %s", until, day)
	case from != "" && string(day) < from:
		return RuleAccountExpired, fmt.Sprintf("the account that the rule writes is valid from %s on, and the report is of %s", from, day)
	}
	return "", ""
}

// constants are what rules write of the dimensions that are kept equal, each once.
func (r *relying) constants() (out []constant, err error) {
	accounts := r.rules.of(trade.Accounts)
	add := func(rule mapping.AllocationRule, set map[string]string) error {
		for name, value := range set {
			dimension := strconv.Itoa(r.rules.Allocation.Dimensions[name])
			c := constant{rule.Name, trade.AccountCode(dimension, value), anywhere(rule)}
			selected, err := accounts.Selects(c.code, false)
			if err != nil {
				return err
			}
			if selected && slices.Contains(accounts.Dimensions, dimension) && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
		return nil
	}
	for _, rule := range r.rules.Allocation.Rules {
		if err := add(rule, rule.Set); err != nil {
			return nil, err
		}
		for _, share := range rule.Split {
			if err := add(rule, share.Set); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(out, func(a, b constant) int { return strings.Compare(a.rule+"\n"+a.code, b.rule+"\n"+b.code) })
	return out, nil
}

// anywhere says whether a rule asks for nothing by which companies differ: only for what charge it is.
func anywhere(rule mapping.AllocationRule) bool {
	return !slices.ContainsFunc(rule.Inputs, func(fact string) bool { return !strings.HasPrefix(fact, "charge.") })
}
