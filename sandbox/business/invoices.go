package business

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// The kinds of supplier invoices.
const (
	Right          = "right"
	Charged        = "charged"         // right, with freight and tax
	WrongTotal     = "wrong-total"     // the total is not the sum of the parts
	UnknownLine    = "unknown-line"    // a line that the order does not have
	WrongUnit      = "wrong-unit"      // another unit than was ordered
	Twice          = "duplicate"       // the bytes of a right one under another name
	Again          = "again"           // the number of a right one, with other content
	Credit         = "credit"          // for an invoice that M3 has posted
	Early          = "early"           // the goods are not received
	Trial          = "test"            // ISA15 is T
	UnknownPartner = "unknown-partner" // from an address that nobody knows
	UnknownOrder   = "unknown-order"   // for an order that M3 does not hold
	AtOnce         = "at-once"         // two files of the same bytes next to each other
	CreditOurs     = "credit-ours"     // for the invoice of another file
	Packed         = "packed"          // a line in cases, with the size of a case
	SeveralOrders  = "several-orders"  // lines of two orders, of two warehouses where the company has them
	Discounted     = "discounted"      // 2 % for payment within ten days
)

// mix says how many of sixty invoices are of a kind and what is to become of them;
// all others are right. A kind has one invoice at least from a number of files on.
var mix = []struct {
	kind   string
	share  int
	expect string
	from   int
}{
	{Charged, 5, "posted", some}, {WrongTotal, 1, "parked", some}, {UnknownLine, 1, "parked", some}, {WrongUnit, 1, "parked", some},
	{Credit, 2, "posted", some}, {Early, 2, "held", some}, {Trial, 1, "test", some}, {UnknownPartner, 1, "parked", some},
	{UnknownOrder, 1, "parked", some}, {Twice, 2, "duplicate", some}, {Again, 1, "parked", some},
	{AtOnce, 1, "posted", many}, {CreditOurs, 1, "posted", many}, {Packed, 1, "posted", many}, {SeveralOrders, 1, "posted", many}, {Discounted, 2, "posted", many},
}

const some, many = 20, 40

// Invoice is a supplier's file with one 810, and what is to become of it.
type Invoice struct {
	File     string `json:"file"`
	Number   string `json:"invoice"`
	Kind     string `json:"kind"`
	Cono     string `json:"cono"`
	Supplier string `json:"supplier"`
	Order    string `json:"order"` // BIG04; empty where the lines name theirs
	Currency string `json:"currency"`
	Total    string `json:"total"` // TDS01; negative on a credit note
	Expect   string `json:"expect"`
	Original string `json:"original,omitempty"` // what a credit note corrects
	// Postings are the lines of the voucher that the invoice deserves, at once or when its
	// goods are received.
	Postings []Posting `json:"postings,omitempty"`
	Content  []byte    `json:"-"`

	bill bill
}

// Booking is an invoice that M3 has posted already, with the fields of AddHead and
// AddLine.
type Booking struct {
	Cono, Divi string
	Head       map[string]string
	Lines      []map[string]string
}

// Billing is what Invoices makes: the orders that M3 must hold, what is posted
// already, and the files.
type Billing struct {
	Orders   []*Order
	Bookings []Booking
	Invoices []Invoice
}

// Invoices makes n files behind those that were made before, each for an order of
// its own that is delivered and is never to be sent. The same seed and the same
// numbers give the same files.
func (g *Generator) Invoices(n, before int) (Billing, error) {
	own := *g
	own.random, own.later = rand.New(rand.NewPCG(g.seed, uint64(2+before))), false
	var out Billing
	partners, right, credited := own.partners(), []Invoice(nil), map[string]bool{}
	for i, kind := range own.kinds(n) {
		sequence := before + i + 1
		var made Invoice
		switch kind {
		case Twice, Again:
			made = copied(right[own.random.IntN(len(right))], kind, sequence)
		case secondAtOnce:
			made = copied(out.Invoices[i-1], Twice, sequence)
		case CreditOurs:
			made = own.creditFor(right, credited, sequence)
		default:
			made = own.invoice(&out, kind, partners[sequence%len(partners)], sequence)
		}
		made.Kind, made.Expect, made.Total, made.Currency = kind, expected(kind), made.bill.total.StringFixed(2), made.bill.order.Head["CUCD"]
		if kind == secondAtOnce {
			made.Kind = AtOnce
		}
		if made.Postings = nil; made.Expect == "posted" || made.Expect == "held" {
			made.Postings = made.bill.postings()
		}
		content, err := made.bill.encode()
		if err != nil {
			return out, fmt.Errorf("invoice %s: %w", made.Number, err)
		}
		made.Content = content
		if kind == Right {
			right = append(right, made)
		}
		out.Invoices = append(out.Invoices, made)
	}
	g.next = own.next
	return out, nil
}

// expected is what is to become of a kind. Which of two files at once comes first does not
// matter: one is posted, the other its duplicate.
func expected(kind string) string {
	if kind == secondAtOnce {
		return "duplicate"
	}
	for _, m := range mix {
		if m.kind == kind {
			return m.expect
		}
	}
	return "posted"
}

// secondAtOnce stands behind AtOnce in the order of the kinds.
const secondAtOnce = AtOnce + ", again"

