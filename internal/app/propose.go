package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tradewind/cleo"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// ProposeParams say for which supplier a profile is proposed.
type ProposeParams struct {
	// Supplier is its number in M3. Company may be left out where one company only has it.
	Supplier, Company string
	// ID is the partner's id; empty takes the supplier's search key.
	ID string
}

// proposeTimeout bounds what Cleo is asked: without an answer the proposal has a question more.
const proposeTimeout = 20 * time.Second

// ProposePartner proposes a partner's profile from what syncs told the ledger of a supplier, and from its trading partner at Cleo.
// It writes nothing. It fails where the ledger does not know the supplier, and as config.Files.Propose does.
func (a *App) ProposePartner(ctx context.Context, p ProposeParams) (config.Proposal, error) {
	files, err := config.ReadFolder(a.env.Config)
	if err != nil {
		return config.Proposal{}, err
	}
	proposals, err := config.ReadProposals(a.env.Config)
	if err != nil {
		return config.Proposal{}, err
	}
	maps.Copy(files, proposals)
	supplier, err := a.knownSupplier(ctx, files, p)
	if err != nil {
		return config.Proposal{}, err
	}
	snapshot := config.SupplierSnapshot{Company: supplier.Company, Number: supplier.Code, Values: supplier.Values, Seen: supplier.Infor.SeenAt}
	proposal, err := files.Propose(snapshot, p.ID)
	if err != nil {
		return proposal, err
	}
	return proposal.AtCleo(a.tradingPartner(ctx, supplier)), nil
}

// knownSupplier finds the supplier among those that the ledger keeps.
func (a *App) knownSupplier(ctx context.Context, files config.Files, p ProposeParams) (ledger.Master, error) {
	companies, err := files.CompanyNumbers()
	if err != nil {
		return ledger.Master{}, err
	}
	if p.Company != "" && !slices.Contains(companies, p.Company) {
		return ledger.Master{}, fmt.Errorf("--company %q is not in company.yaml, which has %s", p.Company, strings.Join(companies, ", "))
	}
	if p.Company != "" {
		companies = []string{p.Company}
	}
	alike := alikeNumbers(p.Supplier)
	var having, near []string
	var found ledger.Master
	for _, company := range companies {
		known, err := a.Ledger.MasterByCodes(ctx, trade.EntitySupplier, company, alike)
		if err != nil {
			return ledger.Master{}, err
		}
		for _, number := range alike {
			switch one, there := known[number]; {
			case !there:
			case number == p.Supplier:
				having, found = append(having, company), one
			default:
				near = append(near, fmt.Sprintf("%s of company %s", number, company))
			}
		}
	}
	switch {
	case len(having) > 1:
		return found, fmt.Errorf("supplier %q is known in the companies %s; give one with --company", p.Supplier, strings.Join(having, " and "))
	case len(having) == 1 && found.Version == 0:
		return found, fmt.Errorf("M3 has no supplier %q of company %s, which only Cleo has; accept its record (MASTER_NEW), and propose the profile after the next sync",
			p.Supplier, found.Company)
	case len(having) == 1 && found.Left():
		return found, fmt.Errorf("supplier %q of company %s is none of those that are kept equal any more, and what the ledger has of it is old; have `only` of suppliers in "+
			"masterdata.yaml select it and M3 read with `schedules trigger %s`, or write its profile by hand", p.Supplier, found.Company, suppliersOf(found.Company))
	case len(having) == 1:
		return found, nil
	case len(near) > 0:
		return found, fmt.Errorf("the ledger knows no supplier %q, but %s; give the number as M3 writes it", p.Supplier, strings.Join(near, " and "))
	}
	return found, fmt.Errorf("the ledger knows no supplier %q of company %s; check the number and `only` in masterdata.yaml, or have M3 read with `schedules trigger %s`",
		p.Supplier, strings.Join(companies, " or "), suppliersOf(companies[0]))
}

// suppliersOf names the schedule that reads the suppliers of a company.
func suppliersOf(company string) string {
	return config.Schedule{Flow: trade.Suppliers, Company: mapping.Code(company)}.ID()
}

// longestNumber is the length of SUNO.
const longestNumber = 10

// alikeNumbers are the number, and those that differ from it by zeros in front, blanks and case.
func alikeNumbers(number string) []string {
	out := []string{number}
	bare := strings.TrimLeft(strings.ToUpper(strings.TrimSpace(number)), "0")
	for zeros := 0; len(bare)+zeros <= longestNumber; zeros++ {
		if alike := strings.Repeat("0", zeros) + bare; bare != "" && alike != number {
			out = append(out, alike)
		}
	}
	return out
}

// tradingPartner asks Cleo for the partner that stands for a supplier. A proposal does without: why is told in it.
func (a *App) tradingPartner(ctx context.Context, supplier ledger.Master) config.TradingPartner {
	if supplier.Cleo.Reference == "" && a.suppliersInFiles() {
		return config.TradingPartner{Unknown: "Cleo was not asked, because suppliers are kept by files (target in masterdata.yaml), which tell no interchange id"}
	}
	if supplier.Cleo.Reference == "" {
		return config.TradingPartner{Unknown: "Cleo had no trading partner for it at the last sync"}
	}
	ctx, cancel := context.WithTimeout(ctx, proposeTimeout)
	defer cancel()
	partner, err := a.partnerAtCleo(ctx, supplier.Cleo.Reference)
	if err == nil && partner.Key() != (cleo.Key{Company: supplier.Company, Supplier: supplier.Code}) {
		err = fmt.Errorf("the trading partner of the last sync is now %s", partner.Key())
	}
	if err != nil {
		return config.TradingPartner{Unknown: "Cleo could not tell its interchange id: " + err.Error()}
	}
	out := config.TradingPartner{Alias: partner.Alias}
	for _, id := range partner.InterchangeIDs {
		out.Interchanges = append(out.Interchanges, mapping.Address{Qualifier: mapping.Code(id.Qualifier), ID: mapping.Code(id.ID)})
	}
	return out
}

// suppliersInFiles says whether suppliers are kept equal by files; a folder with a fault elsewhere says nothing.
func (a *App) suppliersInFiles() bool {
	c, err := ReadConfiguration(a.env)
	if err != nil {
		return false
	}
	settings, _ := c.Masters(trade.Suppliers)
	return settings.Target == config.TargetFiles
}

func (a *App) partnerAtCleo(ctx context.Context, id string) (cleo.Partner, error) {
	mailbox, err := a.Systems.Mailbox(ctx)
	if err != nil {
		return cleo.Partner{}, err
	}
	directory, ok := mailbox.(cleo.Directory)
	if !ok {
		return cleo.Partner{}, errors.New("the adapter of cleo.yaml keeps no trading partners")
	}
	return directory.Partner(ctx, id)
}

// WriteProposal saves a proposal in the configuration folder and gives the path. It writes over nothing, and one in which something
// is missing becomes no part of the configuration.
func (a *App) WriteProposal(p config.Proposal) (string, error) {
	return p.Save(a.env.Config)
}

// ProposalNotes say what the proposals in the configuration folder wait for, as config.Config.ProposalNotes does. c is that folder's
// valid configuration.
func ProposalNotes(env config.Environment, c *config.Config) ([]string, error) {
	files, err := config.ReadFolder(env.Config)
	if err != nil {
		return nil, err
	}
	proposals, err := config.ReadProposals(env.Config)
	if err != nil {
		return nil, err
	}
	return c.ProposalNotes(files, proposals), nil
}
