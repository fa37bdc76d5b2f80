package config

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// masters gives the settings of a flow by a masterdata.yaml; without content there is no such file.
func masters(t *testing.T, flow trade.Flow, content string) MasterSettings {
	t.Helper()
	files := shipped(t)
	delete(files, mastersFile)
	if content != "" {
		files[mastersFile] = []byte(content)
	}
	c, err := Load(files)
	require.NoError(t, err)
	settings, known := c.Masters(flow)
	require.True(t, known)
	require.NoError(t, settings.Entity.Check())
	return settings
}

func fieldOf(t *testing.T, s MasterSettings, name string) masterdata.Field {
	t.Helper()
	for _, f := range s.Entity.Fields {
		if f.Name == name {
			return f
		}
	}
	require.Fail(t, "no such field", name)
	return masterdata.Field{}
}

func TestTheShippedMasterDataIsInforsButForAFewFields(t *testing.T) {
	c, err := Load(shipped(t))
	require.NoError(t, err)
	newest := map[trade.Flow]string{trade.Suppliers: "phone email", trade.Customers: "email", trade.Accounts: ""}
	for flow, want := range newest {
		s, known := c.Masters(flow)
		require.True(t, known)
		require.Equal(t, trade.MasterEntity(flow), s.Entity.Name)
		require.Len(t, s.Entity.Fields, len(masterdata.Attributes(s.Entity.Name)), "every field is compared")
		require.Equal(t, masterdata.CreateAlways, s.Entity.CreateCleo)
		require.Equal(t, flow == trade.Accounts, s.Entity.CreateInfor == masterdata.CreateNever)
		require.Equal(t, flow == trade.Suppliers, s.Target == TargetPartners)
		require.Equal(t, flow != trade.Suppliers, s.Folders == MasterFolders{In: "masterdata/in", Out: "masterdata/out"})
		for _, company := range []string{"100", "200"} {
			require.Empty(t, masterdata.TemplateLacks(s.Entity.Name, s.TemplateOf(company)), "what a person accepts can be made")
		}
		var others []string
		for _, f := range s.Entity.Fields {
			if f.Owner != masterdata.OwnerInfor {
				require.Equal(t, masterdata.OwnerNewest, f.Owner)
				others = append(others, f.Name)
			}
			require.Equal(t, f.Name == "payee", f.Guarded, f.Name)
		}
		require.Equal(t, want, strings.Join(others, " "))
		selected, err := s.Selects("1", nil, false)
		require.NoError(t, err)
		require.True(t, selected)
	}
	suppliers, _ := c.Masters(trade.Suppliers)
	require.Equal(t, masterdata.AddressChoice{Type: "1", Reference: "01", ReferenceID: "EDI"}, suppliers.Choice)
	accounts, _ := c.Masters(trade.Accounts)
	require.Equal(t, []string{"1", "2", "3", "4", "5"}, accounts.Dimensions)
	customers, _ := c.Masters(trade.Customers)
	require.Equal(t, []string{"TAAA", "TBBB"}, []string{customers.TemplateOf("100")["CUTM"], customers.TemplateOf("200")["CUTM"]})
	require.Empty(t, customers.Template)
	_, known := c.Masters(trade.OrdersOut)
	require.False(t, known)
}

// TestASilentConfigurationCreatesNothing is that of a folder from before master data.
func TestASilentConfigurationCreatesNothing(t *testing.T) {
	for _, content := range []string{"", "suppliers: {}\n", "# nothing\n", "accounts:\n"} {
		for _, flow := range []trade.Flow{trade.Suppliers, trade.Customers, trade.Accounts} {
			s := masters(t, flow, content)
			require.Equal(t, [2]masterdata.Creation{masterdata.CreateNever, masterdata.CreateNever}, [2]masterdata.Creation{s.Entity.CreateCleo, s.Entity.CreateInfor})
			for _, f := range s.Entity.Fields {
				require.Equal(t, masterdata.OwnerInfor, f.Owner)
				require.Equal(t, f.Name == "payee", f.Guarded, "where money goes is guarded unasked")
				require.NotContains(t, []string{"street", "email"}, map[trade.Flow]string{trade.Suppliers: f.Name}[flow], "no type of address or reference is chosen")
			}
		}
	}
}

