package doc_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
)

// generatedSize is how long the inputs of the benchmarks are, in bytes.
const generatedSize = 15 << 20

// marshaler is a typed set.
type marshaler interface {
	Marshal(doc.Version) ([]edi.SegmentData, error)
}

// input is a generated file: its documents, again and again, so that the benchmarks
// measure the codec and not how many documents the collector has to look at.
type input[T marshaler] struct {
	set, functional string
	bytes           []byte
	sets            int
	documents       []T
}

const differentDocuments = 256

var (
	orders   = sync.OnceValue(func() input[doc.PurchaseOrder] { return generate("850", "PO", generatedSize, order) })
	invoices = sync.OnceValue(func() input[doc.Invoice] { return generate("810", "IN", generatedSize, invoice) })
)

func generate[T marshaler](set, functional string, size int, document func(n int) T) input[T] {
	var b bytes.Buffer
	in := input[T]{set: set, functional: functional}
	for n := range differentDocuments {
		in.documents = append(in.documents, document(n))
	}
	e := begin(&b, functional)
	for ; b.Len() < size; in.sets++ {
		write(e, set, in.sets, in.documents[in.sets%differentDocuments])
	}
	must(e.EndGroup())
	must(e.EndInterchange())
	in.bytes = b.Bytes()
	return in
}

func write(e *edi.Encoder, set string, n int, document marshaler) {
	segments, err := document.Marshal(doc.Version4010)
	must(err)
	must(e.WriteSet(set, fmt.Sprintf("%04d", n), segments))
}

func order(n int) doc.PurchaseOrder {
	o := doc.PurchaseOrder{Purpose: "00", Type: "SA", Number: fmt.Sprint(4500000 + n), Date: "20260302", Parties: []doc.Party{warehouse}}
	for line := 1; line <= 4; line++ {
		o.Lines = append(o.Lines, doc.OrderLine{ID: fmt.Sprint(line * 10), Quantity: decimal.NewFromInt(int64(line * 5)), Unit: "EA", Price: decimal.New(1250, -2),
			Basis: "PE", ProductIDs: []doc.ProductID{{Qualifier: "VN", ID: "S0010045-T-5VX"}, {Qualifier: "BP", ID: "BELT-5VX"}}, Descriptions: []string{"Cogged belt 5VX900"}})
	}
	o.Totals = &doc.OrderTotals{}
	return o
}

var warehouse = doc.Party{Code: "ST", Name: "Chicago warehouse", Qualifier: "92", ID: "W01", Street: []string{"2200 S Ashland Ave"}, Town: "Chicago", State: "IL", Postal: "60608", Country: "US"}

// invoice answers the order: its total is what lines, freight and tax come to.
func invoice(n int) doc.Invoice {
	freight, tax := decimal.New(2500, -2), decimal.New(4375, -2)
	total, hash := freight.Add(tax), decimal.Zero
	i := doc.Invoice{Date: "20260310", Number: fmt.Sprint(900000 + n), OrderDate: "20260302", OrderNumber: fmt.Sprint(4500000 + n), Type: "DI",
		Currency: &doc.Currency{Party: "SE", Code: "USD"}, References: []doc.Reference{{Qualifier: "IA", Value: "0010045"}}, Parties: []doc.Party{warehouse},
		Terms:   []doc.Terms{{Type: "01", Basis: "3", DiscountPercent: new(decimal.NewFromInt(2)), DiscountDays: "10", NetDays: "30"}},
		Taxes:   []doc.Tax{{Type: "ST", Amount: &tax}},
		Charges: []doc.InvoiceCharge{{Charge: doc.Charge{Indicator: "C", Code: "D240", Amount: &freight, Handling: "06", Description: "Freight"}}}}
	for line := 1; line <= 4; line++ {
		quantity, price := decimal.NewFromInt(int64(line*5)), decimal.New(1250, -2)
		i.Lines = append(i.Lines, doc.InvoiceLine{ID: fmt.Sprint(line * 10), Quantity: quantity, Unit: "EA", Price: price, Basis: "PE",
			ProductIDs: []doc.ProductID{{Qualifier: "VN", ID: "S0010045-T-5VX"}, {Qualifier: "BP", ID: "BELT-5VX"}}, Descriptions: []string{"Cogged belt 5VX900"}})
		total, hash = total.Add(quantity.Mul(price)), hash.Add(quantity)
	}
	i.Totals.Amount, i.Count = &total, &doc.Count{Hash: &hash}
	return i
}

func must(err error) {
	if err != nil {
		panic(err) // the generator is part of the benchmark
	}
}

