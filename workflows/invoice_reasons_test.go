package workflows

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/activities"
	"tradewind/internal/config"
	"tradewind/internal/trade"
	"tradewind/ionapi"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/infor"
)

// fails sets one rule by which M3 goes wrong.
func (w *world) fails(operation, fault string, times int) {
	w.sandbox.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "infor", Operation: operation, Fault: fault, Times: times}}})
}

// TestAnInvoiceThatStopsIsPostedOnceWhenItsCauseIsGone stops an invoice for each cause that can
// be mended, mends it, and counts what M3 has.
func TestAnInvoiceThatStopsIsPostedOnceWhenItsCauseIsGone(t *testing.T) {
	parked := func(code string, class trade.Class, place, want string) stop {
		return stop{code, class, trade.StateParked, place, want}
	}
	held := func(code, place, want string) stop {
		return stop{code, trade.ClassTiming, trade.StateHeld, place, want}
	}
	for name, test := range map[string]struct {
		spoil, mend func(w *world, i business.Invoice)
		stop
		// batches is how many M3 has when the invoice stops.
		batches int
	}{
		"the worker is not armed": {func(w *world, _ business.Invoice) { w.Armed = false }, func(w *world, _ business.Invoice) { w.Armed = true },
			held(trade.ReasonNotArmed, "company.yaml", "writing to M3 is not armed"), 0},
		"the credentials are refused": {func(w *world, _ business.Invoice) { w.fails("APS450MI/AddHead", "401", 0) }, func(w *world, _ business.Invoice) {
			w.sandbox.Faults.Replace(faults.Set{})
			w.Ledger.Now = func() time.Time { return time.Now().Add(10 * time.Minute) }
		}, held(trade.ReasonLaneStopped, "lane infor", "M3 refused the credentials"), 0},
		"somebody holds the record": {func(w *world, _ business.Invoice) { w.fails("APS450MI/LstInvBySupInv", "locked", 0) }, func(w *world, _ business.Invoice) { w.sandbox.Faults.Replace(faults.Set{}) },
			held(trade.ReasonRecordLocked, "APS450MI/LstInvBySupInv", "somebody works on it in M3: "), 0},
		"a program that is denied": {func(w *world, _ business.Invoice) { w.sandbox.M3.Deny("APS450MI") }, func(w *world, _ business.Invoice) { w.sandbox.M3.Deny() },
			parked(trade.ReasonBatchRefused, trade.ClassConfiguration, "APS450MI", "M3 does not run it for us: program APS450MI"), 0},
		"data that M3 refuses": {func(w *world, _ business.Invoice) { w.fails("APS450MI/AddHead", "error-400", 1) }, nil,
			parked(trade.ReasonBatchRefused, trade.ClassData, "APS450MI", "Record does not exist (XRE0103"), 0},
		"a line that M3 refuses": {func(w *world, _ business.Invoice) { w.fails("APS450MI/AddLine", "error-400", 1) }, nil,
			parked(trade.ReasonBatchRefused, trade.ClassData, "APS450MI", "Record does not exist (XRE0103"), 1},
		"a batch in error": {func(w *world, _ business.Invoice) {
			require.NoError(w.t, w.sandbox.M3.SetMatching(infor.Matching{FailNext: 1, Status: "15"}))
		}, nil, parked(trade.ReasonBatchErrors, trade.ClassData, "batch 10", "M3 refused the batch at status 15"), 1},
		"a batch that is not matched": {func(w *world, _ business.Invoice) {
			require.NoError(w.t, w.sandbox.M3.SetMatching(infor.Matching{FailNext: 1, Status: "78"}))
		}, nil, parked(trade.ReasonMatchingFailed, trade.ClassData, "batch 10", "could not be matched with its receipts"), 1},
		"a job that does not run": {func(w *world, _ business.Invoice) {
			w.publishWith("infor.yaml", "stuckAfter: 24h", "stuckAfter: 1ms")
			require.NoError(w.t, w.sandbox.M3.SetProfile(infor.Profile{ValidationDelayMillis: 1500}))
		}, func(w *world, i business.Invoice) {
			w.publish("", "")
			require.Eventually(w.t, func() bool { _, vouchers := w.inM3(i.Number); return vouchers == 1 }, 10*time.Second, 20*time.Millisecond)
		}, parked(trade.ReasonBatchStuck, trade.ClassConfiguration, "batch 10", "has left it at status 20 since"), 1},
		"validations that never answer": {func(w *world, _ business.Invoice) {
			w.publishWith("infor.yaml", "validationWait: 20s", "validationWait: 1ms")
			w.fails("APS455MI/*", "504-before", 0)
		}, func(w *world, _ business.Invoice) { w.sandbox.Faults.Replace(faults.Set{}) },
			parked(trade.ReasonValidationUnknown, trade.ClassUnknown, "batch 10", "M3 was asked 4 times to validate the batch"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 0)
			i := w.billed()
			r := w.arrived(i.Content)
			test.spoil(w, i)
			stopped := w.post(r, nil)
			requireStop(t, test.stop, stopped)
			batches, vouchers := w.inM3(i.Number)
			require.Equal(t, []int{test.batches, 0}, []int{batches, vouchers})

			if test.mend != nil {
				test.mend(w, i)
			}
			var replay *trade.ReplayRequest
			if test.state == trade.StateParked {
				replay = asked(stopped)
			}
			require.Equal(t, trade.StatePosted, w.post(stopped, replay).State)
			batches, vouchers = w.inM3(i.Number)
			require.Equal(t, []int{1, 1}, []int{batches, vouchers})
		})
	}
}

