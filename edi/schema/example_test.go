package schema_test

import (
	"fmt"
	"strings"

	"tradewind/edi/ack"
	"tradewind/edi/schema"
)

// A validation tells a handler what it finds as it goes on. The collector of package ack
// is one that keeps everything.
func ExampleValidate() {
	file := "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*TRADEWINDUS    *260302*1405*U*00401*000000017*0*P*>~" +
		"GS*IN*SUPPLIER*TRADEWINDUS*20260302*1405*5*X*004010~ST*810*0001~BIG*20261399*INV-1~IT1*1*5*EA*12.5~TDS*6250~CTT*1~SE*6*0001~GE*1*5~IEA*1*000000017~"
	rules := &schema.Overlay{Balanced: true, Rules: []schema.Rule{{Set: "810", Path: "BIG-04", Use: schema.Required}}}
	var c ack.Collector
	ok, err := schema.Validate(strings.NewReader(file), &c, schema.Options{Partner: rules})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("nothing above a warning:", ok)
	for _, set := range c.Interchanges[0].Groups[0].Sets {
		for _, f := range set.Findings {
			fmt.Printf("level %d, code %s, segment %d: %s\n", f.Level, f.Code, f.Position, f.Message)
		}
	}
	// Output:
	// nothing above a warning: false
	// level 1, code 8, segment 2: BIG01 (Date) "20261399" is not a date
	// level 7, code 1, segment 2: BIG04 (Purchase Order Number) is required
}
