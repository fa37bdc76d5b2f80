// Package activities holds everything that touches the world: M3, Cleo, the
// ledger, the archive and Temporal's own client. Workflows call nothing else.
//
// Each activity takes one Params and gives one Result. errors.go is the only
// place where an error becomes one of Temporal's.
package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"go.temporal.io/sdk/client"

	"tradewind/cleo"
	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// Activities are the activities of a worker with what they depend on.
type Activities struct {
	Ledger   *ledger.Ledger
	Archive  *archive.Archive
	Systems  Systems
	Temporal client.Client
	// Armed is the environment's half of the permission to write; the
	// configuration holds the other.
	Armed bool

	versions sync.Map // mapping version → *config.Config
	// accountLists holds the accounting objects that were read, by division and number.
	accountLists sync.Map // string → accountList
	// capabilityOf holds what the invoice programs of the tenants can do.
	capabilityOf sync.Map // string → capability
	// checkedTables holds the tables whose columns M3 knows by the names that are read.
	checkedTables sync.Map // tenant, table and columns → true
}

// Systems gives the clients of the outside systems, with the credentials that are
// stored for them.
type Systems interface {
	// Infor gives the client of a tenant.
	Infor(ctx context.Context, tenant string) (*ionapi.Client, error)
	// Mailbox gives the mailbox at Cleo.
	Mailbox(ctx context.Context) (cleo.Mailbox, error)
	// Renew makes sure that the tokens of a system, infor or cleo, are good for a
	// while, and tells how they stand.
	Renew(ctx context.Context, system string) ([]trade.TokenState, error)
}

// TaskQueue serves workflows, ledger and mapping; the others serve one outside
// system each, so that a limit set on the queue holds for all workers.
const (
	TaskQueue      = "tradewind"
	TaskQueueInfor = "tradewind-ion"
	TaskQueueCleo  = "tradewind-cleo"
)

// The lanes that stop as a whole when credentials are refused.
const (
	laneInfor = "infor"
	laneCleo  = "cleo"
)

// ErrVersion says that a mapping version cannot be used.
var ErrVersion = errors.New("the mapping version cannot be used")

// Configuration gives a published version, the current one when version is
// empty. Versions come from the archive only, so that all workers agree.
func (a *Activities) Configuration(ctx context.Context, version string) (*config.Config, error) {
	if version == "" {
		var err error
		if version, err = a.Ledger.CurrentConfiguration(ctx); err != nil {
			return nil, err
		}
	}
	sha, err := a.Ledger.ConfigurationArchive(ctx, version)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, fmt.Errorf("%w: %w", ErrVersion, err)
	}
	if err != nil {
		return nil, err
	}
	// Files that shape no document may change without a new version: the
	// archived bundle is the key.
	if c, ok := a.versions.Load(sha); ok {
		return c.(*config.Config), nil
	}
	bundle, err := a.Archive.Get(ctx, sha)
	if err != nil {
		return nil, err
	}
	files, err := config.OpenBundle(bundle)
	if err != nil {
		return nil, err
	}
	c, err := config.Load(files)
	if err != nil {
		return nil, fmt.Errorf("%w: %.12s is no longer valid: %w", ErrVersion, version, err)
	}
	a.versions.Store(sha, c)
	return c, nil
}

// order reads the canonical order of a record.
func (a *Activities) order(ctx context.Context, r ledger.Record) (o trade.PurchaseOrder, err error) {
	err = a.canonical(ctx, r, &o)
	return o, err
}

// canonical reads the document that a poll registered a record of.
func (a *Activities) canonical(ctx context.Context, r ledger.Record, into any) error {
	content, err := a.Archive.Get(ctx, r.Source)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("canonical document of %s: %w", r.ID, err)
	}
	return nil
}

// InforCompany is the company context of a call.
func InforCompany(c trade.Company) (ionapi.Company, error) {
	cono, err := strconv.Atoi(c.Cono)
	if err != nil {
		return ionapi.Company{}, fmt.Errorf("company %q is not a number", c.Cono)
	}
	return ionapi.Company{CONO: cono, DIVI: c.Divi}, nil
}
