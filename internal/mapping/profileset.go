package mapping

// ProfileSet says how an 838 of this partner is read. The codes are those of X12; which of them partners use, and for what,
// differs.
type ProfileSet struct {
	// Suppliers are the codes (N101) of a party that is a supplier, RemitTo those of one that is paid.
	Suppliers []Code `yaml:"suppliers"`
	RemitTo   []Code `yaml:"remitTo"`
	// Numbers are the qualifiers (N103) of a number that is ours.
	Numbers []Code `yaml:"numbers"`
	// Contacts and References give the field of a supplier for a number by its qualifier, in PER03 to PER08 and in N901.
	Contacts   map[string]string `yaml:"contacts"`
	References map[string]string `yaml:"references"`
	// TaxNumber is the field for TAX01; empty leaves it out.
	TaxNumber string `yaml:"taxNumber"`
	// BankAccounts are the qualifiers (N901) that say where money goes.
	BankAccounts []Code `yaml:"bankAccounts"`
	// Deletions are the actions (PLA01) by which a place is taken back.
	Deletions []Code `yaml:"deletions"`
}

// DefaultProfileSet is what holds where neither the base profile nor the partner's own says anything.
func DefaultProfileSet() ProfileSet {
	return ProfileSet{
		Suppliers: []Code{"SU", "VN", "SE"}, RemitTo: []Code{"RI", "RE", "PE"}, Numbers: []Code{assignedByBuyer},
		Contacts:   map[string]string{"TE": "phone", "FX": "fax", "EM": "email"},
		References: map[string]string{"TJ": "taxId", "EI": "taxId", "VX": "vatNumber", "GT": "vatNumber"}, TaxNumber: "taxId",
		BankAccounts: []Code{"11", "12", "ABA", "ABN"}, Deletions: []Code{"3"},
	}
}
