package mapping

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// Order850 is everything that decides what an 850 looks like.
type Order850 struct {
	Order   trade.PurchaseOrder
	Profile Profile
	Sender  Sender
	Units   *Crosswalk
	Terms   *Crosswalk
	// Purpose is BEG01: empty or 00 for an original, 05 for one that replaces what the
	// supplier has of the order.
	Purpose string
}

// Map turns the canonical order into an 850 for the partner. A reason comes back where
// the order cannot go out as it is; nothing is guessed or cut.
func (m Order850) Map() (doc.PurchaseOrder, trade.Reason) {
	o := m.Order
	if len(o.Lines) == 0 {
		return doc.PurchaseOrder{}, trade.Data(trade.ReasonNoLines, "order "+o.Number,
			"add a line in PPS200, and the next poll reads it; or resolve the record", "the order has no lines")
	}
	if o.Currency == "" {
		return doc.PurchaseOrder{}, trade.Data(trade.ReasonCurrencyMissing, "order "+o.Number, "enter it in PPS200; the next poll reads it", "the order has no currency")
	}
	out := doc.PurchaseOrder{Purpose: firstOf(m.Purpose, purposeOriginal), Type: string(m.Profile.Order.Type), Number: o.Number, Date: doc.Date(o.OrderDate), Contract: o.Contract}
	m.header(&out)
	hash := decimal.Zero
	for i, line := range o.Lines {
		mapped, reason := m.line(i+1, line)
		if !reason.IsZero() {
			return out, reason
		}
		out.Lines = append(out.Lines, mapped)
		hash = hash.Add(mapped.Quantity)
	}
	out.Totals = &doc.OrderTotals{}
	if m.Profile.Order.Hash {
		out.Totals.Hash = new(doc.Trim(hash))
	}
	if m.Profile.Order.Total {
		out.Totals.Amounts = []doc.Amount{{Qualifier: "TT", Value: new(doc.Trim(o.Amount))}}
	}
	return out, trade.Reason{}
}

func (m Order850) header(out *doc.PurchaseOrder) {
	o, set := m.Order, m.Profile.Order
	if set.Currency == Always || (set.Currency == Foreign && o.Currency != string(set.HomeCurrency)) {
		out.Currency = &doc.Currency{Party: "BY", Code: o.Currency}
	}
	if set.VendorReference {
		out.References = append(out.References, doc.Reference{Qualifier: "IA", Value: o.Supplier})
	}
	if o.YourReference != "" {
		out.References = append(out.References, doc.Reference{Qualifier: "ZZ", Value: m.clean(o.YourReference)})
	}
	if name := firstOf(o.BuyerName, o.Buyer); name != "" {
		contact := doc.Contact{Function: "BD", Name: m.clean(name)}
		if o.BuyerPhone != "" {
			contact.Numbers = []doc.Communication{{Qualifier: "TE", Number: m.clean(o.BuyerPhone)}}
		}
		out.Contacts = append(out.Contacts, contact)
	}
	if text := firstOf(o.DeliveryTermsText, o.DeliveryTerms); text != "" {
		freight := doc.Freight{Payment: "DF", Description: m.clean(text)}
		if freight.Description != "" {
			freight.Location = "ZZ"
		}
		out.Freight = append(out.Freight, freight)
	}
	out.Terms = m.terms()
	if !o.DeliveryDate.IsZero() {
		out.Dates = append(out.Dates, doc.DateTime{Qualifier: "002", Date: doc.Date(o.DeliveryDate)})
	}
	out.Texts = m.texts(o.Text)
	out.Parties = m.parties()
}

// terms gives ITD: net days where the crosswalk knows the code, and M3's own
// description beside it.
func (m Order850) terms() []doc.Terms {
	o := m.Order
	if o.PaymentTerms == "" {
		return nil
	}
	t := doc.Terms{Type: "05", Basis: "3", Description: m.clean(firstOf(o.PaymentTermsText, o.PaymentTerms))}
	if days, ok := m.Terms.Lookup(string(m.Profile.ID), o.PaymentTerms, o.OrderDate); ok {
		t.NetDays = days
	}
	return []doc.Terms{t}
}

