package activities

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tradewind/cleo"
	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// filesAtCleo are master data that Cleo keeps by files: what it changed comes in one folder, and what it is to
// have goes into another. A record of which no file says anything is as was agreed.
type filesAtCleo struct {
	*masters
	mailbox cleo.Mailbox
	// read are the files that were given: they are taken once what they say is kept.
	read []cleo.File
	rows map[string]masterdata.Values
}

func (m *masters) filesAtCleo(ctx context.Context) (*filesAtCleo, error) {
	mailbox, err := m.Systems.Mailbox(ctx)
	return &filesAtCleo{masters: m, mailbox: mailbox, rows: map[string]masterdata.Values{}}, err
}

// told reads the files that are not taken yet, the later over the earlier. One that is not understood is told, and left.
func (s *filesAtCleo) told(ctx context.Context, give func([]cleoRecord) error) error {
	files, err := s.untaken(ctx)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := s.readFile(ctx, file); err != nil {
			return err
		}
	}
	for codes := range slices.Chunk(slices.Sorted(maps.Keys(s.rows)), masterPage) {
		known, err := s.known(ctx, codes)
		if err != nil {
			return err
		}
		page := make([]cleoRecord, len(codes))
		for i, code := range codes {
			if page[i], err = s.whole(ctx, known[code]); err != nil {
				return err
			}
		}
		if err := give(page); err != nil {
			return err
		}
	}
	return nil
}

// whole is a row over what was said before of the fields that have no column.
func (s *filesAtCleo) whole(ctx context.Context, has ledger.Master) (cleoRecord, error) {
	out := cleoRecord{code: has.Code, values: masterdata.Values{}}
	before, err := s.one(ctx, has)
	if before != nil {
		maps.Copy(out.values, before.values)
	}
	maps.Copy(out.values, s.rows[has.Code])
	return out, err
}

func (s *filesAtCleo) untold(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	return s.one(ctx, has)
}

// one is what a file said last: while that waits to be settled its record has it, and afterwards it is agreed.
func (s *filesAtCleo) one(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	if has.Record == "" {
		if has.Agreed == nil {
			return nil, nil
		}
		return &cleoRecord{code: has.Code, values: has.Agreed}, nil
	}
	record, err := s.Ledger.Record(ctx, has.Record)
	if err != nil {
		return nil, err
	}
	var d difference
	if err := s.canonical(ctx, record, &d); err != nil {
		return nil, err
	}
	if d.Decision.Create == masterdata.Cleo || d.Decision.Parked == masterdata.Cleo {
		return nil, nil
	}
	return &cleoRecord{code: has.Code, values: d.since(has.Agreed)}, nil
}

// since is what Cleo has now: what it had when the difference was found, with what was written to it since. While
// M3 is to be written to, nothing is.
func (d difference) since(agreed masterdata.Values) masterdata.Values {
	out := d.cleo()
	if d.toInfor() {
		return out
	}
	for _, f := range d.Decision.Fields {
		now := agreed[f.Name]
		needed, needs := d.Decision.ToCleo[f.Name]
		if f.Action != masterdata.Conflict && (now != f.Agreed || needs && now == needed) {
			out[f.Name] = now
		}
	}
	return out
}

// cleo is what Cleo had when the difference was found.
func (d difference) cleo() masterdata.Values {
	out := masterdata.Values{}
	for _, f := range d.Decision.Fields {
		if f.Cleo != "" {
			out[f.Name] = f.Cleo
		}
	}
	return out
}

// readFile takes up the rows of a file.
func (s *filesAtCleo) readFile(ctx context.Context, file cleo.File) error {
	content, err := s.mailbox.Download(ctx, file)
	if cleo.KindOf(err) == cleo.NotFound || err == nil && int64(len(content)) != file.Size {
		return nil // it is gone, or still being written
	}
	if err != nil {
		return err
	}
	if _, err := s.Archive.Put(ctx, content); err != nil {
		return err
	}
	rows, err := masterdata.ParseFile(s.settings.Entity, s.key.String(), content, s.checkCode)
	var fault *masterdata.FileError
	if errors.As(err, &fault) {
		s.warn("%s/%s:%v; nothing of this file was taken: correct it and send it under another name", file.Folder, file.Name, fault)
		return nil
	}
	if err != nil {
		return err
	}
	for _, row := range rows {
		if s.rows[row.Code] == nil {
			s.rows[row.Code] = masterdata.Values{}
		}
		maps.Copy(s.rows[row.Code], row.Values)
	}
	s.read = append(s.read, file)
	return nil
}

// checkCode refuses accounts of a dimension that is not kept equal: M3 would seem to have none of it.
func (s *filesAtCleo) checkCode(code string) error {
	if s.flow != trade.Accounts {
		return nil
	}
	dimension, _, err := trade.ParseAccountCode(code)
	if err == nil && !slices.Contains(s.settings.Dimensions, dimension) {
		err = fmt.Errorf("%q is of dimension %s, and masterdata.yaml keeps %s equal", code, dimension, strings.Join(s.settings.Dimensions, ", "))
	}
	return err
}

