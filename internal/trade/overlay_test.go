package trade

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func anOrder() PurchaseOrder {
	return PurchaseOrder{Company: Company{"100", "AAA"}, Number: "4500012", Supplier: "1001", OrderDate: "20261103", Currency: "USD",
		ShipTo: Party{Name: "Depot", Street: []string{"1 Road", "Gate 2"}, Postal: "10001"}, Amount: decimal.RequireFromString("105"),
		Lines: []OrderLine{
			{Number: 10, Item: "A", Quantity: decimal.NewFromInt(10), Unit: "EA", Price: decimal.NewFromInt(10), PriceUnit: "EA", PriceBasis: 1, Amount: decimal.NewFromInt(100)},
			{Number: 20, Item: "B", Quantity: decimal.NewFromInt(5), Unit: "DRM", Price: decimal.NewFromInt(1), PriceUnit: "EA", PriceBasis: 1, Amount: decimal.NewFromInt(5)},
		}}
}

// TestACorrectedOrderReadsAsItWasSet corrects every kind of field, and takes it back again.
func TestACorrectedOrderReadsAsItWasSet(t *testing.T) {
	order := anOrder()
	before, err := order.Canonical()
	require.NoError(t, err)
	for path, value := range map[string]string{
		"lines[2].unit": "EA", "shipTo.postal": "10002", "shipTo.street[2]": "Gate 3", "deliveryDate": "20261224", "lines[1].priceBasis": "100",
		"amount": "105.5", "lines[1].quantity": "12.25", "yourReference": "K. Lind", "lines[2].number": "21",
	} {
		_, old, err := order.Value(path)
		require.NoError(t, err, path)
		corrected, err := order.Correct(Overlay{{Path: path, Value: value}})
		require.NoError(t, err, path)
		_, read, err := corrected.Value(path)
		require.NoError(t, err)
		require.Equal(t, value, read, path)
		restored, err := corrected.Correct(Overlay{{Path: path, Value: old}})
		require.NoError(t, err)
		after, err := restored.Canonical()
		require.NoError(t, err)
		require.Equal(t, string(before), string(after), "nothing but %s changed", path)
	}
	same, err := order.Canonical()
	require.NoError(t, err)
	require.Equal(t, string(before), string(same), "the original stays")
}

func TestACorrectionThatAnOrderDoesNotTakeIsRefused(t *testing.T) {
	for correction, want := range map[string]string{
		"lines[3].unit=EA":         "there is no lines[3].unit: the order has lines[1] to lines[2]",
		"lines[02].unit=EA":        "is not a path",
		"lines[0].unit=EA":         "the order has lines[1] to lines[2]",
		"lines.unit=EA":            "lines.unit is a list; name one of lines[1] to lines[2]",
		"lines[2].uom=EA":          "lines[2] has number, suffix, item",
		"shipTo=x":                 "shipTo is more than one value; name one of id, name, street",
		"shipTo[1].name=x":         "shipTo is no list",
		"text[1]=x":                "the order has no text",
		"nonsense=x":               "the order has company, number",
		"number=1":                 "number cannot be corrected",
		"supplier=1":               "correct it in M3",
		"company.divi=BBB":         "cannot be corrected",
		"currency.code=x":          "currency is a value of its own",
		"amount.value=1":           "amount is a value of its own",
		"lines[1].quantity=ten":    `lines[1].quantity cannot be "ten": it is a number, written like 12.50`,
		"lines[1].quantity=1e9":    "it is a number",
		"lines[1].quantity=":       "it is a number",
		"lines[1].priceBasis=1.5":  "it is a whole number",
		"deliveryDate=2026-12-24":  "it is a date of the form CCYYMMDD",
		"IT1[1]-02=5":              "is not a path of an order; write one like lines[2].unit",
		"lines[9999999999].unit=A": "is not a path of an order",
	} {
		path, value, _ := strings.Cut(correction, "=")
		_, err := anOrder().Correct(Overlay{{Path: path, Value: value}})
		var refused *CorrectionError
		require.ErrorAs(t, err, &refused, correction)
		require.Contains(t, err.Error(), want)
	}
}

func TestAnOverlayHoldsUntilItIsReplacedOrTakenBack(t *testing.T) {
	at := time.Date(2026, 11, 3, 6, 0, 0, 0, time.UTC)
	one := Overlay(nil).With(ReplayRequest{By: "kim", Note: "typo", Set: []Correction{{Path: "a", Value: "1"}, {Path: "b", Value: "2"}}}, at)
	two := one.With(ReplayRequest{By: "lee", Note: "again", Set: []Correction{{Path: "a", Value: "3"}}}, at.Add(time.Hour))
	require.Equal(t, Overlay{{Path: "b", Value: "2", By: "kim", Note: "typo", At: at}, {Path: "a", Value: "3", By: "lee", Note: "again", At: at.Add(time.Hour)}}, two)
	require.Equal(t, two, two.With(ReplayRequest{By: "ann"}, at), "a replay without corrections keeps them")
	require.Equal(t, []string{"a"}, two.With(ReplayRequest{Unset: []string{"b"}}, at).Paths())
	require.Len(t, one, 2, "the overlay before stays as it was")

	require.Error(t, ReplayRequest{Set: one}.Explained(), "without a note")
	require.Error(t, ReplayRequest{Unset: []string{"a"}, Note: "n", Resend: true}.Explained())
	require.NoError(t, ReplayRequest{Unset: []string{"a"}, Note: "n"}.Explained())
	require.NoError(t, ReplayRequest{}.Explained())
	text, err := json.Marshal(ReplayRequest{By: "kim"})
	require.NoError(t, err)
	require.Equal(t, `{"by":"kim"}`, string(text), "recorded histories have no other fields")
}
