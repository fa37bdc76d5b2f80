package schema

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// envelopeCases change one place of a good interchange; a finding is named by its code and
// the end of its path.
var envelopeCases = []struct{ name, from, to, want string }{
	{"ISA01", "ISA*00*", "ISA*QQ*", "010 ISA[1]-01"},
	{"ISA03 blank", "*00*          *ZZ*A", "*  *          *ZZ*A", "012 ISA[1]-03"},
	{"ISA09", "*260302*", "*261302*", "014 ISA[1]-09"},
	{"ISA10", "*1405*U", "*2560*U", "015 ISA[1]-10"},
	{"ISA11 a digit", "*U*00401", "*7*00401", "016 ISA[1]-11"},
	{"ISA11 a separator that 00401 does not use", "*U*00401", "*^*00401", ""},
	{"ISA12", "*00401*", "*ABCDE*", "017 ISA[1]-12"},
	{"ISA14", "*0*P*", "*2*P*", "019 ISA[1]-14"},
	{"ISA15", "*0*P*", "*0*X*", "020 ISA[1]-15"},
	{"a field of another width is told once", "*0*P*", "*00*P*", "019 ISA[1]-14"},
	{"GS01", "GS*PO*", "GS*P*", "024 GS[1]-01, 6 ST[1]-01"},
	{"GS02 missing", "*AA*BB*", "**BB*", "024 GS[1]-02"},
	{"GS02 too long", "*AA*BB*", "*1234567890123456*BB*", "024 GS[1]-02"},
	{"GS02 filled with a blank", "*AA*BB*", "*A *BB*", ""},
	{"GS04", "*20260302*1405*5*X", "*20261302*1405*5*X", "024 GS[1]-04"},
	{"GS04 of six digits", "*20260302*1405*5*X", "*260302*1405*5*X", ""},
	{"GS05", "*20260302*1405*5*X", "*20260302*2560*5*X", "024 GS[1]-05"},
	{"GS06", "*1405*5*X", "*1405*A*X", "6 GS[1]-06, 4 GE[1]-02"},
	{"GS07", "*5*X*", "*5*Q*", "024 GS[1]-07"},
	{"GS08 missing", "*X*004010~", "*X~", "2 GS[1]-08"},
	{"GS08 of no version", "*X*004010~", "*X*GARBAGE~", "2 GS[1]-08"},
	{"GS08 of a version without tables", "*X*004010~", "*X*003060~", "2 GS[1]-08?"},
	{"GS with more elements", "*X*004010~", "*X*004010*1~", "024 GS[1]-09"},
	{"GE with more elements", "GE*1*5~", "GE*1*5*6~", "024 GE[1]-03"},
	{"GE01 with a sign", "GE*1*", "GE*+1*", "5 GE[1]-01"},
	{"GE02 missing", "GE*1*5~", "GE*1~", "4 GE[1]-02"},
	{"IEA02 missing", "IEA*1*000000017", "IEA*1", "001 IEA[1]-02"},
	{"IEA with more elements", "IEA*1*000000017", "IEA*1*000000017*9", "022 IEA[1]-03"},
	{"TA1", "GS*", "TA1*000000001*260302*1405*A*000~GS*", ""},
	{"TA1 with nonsense", "GS*", "TA1*abc*zz~GS*", "024 TA1[1]-01, 024 TA1[1]-02, 024 TA1[1]-03, 024 TA1[1]-04, 024 TA1[1]-05"},
	{"a long control number", "0001~BEG", "12345678901234567890~BEG", "5 ST[1]-02, 3 SE[1]-02"},
	{"the end without a terminator", "IEA*1*000000017~", "IEA*1*000000017", "004 IEA[1]"},
	{"the end within the IEA", "IEA*1*000000017~", "IEA*1*0000", "023 ISA[1]"},
	{"the end within a segment", "CTT*1*5~SE*8*0001~GE*1*5~IEA*1*000000017~", "CTT", "2 SE[1], 3 GE[1], 023 ST[1]"},
}

func TestEnvelopes(t *testing.T) {
	good := written("004010", "850", order)
	for _, test := range envelopeCases {
		t.Run(test.name, func(t *testing.T) {
			require.Contains(t, good, test.from)
			var c collector
			ok, err := Validate(strings.NewReader(strings.Replace(good, test.from, test.to, 1)), &c, Options{})
			require.NoError(t, err)
			var found []string
			for _, f := range append(c.sets[0].Findings, c.envelope...) {
				text := f.Code + " " + f.Path[strings.LastIndexByte(f.Path, '/')+1:]
				if f.Severity == Warning {
					text += "?"
				}
				found = append(found, text)
			}
			got := strings.Join(found, ", ")
			require.ElementsMatch(t, strings.Split(test.want, ", "), strings.Split(got, ", "))
			require.Equal(t, test.want == "" || strings.HasSuffix(test.want, "?"), ok)
		})
	}
}
