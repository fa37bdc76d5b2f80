package infor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/sandbox/business"
)

// The types of batches (IBTP), and the code of an invoice that may be paid (APRV).
const (
	normal   = "20"
	recoding = "25"
	approved = "1"
)

// recodes says whether a batch gives a posted invoice other accounting objects.
func (b *batch) recodes() bool { return b.head["IBTP"] == recoding }

// addHeadRecode makes a batch that recodes a voucher; M3 makes as many as it is asked for. The
// head has the keys of the invoice, which needs its approval again.
func (m *M3) addHeadRecode(c call) ([]record, *miError) {
	input := m.given(c)
	if e := wellFormed(input, []string{"ACDT"}, []string{"YEA4", "VONO"}); e != nil {
		return nil, e
	}
	input["DIVI"] = cmp.Or(input["DIVI"], c.divi)
	v := m.voucher(input)
	if v == nil || (input["VSER"] != "" && input["VSER"] != v.Head["VSER"]) {
		return nil, refusal("VONO", "XRE0103", "Voucher number "+input["VONO"]+" does not exist")
	}
	number := strconv.Itoa(m.lastBatch + 1)
	head := record{"INBN": number, "IBTP": recoding, "SUPA": entered, "BIST": "0", "IBHE": "0", "IBLE": "0", "VTAM": "0", "TXIN": "0",
		"IMCD": cmp.Or(input["IMCD"], "0"), "ACDT": cmp.Or(input["ACDT"], v.Head["ACDT"]), "RGDT": today(), "LMDT": today()}
	for _, key := range []string{"CONO", "DIVI", "SUNO", "SPYN", "SINO", "IVDT", "CUCD", "CUAM", "YEA4", "VSER", "VONO"} {
		head[key] = v.Head[key]
	}
	pending := &voucher{Head: with(v.Head, record{"APRV": "0", "LMDT": today()}), Lines: v.Lines}
	return m.keep(entry{LastBatch: m.lastBatch + 1, Heads: []record{head}, Vouchers: []*voucher{pending}}, record{"INBN": number})
}

// addLineRecode adds an accounting line: an amount on the objects that it names.
func (m *M3) addLineRecode(c call) ([]record, *miError) {
	b, e := m.batch(c)
	if e != nil {
		return nil, e
	}
	line := m.given(c)
	if e := wellFormed(line, nil, []string{"NLAM", "ACQT"}); e != nil {
		return nil, e
	}
	if !b.recodes() {
		return nil, refusal("INBN", "", "Invoice batch "+b.head["INBN"]+" is no recoding")
	}
	line["RDTP"] = "8"
	return m.keepLine(b, line)
}

// voucher finds what is posted under the year and number of a batch or call.
func (m *M3) voucher(key record) *voucher {
	for _, v := range m.vouchers {
		if same("CONO", "DIVI", "YEA4", "VONO")(v.Head, key) {
			return v
		}
	}
	return nil
}

// recode gives the voucher as it is after a recoding. The lines take amounts from the objects
// that the voucher has them on, by the opposite sign, and give them to others: what is taken
// and what is given must balance. VAT stays where it is.
func (m *M3) recode(b *batch, v *verdict) *voucher {
	found := m.voucher(b.head)
	if found == nil {
		v.fail(inError, "", "voucher %s is unknown", b.head["VONO"])
		return nil
	}
	if !m.open(b.head["CONO"], accountingDate(b.head)) {
		v.fail(inError, "", "the period of %s is not open", accountingDate(b.head))
	}
	out := &voucher{Head: with(found.Head, record{"recodedBy": strings.TrimSpace(found.Head["recodedBy"] + " " + b.head["INBN"]), "LMDT": today()})}
	for _, line := range found.Lines {
		out.Lines = append(out.Lines, maps.Clone(line))
	}
	taken, sum := decimal.Zero, decimal.Zero
	for _, line := range b.lines {
		amount := business.Number(line["NLAM"])
		sum = sum.Add(amount)
		if out.take(objectsOf(line), amount) {
			taken = taken.Add(amount)
			continue
		}
		out.add(line, objectsOf(line))
	}
	switch {
	case !sum.IsZero():
		v.fail(unmatched, "", "what the lines take and give differs by %s", sum)
	case taken.IsZero():
		v.fail(unmatched, "", "no line takes an amount from objects that voucher %s has it on", b.head["VONO"])
	}
	for i, line := range out.Lines {
		line["JSNO"] = strconv.Itoa(i + 1)
	}
	return out
}

// take lowers the lines on these objects by an amount of the opposite sign. It changes
// nothing, and says false, where they have less than that.
func (v *voucher) take(objects record, amount decimal.Decimal) bool {
	there, fits := decimal.Zero, func(line record) bool {
		return line["RDTP"] != "3" && maps.Equal(objectsOf(line), objects) && business.Number(line["NLAM"]).Sign() == -amount.Sign()
	}
	for _, line := range v.Lines {
		if fits(line) {
			there = there.Add(business.Number(line["NLAM"]))
		}
	}
	if amount.IsZero() || there.Abs().LessThan(amount.Abs()) {
		return false
	}
	v.Lines = slices.DeleteFunc(v.Lines, func(line record) bool {
		if !fits(line) {
			return false
		}
		has := business.Number(line["NLAM"])
		rest := has.Add(amount)
		if rest.Sign() != has.Sign() {
			rest = decimal.Zero
		}
		amount = amount.Add(has).Sub(rest)
		line["NLAM"] = rest.String()
		return rest.IsZero()
	})
	return true
}

// objectsOf gives the accounting objects AIT1 to AIT7 of a line.
func objectsOf(line record) record {
	out := record{}
	for i := 1; i <= 7; i++ {
		key := fmt.Sprintf("AIT%d", i)
		out[key] = line[key]
	}
	return out
}

// approve lets a posted invoice be paid; its number is the supplier's.
func (m *M3) approve(c call) ([]record, *miError) {
	for _, v := range m.vouchers {
		if v.Head["CONO"] == c.cono && same("DIVI", "SUNO", "SINO", "INYR")(v.Head, c.input) {
			return m.keep(entry{Vouchers: []*voucher{{Head: with(v.Head, record{"APRV": approved, "LMDT": today()}), Lines: v.Lines}}})
		}
	}
	return nil, missing("Invoice", c.input["SINO"])
}
