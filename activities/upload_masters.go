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
	// name is that of a file made at a time.
	name    func(at time.Time) string
	content []byte
	sha     string
}

// upload prepares a file for a folder, with a name that begins with a stem, such as customer_100_20260301T080000.csv.
func (s *filesAtCleo) upload(folder, stem string, content []byte) masterUpload {
	name := func(at time.Time) string { return masterdata.FileName(stem, s.key.String(), at) }
	return masterUpload{masters: s.masters, mailbox: s.mailbox, folder: folder, work: s.work, name: name, content: content}
}

// What is remembered of an upload, with the hash and the name of the file behind it.
const (
	uploadIntended = "intended"
	uploadSent     = "sent"
)

func (u *masterUpload) memory() string { return "master upload " + u.work }

func (u *masterUpload) remember(ctx context.Context, what, name string) error {
	return u.Ledger.Remember(ctx, map[string]string{u.memory(): what + " " + u.sha + " " + name})
}

// remembered is how far an upload of the same content has come.
func (u *masterUpload) remembered(ctx context.Context) (what, name string, err error) {
	all, err := u.Ledger.Remembered(ctx, []string{u.memory()})
	if err != nil {
		return "", "", err
	}
	what, rest, _ := strings.Cut(all[u.memory()].Value, " ")
	sha, name, _ := strings.Cut(rest, " ")
	if sha != u.sha {
		return "", "", nil
	}
	return what, name, nil
}

// forget lets the same content be uploaded anew, should the values come back to it.
func (u *masterUpload) forget(ctx context.Context) error { return u.remember(ctx, "", "") }

func (u *masterUpload) run(ctx context.Context) (err error) {
	if u.sha, err = u.Archive.Put(ctx, u.content); err != nil {
		return err
	}
	before, name, err := u.remembered(ctx)
	if err != nil || before == uploadSent {
		return err
	}
	at := u.Ledger.Now()
	if before == uploadIntended {
		if landed, found, err := u.arrived(ctx); err != nil || found {
			return u.confirm(ctx, landed, err)
		}
		return u.upload(ctx, name, at)
	}
	name = u.name(at)
	if err := u.remember(ctx, uploadIntended, name); err != nil {
		return err
	}
	return u.upload(ctx, name, at)
}

// upload stores the file. A name that another file has is left for that of the next second.
func (u *masterUpload) upload(ctx context.Context, name string, at time.Time) error {
	for range maxNames {
		stored, err := u.mailbox.Upload(ctx, u.folder, name, u.content)
		switch cleo.KindOf(err) {
		case cleo.OutcomeUnknown, cleo.Conflict:
			stored, found, lookErr := u.arrived(ctx)
			if lookErr != nil || found {
				return u.confirm(ctx, stored, lookErr)
			}
			if cleo.KindOf(err) == cleo.OutcomeUnknown {
				return err // the next attempt looks again before it uploads
			}
			at = at.Add(time.Second)
			name = u.name(at)
		default:
			return u.confirm(ctx, stored.Name, err)
		}
	}
	return fmt.Errorf("%d names for a file of master data are taken in %s at Cleo, the last is %s; clear the folder", maxNames, u.folder, name)
}

func (u *masterUpload) confirm(ctx context.Context, name string, err error) error {
	if err != nil {
		return err
	}
	return u.remember(ctx, uploadSent, name)
}

// arrived looks for our bytes under whatever name. Where nothing can be looked up, the file goes out once more:
// its rows are whole, and reading them twice changes nothing.
func (u *masterUpload) arrived(ctx context.Context) (name string, found bool, err error) {
	if u.config.Cleo.Confirm == "none" {
		return "", false, nil
	}
	for _, folder := range []string{u.folder, u.config.Cleo.Folders.Sent, u.config.Cleo.Folders.Archive} {
		if folder == "" {
			continue
		}
		if name, found, err = u.arrivedIn(ctx, folder); err != nil || found {
			return name, found, err
		}
	}
	return "", false, nil
}

func (u *masterUpload) arrivedIn(ctx context.Context, folder string) (name string, found bool, err error) {
	seen := 0
	for file, err := range u.mailbox.Files(ctx, folder) {
		if err != nil {
			return "", false, err
		}
		if seen++; seen > u.config.Cleo.LookbackFiles {
			break
		}
		if file.Size != int64(len(u.content)) {
			continue
		}
		content, err := u.mailbox.Download(ctx, file)
		if err != nil && cleo.KindOf(err) != cleo.NotFound {
			return "", false, err
		}
		if bytes.Equal(content, u.content) {
			return file.Name, true, nil
		}
	}
	return "", false, nil
}
