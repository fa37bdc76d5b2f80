package infor_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/business"
)

// line gives a line of an order as MI lists it.
func (w *tenant) line(order, number string) fields {
	w.Helper()
	for _, l := range w.do("PPS200MI", "LstLine", fields{"PUNO": order}) {
		if l["PNLI"] == number {
			return l
		}
	}
	w.Fatalf("order %s has no line %s", order, number)
	return nil
}

func TestALineIsConfirmedOnce(t *testing.T) {
	w := newTenant(t)
	order, number := w.open.Head["PUNO"], w.open.Lines[0]["PNLI"]
	key := fields{"PUNO": order, "PNLI": number, "PNLS": "0"}
	w.refused("PPS001MI", "ConfirmLine", key, "XPO0002", "PUSL") // it is advised

	require.NoError(t, w.m3.Change(func(orders *[]*business.Order) {
		for _, l := range (*orders)[1].Lines {
			l["PUSL"], l["PUST"], l["LMDT"] = "20", "20", "20260101"
		}
	}))
	w.refused("PPS330MI", "DelPOTrans", with(key, fields{"PUOS": "35"}), "XRE0103", "")
	w.do("PPS001MI", "ConfirmLine", with(key, fields{"CODT": "20261224", "CFQA": "1"}))
	w.refused("PPS001MI", "ConfirmLine", key, "XPO0002", "PUSL")
	l := w.line(order, number)
	require.Equal(t, []string{"35", "35", "1", "20261224"}, []string{l["PUSL"], l["PUST"], l["CFQA"], l["CODT"]})
	require.NotContains(t, l, "confirmations")
	w.restart()
	require.Equal(t, l, w.line(order, number))
	head := w.do("PPS001MI", "GetHeadBasic", fields{"PUNO": order})[0]
	require.Equal(t, "35", head["PUST"])

	w.do("PPS330MI", "DelPOTrans", with(key, fields{"PUOS": "35"}))
	require.Equal(t, "20", w.line(order, number)["PUSL"])
	w.do("PPS001MI", "ConfirmLine", key)
	l = w.line(order, number)
	require.Equal(t, []string{l["ORQA"], l["DWDT"]}, []string{l["CFQA"], l["CODT"]})
}

func TestConfirmationsThatAreRefused(t *testing.T) {
	w := newTenant(t)
	w.refused("PPS001MI", "ConfirmLine", fields{"PUNO": w.order.Head["PUNO"], "PNLI": "10", "PNLS": "0"}, "PP30003", "PUSL")
	w.refused("PPS001MI", "ConfirmLine", fields{"PUNO": "1", "PNLI": "10", "PNLS": "0"}, "WPU0803", "PUNO")
	w.refused("PPS001MI", "ConfirmLine", fields{"PUNO": w.order.Head["PUNO"], "PNLI": "999", "PNLS": "0"}, "WPN0103", "PNLI")
	w.refused("PPS001MI", "ConfirmLine", fields{"PUNO": w.order.Head["PUNO"], "PNLI": "10", "PNLS": "0", "CODT": "soon"}, "", "CODT")
}
