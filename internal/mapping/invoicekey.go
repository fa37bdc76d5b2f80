package mapping

import (
	"crypto/sha1" // #nosec G505 -- RFC 9562 builds version 5 on it; nothing is kept secret by it
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"tradewind/internal/trade"
)

// BusinessKey says which invoice it is, whatever file it came in: company, payee, supplier,
// number, year and kind. A credit note often has the number of the invoice it corrects.
func BusinessKey(inv trade.Invoice) string {
	return joinKey(inv.Company.Cono, inv.Payee, inv.Supplier, NormalisedNumber(inv.Number), strconv.Itoa(InvoiceYear(inv)), string(inv.Kind))
}

// DuplicateKey is the key that an invoice claims: the business key, or one without the year
// where a number must never come again. It decides nothing in M3; the correlation id is made
// of the business key in either scope.
func DuplicateKey(inv trade.Invoice, scope DuplicateScope) string {
	if scope != ScopeEver {
		return BusinessKey(inv)
	}
	return joinKey(inv.Company.Cono, inv.Payee, inv.Supplier, NormalisedNumber(inv.Number), string(ScopeEver), string(inv.Kind))
}

func joinKey(parts ...string) string {
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}

// InvoiceYear is the year of the invoice's date, which M3's own key of an invoice has too.
func InvoiceYear(inv trade.Invoice) int { return inv.Date.Time().Year() }

// NormalisedNumber is an invoice number as numbers are compared: upper-case, without spaces,
// hyphens and leading zeros.
func NormalisedNumber(number string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, number)
	if trimmed := strings.TrimLeft(kept, "0"); trimmed != "" || kept == "" {
		return trimmed
	}
	return "0"
}

// correlationSpace is the namespace of our correlation ids.
var correlationSpace = [16]byte{0x7d, 0x1c, 0x52, 0x0e, 0x3b, 0x94, 0x4f, 0x6a, 0x9a, 0x27, 0x5e, 0xc1, 0x08, 0xb6, 0xd3, 0x42}

// CorrelationID is the UUID of a business key, version 5 of RFC 9562: the same invoice always
// has the same, so that a batch of ours is found again in M3.
func CorrelationID(key string) string {
	sum := sha1.Sum(append(correlationSpace[:], key...)) // #nosec G401 -- see the import
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