// mostNamed is how many codes a warning names.
const mostNamed = 5

func (m *masters) warn(format string, args ...any) {
	if m.out.Warning != "" {
		m.out.Warning += "\n"
	}
	m.out.Warning += fmt.Sprintf(format, args...)
}

// What is remembered of a file in the folder: that it was seen, and that it was taken.
const (
	fileSeen  = "seen"
	fileTaken = "taken"
)

// fileMemory names a file by everything that the mailbox says of it: another size or time is another file.
func fileMemory(f cleo.File) string {
	return fmt.Sprintf("master file %s/%s/%s/%d/%d", f.Folder, f.ID, f.Name, f.Size, f.Modified.UnixMicro())
}

// untaken lists the files that are stable and not taken yet, by name. Where stability takes only seconds it looks
// a second time itself.
func (s *filesAtCleo) untaken(ctx context.Context) ([]cleo.File, error) {
	stable := s.config.Cleo.Stable.Std()
	files, waiting, err := s.lookInto(ctx, stable)
	if err != nil || !waiting || stable > longestLook {
		return files, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(stable + 100*time.Millisecond):
	}
	files, _, err = s.lookInto(ctx, stable)
	return files, err
}

func (s *filesAtCleo) lookInto(ctx context.Context, stable time.Duration) (ready []cleo.File, waiting bool, err error) {
	listed, err := s.mailbox.List(ctx, s.settings.Folders.In)
	if err != nil {
		return nil, false, err
	}
	listed = slices.DeleteFunc(listed, func(f cleo.File) bool { return !masterdata.FileFits(f.Name, s.settings.Entity.Name, s.key.String()) })
	slices.SortFunc(listed, func(a, b cleo.File) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), a.Modified.Compare(b.Modified))
	})
	remembered, err := s.Ledger.Remembered(ctx, keysOf(listed, fileMemory))
	if err != nil {
		return nil, false, err
	}
	seen := map[string]string{}
	for _, file := range listed {
		before, known := remembered[fileMemory(file)]
		switch {
		case before.Value == fileTaken:
			s.dispose(ctx, file)
		case !known:
			seen[fileMemory(file)], waiting = fileSeen, true
		case s.Ledger.Now().Sub(before.At) < stable:
			waiting = true
		default:
			ready = append(ready, file)
		}
	}
	return ready, waiting, s.Ledger.Remember(ctx, seen)
}

// take makes sure that what the files say is kept, and never reads them again. A row is not kept yet while an
// earlier difference of its record is being written; then the next sync reads the files once more.
func (s *filesAtCleo) take(ctx context.Context, writes []cleoWrite) error {
	for _, w := range writes {
		delete(s.rows, w.code)
	}
	var nowhere []string
	for codes := range slices.Chunk(slices.Sorted(maps.Keys(s.rows)), masterPage) {
		known, err := s.known(ctx, codes)
		if err != nil {
			return err
		}
		for _, code := range codes {
			has := known[code]
			if kept, err := s.kept(ctx, has); err != nil || !kept {
				return err
			}
			unknown := !has.Infor.Exists && has.Agreed == nil && has.Record == ""
			if unknown || has.Left() {
				nowhere = append(nowhere, code)
			}
		}
	}
	if len(nowhere) > 0 {
		s.warn("%d codes of the files were left out, because M3 does not have them and createInfor is %s, or `only` does not select them: %s", len(nowhere),
			s.settings.Entity.CreateInfor, strings.Join(nowhere[:min(len(nowhere), mostNamed)], ", "))
	}
	taken := map[string]string{}
	for _, file := range s.read {
		taken[fileMemory(file)] = fileTaken
	}
	if err := s.Ledger.Remember(ctx, taken); err != nil {
		return err
	}
	for _, file := range s.read {
		s.dispose(ctx, file)
	}
	return nil
}

// kept says whether the record that waits for a row is about this row, or where none does, whether the row is agreed: a
// record may have ended since the row was compared.
func (s *filesAtCleo) kept(ctx context.Context, has ledger.Master) (bool, error) {
	if has.Record == "" {
		agrees := has.Agreed == nil || !has.Infor.Exists || has.Left() || len(s.unlike(has.Agreed, s.rows[has.Code])) == 0
		return agrees, nil
	}
	says, err := s.one(ctx, has)
	if err != nil || says == nil {
		return false, err
	}
	for name, value := range s.rows[has.Code] {
		if says.values[name] != value {
			return false, nil
		}
	}
	return true, nil
}

// dispose deletes a file that is taken, where cleo.yaml says so. One that stays is tried again with the next sync.
func (s *filesAtCleo) dispose(ctx context.Context, file cleo.File) {
	if s.config.Cleo.Pickup != "delete" {
		return
	}
	if err := s.mailbox.Delete(ctx, file); err != nil && cleo.KindOf(err) != cleo.NotFound {
		s.warn("%s/%s was taken and cannot be deleted: %v", file.Folder, file.Name, err)
	}
}
