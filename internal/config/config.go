// Package config reads the two sources of settings: the environment and the
// folder of strict YAML and CSV files. Every error of a file names the file, the
// line and the column; an unknown key is an error.
package config

import (
	"fmt"
	"sort"
	"time"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Config is one validated version of the configuration folder.
type Config struct {
	// Version is the mapping version: the SHA-256 of the files that shape a document.
	Version   string
	Armed     bool
	Companies []Company
	Infor     Infor
	Cleo      Cleo
	Schedules []Schedule
	Partners  []mapping.Profile
	// Calendars are those of calendars.yaml, by name.
	Calendars map[string]*Calendar
	Units     *mapping.Crosswalk
	Terms     *mapping.Crosswalk
	// Conversions say how many of one unit another is; a version may have none.
	Conversions *mapping.Conversions
	// Charges and Taxes translate what suppliers invoice besides goods; they are empty where
	// a version has no such files.
	Charges    *mapping.Crosswalk
	Taxes      *mapping.Crosswalk
	Allocation *mapping.Allocation

	approved    Predicate
	ediSupplier Predicate
	// selectsInvoice decides which invoices go out.
	selectsInvoice Predicate
	// masters are the settings of the flows of master data.
	masters map[trade.Flow]MasterSettings
}

// Company is one of our companies with its identity in EDI.
type Company struct {
	Tenant      string               `yaml:"tenant"`
	Cono        mapping.Code         `yaml:"cono"`
	Divi        mapping.Code         `yaml:"divi"`
	Name        string               `yaml:"name"`
	TimeZone    string               `yaml:"timeZone"`
	Usage       mapping.Code         `yaml:"usage"`
	Interchange mapping.Address      `yaml:"interchange"`
	Group       mapping.Code         `yaml:"group"`
	Address     mapping.BuyerAddress `yaml:"address"`
	// Books are the accounting dates that its ledger takes; without them only M3 judges.
	Books mapping.Books `yaml:"books"`

	location *time.Location
}

// Key is the company and division as the rest of the program names it.
func (c Company) Key() trade.Company {
	return trade.Company{Cono: string(c.Cono), Divi: string(c.Divi)}
}

// Location is the company's time zone.
func (c Company) Location() *time.Location { return c.location }

// Sender is the company as the sender of an interchange.
func (c Company) Sender() mapping.Sender {
	return mapping.Sender{Company: c.Cono, Name: c.Name, Interchange: c.Interchange, Group: c.Group,
		Usage: string(c.Usage), Address: c.Address}
}

// Infor holds what differs between tenants of M3.
type Infor struct {
	Programs Programs `yaml:"programs"`
	// Reader is how changed orders are found: exportmi or search.
	Reader string `yaml:"reader"`
	// Approved decides which orders may be sent for the first time (CEL over order).
	Approved string `yaml:"approved"`
	// EDISupplier calls a supplier EDI although it has no profile (CEL over supplier).
	EDISupplier string `yaml:"ediSupplier"`
	// SearchQuery is what the search reader asks for.
	SearchQuery string `yaml:"searchQuery"`
	// BlockedSupplier says what happens to orders of a blocked supplier: park or send.
	BlockedSupplier string      `yaml:"blockedSupplier"`
	Limits          InforLimits `yaml:"limits"`
	Poll            Poll        `yaml:"poll"`
	Posting         Posting     `yaml:"posting"`
	// OutgoingInvoices says which invoices of accounts payable may leave M3.
	OutgoingInvoices OutgoingInvoices `yaml:"outgoingInvoices"`
	// Dimensions name the accounting objects of the tenant, 1 to 7.
	Dimensions map[string]int `yaml:"dimensions"`
}

// Programs names the MI programs of the tenant.
type Programs struct {
	Orders            string `yaml:"orders"`
	OrderStatus       string `yaml:"orderStatus"`
	OrderTransactions string `yaml:"orderTransactions"`
	Agreements        string `yaml:"agreements"`
	Invoices          string `yaml:"invoices"`
	InvoiceValidation string `yaml:"invoiceValidation"`
	InvoiceLedger     string `yaml:"invoiceLedger"`
	Vouchers          string `yaml:"vouchers"`
	Suppliers         string `yaml:"suppliers"`
	Customers         string `yaml:"customers"`
	Accounts          string `yaml:"accounts"`
}

// InforLimits bound what one call asks for.
type InforLimits struct {
	// ExportRows is the most rows one EXPORTMI part may return; exactly as many
	// means that the part was cut.
	ExportRows int `yaml:"exportRows"`
	// CallsPerSecond limits the task queue of all workers; 0 is no limit.
	CallsPerSecond float64 `yaml:"callsPerSecond"`
	// TokensPerDay is how many tokens a tenant may take on one UTC day.
	TokensPerDay int64 `yaml:"tokensPerDay"`
}

// Posting says how the tenant's M3 tells what became of an invoice batch.
type Posting struct {
	// Posted, WithErrors and MatchingFailed are statuses (SUPA) of a batch.
	Posted         string `yaml:"posted"`
	WithErrors     string `yaml:"withErrors"`
	MatchingFailed string `yaml:"matchingFailed"`
	// ValidationWait is how long a batch may stay as it is behind a lost ValidByBatchNo
	// before it is asked for again, and ValidationRepeats how often.
	ValidationWait    Duration `yaml:"validationWait"`
	ValidationRepeats int      `yaml:"validationRepeats"`
	// StuckAfter is how long the job of a validation may take before a person must look.
	StuckAfter Duration `yaml:"stuckAfter"`
}

// OutgoingInvoices says which invoices of accounts payable may go to the partners that opted in.
type OutgoingInvoices struct {
	// Table is the supplier ledger, and Prefix that of its columns.
	Table  string `yaml:"table"`
	Prefix string `yaml:"prefix"`
	// Transaction is TRCD of a supplier invoice.
	Transaction int `yaml:"transaction"`
	// Sign is how the ledger holds the amounts of an invoice: positive, or negative as what is owed.
	Sign string `yaml:"sign"`
	// Select decides by the status of an invoice (CEL over invoice).
	Select string `yaml:"select"`
	// Accounts say what the lines of a voucher are.
	Accounts mapping.VoucherAccounts `yaml:"accounts"`
}

// Refused says whether M3 refused a batch of this status.
func (p Posting) Refused(status string) bool {
	return status != "" && (status == p.WithErrors || status == p.MatchingFailed)
}

// Poll holds how far polls look back.
type Poll struct {
	InitialLookback  Duration `yaml:"initialLookback"`
	Overlap          Duration `yaml:"overlap"`
	BackfillLookback Duration `yaml:"backfillLookback"`
	// Alive is the highest lowest status (PUSL) of an order that a full read lists.
	Alive int `yaml:"alive"`
	// RefreshLookback is how old a record may be whose order a full read misses.
	RefreshLookback Duration `yaml:"refreshLookback"`
	// MostDeleted is how many orders one full read may find deleted; with more, it takes none of
	// them back.
	MostDeleted int `yaml:"mostDeleted"`
}

// Cleo holds where and how files are exchanged.
type Cleo struct {
	Adapter string      `yaml:"adapter"`
	Paths   CleoPaths   `yaml:"paths"`
	Folders CleoFolders `yaml:"folders"`
	// LookbackFiles bounds the look after an upload of unknown outcome.
	LookbackFiles int `yaml:"lookbackFiles"`
	// Lockout is how long logins rest after two refusals.
	Lockout  Duration `yaml:"lockout"`
	PageSize int      `yaml:"pageSize"`
	// Confirm says how an uncertain upload is looked up: folders, or none where
	// uploads are consumed at once and leave no trace.
	Confirm string `yaml:"confirm"`
	// Stable is how long a file's size must not change before it is read.
	Stable Duration `yaml:"stable"`
	// Pickup says what becomes of a file that was read: keep, or delete.
	Pickup string `yaml:"pickup"`
	// TokensPerDay is how many logins may be made on one UTC day.
	TokensPerDay   int64   `yaml:"tokensPerDay"`
	CallsPerSecond float64 `yaml:"callsPerSecond"`
}

// CleoPaths are the REST paths; {folder} stands for the escaped folder name.
type CleoPaths struct {
	Login string `yaml:"login"`
	Files string `yaml:"files"`
	// Partners is the list of trading partners.
	Partners string `yaml:"partners"`
}

// CleoFolders names the folders; Upload has no default, because a guess could
// put an order where nobody looks.
type CleoFolders struct {
	Upload string `yaml:"upload"`
	// Sent and Archive are looked through after an uncertain upload.
	Sent    string `yaml:"sent"`
	Archive string `yaml:"archive"`
	// Inbound is polled for what partners send; empty polls nothing.
	Inbound string `yaml:"inbound"`
}

// Schedule declares one Temporal Schedule.
type Schedule struct {
	Flow    trade.Flow   `yaml:"flow"`
	Company mapping.Code `yaml:"company"`
	// Full reads every order that is alive, and finds those that were deleted.
	Full bool `yaml:"full" json:",omitempty"`
	// System, infor or cleo, stands in place of the company for tokens, and Mailbox, which
	// is cleo, for the poll of a mailbox.
	System   string         `yaml:"system"`
	Mailbox  string         `yaml:"mailbox"`
	Every    Duration       `yaml:"every"`
	Offset   Duration       `yaml:"offset"`
	Cron     []string       `yaml:"cron"`
	Calendar []CalendarSpec `yaml:"calendar"`
	// Exclude lists days, CCYYMMDD, on which nothing runs.
	Exclude  []mapping.Code `yaml:"exclude"`
	TimeZone string         `yaml:"timeZone"`
	Jitter   Duration       `yaml:"jitter"`
	// Overlap is one of Skip, BufferOne, BufferAll, AllowAll.
	Overlap string   `yaml:"overlap"`
	CatchUp Duration `yaml:"catchUp"`
}

// ID is the schedule's id: "tradewind/<flow>/<company>", with "/full" behind it for a full read,
// "tradewind/tokens/<system>" or "tradewind/mailbox/<name>".
func (s Schedule) ID() string {
	switch s.Flow {
	case trade.Tokens:
		return "tradewind/" + string(s.Flow) + "/" + s.System
	case trade.Mailbox:
		return "tradewind/" + string(s.Flow) + "/" + s.Mailbox
	}
	if s.Full {
		return "tradewind/" + string(s.Flow) + "/" + string(s.Company) + "/full"
	}
	return "tradewind/" + string(s.Flow) + "/" + string(s.Company)
}

// CalendarSpec is a calendar as Temporal understands it: ranges such as "9-17",
// lists such as "1,15", steps such as "0-30/10".
type CalendarSpec struct {
	Hour       string `yaml:"hour"`
	Minute     string `yaml:"minute"`
	DayOfMonth string `yaml:"dayOfMonth"`
	Month      string `yaml:"month"`
	DayOfWeek  string `yaml:"dayOfWeek"`
}

// Company finds one of our companies.
func (c *Config) Company(key trade.Company) (Company, error) {
	for _, company := range c.Companies {
		if company.Key() == key {
			return company, nil
		}
	}
	return Company{}, fmt.Errorf("company %s is not in company.yaml", key)
}

// CompanyOf finds the company of a key, or where it names no division the first one with that number.
func (c *Config) CompanyOf(key trade.Company) (Company, error) {
	for _, company := range c.Companies {
		if company.Key() == key || key.Divi == "" && string(company.Cono) == key.Cono {
			return company, nil
		}
	}
	return Company{}, fmt.Errorf("company %s is not in company.yaml", key)
}

// Partner finds the profile of a supplier within a company.
func (c *Config) Partner(cono, supplier string) (mapping.Profile, bool) {
	i := sort.Search(len(c.Partners), func(i int) bool {
		p := c.Partners[i]
		return p.Company > mapping.Code(cono) || (p.Company == mapping.Code(cono) && p.Supplier >= mapping.Code(supplier))
	})
	if i == len(c.Partners) || string(c.Partners[i].Company) != cono || string(c.Partners[i].Supplier) != supplier {
		return mapping.Profile{}, false
	}
	return c.Partners[i], true
}

// Approved says whether an order may be sent for the first time.
func (c *Config) Approved(lowest, highest int) (bool, error) {
	return c.approved.Holds(map[string]any{"lowest": int64(lowest), "highest": int64(highest)})
}

// SelectsInvoice says whether an invoice of accounts payable may go out, by its status.
func (c *Config) SelectsInvoice(invoice map[string]any) (bool, error) {
	return c.selectsInvoice.Holds(invoice)
}

// EDISupplier says whether a supplier is called EDI although it has no profile.
func (c *Config) EDISupplier(supplier map[string]any) (bool, error) {
	return c.ediSupplier.Holds(supplier)
}
