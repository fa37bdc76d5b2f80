package config

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

func TestInvoicesGoOutOnlyToPartnersThatOptedIn(t *testing.T) {
	c, err := Load(shipped(t))
	require.NoError(t, err)
	require.Empty(t, c.InvoicePartners("100"), "off by default")
	_, reason, err := c.OutgoingInvoice810(trade.Invoice{Company: trade.Company{Cono: "100", Divi: "AAA"}, Supplier: "0010045"})
	require.NoError(t, err)
	require.Equal(t, trade.ReasonNotOptedIn, reason.Code)

	files := shipped(t)
	files["partners/acme.yaml"] = []byte(acme + "outgoingInvoice: {send: true, purpose: self-billing, answer: {within: 4h, giveUp: 24h}}\n")
	c, err = Load(files)
	require.NoError(t, err)
	require.Len(t, c.InvoicePartners("100"), 1)
	require.Empty(t, c.InvoicePartners("200"))
	m, reason, err := c.OutgoingInvoice810(trade.Invoice{Company: trade.Company{Cono: "100", Divi: "AAA"}, Supplier: "0010045"})
	require.NoError(t, err)
	require.True(t, reason.IsZero())
	require.Equal(t, mapping.SelfBilling, m.Profile.OutgoingInvoice.Purpose)
	require.Equal(t, mapping.Code("IA"), m.Profile.OutgoingInvoice.SupplierReference, "the base's setting")
	sent := time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
	due, giveUp := c.AnswerTimes(m.Profile, trade.InvoicesOut, sent)
	require.Equal(t, []time.Time{sent.Add(4 * time.Hour), sent.Add(24 * time.Hour)}, []time.Time{due, giveUp})
	due, _ = c.AnswerTimes(m.Profile, trade.OrdersOut, sent)
	require.Zero(t, due, "orders have times of their own")
}

func TestInvoicesAreSelectedByTheirStatus(t *testing.T) {
	c, err := Load(shipped(t))
	require.NoError(t, err)
	for _, test := range []struct {
		approved, stop string
		want           bool
	}{{"1", "", true}, {"0", "", false}, {"1", "1", false}} {
		got, err := c.SelectsInvoice(map[string]any{"approved": test.approved, "stop": test.stop})
		require.NoError(t, err)
		require.Equal(t, test.want, got, test)
	}
}

func TestFaultsOfOutgoingInvoicesNameTheirPlace(t *testing.T) {
	for setting, want := range map[string]string{
		"send: true":                                    "partners/acme.yaml:10:3: outgoingInvoice.send needs a purpose, one of [self-billing intercompany copy]",
		"send: true\n  purpose: fun":                    `outgoingInvoice.purpose is "fun"; it must be one of [self-billing intercompany copy]`,
		"purpose: self-billing\n  type: D":              `outgoingInvoice.type is "D"; it needs 2 to 2 characters`,
		"creditSign: both":                              `outgoingInvoice.creditSign is "both"`,
		"currency: sometimes":                           `outgoingInvoice.currency is "sometimes"`,
		"voucherReference: V":                           "outgoingInvoice.voucherReference",
		"answer: {giveUp: 4h}":                          "outgoingInvoice.answer.giveUp needs outgoingInvoice.answer.within",
		"answer: {within: 4h, giveUp: 4h}":              "it must be longer than outgoingInvoice.answer.within",
		"send: true\n  purpose: copy\n  purposes: copy": `unknown field "purposes"`,
	} {
		files := shipped(t)
		files["partners/acme.yaml"] = []byte(acme + "outgoingInvoice:\n  " + setting + "\n")
		_, err := Load(files)
		require.ErrorContains(t, err, want, setting)
	}
}

func TestTheBaseProfileNeverSendsInvoices(t *testing.T) {
	files := shipped(t)
	files[basePartner] = append(files[basePartner], "  send: true\n  purpose: copy\n"...)
	_, err := Load(files)
	require.ErrorContains(t, err, "outgoingInvoice.send stands in a partner's own file, never in the base profile")
	require.ErrorContains(t, err, basePartner+":")
}

func TestFaultsOfTheSelectionNameTheirPlace(t *testing.T) {
	for _, test := range []struct{ old, new, want string }{
		{`select: invoice.approved == "1" && invoice.stop == ""`, "select: invoice.approved ==", "is not valid CEL"},
		{"sign: positive", "sign: owed", `sign is "owed"; it must be positive or negative`},
		{`prefix: EP`, "prefix: E", "the two letters that its columns begin with"},
		{`tax: ["2330"]`, `tax: ["2330", "5200"]`, `account "5200" stands in accounts.tax and in accounts.charges`},
		{`"5200": FREIGH`, `"5200": ""`, `account "5200" needs a costing element`},
	} {
		files := shipped(t)
		require.Contains(t, string(files["infor.yaml"]), test.old)
		files["infor.yaml"] = bytes.Replace(files["infor.yaml"], []byte(test.old), []byte(test.new), 1)
		_, err := Load(files)
		require.ErrorContains(t, err, test.want)
		require.ErrorContains(t, err, "infor.yaml:")
	}
}
