package business

import (
	"fmt"
	"maps"
	"time"

	"github.com/shopspring/decimal"
)

// Number reads a quantity or an amount of M3; what is no number is zero.
func Number(text string) decimal.Decimal {
	n, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Zero
	}
	return n
}

// Copy gives an order that can be changed without touching this one.
func (o *Order) Copy() *Order {
	out := *o
	out.Head, out.Lines, out.Receipts = maps.Clone(o.Head), nil, append([]map[string]string(nil), o.Receipts...)
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, maps.Clone(l))
	}
	return &out
}

// Line gives a line by its number and suffix, or nil.
func (o *Order) Line(number, suffix string) map[string]string {
	for _, l := range o.Lines {
		if l["PNLI"] == number && (l["PNLS"] == suffix || (suffix == "" && l["PNLS"] == "0")) {
			return l
		}
	}
	return nil
}

// Receive books receipts on a day: quantities by line number, or all that is open
// when there are none.
func (o *Order) Receive(quantities map[string]string, day time.Time) error {
	if len(quantities) == 0 {
		quantities = map[string]string{}
		for _, l := range o.Lines {
			if open := Number(l["ORQA"]).Sub(Number(l["RVQA"])); open.IsPositive() && l["PUSL"] != "99" {
				quantities[l["PNLI"]] = open.String()
			}
		}
	}
	for number, text := range quantities {
		if l := o.Line(number, "0"); l == nil || !Number(text).IsPositive() {
			return fmt.Errorf("order %s: line %s cannot receive %q", o.Head["PUNO"], number, text)
		}
	}
	for _, l := range o.Lines {
		text, received := quantities[l["PNLI"]]
		if !received || l["PNLS"] != "0" {
			continue
		}
		l["RVQA"] = Number(l["RVQA"]).Add(Number(text)).String()
		l["PUSL"], l["PUST"], l["LMDT"] = "75", "75", date(day)
		o.Receipts = append(o.Receipts, map[string]string{"PUNO": o.Head["PUNO"], "PNLI": l["PNLI"], "PNLS": l["PNLS"], "PNLX": "1", "PUOS": "75",
			"REPN": fmt.Sprintf("%s%02d", o.Head["PUNO"], len(o.Receipts)+1), "WHLO": l["WHLO"], "TRDT": date(day), "RPQT": text, "RPQA": text, "SUNO": o.Head["SUNO"]})
	}
	o.Restate(day)
	return nil
}

// Restate gives the head the lowest and the highest status of the lines that are
// not deleted.
func (o *Order) Restate(day time.Time) {
	lowest, highest := "", ""
	for _, l := range o.Lines {
		if l["PUSL"] == "99" {
			continue
		}
		if lowest == "" || l["PUSL"] < lowest {
			lowest = l["PUSL"]
		}
		highest = max(highest, l["PUST"])
	}
	if lowest != "" {
		o.Head["PUSL"], o.Head["PUST"] = lowest, highest
	}
	o.Head["LMDT"] = date(day)
}
