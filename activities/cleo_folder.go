package activities

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tradewind/cleo"
	"tradewind/internal/masterdata"
)

// What is remembered of a file in the folder: that it was seen, and that it was taken.
const (
	fileSeen  = "seen"
	fileTaken = "taken"
)

// fileMemory names a file by everything that the mailbox says of it: another size or time is another file.
func fileMemory(f cleo.File) string {
	return fmt.Sprintf("master file %s/%s/%s/%d/%d", f.Folder, f.ID, f.Name, f.Size, f.Modified.UnixMicro())
}

// untaken lists the files that are not taken yet, by name, up to the first that is not stable: taken behind a later one, an
// older file would stand over it. Where stability takes only seconds it looks a second time itself.
func (s *filesAtCleo) untaken(ctx context.Context) ([]cleo.File, error) {
	stable := s.config.Cleo.Stable.Std()
	found, err := s.lookInto(ctx, stable)
	if err == nil && found.first != "" && stable <= longestLook {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(stable + 100*time.Millisecond):
		}
		found, err = s.lookInto(ctx, stable)
	}
	if err == nil && found.behind > 0 {
		s.warn("%s/%s is not stable yet, and %d files of later names wait for it: if it never is, delete it and send it once more", s.settings.Folders.In, found.first, found.behind)
	}
	return found.ready, err
}

// waitingFiles are those of the files that are not taken yet: what is ready, the name of the first that is not stable, and how many
// of those behind it are.
type waitingFiles struct {
	ready  []cleo.File
	first  string
	behind int
}

func (s *filesAtCleo) lookInto(ctx context.Context, stable time.Duration) (found waitingFiles, err error) {
	listed, err := s.mailbox.List(ctx, s.settings.Folders.In)
	if err != nil {
		return found, err
	}
	listed = s.ours(listed)
	remembered, err := s.Ledger.Remembered(ctx, keysOf(listed, fileMemory))
	if err != nil {
		return found, err
	}
	seen := map[string]string{}
	for _, file := range listed {
		before, known := remembered[fileMemory(file)]
		switch {
		case before.Value == fileTaken:
			s.dispose(ctx, file)
		case !known:
			seen[fileMemory(file)] = fileSeen
			found.first = cmp.Or(found.first, file.Name)
		case s.Ledger.Now().Sub(before.At) < stable:
			found.first = cmp.Or(found.first, file.Name)
		case found.first != "":
			found.behind++
		default:
			found.ready = append(found.ready, file)
		}
	}
	return found, s.Ledger.Remember(ctx, seen)
}

// ours are those of the files that are of the company's master data, in the order of their names from the kind on: Cleo may have
// put something before it.
func (s *filesAtCleo) ours(listed []cleo.File) []cleo.File {
	ours := slices.DeleteFunc(listed, func(f cleo.File) bool { return !masterdata.FileFits(f.Name, s.settings.Entity.Name, s.key.String()) })
	name := func(f cleo.File) string {
		return f.Name[max(0, strings.Index(f.Name, s.settings.Entity.Name+"_"+s.key.String()+"_")):]
	}
	slices.SortFunc(ours, func(a, b cleo.File) int {
		return cmp.Or(strings.Compare(name(a), name(b)), strings.Compare(a.Name, b.Name), a.Modified.Compare(b.Modified))
	})
	return ours
}
