package ledger

import (
	"context"
	"strings"

	"tradewind/internal/trade"
)

// NewOutgoingInvoice is an invoice of accounts payable that a poll hands over for registration.
type NewOutgoingInvoice struct {
	Company trade.Company
	// Supplier, Number and Year are M3's key of the invoice.
	Supplier, Number, Year string
	Partner                string
	Voucher                string // "2026/30000012"
	Amount                 string
	Currency               string
	Checksum               string
	Source                 string
	// Reason is what the poll saw that must park the record before it goes out.
	Reason trade.Reason
}

// RegisterOutgoingInvoice compares an invoice with what is known of it: equal, nothing happens. Other
// content takes the place of what has not left, and parks with that reason where the partner has the
// earlier already: a sent invoice is never followed by another of its number.
func (l *Ledger) RegisterOutgoingInvoice(ctx context.Context, n NewOutgoingInvoice, changed trade.Reason) (Registration, error) {
	var out Registration
	err := l.inTx(ctx, func(t *tx) error {
		out = Registration{}
		prefix := trade.InvoiceOutPrefix(n.Company, n.Supplier, n.Number, n.Year)
		versions, err := records(ctx, t, `WHERE id >= $1 AND id < $2 ORDER BY revision`, prefix, strings.TrimSuffix(prefix, "/")+"0")
		if err != nil {
			return err
		}
		for _, earlier := range versions {
			switch {
			case earlier.State == trade.StateSuperseded:
			case earlier.Checksum == n.Checksum: // also where a later one parked: M3 says again what went out
				out.Record = earlier.ID
				return nil
			case !supersedable(earlier) && n.Reason.IsZero():
				n.Reason = changed.At("record " + earlier.ID)
			}
		}
		out = Registration{Record: trade.InvoiceOutRecordID(n.Company, n.Supplier, n.Number, n.Year, len(versions)+1), Created: true}
		if err := t.insertOutgoingInvoice(ctx, out.Record, n); err != nil {
			return err
		}
		return t.supersede(ctx, versions, out.Record)
	})
	return out, err
}

func (t *tx) insertOutgoingInvoice(ctx context.Context, id string, n NewOutgoingInvoice) error {
	reason, err := reasonText(n.Reason)
	if err != nil {
		return err
	}
	// Suppliers may use the same number: the ordinal tells one record from the next.
	ordinal, err := t.next(ctx, "invoices-out")
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `INSERT INTO records (id, flow, company, partner, set_id, number, revision, state, amount, currency, checksum, source_sha, voucher,
		created_at, updated_at, reason_code, reason) VALUES ($1, $2, $3, $4, '810', $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15)`,
		id, trade.InvoicesOut, n.Company.String(), n.Partner, n.Number, ordinal, trade.StateDiscovered, n.Amount, n.Currency, n.Checksum, n.Source, n.Voucher,
		micros(t.now), n.Reason.Code, reason)
	if err != nil {
		return err
	}
	return t.append(ctx, Event{Record: id, Kind: "registered", State: trade.StateDiscovered, Actor: "poll", Detail: map[string]any{"checksum": n.Checksum, "source": n.Source}})
}
