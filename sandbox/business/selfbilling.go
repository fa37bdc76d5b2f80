package business

import (
	"fmt"
	"math/rand/v2"

	"github.com/shopspring/decimal"
)

// SelfBiller is the supplier for whom a company writes the invoices: SelfBilledCono.
const SelfBiller, SelfBilledCono = "0010320", "100"

// The kinds of self-billed invoices, beside Right, Charged, Discounted, Credit and NotApproved.
const (
	OddPrices = "odd-prices" // amounts that are no multiple of their quantity
	Stopped   = "stopped"    // with a payment stop
)

// selfBilledKinds is the order in which they come, again and again.
var selfBilledKinds = []string{Right, Charged, OddPrices, Discounted, Credit, NotApproved, Stopped}

// SelfBilledNumber is the number of the n-th self-billed invoice, counted from 1.
func SelfBilledNumber(n int) string { return fmt.Sprintf("SB-%06d", n) }

// SelfBilledKind is the kind of the n-th self-billed invoice.
func SelfBilledKind(n int) string { return selfBilledKinds[(n-1)%len(selfBilledKinds)] }

// selfBilledStream keeps these invoices apart from all else that the seed makes.
const selfBilledStream = 1 << 32

// SelfBilled makes the n invoices behind those that were made before, with the fields of M3's ledger. The
// same seed and day give the same invoices, in however many parts they are made.
func (g *Generator) SelfBilled(n, before int) []Booking {
	out := make([]Booking, n)
	for i := range out {
		out[i] = g.selfBilled(before + i + 1)
	}
	return out
}

func (g *Generator) selfBilled(sequence int) Booking {
	random := rand.New(rand.NewPCG(g.seed, uint64(selfBilledStream+sequence)))
	places := sites[SelfBilledCono]
	centre := CostCentre[places[random.IntN(len(places))].code]
	out := Booking{Cono: SelfBilledCono, Divi: divisions[SelfBilledCono], Head: map[string]string{"SUNO": SelfBiller, "SINO": SelfBilledNumber(sequence),
		"IVDT": date(g.today), "DUDT": date(g.today.AddDate(0, 0, 30)), "TEPY": "N30", "CUCD": currency[SelfBilledCono]}}
	item := func(quantity, amount decimal.Decimal, of []string) {
		out.Lines = append(out.Lines, map[string]string{"RDTP": "1", "ITNO": of[0], "VTXT": of[1], "IVQA": quantity.String(), "PUUN": of[3], "NLAM": amount.String(), "AO02": centre})
	}
	if SelfBilledKind(sequence) == OddPrices {
		item(decimal.NewFromInt(3), decimal.New(1000, -2), g.items[0])
		item(decimal.NewFromInt(7), decimal.New(10001, -2), g.items[1])
	}
	for len(out.Lines) < 2 {
		of, quantity := g.items[random.IntN(len(g.items))], decimal.NewFromInt(quantities[1+random.IntN(len(quantities)-1)])
		item(quantity, quantity.Mul(Number(of[5])).Round(2), of)
	}
	out.distinguish(SelfBilledKind(sequence), random, g.today.AddDate(0, 0, 10).Format("20060102"))
	out.sum()
	return out
}

// distinguish makes an invoice one of a kind; a discount lasts until a day.
func (b *Booking) distinguish(kind string, random *rand.Rand, until string) {
	switch kind {
	case Charged:
		b.sum()
		tax := Number(b.Head["CUAM"]).Mul(decimal.RequireFromString("0.05")).Round(2)
		freight := decimal.New(int64(1500+random.IntN(9000)), -2)
		b.Lines = append(b.Lines, map[string]string{"RDTP": "2", "VTXT": "Freight", "NLAM": freight.String(), "AO02": b.Lines[0]["AO02"]},
			map[string]string{"RDTP": "3", "VTXT": "Sales tax", "VTCD": "10", "VTP1": "5", "VTA1": tax.String()})
		b.Head["VTAM"] = tax.String()
	case Discounted:
		b.Head["TECD"], b.Head["CDP1"], b.Head["CDT1"] = "210", "2", until
	case Credit:
		b.Lines = b.Lines[:1]
		for _, name := range []string{"IVQA", "NLAM"} {
			b.Lines[0][name] = Number(b.Lines[0][name]).Neg().String()
		}
	case NotApproved:
		b.Head["APRV"] = "0"
	case Stopped:
		b.Head["IVBL"] = "1"
	}
}

// sum makes the total of the lines that of the head.
func (b *Booking) sum() {
	total := decimal.Zero
	for _, line := range b.Lines {
		total = total.Add(Number(line["NLAM"])).Add(Number(line["VTA1"]))
	}
	b.Head["CUAM"] = total.String()
}
