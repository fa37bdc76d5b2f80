package infor_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAHeadKeepsItsTerms(t *testing.T) {
	w := newTenant(t)
	terms := fields{"DUDT": "20260419", "CDT1": "20260330", "CDP1": "2", "CDT2": "20260409", "CDP2": "1", "CDC2": "0.75", "CDT3": "20260414", "CDC3": "0.5"}
	number := w.enter(w.head("INV-1", terms), lines(w.order))
	head := w.do("APS450MI", "GetHead", fields{"INBN": number})[0]
	for name, want := range terms {
		require.Equal(t, want, head[name], name)
	}
	require.Equal(t, "90", w.validated(number)["SUPA"], w.why(number))
	w.refused("APS450MI", "AddHead", w.head("INV-2", fields{"CDP1": "2.12345"}), "", "CDP1")
}
