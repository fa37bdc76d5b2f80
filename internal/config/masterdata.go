package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// mastersFile holds how master data is kept equal; a configuration may be without it.
const mastersFile = "masterdata.yaml"

// MasterTarget is how Cleo keeps one kind of master data.
type MasterTarget string

// The targets: attributes of trading partners, or CSV files in folders.
const (
	TargetPartners MasterTarget = "partners"
	TargetFiles    MasterTarget = "files"
)

// MasterFolders are the folders at Cleo for files of master data: In is read, and Out is written.
type MasterFolders struct {
	In  string `yaml:"in"`
	Out string `yaml:"out"`
	// Import is where a person takes the files of trading partners from that Cleo imports; empty where nobody does.
	Import string `yaml:"import"`
}

// MasterSettings say how one kind of master data is kept equal between M3 and Cleo.
type MasterSettings struct {
	// Entity has the fields that are compared, in the order in which people read them.
	Entity masterdata.Entity
	Target MasterTarget
	// Folders are empty where the target is not files, or where masterdata.yaml is silent about the flow.
	Folders MasterFolders
	// Template is laid under what is made in M3, by MI fields; see TemplateOf.
	Template map[string]string
	// Dimensions are those (AITP) whose accounts are compared; other flows have none.
	Dimensions []string
	// Choice says where the address and the e-mail of a supplier are; its Day is the caller's.
	Choice masterdata.AddressChoice
	// MaxAge is how long what was read last stands for M3's answer in other flows; 0 asks M3 always.
	MaxAge time.Duration

	templates map[string]map[string]string
	only      Predicate
}

// TemplateOf is the template of a company: the common one with the company's own over it.
func (s MasterSettings) TemplateOf(cono string) map[string]string {
	out := maps.Clone(s.Template)
	maps.Copy(out, s.templates[cono])
	return out
}

// Selects says whether a record is kept equal, by its code and its values; profile says that a partner's profile stands for it.
func (s MasterSettings) Selects(code string, values masterdata.Values, profile bool) (bool, error) {
	return s.only.Holds(s.subject(code, values, profile))
}

// Only is the expression that selects.
func (s MasterSettings) Only() string { return s.only.text }

// subject is what the expression only sees: every field, empty where it has no value, the code and the profile.
func (s MasterSettings) subject(code string, values masterdata.Values, profile bool) map[string]any {
	out := map[string]any{"code": code, "profile": profile}
	for _, a := range masterdata.Attributes(s.Entity.Name) {
		out[a.Name] = values[a.Name]
	}
	return out
}

// Masters gives the settings of a flow, and whether it is one of master data. Where masterdata.yaml says nothing of the
// flow, Infor owns every field and nothing is created on either side.
func (c *Config) Masters(flow trade.Flow) (MasterSettings, bool) {
	settings, known := c.masters[flow]
	return settings, known
}

// masterFile is masterdata.yaml; a section that is missing or empty says nothing.
type masterFile struct {
	Suppliers *masterSection `yaml:"suppliers"`
	Customers *masterSection `yaml:"customers"`
	Accounts  *masterSection `yaml:"accounts"`
	Snapshot  masterSnapshot `yaml:"snapshot"`
}

// masterSnapshot is what the file says of reading the records in other flows.
type masterSnapshot struct {
	MaxAge Duration `yaml:"maxAge"`
}

// masterSection is what the file says of one flow.
type masterSection struct {
	Target      MasterTarget            `yaml:"target"`
	Folders     MasterFolders           `yaml:"folders"`
	CreateCleo  masterdata.Creation     `yaml:"createCleo"`
	CreateInfor masterdata.Creation     `yaml:"createInfor"`
	Template    map[string]mapping.Code `yaml:"template"`
	// Templates are laid over Template, by company.
	Templates  map[string]map[string]mapping.Code `yaml:"templates"`
	Owner      masterdata.Owner                   `yaml:"owner"`
	Owners     map[string]masterdata.Owner        `yaml:"owners"`
	Same       map[string]masterdata.Same         `yaml:"same"`
	Guarded    []string                           `yaml:"guarded"`
	Dimensions []mapping.Code                     `yaml:"dimensions"`
	Address    struct {
		Type mapping.Code `yaml:"type"`
	} `yaml:"address"`
	Reference struct {
		Type mapping.Code `yaml:"type"`
		ID   mapping.Code `yaml:"id"`
	} `yaml:"reference"`
	Only string `yaml:"only"`
}

