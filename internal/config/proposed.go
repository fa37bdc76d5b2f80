package config

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"tradewind/internal/mapping"
)

// proposedEnding stands behind the name of a profile in which something is missing: no version of the configuration has such a file.
const proposedEnding = ".proposed"

// isProposal says whether a file of the folder is a partner's profile that waits to be completed.
func isProposal(name string) bool {
	return path.Dir(name) == "partners" && strings.HasSuffix(name, ".yaml"+proposedEnding)
}

// ReadProposals reads the partners' profiles of a configuration folder that wait to be completed, such as
// partners/100-0010045.yaml.proposed. ReadFolder leaves them out.
func ReadProposals(folder string) (Files, error) { return readFiles(folder, isProposal) }

// proposalFiles are the names of the proposals, in order.
func (f Files) proposalFiles() (names []string) {
	for name := range f {
		if isProposal(name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// ProposalNotes say of each proposal what keeps it from becoming a part of the valid configuration c, which was loaded from files;
// of one that is complete, how it becomes one. Each note is a line that names the file.
func (c *Config) ProposalNotes(files, proposals Files) (notes []string) {
	base, claimed := files[basePartner], map[string]string{}
	for _, name := range files.partnerFiles() {
		if p, err := overBase(name, files[name], base); err == nil {
			_ = c.checkPartner(name, files[name], base, p, claimed) // for its claims; c is valid
		}
	}
	for _, name := range proposals.proposalFiles() {
		complete := strings.TrimSuffix(name, proposedEnding)
		faults := c.proposalFaults(name, proposals[name], base, claimed)
		if _, taken := files[complete]; taken {
			faults = []error{fmt.Errorf("%s: %s is there too; remove one of them", name, complete)}
		}
		for _, fault := range faults {
			notes = append(notes, fault.Error())
		}
		if len(faults) == 0 {
			notes = append(notes, fmt.Sprintf("%s: it is complete; rename it to %s", name, complete))
		}
	}
	return notes
}

// proposalFaults are the settings of a proposal that are empty; where none is, they are its first fault.
func (c *Config) proposalFaults(name string, content, base []byte, claimed map[string]string) (faults []error) {
	p, err := overBase(name, content, base)
	if err != nil {
		return []error{err}
	}
	for _, setting := range openSettings(p) {
		faults = append(faults, at(name, content, setting, "%s is empty; ask for %s", setting, asks[setting]))
	}
	if len(faults) > 0 {
		return faults
	}
	if err := c.checkPartner(name, content, base, p, claimed); err != nil {
		return []error{err}
	}
	return nil
}

// openSettings are the settings, of those that are asked for, that have no value.
func openSettings(p mapping.Profile) (open []string) {
	for _, each := range []struct{ setting, value string }{
		{"name", p.Name}, {"interchange.qualifier", string(p.Interchange.Qualifier)}, {"interchange.id", string(p.Interchange.ID)}, {"group", string(p.Group)},
	} {
		if each.value == "" {
			open = append(open, each.setting)
		}
	}
	return open
}
