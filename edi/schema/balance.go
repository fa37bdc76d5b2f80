package schema

import (
	"bytes"
	"fmt"
	"strings"

	"tradewind/edi"
)

// role says what a segment adds to the sums of its set.
type role byte

const (
	roleNone   role = iota
	roleLine        // PO1, IT1: counted by CTT01, its quantity by CTT02
	roleCount       // CTT
	roleCharge      // SAC
	roleTax         // TXI
	roleTotal       // TDS
	roleLevel       // HL
	roleOpen        // LS
	roleClose       // LE
	roleEnd         // SE
)

var roles = map[string]role{"PO1": roleLine, "IT1": roleLine, "POC": roleLine, "CTT": roleCount, "SAC": roleCharge, "TXI": roleTax, "TDS": roleTotal,
	"HL": roleLevel, "LS": roleOpen, "LE": roleClose, "SE": roleEnd}

// counted are the segments that CTT01 counts, by set; in other sets it counts what the
// partners agreed on.
var counted = map[string]string{"850": "PO1", "810": "IT1", "855": "PO1", "860": "POC"}

// balance are the sums of one set.
type balance struct {
	set      string
	lines    int
	quantity sum // of the lines
	// amount is what the lines, charges and taxes of an invoice come to; it is not known
	// where one of them does not say its own.
	amount  sum
	unknown bool
	total   total
	levels  controls // HL01
	open    []string // LS01 without its LE
}

// maxOpen bounds the LS that wait for their LE; real sets nest two or three.
const maxOpen = 100

// total is the TDS of an invoice.
type total struct {
	there    bool
	amount   fixed
	position int
	offset   int64
	raw      []byte
}

func (b *balance) begin(set string) { *b = balance{set: set, total: total{raw: b.total.raw[:0]}} }

// weigh adds a segment to the sums, and compares where one states a sum.
func (v *Validator) weigh(s *edi.Segment, r role) {
	b := &v.balance
	switch r {
	case roleLine:
		v.line(s)
	case roleCount:
		v.count(s)
	case roleLevel:
		v.hierarchy(s)
	case roleOpen:
		if len(b.open) < maxOpen {
			b.open = append(b.open, string(clip(s.Element(1))))
		}
	case roleClose:
		if n := len(b.open); n > 0 && b.open[n-1] == string(clip(s.Element(1))) {
			b.open = b.open[:n-1]
		} else {
			v.report(v.ofSet(s, 4, 1, "LE01 %q closes no LS", clip(s.Element(1))))
		}
	case roleEnd:
		v.end(s)
	case roleCharge, roleTax, roleTotal:
		if b.set == "810" {
			v.invoiced(s, r)
		}
	}
}

// line counts a line and adds its quantity, and an invoice's amount.
func (v *Validator) line(s *edi.Segment) {
	b := &v.balance
	if string(s.Element(0)) != counted[b.set] {
		return
	}
	b.lines++
	quantity, ok := parseFixed(s.Element(quantityAt(s)))
	if !ok {
		b.unknown, b.quantity.lost = true, true
		return
	}
	b.quantity.add(quantity)
	if b.set != "810" {
		return
	}
	price, ok := parseFixed(s.Element(4))
	shift, known := bases[string(s.Element(5))]
	if !ok || !known {
		b.unknown = true
		return
	}
	price.scale += shift
	b.amount.addProduct(quantity, price)
}

// quantityAt is the element with the quantity of a line: a changed line says first what is changed.
func quantityAt(s *edi.Segment) int {
	if string(s.Element(0)) == "POC" {
		return 3
	}
	return 2
}

// bases are the units of a price (element 639) as powers of ten.
var bases = map[string]int{"": 0, "PE": 0, "UM": 0, "WE": 0, "HP": 2, "TP": 3}

// count compares a CTT with the lines.
func (v *Validator) count(s *edi.Segment) {
	b := &v.balance
	if counted[b.set] == "" {
		return
	}
	if stated, ok := parseWhole(s.Element(1)); ok && stated.digits != int64(b.lines) {
		v.report(v.ofSet(s, 3, 1, "CTT01 says %s, and there are %d %s", s.Element(1), b.lines, counted[b.set]))
	}
	stated, ok := parseFixed(s.Element(2))
	if !ok || b.quantity.lost || sameHash(stated, b.quantity.fixed) {
		return
	}
	f := v.ofSet(s, 3, 2, "CTT02 says %s, and the quantities come to %s", s.Element(2), b.quantity)
	f.Severity = Warning // what partners hash differs
	v.report(f)
}

