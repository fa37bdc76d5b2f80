package activities

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tradewind/cleo"
	"tradewind/internal/masterdata"
)

// write gives Cleo one file with a whole row for each record. The files that were read are taken before the
// records agree: read again behind that, an old row would look like a new edit.
func (s *filesAtCleo) write(ctx context.Context, writes []cleoWrite, done func(cleoWrite, cleoRecord) error) error {
	records := make([]cleoRecord, len(writes))
	rows := make([]masterdata.Row, len(writes))
	for i, w := range writes {
		records[i] = w.afterwards()
		rows[i] = masterdata.Row{Code: w.code, Values: records[i].values}
	}
	slices.SortFunc(rows, func(a, b masterdata.Row) int { return strings.Compare(a.Code, b.Code) })
	content, err := masterdata.PrintFile(s.settings.Entity, s.key.String(), rows)
	if err != nil {
		return err
	}
	u := s.upload(s.settings.Folders.Out, s.settings.Entity.Name, content)
	if len(rows) > 0 {
		if err := u.run(ctx); err != nil {
			return err
		}
	}
	if err := s.take(ctx, writes); err != nil {
		return err
	}
	for i, w := range writes {
		if err := done(w, records[i]); err != nil {
			return err
		}
	}
	return u.forget(ctx)
}

func (s *filesAtCleo) together() bool { return true }

// afterwards is what Cleo has of the record once the write is done.
func (w cleoWrite) afterwards() cleoRecord {
	values := difference{Decision: w.decision}.cleo()
	for name, value := range w.decision.ToCleo {
		if value == "" {
			delete(values, name)
			continue
		}
		values[name] = value
	}
	return cleoRecord{code: w.code, values: values}
}

// masterUpload is one file of master data on its way to Cleo. What is about to happen is remembered, so that an
// attempt that breaks off goes on with the same name, and nothing is uploaded twice.
type masterUpload struct {
	*masters
	mailbox cleo.Mailbox
	folder  string
	// work names the upload among what is remembered: two that may be on their way at once have two names.
	work string
	// stem begins the name of the file, and at, to the second, is the time in it.
	stem    string
	at      time.Time
	content []byte
	sha     string
	// first is the time in the name that was intended, and intended when that was.
	first, intended time.Time
}

// upload prepares a file for a folder, with a name that begins with a stem, such as customer_100_20260301T080000.csv.
func (s *filesAtCleo) upload(folder, stem string, content []byte) masterUpload {
	return masterUpload{masters: s.masters, mailbox: s.mailbox, folder: folder, work: s.work, stem: stem, content: content}
}

// What is remembered of an upload, with the hash and the name of the file behind it.
const (
	uploadIntended = "intended"
	uploadSent     = "sent"
)

func (u *masterUpload) memory() string { return "master upload " + u.work }

// lastName names the name that was given last in the folder.
func (u *masterUpload) lastName() string {
	return "last master file " + u.folder + "/" + u.stem + "_" + u.key.String()
}

func (u *masterUpload) name() string { return masterdata.FileName(u.stem, u.key.String(), u.at) }

func (u *masterUpload) timeIn(name string) (time.Time, bool) {
	return masterdata.FileTime(name, u.stem, u.key.String())
}

func (u *masterUpload) remember(ctx context.Context, what string) error {
	return u.Ledger.Remember(ctx, map[string]string{u.memory(): what + " " + u.sha + " " + u.name()})
}

// remembered is how far an upload of the same content has come, and goes on with its name. Else it takes a new one.
func (u *masterUpload) remembered(ctx context.Context) (what string, err error) {
	all, err := u.Ledger.Remembered(ctx, []string{u.memory()})
	if err != nil {
		return "", err
	}
	before := all[u.memory()]
	what, rest, _ := strings.Cut(before.Value, " ")
	sha, name, _ := strings.Cut(rest, " ")
	if at, told := u.timeIn(name); told && sha == u.sha {
		u.at, u.first, u.intended = at, at, before.At
		return what, nil
	}
	err = u.takeName(ctx)
	u.first, u.intended = u.at, u.Ledger.Now()
	return "", err
}

// takeName takes the next name in the folder, which no upload beside this one gets. It is later than all before it, whatever
// the clock says: an older file with the same bytes is told by it.
func (u *masterUpload) takeName(ctx context.Context) error {
	for {
		all, err := u.Ledger.Remembered(ctx, []string{u.lastName()})
		if err != nil {
			return err
		}
		last := all[u.lastName()]
		u.at, _ = u.timeIn(last.Value)
		u.moveOn()
		if taken, err := u.Ledger.Exchange(ctx, u.lastName(), last, u.name()); err != nil || taken {
			return err
		}
	}
}