func (m Order850) parties() []doc.Party {
	seller := m.party("SU", m.Order.Seller)
	seller.Name = m.clean(firstOf(m.Order.Seller.Name, m.Order.SupplierName))
	seller.ID, seller.Qualifier = m.Order.Supplier, "92"
	return []doc.Party{m.party("ST", m.Order.ShipTo), m.Sender.buyer(m.Profile, m.Order.Company), seller}
}

// buyer is N1 of the company, as the partner knows it from orders and invoices.
func (s Sender) buyer(p Profile, company trade.Company) doc.Party {
	return doc.Party{Code: "BY", Name: p.clean(s.Name), Qualifier: assignedByBuyer, ID: company.String(), Street: p.cleanAll(s.Address.Street),
		Town: p.clean(s.Address.Town), State: string(s.Address.State), Postal: string(s.Address.Postal), Country: string(s.Address.Country)}
}

func (m Order850) party(code string, p trade.Party) doc.Party {
	out := doc.Party{Code: code, Name: m.clean(p.Name), Street: m.cleanAll(p.Street), Town: m.clean(p.Town), State: p.State, Postal: p.Postal, Country: p.Country}
	if p.ID != "" {
		out.Qualifier, out.ID = "92", p.ID
	}
	return out
}

// priceBasis is element 639 for M3's PUCD.
var priceBasis = map[int]string{1: "PE", 100: "HP", 1000: "TP"}

func (m Order850) line(n int, l trade.OrderLine) (doc.OrderLine, trade.Reason) {
	unit, ok := m.Units.Lookup(string(m.Profile.ID), l.Unit, m.Order.OrderDate)
	if !ok {
		return doc.OrderLine{}, trade.Configuration(trade.ReasonUnitUnmapped, fmt.Sprintf("PO1[%d]-03, line %s", n, l.LineID()),
			"add it to "+m.Units.File()+", then replay", "unit %q has no X12 code for partner %s", l.Unit, m.Profile.ID)
	}
	if l.PriceUnit != "" && l.PriceUnit != l.Unit {
		return doc.OrderLine{}, trade.Configuration(trade.ReasonPriceUnitUnmapped, fmt.Sprintf("PO1[%d]-04, line %s", n, l.LineID()),
			"price the line in its purchase unit in PPS200; the next poll reads it", "the price is per %s and the quantity in %s", l.PriceUnit, l.Unit)
	}
	if reason := m.checkAmount(n, l); !reason.IsZero() {
		return doc.OrderLine{}, reason
	}
	out := doc.OrderLine{ID: l.LineID(), Quantity: doc.Trim(l.Quantity), Unit: unit, Price: doc.Trim(l.Price), Texts: m.texts(l.Text)}
	if out.Basis = priceBasis[l.PriceBasis]; out.Basis == "" {
		out.Basis, out.Price = "PE", doc.Trim(l.Price.DivRound(decimal.NewFromInt(int64(l.PriceBasis)), 6))
	}
	var reason trade.Reason
	if out.ProductIDs, reason = m.productIDs(n, l); !reason.IsZero() {
		return out, reason
	}
	if out.Descriptions, reason = m.descriptions(n, l); !reason.IsZero() {
		return out, reason
	}
	if !l.DeliveryDate.IsZero() && l.DeliveryDate != m.Order.DeliveryDate {
		out.Dates = append(out.Dates, doc.DateTime{Qualifier: "002", Date: doc.Date(l.DeliveryDate)})
	}
	if l.Contract != "" && l.Contract != m.Order.Contract {
		out.References = append(out.References, doc.Reference{Qualifier: "CT", Value: l.Contract})
	}
	return out, trade.Reason{}
}

// checkAmount compares M3's line amount with quantity times price. With
// discounts on the line the amount may be lower, never higher.
func (m Order850) checkAmount(n int, l trade.OrderLine) trade.Reason {
	computed := l.Quantity.Mul(l.Price).Div(decimal.NewFromInt(int64(l.PriceBasis)))
	difference := computed.Sub(l.Amount)
	cent := decimal.New(1, -2)
	if difference.Abs().LessThanOrEqual(cent) || (len(l.Discounts) > 0 && difference.IsPositive()) {
		return trade.Reason{}
	}
	return trade.Data(trade.ReasonAmountDiffers, fmt.Sprintf("PO1[%d], line %s", n, l.LineID()), "check price and quantity in PPS200; the next poll reads it",
		"the line amount is %s, quantity times price is %s", l.Amount, computed.Round(2))
}

