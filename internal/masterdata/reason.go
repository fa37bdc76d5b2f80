package masterdata

import (
	"fmt"
	"strings"

	"tradewind/internal/trade"
)

// choosing is how a person chooses the value of a field.
const choosing = "--set FIELD=infor, FIELD=cleo or FIELD==VALUE"

// Reason says why the record waits for a person, with the three values of each conflict
// side by side; it is zero where it does not wait. Money goes first: a record with a
// guarded field in conflict is a REMIT_CHANGE, whatever else of it is.
func (d Decision) Reason() trade.Reason {
	place := d.Entity + " " + d.Key
	var guarded, other []string
	for _, f := range d.Conflicts() {
		if f.Guarded {
			guarded = append(guarded, f.String())
		} else {
			other = append(other, f.String())
		}
	}
	switch {
	case len(guarded) > 0:
		message := "remit-to data changed: " + listed(guarded)
		if len(other) > 0 {
			message += ", and M3 and Cleo differ in " + listed(other)
		}
		return trade.Data(trade.ReasonRemitChange, place, "let two people make sure of it by a contact that is known from before, and each replay it with the same "+choosing, "%s", message)
	case len(other) > 0:
		return trade.Data(trade.ReasonMasterConflict, place, "replay it with "+choosing+", or enter the right value on both sides",
			"M3 and Cleo differ in %s", listed(other))
	case d.Parked != Neither:
		has, lacks := "Cleo", "M3"
		if d.Parked == Cleo {
			has, lacks = lacks, has
		}
		return trade.Data(trade.ReasonMasterNew, place, fmt.Sprintf("replay it to accept, or enter it in %s by hand", lacks),
			"%s has the %s and %s does not, where only a person may create one", has, d.Entity, lacks)
	}
	return trade.Reason{}
}

// Refused is the reason of a record, such as "supplier 10042", whose change a side does not take; said is what it says. It
// waits for a person, because repeating it would not help.
func Refused(place string, by System, said string) trade.Reason {
	names := map[System]string{Infor: "M3", Cleo: "Cleo"}
	said, _, _ = strings.Cut(said, "; ") // the advice is that of the cure
	return trade.Data(trade.ReasonMasterRefused, place, "correct it in M3 or at Cleo, or give our account there the authority, then replay", "%s does not take it: %s", names[by], said)
}

// listed joins the parts of a sentence: "a, b and c".
func listed(parts []string) string {
	last := len(parts) - 1
	if last == 0 {
		return parts[0]
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}
