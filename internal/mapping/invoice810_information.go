package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// information takes the references that the profile has a category for, those of the head
// before those of the lines, each text of a category once.
func (r *invoiceReading) information() trade.Reason {
	r.informationOf("", r.in.References)
	for i, line := range r.in.Lines {
		r.informationOf(fmt.Sprintf("IT1[%d]/", i+1), line.References)
	}
	return trade.Reason{}
}

// informationOf takes the references of the head or of a line; within is the place they
// stand in. A reference is its number in REF02, else the words in REF03.
func (r *invoiceReading) informationOf(within string, references []doc.Reference) {
	for i, ref := range references {
		number, words := strings.TrimSpace(ref.Value), strings.TrimSpace(ref.Description)
		info := trade.InvoiceInformation{Place: fmt.Sprintf("%sREF[%d]-02", within, i+1), Qualifier: ref.Qualifier,
			Category: r.set.References[ref.Qualifier], Text: cmp.Or(number, words), Free: number == ""}
		if info.Free {
			info.Place = fmt.Sprintf("%sREF[%d]-03", within, i+1)
		}
		said := func(other trade.InvoiceInformation) bool {
			return other.Category == info.Category && other.Text == info.Text
		}
		if info.Category != 0 && info.Text != "" && !slices.ContainsFunc(r.out.Information, said) {
			r.out.Information = append(r.out.Information, info)
		}
	}
}
