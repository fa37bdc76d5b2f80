package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Files are the files of a configuration folder by slash-separated path.
type Files map[string][]byte

// ReadFolder reads the YAML and CSV files of a configuration folder. What has another ending, as proposals have, is no part of it.
func ReadFolder(folder string) (Files, error) {
	return readFiles(folder, func(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".csv" })
}

// readFiles reads the files of a folder, and of those below it, whose slash-separated path is wanted.
func readFiles(folder string, wanted func(string) bool) (Files, error) {
	files := Files{}
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(folder, name)
		if err != nil || !wanted(filepath.ToSlash(relative)) {
			return err
		}
		files[filepath.ToSlash(relative)], err = os.ReadFile(name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("configuration: cannot read the folder; check TRADEWIND_CONFIG: %w", err)
	}
	return files, nil
}

// Bundle is the archived form of a configuration: the same files always give the
// same bytes.
func (f Files) Bundle() ([]byte, error) {
	text := make(map[string]string, len(f))
	for name, content := range f {
		text[name] = string(content)
	}
	return json.Marshal(text)
}

// OpenBundle reads what Bundle wrote.
func OpenBundle(content []byte) (Files, error) {
	var text map[string]string
	if err := json.Unmarshal(content, &text); err != nil {
		return nil, fmt.Errorf("configuration: the archived version is damaged: %w", err)
	}
	files := make(Files, len(text))
	for name, content := range text {
		files[name] = []byte(content)
	}
	return files, nil
}

// shapes says whether a file has a say in what a document looks like; when polls
// run, where files lie, who works when, and whose master data stands, has none.
func shapes(name string) bool {
	return name != "schedules.yaml" && name != "cleo.yaml" && name != calendarsFile && name != mastersFile
}

