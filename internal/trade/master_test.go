package trade

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecordsOfMasterDataAreNamedByWhatTheyAreAbout(t *testing.T) {
	group, division := Company{Cono: "100"}, Company{Cono: "100", Divi: "AAA"}
	require.Equal(t, "supplier/100/10042/1", MasterRecordID(Suppliers, group, "10042", 1))
	require.Equal(t, "supplier/100/10042/2", MasterRecordID(Suppliers, division, "10042", 2), "suppliers have no division")
	require.Equal(t, "customer/100/C%2F7/1", MasterRecordID(Customers, group, "C/7", 1))
	require.Equal(t, "account/100-AAA/1/4010/3", MasterRecordID(Accounts, division, AccountCode("1", "4010"), 3))
	require.Equal(t, "account/100-AAA/2/W%2F1/1", MasterRecordID(Accounts, division, AccountCode("2", "W/1"), 1))
	require.Equal(t, EntityCustomer, MasterEntity(Customers))
	require.Empty(t, MasterEntity(OrdersOut))
}

func TestAProfileThatCameIsARecordOfTheSuppliers(t *testing.T) {
	require.Equal(t, Suppliers, ReceivedFlow(SetProfile))
	id := ReceivedRecordID(Suppliers, 7, "000000001", "1", "0001", 2)
	require.Equal(t, "supplier-in/7/000000001/1/0001/2", id)
	number, err := FileOfRecord(id)
	require.NoError(t, err)
	require.Equal(t, int64(7), number)
	_, err = FileOfRecord(MasterRecordID(Suppliers, Company{Cono: "100"}, "10042", 1))
	require.Error(t, err, "a difference came in no file")
	require.Subset(t, MasterStates, []State{StateTest, StateDuplicate})
}

func TestAnAccountIsNamedWithItsDimension(t *testing.T) {
	dimension, account, err := ParseAccountCode(AccountCode("2", "W/1"))
	require.NoError(t, err)
	require.Equal(t, []string{"2", "W/1"}, []string{dimension, account})
	for _, code := range []string{"", "4010", "/4010", "1/"} {
		_, _, err := ParseAccountCode(code)
		require.ErrorContains(t, err, "write its dimension in front", code)
	}
}
