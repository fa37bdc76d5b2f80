package business

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/edi"
)

// x12Unit and basis are the codes that the suppliers write.
var (
	x12Unit  = map[string]string{"EA": "EA", "BX": "BX", "CS": "CA", "KG": "KG", "M": "MR", "ROL": "RL", "PR": "PR"}
	basis    = map[string]string{"1": "PE", "100": "HP", "1000": "TP"}
	receiver = map[string]string{"100": "TRADEWINDUS", "200": "TRADEWINDCA"}
)

// bill is what one 810 says, and its envelope.
type bill struct {
	supplier            Supplier
	sender              [3]string // qualifier and id of the interchange, id of the group
	order               *Order
	orderNumber, number string
	original            string
	kind, usage         string
	date                time.Time
	control             int
	lines               []billLine
	freight, tax, total decimal.Decimal
	// discount is a percentage for payment within so many days.
	discount, discountDays string
}

type billLine struct {
	order, warehouse                           string
	id, unit, price, basis, theirs, ours, text string
	quantity, amount                           decimal.Decimal
	// packed is how many packedUnits are in a unit; empty says nothing about it.
	packed, packedUnit string
}

// addLines invoices all lines of an order.
func (b *bill) addLines(o *Order) {
	for _, l := range o.Lines {
		b.lines = append(b.lines, billLine{order: o.Head["PUNO"], warehouse: l["WHLO"], id: l["PNLI"], quantity: Number(l["ORQA"]), unit: x12Unit[l["PUUN"]],
			price: l["PUPR"], basis: basis[l["PUCD"]], theirs: l["SITE"], ours: l["ITNO"], text: l["ITDS"], amount: Number(l["LNAM"])})
	}
}

// freightCode is the SAC02 of freight.
const freightCode = "D240"

func (b bill) goods() decimal.Decimal {
	sum := decimal.Zero
	for _, l := range b.lines {
		sum = sum.Add(l.amount)
	}
	return sum
}

// cents is an amount with two implied decimals.
func cents(amount decimal.Decimal) string { return amount.Shift(2).StringFixed(0) }

// plainText spells names with the letters that every partner reads.
var plainText = strings.NewReplacer("ä", "ae", "é", "e")

func (b bill) segments() []edi.SegmentData {
	head, s := b.order.Head, edi.NewSegment
	out := []edi.SegmentData{
		s("BIG", date(b.date), b.number, head["PUDT"], b.orderNumber, "", "", b.kind),
		s("CUR", "SE", head["CUCD"]),
		s("REF", "IA", b.supplier.Number),
		s("REF", "VR", b.supplier.GroupID),
	}
	if b.original != "" {
		out = append(out, s("REF", "OI", b.original))
	}
	out = append(out,
		s("N1", "ST", plainText.Replace(b.order.Addresses["DNAM"]), "92", head["WHLO"]),
		s("N1", "RI", plainText.Replace(b.supplier.Name), "92", b.supplier.Number),
		s("ITD", b.terms()...))
	for _, l := range b.lines {
		out = append(out, s("IT1", l.id, l.quantity.String(), l.unit, l.price, l.basis, "VN", l.theirs, "BP", l.ours), s("PID", "F", "", "", "", l.text))
		if l.packed != "" {
			out = append(out, s("PO4", l.packed, "1", l.packedUnit))
		}
		if b.orderNumber == "" {
			out = append(out, s("REF", "PO", l.order))
		}
	}
	out = append(out, s("TDS", cents(b.total)))
	if !b.tax.IsZero() {
		kind := map[string]string{"100": "ST", "200": "GS"}[b.supplier.Cono]
		out = append(out, s("TXI", kind, b.tax.StringFixed(2), "5"))
	}
	if !b.freight.IsZero() {
		out = append(out, s("SAC", "C", freightCode, "", "", cents(b.freight), "", "", "", "", "", "", "06", "", "", "Freight"))
	}
	return append(out, s("CTT", strconv.Itoa(len(b.lines))))
}

// terms are the elements of ITD: net days, and a discount where there is one.
func (b bill) terms() []string {
	days, kind := strings.TrimPrefix(b.order.Head["TEPY"], "N"), "01"
	if b.discount != "" {
		kind = "08"
	}
	return []string{kind, "3", b.discount, "", b.discountDays, "", days}
}

// encode writes the file: one interchange with one group and one set.
func (b bill) encode() ([]byte, error) {
	var out bytes.Buffer
	e := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Segment: '~'})
	e.LineBreak = true
	at := time.Date(b.date.Year(), b.date.Month(), b.date.Day(), 6, b.control%60, 0, 0, time.UTC)
	to := receiver[b.supplier.Cono]
	for _, write := range []func() error{
		func() error {
			return e.BeginInterchange(edi.Interchange{SenderQualifier: b.sender[0], Sender: b.sender[1], ReceiverQualifier: "ZZ", Receiver: to,
				Time: at, Version: "00401", Control: fmt.Sprintf("%09d", b.control), Usage: b.usage})
		},
		func() error {
			return e.BeginGroup(edi.Group{Functional: "IN", Sender: b.sender[2], Receiver: to, Time: at, Control: strconv.Itoa(b.control), Version: "004010"})
		},
		func() error { return e.WriteSet("810", "0001", b.segments()) },
		e.EndGroup, e.EndInterchange,
	} {
		if err := write(); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}
