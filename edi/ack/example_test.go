package ack_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"tradewind/edi/ack"
	"tradewind/edi/schema"
)

// A file with two orders, of which one has a day that is none, and its 997.
func ExampleAcknowledge() {
	file := strings.NewReader("ISA*00*          *00*          *ZZ*SUPPLIER       *01*TRADEWINDUS    *260302*1405*U*00401*000000017*1*P*>~" +
		"GS*PO*SUPPLIER*TRADEWIND*20260302*1405*5*X*004010~" +
		"ST*850*0001~BEG*00*SA*4711**20260302~PO1*1*5*EA*1~SE*4*0001~" +
		"ST*850*0002~BEG*00*SA*4712**20261399~PO1*1*5*EA*1~SE*4*0002~" +
		"GE*2*5~IEA*1*000000017~")
	at := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	n, err := ack.Acknowledge(os.Stdout, file, schema.Options{}, ack.Options{}, ack.Numbers{Interchange: 42, Group: 7}, at)
	fmt.Println(n, err)
	// Output:
	// ISA*00*          *00*          *01*TRADEWINDUS    *ZZ*SUPPLIER       *260302*1500*U*00401*000000042*0*P*>~
	// TA1*000000017*260302*1405*A*000~
	// GS*FA*TRADEWIND*SUPPLIER*20260302*1500*7*X*004010~
	// ST*997*0001~
	// AK1*PO*5~
	// AK2*850*0001~
	// AK5*A~
	// AK2*850*0002~
	// AK3*BEG*2**8~
	// AK4*5*373*8*20261399~
	// AK5*E*5~
	// AK9*E*2*2*2~
	// SE*10*0001~
	// GE*1*7~
	// IEA*1*000000042~
	// 1 <nil>
}
