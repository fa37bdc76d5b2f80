package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/operatorservice/v1"

	"tradewind/activities"
	"tradewind/cleo"
	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/vault"
	"tradewind/ionapi"
)

// Check is one line of ping.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	// Cure says what to do where the check failed.
	Cure string `json:"cure,omitempty"`
}

// pingTimeout bounds each check.
const pingTimeout = 20 * time.Second

type pinger struct {
	env     config.Environment
	app     *App
	systems *systems
	config  *config.Config
	tell    func(Check)
	failed  int
}

// Ping tries every part that the product relies on and tells each result as it
// comes. It writes nothing to Infor or Cleo. It gives the number of failures.
func Ping(ctx context.Context, env config.Environment, tell func(Check)) int {
	p := &pinger{env: env, tell: tell, app: &App{env: env, Log: slog.New(slog.DiscardHandler), Activities: &activities.Activities{}}}
	defer p.app.Close()
	p.run(ctx, "state", "make the folder writable, or set TRADEWIND_STATE", p.state)
	p.run(ctx, "configuration", "correct the file; `config check` shows all faults", p.configuration)
	if p.run(ctx, "ledger", "check TRADEWIND_LEDGER_URL", p.ledger) {
		p.run(ctx, "vault", "check TRADEWIND_KEEPER, and restore its key from a backup where it was lost", p.vault)
		p.run(ctx, "archive", "check TRADEWIND_ARCHIVE_URL", p.archive)
	}
	p.run(ctx, "temporal", "check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, or start the demo", p.temporal)
	if p.config != nil {
		p.systems = &systems{app: p.app, infor: map[string]built[*ionapi.Client]{},
			configuration: func(context.Context) (*config.Config, error) { return p.config, nil }}
		for _, tenant := range tenants(p.config) {
			p.infor(ctx, tenant)
		}
		p.cleo(ctx)
	}
	return p.failed
}

