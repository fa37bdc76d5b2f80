package mapping

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
	"tradewind/internal/trade"
)

var update = flag.Bool("update", false, "write the golden files anew")

func profile() Profile {
	return Profile{ID: "ACME", Company: "100", Supplier: "0010045", Interchange: Address{"01", "123456789"}, Group: "ACMEFAST",
		Version: "004010", Delimiters: Delimiters{Element: '*', Component: '>', Segment: '~', LineBreak: true},
		Envelope: Ours, Acknowledge: Cleo, Charset: CharsetExtended,
		Order: OrderSet{Type: "SA", ItemIDs: []ItemID{{"VN", FromSupplierItem, true}, {"BP", FromItem, false}}, Currency: Foreign,
			HomeCurrency: "USD", LongDescription: Split, Texts: true, TextQualifier: "L1", Hash: true, Total: true, VendorReference: true}}
}

func mapper(t *testing.T, change func(*Order850)) Order850 {
	t.Helper()
	d := detail()
	d.Lines[1].SupplierItem = "AX-2"
	d.Addresses.Delivery.Name, d.Addresses.Delivery.Line1, d.Addresses.Delivery.Town = "Chicago warehouse", "2200 S Ashland Ave", "Chicago"
	d.Head.PaymentTerms, d.Head.PaymentTermsName, d.Head.BuyerName = "N30", "30 days net", "Kim Lee"
	o, reason := OrderFromM3(us, "Acme Fasteners", d, nil)
	require.True(t, reason.IsZero())
	o.Text = []string{"Deliver before noon", "gate *4*"}
	crosswalk := func(rows string) *Crosswalk {
		c, err := ReadCrosswalk("crosswalks/units.csv", strings.NewReader("partner,ours,theirs,validFrom,validTo\n"+rows))
		require.NoError(t, err)
		return c
	}
	m := Order850{Order: o, Profile: profile(), Units: crosswalk(",EA,EA,,\n,BX,BX,,\n"), Terms: crosswalk(",N30,30,,\n"),
		Sender: Sender{Company: "100", Name: "Tradewind Supply Inc", Interchange: Address{"ZZ", "TRADEWINDUS"}, Group: "TRADEWINDUS", Usage: "P"}}
	if change != nil {
		change(&m)
	}
	return m
}

func TestAnOrderBecomesTheGoldenInterchange(t *testing.T) {
	for name, change := range map[string]func(*Order850){
		"plain": nil,
		"foreign-basic": func(m *Order850) {
			m.Order.Currency, m.Profile.Charset, m.Order.Lines[0].Description = "EUR", CharsetBasic, "Schraube für Gehäuse – verzinkt"
			m.Profile.Delimiters = Delimiters{Element: '|', Component: ':', Segment: '\n'}
		},
		"005010": func(m *Order850) {
			m.Profile.Version = "005010"
			m.Profile.Delimiters.Repetition = '^'
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := mapper(t, change)
			o, reason := m.Map()
			require.True(t, reason.IsZero(), reason.String())
			got, reason := m.Encode(o, Numbers{17, 5, 1}, time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC))
			require.True(t, reason.IsZero(), reason.String())
			golden := "testdata/850-" + name + ".edi"
			if *update {
				require.NoError(t, os.WriteFile(golden, got, 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
			var c ack.Collector
			ok, err := schema.Validate(bytes.NewReader(got), &c, schema.Options{})
			require.NoError(t, err)
			require.True(t, ok, c.Interchanges)
			trees, err := edi.ReadAll(bytes.NewReader(got))
			require.NoError(t, err)
			back, err := doc.UnmarshalPurchaseOrder(trees[0].Groups[0].Sets[0].Segments)
			require.NoError(t, err)
			require.Len(t, back.Lines, 2)
			require.True(t, back.Totals.Amounts[0].Value.Equal(decimal.RequireFromString("74.5")))
		})
	}
}

func TestWhatCannotGoOutSaysWhereAndWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		change     func(*Order850)
		code, want string
	}{
		"no lines":             {func(m *Order850) { m.Order.Lines = nil }, trade.ReasonNoLines, "the order has no lines"},
		"a unit without code":  {func(m *Order850) { m.Order.Lines[1].Unit = "DRM" }, trade.ReasonUnitUnmapped, `unit "DRM" has no X12 code for partner ACME (PO1[2]-03, line 20-1); add it to crosswalks/units.csv`},
		"no supplier's number": {func(m *Order850) { m.Order.Lines[0].SupplierItem = "" }, trade.ReasonItemNumberMissing, "PO1[1]-07, line 10"},
		"another price unit":   {func(m *Order850) { m.Order.Lines[0].PriceUnit = "KG" }, trade.ReasonPriceUnitUnmapped, "per KG"},
		"an amount too high":   {func(m *Order850) { m.Order.Lines[0].Amount = decimal.NewFromInt(63) }, trade.ReasonAmountDiffers, "quantity times price is 62.5"},
		"no currency":          {func(m *Order850) { m.Order.Currency = "" }, trade.ReasonCurrencyMissing, "no currency"},
		"a long description where the partner wants one": {func(m *Order850) {
			m.Profile.Order.LongDescription, m.Order.Lines[0].Description = Park, strings.Repeat("long ", 20)
		}, trade.ReasonValueTooLong, "at most 80 fit"},
	} {
		t.Run(name, func(t *testing.T) {
			_, reason := mapper(t, test.change).Map()
			require.Equal(t, test.code, reason.Code)
			require.Contains(t, reason.String(), test.want)
			require.NotEmpty(t, reason.Cure)
		})
	}
}

