package activities

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// repeat says that a control number came before: with the same content, or with other, which
// is the reason to park what came under it now.
type repeat struct {
	same   bool
	reason trade.Reason
	file   int64 // that came first; this one, where it repeats itself
}

// repeats are those of an interchange, of each of its groups, and of each of their sets.
type repeats struct {
	interchange repeat
	groups      []repeat
	sets        [][]repeat
}

// of gives what decides about a set: the interchange first, then the group.
func (r repeats) of(group, set int) repeat {
	return cmp.Or(r.interchange, r.groups[group], r.sets[group][set])
}

// repeats compares the control numbers of an interchange, its groups and its sets with those
// that came before. All are written down, whatever comes of the others.
func (r *reception) repeats(ctx context.Context, i int) (out repeats, err error) {
	tree := r.trees[i]
	company, _ := r.config.Receiver(tree.Interchange)
	address := fmt.Sprintf("%s:%s/%s:%s", tree.SenderQualifier, tree.Sender, tree.ReceiverQualifier, tree.Receiver)
	profile, known := r.firstProfile(company, tree)
	content := ""
	for _, g := range tree.Groups {
		content += contentOf(g)
	}
	for _, s := range tree.Segments {
		content += checksum(edi.Set{Segments: []edi.SegmentData{s}})
	}
	out.interchange, err = r.seen(ctx, control{name: "interchange " + tree.Control, from: tree.Sender, scope: "ISA13/" + address + "/" + tree.Control, content: content, window: window(profile, known)})
	for _, g := range tree.Groups {
		if err != nil {
			return out, err
		}
		// Whose application codes are the same at another address is somebody else.
		scope := strings.Join([]string{"GS06", address, g.Functional, g.Sender, g.Receiver, g.Control}, "/")
		profile, known := r.config.Sender(company, tree.Interchange, g.Sender)
		var group repeat
		group, err = r.seen(ctx, control{name: "group " + g.Control, from: g.Sender, scope: scope, content: contentOf(g), window: window(profile, known)})
		out.groups = append(out.groups, group)
		out.sets = append(out.sets, r.twins(g))
	}
	return out, err
}

// window is how long a control number of a partner may not come again.
func window(p mapping.Profile, known bool) time.Duration {
	if !known {
		p.Invoice = mapping.DefaultInvoiceSet()
	}
	return p.Invoice.DuplicateWindow.Std()
}

// control is a control number with what came under it.
type control struct {
	name, from, scope, content string
	window                     time.Duration
}

// seen compares a control number with those of this file and of the files before.
func (r *reception) seen(ctx context.Context, c control) (repeat, error) {
	sum := sha256.Sum256([]byte(c.content))
	sha := hex.EncodeToString(sum[:])
	if before, here := r.within[c.scope]; here {
		return r.compare(c, sha, ledger.Control{File: r.file.Number, SHA256: before}, r.file.Name), nil
	}
	r.within[c.scope] = sha
	earlier, again, err := r.Ledger.SeeControl(ctx, ledger.Control{Scope: c.scope, File: r.file.Number, SHA256: sha}, c.window)
	if err != nil || !again {
		return repeat{}, err
	}
	f, err := r.Ledger.File(ctx, earlier.File)
	return r.compare(c, sha, earlier, f.Name), err
}

func (r *reception) compare(c control, sha string, earlier ledger.Control, name string) repeat {
	if earlier.SHA256 == sha {
		return repeat{same: true, file: earlier.File}
	}
	when := ""
	if !earlier.At.IsZero() {
		when = " at " + earlier.At.Format(time.RFC3339)
	}
	return repeat{file: earlier.File, reason: trade.Data(trade.ReasonDuplicateControl, c.name, "compare both; replay this one if it is no repetition, or resolve it with a note",
		"%s from %s in file %d (%s) came with other content in file %d (%s)%s", c.name, c.from, r.file.Number, r.file.Name, earlier.File, name, when)}
}

// twins compares the sets of a group with each other: ST02 is theirs alone.
func (r *reception) twins(g edi.GroupTree) []repeat {
	first, out := map[string]string{}, make([]repeat, len(g.Sets))
	for n, set := range g.Sets {
		before, again := first[set.Control]
		switch sum := checksum(set); {
		case !again:
			first[set.Control] = sum
		case before == sum:
			out[n] = repeat{same: true, file: r.file.Number}
		default:
			out[n] = repeat{file: r.file.Number, reason: trade.Data(trade.ReasonDuplicateControl, set.Path, "compare both; replay this one if it is no repetition, or resolve it with a note",
				"set %s stands twice in group %s of file %d (%s), with different content", set.Control, g.Control, r.file.Number, r.file.Name)}
		}
	}
	return out
}

// maxCounterparts is among how many records of a file the counterpart of a set is looked for.
const maxCounterparts = 10_000

// counterpart gives the id of the record that had the set's control numbers before, or of the
// file that brought them.
func (r *reception) counterpart(ctx context.Context, again repeat, set ledger.NewReceived) (string, error) {
	if again.file == r.file.Number {
		for _, other := range r.out {
			if other.Group == set.Group && other.SetControl == set.SetControl {
				return other.ID, nil
			}
		}
		return trade.FileWorkflowID(again.file), nil
	}
	if _, read := r.brought[again.file]; !read {
		records, err := r.Ledger.OfFile(ctx, again.file, "", maxCounterparts)
		if err != nil {
			return "", err
		}
		r.brought[again.file] = records
	}
	for _, other := range r.brought[again.file] {
		if other.Flow != trade.AcksOut && other.Group == set.Group && other.SetControl == set.SetControl {
			return other.ID, nil
		}
	}
	return trade.FileWorkflowID(again.file), nil
}

// contentOf identifies what a group says, whatever its control numbers.
func contentOf(g edi.GroupTree) string {
	content := ""
	for _, s := range g.Sets {
		content += checksum(s)
	}
	return content
}

// checksum identifies what a set says, whatever its delimiters and control numbers.
func checksum(set edi.Set) string {
	segments := make([][]string, len(set.Segments))
	for i, s := range set.Segments {
		segments[i] = append([]string{s.ID}, s.Elements...)
	}
	text, err := json.Marshal(segments)
	if err != nil {
		return "" // strings always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
