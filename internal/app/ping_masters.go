package app

import (
	"context"
	"errors"
	"slices"

	"tradewind/cleo"
	"tradewind/internal/config"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// masterCalls are the transactions with which a flow reads, makes and changes records in M3.
type masterCalls struct{ reads, makes, changes []string }

// syncedFlows are the flows of master data that have a schedule.
func (p *pinger) syncedFlows() (flows []trade.Flow) {
	for _, flow := range []trade.Flow{trade.Suppliers, trade.Customers, trade.Accounts} {
		if slices.ContainsFunc(p.config.Schedules, func(s config.Schedule) bool { return s.Flow == flow }) {
			flows = append(flows, flow)
		}
	}
	return flows
}

// neededByMasters are the programs of the flows of master data; what never writes to M3 needs no transaction that does.
func (p *pinger) neededByMasters() (out []needs) {
	programs := p.config.Infor.Programs
	names := map[trade.Flow]string{trade.Suppliers: programs.Suppliers, trade.Customers: programs.Customers, trade.Accounts: programs.Accounts}
	for _, flow := range p.syncedFlows() {
		settings, _ := p.config.Masters(flow)
		calls := callsOf(flow, settings)
		all := calls.reads
		if settings.Entity.CreateInfor != masterdata.CreateNever {
			all = append(all, calls.makes...)
		}
		if slices.ContainsFunc(settings.Entity.Fields, func(f masterdata.Field) bool { return f.Owner != masterdata.OwnerInfor || f.Guarded }) {
			all = append(all, calls.changes...)
		}
		out = append(out, needs{names[flow], all})
	}
	return out
}

// callsOf are the transactions of a flow. The address and the e-mail of a supplier are records of their own, which are made where
// there is none when the supplier is changed.
func callsOf(flow trade.Flow, settings config.MasterSettings) masterCalls {
	switch flow {
	case trade.Customers:
		return masterCalls{[]string{"LstByNumber", "GetBasicData"}, []string{"Add"}, []string{"ChgBasicData"}}
	case trade.Accounts:
		return masterCalls{[]string{"LstAccountID"}, []string{"AddAccountID"}, []string{"UpdAccountID"}}
	}
	calls := masterCalls{[]string{"LstSuppliers", "LstByNumber", "GetBasicData", "LstAddresses", "LstSupplierRef"}, []string{"AddSupplier"}, []string{"UpdSupplier"}}
	if settings.Choice.Type != "" {
		calls.makes, calls.changes = append(calls.makes, "AddAddress"), append(calls.changes, "AddAddress", "UpdAddress")
	}
	if settings.Choice.Reference != "" {
		calls.makes, calls.changes = append(calls.makes, "AddSupplierRef"), append(calls.changes, "AddSupplierRef", "UpdSupplierRef")
	}
	return calls
}

// mastersAtCleo checks where Cleo keeps master data: the list of trading partners, and each folder once.
func (p *pinger) mastersAtCleo(ctx context.Context, mailbox cleo.Mailbox) {
	var checked []string
	once := func(place string) bool {
		if slices.Contains(checked, place) {
			return false
		}
		checked = append(checked, place)
		return true
	}
	for _, flow := range p.syncedFlows() {
		settings, _ := p.config.Masters(flow)
		if settings.Target == config.TargetPartners {
			if once(string(config.TargetPartners)) {
				p.partnersAtCleo(ctx, mailbox)
			}
			continue
		}
		for _, f := range [][2]string{{"in", settings.Folders.In}, {"out", settings.Folders.Out}, {"import", settings.Folders.Import}} {
			if f[1] != "" && once("folder "+f[1]) {
				p.folder(ctx, mailbox, string(flow)+" "+f[0], f[1], "correct "+string(flow)+".folders."+f[0]+" in masterdata.yaml, or have the folder made at Cleo")
			}
		}
	}
}

func (p *pinger) partnersAtCleo(ctx context.Context, mailbox cleo.Mailbox) {
	p.run(ctx, "cleo partners", "correct paths.partners in cleo.yaml, or have the user allowed to read trading partners at Cleo", func(ctx context.Context) (string, error) {
		directory, ok := mailbox.(cleo.Directory)
		if !ok {
			return "", errors.New("the adapter of cleo.yaml keeps no trading partners")
		}
		for _, err := range directory.Partners(ctx) {
			return "trading partners are listed", err
		}
		return "trading partners are listed (none yet)", nil
	})
}

// folder checks that a folder can be listed.
func (p *pinger) folder(ctx context.Context, mailbox cleo.Mailbox, name, folder, cure string) {
	p.run(ctx, "cleo folder "+name, cure, func(ctx context.Context) (string, error) {
		for _, err := range mailbox.Files(ctx, folder) {
			return folder, err
		}
		return folder + " (empty)", nil
	})
}

// merged has each program once, in the order in which they came, with all of its transactions.
func merged(all []needs) (out []needs) {
	for _, n := range all {
		at := slices.IndexFunc(out, func(has needs) bool { return has.name == n.name })
		if at < 0 {
			out, at = append(out, needs{name: n.name}), len(out)
		}
		for _, t := range n.transactions {
			if !slices.Contains(out[at].transactions, t) {
				out[at].transactions = append(out[at].transactions, t)
			}
		}
	}
	return out
}