// TestASecondInvoiceUnderANumberStops sends another content under a number that we had, and one
// under a number that somebody entered in M3.
func TestASecondInvoiceUnderANumberStops(t *testing.T) {
	reused := stop{trade.ReasonInvoiceDiffers, trade.ClassData, trade.StateParked, "invoice INV-", ""}
	t.Run("of ours", func(t *testing.T) {
		w := newWorld(t, 0)
		i := w.billed()
		first := w.post(w.arrived(i.Content), nil)
		require.Equal(t, trade.StatePosted, first.State)
		second := w.arrived(w.rewritten(i.Content, "000001001", "000009001", "*1001", "*9001", "*DI~", "*DR~"))
		reused.want = "came before with other content, in record " + first.ID
		requireStop(t, reused, w.post(second, nil))
		batches, vouchers := w.inM3(i.Number)
		require.Equal(t, []int{1, 1}, []int{batches, vouchers})
	})
	t.Run("of somebody else", func(t *testing.T) {
		w := newWorld(t, 0)
		i := w.billed()
		day := business.Now().Format("20060102")
		require.NoError(t, w.sandbox.M3.Book(i.Cono, divisions[i.Cono], map[string]string{"SUNO": i.Supplier, "SPYN": i.Supplier, "SINO": i.Number, "IVDT": day, "CUCD": i.Currency,
			"CUAM": "5", "IMCD": "0", "YEA4": day[:4]}, []map[string]string{{"RDTP": "2", "CEID": "FREIGH", "NLAM": "5"}}))
		reused.want = "M3 has the number as "
		stopped := w.post(w.arrived(i.Content), nil)
		requireStop(t, reused, stopped)
		require.Contains(t, stopped.Reason.Message, "with 5 "+i.Currency+", and this invoice says "+decimal.RequireFromString(i.Total).String())
		_, vouchers := w.inM3(i.Number)
		require.Equal(t, 1, vouchers)
	})
}

// divisions are those of the sandbox's companies.
var divisions = map[string]string{"100": "AAA", "200": "BBB"}

