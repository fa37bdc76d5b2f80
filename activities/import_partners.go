package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tradewind/cleo"
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
	// profiles counts the profiles, of whatever company, that have an identifier.
	profiles map[masterdata.Identifier]int
	lines    []masterdata.PartnerLine
	// said is what to remember once the file is at Cleo, by memory, and doubted what to remember where nobody knows whether it is.
	said, doubted map[string]string
	// refused are the suppliers that Cleo would not take, each with the reason.
	refused []string
	// replaced are the aliases that a supplier of the file had before, and shared the suppliers without their identifier.
	replaced, shared []string
}

// importPartners uploads the file of trading partners where masterdata.yaml names a folder for it and a line changed: by
// what both sides agreed on, or by the supplier's profile. What fails is told and stops no sync: the next one tries again.
func (m *masters) importPartners(ctx context.Context) error {
	if m.settings.Folders.Import == "" {
		return nil
	}
	i := &partnerImport{masters: m, profiles: map[masterdata.Identifier]int{}, said: map[string]string{}, doubted: map[string]string{}}
	for _, p := range m.config.Partners {
		i.profiles[masterdata.Identifier{ID: string(p.Interchange.ID), Qualifier: string(p.Interchange.Qualifier)}]++
	}
	err := i.collect(ctx)
	if err == nil {
		err = i.send(ctx)
	}
	if err == nil || ctx.Err() != nil || cleo.KindOf(err) == cleo.Unauthorized {
		return err
	}
	i.warn("the import of trading partners did not reach %s at Cleo, and the next sync tries again: %v", i.settings.Folders.Import, err)
	return nil
}

// collect looks through all suppliers of the company that are kept equal.
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
			if has.Left() {
				continue
			}
			if err := i.add(has, before[i.memory(has)].Value); err != nil {
				return err
			}
		}
		if len(page) < masterPage {
			break
		}
		after = page[len(page)-1].Code
	}
	if len(i.refused) > 0 {
		i.warn("%d suppliers were left out of the import of trading partners, which one such line would abort: %s", len(i.refused),
			listCodes(i.refused, mostNamedOnce))
	}
	return nil
}

// memory names what the last file said of a supplier: a checksum of its lines, and its alias.
func (i *partnerImport) memory(has ledger.Master) string {
	return "imported partner " + has.Company + "/" + has.Code
}

// inDoubt stands for the checksum of lines of which nobody knows whether Cleo has them.
const inDoubt = "?"

// add takes up a supplier whose lines are no longer those said before. One that has no lines any more is forgotten but for
// its alias, so that it is said again once it is back: a person may have deleted it meanwhile.
func (i *partnerImport) add(has ledger.Master, before string) error {
	partner := i.partnerOf(has)
	for _, line := range partner.lines {
		if err := masterdata.CheckImport(line); err != nil {
			i.refused = append(i.refused, fmt.Sprintf("%s (%v%s)", has.Code, err, partner.lacks()))
			return nil
		}
	}
	now := ""
	if len(partner.lines) > 0 {
		content, err := masterdata.PrintImport(partner.lines)
		if err != nil {
			return err
		}
		now = trade.Checksum(content)
	}
	said, alias, _ := strings.Cut(before, " ")
	if now == said {
		return nil
	}
	if now == "" {
		i.said[i.memory(has)] = " " + alias
		return nil
	}
	i.lines, i.said[i.memory(has)] = append(i.lines, partner.lines...), now+" "+partner.alias
	if said != inDoubt {
		i.doubted[i.memory(has)] = inDoubt + " " + alias
	}
	if alias != "" && alias != partner.alias {
		i.replaced = append(i.replaced, fmt.Sprintf("%s (now %s)", alias, partner.alias))
	}
	if partner.shared != "" {
		i.shared = append(i.shared, fmt.Sprintf("%s (%s)", partner.alias, partner.shared))
	}
	return nil
}

// importedPartner is what the import says of a supplier.
type importedPartner struct {
	alias string
	lines []masterdata.PartnerLine
	// shared is the identifier that is left out, because another profile has it too.
	shared string
}

// lacks adds to a reason that there could be an identifier.
func (p importedPartner) lacks() string {
	if p.shared == "" {
		return ""
	}
	return "; its identifier " + p.shared + " is left out, because another profile has it too"
}

// partnerOf has lines for a supplier that both sides have and that is not blocked: an import makes and changes partners, and
// deletes none. Cleo gives an identifier to the partner that is imported last, so one that two would have is given to neither.
func (i *partnerImport) partnerOf(has ledger.Master) (out importedPartner) {
	if has.Agreed == nil || has.Agreed[masterdata.StatusField] == masterdata.Inactive {
		return out
	}
	partner := i.newPartner(has.Code, nil)
	out.alias = partner.Alias
	var ids []masterdata.Identifier
	for _, has := range partner.InterchangeIDs {
		id := masterdata.Identifier{ID: has.ID, Qualifier: has.Qualifier}
		if i.profiles[id] > 1 {
			out.shared = id.Qualifier + ":" + id.ID
			continue
		}
		ids = append(ids, id)
	}
	out.lines = masterdata.PartnerLines(out.alias, ids, has.Agreed)
	return out
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
		return errors.Join(err, i.Ledger.Remember(ctx, i.doubted))
	}
	i.said[u.memory()] = ""
	if err := i.Ledger.Remember(ctx, i.said); err != nil {
		return err
	}
	i.tell()
	return nil
}

// tell says what a person has to do besides importing the file. It is said once, so all are named.
func (i *partnerImport) tell() {
	if len(i.replaced) > 0 {
		i.warn("%d suppliers have another alias in the import of trading partners, which makes a second partner of each; delete those with the old alias at Cleo by hand: %s",
			len(i.replaced), strings.Join(i.replaced, ", "))
	}
	if len(i.shared) > 0 {
		i.warn("%d suppliers are imported without their interchange identifier, because another profile has it too and the partner imported last would get it; "+
			"give it to one of them at Cleo by hand: %s", len(i.shared), strings.Join(i.shared, ", "))
	}
}
