package workflows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/activities"
	"tradewind/cleo"
	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// New numbers that two want, and those of which Cleo keeps something else than was sent.

// northern is a party with the number of the newcomer, or with another.
func northern(name, number string) []edi.SegmentData {
	return []edi.SegmentData{edi.NewSegment("N1", "VN", name, "92", number), mail("desk@northern.example")}
}

// rival receives an 838 of another partner, KEYCHAIN.
func (w *world) rival(control int, parties ...edi.SegmentData) ledger.Record {
	w.t.Helper()
	segments := append([]edi.SegmentData{edi.NewSegment("BTP", "04", fmt.Sprint("R-", control), "20260301", "0800", "NO"), edi.NewSegment("LX", "1")}, parties...)
	r := w.receive(interchange(w.t, envelope{sender: "KEYCHAIN", control: fmt.Sprintf("%09d", control)}, group("TD", fmt.Sprint(control), "838", segments...)))[0]
	require.Equal(w.t, "KEYCHAIN", r.Partner)
	return r
}

// isForeign wants a record parked because a system or a partner has its supplier.
func (w *world) isForeign(r ledger.Record, partner, number, holder string) {
	w.t.Helper()
	requireStop(w.t, stop{trade.ReasonSupplierForeign, trade.ClassData, trade.StateParked, "N1[1]-04",
		"partner " + partner + " speaks of supplier " + number + ", which " + holder + " has"}, w.state(r))
}

// TestAProposalThatWasHeldIsDecidedByWhatIsThereThen changes the world between the decision and the day when the worker may write.
func TestAProposalThatWasHeldIsDecidedByWhatIsThereThen(t *testing.T) {
	ruled := func(old, new string) func(*world) {
		return func(w *world) { w.publishWith("masterdata.yaml", old, new) }
	}
	rivalled := func(w *world) { w.propose(w.rival(1, northern("Somebody Else", newcomer)...)) }
	for name, test := range map[string]struct {
		meanwhile  func(*world)
		code, want string
	}{
		"made in M3":             {func(w *world) { w.addSupplier(newcomer, "Somebody Else") }, trade.ReasonSupplierForeign, "which M3 has"},
		"made at Cleo":           {func(w *world) { w.newAtCleo("name", "Somebody Else") }, trade.ReasonSupplierForeign, "which Cleo has"},
		"brought by another one": {rivalled, trade.ReasonSupplierForeign, "which partner KEYCHAIN has"},
		"none made at Cleo":      {ruled("createCleo: create", "createCleo: never"), trade.ReasonSupplierNotKept, "createCleo is never"},
		"none made in M3":        {ruled("createInfor: park # a", "createInfor: never # a"), trade.ReasonSupplierNotKept, "createInfor is never"},
		"not selected":           {ruled(`only: "true" # which`, `only: supplier.profile # which`), trade.ReasonSupplierNotKept, "none of those that are kept equal"},
	} {
		t.Run(name, func(t *testing.T) {
			w := agreed(t)
			w.Armed = false
			r := w.propose(w.profile(1, northern("Northern Bolt", newcomer)...))
			require.Equal(t, []any{trade.StateHeld, trade.ReasonNotArmed}, []any{r.State, r.Reason.Code})
			w.Armed = true
			test.meanwhile(w)
			w.untouched(func() {
				r = w.propose(r)
				require.Equal(t, []any{trade.StateParked, test.code}, []any{r.State, r.Reason.Code})
				require.Contains(t, r.Reason.String(), test.want)
			})
		})
	}
}

// atEither runs a test with partners at Cleo, and with files.
func atEither(t *testing.T, test func(*testing.T, *world)) {
	t.Run("partners", func(t *testing.T) { test(t, agreed(t)) })
	t.Run("files", func(t *testing.T) {
		w := newWorld(t, 1)
		w.publishChanged(suppliersAsFiles...)
		w.syncOf(trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany}, "first")
		test(t, w)
	})
}

// TestANumberBelongsToThePartnerThatBroughtIt has another partner speak of it before the next sync.
func TestANumberBelongsToThePartnerThatBroughtIt(t *testing.T) {
	atEither(t, func(t *testing.T, w *world) {
		w.entered(1, northern("Northern Bolt", newcomer)...)
		for control, number := range []string{newcomer, "077001"} {
			files := len(w.sandbox.Hub.Files())
			w.untouched(func() { w.propose(w.rival(control+1, northern("Somebody Else", number)...)) })
			require.Len(t, w.sandbox.Hub.Files(), files)
		}
		records, err := w.Ledger.Records(t.Context(), ledger.Filter{Partner: "KEYCHAIN"})
		require.NoError(t, err)
		for _, r := range records {
			require.Equal(t, []any{trade.StateParked, trade.ReasonSupplierForeign}, []any{r.State, r.Reason.Code})
			require.Contains(t, r.Reason.Message, "which partner GPFASTENER")
		}
		require.Len(t, records, 2)
		w.entered(2, northern("Northern Bolts", newcomer)...)
	})
}