// Version is the SHA-256 over the names and contents of the files that shape a
// document, in hex.
func (f Files) Version() string {
	names := make([]string, 0, len(f))
	for name := range f {
		if shapes(name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	hash := sha256.New()
	for _, name := range names {
		sum := sha256.Sum256(f[name])
		fmt.Fprintf(hash, "%s %x\n", name, sum)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// Load validates a configuration as a whole and gives every fault it finds.
func Load(files Files) (*Config, error) {
	c := &Config{Version: files.Version(), Infor: defaultInfor(), Cleo: defaultCleo()}
	var faults []error
	for _, load := range []func(Files) error{
		c.loadCompanies, c.loadInfor, c.loadCleo, c.loadCrosswalks, c.loadAllocation, c.loadCalendars, c.loadPartners, c.loadMasters, c.loadSchedules,
	} {
		faults = append(faults, load(files))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return c, nil
}

// required gives a file that every configuration must have.
func (f Files) required(name string) ([]byte, error) {
	content, ok := f[name]
	if !ok {
		return nil, fmt.Errorf("%s: the file is missing from the configuration folder", name)
	}
	return content, nil
}

func defaultInfor() Infor {
	return Infor{
		Programs: Programs{Orders: "PPS200MI", OrderStatus: "PPS001MI", OrderTransactions: "PPS330MI", Agreements: "PPS100MI", Invoices: "APS450MI",
			InvoiceValidation: "APS455MI", InvoiceLedger: "APS200MI", Vouchers: "GLS200MI", Suppliers: "CRS620MI", Customers: "CRS610MI", Accounts: "CRS630MI"},
		Reader: "exportmi", Approved: "order.lowest >= 15 && order.lowest <= 35", EDISupplier: "false",
		SearchQuery: "PUSL:[15 TO 35]", BlockedSupplier: "park", Limits: InforLimits{ExportRows: 1000, TokensPerDay: 100},
		Posting: Posting{Posted: "90", WithErrors: "15", MatchingFailed: "78", ValidationWait: Duration(20 * time.Second), ValidationRepeats: 3, StuckAfter: Duration(24 * time.Hour)},
		Poll: Poll{InitialLookback: Duration(30 * 24 * time.Hour), Overlap: Duration(time.Hour), BackfillLookback: Duration(24 * time.Hour),
			Alive: 84, RefreshLookback: Duration(180 * 24 * time.Hour), MostDeleted: 10},
		OutgoingInvoices: OutgoingInvoices{Table: "FPLEDG", Prefix: "EP", Transaction: 40, Sign: "positive", Select: `invoice.approved == "1" && invoice.stop == ""`},
		Dimensions:       map[string]int{"account": 1, "costCentre": 2, "facility": 3, "product": 4, "costElement": 5},
	}
}

func defaultCleo() Cleo {
	return Cleo{
		Adapter: "rest", Paths: CleoPaths{Login: "/api/authentication", Files: "/api/folders/{folder}/files", Partners: "/api/partners"},
		LookbackFiles: 5000, Lockout: Duration(15 * time.Minute), PageSize: 100, Confirm: "folders", TokensPerDay: 100,
	}
}

func (c *Config) loadCompanies(files Files) error {
	content, err := files.required("company.yaml")
	if err != nil {
		return err
	}
	var in struct {
		Armed     bool      `yaml:"armed"`
		Companies []Company `yaml:"companies"`
	}
	if err := decode("company.yaml", content, &in); err != nil {
		return err
	}
	if len(in.Companies) == 0 {
		return at("company.yaml", content, "companies", "at least one company is needed")
	}
	seen := map[string]string{}
	var faults []error
	for i := range in.Companies {
		company := &in.Companies[i]
		where := fmt.Sprintf("companies[%d]", i)
		if fault := company.check(seen); fault != "" {
			faults = append(faults, at("company.yaml", content, where, "company %s: %s", company.Key(), fault))
		}
	}
	c.Armed, c.Companies = in.Armed, in.Companies
	return errors.Join(faults...)
}

func booksFault(b mapping.Books) string {
	for _, day := range []trade.Date{b.From, b.Until} {
		if _, err := trade.ParseDate(string(day)); err != nil {
			return "books: " + err.Error()
		}
	}
	switch {
	case b.Until != "" && b.Until < b.From:
		return fmt.Sprintf("books: they are open until %s, before %s", b.Until, b.From)
	case b.Late != "" && b.Late != mapping.LateParks && b.Late != mapping.LateFirstOpenDay:
		return fmt.Sprintf("books.late is %q; it must be %s or %s", b.Late, mapping.LateParks, mapping.LateFirstOpenDay)
	}
	return ""
}

// check completes a company and says what is wrong with it.
func (c *Company) check(seen map[string]string) string {
	var err error
	if c.location, err = time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" {
		return fmt.Sprintf("timeZone %q is not a zone such as America/Chicago", c.TimeZone)
	}
	switch {
	case c.Cono == "" || c.Divi == "":
		return "cono and divi are needed"
	case c.Usage != "P" && c.Usage != "T":
		return fmt.Sprintf("usage is %q; it must be P (production) or T (test)", c.Usage)
	case c.Interchange.ID == "" || len(c.Interchange.ID) > 15 || len(c.Interchange.Qualifier) != 2:
		return "interchange needs a qualifier of 2 and an id of 1 to 15 characters"
	case c.Group == "" || len(c.Group) > 15:
		return "group needs 2 to 15 characters"
	}
	if fault := booksFault(c.Books); fault != "" {
		return fault
	}
	for _, key := range []string{"company " + c.Key().String(), "interchange id " + c.Interchange.String() + "/" + string(c.Group)} {
		if other, taken := seen[key]; taken {
			return key + " is taken by company " + other
		}
		seen[key] = c.Key().String()
	}
	return ""
}

func (c *Config) loadInfor(files Files) error {
	content, err := files.required("infor.yaml")
	if err != nil {
		return err
	}
	if err := decode("infor.yaml", content, &c.Infor); err != nil {
		return err
	}
	var faults []error
	if c.approved, err = compile("order", c.Infor.Approved); err != nil {
		faults = append(faults, at("infor.yaml", content, "approved", "%v", err))
	}
	if c.ediSupplier, err = compile("supplier", c.Infor.EDISupplier); err != nil {
		faults = append(faults, at("infor.yaml", content, "ediSupplier", "%v", err))
	}
	faults = append(faults, c.loadOutgoingInvoices(content))
	if r := c.Infor.Reader; r != "exportmi" && r != "search" {
		faults = append(faults, at("infor.yaml", content, "reader", "reader is %q; it must be exportmi or search", r))
	}
	if b := c.Infor.BlockedSupplier; b != "park" && b != "send" {
		faults = append(faults, at("infor.yaml", content, "blockedSupplier", "blockedSupplier is %q; it must be park or send", b))
	}
	if message := dimensionFault(c.Infor.Dimensions); message != "" {
		faults = append(faults, at("infor.yaml", content, "dimensions", "%s", message))
	}
	if f := refreshFault(c.Infor.Poll); f.message != "" {
		faults = append(faults, at("infor.yaml", content, f.path, "%s", f.message))
	}
	if c.Infor.Limits.ExportRows < 2 {
		faults = append(faults, at("infor.yaml", content, "limits.exportRows", "exportRows must be at least 2"))
	}
	return errors.Join(faults...)
}

// refreshFault finds what keeps a full read from working.
func refreshFault(p Poll) fault {
	switch {
	case p.Alive < 1 || p.Alive > 98:
		return fault{"poll.alive", fmt.Sprintf("poll.alive is %d; it must be a status from 1 to 98, the highest of an order that is alive", p.Alive)}
	case p.RefreshLookback <= 0:
		return fault{"poll.refreshLookback", "poll.refreshLookback must be longer than nothing"}
	case p.MostDeleted < 0:
		return fault{"poll.mostDeleted", fmt.Sprintf("poll.mostDeleted is %d; it must be 0 or more", p.MostDeleted)}
	}
	return fault{}
}

func (c *Config) loadCleo(files Files) error {
	content, err := files.required("cleo.yaml")
	if err != nil {
		return err
	}
	if err := decode("cleo.yaml", content, &c.Cleo); err != nil {
		return err
	}
	switch {
	case c.Cleo.Adapter != "rest":
		return at("cleo.yaml", content, "adapter", "adapter is %q; it must be rest", c.Cleo.Adapter)
	case c.Cleo.Folders.Upload == "":
		return at("cleo.yaml", content, "folders", "folders.upload must name the folder that orders go to")
	case !strings.Contains(c.Cleo.Paths.Files, "{folder}"):
		return at("cleo.yaml", content, "paths.files", "paths.files must contain {folder}")
	case c.Cleo.LookbackFiles < 1:
		return at("cleo.yaml", content, "lookbackFiles", "lookbackFiles must be at least 1")
	case c.Cleo.Folders.Inbound != "" && c.Cleo.Pickup != "keep" && c.Cleo.Pickup != "delete":
		return at("cleo.yaml", content, "pickup", "pickup is %q; it must be keep or delete", c.Cleo.Pickup)
	case c.Cleo.Confirm != "folders" && c.Cleo.Confirm != "none":
		return at("cleo.yaml", content, "confirm", "confirm is %q; it must be folders or none", c.Cleo.Confirm)
	}
	return nil
}

// loadCrosswalks reads the crosswalks. Those that only invoices need came later: a version
// without them is one in which no charge and no tax has a code, and no unit a factor.
func (c *Config) loadCrosswalks(files Files) error {
	crosswalk := func(into **mapping.Crosswalk, read func(string, io.Reader) (*mapping.Crosswalk, error)) func(string, io.Reader) error {
		return func(name string, r io.Reader) (err error) { *into, err = read(name, r); return err }
	}
	var faults []error
	for _, each := range []struct {
		name string
		read func(string, io.Reader) error
		// empty is what a version without the file has.
		empty string
	}{
		{"crosswalks/units.csv", crosswalk(&c.Units, mapping.ReadCrosswalk), ""},
		{"crosswalks/terms.csv", crosswalk(&c.Terms, mapping.ReadCrosswalk), ""},
		{"crosswalks/charges.csv", crosswalk(&c.Charges, mapping.ReadInwardCrosswalk), mapping.CrosswalkHeader},
		{"crosswalks/taxes.csv", crosswalk(&c.Taxes, mapping.ReadInwardCrosswalk), mapping.CrosswalkHeader},
		{"crosswalks/conversions.csv", func(name string, r io.Reader) (err error) {
			c.Conversions, err = mapping.ReadConversions(name, r)
			return err
		}, mapping.ConversionsHeader},
	} {
		content, err := files.required(each.name)
		if err != nil && each.empty != "" {
			content, err = []byte(each.empty), nil
		}
		if err == nil {
			err = each.read(each.name, bytes.NewReader(content))
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

const basePartner = "partners/base.yaml"

// loadPartners lays each partner's file over the base profile.
func (c *Config) loadPartners(files Files) error {
	base, err := files.required(basePartner)
	if err != nil {
		return err
	}
	seen := map[string]string{}
	var faults []error
	for _, name := range files.partnerFiles() {
		p, err := overBase(name, files[name], base)
		if err == nil {
			err = c.checkPartner(name, files[name], base, p, seen)
		}
		faults = append(faults, err)
		c.Partners = append(c.Partners, p)
	}
	sort.Slice(c.Partners, func(i, j int) bool {
		a, b := c.Partners[i], c.Partners[j]
		return a.Company < b.Company || (a.Company == b.Company && a.Supplier < b.Supplier)
	})
	return errors.Join(faults...)
}

// partnerFiles are the names of the partners' own files, in order.
func (f Files) partnerFiles() (names []string) {
	for name := range f {
		if path.Dir(name) == "partners" && path.Ext(name) == ".yaml" && name != basePartner {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// overBase lays a partner's file over the base profile.
func overBase(name string, content, base []byte) (mapping.Profile, error) {
	p := mapping.Profile{Invoice: mapping.DefaultInvoiceSet(), OutgoingInvoice: mapping.DefaultOutgoingInvoiceSet(), Profile838: mapping.DefaultProfileSet()}
	if err := decode(basePartner, base, &p); err != nil {
		return p, err
	}
	if p.OutgoingInvoice.Send {
		return p, at(basePartner, base, "outgoingInvoice.send", "outgoingInvoice.send stands in a partner's own file, never in the base profile: it would send invoices to every supplier")
	}
	return p, decode(name, content, &p)
}