// TestABatchThatIsNotOursAnyMoreStops has somebody enter a line of his own into a batch whose
// lines are still to come.
func TestABatchThatIsNotOursAnyMoreStops(t *testing.T) {
	w := newWorld(t, 0)
	i := w.billed()
	r := w.arrived(i.Content)
	w.attempt(w.PrepareInvoice, r)
	w.fails("APS450MI/AddLine", "500-before", 1)
	require.Error(t, step(w, w.StageInvoice, activities.InvoiceParams{Record: r.ID}))
	batch := w.state(r).Batch
	require.NotEmpty(t, batch)
	client, err := w.Systems.Infor(t.Context(), "")
	require.NoError(t, err)
	key, err := trade.ParseCompany(r.Company)
	require.NoError(t, err)
	company, err := activities.InforCompany(key)
	require.NoError(t, err)
	_, err = client.Invoices("APS450MI").AddLines(t.Context(), company, batch, []ionapi.InvoiceLine{{Number: 1, Type: "2", Element: "FREIGH", Amount: "7"}})
	require.NoError(t, err)
	stopped := w.post(r, nil)
	requireStop(t, stop{trade.ReasonBatchUnfinished, trade.ClassData, trade.StateParked, "batch " + batch, "line 1 of the batch is of type 2 with 7"}, stopped)
	require.NoError(t, client.Invoices("APS450MI").Delete(t.Context(), company, batch))
	require.Equal(t, trade.StatePosted, w.post(stopped, asked(stopped)).State)
	batches, vouchers := w.inM3(i.Number)
	require.Equal(t, []int{1, 1}, []int{batches, vouchers})
}

// TestABatchThatCannotBeDeletedStops replays an invoice whose batch M3 neither validates again
// nor deletes.
func TestABatchThatCannotBeDeletedStops(t *testing.T) {
	w := newWorld(t, 0)
	require.NoError(t, w.sandbox.M3.SetMatching(infor.Matching{FailNext: 1}))
	require.NoError(t, w.sandbox.M3.SetProfile(infor.Profile{OnPremises: true, RefuseRevalidation: true}))
	i := w.billed()
	refused := w.post(w.arrived(i.Content), nil)
	require.Equal(t, trade.ReasonMatchingFailed, refused.Reason.Code, refused.Reason.String())
	requireStop(t, stop{trade.ReasonBatchStuck, trade.ClassConfiguration, trade.StateParked, "batch " + refused.Batch, "it cannot be deleted from here: "}, w.post(refused, asked(refused)))
	batches, vouchers := w.inM3(i.Number)
	require.Equal(t, []int{1, 0}, []int{batches, vouchers})
}

// TestACreditNoteWaitsForWhatItCorrects posts the invoice behind its credit note.
func TestACreditNoteWaitsForWhatItCorrects(t *testing.T) {
	w := newWorld(t, 0)
	made, err := w.sandbox.AddInvoices(40)
	require.NoError(t, err)
	files := map[string]business.Invoice{}
	var credit business.Invoice
	for _, i := range made {
		if files[i.Number].Number == "" {
			files[i.Number] = i
		}
		if i.Kind == business.CreditOurs {
			credit = i
		}
	}
	r := w.arrived(credit.Content)
	waiting := w.post(r, nil)
	requireStop(t, stop{trade.ReasonOriginalMissing, trade.ClassTiming, trade.StateHeld, "REF*OI", "M3 has not posted invoice " + credit.Original}, waiting)
	require.Equal(t, trade.StatePosted, w.post(w.arrived(files[credit.Original].Content), nil).State)
	require.Equal(t, trade.StatePosted, w.post(waiting, nil).State)
	for _, number := range []string{credit.Original, credit.Number} {
		batches, vouchers := w.inM3(number)
		require.Equal(t, []int{1, 1}, []int{batches, vouchers}, number)
	}
}

// TestAPostedInvoiceThatIsNotRecodedSaysSo has M3 refuse the recoding of a voucher: the invoice
// stays posted once, and is recoded by a replay.
func TestAPostedInvoiceThatIsNotRecodedSaysSo(t *testing.T) {
	w := newWorld(t, 0)
	w.publishWith("allocation.yaml", "strategy: m3-rules", "strategy: recode")
	i := w.billed()
	r := w.arrived(i.Content)
	for _, activity := range []any{w.PrepareInvoice, w.StageInvoice, w.SubmitInvoice} {
		w.attempt(activity, r)
	}
	require.Eventually(t, func() bool { _, vouchers := w.inM3(i.Number); return vouchers == 1 }, 10*time.Second, 10*time.Millisecond)
	w.attempt(w.AwaitVoucher, r)
	require.NoError(t, w.sandbox.M3.SetMatching(infor.Matching{FailNext: 1, Status: "15"}))
	stopped := w.post(r, nil)
	requireStop(t, stop{trade.ReasonRecodeFailed, trade.ClassConfiguration, trade.StateParked, "voucher " + stopped.Voucher, "the invoice is posted, and M3 refused to recode it"}, stopped)
	require.Equal(t, trade.StatePosted, w.post(stopped, asked(stopped)).State)
	batches, vouchers := w.inM3(i.Number)
	require.Equal(t, []int{1, 1}, []int{batches, vouchers})
}

