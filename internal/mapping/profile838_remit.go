package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// RemitTo is a remark on where money is to go.
type RemitTo struct {
	// Text tells people what is said; of an account, and of a number that is none of ours, it has the last digits only.
	Text string `json:"text"`
	// Place is the party within the set, Checksum the SHA-256 of all that is said there.
	Place    string `json:"place"`
	Checksum string `json:"checksum"`
}

// remittances reads who is paid: a number of ours is a value of the supplier; all else is a remark, and so is another address
// of the supplier itself. An account says where money goes whatever its party is called.
func (r *profileReading) remittances() trade.Reason {
	for _, p := range r.parties {
		accounts := r.accounts(p)
		if coded(r.set.Suppliers, p.Code) || !coded(r.set.RemitTo, p.Code) && len(accounts) == 0 {
			continue
		}
		to, reason := r.payer(p)
		if !reason.IsZero() {
			return reason
		}
		number := r.ours(p)
		itself := number != "" && SameCode(number, to.Supplier)
		if itself {
			number = to.Supplier
		}
		switch before := to.Values[PayeeField]; {
		case number == "" || len(accounts) > 0 || itself && addressed(p):
			to.RemitTo = append(to.RemitTo, r.remitTo(p, accounts))
		case before != "" && !SameCode(before, number):
			return contradiction(p.place+"-04", to.Supplier, PayeeField, before, number)
		case before == "":
			to.Values[PayeeField] = number
		}
	}
	return trade.Reason{}
}

// PayeeField is the field of a supplier that says who is paid.
const PayeeField = "payee"

// addressed says whether a party has an address: under the supplier's own number it is another one of the same supplier, and
// no field of M3 takes where that is paid.
func addressed(p profileParty) bool {
	return strings.TrimSpace(strings.Join(append(slices.Clone(p.Street), p.Town, p.State, p.Postal, p.Country), "")) != ""
}

// payer finds the supplier that a party is paid for: the only one of its place, or of the profile.
func (r *profileReading) payer(p profileParty) (*SupplierProposal, trade.Reason) {
	if len(r.out) == 1 {
		return &r.out[0], trade.Reason{}
	}
	var numbers []string
	for _, other := range r.parties {
		if number := r.ours(other); other.location == p.location && coded(r.set.Suppliers, other.Code) && !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
	}
	for i := range r.out {
		if len(numbers) == 1 && (r.out[i].Supplier == numbers[0] || SameCode(r.out[i].Supplier, numbers[0]) && r.out[i].Supplier == r.own) {
			return &r.out[i], trade.Reason{}
		}
	}
	return nil, trade.Data(trade.ReasonSupplierUnclear, p.place, askForProfile, "the profile has several suppliers, and it is not told which of them is paid through %q", p.Name)
}

// accounts are the references of a party that say where money goes.
func (r *profileReading) accounts(p profileParty) (out []doc.Reference) {
	for _, ref := range p.References {
		if coded(r.set.BankAccounts, ref.Qualifier) {
			out = append(out, ref)
		}
	}
	return out
}

// remitTo makes the remark of a party.
func (r *profileReading) remitTo(p profileParty, accounts []doc.Reference) RemitTo {
	content, err := json.Marshal(p.ProfileParty)
	if err != nil {
		panic(err) // texts and decimals always marshal
	}
	sum := sha256.Sum256(content)
	var parts []string
	for _, text := range slices.Concat([]string{fmt.Sprintf("%q", p.Name), r.identification(p)}, p.Names, p.Street, []string{p.Town, p.State, p.Postal, p.Country}) {
		if text = strings.TrimSpace(text); text != "" {
			parts = append(parts, text)
		}
	}
	for _, account := range accounts {
		parts = append(parts, fmt.Sprintf("account (%s) %s", account.Qualifier, masked(account.Value)))
	}
	return RemitTo{Text: strings.Join(parts, ", "), Place: p.place, Checksum: hex.EncodeToString(sum[:])}
}

// identification is how a party is numbered (N103, N104). A number that is none of ours may be that of a bank or an account.
func (r *profileReading) identification(p profileParty) string {
	number := strings.TrimSpace(p.ID)
	switch {
	case number == "":
		return ""
	case r.ours(p) == "":
		number = masked(number)
	}
	return fmt.Sprintf("number (%s) %s", p.Qualifier, number)
}

// masked leaves the last digits of an account.
func masked(account string) string {
	const shown = 4
	signs := []rune(strings.TrimSpace(account))
	if len(signs) <= shown {
		return strings.Repeat("*", len(signs))
	}
	return "…" + string(signs[len(signs)-shown:])
}

// ForeignSupplier is the reason of a proposal about a supplier that its partner does not stand for.
func ForeignSupplier(p SupplierProposal, partner, holder string) trade.Reason {
	return trade.Data(trade.ReasonSupplierForeign, p.Place+"-04", "ask the partner over a known contact; correct the number with `records replay --set`, or resolve this record",
		"partner %s speaks of supplier %s, which %s has and the partner does not stand for", partner, p.Supplier, holder)
}

// RemitToChanged is the reason of proposals that say where money is to go by something that no field takes. It is zero
// where none does.
func RemitToChanged(all []SupplierProposal) trade.Reason {
	for _, p := range all {
		if len(p.RemitTo) > 0 {
			return trade.Data(trade.ReasonRemitChange, p.RemitTo[0].Place, RemitToCure, "supplier %s is to be paid elsewhere: %s", p.Supplier, p.remarks())
		}
	}
	return trade.Reason{}
}

// RemitToCure says how people settle a remark on where money goes: it is entered by hand, or not at all.
const RemitToCure = "let two people make sure of it by a contact that is known from before, enter in M3 by hand what is right, and each replay it; the remark itself goes nowhere"

// remarks are the texts of the remarks, in one sentence.
func (p SupplierProposal) remarks() string {
	var out []string
	for _, remark := range p.RemitTo {
		out = append(out, remark.Text)
	}
	return strings.ReplaceAll(strings.ReplaceAll(strings.Join(out, ", and "), "; ", ", "), ". ", " ")
}

// RemitToDecision is what people agree on who replay proposals: all that these say of where money goes. It is empty where
// they say nothing.
func RemitToDecision(all []SupplierProposal) string {
	var out []string
	for _, p := range all {
		for _, remark := range p.RemitTo {
			out = append(out, fmt.Sprintf("%s of supplier %s, %.12s", remark.Place, p.Supplier, remark.Checksum))
		}
	}
	return strings.Join(out, ", ")
}