func TestAnIdentifierThatX12CannotCarryParks(t *testing.T) {
	for value, code := range map[string]string{"AX*1": trade.ReasonCharacterForbidden, strings.Repeat("x", 49): trade.ReasonValueTooLong} {
		m := mapper(t, func(m *Order850) { m.Order.Lines[0].SupplierItem = value })
		o, reason := m.Map()
		require.True(t, reason.IsZero())
		_, reason = m.Encode(o, Numbers{1, 1, 1}, time.Unix(0, 0).UTC())
		require.Equal(t, code, reason.Code)
		require.Contains(t, reason.String(), "PO1")
	}
}

func TestALongDescriptionIsSplitAndNothingIsLost(t *testing.T) {
	text := strings.TrimSpace(strings.Repeat("galvanised hexagon bolt ", 9)) + strings.Repeat("x", 100)
	m := mapper(t, func(m *Order850) { m.Order.Lines[0].Description = text })
	o, reason := m.Map()
	require.True(t, reason.IsZero())
	for _, part := range o.Lines[0].Descriptions {
		require.LessOrEqual(t, len(part), doc.MaxDescription)
	}
	joined := strings.ReplaceAll(strings.Join(o.Lines[0].Descriptions, ""), " ", "")
	require.Equal(t, strings.ReplaceAll(text, " ", ""), joined)
}

func TestAnUnusualPriceBasisDividesThePrice(t *testing.T) {
	m := mapper(t, func(m *Order850) {
		l := &m.Order.Lines[0]
		l.PriceBasis, l.Price, l.Amount = 50, decimal.NewFromInt(25), decimal.NewFromInt(250)
	})
	o, reason := m.Map()
	require.True(t, reason.IsZero())
	require.Equal(t, "PE", o.Lines[0].Basis)
	require.Equal(t, "0.5", o.Lines[0].Price.String())
}

// TestControlNumbersBeginAnew covers the number behind the greatest of nine digits: the
// counters of the ledger only rise.
func TestControlNumbersBeginAnew(t *testing.T) {
	require.Equal(t, "999999999", InterchangeNumber(999_999_999))
	require.Equal(t, "000000001", InterchangeNumber(1_000_000_000))
	require.Equal(t, "000000001", InterchangeNumber(1_999_999_999))
	require.Equal(t, "2", GroupNumber(1_000_000_001))
	require.Equal(t, "0003", SetNumber(1_000_000_002))
	require.Equal(t, "000000000", InterchangeNumber(0), "where Cleo gives the number")
}
