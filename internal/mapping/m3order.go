package mapping

import (
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// statusDeleted is the line status of a deleted line; such a line does not go out.
const statusDeleted = "99"

// agreementReference is OURT when OURR holds the number of a purchase agreement.
const agreementReference = "1"

// Contracts are the numbers by which suppliers know purchase agreements (VAGN). An
// agreement that is not in it goes by M3's own number (AGNB).
type Contracts map[ionapi.AgreementKey]string

// Agreements gives the purchase agreements behind an order and its lines, each once; none where
// no line is left that goes out.
func Agreements(d ionapi.OrderDetail) []ionapi.AgreementKey {
	var out []ionapi.AgreementKey
	add := func(kind, reference string) {
		key := ionapi.AgreementKey{Supplier: d.Head.Supplier, Number: reference}
		// OURR is longer than AGNB: what does not fit is no number of an agreement, and M3 would refuse the question.
		asks := kind == agreementReference && reference != "" && len(reference) <= ionapi.AgreementNumberLength
		if asks && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	for _, line := range d.Lines {
		if line.LowestStatus != statusDeleted {
			add(d.Head.OurReferenceType, d.Head.OurReference)
			add(line.OurReferenceType, line.OurReference)
		}
	}
	return out
}

// behind gives the contract behind a reference of an order or a line; "" where it names no agreement.
func (c Contracts) behind(supplier, kind, reference string) string {
	if kind != agreementReference {
		return ""
	}
	return firstOf(c[ionapi.AgreementKey{Supplier: supplier, Number: reference}], reference)
}

// OrderFromM3 turns what M3 holds about an order into the canonical order. A
// reason comes back where the reading is incomplete or cannot be understood.
func OrderFromM3(company trade.Company, supplierName string, d ionapi.OrderDetail, contracts Contracts) (trade.PurchaseOrder, trade.Reason) {
	if len(d.Lines) != d.Head.LineCount {
		return trade.PurchaseOrder{}, trade.Data(trade.ReasonLinesIncomplete, "order "+d.Head.Number,
			"check the order in PPS200; the next poll reads it again", "M3 says %d lines and listed %d", d.Head.LineCount, len(d.Lines))
	}
	o, reason := orderHead(company, supplierName, d)
	if !reason.IsZero() {
		return o, reason
	}
	o.Contract = contracts.behind(d.Head.Supplier, d.Head.OurReferenceType, d.Head.OurReference)
	for _, line := range d.Lines {
		if line.LowestStatus == statusDeleted {
			continue
		}
		mapped, reason := orderLine(d, line)
		if !reason.IsZero() {
			return o, reason
		}
		mapped.Contract = contracts.behind(d.Head.Supplier, line.OurReferenceType, line.OurReference)
		o.Lines = append(o.Lines, mapped)
		o.Amount = o.Amount.Add(mapped.Amount)
	}
	return o, trade.Reason{}
}

func orderHead(company trade.Company, supplierName string, d ionapi.OrderDetail) (trade.PurchaseOrder, trade.Reason) {
	h := d.Head
	o := trade.PurchaseOrder{
		Company: company, Number: h.Number, Supplier: h.Supplier, SupplierName: supplierName,
		Warehouse: h.Warehouse, Facility: h.Facility, OrderType: h.OrderType, Currency: h.Currency,
		Language: h.Language, Buyer: h.Buyer, BuyerName: h.BuyerName, BuyerPhone: h.Phone,
		YourReference: h.YourReference, PaymentTerms: h.PaymentTerms, PaymentTermsText: h.PaymentTermsName,
		DeliveryTerms: h.DeliveryTerms, DeliveryTermsText: h.DeliveryTermsName, DeliveryMethod: h.DeliveryMethod,
		DeliveryMethodText: h.DeliveryMethodName, HarbourOrPlace: h.TermsText,
		Seller: party(h.Supplier, d.Addresses.Supplier), BillTo: party("", d.Addresses.Invoice),
		ShipTo: party(h.Warehouse, d.Addresses.Delivery),
		Text:   ionapi.PlainText(d.HeadText, h.Language),
	}
	var err error
	if o.OrderDate, err = trade.ParseDate(h.OrderDate); err != nil {
		return o, invalid("order "+h.Number, "PUDT", err)
	}
	if o.DeliveryDate, err = trade.ParseDate(h.RequestedDate); err != nil {
		return o, invalid("order "+h.Number, "DWDT", err)
	}
	return o, trade.Reason{}
}

func orderLine(d ionapi.OrderDetail, line ionapi.OrderLine) (trade.OrderLine, trade.Reason) {
	where := "line " + strconv.Itoa(line.Key.Line)
	l := trade.OrderLine{
		Number: line.Key.Line, Suffix: line.Key.Subline, Item: line.Item, SupplierItem: line.SupplierItem,
		Description: description(line), Unit: line.Unit, PriceUnit: line.PriceUnit,
		Text: ionapi.PlainText(d.LineTexts[line.Key], d.Head.Language),
	}
	for _, number := range []struct {
		field, text string
		into        *decimal.Decimal
	}{
		{"ORQA", line.OrderedQuantity, &l.Quantity}, {"PUPR", line.Price, &l.Price}, {"LNA2", lineAmount(line), &l.Amount},
	} {
		value, err := decimal.NewFromString(orZero(number.text))
		if err != nil {
			return l, invalid(where, number.field, err)
		}
		*number.into = value
	}
	basis, err := decimal.NewFromString(orZero(line.PriceQuantity))
	if err != nil {
		return l, invalid(where, "PUCD", err)
	}
	// A price without a quantity is a price per unit.
	if l.PriceBasis = int(basis.IntPart()); l.PriceBasis == 0 {
		l.PriceBasis = 1
	}
	if l.DeliveryDate, err = trade.ParseDate(line.RequestedDate); err != nil {
		return l, invalid(where, "DWDT", err)
	}
	for _, percent := range []string{line.Discount1, line.Discount2, line.Discount3} {
		if d, err := decimal.NewFromString(orZero(percent)); err == nil && !d.IsZero() {
			l.Discounts = append(l.Discounts, d.String())
		}
	}
	return l, trade.Reason{}
}

// lineAmount is LNA2; older builds leave it empty and fill LNAM.
func lineAmount(line ionapi.OrderLine) string {
	if line.LineAmount2 == "" || line.LineAmount2 == "0" {
		return line.LineAmount
	}
	return line.LineAmount2
}

// description is the text that M3 prints on the order: the purchase description,
// else the name on orders, else the item's name.
func description(line ionapi.OrderLine) string {
	for _, text := range []string{line.Description, line.OrderName, line.Name} {
		if text = strings.TrimSpace(text); text != "" {
			return text
		}
	}
	return ""
}

func party(id string, a ionapi.OrderAddress) trade.Party {
	p := trade.Party{ID: id, Name: a.Name, Town: a.Town, State: a.State, Postal: a.PostalCode, Country: a.Country}
	for _, line := range []string{a.Line1, a.Line2, a.Line3, a.Line4} {
		if line != "" {
			p.Street = append(p.Street, line)
		}
	}
	return p
}

func orZero(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return "0"
	}
	return s
}

func invalid(where, field string, err error) trade.Reason {
	return trade.Data(trade.ReasonValueInvalid, where+", field "+field, "correct it in M3; the next poll reads it again", "%v", err)
}

// Received is how much of each line was delivered, by its LineID and in its unit, as M3 writes it;
// lines without any are left out.
func Received(d ionapi.OrderDetail) map[string]string {
	out := map[string]string{}
	for _, line := range d.Lines {
		quantity, err := decimal.NewFromString(line.ReceivedQuantity)
		mapped, reason := orderLine(d, line)
		if err == nil && quantity.IsPositive() && reason.IsZero() {
			out[mapped.LineID()] = quantity.String()
		}
	}
	return out
}
