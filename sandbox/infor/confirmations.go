package infor

import (
	"cmp"

	"github.com/shopspring/decimal"

	"tradewind/sandbox/business"
)

// The statuses of order lines that confirmations know.
const (
	printed   = "20"
	confirmed = "35"
	received  = "50"
)

// orderLine finds the line that a call names, in an order that can be changed.
func (m *M3) orderLine(c call) (o *business.Order, line record, _ *miError) {
	o = m.find(c.cono, c.input["PUNO"])
	if o == nil || (c.divi != "" && o.Head["DIVI"] != c.divi) {
		return nil, nil, refusal("PUNO", "WPU0803", "Purchase order "+c.input["PUNO"]+" does not exist")
	}
	o = o.Copy()
	if line = o.Line(plain(c.input["PNLI"]), plain(c.input["PNLS"])); line == nil {
		return nil, nil, refusal("PNLI", "WPN0103", "Purchase order line "+c.input["PNLI"]+" does not exist")
	}
	return o, line, nil
}

// keepOrder keeps an order one of whose lines has changed today.
func (m *M3) keepOrder(o *business.Order, line record) ([]record, *miError) {
	line["LMDT"] = today()
	o.Restate(business.Now())
	return m.keep(entry{Orders: []*business.Order{o}})
}

// confirmLine takes what the supplier confirms of a line; without a date or a quantity it is what
// was ordered. A line is confirmed once: another confirmation wants the first one deleted. How often
// it was confirmed, no MI transaction tells.
func (m *M3) confirmLine(c call) ([]record, *miError) {
	input := m.given(c)
	if e := wellFormed(input, []string{"CODT"}, []string{"PNLI", "PNLS", "CFQA"}); e != nil {
		return nil, e
	}
	o, line, e := m.orderLine(c)
	if e != nil {
		return nil, e
	}
	switch status := line["PUSL"]; {
	case status >= received:
		return nil, refusal("PUSL", "PP30003", "Order status is 50 or higher, entry not permitted")
	case status >= confirmed, status < "15":
		return nil, refusal("PUSL", "XPO0002", "Purchase order line status is "+status+", change not permitted")
	}
	line["PUSL"], line["PUST"], line["SORN"] = confirmed, confirmed, input["SORN"]
	line["CODT"], line["CFQA"] = cmp.Or(input["CODT"], line["DWDT"]), cmp.Or(input["CFQA"], line["ORQA"])
	line["confirmations"] = business.Number(line["confirmations"]).Add(decimal.NewFromInt(1)).String()
	return m.keepOrder(o, line)
}

// deleteTransaction takes back what was reported of a line at its status; only confirmations can
// be taken back here.
func (m *M3) deleteTransaction(c call) ([]record, *miError) {
	o, line, e := m.orderLine(c)
	if e != nil {
		return nil, e
	}
	if c.input["PUOS"] != confirmed || line["PUSL"] != confirmed {
		return nil, missing("Transaction of status", c.input["PUOS"])
	}
	line["PUSL"], line["PUST"] = printed, printed
	for _, field := range []string{"CODT", "CFQA", "SORN"} {
		delete(line, field)
	}
	return m.keepOrder(o, line)
}
