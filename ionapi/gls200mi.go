package ionapi

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Vouchers reads what was posted to the general ledger through GLS200MI or a program of the same transactions.
type Vouchers struct {
	client  *Client
	program string
}

// Vouchers gives the voucher program of that name; the standard one is GLS200MI.
func (c *Client) Vouchers(program string) Vouchers {
	return Vouchers{client: c, program: program}
}

// VoucherLine is a transaction of a voucher (LstVoucherLines). Amounts and quantities are plain decimals.
type VoucherLine struct {
	Number         int       `mi:"JSNO"` // in the journal
	Journal        string    `mi:"JRNO,nonzero"`
	Series         string    `mi:"VSER"`
	Voucher        string    `mi:"VONO,nonzero"`
	AccountingDate string    `mi:"ACDT,date"`
	Transaction    string    `mi:"TRCD"`        // 40 supplier invoice
	Objects        [7]string `mi:"AIT"`         // accounting objects AIT1 to AIT7
	Amount         string    `mi:"CUAM,number"` // in Currency
	Currency       string    `mi:"CUCD"`
	Recorded       string    `mi:"ACAM,number"` // in the division's currency
	Quantity       string    `mi:"ACQT,number"`
	VATCode        string    `mi:"VTCD"`
	Text           string    `mi:"VTXT"`
}

// Lines reads the transactions of a voucher of the company's division in the order of the journal; none is an empty list.
func (p Vouchers) Lines(ctx context.Context, company Company, year, voucher string) ([]VoucherLine, error) {
	lines, err := listOf[VoucherLine](ctx, p.client, Query{Program: p.program, Transaction: "LstVoucherLines", Company: company,
		Input: Record{"DIVI": company.DIVI, "YEA4": year, "VONO": voucher}})
	slices.SortStableFunc(lines, func(a, b VoucherLine) int { return cmp.Compare(a.Number, b.Number) })
	return lines, err
}

// Reversed is the line of a recoding that takes the whole amount from the objects of this one.
func (l VoucherLine) Reversed() RecodeLine {
	return RecodeLine{Amount: negative(l.Amount), Quantity: negative(l.Quantity), VATCode: l.VATCode, Objects: l.Objects, Text: l.Text}
}

// negative turns the sign of a plain decimal; zero has none.
func negative(number string) string {
	if number == "" || number == "0" {
		return number
	}
	if turned, ok := strings.CutPrefix(number, "-"); ok {
		return turned
	}
	return "-" + number
}