func TestOwnersFormsAndSelectionAreTheFilesOwn(t *testing.T) {
	s := masters(t, trade.Suppliers, `suppliers:
  owner: newest
  owners: {name: infor, buyer: manual, phone: cleo}
  same: {phone: digits}
  guarded: [vatNumber]
  createInfor: park
  reference: {type: "01", id: EDI}
  only: supplier.profile || supplier.group == "EDI" && !supplier.code.startsWith("9")
`)
	for name, want := range map[string]masterdata.Field{
		"name":      {Name: "name", Owner: masterdata.OwnerInfor, Same: masterdata.SameTrimmed},
		"buyer":     {Name: "buyer", Owner: masterdata.OwnerManual, Same: masterdata.SameTrimmed},
		"phone":     {Name: "phone", Owner: masterdata.OwnerCleo, Same: masterdata.SameDigits},
		"email":     {Name: "email", Owner: masterdata.OwnerNewest, Same: masterdata.SameTrimmed},
		"type":      {Name: "type", Owner: masterdata.OwnerInfor, Same: masterdata.SameTrimmed},
		"vatNumber": {Name: "vatNumber", Owner: masterdata.OwnerNewest, Same: masterdata.SameTrimmed, Guarded: true},
		"payee":     {Name: "payee", Owner: masterdata.OwnerNewest, Same: masterdata.SameTrimmed, Guarded: true},
	} {
		require.Equal(t, want, fieldOf(t, s, name))
	}
	for _, test := range []struct {
		code, group   string
		profile, want bool
	}{{"10042", "", true, true}, {"10042", "EDI", false, true}, {"90042", "EDI", false, false}, {"10042", "", false, false}} {
		got, err := s.Selects(test.code, masterdata.Values{"group": test.group}, test.profile)
		require.NoError(t, err)
		require.Equal(t, test.want, got, test)
	}
	customers := masters(t, trade.Customers, `customers:
  folders: {in: a, out: b}
  createInfor: template
  template: {CUTM: T1, LNCD: GB}
  templates: {"200": {CUTM: T2}}
`)
	require.Equal(t, map[string]string{"CUTM": "T1", "LNCD": "GB"}, customers.TemplateOf("100"))
	require.Equal(t, map[string]string{"CUTM": "T2", "LNCD": "GB"}, customers.TemplateOf("200"))
	require.Equal(t, "T1", customers.Template["CUTM"], "a company's template changes nothing of the common one")
}

func TestMasterDataShapesNoDocument(t *testing.T) {
	files := shipped(t)
	version := files.Version()
	delete(files, mastersFile)
	require.Equal(t, version, files.Version())
}