// run makes a check and tells its line.
func (p *pinger) run(ctx context.Context, name, cure string, check func(context.Context) (string, error)) bool {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	detail, err := check(ctx)
	if err != nil {
		p.failed++
		p.tell(Check{Name: name, Detail: oneLine(err.Error()), Cure: cure})
		return false
	}
	p.tell(Check{Name: name, OK: true, Detail: detail})
	return true
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func (p *pinger) state(context.Context) (string, error) {
	if err := os.MkdirAll(p.env.State, 0o700); err != nil {
		return "", err
	}
	probe, err := os.CreateTemp(p.env.State, ".ping-*")
	if err != nil {
		return "", err
	}
	return p.env.State, errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func (p *pinger) configuration(context.Context) (string, error) {
	c, err := ReadConfiguration(p.env)
	if err != nil {
		return "", err
	}
	p.config = c
	armed := "not armed"
	if c.Armed && p.env.Armed {
		armed = "armed"
	}
	return fmt.Sprintf("%d companies, %d partners, mapping version %.12s, %s", len(c.Companies), len(c.Partners), c.Version, armed), nil
}

func (p *pinger) ledger(ctx context.Context) (string, error) {
	var err error
	if p.app.Ledger, err = ledger.Open(ctx, p.env.LedgerURL, p.env.State); err != nil {
		return "", err
	}
	version, err := p.app.Ledger.SchemaVersion(ctx)
	if err == nil && version == 0 {
		err = errors.New("the ledger has no tables yet; run `setup`")
	}
	scheme, _, _ := strings.Cut(p.env.LedgerURL, ":")
	return fmt.Sprintf("%s, schema %d", scheme, version), err
}

func (p *pinger) vault(ctx context.Context) (string, error) {
	var err error
	if p.app.Vault, err = vault.Open(ctx, p.env.Keeper, p.env.State, p.app.Ledger); err != nil {
		return "", err
	}
	credentials, err := p.app.Ledger.Credentials(ctx)
	if err != nil {
		return "", err
	}
	tokens, err := p.app.Ledger.Tokens(ctx)
	scheme, _, _ := strings.Cut(p.env.Keeper, ":")
	detail := fmt.Sprintf("keeper %s, data sealed with %s, histories with %s, %d credentials stored", scheme, p.app.Vault.Newest(vault.PurposeData),
		p.app.Vault.Newest(vault.PurposePayload), len(credentials))
	today := time.Now().UTC().Format(time.DateOnly)
	for _, k := range tokens {
		taken := k.Taken
		if k.Day != today {
			taken = 0
		}
		detail += fmt.Sprintf(", token %s good until %s (%d taken today)", k.Name, k.ExpiresAt.UTC().Format(time.RFC3339), taken)
	}
	return detail, err
}

func (p *pinger) archive(ctx context.Context) (string, error) {
	if p.app.Vault == nil {
		return "", errors.New("it was not tried: the vault comes first")
	}
	var err error
	if p.app.Archive, err = archive.Open(ctx, p.env.ArchiveURL, p.env.State, p.app.Vault); err != nil {
		return "", err
	}
	scheme, _, _ := strings.Cut(p.env.ArchiveURL, ":")
	return scheme + ", written and read back, sealed", p.app.Archive.Ping(ctx)
}

func (p *pinger) temporal(ctx context.Context) (string, error) {
	c, namespace, err := Dial(ctx, p.app.Log, nil, nil)
	if err != nil {
		return "", err
	}
	defer c.Close()
	found, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return "", fmt.Errorf("namespace %s: %w", namespace, err)
	}
	var missing []string
	for name := range searchAttributes() {
		if _, ok := found.GetCustomAttributes()[name]; !ok {
			missing = append(missing, name)
		}
	}
	if slices.Sort(missing); len(missing) > 0 {
		return "", fmt.Errorf("namespace %s lacks the search attributes %s; run `setup`", namespace, strings.Join(missing, ", "))
	}
	return "namespace " + namespace, nil
}

// infor checks a tenant's token, the programs, and the permissions in each company.
func (p *pinger) infor(ctx context.Context, tenant string) {
	var client *ionapi.Client
	reached := p.run(ctx, "infor token", "download the .ionapi file of the backend service again and check its service account", func(ctx context.Context) (string, error) {
		var err error
		if p.env.IonAPIFile == "" && p.app.Vault == nil {
			return "", errors.New("TRADEWIND_IONAPI_FILE is not set, and the vault cannot be read")
		}
		if client, err = p.systems.Infor(ctx, tenant); err != nil {
			return "", err
		}
		if err := p.count(ctx, vault.Infor(tenant), p.config.Infor.Limits.TokensPerDay); err != nil {
			return "", err
		}
		user, err := client.General("GENERAL").UserInfo(ctx)
		if err != nil {
			return "", fmt.Errorf("tenant %s: %w", tenant, err)
		}
		return fmt.Sprintf("tenant %s, M3 user %s (%s)", tenant, user.User, user.Name), nil
	})
	if !reached {
		return
	}
	for _, program := range p.needed(p.config.Companies) {
		p.run(ctx, "infor "+program.name, "name the tenant's own program in infor.yaml, or have it exposed in ION API", func(ctx context.Context) (string, error) {
			return offered(ctx, client, program)
		})
	}
	if len(p.neededByInvoices()) > 0 {
		p.run(ctx, "infor release", "choose a strategy in allocation.yaml that this release can follow, and name recodeFrom for recode", func(ctx context.Context) (string, error) {
			return p.release(ctx, client)
		})
	}
	for _, company := range p.config.Companies {
		if company.Tenant != tenant {
			continue
		}
		p.run(ctx, "infor company "+company.Key().String(), "have the programs granted to the service user in SES400, or correct company.yaml", func(ctx context.Context) (string, error) {
			return p.allowed(ctx, client, company)
		})
	}
}

// count counts the token that a check takes: it tries the credentials, and does not
// use the shared one.
func (p *pinger) count(ctx context.Context, name string, quota int64) error {
	if p.app.Vault == nil {
		return nil // without a ledger there is nothing to count in
	}
	within, err := p.app.Ledger.CountToken(ctx, name, quota)
	if err == nil && !within {
		err = fmt.Errorf("%d tokens were taken today, as many as the quota allows; the check would take another one", quota)
	}
	return err
}

// needs is a program with the transactions that the flows call.
type needs struct {
	name         string
	transactions []string
}

// readerExports is the reader of orders that asks EXPORTMI.
const readerExports = "exportmi"

// needed are the programs that the flows of companies call.
func (p *pinger) needed(companies []config.Company) []needs {
	programs := p.config.Infor.Programs
	out := []needs{
		{programs.Orders, []string{"GetHead", "LstLine", "LstLine2"}},
		{programs.OrderStatus, []string{"GetHeadBasic"}},
		{programs.Suppliers, []string{"GetBasicData"}},
	}
	confirms, replaces := p.confirmations()
	if confirms {
		out[1].transactions = append(out[1].transactions, "ConfirmLine")
	}
	if replaces {
		out = append(out, needs{programs.OrderTransactions, []string{"DelPOTrans"}})
	}
	if programs.Agreements != "" {
		out = append(out, needs{programs.Agreements, []string{"GetAgrHead"}})
	}
	out = append(out, p.neededByInvoices()...)
	out = append(out, p.neededByOutgoing(companies)...)
	out = append(out, p.neededByMasters()...)
	if p.config.Infor.Reader == readerExports {
		return merged(append(out, needs{"EXPORTMI", []string{"Select"}}))
	}
	return merged(append(out, needs{programs.Orders, []string{"SearchHead"}}))
}

// offered asks the tenant for the transactions of a program.
func offered(ctx context.Context, client *ionapi.Client, n needs) (string, error) {
	have, err := client.Metadata("MRS001MI").Transactions(ctx, n.name)
	if kind := ionapi.KindOf(err); err != nil && kind != ionapi.RecordMissing {
		return "", err
	}
	var missing []string
	for _, t := range n.transactions {
		if !slices.Contains(have, t) {
			missing = append(missing, t)
		}
	}
	if len(have) == 0 {
		return "", fmt.Errorf("the tenant has no program %s", n.name)
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("%s lacks %s", n.name, strings.Join(missing, ", "))
	}
	return strings.Join(n.transactions, ", "), nil
}

// allowed asks whether the service user may run the programs in a company.
func (p *pinger) allowed(ctx context.Context, client *ionapi.Client, company config.Company) (string, error) {
	key, err := activities.InforCompany(company.Key())
	if err != nil {
		return "", err
	}
	var denied, names []string
	for _, n := range p.needed([]config.Company{company}) {
		yes, err := client.Authority("AUTCHKMI").Allowed(ctx, key, n.name)
		if err != nil {
			return "", err
		}
		if names = append(names, n.name); !yes {
			denied = append(denied, n.name)
		}
	}
	if slices.Contains(denied, "EXPORTMI") {
		return "", fmt.Errorf("the service user may not run %s; %s", strings.Join(denied, ", "), p.withoutExports(company))
	}
	if slices.Contains(denied, p.config.Infor.Programs.Agreements) {
		return "", fmt.Errorf("the service user may not run %s; without it, orders carry M3's own numbers of agreements, which `agreements: \"\"` in infor.yaml accepts",
			strings.Join(denied, ", "))
	}
	if len(denied) > 0 {
		return "", fmt.Errorf("the service user may not run %s", strings.Join(denied, ", "))
	}
	return "may run " + strings.Join(names, ", "), nil
}

// cleo checks the login, each folder, and where master data is kept.
func (p *pinger) cleo(ctx context.Context) {
	var mailbox cleo.Mailbox
	reached := p.run(ctx, "cleo login", "import the credential, or check TRADEWIND_CLEO_URL, TRADEWIND_CLEO_USERNAME and TRADEWIND_CLEO_PASSWORD; five refused logins lock the account", func(ctx context.Context) (string, error) {
		var err error
		if p.env.CleoURL == "" && p.app.Vault == nil {
			return "", errors.New("TRADEWIND_CLEO_URL is not set, and the vault cannot be read")
		}
		if mailbox, err = p.systems.Mailbox(ctx); err != nil {
			return "", err
		}
		if err := p.count(ctx, vault.Cleo, p.config.Cleo.TokensPerDay); err != nil {
			return "", err
		}
		return "logged in", mailbox.Ping(ctx)
	})
	if !reached {
		return
	}
	folders := p.config.Cleo.Folders
	for _, f := range [][2]string{{"upload", folders.Upload}, {"sent", folders.Sent}, {"archive", folders.Archive}, {"inbound", folders.Inbound}} {
		if f[1] != "" {
			p.folder(ctx, mailbox, f[0], f[1], "correct folders."+f[0]+" in cleo.yaml, or have the folder made at Cleo")
		}
	}
	p.mastersAtCleo(ctx, mailbox)
}
