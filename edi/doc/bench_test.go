package doc_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
)

// generated is about 15 MB of 850s, the input of every benchmark.
var (
	generated []byte
	orders    []doc.PurchaseOrder
)

func TestMain(m *testing.M) {
	generated, orders = generate(15 << 20)
	os.Exit(m.Run())
}

func generate(size int) ([]byte, []doc.PurchaseOrder) {
	var b bytes.Buffer
	e := begin(&b)
	var made []doc.PurchaseOrder
	for n := 1; b.Len() < size; n++ {
		o := doc.PurchaseOrder{Purpose: "00", Type: "SA", Number: fmt.Sprint(4500000 + n), Date: "20260302",
			Parties: []doc.Party{{Code: "ST", Name: "Chicago warehouse", Qualifier: "92", ID: "W01", Street: []string{"2200 S Ashland Ave"}, Town: "Chicago", State: "IL", Postal: "60608", Country: "US"}}}
		for line := 1; line <= 4; line++ {
			o.Lines = append(o.Lines, doc.OrderLine{ID: fmt.Sprint(line * 10), Quantity: decimal.NewFromInt(int64(line * 5)), Unit: "EA", Price: decimal.New(1250, -2), Basis: "PE",
				ProductIDs: []doc.ProductID{{Qualifier: "VN", ID: "S0010045-T-5VX"}, {Qualifier: "BP", ID: "BELT-5VX"}}, Descriptions: []string{"Cogged belt 5VX900"}})
		}
		segments, err := o.Marshal()
		must(err)
		must(e.WriteSet("850", fmt.Sprintf("%04d", n), segments))
		made = append(made, o)
	}
	must(e.EndGroup())
	must(e.EndInterchange())
	return b.Bytes(), made
}

func must(err error) {
	if err != nil {
		panic(err) // the generator is part of the benchmark
	}
}

// BenchmarkFloor is what splitting with the standard library costs, without looking
// at anything: the figure that the others are measured by.
func BenchmarkFloor(b *testing.B) {
	b.SetBytes(int64(len(generated)))
	b.ReportAllocs()
	for range b.N {
		n := 0
		for _, segment := range bytes.Split(generated, []byte("~")) {
			for _, element := range bytes.Split(segment, []byte("*")) {
				n += len(element)
			}
		}
		if n == 0 {
			b.Fatal("nothing was split")
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	b.SetBytes(int64(len(generated)))
	b.ReportAllocs()
	for range b.N {
		d, n := edi.NewDecoder(bytes.NewReader(generated)), 0
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
	}
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
func (*silent) EndGroup([]schema.Finding)       {}
func (*silent) EndInterchange([]schema.Finding) {}

func BenchmarkValidate(b *testing.B) {
	b.SetBytes(int64(len(generated)))
	b.ReportAllocs()
	for range b.N {
		h := &silent{}
		ok, err := schema.Validate(bytes.NewReader(generated), h, schema.Options{})
		if must(err); !ok || h.rejected > 0 {
			b.Fatal("the generated file does not validate")
		}
	}
}

func BenchmarkUnmarshal850(b *testing.B) {
	b.SetBytes(int64(len(generated)))
	b.ReportAllocs()
	for range b.N {
		d := edi.NewDecoder(bytes.NewReader(generated))
		var segments []edi.SegmentData
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
				_, err := doc.UnmarshalPurchaseOrder(segments)
				must(err)
			default:
				segments = append(segments, s.Data())
			}
		}
	}
}

func BenchmarkMarshal850(b *testing.B) {
	b.SetBytes(int64(len(generated)))
	b.ReportAllocs()
	for range b.N {
		marshalAll()
	}
}

func marshalAll() {
	var b bytes.Buffer
	e := begin(&b)
	for _, o := range orders {
		segments, err := o.Marshal()
		must(err)
		must(e.WriteSet("850", "0001", segments))
		b.Reset()
	}
	must(e.EndGroup())
	must(e.EndInterchange())
}

// begin opens an interchange and a group.
func begin(w io.Writer) *edi.Encoder {
	e := edi.NewEncoder(w, edi.DefaultDelimiters)
	at := time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)
	must(e.BeginInterchange(edi.Interchange{SenderQualifier: "ZZ", Sender: "TRADEWINDUS", ReceiverQualifier: "01", Receiver: "123456789", Time: at,
		Version: "00401", Control: "000000017", Usage: "P"}))
	must(e.BeginGroup(edi.Group{Functional: "PO", Sender: "TRADEWINDUS", Receiver: "ACMEFAST", Time: at, Control: "5", Version: "004010"}))
	return e
}