func TestFaultsOfMasterDataNameTheirPlace(t *testing.T) {
	const files = "customers:\n  folders: {in: a, out: b}\n"
	for _, test := range []struct{ content, want string }{
		{"supplier: {}\n", `1:1: unknown field "supplier"`},
		{"suppliers:\n  owned: infor\n", `2:3: unknown field "owned"`},
		{"suppliers:\n  target: ftp\n", `2:11: suppliers: target is "ftp"; it must be one of [partners files]`},
		{"suppliers:\n  owner: us\n", `2:10: suppliers: owner is "us"; it must be one of [infor cleo newest manual]`},
		{"suppliers:\n  owners:\n    name: us\n", `3:11: suppliers: owners.name is "us"; it must be one of [infor cleo newest manual]`},
		{"suppliers:\n  owners:\n    phone: cleo\n    emial: newest\n", `4:12: suppliers: field "emial" is none of name, searchKey, status, type,`},
		{"suppliers:\n  owners: {email: newest}\n", `2:19: suppliers: field "email" is compared only where reference.type is set`},
		{"suppliers:\n  owners: {type: newest}\n", `2:18: suppliers: owners.type is newest, but M3 takes no change of it; it must be infor`},
		{files + "  owners: {currency: manual}\n", `3:22: customers: owners.currency is manual, but M3 takes no change of it; it must be infor`},
		{"suppliers:\n  same: {name: fuzzy}\n", `2:16: suppliers: same.name is "fuzzy"; it must be one of [exact trimmed caseless digits]`},
		{"suppliers:\n  same: {street: exact}\n", `2:18: suppliers: field "street" is compared only where address.type is set`},
		{"suppliers:\n  guarded: [payee, bank]\n", `2:20: suppliers: field "bank" is none of name,`},
		{"suppliers:\n  guarded: [status]\n", `2:12: suppliers: entity supplier: statusField status is guarded and could never be written`},
		{"suppliers:\n  createCleo: template\n", `2:15: suppliers: createCleo is "template"; it must be one of [create park never]`},
		{"suppliers:\n  createInfor: create\n", `2:16: suppliers: createInfor is "create"; it must be one of [template park never]`},
		{"suppliers:\n  template: {DTFM: YMD, CRTP: 1}\n", `2:31: a code must be text; write "1" in quotes`},
		{"suppliers:\n  template: {SUNO: \"1\"}\n", `2:20: suppliers: SUNO is no field that the template of a new supplier may have`},
		{"suppliers:\n  createInfor: template\n  template: {DTFM: YMD}\n", `suppliers: M3 makes no supplier of company 100 without ORTY, DT4T, DTCD, CRTP, ATPR; add them to template`},
		{files + "  createInfor: template\n  templates: {\"100\": {CUTM: T1}}\n", `customers: M3 makes no customer of company 200 without CUTM; add them to template, or to templates of the company`},
		{files + "  templates: {\"300\": {CUTM: T1}}\n", `3:23: customers: company "300" is not in company.yaml`},
		{files + "  templates: {\"200\": {CUTX: T1}}\n", `3:29: customers: CUTX is no field that the template of a new customer may have`},
		{"suppliers:\n  address: {type: 1}\n", `2:19: a code must be text; write "1" in quotes`},
		{"suppliers:\n  address: {type: \"01\"}\n", `2:19: suppliers: address.type is "01"; it must be a type of address (ADTE), from 1 to 99`},
		{"suppliers:\n  reference: {type: \"001\", id: A}\n", `2:21: suppliers: reference.type is "001"; it must be a type of reference (RFTY), of 1 or 2 characters`},
		{"suppliers:\n  reference: {type: \"01\"}\n", `suppliers: reference.id is ""; it must be the id (RFID)`},
		{files + "  address: {type: \"1\"}\n", `customers: address is for suppliers only`},
		{files + "  reference: {id: EDI}\n", `customers: reference is for suppliers only`},
		{files + "  dimensions: [\"1\"]\n", `3:15: customers: dimensions are for accounts only`},
		{"accounts:\n  folders: {in: a, out: b}\n  dimensions: [\"1\", \"8\"]\n", `3:21: accounts: dimension "8" is not one from 1 to 7, or stands twice`},
		{"accounts:\n  folders: {in: a, out: b}\n  dimensions: [\"1\", \"1\"]\n", `3:21: accounts: dimension "1" is not one from 1 to 7, or stands twice`},
		{"accounts:\n  folders: {in: a, out: b}\n  dimensions: []\n", `accounts: dimensions name those whose accounts are compared`},
		{"accounts:\n  owner: infor\n", `accounts: folders.in and folders.out must name the two folders`},
		{"accounts:\n  folders: {in: a, out: a}\n", `accounts: folders.in and folders.out must name the two folders`},
		{"suppliers:\n  folders: {import: c}\n", `2:21: suppliers: folders.import needs target: files; take it out, or set that target with folders.in and folders.out`},
		{"customers:\n  folders: {in: a, out: b, import: c}\n", `2:36: customers: folders.import is for suppliers only: trading partners are made of nothing else; take it out`},
		{"suppliers:\n  target: files\n  folders: {in: a, out: b, import: b}\n", `3:36: suppliers: folders.import must be another folder than folders.in and folders.out`},
		{"suppliers:\n  only: supplier.group ==\n", `2:9: suppliers: the expression "supplier.group ==" is not valid CEL`},
		{"suppliers:\n  only: supplier.grp == \"EDI\"\n", `2:9: suppliers: the expression "supplier.grp == \"EDI\"" cannot be evaluated: no such key: grp`},
		{"suppliers:\n  only: supplier.group\n", `2:9: suppliers: the expression "supplier.group" gave`},
	} {
		t.Run(test.content, func(t *testing.T) {
			all := shipped(t)
			all[mastersFile] = []byte(test.content)
			_, err := Load(all)
			require.ErrorContains(t, err, test.want)
			require.Regexp(t, `masterdata\.yaml:\d+:\d+: `, err.Error())
		})
	}
}

func TestHowLongASnapshotStandsForM3sAnswerIsASetting(t *testing.T) {
	for content, want := range map[string]time.Duration{"": 24 * time.Hour, "snapshot:\n": 24 * time.Hour, "snapshot: {}\n": 24 * time.Hour,
		"snapshot: {maxAge: 90m}\n": 90 * time.Minute, "snapshot: {maxAge: 0s}\nsuppliers: {}\n": 0} {
		for _, flow := range []trade.Flow{trade.Suppliers, trade.Customers, trade.Accounts} {
			require.Equal(t, want, masters(t, flow, content).MaxAge, content)
		}
	}
	files := shipped(t)
	files[mastersFile] = []byte("snapshot: {maxAge: 24}\n")
	_, err := Load(files)
	require.ErrorContains(t, err, "masterdata.yaml:1:20: a duration is written like 90s, 15m or 24h")
}
