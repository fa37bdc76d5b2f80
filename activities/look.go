package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"tradewind/cleo"
)

// sight is what a look can tell.
type sight int

const (
	notThere sight = iota
	found
	// cannotTell is a mailbox that keeps no trace, or holds more files than may be
	// looked through: nothing may be sent again without a person.
	cannotTell
)

// look searches the folders that an upload may be found in for our bytes: files
// of our name first, then any of the same size. Copies that were confirmed before
// do not count.
func (t *transmission) look(ctx context.Context) (cleo.File, sight, error) {
	answer := notThere
	if t.config.Cleo.Confirm == "none" {
		return cleo.File{}, cannotTell, nil
	}
	stem := strings.TrimSuffix(t.record.FileName, ".edi")
	var others []cleo.File
	for _, folder := range t.folders() {
		seen := 0
		for file, err := range t.mailbox.Files(ctx, folder) {
			if err != nil {
				return cleo.File{}, notThere, err
			}
			if seen++; seen > t.config.Cleo.LookbackFiles {
				answer = cannotTell
				break
			}
			if file.Size != int64(len(t.content)) || t.past.copies[file.ID] {
				continue
			}
			if !strings.HasPrefix(file.Name, stem) {
				others = append(others, file)
				continue
			}
			if ours, err := t.ours(ctx, file); err != nil || ours {
				return file, found, err
			}
		}
	}
	for _, file := range others {
		if ours, err := t.ours(ctx, file); err != nil || ours {
			return file, found, err
		}
	}
	return cleo.File{}, answer, nil
}

func (t *transmission) folders() []string {
	var out []string
	for _, folder := range []string{t.config.Cleo.Folders.Upload, t.config.Cleo.Folders.Sent, t.config.Cleo.Folders.Archive} {
		if folder != "" {
			out = append(out, folder)
		}
	}
	return out
}

// ours compares the stored bytes with those that were sent. A file that vanished
// between listing and download was not ours to find.
func (t *transmission) ours(ctx context.Context, file cleo.File) (bool, error) {
	content, err := t.mailbox.Download(ctx, file)
	if cleo.KindOf(err) == cleo.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]) == t.record.Document.SHA256, nil
}
