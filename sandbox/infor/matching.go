package infor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/sandbox/business"
)

// priceTolerance is how far a price may be from the order's.
var priceTolerance = decimal.RequireFromString("0.05")

// notAgain is M3's code for a batch that must be entered anew; no public source names it.
const notAgain = "AP45012"

// validate answers at once; the job that it submits runs a moment later.
func (m *M3) validate(c call) ([]record, *miError) {
	b, e := m.batch(c)
	if e != nil {
		return nil, e
	}
	switch status := b.head["SUPA"]; {
	case status == validating || status == posted:
		return nil, refusal("INBN", "", "Invoice batch "+b.head["INBN"]+" has status "+status+" and cannot be validated")
	case m.RefuseRevalidation && status != entered, b.recodes() && status == unmatched:
		return nil, refusal("INBN", notAgain, "Invoice batch "+b.head["INBN"]+" has status "+status+" and must be deleted and entered again")
	}
	if _, e := m.keep(entry{Heads: []record{with(b.head, record{"SUPA": validating, "BIST": "1", "LMDT": today()})}}); e != nil {
		return nil, e
	}
	m.schedule(b.head["INBN"])
	return nil, nil
}

func (m *M3) schedule(number string) {
	time.AfterFunc(cmp.Or(m.ValidationDelay, 30*time.Millisecond), func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if b := m.batches[number]; b != nil && b.head["SUPA"] == validating && !m.closed {
			v := m.examine(b)
			m.untimely(b, v)
			_ = m.settle(b, v) // a job that fails leaves its batch as it is, like one that died
		}
	})
}

func with(r, changes record) record {
	out := maps.Clone(r)
	maps.Copy(out, changes)
	return out
}

// verdict is what a validation finds: a status, the lines in error, and why; and what is to
// become true where there is nothing wrong.
type verdict struct {
	status  string
	lines   map[string]bool
	why     []string
	posting *voucher
	orders  []*business.Order
}

// fail takes a fault of the head, or of a line. A batch in error is not matched, so
// that status 15 wins over 78.
func (v *verdict) fail(status, line, format string, args ...any) {
	if v.status != inError {
		v.status = status
	}
	if line != "" {
		v.lines[line] = true
	}
	v.why = append(v.why, fmt.Sprintf(format, args...))
}

// examine finds out whether a batch can be posted.
func (m *M3) examine(b *batch) *verdict {
	v := &verdict{lines: map[string]bool{}}
	if b.recodes() {
		m.checkAccounts(b, v)
		v.posting = m.recode(b, v)
		return v
	}
	m.checkHead(b, v)
	m.checkAccounts(b, v)
	v.orders, v.posting = m.match(b, v), m.post(b)
	return v
}

// settle ends the job of a batch: it is posted, or marked with what is wrong.
func (m *M3) settle(b *batch, v *verdict) error {
	var e entry
	for _, line := range b.lines {
		if mark := flag(v.lines[line["TRNO"]]); mark != line["IBLE"] {
			e.Lines = append(e.Lines, with(line, record{"IBLE": mark, "LMDT": today()}))
		}
	}
	changes := record{"SUPA": posted, "BIST": "0", "IBHE": flag(v.status != ""), "IBLE": flag(len(v.lines) > 0), "LMDT": today(), "why": strings.Join(v.why, "; ")}
	if v.status != "" {
		changes["SUPA"] = v.status
	} else {
		for _, key := range []string{"VONO", "VSER", "YEA4"} {
			changes[key] = v.posting.Head[key]
		}
		e.Vouchers, e.Orders = []*voucher{v.posting}, v.orders
	}
	e.Heads = []record{with(b.head, changes)}
	return m.commit(e)
}

func flag(set bool) string {
	if set {
		return "1"
	}
	return "0"
}

// currencies are those that the companies know.
var currencies = []string{"USD", "CAD", "EUR", "GBP", "MXN", "JPY"}

func (m *M3) checkHead(b *batch, v *verdict) {
	h := b.head
	for _, key := range []string{"SUNO", "SPYN"} {
		if s, found := m.supplierOf(h["CONO"], h[key]); !found || s["STAT"] != "20" {
			v.fail(inError, "", "%s %s is unknown or blocked", key, h[key])
		}
	}
	switch {
	case h["SINO"] == "":
		v.fail(inError, "", "there is no invoice number")
	case m.ledger(h) != nil:
		v.fail(inError, "", "invoice %s is posted already", h["SINO"])
	}
	if !business.Division(h["CONO"], h["DIVI"]) {
		v.fail(inError, "", "division %q is unknown", h["DIVI"])
	}
	if !slices.Contains(currencies, h["CUCD"]) {
		v.fail(inError, "", "currency %q is unknown", h["CUCD"])
	}
	if !m.open(h["CONO"], accountingDate(h)) {
		v.fail(inError, "", "the period of %s is not open", accountingDate(h))
	}
	goods, charges, taxes := b.sums()
	total, tax := business.Number(h["CUAM"]), business.Number(h["VTAM"])
	net := goods.Add(charges)
	if h["TXIN"] != "1" {
		net = net.Add(tax)
	}
	if !net.Round(2).Equal(total.Round(2)) {
		v.fail(inError, "", "the lines sum up to %s, not to %s", net, total)
	}
	if b.has("3") && !taxes.Equal(tax) {
		v.fail(inError, "", "the VAT lines sum up to %s, not to %s", taxes, tax)
	}
	if len(b.lines) == 0 {
		v.fail(inError, "", "there are no lines")
	}
}