// The words of the settings, as errors list them.
var (
	masterOwners   = words(masterdata.OwnerInfor, masterdata.OwnerCleo, masterdata.OwnerNewest, masterdata.OwnerManual)
	masterForms    = words(masterdata.SameExact, masterdata.SameTrimmed, masterdata.SameCaseless, masterdata.SameDigits)
	cleoCreations  = words(masterdata.CreateAlways, masterdata.CreatePark, masterdata.CreateNever)
	inforCreations = words(masterdata.CreateFromTemplate, masterdata.CreatePark, masterdata.CreateNever)
)

func words[T ~string](all ...T) (out []string) {
	for _, one := range all {
		out = append(out, string(one))
	}
	return out
}

// silentSection is what holds where the file says nothing.
func silentSection(flow trade.Flow) *masterSection {
	s := masterSection{Target: TargetFiles, Owner: masterdata.OwnerInfor, CreateCleo: masterdata.CreateNever, CreateInfor: masterdata.CreateNever, Only: "true"}
	switch flow {
	case trade.Suppliers:
		s.Target = TargetPartners
	case trade.Accounts:
		s.Dimensions = []mapping.Code{"1"}
	}
	return &s
}

func (c *Config) loadMasters(files Files) error {
	content := files[mastersFile]
	in := masterFile{Suppliers: silentSection(trade.Suppliers), Customers: silentSection(trade.Customers), Accounts: silentSection(trade.Accounts)}
	if err := decode(mastersFile, content, &in); err != nil {
		return err
	}
	if !has(content, "snapshot.maxAge") {
		in.Snapshot.MaxAge = Duration(24 * time.Hour)
	}
	c.masters = map[trade.Flow]MasterSettings{}
	var faults []error
	for _, each := range []struct {
		flow    trade.Flow
		section *masterSection
	}{{trade.Suppliers, in.Suppliers}, {trade.Customers, in.Customers}, {trade.Accounts, in.Accounts}} {
		flow, section := each.flow, each.section
		said := section != nil && has(content, string(flow))
		if !said {
			section = silentSection(flow)
		}
		settings, f := section.settings(trade.MasterEntity(flow), c.conos())
		if f.message == "" && said {
			f = section.folderFault(trade.MasterEntity(flow))
		}
		if f.message != "" {
			faults = append(faults, at(mastersFile, content, string(flow)+"."+f.path, "%s: %s", flow, f.message))
		}
		settings.MaxAge = in.Snapshot.MaxAge.Std()
		c.masters[flow] = settings
	}
	return errors.Join(faults...)
}

// settings completes a section, and finds the first setting in it that cannot be followed.
func (s masterSection) settings(entity string, conos []string) (MasterSettings, fault) {
	out := MasterSettings{Target: s.Target, Folders: s.Folders, Template: texts(s.Template), templates: map[string]map[string]string{}, Dimensions: words(s.Dimensions...),
		Choice: masterdata.AddressChoice{Type: string(s.Address.Type), Reference: string(s.Reference.Type), ReferenceID: string(s.Reference.ID)},
		Entity: masterdata.Entity{Name: entity, Fields: s.fields(entity), CreateCleo: s.CreateCleo, CreateInfor: s.CreateInfor,
			StatusField: masterdata.StatusField, Inactive: masterdata.Inactive}}
	for cono, template := range s.Templates {
		out.templates[cono] = texts(template)
	}
	for _, f := range []fault{
		oneOf("target", string(s.Target), string(TargetPartners), string(TargetFiles)), oneOf("owner", string(s.Owner), masterOwners...),
		oneOf("createCleo", string(s.CreateCleo), cleoCreations...), oneOf("createInfor", string(s.CreateInfor), inforCreations...),
		s.partFault(entity), s.dimensionFault(entity), s.fieldFault(entity), s.templateFault(entity, out, conos),
	} {
		if f.message != "" {
			return out, f
		}
	}
	if err := out.Entity.Check(); err != nil {
		return out, fault{"guarded", err.Error()} // the rest of it is checked above, where its place is known
	}
	var err error
	if out.only, err = compile(entity, s.Only); err == nil {
		_, err = out.Selects("", nil, false)
	}
	if err != nil {
		return out, fault{"only", err.Error()}
	}
	return out, fault{}
}

