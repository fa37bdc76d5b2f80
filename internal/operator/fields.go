package operator

import (
	"fmt"
	"reflect"
	"strings"

	"tradewind/workflows"
)

// FieldsOfM3 writes the fields of a record as M3 names them, such as "SUNO=204447", those that
// are sent.
func FieldsOfM3(record any) []string {
	var out []string
	v := reflect.ValueOf(record)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("mi"), ",")
		switch field := v.Field(i); field.Kind() {
		case reflect.Array:
			for n := range field.Len() {
				if !field.Index(n).IsZero() {
					out = append(out, fmt.Sprintf("%s%d=%v", name, n+1, field.Index(n)))
				}
			}
		default:
			if !field.IsZero() {
				out = append(out, fmt.Sprintf("%s=%v", name, field))
			}
		}
	}
	return out
}

// postedLines writes a plan as the calls that it makes of M3, one in each line.
func postedLines(plan workflows.Plan) []string {
	var out []string
	add := func(transaction string, record any) {
		out = append(out, transaction+" "+strings.Join(FieldsOfM3(record), "  ")+"\n")
	}
	add("AddHead", plan.Head)
	for _, line := range plan.Lines {
		add("AddLine", line)
	}
	for _, info := range plan.Information {
		add("AddAddInfo", info)
	}
	for _, line := range plan.Recoding {
		add("AddLineRecode", line)
	}
	return out
}
