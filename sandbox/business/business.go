// Package business makes the data of the simulated company: suppliers, items and
// purchase orders that are the same for the same seed and day.
package business

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

//go:embed suppliers.csv
var suppliersCSV string

//go:embed items.csv
var itemsCSV string

// Supplier is a row of suppliers.csv.
type Supplier struct {
	Cono, Number, Name                          string
	Qualifier, InterchangeID, GroupID           string
	EDI                                         string // yes, no or noprofile
	Status, Currency, Class                     string
	Street, Town, State, Postal, Country, Notes string
}

// Order is a purchase order as M3 holds it: MI field names with string values.
type Order struct {
	Kind      string              `json:"kind"` // what a test may expect of it
	Head      map[string]string   `json:"head"`
	Lines     []map[string]string `json:"lines"`
	Addresses map[string]string   `json:"addresses"`
	HeadText  []string            `json:"headText,omitempty"`
	LineTexts map[string][]string `json:"lineTexts,omitempty"` // by "PNLI/PNLS"
	// Receipts are as LstReceiptsByPO gives them.
	Receipts []map[string]string `json:"receipts,omitempty"`
}

// Suppliers gives the suppliers of both companies.
func Suppliers() []Supplier {
	var out []Supplier
	for _, f := range rows(suppliersCSV) {
		out = append(out, Supplier{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13], f[14], f[15]})
	}
	return out
}

func rows(text string) [][]string {
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("sandbox: embedded table: %v", err)) // the tables are part of the program
	}
	return all[1:]
}

// The kinds of orders. Normal ones must reach Cleo; the others must not.
const (
	Normal      = "normal"
	NoProfile   = "noprofile"
	NotEDI      = "not-edi"
	Blocked     = "blocked"
	UnitMissing = "unit-missing"
	ItemMissing = "item-missing"
	NoLines     = "no-lines"
	NotApproved = "not-approved"
	Received    = "received"
	// Delivered ones wait for their invoice, Advised ones for their goods and both.
	Delivered = "delivered"
	Advised   = "advised"
)

type site struct{ code, name, street, town, state, postal, country string }

var (
	divisions = map[string]string{"100": "AAA", "200": "BBB"}
	currency  = map[string]string{"100": "USD", "200": "CAD"}
	sites     = map[string][]site{
		"100": {{"W01", "Chicago warehouse", "2200 S Ashland Ave", "Chicago", "IL", "60608", "US"}, {"W02", "Dallas warehouse", "1400 Inwood Rd", "Dallas", "TX", "75247", "US"},
			{"W03", "Atlanta warehouse", "780 Marietta Blvd", "Atlanta", "GA", "30318", "US"}},
		"200": {{"W11", "Toronto warehouse", "75 Carlingview Dr", "Toronto", "ON", "M9W 5E7", "CA"}},
	}
	buyers = [][2]string{{"KIMLEE", "Kim Lee"}, {"JORTIZ", "Jose Ortiz"}, {"MBROWN", "Mary Brown"}}
)

// Generator makes orders; its numbers continue.
type Generator struct {
	seed      uint64
	random    *rand.Rand
	today     time.Time
	next      int
	suppliers []Supplier
	items     [][]string
	later     bool
}

// zone is that of the first company: M3 keeps days, and its clock runs there.
var zone = func() *time.Location {
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		panic(err) // there is no M3 without its clock
	}
	return zone
}()

// Now is the time by M3's clock.
func Now() time.Time { return time.Now().In(zone) }

// NewGenerator starts the numbers behind 4500000.
func NewGenerator(seed uint64, today time.Time) *Generator {
	g := &Generator{seed: seed, random: rand.New(rand.NewPCG(seed, 1)), today: today, next: 4500001, suppliers: Suppliers()}
	for _, item := range rows(itemsCSV) {
		if item[3] != drum { // drums have no X12 unit in the shipped crosswalk: an exception of its own
			g.items = append(g.items, item)
		}
	}
	return g
}

