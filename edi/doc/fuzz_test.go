package doc_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/doc"
)

// FuzzUnmarshal reads whatever it is given as an interchange. What a set accepts must
// come back the same when it is written and read again; what it does not is one of the
// package's errors.
func FuzzUnmarshal(f *testing.F) {
	for _, set := range []string{"850", "810", "855", "824"} {
		files, err := filepath.Glob(filepath.Join("../../../shared/x12/samples", set, "*")) // none where the folder is absent
		require.NoError(f, err)
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(content)
		}
	}
	f.Add(generate("850", "PO", 1<<10, order).bytes)
	f.Add(generate("810", "IN", 1<<10, invoice).bytes)
	f.Add([]byte(partnerProfile))
	f.Fuzz(func(t *testing.T, content []byte) {
		d := edi.NewDecoder(bytes.NewReader(content))
		d.Tolerate(func(*edi.SyntaxError) {})
		var segments []edi.SegmentData
		for {
			s, err := d.Read()
			if err != nil {
				return
			}
			switch id := s.ID(); id {
			case "ST":
				segments = nil
			case "SE":
				requireIdentity(t, segments, doc.UnmarshalPurchaseOrder)
				requireIdentity(t, segments, doc.UnmarshalOrderChange)
				requireIdentity(t, segments, doc.UnmarshalInvoice)
				requireIdentity(t, segments, doc.UnmarshalOrderConfirmation)
				requireIdentity(t, segments, doc.UnmarshalApplicationAdvice)
				requireIdentity(t, segments, doc.UnmarshalTradingPartnerProfile)
			default:
				segments = append(segments, s.Data())
			}
		}
	})
}

// partnerProfile is an interchange with an 838: there is no sample of a real one.
const partnerProfile = `ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*TRADEWINDUS    *260301*0800*U*00401*000000001*0*P*>~
GS*TD*SUPPLIER*TRADEWINDUS*20260301*0800*1*X*004010~ST*838*0001~BTP*04*P-1*20260301*0800*01~LX*1~PLA*2*SU*20260301~
N1*SU*Acme*92*0010045~N3*1 Quay~N4*Duluth*MN*55802*US~N9*TJ*123456789~PER*IC*Desk*EM*desk@acme.example~TAX*123456789~TPD*F~
LS*1~TUD*1~N1*SU*not a party of ours~LE*1~ENE*1~N1*VN*a network~SE*17*0001~GE*1*1~IEA*1*000000001~`

func requireIdentity[T marshaler](t *testing.T, segments []edi.SegmentData, unmarshal func([]edi.SegmentData) (T, error)) {
	document, err := unmarshal(segments)
	if err != nil {
		require.True(t, typed(err), "%T: %v", err, err)
		require.Zero(t, document)
		return
	}
	for _, version := range []doc.Version{doc.Version4010, doc.Version5010} {
		written, err := document.Marshal(version)
		if err != nil {
			require.True(t, typed(err), "%T: %v", err, err)
			continue
		}
		again, err := unmarshal(written)
		require.NoError(t, err)
		require.Equal(t, document, again)
	}
}

func typed(err error) bool {
	var field *doc.FieldError
	var length *doc.LengthError
	return errors.As(err, &field) || errors.As(err, &length)
}