func (b *batch) has(kind string) bool {
	return slices.ContainsFunc(b.lines, func(line record) bool { return line["RDTP"] == kind })
}

// taxOf is the amount of a VAT line, in whichever field it came.
func taxOf(line record) decimal.Decimal {
	if tax := business.Number(line["VTA1"]); !tax.IsZero() {
		return tax
	}
	return business.Number(line["NLAM"])
}

// sums adds up the item lines, the other net amounts, and the VAT lines.
func (b *batch) sums() (goods, charges, taxes decimal.Decimal) {
	for _, line := range b.lines {
		switch amount := business.Number(line["NLAM"]); line["RDTP"] {
		case "1":
			goods = goods.Add(amount)
		case "3":
			taxes = taxes.Add(taxOf(line))
		default:
			charges = charges.Add(amount)
		}
	}
	return goods, charges, taxes
}

// match compares the item lines with the orders and their receipts, and gives the
// orders as they are once this invoice is posted.
func (m *M3) match(b *batch, v *verdict) []*business.Order {
	changed := map[string]*business.Order{}
	for _, line := range b.lines {
		if line["RDTP"] != "1" {
			continue
		}
		fault := func(format string, args ...any) {
			v.fail(unmatched, line["TRNO"], "line "+line["TRNO"]+": "+format, args...)
		}
		order := changed[line["PUNO"]]
		if found := m.find(b.head["CONO"], line["PUNO"]); order == nil && found != nil {
			order = found.Copy()
		}
		if order == nil || order.Head["SUNO"] != b.head["SUNO"] {
			fault("order %s is not known or of another supplier", line["PUNO"])
			continue
		}
		ordered := order.Line(line["PNLI"], line["PNLS"])
		if ordered == nil || ordered["PUSL"] == "99" {
			fault("order %s has no line %s", line["PUNO"], line["PNLI"])
			continue
		}
		if !agrees(line, ordered, fault) {
			continue
		}
		invoiced := business.Number(ordered["IVQA"]).Add(business.Number(line["IVQA"]))
		if received := business.Number(ordered["RVQA"]); invoiced.GreaterThan(received) || invoiced.IsNegative() {
			fault("%s would be invoiced of %s received", invoiced, received)
			continue
		}
		invoice(ordered, invoiced)
		order.Restate(business.Now())
		changed[line["PUNO"]] = order
	}
	return slices.SortedFunc(maps.Values(changed), func(a, b *business.Order) int { return cmp.Compare(a.Head["PUNO"], b.Head["PUNO"]) })
}

// agrees compares item, unit, price and quantity of a line with those of the order.
func agrees(line, ordered record, fault func(string, ...any)) bool {
	for _, key := range []string{"ITNO", "PUUN"} {
		if line[key] != "" && line[key] != ordered[key] {
			fault("%s is %s, ordered was %s", key, line[key], ordered[key])
			return false
		}
	}
	quantity := business.Number(line["IVQA"])
	if quantity.IsZero() {
		fault("there is no quantity")
		return false
	}
	expected := perUnit(ordered["PUPR"], ordered["PUCD"])
	price := business.Number(line["NLAM"]).Div(quantity)
	if given := cmp.Or(line["NEPR"], line["GRPR"]); given != "" {
		price = perUnit(given, line["PUCD"])
	}
	if price.Sub(expected).Abs().GreaterThan(expected.Mul(priceTolerance)) {
		fault("price %s for one, ordered at %s", price, expected)
		return false
	}
	return true
}

func perUnit(price, basis string) decimal.Decimal {
	units := business.Number(basis)
	if !units.IsPositive() {
		units = decimal.NewFromInt(1)
	}
	return business.Number(price).Div(units)
}

// invoice gives an order's line its invoiced quantity; 85 is invoiced in full.
func invoice(ordered record, quantity decimal.Decimal) {
	ordered["IVQA"], ordered["IDAT"], ordered["LMDT"] = quantity.String(), today(), today()
	switch {
	case quantity.GreaterThanOrEqual(business.Number(ordered["ORQA"])):
		ordered["PUSL"], ordered["PUST"] = "85", "85"
	case ordered["PUSL"] == "85":
		ordered["PUSL"], ordered["PUST"] = "75", "75"
	}
}

// Book posts an invoice as if somebody had keyed it in: head and lines with the
// fields of AddHead and AddLine.
func (m *M3) Book(cono, divi string, head map[string]string, lines []map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	program := func(transaction string, input record) call {
		return call{program: "APS450MI", transaction: transaction, cono: cono, divi: divi, input: input}
	}
	made, refused := m.addHead(program("AddHead", head))
	if refused != nil {
		return fmt.Errorf("booking %s: %s", head["SINO"], refused.Message)
	}
	b := m.batches[made[0]["INBN"]]
	for i, line := range lines {
		input := with(line, record{"INBN": b.head["INBN"], "TRNO": strconv.Itoa(i + 1)})
		if _, refused := m.addLine(program("AddLine", input)); refused != nil {
			return fmt.Errorf("booking %s: %s", head["SINO"], refused.Message)
		}
	}
	if err := m.settle(b, m.examine(b)); err != nil {
		return err
	}
	if b.head["SUPA"] != posted {
		return fmt.Errorf("booking %s: %s", head["SINO"], b.head["why"])
	}
	return nil
}