const drum = "DRM"

// Company makes n sendable orders and, on top, one of every exception.
func (g *Generator) Company(n int) []*Order {
	out := g.Sendable(n)
	for _, kind := range []string{NoProfile, NotEDI, NotEDI, Blocked, UnitMissing, ItemMissing, NoLines, NotApproved, NotApproved, Received} {
		out = append(out, g.exception(kind))
	}
	return out
}

// Sendable makes n orders that must reach Cleo, spread over the suppliers.
func (g *Generator) Sendable(n int) []*Order {
	edi := g.partners()
	out := make([]*Order, n)
	for i := range out {
		out[i] = g.order(Normal, edi[(g.next-4500001)%len(edi)])
		switch i % 20 {
		case 3:
			out[i].Head["CUCD"] = "EUR"
		case 7:
			long := "Long description of a part that does not fit one segment, made to order, with certificate, packed in tens"
			out[i].Lines[0]["PITT"] = long
		case 11:
			deleted := g.line(out[i], 990)
			deleted["PUSL"], deleted["PUST"] = "99", "99"
			out[i].Lines = append(out[i].Lines, deleted)
			out[i].Head["NOLN"] = strconv.Itoa(len(out[i].Lines))
		}
		agree(out[i], i)
	}
	return out
}

// partners are the suppliers whose documents pass in both directions.
func (g *Generator) partners() []Supplier {
	var out []Supplier
	for _, s := range g.suppliers {
		if s.EDI == "yes" && s.Status == "20" && s.Notes == "" {
			out = append(out, s)
		}
	}
	return out
}

// More makes n orders of a kind behind the ones that were made before.
func (g *Generator) More(kind string, n int) []*Order {
	g.later = true
	if kind == Normal {
		return g.Sendable(n)
	}
	out := make([]*Order, n)
	for i := range out {
		out[i] = g.exception(kind)
	}
	return out
}

// Known says whether there is such a kind of order.
func Known(kind string) bool {
	switch kind {
	case Normal, NoProfile, NotEDI, Blocked, UnitMissing, ItemMissing, NoLines, NotApproved, Received, Delivered, Advised:
		return true
	}
	return false
}

// ContinueBehind makes the next number follow the highest of these orders.
func (g *Generator) ContinueBehind(orders []*Order) {
	for _, o := range orders {
		if n, err := strconv.Atoi(o.Head["PUNO"]); err == nil && n >= g.next {
			g.next = n + 1
		}
	}
}

func (g *Generator) exception(kind string) *Order {
	for _, s := range g.suppliers {
		fits := map[string]bool{NoProfile: s.EDI == "noprofile", NotEDI: s.EDI == "no", Blocked: s.Status == "90",
			UnitMissing: s.Notes == UnitMissing, ItemMissing: s.Notes == ItemMissing}
		if fit, special := fits[kind]; fit || !special {
			return g.spoil(g.order(kind, s))
		}
	}
	panic("sandbox: no supplier of kind " + kind)
}

func (g *Generator) spoil(o *Order) *Order {
	status := func(code string) {
		o.Head["PUSL"], o.Head["PUST"] = code, code
		for _, l := range o.Lines {
			l["PUSL"], l["PUST"] = code, code
		}
	}
	switch o.Kind {
	case UnitMissing:
		o.Lines[0]["PUUN"], o.Lines[0]["PPUN"] = drum, drum
	case ItemMissing:
		o.Lines[0]["SITE"] = ""
	case NoLines:
		o.Lines, o.Head["NOLN"] = nil, "0"
	case NotApproved:
		status("10")
	case Received:
		status("50")
	case Advised:
		status("40")
	case Delivered:
		_ = o.Receive(nil, g.today) // every line takes what is open on it
	}
	return o
}

