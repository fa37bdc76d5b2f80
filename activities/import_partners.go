package activities

import (
	"context"
	"fmt"
	"strings"

	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// importStem begins the name of a file of trading partners.
const importStem = "partners"

// partnerImport is a file of trading partners that a person imports at Cleo: those suppliers whose lines are no longer
// what the last file said.
type partnerImport struct {
	*masters
	lines []masterdata.PartnerLine
	// said are the checksums to be remembered once the file is at Cleo, by memory.
	said map[string]string
	// refused are the suppliers that Cleo would not take, each with the reason.
	refused []string
}

// importPartners uploads the file of trading partners where masterdata.yaml names a folder for it and a line changed: by
// what both sides agreed on, or by the supplier's profile.
func (m *masters) importPartners(ctx context.Context) error {
	if m.settings.Folders.Import == "" {
		return nil
	}
	i := &partnerImport{masters: m, said: map[string]string{}}
	if err := i.collect(ctx); err != nil {
		return err
	}
	if len(i.refused) > 0 {
		i.warn("%d suppliers were left out of the import of trading partners, which one such line would abort: %s", len(i.refused),
			strings.Join(i.refused[:min(len(i.refused), mostNamed)], ", "))
	}
	return i.send(ctx)
}

// collect looks through all suppliers of the company.
func (i *partnerImport) collect(ctx context.Context) error {
	for after := ""; ; {
		page, err := i.Ledger.Masters(ctx, i.settings.Entity.Name, i.key.String(), after, masterPage)
		if err != nil {
			return err
		}
		before, err := i.Ledger.Remembered(ctx, keysOf(page, i.memory))
		if err != nil {
			return err
		}
		for _, has := range page {
			if err := i.add(has, before[i.memory(has)].Value); err != nil {
				return err
			}
		}
		if len(page) < masterPage {
			return nil
		}
		after = page[len(page)-1].Code
	}
}

// memory names what the last file said of a supplier.
func (i *partnerImport) memory(has ledger.Master) string {
	return "imported partner " + has.Company + "/" + has.Code
}

// add takes up a supplier whose lines are no longer those said before. One that has no lines any more is forgotten, so
// that it is said again once it is back: a person may have deleted it meanwhile.
func (i *partnerImport) add(has ledger.Master, before string) error {
	lines := i.linesOf(has)
	for _, line := range lines {
		if err := masterdata.CheckImport(line); err != nil {
			i.refused = append(i.refused, fmt.Sprintf("%s (%v)", has.Code, err))
			return nil
		}
	}
	now := ""
	if len(lines) > 0 {
		content, err := masterdata.PrintImport(lines)
		if err != nil {
			return err
		}
		now = trade.Checksum(content)
	}
	if now != before {
		i.lines, i.said[i.memory(has)] = append(i.lines, lines...), now
	}
	return nil
}

// linesOf are the lines of a supplier that both sides have and that is not blocked: an import makes and changes partners, and deletes none.
func (i *partnerImport) linesOf(has ledger.Master) []masterdata.PartnerLine {
	if has.Agreed == nil || has.Agreed[masterdata.StatusField] == masterdata.Inactive {
		return nil
	}
	partner := i.newPartner(has.Code, nil)
	ids := make([]masterdata.Identifier, len(partner.InterchangeIDs))
	for n, id := range partner.InterchangeIDs {
		ids[n] = masterdata.Identifier{ID: id.ID, Qualifier: id.Qualifier}
	}
	return masterdata.PartnerLines(partner.Alias, ids, has.Agreed)
}

// send uploads the file, and remembers in one step what it said and that the upload is over.
func (i *partnerImport) send(ctx context.Context) error {
	if len(i.lines) == 0 {
		return i.Ledger.Remember(ctx, i.said)
	}
	content, err := masterdata.PrintImport(i.lines)
	if err != nil {
		return err
	}
	files, err := i.filesAtCleo(ctx)
	if err != nil {
		return err
	}
	u := files.upload(i.settings.Folders.Import, importStem, content)
	u.work += " " + importStem
	if err := u.run(ctx); err != nil {
		return err
	}
	i.said[u.memory()] = ""
	return i.Ledger.Remember(ctx, i.said)
}
