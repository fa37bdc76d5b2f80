package activities

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/activity"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/ionapi"
)

// agreementsFresh is how long a contract number is used before M3 is asked again.
const agreementsFresh = time.Hour

// agreementsAnswer is remembered of a program of agreements that has answered once.
const agreementsAnswer = "answers"

// agreementReader finds the contracts behind one page of orders.
//
// Contract numbers are remembered in the ledger: workers that remembered different ones would
// make revisions in turn. So is whether the tenant has the program: once it has answered, a later
// refusal is an error of the reading, and one that never answered is asked again only under
// another configuration. Else orders would change whenever the program comes and goes.
type agreementReader struct {
	*orderReader
	program string
	known   map[string]ledger.Memory
}

// readContracts learns the contracts behind a page of orders. An order with an agreement that M3
// does not want to show has failed as a whole.
func (r *orderReader) readContracts(ctx context.Context, details []ionapi.OrderDetail) (err error) {
	r.contracts = nil
	wanted := agreementsOf(details)
	a := agreementReader{orderReader: r, program: r.config.Infor.Programs.Agreements}
	if a.program == "" || len(wanted) == 0 {
		return nil
	}
	names := []string{a.availability()}
	for _, key := range wanted {
		names = append(names, a.name(key))
	}
	if a.known, err = r.Ledger.Remembered(ctx, names); err != nil {
		return err
	}
	if a.known[a.availability()].Value == r.config.Version {
		r.out.Warning = a.missing()
		return nil
	}
	failed, err := a.read(ctx, wanted)
	if err != nil {
		return err
	}
	for i := range details {
		for _, key := range mapping.Agreements(details[i]) {
			details[i].Err = cmp.Or(details[i].Err, failed[key])
		}
	}
	return nil
}

// agreementsOf gives the agreements behind the orders that could be read, each once.
func agreementsOf(details []ionapi.OrderDetail) []ionapi.AgreementKey {
	var out []ionapi.AgreementKey
	seen := map[ionapi.AgreementKey]bool{}
	for _, d := range details {
		if d.Err != nil {
			continue
		}
		for _, key := range mapping.Agreements(d) {
			if !seen[key] {
				seen[key] = true
				out = append(out, key)
			}
		}
	}
	return out
}

// read gives contracts from memory or from M3, and the agreements that M3 does not show.
func (a agreementReader) read(ctx context.Context, wanted []ionapi.AgreementKey) (map[ionapi.AgreementKey]*ionapi.Error, error) {
	contracts := mapping.Contracts{}
	var unread []ionapi.AgreementKey
	for _, key := range wanted {
		if memory, ok := a.known[a.name(key)]; ok && a.Ledger.Now().Sub(memory.At) < agreementsFresh {
			contracts[key] = memory.Value
		} else {
			unread = append(unread, key)
		}
	}
	if len(unread) == 0 {
		a.contracts = contracts
		return nil, nil
	}
	answers, err := a.heads(ctx, unread)
	if refusal := refusedAltogether(answers, err); refusal != nil && a.known[a.availability()].Value != agreementsAnswer {
		return nil, a.goWithout(ctx, refusal)
	}
	if err != nil {
		return nil, err
	}
	failed, learnt := map[ionapi.AgreementKey]*ionapi.Error{}, map[string]string{a.availability(): agreementsAnswer}
	for i, key := range unread {
		answer := answers[i]
		if answer.Err != nil && answer.Err.Kind != ionapi.RecordMissing {
			failed[key] = answer.Err
			continue
		}
		// An agreement that M3 names and does not hold, as after it was deleted, still is what the buyer ordered under:
		// its number goes out like that of one for which the supplier has none.
		contracts[key] = cmp.Or(answer.Value.SupplierNumber, key.Number)
		learnt[a.name(key)] = contracts[key]
	}
	a.contracts = contracts
	return failed, a.Ledger.Remember(ctx, learnt)
}

// heads asks M3; what passes fails the whole reading, so that no order goes out with another
// contract than it has.
func (a agreementReader) heads(ctx context.Context, keys []ionapi.AgreementKey) ([]ionapi.Answer[ionapi.Agreement], error) {
	return patiently(ctx, func() ([]ionapi.Answer[ionapi.Agreement], error) {
		answers, err := a.client.Agreements(a.program).Heads(ctx, a.context, keys)
		if err != nil {
			return nil, err
		}
		for _, answer := range answers {
			if answer.Err != nil && passing(answer.Err) {
				return nil, answer.Err
			}
		}
		return answers, nil
	})
}

// refusedAltogether gives the refusal where M3 lets nobody use the program; some tenants say so
// once, others in each answer.
func refusedAltogether(answers []ionapi.Answer[ionapi.Agreement], err error) error {
	refused := func(err error) bool {
		kind := ionapi.KindOf(err)
		return kind == ionapi.NotPermitted || kind == ionapi.NotAvailable
	}
	if err != nil || len(answers) == 0 {
		if refused(err) {
			return err
		}
		return nil
	}
	if slices.ContainsFunc(answers, func(a ionapi.Answer[ionapi.Agreement]) bool { return !refused(a.Err) }) {
		return nil
	}
	return answers[0].Err
}

// goWithout lets orders go with M3's own numbers as long as this configuration stands.
func (a agreementReader) goWithout(ctx context.Context, refusal error) error {
	a.out.Warning = a.missing()
	activity.GetLogger(ctx).Warn(a.missing(), "company", a.company.Key().String(), "cause", refusal.Error())
	return a.Ledger.Remember(ctx, map[string]string{a.availability(): a.config.Version})
}

// missing says what orders lack and what to do about it.
func (a agreementReader) missing() string {
	return fmt.Sprintf("orders carry M3's own numbers of agreements, because %s could not be asked for the suppliers'; "+
		"have it granted and publish a changed configuration, or write agreements: \"\" in infor.yaml", a.program)
}

// availability names what is remembered of the program.
func (a agreementReader) availability() string {
	return fmt.Sprintf("agreements %s of %s", a.program, a.company.Key())
}

// name names what is remembered of an agreement.
func (a agreementReader) name(key ionapi.AgreementKey) string {
	return fmt.Sprintf("%s: %s/%s", a.availability(), key.Supplier, key.Number)
}
