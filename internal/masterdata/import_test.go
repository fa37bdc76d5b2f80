package masterdata

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// halvorsen is a supplier with all that the import takes, and something that it does not.
var halvorsen = Values{"name": "Halvorsen Bearing", "email": "orders@halvorsen.example", "phone": "+1 (920) 555-0101", "street": `12 Mill Road, "The Works"`,
	"street2": "Unit 4", "town": "Åsgård", "state": "WI", "postalCode": "54301", "country": "US", "group": "EDI", "vatNumber": "=1"}

func TestAnImportHasTheColumnsOfCleo(t *testing.T) {
	lines := PartnerLines("HALVORSEN", []Identifier{{"081550456", "01"}, {"HALVORSEN2", "ZZ"}}, halvorsen)
	lines = append(lines, PartnerLines("100-0020007", nil, Values{"email": "ap@other.example", "name": "Other"})...)
	lines = append(lines, PartnerLines("SILENT", []Identifier{{"SILENT", "ZZ"}}, nil)...)
	for _, line := range lines {
		require.NoError(t, CheckImport(line))
	}
	got, err := PrintImport(lines)
	require.NoError(t, err)
	want, err := os.ReadFile("testdata/partners.csv")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
	none, err := PrintImport(nil)
	require.NoError(t, err)
	require.Equal(t, string(want[:bytes.IndexByte(want, '\n')+1]), string(none))
}

func TestOnlyWhatAnImportTakesChangesALine(t *testing.T) {
	is := PartnerLines("A", nil, halvorsen)
	for name := range halvorsen {
		changed := halvorsen.clone()
		changed[name] += "x"
		taken := map[string]bool{"name": false, "group": false, "vatNumber": false}
		if _, other := taken[name]; other {
			require.Equal(t, is, PartnerLines("A", nil, changed), name)
			continue
		}
		require.NotEqual(t, is, PartnerLines("A", nil, changed), name)
	}
}

func TestWhatWouldAbortAnImportIsRefused(t *testing.T) {
	line := func(change func(*PartnerLine)) PartnerLine {
		l := PartnerLines("A", []Identifier{{"081550456", "01"}}, halvorsen)[0]
		change(&l)
		return l
	}
	set := func(field, value string) PartnerLine { return line(func(l *PartnerLine) { l.Contact[field] = value }) }
	for _, test := range []struct {
		line PartnerLine
		want string
	}{
		{line(func(l *PartnerLine) { l.Alias = "" }), "it has no alias; give its profile an id"},
		{line(func(l *PartnerLine) { l.Identifier.Qualifier = "" }), `its interchange identifier is "081550456" with qualifier ""; its profile must have both`},
		{line(func(l *PartnerLine) { l.Identifier.ID = "" }), `its interchange identifier is "" with qualifier "01"; its profile must have both`},
		{PartnerLine{Alias: "A"}, "it has neither an interchange identifier nor an e-mail; give it a profile, or an e-mail"},
		{set("email", "nobody"), `its e-mail is "nobody", which is not one address; correct it`},
		{set("email", "a@b.example;c@d.example"), `its e-mail is "a@b.example;c@d.example", which is not one address; correct it`},
		{set("email", "Ann <ann@b.example>"), `its e-mail is "Ann <ann@b.example>", which is not one address; correct it`},
		{set("street", "12 Mill Road\r\nGreen Bay"), `its Address 1 is "12 Mill Road\r\nGreen Bay", with a character that cannot be printed; correct it`},
		{set("street2", "12\u2028Mill"), `its Address 2 is "12\u2028Mill", with a character that cannot be printed; correct it`},
		{set("town", "M\xfcnchen"), `its City is "M\xfcnchen", with a character that cannot be printed; correct it`},
		{set("phone", "+1-920|cmd"), `its Work Phone is "+1-920|cmd", which a spreadsheet would compute; correct it`},
		{set("phone", "=1+1"), `its Work Phone is "=1+1", which a spreadsheet would compute; correct it`},
		{set("state", "@SUM(A1)"), `its State/Province is "@SUM(A1)", which a spreadsheet would compute; correct it`},
		{set("postalCode", "-A1"), `its Zip is "-A1", which a spreadsheet would compute; correct it`},
	} {
		require.EqualError(t, CheckImport(test.line), test.want)
	}
	for field, value := range map[string]string{"phone": "+44 (20) 7946-0018", "street": "c/o =A1", "postalCode": "-", "email": ""} {
		require.NoError(t, CheckImport(set(field, value)), value)
	}
}

// TestAnImportSaysWhatItWasGiven prints random lines, with all that CSV has to quote, and reads those that are not refused.
func TestAnImportSaysWhatItWasGiven(t *testing.T) {
	letters := []rune("aZ0 ,;\"'=+-@\\/#äß日\t\r\n\u00a0\u200b\u2028")
	accepted := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		text := func() string {
			out := make([]rune, r.IntN(4))
			for i := range out {
				out[i] = letters[r.IntN(len(letters))]
			}
			return string(out)
		}
		values := Values{"name": text(), "email": "a@b.example"}
		for _, field := range contactFields[1:] {
			values[field] = text()
		}
		ids := make([]Identifier, r.IntN(3))
		for i := range ids {
			ids[i] = Identifier{"I" + text(), "Q" + text()}
		}
		lines := PartnerLines("A"+text(), ids, values)
		require.Len(t, lines, max(1, len(ids)))
		content, err := PrintImport(lines)
		require.NoError(t, err)
		read, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
		require.NoError(t, err, "seed %d: %q", seed, content)
		require.Len(t, read, len(lines)+1)
		for i, line := range lines {
			require.Len(t, read[i+1], 20)
			if CheckImport(line) != nil {
				continue
			}
			accepted++
			for at, column := range importColumns {
				require.Equal(t, column.text(line), read[i+1][at], "seed %d: %s", seed, column.title)
			}
			require.Equal(t, line.Alias, read[i+1][0])
			require.Equal(t, line.Identifier, Identifier{read[i+1][18], read[i+1][19]})
		}
	}
	require.Greater(t, accepted, 100)
}
