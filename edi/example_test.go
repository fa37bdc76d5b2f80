package edi_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"tradewind/edi"
)

const file = "ISA*00*          *00*          *ZZ*TRADEWINDUS    *01*123456789      *260302*1405*U*00401*000000017*0*P*>~\n" +
	"GS*PO*TRADEWINDUS*ACMEFAST*20260302*1405*5*X*004010~\nST*850*0001~\nBEG*00*SA*4500001**20260302~\nPO1*10*5*EA*12.5~\n" +
	"CTT*1~\nSE*6*0001~\nGE*1*5~\nIEA*1*000000017~\n"

// A decoder gives one segment after the other, each with its place in the file. A wrong
// count is tolerated here, and told.
func ExampleDecoder() {
	d := edi.NewDecoder(strings.NewReader(file))
	d.Tolerate(func(fault *edi.SyntaxError) { fmt.Println("tolerated:", fault) })
	for {
		s, err := d.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		if s.Is("PO1") {
			fmt.Printf("%s is %s, at byte %d\n", s.ElementPath(4), s.Element(4), s.ElementOffset(4))
		}
	}
	// Output:
	// ISA[1]/GS[1]/ST[1]/PO1[1]-04 is 12.5, at byte 214
	// tolerated: byte 230, ISA[1]/GS[1]/ST[1]/SE[1]-01: wrong count: SE01 is "6", counted 5
}

// An encoder pads the ISA, counts, and refuses what would be read as a delimiter.
func ExampleEncoder() {
	at := time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)
	e := edi.NewEncoder(os.Stdout, edi.DefaultDelimiters)
	e.LineBreak = true
	order := []edi.SegmentData{edi.NewSegment("BEG", "00", "SA", "4500001", "", "20260302"), edi.NewSegment("PO1", "10", "5", "EA", "12.5")}
	for _, write := range []func() error{
		func() error {
			return e.BeginInterchange(edi.Interchange{SenderQualifier: "ZZ", Sender: "TRADEWINDUS", ReceiverQualifier: "01", Receiver: "123456789",
				Time: at, Version: "00401", Control: "000000017", Usage: "P"})
		},
		func() error {
			return e.BeginGroup(edi.Group{Functional: "PO", Sender: "TRADEWINDUS", Receiver: "ACMEFAST", Time: at, Control: "5", Version: "004010"})
		},
		func() error { return e.WriteSet("850", "0001", order) },
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
	// PO1*10*5*EA*12.5~
	// SE*4*0001~
	// GE*1*5~
	// IEA*1*000000017~
}
