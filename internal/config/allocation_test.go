package config

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// expenses is an invoice for two warehouses with freight.
func expenses(supplier string) trade.Invoice {
	amount := decimal.RequireFromString
	return trade.Invoice{Company: trade.Company{Cono: "100", Divi: "AAA"}, Supplier: supplier, Number: "1", Currency: "USD",
		Lines: []trade.InvoiceLine{
			{Place: "IT1[1]", Amount: amount("10"), Warehouse: "W01", Charges: []trade.InvoiceCharge{{Place: "IT1[1]/SAC[1]", Element: "FREIGH", Amount: amount("2")}}},
			{Place: "IT1[2]", Amount: amount("20"), Warehouse: "W02"},
		},
		Charges: []trade.InvoiceCharge{{Place: "SAC[1]", Element: "HANDLG", Amount: amount("0.05")}}}
}

func TestTheShippedRulesCodeGoodsAndCharges(t *testing.T) {
	c, err := Load(shipped(t))
	require.NoError(t, err)
	out, reason := c.Allocation.Allocate(expenses("500012"), mapping.AllocationInput{})
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, mapping.Objects, out.Strategy)
	for place, want := range map[string][]string{
		"IT1[1]": {"5010 4101 10"}, "IT1[2]": {"5010 4102 20"}, "IT1[1]/SAC[1]": {"5200 4101 2"},
		"SAC[1]": {"5210 4101 0.02", "5210 4102 0.02", "5210 4103 0.01"},
	} {
		item, ok := out.Item(place)
		require.True(t, ok, place)
		var got []string
		for _, part := range item.Parts {
			got = append(got, part.Objects[0]+" "+part.Objects[1]+" "+part.Amount.String())
		}
		require.Equal(t, want, got, place)
	}
	require.Contains(t, out.Trace, mapping.AllocationStep{Place: "IT1[2]", Rule: "Dallas", Dimension: "costCentre", Value: "4102",
		Why: `warehouse.code == "W02", and warehouse.code is "W02"`})
	out, reason = c.Allocation.Allocate(expenses("0010045"), mapping.AllocationInput{})
	require.True(t, reason.IsZero())
	require.Equal(t, mapping.M3Rules, out.Strategy)
}

func TestTheDimensionsNameTheObjects(t *testing.T) {
	files := shipped(t)
	files["infor.yaml"] = []byte(strings.Replace(string(files["infor.yaml"]), "costCentre: 2, facility: 3", "costCentre: 3, facility: 2", 1))
	c, err := Load(files)
	require.NoError(t, err)
	out, reason := c.Allocation.Allocate(expenses("500012"), mapping.AllocationInput{})
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, [7]string{"5010", "", "4101"}, out.Items[0].Parts[0].Objects)
}

