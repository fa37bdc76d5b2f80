package config

import (
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

const acme = `id: ACME
name: Acme Fasteners
company: "100"
supplier: "0010045"
interchange: {qualifier: "01", id: "123456789"}
group: ACMEFAST
order:
  currency: always
`

// shipped gives the configuration in the repository with one partner of the test.
func shipped(t *testing.T) Files {
	t.Helper()
	files, err := ReadFolder("../../config")
	require.NoError(t, err)
	for name := range files {
		if strings.HasPrefix(name, "partners/") && name != basePartner {
			delete(files, name)
		}
	}
	files["partners/acme.yaml"] = []byte(acme)
	return files
}

func TestTheShippedConfigurationIsValid(t *testing.T) {
	files, err := ReadFolder("../../config")
	require.NoError(t, err)
	c, err := Load(files)
	require.NoError(t, err)
	require.Len(t, c.Companies, 2)
	require.NotEmpty(t, c.Schedules)
}

func TestAPartnersFileIsLaidOverTheBase(t *testing.T) {
	c, err := Load(shipped(t))
	require.NoError(t, err)
	p, ok := c.Partner("100", "0010045")
	require.True(t, ok)
	require.Equal(t, mapping.Always, p.Order.Currency, "the partner's own setting")
	require.Equal(t, mapping.Split, p.Order.LongDescription, "the base's setting")
	require.Len(t, p.Order.ItemIDs, 2)
	_, ok = c.Partner("200", "0010045")
	require.False(t, ok, "the same number in another company is another firm")
}

func TestApprovedFollowsTheExpression(t *testing.T) {
	c, err := Load(shipped(t))
	require.NoError(t, err)
	for lowest, want := range map[int]bool{10: false, 15: true, 35: true, 50: false} {
		got, err := c.Approved(lowest, lowest)
		require.NoError(t, err)
		require.Equal(t, want, got, lowest)
	}
	edi, err := c.EDISupplier(map[string]any{"class": "EDI"})
	require.NoError(t, err)
	require.True(t, edi)
}

func TestFaultsNameFileLineAndColumn(t *testing.T) {
	for name, test := range map[string]struct{ file, old, new, want string }{
		"an unknown key":          {"cleo.yaml", "pageSize", "pagesize", `cleo.yaml:LINE:1: unknown field "pagesize"`},
		"an unquoted code":        {"company.yaml", `cono: "100"`, `cono: 100`, `company.yaml:6:11: a code must be text; write "100" in quotes`},
		"an octal-looking code":   {"partners/acme.yaml", `supplier: "0010045"`, `supplier: 0010045`, `partners/acme.yaml:4:11: a code must be text; write "0010045" in quotes`},
		"a bad duration":          {"cleo.yaml", "15m", "15", "cleo.yaml:LINE:10: a duration is written like"},
		"a bad expression":        {"infor.yaml", "order.lowest >= 15", "order.lowest >= ", "infor.yaml:LINE:11: the expression"},
		"an unknown time zone":    {"company.yaml", "America/Chicago", "America/Chicagoo", `company.yaml:5:5: company 100-AAA: timeZone "America/Chicagoo"`},
		"a long interchange id":   {"partners/acme.yaml", "123456789", "1234567890123456", "partners/acme.yaml:5:36: interchange.id"},
		"an unknown company":      {"partners/acme.yaml", `company: "100"`, `company: "300"`, `partners/acme.yaml:3:10: company "300" is not in company.yaml`},
		"equal delimiters":        {"partners/base.yaml", `component: ">"`, `component: "*"`, "three different signs"},
		"a schedule without time": {"schedules.yaml", "every: 5m\n    overlap", "overlap", "schedules.yaml:4:5: tradewind/orders-out/100-AAA: one of every, cron or calendar"},
		"a full read of invoices": {"schedules.yaml", "flow: invoices-out\n    company: \"100-AAA\"\n", "flow: invoices-out\n    company: \"100-AAA\"\n    full: true\n",
			"schedules.yaml:30:11: tradewind/invoices-out/100-AAA/full: full is for orders-out, suppliers, customers and accounts only"},
		"a full read twice": {"schedules.yaml", "200-BBB\"\n    full", "100-AAA\"\n    full", "schedules.yaml:22:5: tradewind/orders-out/100-AAA/full is declared twice"},
		"a strange company": {"schedules.yaml", "invoices-out\n    company: \"200-BBB", "invoices-out\n    company: \"200-BBC", `schedules.yaml:LINE:5: company "200-BBC" is not in company.yaml`},
		"accounts of all":   {"schedules.yaml", "suppliers\n    company: \"200\"", "accounts\n    company: \"200\"", `schedules.yaml:LINE:5: company "200" is not in company.yaml`},
		"one's customers":   {"schedules.yaml", "suppliers\n    company: \"200\"", "customers\n    company: \"200-BBB\"", `schedules.yaml:LINE:5: company "200-BBB" is not in company.yaml`},
		"an unknown flow":   {"schedules.yaml", "invoices-out", "invoices", `flow is "invoices"; it must be orders-out, invoices-out, suppliers, customers, accounts, mailbox or tokens`},
		"all orders alive":  {"infor.yaml", "alive: 84", "alive: 99", "infor.yaml:LINE:10: poll.alive is 99; it must be a status from 1 to 98"},
		"no look back":      {"infor.yaml", "refreshLookback: 4320h", "refreshLookback: 0s", "infor.yaml:LINE:20: poll.refreshLookback must be longer"},
		"less than none":    {"infor.yaml", "mostDeleted: 10", "mostDeleted: -1", "infor.yaml:LINE:16: poll.mostDeleted is -1"},
		"a unit twice":      {"crosswalks/units.csv", ",BX,BX,,", ",EA,BX,,", "crosswalks/units.csv:3:1: code \"EA\""},
		"no upload folder":  {"cleo.yaml", "  upload: outbound/850\n", "", "cleo.yaml:8:3: folders.upload"},
	} {
		t.Run(name, func(t *testing.T) {
			files := shipped(t)
			changed := strings.Replace(string(files[test.file]), test.old, test.new, 1)
			require.NotEqual(t, string(files[test.file]), changed)
			files[test.file] = []byte(changed)
			_, err := Load(files)
			// LINE is the line of what was changed.
			line := 1 + strings.Count(changed[:strings.Index(changed, test.new)], "\n")
			require.ErrorContains(t, err, strings.Replace(test.want, "LINE", strconv.Itoa(line), 1))
		})
	}
}

func TestMasterDataIsOfACompanyAndAccountsOfADivision(t *testing.T) {
	files := shipped(t)
	files["schedules.yaml"] = []byte("schedules:\n  - {flow: customers, company: \"100\", every: 15m}\n  - {flow: customers, company: \"100\", full: true, every: 24h}\n" +
		"  - {flow: accounts, company: \"100-AAA\", every: 15m}\n  - {flow: accounts, company: \"100-AAA\", full: true, every: 24h}\n")
	c, err := Load(files)
	require.NoError(t, err)
	require.Equal(t, "tradewind/accounts/100-AAA/full", c.Schedules[3].ID())
}

func TestTwoProfilesCannotClaimTheSameSupplier(t *testing.T) {
	files := shipped(t)
	files["partners/copy.yaml"] = []byte(strings.Replace(acme, "id: ACME", "id: COPY", 1))
	_, err := Load(files)
	require.ErrorContains(t, err, "partners/copy.yaml:4:11: supplier \"0010045\" of company \"100\" is already described in partners/acme.yaml")
}

func TestAMissingFileIsNamed(t *testing.T) {
	files := shipped(t)
	delete(files, "infor.yaml")
	_, err := Load(files)
	require.ErrorContains(t, err, "infor.yaml: the file is missing")
}

func TestTheVersionFollowsTheFilesThatShapeADocument(t *testing.T) {
	files := shipped(t)
	version := files.Version()
	same := maps.Clone(files)
	same["schedules.yaml"] = []byte("schedules: []\n")
	require.Equal(t, version, same.Version())
	other := maps.Clone(files)
	other["crosswalks/units.csv"] = append(other["crosswalks/units.csv"], ",DRM,DR,,\n"...)
	require.NotEqual(t, version, other.Version())
}

func TestABundleGivesTheSameConfigurationBack(t *testing.T) {
	files := shipped(t)
	bundle, err := files.Bundle()
	require.NoError(t, err)
	back, err := OpenBundle(bundle)
	require.NoError(t, err)
	require.Equal(t, files.Version(), back.Version())
	c, err := Load(back)
	require.NoError(t, err)
	company, err := c.Company(trade.Company{Cono: "200", Divi: "BBB"})
	require.NoError(t, err)
	require.Equal(t, "America/Toronto", company.Location().String())
}