// fields are those that are compared: where no type of address or reference is chosen, its fields are left alone. What M3
// takes no change of is Infor's, whoever owns the rest.
func (s masterSection) fields(entity string) []masterdata.Field {
	var fields []masterdata.Field
	for _, a := range masterdata.Attributes(entity) {
		if s.missing(a.Part) != "" {
			continue
		}
		f := masterdata.Field{Name: a.Name, Owner: s.Owner, Same: masterdata.SameTrimmed, Guarded: a.Guarded || slices.Contains(s.Guarded, a.Name)}
		if a.Taken != masterdata.TakenAlways {
			f.Owner = masterdata.OwnerInfor
		}
		if owner, given := s.Owners[a.Name]; given {
			f.Owner = owner
		}
		if same, given := s.Same[a.Name]; given {
			f.Same = same
		}
		fields = append(fields, f)
	}
	return fields
}

// missing is the setting without which a part is left alone, empty where it is set.
func (s masterSection) missing(part masterdata.Part) string {
	if part == masterdata.InAddress && s.Address.Type == "" || part == masterdata.InReference && s.Reference.Type == "" {
		return part.Setting()
	}
	return ""
}

// fieldFault finds the first setting of a field that cannot be followed.
func (s masterSection) fieldFault(entity string) fault {
	for _, field := range slices.Sorted(maps.Keys(s.Owners)) {
		path, owner := "owners."+field, s.Owners[field]
		if f := s.named(entity, path, field); f.message != "" {
			return f
		}
		if f := oneOf(path, string(owner), masterOwners...); f.message != "" {
			return f
		}
		if owner != masterdata.OwnerInfor && !changeable(entity, field) {
			return fault{path, fmt.Sprintf("%s is %s, but M3 takes no change of it; it must be %s", path, owner, masterdata.OwnerInfor)}
		}
	}
	for _, field := range slices.Sorted(maps.Keys(s.Same)) {
		path := "same." + field
		if f := s.named(entity, path, field); f.message != "" {
			return f
		}
		if f := oneOf(path, string(s.Same[field]), masterForms...); f.message != "" {
			return f
		}
	}
	for i, field := range s.Guarded {
		if f := s.named(entity, fmt.Sprintf("guarded[%d]", i), field); f.message != "" {
			return f
		}
	}
	return fault{}
}

// named wants the name of a field that the entity has and that is compared.
func (s masterSection) named(entity, path, field string) fault {
	var names []string
	for _, a := range masterdata.Attributes(entity) {
		if setting := s.missing(a.Part); a.Name == field && setting != "" {
			return fault{path, fmt.Sprintf("field %q is compared only where %s is set", field, setting)}
		}
		names = append(names, a.Name)
	}
	if !slices.Contains(names, field) {
		return fault{path, fmt.Sprintf("field %q is none of %s", field, strings.Join(names, ", "))}
	}
	return fault{}
}

// changeable says whether M3 takes a change of a field.
func changeable(entity, field string) bool {
	return slices.ContainsFunc(masterdata.Attributes(entity), func(a masterdata.Attribute) bool { return a.Name == field && a.Taken == masterdata.TakenAlways })
}

