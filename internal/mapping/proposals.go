package mapping

import (
	"strings"

	"tradewind/internal/trade"
)

// SpellingsOf are all the forms in which M3 may have the number of a supplier: they differ in leading zeros only, as those
// of SameCode do.
func SpellingsOf(number string) (out []string) {
	bare := strings.TrimLeft(strings.TrimSpace(number), "0")
	for zeros := range longestSupplier - len(bare) + 1 {
		if spelling := strings.Repeat("0", zeros) + bare; spelling != "" {
			out = append(out, spelling)
		}
	}
	return out
}

// Overtaken is the reason of a proposal about a supplier of which the partner said something else in a profile that came
// later and is entered.
func Overtaken(p SupplierProposal, later string) trade.Reason {
	return trade.Data(trade.ReasonProfileOvertaken, p.Place, "resolve this record; or replay it if it is to stand over what came later",
		"what it says of supplier %s is older than profile %s, which is entered", p.Supplier, later)
}

// Unkept is the reason of a proposal from which nothing would follow by masterdata.yaml; why is the rule in words.
func Unkept(p SupplierProposal, why, cure string) trade.Reason {
	return trade.Configuration(trade.ReasonSupplierNotKept, p.Place+"-04", cure+", then replay; or resolve this record", "nothing would come of it: supplier %s %s", p.Supplier, why)
}