// moveOn takes the time of now for the name, or the next second where that is later.
func (u *masterUpload) moveOn() {
	now := u.Ledger.Now().UTC().Truncate(time.Second)
	if u.at = u.at.Add(time.Second); u.at.Before(now) {
		u.at = now
	}
}

// forget lets the same content be uploaded anew, should the values come back to it.
func (u *masterUpload) forget(ctx context.Context) error {
	return u.Ledger.Remember(ctx, map[string]string{u.memory(): ""})
}

// understood refuses an edit that the next sync would not understand: it would be left there, and nobody who wrote it told.
func (u *masterUpload) understood() error {
	if u.folder != u.settings.Folders.In {
		return nil
	}
	_, err := masterdata.ParseFile(u.settings.Entity, u.key.String(), u.content, nil)
	if err != nil {
		return &cleo.Error{Kind: cleo.InvalidInput, Operation: "upload", Message: fmt.Sprintf("not sent: the next sync would not understand the file for %s: %v", u.folder, err)}
	}
	return nil
}

func (u *masterUpload) run(ctx context.Context) (err error) {
	if err := u.understood(); err != nil {
		return err
	}
	if u.sha, err = u.Archive.Put(ctx, u.content); err != nil {
		return err
	}
	before, err := u.remembered(ctx)
	if err != nil || before == uploadSent {
		return err
	}
	if before == uploadIntended {
		if found, err := u.arrived(ctx); err != nil || found {
			return u.confirm(ctx, err)
		}
	} else if err := u.remember(ctx, uploadIntended); err != nil {
		return err
	}
	return u.store(ctx)
}

// store uploads the file. A name that another file has is left for a later one.
func (u *masterUpload) store(ctx context.Context) error {
	for n := range maxNames {
		if n > 0 {
			if err := u.takeName(ctx); err != nil {
				return err
			}
		}
		_, err := u.mailbox.Upload(ctx, u.folder, u.name(), u.content)
		switch cleo.KindOf(err) {
		case cleo.OutcomeUnknown, cleo.Conflict:
			found, lookErr := u.arrived(ctx)
			if lookErr != nil || found {
				return u.confirm(ctx, lookErr)
			}
			if cleo.KindOf(err) == cleo.OutcomeUnknown {
				return err // the next attempt looks again before it uploads
			}
		default:
			return u.confirm(ctx, err)
		}
	}
	return fmt.Errorf("%d names for a file of master data are taken in %s at Cleo, the last is %s; clear the folder", maxNames, u.folder, u.name())
}

func (u *masterUpload) confirm(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	return u.remember(ctx, uploadSent)
}

// arrived looks for our bytes under whatever name. Where nothing can be looked up, the file goes out once more:
// its rows are whole, and reading them twice changes nothing.
func (u *masterUpload) arrived(ctx context.Context) (found bool, err error) {
	if u.config.Cleo.Confirm == "none" {
		return false, nil
	}
	for _, folder := range []string{u.folder, u.config.Cleo.Folders.Sent, u.config.Cleo.Folders.Archive} {
		if folder == "" {
			continue
		}
		if found, err = u.arrivedIn(ctx, folder); err != nil || found {
			return found, err
		}
	}
	return false, nil
}

func (u *masterUpload) arrivedIn(ctx context.Context, folder string) (found bool, err error) {
	seen := 0
	for file, err := range u.mailbox.Files(ctx, folder) {
		if err != nil {
			return false, err
		}
		if seen++; seen > u.config.Cleo.LookbackFiles {
			break
		}
		if file.Size != 0 && file.Size != int64(len(u.content)) || !u.recent(file) { // 0 where the hub does not list it
			continue
		}
		content, err := u.mailbox.Download(ctx, file)
		if err != nil && cleo.KindOf(err) != cleo.NotFound {
			return false, err
		}
		if bytes.Equal(content, u.content) {
			if at, told := u.timeIn(file.Name); told {
				u.at = at
			}
			return true, nil
		}
	}
	return false, nil
}

// clockSkew is by how much Cleo's clock may be slow, whose times may be whole seconds. Two syncs, with a third between them,
// lie further apart than a minute; where a clock is slower than that, the file goes out once more, which changes nothing.
const clockSkew = time.Minute

// recent says whether a file can be what this upload stored. An older one may have the same bytes, where the values were
// others in between: then Cleo has those others. Our own clock in the name tells them apart, and Cleo's where Cleo made the name.
func (u *masterUpload) recent(file cleo.File) bool {
	if at, told := u.timeIn(file.Name); told {
		return !at.Before(u.first)
	}
	return !file.Modified.Before(u.intended.Add(-clockSkew))
}