// partFault wants addresses and references of suppliers only, in the form of M3.
func (s masterSection) partFault(entity string) fault {
	address, reference := string(s.Address.Type), string(s.Reference.Type)
	switch {
	case entity != trade.EntitySupplier && address != "":
		return fault{"address", "address is for suppliers only; the others have one address each"}
	case entity != trade.EntitySupplier && reference+string(s.Reference.ID) != "":
		return fault{"reference", "reference is for suppliers only; the others have their e-mail in their basic data"}
	case address != "" && (len(address) > 2 || strings.Trim(address, "0123456789") != "" || address[0] == '0'):
		return fault{"address.type", fmt.Sprintf("address.type is %q; it must be a type of address (ADTE), from 1 to 99", address)}
	case len(reference) > 2:
		return fault{"reference.type", fmt.Sprintf("reference.type is %q; it must be a type of reference (RFTY), of 1 or 2 characters", reference)}
	case reference != "" && (s.Reference.ID == "" || len(s.Reference.ID) > 10):
		return fault{"reference", fmt.Sprintf("reference.id is %q; it must be the id (RFID), of 1 to 10 characters, with which a reference is made where a supplier has none",
			s.Reference.ID)}
	}
	return fault{}
}

// dimensionFault wants the dimensions of accounts, each once.
func (s masterSection) dimensionFault(entity string) fault {
	if entity != trade.EntityAccount {
		if len(s.Dimensions) > 0 {
			return fault{"dimensions", "dimensions are for accounts only"}
		}
		return fault{}
	}
	for i, dimension := range s.Dimensions {
		if len(dimension) != 1 || dimension < "1" || dimension > "7" || slices.Contains(s.Dimensions[:i], dimension) {
			return fault{fmt.Sprintf("dimensions[%d]", i), fmt.Sprintf("dimension %q is not one from 1 to 7, or stands twice", dimension)}
		}
	}
	if len(s.Dimensions) == 0 {
		return fault{"dimensions", "dimensions name those whose accounts are compared, such as [\"1\", \"2\"]"}
	}
	return fault{}
}

// templateFault wants templates that M3 takes, and whole ones where records are made from them unasked.
func (s masterSection) templateFault(entity string, settings MasterSettings, conos []string) fault {
	taken := func(path string, template map[string]mapping.Code) fault {
		for _, field := range slices.Sorted(maps.Keys(template)) {
			if !masterdata.TemplateTakes(entity, field) {
				return fault{path + "." + field, fmt.Sprintf("%s is no field that the template of a new %s may have", field, entity)}
			}
		}
		return fault{}
	}
	if f := taken("template", s.Template); f.message != "" {
		return f
	}
	for _, cono := range slices.Sorted(maps.Keys(s.Templates)) {
		path := fmt.Sprintf("templates.'%s'", cono)
		if !slices.Contains(conos, cono) {
			return fault{path, fmt.Sprintf("company %q is not in company.yaml", cono)}
		}
		if f := taken(path, s.Templates[cono]); f.message != "" {
			return f
		}
	}
	for _, cono := range conos {
		if lacking := masterdata.TemplateLacks(entity, settings.TemplateOf(cono)); s.CreateInfor == masterdata.CreateFromTemplate && len(lacking) > 0 {
			return fault{"template", fmt.Sprintf("M3 makes no %s of company %s without %s; add them to template, or to templates of the company",
				entity, cono, strings.Join(lacking, ", "))}
		}
	}
	return fault{}
}

// folderFault wants the folders of a target of files: a guess could put them where nobody looks.
func (s masterSection) folderFault(entity string) fault {
	files, imports := s.Target == TargetFiles, s.Folders.Import
	switch {
	case files && (s.Folders.In == "" || s.Folders.Out == "" || s.Folders.In == s.Folders.Out):
		return fault{"folders", "folders.in and folders.out must name the two folders at Cleo that files are read from and written to"}
	case imports != "" && entity != trade.EntitySupplier:
		return fault{"folders.import", "folders.import is for suppliers only: trading partners are made of nothing else; take it out"}
	case imports != "" && !files:
		return fault{"folders.import", "folders.import needs target: files; take it out, or set that target with folders.in and folders.out"}
	case imports != "" && (imports == s.Folders.In || imports == s.Folders.Out):
		return fault{"folders.import", "folders.import must be another folder than folders.in and folders.out, because a person imports what is in it"}
	}
	return fault{}
}

// conos are our companies, each once.
func (c *Config) conos() []string {
	var out []string
	for _, company := range c.Companies {
		if cono := string(company.Cono); !slices.Contains(out, cono) {
			out = append(out, cono)
		}
	}
	return out
}