// TestAnInvoiceOfABlockedSupplierStops sends an invoice of a supplier that M3 has blocked.
func TestAnInvoiceOfABlockedSupplierStops(t *testing.T) {
	w := newWorld(t, 0)
	i := w.billed()
	for i.Cono != "100" {
		i = w.billed()
	}
	w.publishBlocked(i)
	w.edit(i.Order, func(o *business.Order) { o.Head["SUNO"] = blockedSupplier })
	content := w.rewritten(i.Content, i.Supplier, blockedSupplier)
	stopped := w.post(w.arrived(content), nil)
	requireStop(t, stop{trade.ReasonSupplierBlocked, trade.ClassData, trade.StateParked, "supplier " + blockedSupplier, "is blocked in M3"}, stopped)
	require.Empty(t, w.sandbox.M3.Batches())
}

// blockedSupplier has a profile, and is blocked in M3.
const blockedSupplier = "0010297"

// publishBlocked publishes the configuration with the sender of an invoice as the blocked supplier.
func (w *world) publishBlocked(i business.Invoice) {
	w.t.Helper()
	files, err := config.ReadFolder("../config")
	require.NoError(w.t, err)
	own := "partners/" + i.Cono + "-" + i.Supplier + ".yaml"
	require.Contains(w.t, files, own)
	delete(files, "partners/100-"+blockedSupplier+".yaml")
	files[own] = bytes.ReplaceAll(files[own], []byte(i.Supplier), []byte(blockedSupplier))
	_, err = w.Publish(w.t.Context(), files)
	require.NoError(w.t, err)
}

// TestReplaysThatCannotBeMadeSaySo asks for a version, a correction and a partner that are not
// there.
func TestReplaysThatCannotBeMadeSaySo(t *testing.T) {
	w := newWorld(t, 0)
	i := w.billed()
	r := w.arrived(wrongTotal(i.Content))
	stopped := w.post(r, nil)
	require.Equal(t, trade.ReasonUnbalanced, stopped.Reason.Code, stopped.Reason.String())

	version := asked(stopped)
	version.MappingVersion = "nope"
	stopped = w.post(stopped, version)
	requireStop(t, stop{trade.ReasonVersionUnknown, trade.ClassConfiguration, trade.StateParked, "mapping version nope", "nope"}, stopped)

	for path, want := range map[string]string{"IT1[99]-02": "IT1[99]", "TDS-1x": "TDS-1x"} {
		correction := asked(stopped)
		correction.Set = []trade.Correction{{Path: path, Value: "5"}}
		stopped = w.post(stopped, correction)
		requireStop(t, stop{trade.ReasonCorrection, trade.ClassData, trade.StateParked, want, ""}, stopped)
	}

	files, err := config.ReadFolder("../config")
	require.NoError(t, err)
	delete(files, "partners/"+i.Cono+"-"+i.Supplier+".yaml")
	_, err = w.Publish(t.Context(), files)
	require.NoError(t, err)
	requireStop(t, stop{trade.ReasonPartnerUnknown, trade.ClassConfiguration, trade.StateParked, "partner " + r.Partner, "has no profile"}, w.post(stopped, asked(stopped)))
	require.Empty(t, w.sandbox.M3.Batches())
}

// wrongTotal changes the total of an invoice.
func wrongTotal(content []byte) []byte {
	before, rest, _ := strings.Cut(string(content), "TDS*")
	_, after, _ := strings.Cut(rest, "~")
	return []byte(before + "TDS*1~" + after)
}