// kinds gives the kinds of n invoices in a random order, those that need others last.
func (g *Generator) kinds(n int) []string {
	var kinds, late []string
	for _, m := range mix {
		count := n * m.share / 60
		if n >= m.from {
			count = max(count, 1)
		} else if m.from == many {
			count = 0
		}
		for range count {
			switch m.kind {
			case Twice, Again, CreditOurs:
				late = append(late, m.kind)
			default:
				kinds = append(kinds, m.kind)
			}
		}
	}
	pairs := countOf(kinds, AtOnce)
	for len(kinds)+len(late)+pairs < n {
		kinds = append(kinds, Right)
	}
	g.random.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	var out []string
	for _, kind := range kinds {
		if out = append(out, kind); kind == AtOnce {
			out = append(out, secondAtOnce)
		}
	}
	return append(out, late...)
}

func countOf(kinds []string, kind string) int {
	n := 0
	for _, k := range kinds {
		if k == kind {
			n++
		}
	}
	return n
}

// copied gives the same file under another name, or the same number and total on
// another day of the year.
func copied(of Invoice, kind string, sequence int) Invoice {
	if kind == Twice {
		of.File = strings.TrimSuffix(of.File, ".edi") + "_2.edi"
		return of
	}
	day := of.bill.date.AddDate(0, 0, -1)
	if day.Year() != of.bill.date.Year() {
		day = of.bill.date.AddDate(0, 0, 1)
	}
	of.bill.date, of.bill.control = day, control(sequence)
	of.File = fileName(of.bill.supplier, sequence)
	return of
}

func control(sequence int) int { return 1000 + sequence }

func fileName(s Supplier, sequence int) string {
	return fmt.Sprintf("%s_810_%09d.edi", s.GroupID, control(sequence))
}

func (g *Generator) invoice(to *Billing, kind string, s Supplier, sequence int) Invoice {
	order := g.orderFor(kind, s)
	to.Orders = append(to.Orders, order)
	b := bill{supplier: s, order: order, orderNumber: order.Head["PUNO"], number: fmt.Sprintf("INV-%06d", sequence), kind: "DI", usage: "P",
		date: g.today, control: control(sequence), sender: [3]string{s.Qualifier, s.InterchangeID, s.GroupID}}
	b.addLines(order)
	made := Invoice{File: fileName(s, sequence), Number: b.number, Cono: s.Cono, Supplier: s.Number}
	switch kind {
	case Credit:
		made.Original = fmt.Sprintf("ORI-%06d", sequence)
		to.Bookings = append(to.Bookings, booking(order, made.Original, g.today))
		b.credit(made.Original)
	case Charged:
		b.freight = decimal.New(int64(1500+g.random.IntN(9000)), -2)
		b.tax = b.goods().Mul(decimal.RequireFromString("0.05")).Round(2)
	case UnknownLine:
		b.lines[0].id, b.lines[0].theirs, b.lines[0].ours = "990", "NO-SUCH-PART", "NO-SUCH-ITEM"
	case WrongUnit:
		b.lines[0].unit = map[bool]string{true: "EA", false: "CA"}[b.lines[0].unit == "CA"]
	case Trial:
		b.usage = "T"
	case UnknownPartner:
		b.sender = [3]string{"ZZ", "STRANGER", "STRANGER"}
	case UnknownOrder:
		b.orderNumber = fmt.Sprintf("44%05d", sequence)
	case Packed:
		b.lines[0].packInto("CA", perCase)
	case SeveralOrders:
		other := g.elsewhere(order, s)
		to.Orders = append(to.Orders, other)
		b.orderNumber = ""
		b.addLines(other)
	case Discounted:
		b.discount, b.discountDays = "2", "10"
	}
	b.total = b.goods().Add(b.freight).Add(b.tax)
	if kind == WrongTotal {
		b.total = b.total.Add(decimal.NewFromInt(1))
	}
	made.Order, made.bill = b.orderNumber, b
	return made
}

// orderFor makes the order that an invoice of a kind is for.
func (g *Generator) orderFor(kind string, s Supplier) *Order {
	switch kind {
	case Early:
		return g.spoil(g.order(Advised, s))
	case Packed:
		return g.spoil(g.inCases(g.order(Delivered, s)))
	}
	return g.spoil(g.order(Delivered, s))
}

// booking is the posted invoice for a whole order.
func booking(o *Order, number string, day time.Time) Booking {
	sum := decimal.Zero
	out := Booking{Cono: o.Head["CONO"], Divi: o.Head["DIVI"]}
	for _, l := range o.Lines {
		sum = sum.Add(Number(l["LNAM"]))
		out.Lines = append(out.Lines, map[string]string{"RDTP": "1", "PUNO": l["PUNO"], "PNLI": l["PNLI"], "PNLS": l["PNLS"], "ITNO": l["ITNO"],
			"IVQA": l["ORQA"], "PUUN": l["PUUN"], "NEPR": l["PUPR"], "PPUN": l["PPUN"], "PUCD": l["PUCD"], "NLAM": l["LNAM"]})
	}
	out.Head = map[string]string{"SUNO": o.Head["SUNO"], "SPYN": o.Head["SUNO"], "SINO": number, "IVDT": date(day), "CUCD": o.Head["CUCD"],
		"CUAM": sum.String(), "PUNO": o.Head["PUNO"], "YEA4": day.Format("2006")}
	return out
}