func (g *Generator) order(kind string, s Supplier) *Order {
	number := strconv.Itoa(g.next)
	g.next++
	where := sites[s.Cono][g.random.IntN(len(sites[s.Cono]))]
	day := g.today.AddDate(0, 0, -g.random.IntN(10))
	if g.later {
		day = Now() // what is added to a running system changed today
	}
	buyer := buyers[g.random.IntN(len(buyers))]
	o := &Order{Kind: kind, LineTexts: map[string][]string{}, Head: map[string]string{
		"CONO": s.Cono, "DIVI": divisions[s.Cono], "PUNO": number, "FACI": "F" + where.code[1:], "WHLO": where.code, "SUNO": s.Number, "CSCD": s.Country,
		"BUYE": buyer[0], "RENM": buyer[1], "CUCD": s.Currency, "LOCD": currency[s.Cono], "ORTY": "100", "POTC": "20", "LNCD": "GB", "PUDT": date(day),
		"DWDT": date(day.AddDate(0, 0, 14)), "TEPY": "N30", "TXPY": "30 days net", "MODL": "TRK", "TXMO": "Truck", "TEDL": "FCA", "TXDL": "Free carrier",
		"PUSL": "15", "PUST": "15", "LMDT": date(day), "TXID": "0", "OURT": "0",
	}}
	o.Addresses = map[string]string{"SNAM": s.Name, "SAD1": s.Street, "STOW": s.Town, "SECA": s.State, "SPON": s.Postal, "SCSC": s.Country,
		"DNAM": where.name, "DAD1": where.street, "DTOW": where.town, "DECA": where.state, "DPON": where.postal, "DCSC": where.country}
	for i := range 1 + g.random.IntN(7) {
		o.Lines = append(o.Lines, g.line(o, (i+1)*10))
	}
	o.Head["NOLN"] = strconv.Itoa(len(o.Lines))
	if g.random.IntN(5) == 0 {
		o.HeadText, o.Head["TXID"] = []string{"Deliver between 7 am and 3 pm.", "Call the dock ahead: " + where.name}, "7"+number
	}
	return o
}

var quantities = []int64{1, 2, 5, 10, 12, 24, 50, 100, 250, 500}

func (g *Generator) line(o *Order, n int) map[string]string {
	item := g.items[g.random.IntN(len(g.items))]
	price, quantity := decimal.RequireFromString(item[5]), decimal.NewFromInt(quantities[g.random.IntN(len(quantities))])
	basis := int64(1)
	if price.LessThan(decimal.NewFromInt(1)) {
		basis = 100
		price = price.Shift(2)
	}
	amount := quantity.Mul(price).DivRound(decimal.NewFromInt(basis), 2)
	text := "0"
	if g.random.IntN(10) == 0 {
		text = fmt.Sprintf("8%s%03d", o.Head["PUNO"], n)
		o.LineTexts[fmt.Sprintf("%d/0", n)] = []string{"Certificate of conformity with the goods."}
	}
	return map[string]string{
		"CONO": o.Head["CONO"], "PUNO": o.Head["PUNO"], "PNLI": strconv.Itoa(n), "PNLS": "0", "ITNO": item[0], "SITE": "S" + o.Head["SUNO"] + "-" + item[0][3:],
		"ITDS": item[1], "PITD": item[1], "PITT": item[1], "FACI": o.Head["FACI"], "WHLO": o.Head["WHLO"], "SUNO": o.Head["SUNO"], "PUST": "15", "PUSL": "15",
		"PUPR": price.String(), "PPUN": item[3], "PUUN": item[3], "PUCD": strconv.FormatInt(basis, 10), "LNAM": amount.String(), "LNA2": amount.String(),
		"DWDT": o.Head["DWDT"], "ORQA": quantity.String(), "RVQA": "0", "IVQA": "0", "TXID": text, "OURT": "0", "LMDT": o.Head["LMDT"],
	}
}

func date(t time.Time) string { return t.Format("20060102") }
