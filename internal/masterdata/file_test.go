package masterdata

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

var accountsInFiles = Entity{Name: trade.EntityAccount, StatusField: StatusField, Inactive: Inactive,
	Fields: []Field{{Name: "name"}, {Name: "shortName"}, {Name: StatusField}, {Name: "validFrom"}, {Name: "validTo"}}}

func TestAFileOfMasterDataIsNamedByWhatItHolds(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 5, 7, 0, time.FixedZone("", 3600))
	name := FileName(trade.EntityAccount, "100-AAA", at)
	require.Equal(t, "account_100-AAA_20260301T080507.csv", name)
	require.True(t, FileFits(name, trade.EntityAccount, "100-AAA"))
	require.True(t, FileFits("account_100-AAA_again.csv", trade.EntityAccount, "100-AAA"))
	for _, other := range []string{"customer_100-AAA_1.csv", "account_100-BBB_1.csv", "account_100_1.csv", "account_100-AAA_1.csv.part", "account_100-AAA.csv"} {
		require.False(t, FileFits(other, trade.EntityAccount, "100-AAA"), other)
	}
}

func TestAFileOfMasterDataHasARowForEachRecord(t *testing.T) {
	content, err := PrintFile(accountsInFiles, "100-AAA", []Row{
		{"1/4010", Values{"name": `Freight, "in"`, "shortName": "=Freight", StatusField: "active", "validTo": "20261231", "unknown": "x"}}, {Code: "2/10"},
	})
	require.NoError(t, err)
	require.Equal(t, `company,code,name,status,validFrom,validTo,shortName
100-AAA,1/4010,"Freight, ""in""",active,,20261231,=Freight
100-AAA,2/10,,,,,
`, string(content))
	customers, err := PrintFile(Entity{Name: trade.EntityCustomer, Fields: []Field{{Name: "email"}}}, "100", nil)
	require.NoError(t, err)
	require.Equal(t, "company,code,name,status,validFrom,validTo,email\n", string(customers), "every file begins with the same columns")
}

func TestAFileSaysNothingOfAColumnThatItLacks(t *testing.T) {
	rows, err := ParseFile(accountsInFiles, "100-AAA", []byte("\uFEFFcode,name,company\r\n1/4010,Freight,100-AAA\r\n1/4020,,100-AAA\r\n"), nil)
	require.NoError(t, err)
	require.Equal(t, []Row{{"1/4010", Values{"name": "Freight"}}, {"1/4020", Values{"name": ""}}}, rows)
	none, err := ParseFile(Entity{Name: trade.EntityCustomer, Fields: []Field{{Name: "email"}}}, "100", []byte("company,code,validTo,email\n100,7,20261231,a@b.example\n"), nil)
	require.NoError(t, err)
	require.Equal(t, []Row{{"7", Values{"email": "a@b.example"}}}, none, "a first column that is no field of the entity")
}

func TestAFileThatIsNotUnderstoodSaysWhere(t *testing.T) {
	check := func(code string) error {
		if code == "9/1" {
			return errors.New(`"9/1" is of no dimension`)
		}
		return nil
	}
	const header = "company,code,name\n"
	for content, says := range map[string]string{
		"":                                          "1:1: the file is empty; its first line must name the columns, such as company,code,name,status,validFrom,validTo",
		"company,code,mail\n":                       `1:14: column "mail" is not one of company, code, name, status, validFrom, validTo, shortName`,
		"company,code,name,name\n":                  `1:19: column "name" stands twice`,
		"company,name\n":                            `1:1: column "code" is missing`,
		header + "100-AAA,1/1\n":                    "2:1: the row has 2 columns, and the header has 3",
		header + "100-AAA,1/1,\"a\n":                `2:16: the line is no CSV: extraneous or missing " in quoted-field`,
		header + "100-BBB,1/1,a\n":                  `2:1: company is "100-BBB", and the file is of company 100-AAA`,
		header + "100-AAA,,a\n":                     `2:9: code "" is empty or has blanks around it`,
		header + "100-AAA, 1/1,a\n":                 `2:9: code " 1/1" is empty or has blanks around it`,
		header + "100-AAA,9/1,a\n":                  `2:9: code "9/1" is of no dimension`,
		header + "100-AAA,1/1,\"a\nb\"\n":           `2:13: name is "a\nb", with a character that cannot be printed`,
		header + "100-AAA,1/1,a\n\n100-AAA,1/1,b\n": `4:9: code "1/1" stands in line 2 already`,
		header + "100-AAA,1/1,M\xfcller\n":          "2:14: the file is not UTF-8; save it with that encoding",
	} {
		rows, err := ParseFile(accountsInFiles, "100-AAA", []byte(content), check)
		require.EqualError(t, err, says, content)
		require.Empty(t, rows)
		var fault *FileError
		require.ErrorAs(t, err, &fault)
	}
}

// TestWhatAFileSaysIsWhatWasWritten prints and reads random values, with all that CSV has to quote.
func TestWhatAFileSaysIsWhatWasWritten(t *testing.T) {
	letters := []rune(`aZ0 ,;"'=+-@\/#äß€日` + "\u00a0\u200b")
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		text := func() string {
			out := make([]rune, r.IntN(6))
			for i := range out {
				out[i] = letters[r.IntN(len(letters))]
			}
			return string(out)
		}
		rows := make([]Row, 1+r.IntN(5))
		for i := range rows {
			rows[i] = Row{fmt.Sprintf("1/%d,\"%d", i, r.IntN(9)), Values{}}
			for _, field := range accountsInFiles.Fields {
				rows[i].Values[field.Name] = text()
			}
		}
		content, err := PrintFile(accountsInFiles, "100-AAA", rows)
		require.NoError(t, err)
		read, err := ParseFile(accountsInFiles, "100-AAA", content, nil)
		require.NoError(t, err, "seed %d: %s", seed, content)
		require.Equal(t, rows, read, "seed %d: %s", seed, content)
		again, err := PrintFile(accountsInFiles, "100-AAA", read)
		require.NoError(t, err)
		require.Equal(t, content, again, "seed %d", seed)
	}
}

func TestTheTimeInTheNameOfAFileIsFoundWhereCleoRenamedIt(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for name, want := range map[string]time.Time{
		FileName("customer", "100", at):        at,
		"R7_customer_100_20260301T080000.csv":  at,
		"customer_100_20260301T080000.1.csv":   at,
		"customer_200_20260301T080000.csv":     {},
		"customer_100_march.csv":               {},
		"customer_100_20261301T080000.csv":     {},
		"9d1c6b5e-0000-4000-8000-000000000000": {},
	} {
		got, told := FileTime(name, "customer", "100")
		require.Equal(t, want, got, name)
		require.Equal(t, !want.IsZero(), told, name)
	}
}