func TestFaultsOfTheRulesNameTheirPlace(t *testing.T) {
	const head = "required: [account]\nrules:\n"
	for name, test := range map[string]struct{ yaml, want string }{
		"an unknown strategy":      {"strategy: guess\n", `allocation.yaml:1:11: strategy is "guess"`},
		"an unknown dimension":     {"required: [colour]\n", `allocation.yaml:1:12: "colour" is not in dimensions of infor.yaml`},
		"a supplier twice":         {"suppliers:\n  - {company: \"100\", supplier: \"1\", strategy: hold}\n  - {company: \"100\", supplier: \"1\", strategy: hold}\n", `allocation.yaml:3:6: supplier "1" of company "100" stands twice`},
		"a supplier's strategy":    {"suppliers:\n  - {company: \"100\", supplier: \"1\", strategy: x}\n", `allocation.yaml:2:47: strategy is "x"`},
		"no name":                  {head + "  - set: {account: \"1\"}\n", "allocation.yaml:3:5: a rule needs a name"},
		"a name twice":             {head + "  - {name: a, set: {account: \"1\"}}\n  - {name: a, set: {account: \"1\"}}\n", `allocation.yaml:4:12: rule "a" stands twice`},
		"a rule of nothing":        {head + "  - {name: a}\n", `allocation.yaml:3:6: rule "a" writes nothing`},
		"a dimension of nobody's":  {head + "  - {name: a, set: {colour: red}}\n", `dimension "colour" is not in dimensions`},
		"an unquoted account":      {head + "  - {name: a, set: {account: 5010}}\n", `allocation.yaml:3:30: a code must be text; write "5010" in quotes`},
		"no CEL":                   {head + "  - name: a\n    when: line.item ==\n    set: {account: \"1\"}\n", `allocation.yaml:4:11: the expression "line.item ==" is not valid CEL`},
		"an unknown variable":      {head + "  - {name: a, when: lines.item == \"x\", set: {account: \"1\"}}\n", "undeclared reference to 'lines'"},
		"an unknown field":         {head + "  - {name: a, when: line.item == \"x\" || warehouse.id == \"x\", set: {account: \"1\"}}\n", `warehouse has no "id"; it has [code facility]`},
		"not a condition":          {head + "  - {name: a, when: '\"x\"', set: {account: \"1\"}}\n", "it must give true or false"},
		"a comparison of types":    {head + "  - {name: a, when: line.item + 1 == 2, set: {account: \"1\"}}\n", "cannot be evaluated"},
		"percentages":              {head + "  - name: a\n    split:\n      - {percent: 33.3, set: {account: \"1\"}}\n      - {percent: 66.6, set: {account: \"2\"}}\n", "allocation.yaml:5:7: the percentages come to 99.9"},
		"a negative percentage":    {head + "  - name: a\n    split:\n      - {percent: -1, set: {account: \"1\"}}\n", "percent must be above 0"},
		"not an amount":            {head + "  - name: a\n    split:\n      - {percent: half, set: {account: \"1\"}}\n", "an amount is written like 0.05"},
		"parts that differ":        {head + "  - name: a\n    split:\n      - {percent: 50, set: {account: \"1\"}}\n      - {percent: 50, set: {product: \"2\"}}\n", "must set the same dimensions"},
		"an unknown key":           {head + "  - {name: a, then: x}\n", `unknown field "then"`},
		"a value that is missing":  {head + "  - {name: a, set: {account: \"\"}}\n", `dimension "account" has no value`},
		"a share without anything": {head + "  - name: a\n    split:\n      - {percent: 100}\n", "at least one"},
	} {
		t.Run(name, func(t *testing.T) {
			files := shipped(t)
			files[allocationFile] = []byte(test.yaml)
			_, err := Load(files)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestFaultsOfInvoiceSettingsNameTheirPlace(t *testing.T) {
	for name, test := range map[string]struct{ yaml, want string }{
		"a sign":         {"creditSign: minus", `partners/acme.yaml:10:15: invoice.creditSign is "minus"; it must be one of [negative positive]`},
		"a kind":         {"kinds: {ZZ: bill}", `partners/acme.yaml:10:15: invoice.kinds.ZZ is "bill"`},
		"a basis":        {"priceBases: {HP: 0}", "a price holds for one unit or more"},
		"a tolerance":    {"tolerance: -0.01", "a tolerance is 0 or more"},
		"no tolerance":   {"tolerance: little", "partners/acme.yaml:10:14: an amount is written like 0.05"},
		"a strategy":     {"allocation: guess", `invoice.allocation is "guess"; it must be one of [m3-rules objects recode hold]`},
		"a payee":        {"payee: ABCDEFGHIJK", "invoice.payee"},
		"orders":         {"orders: maybe", "invoice.orders"},
		"taxes":          {"lineTaxes: both", "invoice.lineTaxes"},
		"terms":          {"terms: ours", "invoice.terms"},
		"a deadline":     {"receiptDeadline: 14", "a duration is written like"},
		"zero decimals":  {"zeroDecimals: none", "invoice.zeroDecimals"},
		"an unknown key": {"colour: red", `unknown field "colour"`},
	} {
		t.Run(name, func(t *testing.T) {
			files := shipped(t)
			files["partners/acme.yaml"] = []byte(acme + "invoice:\n  " + test.yaml + "\n")
			_, err := Load(files)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestAPartnersKindsReplaceThoseOfTheBase(t *testing.T) {
	files := shipped(t)
	files["partners/acme.yaml"] = []byte(acme + "invoice:\n  kinds: {ZZ: credit}\n  tolerance: 0.05\n")
	c, err := Load(files)
	require.NoError(t, err)
	p, _ := c.Partner("100", "0010045")
	require.Equal(t, "0.05", p.Invoice.Tolerance.String())
	require.Equal(t, map[string]trade.InvoiceKind{"ZZ": trade.KindCredit}, p.Invoice.Kinds)
}

// TestAVersionFromBeforeInvoicesStillLoads, because a replay may choose any version ever used.
func TestAVersionFromBeforeInvoicesStillLoads(t *testing.T) {
	files := shipped(t)
	for _, name := range []string{allocationFile, "crosswalks/charges.csv", "crosswalks/taxes.csv", "crosswalks/conversions.csv"} {
		delete(files, name)
	}
	before, _, found := strings.Cut(string(files[basePartner]), "invoice:\n")
	require.True(t, found)
	files[basePartner] = []byte(before)
	before, _, found = strings.Cut(string(files["infor.yaml"]), "# The accounting objects")
	require.True(t, found)
	files["infor.yaml"] = []byte(before)
	c, err := Load(files)
	require.NoError(t, err)
	p, _ := c.Partner("100", "0010045")
	require.Equal(t, mapping.DefaultInvoiceSet().CreditSign, p.Invoice.CreditSign)
	require.Equal(t, mapping.M3Rules, c.Allocation.Strategy)
	reader := c.Invoice810(trade.Company{}, p)
	require.Empty(t, reader.Charges.Ours("ACME", "D240", "20260320"))
	_, found = reader.Conversions.Factor("100", "ACME", "WIRE-12-THHN", "ROL", "M", "20260320")
	require.False(t, found)
}

func TestWhatShapesAnInvoiceIsPartOfTheVersion(t *testing.T) {
	files := shipped(t)
	version := files.Version()
	for _, name := range []string{allocationFile, "crosswalks/charges.csv", "crosswalks/taxes.csv", "crosswalks/conversions.csv"} {
		changed := shipped(t)
		changed[name] = append(changed[name], '\n')
		require.NotEqual(t, version, changed.Version(), name)
	}
}

func TestDimensionsAreSevenAndDiffer(t *testing.T) {
	for dimensions, want := range map[string]string{
		"{account: 8}":                "account is accounting object 8",
		"{account: 1, costCentre: 1}": "account and costCentre are both accounting object 1",
	} {
		files := shipped(t)
		text := string(files["infor.yaml"])
		files["infor.yaml"] = []byte(text[:strings.Index(text, "dimensions:")] + "dimensions: " + dimensions + "\n")
		delete(files, allocationFile)
		_, err := Load(files)
		require.ErrorContains(t, err, want)
	}
}
