package activities

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	// partial says that a file was not whole yet: taken behind a later one, it would stand over that.
	partial bool
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
		if s.partial {
			break
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
	switch {
	case before != nil:
		maps.Copy(out.values, before.values)
	case has.Agreed == nil:
		maps.Copy(out.values, s.unsaid(has))
	}
	maps.Copy(out.values, s.rows[has.Code])
	return out, err
}

// unsaid are the fields of a record that are Cleo's own, as long as no row says anything of them: as M3 has them, which would be
// emptied else. A guarded one is left to people.
func (s *filesAtCleo) unsaid(has ledger.Master) masterdata.Values {
	out, made := masterdata.Values{}, s.toMake(has)
	for _, f := range s.settings.Entity.Fields {
		if value := made[f.Name]; value != "" && f.Owner == masterdata.OwnerCleo {
			out[f.Name] = value
		}
	}
	return out
}

func (s *filesAtCleo) untold(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	return s.one(ctx, has)
}

// inWork are the states of a record that is being settled: what the ledger has of Cleo may be a row that is not taken yet.
var inWork = []trade.State{trade.StateDiscovered, trade.StatePrepared, trade.StateHeld, trade.StateUnknown}

// one is what a file said last: while that is being settled its record has it, and else it is agreed, but for the fields that
// differ.
func (s *filesAtCleo) one(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	if has.Record == "" {
		return s.withoutRecord(has), nil
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
	if rests := !slices.Contains(inWork, record.State); rests && d.Decision.Create+d.Decision.Parked == masterdata.Neither {
		return s.withoutRecord(has), nil
	}
	values := masterdata.Values{}
	if has.Agreed == nil && (d.Decision.Create == masterdata.Infor || d.Decision.Parked == masterdata.Infor) { // M3 may have it by now
		values = s.unsaid(has)
	}
	maps.Copy(values, d.since(has))
	return &cleoRecord{code: has.Code, values: values}, nil
}

// withoutRecord is what Cleo has of a record of which nothing is being settled: what is agreed, but for the fields that differ.
func (s *filesAtCleo) withoutRecord(has ledger.Master) *cleoRecord {
	if has.Agreed == nil && len(has.Differs) == 0 {
		return nil
	}
	values := masterdata.Values{}
	if has.Agreed == nil {
		values = s.unsaid(has)
	}
	maps.Copy(values, has.Agreed)
	for name, sides := range has.Differs {
		values[name] = sides.Cleo
	}
	maps.DeleteFunc(values, func(_, value string) bool { return value == "" })
	return &cleoRecord{code: has.Code, values: values}
}

// since is what Cleo has now: what it had when the difference was found, with what was written to it since. A field that
// differs still was not written, although what it needs may have been agreed before; one in conflict that does not was decided.
func (d difference) since(has ledger.Master) masterdata.Values {
	out := d.cleo()
	for _, f := range d.Decision.Fields {
		now := has.Agreed[f.Name]
		needed, needs := d.Decision.ToCleo[f.Name]
		_, differs := has.Differs[f.Name]
		written := now != f.Agreed || needs && now == needed && !differs
		if f.Action == masterdata.Conflict {
			written = len(has.Differs) > 0 && !differs
		}
		if written {
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
	if cleo.KindOf(err) == cleo.NotFound {
		return nil // somebody took it away
	}
	if err != nil {
		return err
	}
	if int64(len(content)) != file.Size {
		s.warn("%s/%s is listed with %d bytes and has %d; it and the files behind it wait until that fits: if it never does, delete it and send it once more",
			file.Folder, file.Name, file.Size, len(content))
		s.partial = true
		return nil
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

// mostNamed is how many codes a warning names that comes with each sync, and mostNamedOnce how many one names that comes once.
const (
	mostNamed     = 5
	mostNamedOnce = 500
)

// listCodes lists codes, and counts those beyond a bound.
func listCodes(codes []string, most int) string {
	if len(codes) <= most {
		return strings.Join(codes, ", ")
	}
	return fmt.Sprintf("%s, and %d more", strings.Join(codes[:most], ", "), len(codes)-most)
}

func (m *masters) warn(format string, args ...any) {
	if m.out.Warning != "" {
		m.out.Warning += "\n"
	}
	m.out.Warning += fmt.Sprintf(format, args...)
}

// take makes sure that what the files say is kept, and never reads them again. A row is not kept yet while an
// earlier difference of its record is being written; then the next sync reads the files once more.
func (s *filesAtCleo) take(ctx context.Context, writes []cleoWrite) error {
	for _, w := range writes {
		delete(s.rows, w.code)
	}
	var nowhere, unsettled []string
	for codes := range slices.Chunk(slices.Sorted(maps.Keys(s.rows)), masterPage) {
		known, err := s.known(ctx, codes)
		if err != nil {
			return err
		}
		for _, code := range codes {
			has := known[code]
			kept, err := s.kept(ctx, has)
			if err != nil {
				return err
			}
			unknown := !has.Infor.Exists && has.Agreed == nil && has.Record == ""
			switch {
			case !kept:
				unsettled = append(unsettled, code)
			case unknown || has.Left():
				nowhere = append(nowhere, code)
			}
		}
	}
	if len(unsettled) > 0 {
		s.warn("%d files in %s are read again with the next sync, because an earlier difference of these codes is being settled: %s", len(s.read), s.settings.Folders.In,
			listCodes(unsettled, mostNamed))
		return nil
	}
	if len(nowhere) > 0 {
		s.warn("%d codes of the files were left out, because M3 does not have them and createInfor is %s, or `only` does not select them: %s", len(nowhere),
			s.settings.Entity.CreateInfor, listCodes(nowhere, mostNamedOnce))
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

// kept says whether the record that waits for a row is about this row, or where none does, whether the row is agreed or, of what
// left, remembered: a record may have ended since the row was compared.
func (s *filesAtCleo) kept(ctx context.Context, has ledger.Master) (bool, error) {
	if has.Record == "" && !has.Left() && (has.Agreed == nil || !has.Infor.Exists) {
		return true, nil
	}
	says, err := s.one(ctx, has)
	switch {
	case err != nil:
		return false, err
	case says == nil && has.Record != "":
		return false, nil
	case says == nil:
		says = &cleoRecord{}
	}
	return len(s.unlike(says.values, s.rows[has.Code])) == 0, nil
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