func (m Order850) productIDs(n int, l trade.OrderLine) ([]doc.ProductID, trade.Reason) {
	var out []doc.ProductID
	for i, id := range m.Profile.Order.ItemIDs {
		value := map[ItemFrom]string{FromItem: l.Item, FromSupplierItem: l.SupplierItem}[id.From]
		place := fmt.Sprintf("PO1[%d]-%02d, line %s", n, 7+2*i, l.LineID())
		if value == "" && id.Required {
			return nil, trade.Data(trade.ReasonItemNumberMissing, place, "enter it on the line in PPS200, and the next poll reads it",
				"item %q has no number of the supplier, which partner %s needs as %s", l.Item, m.Profile.ID, id.Qualifier)
		}
		if value != "" {
			out = append(out, doc.ProductID{Qualifier: string(id.Qualifier), ID: value})
		}
	}
	return out, trade.Reason{}
}

func (m Order850) descriptions(n int, l trade.OrderLine) ([]string, trade.Reason) {
	text := m.clean(l.Description)
	if text == "" {
		return nil, trade.Reason{}
	}
	if utf8.RuneCountInString(text) > doc.MaxDescription && m.Profile.Order.LongDescription == Park {
		return nil, trade.Data(trade.ReasonValueTooLong, fmt.Sprintf("PID of line %s, PO1[%d]", l.LineID(), n),
			"shorten it in M3 or set longDescription: split in the profile, then replay",
			"the description is %d characters long, at most %d fit", utf8.RuneCountInString(text), doc.MaxDescription)
	}
	return wrap(text, doc.MaxDescription), trade.Reason{}
}

// texts gives one N9 loop, each line of M3's text as a MSG of its own.
func (m Order850) texts(lines []string) []doc.Text {
	if !m.Profile.Order.Texts {
		return nil
	}
	var messages []doc.Message
	for _, line := range lines {
		if line = strings.TrimSpace(m.clean(line)); line != "" {
			for _, part := range wrap(line, doc.MaxMessage) {
				messages = append(messages, doc.Message{Text: part})
			}
		}
	}
	if len(messages) == 0 {
		return nil
	}
	return []doc.Text{{Qualifier: string(m.Profile.Order.TextQualifier), Reference: "TEXT", Messages: messages}}
}

// wrap splits text at blanks into parts of at most n characters; a word longer
// than that is split where it must be. Joined by blanks, nothing is lost.
func wrap(text string, n int) []string {
	var out []string
	runes := []rune(text)
	for len(runes) > n {
		at := n
		for at > 0 && runes[at] != ' ' {
			at--
		}
		if at == 0 {
			at = n
		}
		out = append(out, strings.TrimSpace(string(runes[:at])))
		runes = []rune(strings.TrimSpace(string(runes[at:])))
	}
	return append(out, string(runes))
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// asReason turns a refusal of the writers of a set into a reason with place and cure.
func asReason(set string, err error) trade.Reason {
	var length *doc.LengthError
	var data *edi.DataError
	var field *doc.FieldError
	switch {
	case errors.As(err, &length):
		return trade.Data(trade.ReasonValueTooLong, length.Path, "correct it in M3; the next poll reads it",
			"%q must be %d to %d characters long", length.Value, length.Shortest, length.Longest)
	case errors.As(err, &data):
		return trade.Data(trade.ReasonCharacterForbidden, fmt.Sprintf("segment %d, %s%02d", data.Position, data.Segment, data.Element),
			"correct it in M3; the next poll reads it", "an identifier holds %q, which X12 cannot carry", data.Character)
	case errors.As(err, &field):
		return trade.Data(trade.ReasonValueInvalid, field.Path, "correct it in M3 or in the profile, then replay", "%v", field.Err)
	}
	return trade.Data(trade.ReasonValueInvalid, set, "correct it in M3 or in the profile, then replay", "%v", err)
}