// begin opens an interchange and a group.
func begin(w io.Writer, functional string) *edi.Encoder {
	e := edi.NewEncoder(w, edi.DefaultDelimiters)
	at := time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)
	must(e.BeginInterchange(edi.Interchange{SenderQualifier: "ZZ", Sender: "TRADEWINDUS", ReceiverQualifier: "01", Receiver: "123456789", Time: at,
		Version: "00401", Control: "000000017", Usage: "P"}))
	must(e.BeginGroup(edi.Group{Functional: functional, Sender: "TRADEWINDUS", Receiver: "ACMEFAST", Time: at, Control: "5", Version: "004010"}))
	return e
}

// silent takes a validation and keeps nothing.
type silent struct{ rejected int }

func (*silent) BeginInterchange(edi.Interchange) {}
func (*silent) BeginGroup(edi.Group)             {}
func (h *silent) Set(s schema.SetReport) {
	if s.Verdict != schema.Accepted {
		h.rejected++
	}
}
func (*silent) EndGroup(schema.GroupReport)             {}
func (*silent) EndInterchange(schema.InterchangeReport) {}

func TestTheGeneratedFilesAreCleanAndBalanced(t *testing.T) {
	for _, content := range [][]byte{generate("850", "PO", 1<<18, order).bytes, generate("810", "IN", 1<<18, invoice).bytes} {
		h := &silent{}
		ok, err := schema.Validate(bytes.NewReader(content), h, schema.Options{Partner: &schema.Overlay{Balanced: true}})
		require.NoError(t, err)
		require.True(t, ok)
		require.Zero(t, h.rejected)
	}
}

// measure runs a benchmark on one thread, garbage collection included; one run takes or
// makes that many bytes.
func measure(b *testing.B, size int, run func()) {
	b.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	runtime.GC()
	b.SetBytes(int64(size))
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		run()
	}
}

// BenchmarkFloor is what splitting with the standard library costs, without looking
// at anything: the figure that the others are measured by.
func BenchmarkFloor(b *testing.B) {
	content := orders().bytes
	measure(b, len(content), func() {
		n := 0
		for _, segment := range bytes.Split(content, []byte("~")) {
			for _, element := range bytes.Split(segment, []byte("*")) {
				n += len(element)
			}
		}
		if n == 0 {
			b.Fatal("nothing was split")
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	content := orders().bytes
	measure(b, len(content), func() {
		d, n := edi.NewDecoder(bytes.NewReader(content)), 0
		for {
			s, err := d.Read()
			if err == io.EOF {
				break
			}
			must(err)
			for i := 0; i <= s.Len(); i++ {
				n += len(s.Element(i))
			}
		}
		if n == 0 {
			b.Fatal("nothing was read")
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	content := orders().bytes
	measure(b, len(content), func() {
		h := &silent{}
		ok, err := schema.Validate(bytes.NewReader(content), h, schema.Options{})
		if must(err); !ok || h.rejected > 0 {
			b.Fatal("the generated file does not validate")
		}
	})
}

func BenchmarkUnmarshal850(b *testing.B) { unmarshalAll(b, orders(), doc.UnmarshalPurchaseOrder) }

func BenchmarkUnmarshal810(b *testing.B) { unmarshalAll(b, invoices(), doc.UnmarshalInvoice) }

func unmarshalAll[T marshaler](b *testing.B, in input[T], unmarshal func([]edi.SegmentData) (T, error)) {
	measure(b, len(in.bytes), func() {
		d := edi.NewDecoder(bytes.NewReader(in.bytes))
		var segments []edi.SegmentData
		n := 0
		for {
			s, err := d.Read()
			if err == io.EOF {
				break
			}
			must(err)
			switch {
			case s.Is("ST"):
				segments = segments[:0]
			case s.Is("SE"):
				_, err := unmarshal(segments)
				must(err)
				n++
			default:
				segments = append(segments, s.Data())
			}
		}
		if n != in.sets {
			b.Fatal("not every set was read")
		}
	})
}

func BenchmarkMarshal850(b *testing.B) { marshalAll(b, orders()) }

func BenchmarkMarshal810(b *testing.B) { marshalAll(b, invoices()) }

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func marshalAll[T marshaler](b *testing.B, in input[T]) {
	measure(b, len(in.bytes), func() {
		var written counter
		e := begin(&written, in.functional)
		for n := range in.sets {
			write(e, in.set, n, in.documents[n%differentDocuments])
		}
		must(e.EndGroup())
		must(e.EndInterchange())
		if int(written) != len(in.bytes) {
			b.Fatal("not every byte was written")
		}
	})
}
