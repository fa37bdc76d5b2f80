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
	DebitCredit    string    `mi:"DBCR"`        // by M3's code
	Quantity       string    `mi:"ACQT,number"` // in Unit
	Unit           string    `mi:"UNIT"`
	VATCode        string    `mi:"VTCD"`
	VATRate        string    `mi:"VTP1,number"` // percentage
	Text           string    `mi:"VTXT"`
}

// Lines reads the transactions of a voucher of the company's division in the order of the journal; none is an empty list.
func (p Vouchers) Lines(ctx context.Context, company Company, year, voucher string) ([]VoucherLine, error) {
	lines, err := listOf[VoucherLine](ctx, p.client, Query{Program: p.program, Transaction: "LstVoucherLines", Company: company,
		Input: Record{"DIVI": company.DIVI, "YEA4": year, "VONO": voucher}})
	inJournalOrder(lines)
	return lines, err
}

// VoucherKey names a voucher in the division of the company. Numbers are unique in a series; an empty Series is not sent.
type VoucherKey struct {
	Year   string `mi:"YEA4"`
	Number string `mi:"VONO"`
	Series string `mi:"VSER"`
}

// VoucherLines reads the transactions of many vouchers in as few POSTs as possible; the answers stand in the order of
// the keys, each as Lines gives it.
func (p Vouchers) VoucherLines(ctx context.Context, company Company, keys []VoucherKey) ([]Answer[[]VoucherLine], error) {
	answers, err := listsBy[VoucherLine](ctx, p.client, company, p.program, "LstVoucherLines", inputsOf(company, keys))
	for _, answer := range answers {
		inJournalOrder(answer.Value)
	}
	return answers, err
}

// inJournalOrder sorts the transactions of a voucher.
func inJournalOrder(lines []VoucherLine) {
	slices.SortStableFunc(lines, func(a, b VoucherLine) int { return cmp.Compare(a.Number, b.Number) })
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
