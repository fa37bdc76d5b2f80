package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// PostedInvoice is what M3 holds of a posted supplier invoice.
type PostedInvoice struct {
	// Head is the entry in the supplier ledger (APS200MI/GetInvoice).
	Head ionapi.LedgerInvoice
	// Discount is what it offers for early payment; nil where nobody asked M3 for it.
	Discount *ionapi.CashDiscount
	// Lines are those of its voucher, in the order of the journal (GLS200MI/LstVoucherLines).
	Lines []ionapi.VoucherLine
}

// InvoiceFromM3 turns a posted supplier invoice into the canonical one that goes to a partner.
// Nothing of the coding is in it, and nothing that happens after the posting changes it: neither
// a payment, nor another approval, nor a recoding, which M3 posts in a journal of its own.
//
// A reason comes back where a value cannot be read, and where the lines of the voucher, without
// those on payable accounts, do not come to the amount of the invoice, or its tax lines to the VAT.
func InvoiceFromM3(company trade.Company, partner Profile, in PostedInvoice, accounts VoucherAccounts) (trade.Invoice, trade.Reason) {
	p := posted{PostedInvoice: in, accounts: accounts}
	p.out = trade.Invoice{Company: company, Partner: string(partner.ID), Supplier: in.Head.Supplier, Payee: cmp.Or(in.Head.Payee, in.Head.Supplier), Number: in.Head.Number,
		Currency: in.Head.Currency, Voucher: in.Head.Year + "/" + in.Head.Voucher, Parallel: in.Head.Parallel, PaymentTerms: in.Head.PaymentTerms}
	for _, read := range []func() trade.Reason{p.head, p.discounts, p.lines, p.balance} {
		if reason := read(); !reason.IsZero() {
			return p.out, reason
		}
	}
	return p.out, trade.Reason{}
}

// posted is an invoice of M3 on its way to the canonical one.
type posted struct {
	PostedInvoice
	accounts VoucherAccounts
	out      trade.Invoice
	// vat is what the head says; zero says nothing.
	vat decimal.Decimal
}

func (p *posted) head() trade.Reason {
	p.out.Kind = trade.KindInvoice
	var err error
	if p.out.Date, err = trade.ParseDate(p.Head.Date); err != nil {
		return invalid(p.place(), "IVDT", err)
	}
	if p.out.DueDate, err = trade.ParseDate(p.Head.DueDate); err != nil {
		return invalid(p.place(), "DUDT", err)
	}
	if p.out.Total, err = decimal.NewFromString(orZero(p.Head.Amount)); err != nil {
		return invalid(p.place(), "CUAM", err)
	}
	if p.vat, err = decimal.NewFromString(orZero(p.Head.VAT)); err != nil {
		return invalid(p.place(), "VTAM", err)
	}
	if p.out.Total.IsNegative() {
		p.out.Kind = trade.KindCredit
	}
	return trade.Reason{}
}

func (p *posted) place() string   { return "invoice " + p.Head.Number }
func (p *posted) voucher() string { return "voucher " + p.out.Voucher }

// discounts reads the percentages of up to three days.
func (p *posted) discounts() trade.Reason {
	if p.Discount == nil {
		return trade.Reason{}
	}
	for i, text := range p.Discount.Percents {
		percent, err := decimal.NewFromString(orZero(text))
		if err != nil {
			return invalid(p.place(), fmt.Sprintf("CDP%d", i+1), err)
		}
		field := fmt.Sprintf("CDT%d", i+1)
		day, err := trade.ParseDate(p.Discount.Dates[i])
		switch {
		case err != nil:
			return invalid(p.place(), field, err)
		case percent.IsZero():
			continue
		case day.IsZero():
			return trade.Data(trade.ReasonTermsUnclear, p.place()+", field "+field, "enter the day in APS200; the next poll reads it again", "the discount of %s %% has no date", percent)
		}
		p.out.Discounts = append(p.out.Discounts, trade.InvoiceDiscount{Date: day, Percent: &percent})
	}
	slices.SortStableFunc(p.out.Discounts, func(a, b trade.InvoiceDiscount) int { return cmp.Compare(a.Date, b.Date) })
	return trade.Reason{}
}

