package doc_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/edi"
	"tradewind/edi/doc"
)

func ExampleUnmarshalInvoice() {
	const interchange = "ISA*00*          *00*          *01*123456789      *ZZ*TRADEWINDUS    *260310*1405*U*00401*000000042*0*P*>~" +
		"GS*IN*ACMEFAST*TRADEWINDUS*20260310*1405*7*X*004010~" +
		"ST*810*0001~BIG*20260310*INV-77*20260302*4500001***DI~CUR*SE*USD~N1*RI*Acme Fasteners*92*0010045~" +
		"ITD*01*3*2**10**30~IT1*10*500*EA*12.50*HP*VN*AX-1~PID*F****Hex bolt~SAC*C*D240***750*******06***Freight~" +
		"TDS*7000~CTT*1*500~SE*11*0001~GE*1*7~IEA*1*000000042~"
	trees, err := edi.ReadAll(strings.NewReader(interchange))
	if err != nil {
		fmt.Println(err)
		return
	}
	invoice, err := doc.UnmarshalInvoice(trees[0].Groups[0].Sets[0].Segments)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("invoice %s of %s for order %s\n", invoice.Number, invoice.Date, invoice.OrderNumber)
	for _, line := range invoice.Lines {
		fmt.Printf("line %s: %s %s of %s at %s (%s), freight %s\n", line.ID, line.Quantity, line.Unit, line.Descriptions[0], line.Price, line.Basis, line.Charges[0].Amount)
	}
	fmt.Printf("total %s %s, net in %s days\n", invoice.Totals.Amount, invoice.Currency.Code, invoice.Terms[0].NetDays)
	// Output:
	// invoice INV-77 of 20260310 for order 4500001
	// line 10: 500 EA of Hex bolt at 12.5 (HP), freight 7.5
	// total 70 USD, net in 30 days
}

func ExampleUnmarshalInvoice_error() {
	_, err := doc.UnmarshalInvoice([]edi.SegmentData{
		edi.NewSegment("BIG", "20260310", "INV-77"),
		edi.NewSegment("IT1", "1", "5", "EA", "1,000.00"),
		edi.NewSegment("TDS", "500000"),
	})
	fmt.Println(err)
	var field *doc.FieldError
	fmt.Println(errors.As(err, &field), errors.Is(err, doc.ErrNumber))
	// Output:
	// IT1[1]-04: not a number with an explicit point: "1,000.00"
	// true true
}

func ExamplePurchaseOrder_Marshal() {
	order := doc.PurchaseOrder{Purpose: "00", Type: "SA", Number: "4500001", Date: "20260302",
		Currency: &doc.Currency{Party: "BY", Code: "EUR"},
		Dates:    []doc.DateTime{{Qualifier: "002", Date: "20260316"}},
		Parties:  []doc.Party{{Code: "ST", Name: "Chicago warehouse", Qualifier: "92", ID: "W01"}},
		Lines: []doc.OrderLine{{ID: "10", Quantity: decimal.NewFromInt(500), Unit: "EA", Price: decimal.RequireFromString("12.5"), Basis: "HP",
			ProductIDs: []doc.ProductID{{Qualifier: "VN", ID: "AX-1"}}, Descriptions: []string{"Hex bolt"}}},
		Totals: &doc.OrderTotals{Amounts: []doc.Amount{{Qualifier: "TT", Value: new(decimal.RequireFromString("62.5"))}}}}
	segments, err := order.Marshal(doc.Version4010)
	if err != nil {
		fmt.Println(err)
		return
	}
	e := edi.NewEncoder(os.Stdout, edi.DefaultDelimiters)
	e.LineBreak = true
	at := time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)
	for _, write := range []func() error{
		func() error {
			return e.BeginInterchange(edi.Interchange{SenderQualifier: "ZZ", Sender: "TRADEWINDUS", ReceiverQualifier: "01", Receiver: "123456789",
				Time: at, Version: "00401", Control: "000000017", Usage: "P"})
		},
		func() error {
			return e.BeginGroup(edi.Group{Functional: "PO", Sender: "TRADEWINDUS", Receiver: "ACMEFAST", Time: at, Control: "5", Version: "004010"})
		},
		func() error { return e.WriteSet("850", "0001", segments) },
		e.EndGroup, e.EndInterchange,
	} {
		if err := write(); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// ISA*00*          *00*          *ZZ*TRADEWINDUS    *01*123456789      *260302*1405*U*00401*000000017*0*P*>~
	// GS*PO*TRADEWINDUS*ACMEFAST*20260302*1405*5*X*004010~
	// ST*850*0001~
	// BEG*00*SA*4500001**20260302~
	// CUR*BY*EUR~
	// DTM*002*20260316~
	// N1*ST*Chicago warehouse*92*W01~
	// PO1*10*500*EA*12.5*HP*VN*AX-1~
	// PID*F****Hex bolt~
	// CTT*1~
	// AMT*TT*62.5~
	// SE*10*0001~
	// GE*1*5~
	// IEA*1*000000017~
}
