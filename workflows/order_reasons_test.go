package workflows

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/activities"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// TestAnOrderThatCannotGoOutSaysWhy spoils one order in each way, and counts what Cleo has.
func TestAnOrderThatCannotGoOutSaysWhy(t *testing.T) {
	line := func(field, value string) func(*business.Order) {
		return func(o *business.Order) { o.Lines[0][field] = value }
	}
	for name, test := range map[string]struct {
		change         func(*business.Order)
		file, old, new string
		stop
	}{
		"no currency":               {change: func(o *business.Order) { o.Head["CUCD"] = "" }, stop: stop{code: trade.ReasonCurrencyMissing, class: trade.ClassData, place: "order 45", want: "no currency"}},
		"a count of lines":          {change: func(o *business.Order) { o.Head["NOLN"] = "77" }, stop: stop{code: trade.ReasonLinesIncomplete, class: trade.ClassData, place: "order 45", want: "77"}},
		"a date that is none":       {change: line("DWDT", "20269999"), stop: stop{code: trade.ReasonOrderUnreadable, class: trade.ClassData, place: "order 45", want: "20269999"}},
		"a count that is none":      {change: func(o *business.Order) { o.Head["NOLN"] = "abc" }, stop: stop{code: trade.ReasonOrderUnreadable, class: trade.ClassData, place: "order 45", want: "abc"}},
		"a rule of the partner":     {change: line("PUUN", "EA"), file: "partners/100-0010045.yaml", old: "rules:\n", new: "rules:\n  - {set: \"850\", path: BEG-04, use: required}\n", stop: stop{code: trade.ReasonValueInvalid, class: trade.ClassData, place: "BEG", want: ""}},
		"a unit of price":           {change: line("PPUN", "XYZ"), stop: stop{code: trade.ReasonPriceUnitUnmapped, class: trade.ClassConfiguration, place: "PO1[1]-04", want: "XYZ"}},
		"a unit":                    {change: line("PUUN", "XYZ"), stop: stop{code: trade.ReasonUnitUnmapped, class: trade.ClassConfiguration, place: "PO1[1]-03", want: "XYZ"}},
		"an amount":                 {change: line("LNA2", "1"), stop: stop{code: trade.ReasonAmountDiffers, class: trade.ClassData, place: "PO1[1]", want: "1"}},
		"no number of the supplier": {change: line("SITE", ""), stop: stop{code: trade.ReasonItemNumberMissing, class: trade.ClassData, place: "PO1[1]", want: "no "}},
		"a number that is cut":      {change: line("PITT", "Long description of a part that does not fit one segment, made to order, with certificate, packed in tens"), file: "partners/base.yaml", old: "longDescription: split", new: "longDescription: park", stop: stop{code: trade.ReasonValueTooLong, class: trade.ClassData, want: ""}},
		"a delimiter in a number":   {change: line("SITE", "AX*1"), stop: stop{code: trade.ReasonCharacterForbidden, class: trade.ClassData, want: ""}},
		"no lines":                  {change: func(o *business.Order) { o.Lines, o.Head["NOLN"] = nil, "0" }, stop: stop{code: trade.ReasonNoLines, class: trade.ClassData, place: "order 45", want: ""}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			if test.file != "" {
				w.publishWith(test.file, test.old, test.new)
			}
			for number := range w.expected(business.Normal) {
				w.edit(number, test.change)
			}
			test.state = trade.StateParked
			requireStop(t, test.stop, w.stopOf(w.one(business.Normal)))
			require.Empty(t, w.delivered())
		})
	}
}

// TestOrdersOfSuppliersThatGetNoneSayWhy sends to a supplier without a profile, and to one that
// M3 has blocked.
func TestOrdersOfSuppliersThatGetNoneSayWhy(t *testing.T) {
	w := newWorld(t, 1)
	w.poll("first")
	for kind, want := range map[string]stop{
		business.NoProfile: {trade.ReasonPartnerUnknown, trade.ClassConfiguration, trade.StateParked, "supplier ", ""},
		business.Blocked:   {trade.ReasonSupplierBlocked, trade.ClassData, trade.StateParked, "supplier ", "is blocked in M3"},
	} {
		requireStop(t, want, w.stopOf(w.one(kind)))
	}
	require.Empty(t, w.delivered())
}

// TestAnUploadThatStopsSaysWhy has Cleo refuse files, lose answers, and hold names.
func TestAnUploadThatStopsSaysWhy(t *testing.T) {
	for name, test := range map[string]struct {
		fault, old, new string
		stop
		// landed is how many files Cleo has in the end.
		landed int
	}{
		"a login that is refused":    {"401", "confirm: folders", "confirm: folders", stop{trade.ReasonLaneStopped, trade.ClassTiming, trade.StateHeld, "lane cleo", "Cleo refused the credentials"}, 0},
		"a folder that is missing":   {"", "upload: outbound/850", "upload: outbound/typo", stop{trade.ReasonUploadRefused, trade.ClassConfiguration, trade.StateParked, "outbound/typo", "Cleo does not take the file: "}, 0},
		"an answer that is lost":     {"500-after", "confirm: folders", "confirm: none", stop{trade.ReasonUploadUnknown, trade.ClassUnknown, trade.StateParked, "file 850", "no answer came"}, 1},
		"names that others have had": {"collision", "confirm: folders", "confirm: folders", stop{trade.ReasonNameTaken, trade.ClassData, trade.StateParked, "file 850", "5 names for the file are taken by other content"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.publishWith("cleo.yaml", test.old, test.new)
			if test.fault != "" {
				w.upload(test.fault, 0)
			}
			requireStop(t, test.stop, w.stopOf(w.one(business.Normal)))
			require.Len(t, w.delivered(), test.landed)
		})
	}
}

// TestAChangedOrderSaysWhatItWaitsFor changes an order before and after it went out.
func TestAChangedOrderSaysWhatItWaitsFor(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, step(w, w.PrepareOrder, activities.PrepareParams{Record: r.ID}))
	w.upload("504-before", 1)
	require.Error(t, step(w, w.TransmitOrder, activities.TransmitParams{Record: r.ID}))
	second := w.revise(r, "other")
	requireStop(t, stop{trade.ReasonPredecessor, trade.ClassTiming, trade.StateHeld, "revision 2", "revision 1 of order " + r.Number + " is unknown"}, w.stopOf(second))
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	w.publishWith("partners/base.yaml", `changes: "860"`, "changes: park")
	requireStop(t, stop{trade.ReasonChangePending, trade.ClassData, trade.StateParked, "order " + r.Number, "was sent already"}, w.stopOf(second))
	require.Len(t, w.delivered(), 1)
}
