package infor_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/business"
)

func TestTablesNameTheirColumns(t *testing.T) {
	w := newTenant(t)
	for table, wanted := range map[string][]string{
		"MPHEAD": {"IACONO", "IADIVI", "IAPUNO", "IASUNO", "IAPUSL", "IAPUST", "IATXID", "IALMDT"},
		"MPLINE": {"IBCONO", "IBPUNO", "IBPNLI", "IBLMDT"},
		"CIDMAS": {"IDCONO", "IDSUNO", "IDSUNM", "IDSTAT", "IDLMDT"},
		"CIDADR": {"SACONO", "SASUNO", "SAADTE", "SALMDT"},
		"OCUSMA": {"OKCONO", "OKCUNO", "OKSTAT", "OKLMDT", "OKCHNO"},
		"FPLEDG": {"EPCONO", "EPDIVI", "EPYEA4", "EPJRNO", "EPJSNO", "EPTRCD", "EPSUNO", "EPSPYN", "EPSINO", "EPINYR", "EPVSER", "EPVONO", "EPAPRV", "EPIVBL", "EPPYST",
			"EPCUAM", "EPCUCD", "EPIVDT", "EPLMDT"},
	} {
		var names []string
		for _, column := range w.do("EXPORTMI", "LstFields", fields{"FILE": table}) {
			names = append(names, column["FLDN"])
			require.Contains(t, []string{"A", "N"}, column["FLTY"])
			require.NotEmpty(t, column["FLLE"])
			w.do("EXPORTMI", "Select", fields{"QERY": column["FLDN"] + " from " + table + " where " + column["FLDN"] + " > ''"})
		}
		require.Subset(t, names, wanted, table)
	}
	amount := fields{}
	for _, column := range w.do("EXPORTMI", "LstFields", fields{"FILE": "FPLEDG"}) {
		if column["FLDN"] == "EPCUAM" {
			amount = column
		}
	}
	require.Equal(t, fields{"FLDN": "EPCUAM", "FLDS": "Foreign amount", "FLTY": "N", "FLLE": "17", "FLDP": "2"}, amount)
	w.refused("EXPORTMI", "LstFields", fields{"FILE": "NOSUCH"}, "XRE0103", "FILE")
}

func TestLiteralsAreNumbersUnlessQuoted(t *testing.T) {
	w := newTenant(t)
	for i, amount := range []string{"9", "10", "-100"} {
		head := w.head([]string{"A-9", "A-10", "A-100"}[i], fields{"CUAM": amount, "PUNO": ""})
		require.NoError(t, w.m3.Book("100", "AAA", head, []fields{{"RDTP": "8", "NLAM": amount, "AO01": "6100"}}))
	}
	for condition, want := range map[string]int{
		"EPCUAM > 9": 1, "EPCUAM >= 9.0": 2, "EPCUAM = 10.00": 1, "EPCUAM < -99.5": 1, "EPCUAM <> 10": 2,
		"EPSINO > 'A-10'": 2, "EPSINO = 'A-9'": 1, "EPSINO <= 'A-100'": 2, "EPSINO = 'O''Dell'": 0, "EPDUDT = 0": 3, "EPTECD = ''": 3,
		"EPCUAM > 9 and EPSINO = 'A-9'": 0,
	} {
		require.Len(t, w.selected("EPSINO from FPLEDG where "+condition), want, condition)
	}
}

func TestWhatAQueryRefuses(t *testing.T) {
	w := newTenant(t)
	for _, query := range []string{
		"EPSINX from FPLEDG where EPCONO = 100", "EPSINO from FPLEDG where EPLMDX > 20260101", "IAPUNO, EPSINO from FPLEDG where EPCONO = 100",
		"EPSINO from NOSUCH where EPCONO = 100", "EPSINO from FPLEDG", "EPSINO from FPLEDG where EPCONO like 100",
	} {
		w.refused("EXPORTMI", "Select", fields{"QERY": query}, "", "QERY")
	}
	require.Equal(t, [][]string{{w.order.Head["PUNO"], "0"}}, w.selected("IAPUNO, IAOURT from MPHEAD where IAPUNO = '"+w.order.Head["PUNO"]+"'"))
	require.NotEmpty(t, w.selected("IDSUNM from CIDMAS where IDSUNO = '"+business.SelfBiller+"'"))
}
