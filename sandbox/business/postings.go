package business

// Posting is a line of the voucher that an invoice deserves.
type Posting struct {
	Kind       string            `json:"kind"`       // item, charge or vat
	Amount     string            `json:"amount"`     // net, in the invoice's currency; negative on a credit note
	Dimensions map[string]string `json:"dimensions"` // AIT1 to AIT7; those that are not named are empty
}

// The accounts that the shipped configuration and M3's own rules agree on: those of goods and
// VAT, and of charges by their code.
const goodsAccount, vatAccount = "5010", "2330"

var chargeAccount = map[string]string{freightCode: "5200"}

// postings are the lines of the bill's voucher: goods and charges on the cost centre of the
// warehouse that they were ordered for, VAT on none.
func (b bill) postings() []Posting {
	var out []Posting
	for _, l := range b.lines {
		out = append(out, Posting{"item", l.amount.StringFixed(2), map[string]string{"AIT1": goodsAccount, "AIT2": CostCentre[l.warehouse]}})
	}
	if !b.freight.IsZero() {
		out = append(out, Posting{"charge", b.freight.StringFixed(2), map[string]string{"AIT1": chargeAccount[freightCode], "AIT2": CostCentre[b.order.Head["WHLO"]]}})
	}
	if !b.tax.IsZero() {
		out = append(out, Posting{"vat", b.tax.StringFixed(2), map[string]string{"AIT1": vatAccount}})
	}
	return out
}