// hashDigits is how many digits a hash total has; what is beyond them is cut off.
const hashDigits = 10

func sameHash(stated, sum fixed) bool {
	off, ok := sum.plus(stated.negated())
	whole := powers[min(sum.scale, mostDigits)]
	return !ok || off.digits == 0 || sum.digits/whole >= powers[hashDigits] && sum.digits/whole%powers[hashDigits] == stated.digits
}

// invoiced adds charges and taxes, and keeps the total.
func (v *Validator) invoiced(s *edi.Segment, r role) {
	b := &v.balance
	switch r {
	case roleTotal:
		amount, ok := parseWhole(s.Element(1))
		amount.scale += 2 // TDS01 is in hundredths
		b.total = total{there: ok, amount: amount, position: v.position, offset: s.ElementOffset(1), raw: append(b.total.raw[:0], s.Raw()...)}
	case roleTax:
		amount, ok := parseFixed(s.Element(2))
		if !ok {
			b.unknown = true
			return
		}
		b.amount.add(amount)
	case roleCharge:
		v.charge(s)
	}
}

// charge adds SAC05, which is in hundredths; a bill back is settled elsewhere.
func (v *Validator) charge(s *edi.Segment) {
	b := &v.balance
	indicator := string(s.Element(1))
	if (indicator != "A" && indicator != "C") || string(s.Element(12)) == "01" {
		return
	}
	amount, ok := parseWhole(s.Element(5))
	if !ok {
		b.unknown = true
		return
	}
	amount.scale += 2
	if indicator == "A" {
		amount = amount.negated()
	}
	b.amount.add(amount)
}

// end compares the total of an invoice, and looks for what was left open.
func (v *Validator) end(s *edi.Segment) {
	b := &v.balance
	for _, id := range b.open {
		f := segmentFinding(s, v.position, 4, SegmentMissing, "LE is missing for LS01 %.20q", id)
		f.Segment = "LE"
		v.report(f)
	}
	if !b.total.there || b.unknown || b.amount.lost || b.lines == 0 {
		return
	}
	off, ok := b.total.amount.plus(b.amount.negated())
	// Each line may have been rounded to cents, up or down: half a cent for each.
	tolerance := fixed{5 * int64(b.lines+1), 3}
	if left, fits := (fixed{-int64(magnitude(off.digits)), off.scale}).plus(tolerance); !ok || !fits || left.digits >= 0 {
		return
	}
	severity := Warning // what a total contains differs between partners
	if v.Balanced {
		severity = Error
	}
	path := strings.TrimSuffix(s.Path(), "SE[1]") + "TDS[1]-01"
	v.report(Finding{Level: 3, Severity: severity, Code: SetHasSegments, Segment: "TDS", Position: b.total.position, Element: 1, Offset: b.total.offset, Path: path,
		Scope: OfSet, Quote: string(b.total.raw), At: len("TDS*"), Width: len(bytes.SplitN(b.total.raw[len("TDS*"):], b.total.raw[len("TDS"):len("TDS*")], 2)[0]),
		Message: fmt.Sprintf("TDS01 says %s, and lines, charges, allowances and taxes come to %s", b.total.amount, b.amount)})
}

// hierarchy checks that an HL has a number of its own and a parent that is there.
func (v *Validator) hierarchy(s *edi.Segment) {
	b := &v.balance
	if parent := s.Element(2); len(parent) > 0 && !b.levels.has(string(parent)) {
		v.report(v.ofSet(s, 4, 2, "HL02 %q names no level in front of it", clip(parent)))
	}
	if b.levels.add(string(s.Element(1))) {
		v.report(v.ofSet(s, 4, 1, "HL01 %q stands twice", clip(s.Element(1))))
	}
}

// ofSet makes a finding that the codes of elements have no word for: the set has a
// segment in error.
func (v *Validator) ofSet(s *edi.Segment, level, i int, format string, args ...any) Finding {
	f := v.elementFinding(s, level, SetHasSegments, nil, i, 0, format, args...)
	f.Scope = OfSet
	return f
}