// lines sorts the lines of the voucher into those of items, charges and taxes.
func (p *posted) lines() trade.Reason {
	for _, line := range p.own() {
		place := fmt.Sprintf("%s, line %d", p.voucher(), line.Number)
		amount, err := decimal.NewFromString(orZero(line.Amount))
		account := Code(line.Objects[0])
		element, isCharge := p.accounts.Charges[account]
		switch {
		case err != nil:
			return invalid(place, "CUAM", err)
		case slices.Contains(p.accounts.Payable, account) || amount.IsZero():
		case line.Currency != "" && line.Currency != p.out.Currency:
			return trade.Data(trade.ReasonCurrencyDiffers, place, "see the voucher in GLS200; the next poll reads it again",
				"the line is in %s, and the invoice in %s", line.Currency, p.out.Currency)
		case slices.Contains(p.accounts.Tax, account):
			p.tax(line.VATCode, amount)
		case isCharge:
			p.out.Charges = append(p.out.Charges, trade.InvoiceCharge{Place: fmt.Sprintf("SAC[%d]", len(p.out.Charges)+1), Element: string(element), Text: line.Text, Amount: amount})
		default:
			if reason := p.item(place, line, amount); !reason.IsZero() {
				return reason
			}
		}
	}
	p.out.Taxes = slices.DeleteFunc(p.out.Taxes, func(t trade.InvoiceTax) bool { return t.Amount.IsZero() })
	for i := range p.out.Taxes {
		p.out.Taxes[i].Place = fmt.Sprintf("TXI[%d]", i+1)
	}
	return trade.Reason{}
}

// own gives the lines of the journal that the invoice was posted in. Where the ledger does not
// tell it, or no line has it, those are all.
func (p *posted) own() []ionapi.VoucherLine {
	other := func(l ionapi.VoucherLine) bool { return l.Journal != p.Head.Journal }
	if lines := slices.DeleteFunc(slices.Clone(p.Lines), other); len(lines) > 0 {
		return lines
	}
	return p.Lines
}

// item adds a line of goods or services. A line without a quantity is one of something; a quantity
// has the sign of its amount, because a price has none.
func (p *posted) item(place string, line ionapi.VoucherLine, amount decimal.Decimal) trade.Reason {
	quantity, err := decimal.NewFromString(orZero(line.Quantity))
	if err != nil {
		return invalid(place, "ACQT", err)
	}
	out := trade.InvoiceLine{ID: strconv.Itoa(len(p.out.Lines) + 1), Description: line.Text, Quantity: quantity.Abs(), Unit: line.Unit, PriceBasis: 1, Amount: amount}
	out.Place = "IT1[" + out.ID + "]"
	if quantity.IsZero() {
		out.Quantity, out.Unit = one, ""
	}
	out.Quantity = out.Quantity.Mul(decimal.NewFromInt(int64(amount.Sign())))
	out.Price, _ = unitPrice(amount, out.Quantity)
	p.out.Lines = append(p.out.Lines, out)
	return trade.Reason{}
}

// tax adds an amount to the tax of its VAT code: M3 may post a code in several lines, and a partner
// gets each once.
func (p *posted) tax(code string, amount decimal.Decimal) {
	at := slices.IndexFunc(p.out.Taxes, func(t trade.InvoiceTax) bool { return t.Code == code })
	if at < 0 {
		p.out.Taxes = append(p.out.Taxes, trade.InvoiceTax{Code: code, Amount: amount})
		return
	}
	p.out.Taxes[at].Amount = p.out.Taxes[at].Amount.Add(amount)
}

const nameAccounts = "see the voucher in GLS200, and name its payable, tax and charge accounts in infor.yaml (outgoingInvoices.accounts); the next poll reads it again"

// balance compares the lines with the amounts of the head.
func (p *posted) balance() trade.Reason {
	taxes := sumOfTaxes(p.out.Taxes)
	sum := taxes.Add(sumOfCharges(p.out.Charges))
	for _, line := range p.out.Lines {
		sum = sum.Add(line.Amount)
	}
	switch {
	case !sum.Equal(p.out.Total):
		return trade.Configuration(trade.ReasonUnbalanced, p.voucher(), nameAccounts,
			"invoice %s is over %s, and the lines of its voucher that are not payable come to %s", p.Head.Number, p.out.Total, sum)
	case !p.vat.IsZero() && !taxes.Equal(p.vat):
		return trade.Configuration(trade.ReasonUnbalanced, p.voucher(), nameAccounts,
			"the VAT of invoice %s is %s, and the tax lines of its voucher come to %s", p.Head.Number, p.vat, taxes)
	}
	return trade.Reason{}
}

func sumOfTaxes(taxes []trade.InvoiceTax) decimal.Decimal {
	sum := decimal.Zero
	for _, t := range taxes {
		sum = sum.Add(t.Amount)
	}
	return sum
}