// TestOfTwoPartnersThatWantANumberOneGetsIt decides both before either is entered.
func TestOfTwoPartnersThatWantANumberOneGetsIt(t *testing.T) {
	atEither(t, func(t *testing.T, w *world) {
		first, second := w.profile(1, northern("Northern Bolt", newcomer)...), w.rival(1, northern("Somebody Else", "077001")...)
		require.NoError(t, w.decided(first))
		require.NoError(t, w.decided(second))
		require.NoError(t, w.attempted(first))
		w.untouched(func() { require.Error(t, w.attempted(second)) })
		w.isForeign(second, "KEYCHAIN", "077001", "partner GPFASTENER (as "+newcomer+")")
	})
}

// TestANumberThatAPartnerGaveUpIsFree has the alias of the first partner's supplier taken.
func TestANumberThatAPartnerGaveUpIsFree(t *testing.T) {
	w := agreed(t)
	id, err := w.sandbox.Hub.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"100-` + newcomer + `"`)})
	require.NoError(t, err)
	first := w.propose(w.profile(1, northern("Northern Bolt", newcomer)...))
	require.Equal(t, trade.ReasonNameTaken, first.Reason.Code)
	require.NoError(t, w.sandbox.Hub.RemovePartner(id))
	second := w.propose(w.rival(1, northern("Somebody Else", newcomer)...))
	w.isForeign(second, "KEYCHAIN", newcomer, "partner GPFASTENER")
	require.NoError(t, w.ResolveRecord(t.Context(), activities.ResolveParams{Record: first.ID, Request: trade.ResolveRequest{By: "kim", Note: "not theirs"}}))
	require.Equal(t, trade.StateSynced, w.propose(second, choose("kim")).State)
}

// TestASupplierThatCleoKeepsOtherwiseIsStillItsPartners has Cleo cut an e-mail off, and the partner send a shorter one.
func TestASupplierThatCleoKeepsOtherwiseIsStillItsPartners(t *testing.T) {
	w := agreed(t)
	w.keptOtherwise("desk@northern.example", "desk@northern")
	r := w.propose(w.profile(1, northern("Northern Bolt", newcomer)...))
	requireStop(t, stop{trade.ReasonMasterRefused, trade.ClassData, trade.StateParked, "supplier " + newcomer, "has not kept as it was sent"}, r)
	require.Equal(t, "desk@northern", w.emailOf(newcomer))
	require.NoError(t, w.ResolveRecord(t.Context(), activities.ResolveParams{Record: r.ID, Request: trade.ResolveRequest{By: "kim", Note: "they send another"}}))
	w.entered(2, edi.NewSegment("N1", "VN", "Northern Bolt", "92", newcomer), mail("d@northern.example"))
	require.Equal(t, "d@northern.example", w.emailOf(newcomer))
}

// keptOtherwise has Cleo keep another text than what it is sent in new partners.
func (w *world) keptOtherwise(sent, kept string) {
	w.t.Helper()
	address, err := url.Parse(w.sandbox.CleoURL)
	require.NoError(w.t, err)
	through := httputil.NewSingleHostReverseProxy(address)
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		if content, err := io.ReadAll(in.Body); err == nil && in.Method == http.MethodPost {
			content = bytes.ReplaceAll(content, []byte(sent), []byte(kept))
			in.Body, in.ContentLength = io.NopCloser(bytes.NewReader(content)), int64(len(content))
		} else {
			in.Body = io.NopCloser(bytes.NewReader(content))
		}
		through.ServeHTTP(out, in)
	}))
	w.t.Cleanup(server.Close)
	mailbox, err := cleo.NewREST(cleo.RESTConfig{BaseURL: server.URL, Username: w.sandbox.Username, Password: w.sandbox.Password})
	require.NoError(w.t, err)
	infor, err := w.Systems.Infor(w.t.Context(), "")
	require.NoError(w.t, err)
	w.Systems = fixed{infor, mailbox}
}

// TestAProfileAboutWhatLeftAndIsDeletedBlocksNothing has a partner speak of its supplier that left those that are kept equal, and
// that M3 deleted then.
func TestAProfileAboutWhatLeftAndIsDeletedBlocksNothing(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("masterdata.yaml", onlyStaying[0], onlyStaying[1])
	w.sync("first", false)
	w.inSupplier(proposer, "ALSU", "LEFT")
	w.sync("second", false)
	_, before, _ := w.partner(proposer)
	require.NoError(t, w.sandbox.M3.DeleteSupplier("100", proposer))
	r := w.propose(w.profile(1, self(mail("new@fastener.example"))...))
	requireStop(t, stop{trade.ReasonSupplierNotKept, trade.ClassConfiguration, trade.StateParked, "N1[1]-04", "is not in M3, and had left those that are kept equal"}, r)
	result := w.sync("third", true)
	require.Zero(t, result.Created+result.Updated+result.Registered+result.Deleted, "%+v", result)
	_, after, _ := w.partner(proposer)
	require.Equal(t, before, after)
	require.Empty(t, w.drift().Items)
	w.quiet("fourth")
}
