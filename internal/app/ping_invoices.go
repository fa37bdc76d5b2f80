package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tradewind/internal/config"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// neededByInvoices are the programs of the flow from the mailbox into accounts payable; none
// where no mailbox is polled.
func (p *pinger) neededByInvoices() []needs {
	if p.config.Cleo.Folders.Inbound == "" {
		return nil
	}
	programs := p.config.Infor.Programs
	return []needs{
		{programs.Invoices, []string{"AddHead", "AddLine", "GetHead", "LstInvBySupInv", "LstLines", "AddAddInfo"}},
		{programs.InvoiceValidation, []string{"ValidByBatchNo"}},
		{programs.InvoiceLedger, []string{"GetInvTotInfo"}},
		{programs.Accounts, []string{"LstAccountID"}},
		{programs.Vouchers, []string{"LstVoucherLines"}},
	}
}

// outgoing says whether invoices of a company go to partners: it has a schedule, and a partner opted in.
func (p *pinger) outgoing(company config.Company) bool {
	scheduled := slices.ContainsFunc(p.config.Schedules, func(s config.Schedule) bool {
		return s.Flow == trade.InvoicesOut && string(s.Company) == company.Key().String()
	})
	return scheduled && len(p.config.InvoicePartners(string(company.Cono))) > 0
}

// neededByOutgoing are the programs of the flow from accounts payable to partners; none where it sends nothing. What changed is
// read through EXPORTMI, whatever the reader of orders is.
func (p *pinger) neededByOutgoing(companies []config.Company) []needs {
	if !slices.ContainsFunc(companies, p.outgoing) {
		return nil
	}
	return []needs{
		{p.config.Infor.Programs.InvoiceLedger, []string{"GetInvoice", "GetCashDiscInfo"}},
		{p.config.Infor.Programs.Vouchers, []string{"LstVoucherLines"}},
		{"EXPORTMI", []string{"Select"}},
	}
}

// withoutExports says what becomes of a company where EXPORTMI is refused.
func (p *pinger) withoutExports(company config.Company) string {
	search := p.config.Infor.Reader != readerExports
	switch {
	case !p.outgoing(company):
		return "for EXPORTMI, `reader: search` in infor.yaml does without"
	case search:
		return "invoices-out cannot do without EXPORTMI, so have it granted, or take the schedule of invoices-out out of schedules.yaml"
	}
	return "for EXPORTMI, `reader: search` in infor.yaml does without for orders, and invoices-out cannot, so take its schedule out of schedules.yaml then"
}

// confirmations says whether a profile has order lines confirmed in M3, and other confirmations replaced.
func (p *pinger) confirmations() (confirms, replaces bool) {
	for _, partner := range p.config.Partners {
		set := partner.Order.Confirmation
		writes := set.Write == mapping.WriteAgreed || set.Write == mapping.WriteAll
		confirms, replaces = confirms || writes, replaces || writes && set.Confirmed == mapping.ConfirmedReplaced
	}
	return confirms, replaces
}

// release tells what the tenant's build of the invoice program can do beyond posting, and
// fails where the allocation relies on more.
func (p *pinger) release(ctx context.Context, client *ionapi.Client) (string, error) {
	program := p.config.Infor.Programs.Invoices
	can, err := client.Metadata("MRS001MI").Capability(ctx, program)
	if err != nil {
		return "", err
	}
	told := fmt.Sprintf("%s: recode %s, delete %s, objects on lines %s", program, yesNo(can.Recode), yesNo(can.Delete), yesNo(can.LineObjects))
	for _, wanted := range p.strategies() {
		possible, reason := wanted.Possible(can)
		if !reason.IsZero() {
			return "", fmt.Errorf("%s; the strategy %s is configured, and %s", told, wanted, reason.Message)
		}
		if possible != wanted {
			told += fmt.Sprintf("; %s serves where %s is configured", possible, wanted)
		}
		if possible == mapping.Recode && len(p.config.Allocation.RecodeFrom) == 0 {
			return "", fmt.Errorf("%s; invoices are to be recoded, and recodeFrom in allocation.yaml names no account", told)
		}
	}
	if !can.Delete {
		told += "; a refused batch is to be deleted in APS450 by hand"
	}
	return told, nil
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// strategies are those that the configuration names: in general, for suppliers, in profiles.
func (p *pinger) strategies() []mapping.Strategy {
	out := []mapping.Strategy{p.config.Allocation.Strategy}
	for _, s := range p.config.Allocation.Suppliers {
		out = append(out, s)
	}
	for _, partner := range p.config.Partners {
		if partner.Invoice.Allocation != "" {
			out = append(out, partner.Invoice.Allocation)
		}
	}
	slices.SortFunc(out, func(a, b mapping.Strategy) int { return strings.Compare(string(a), string(b)) })
	return slices.Compact(out)
}
