package cleo

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// contentType of uploads; the hub routes by the envelope inside, not by this.
const contentType = "application/edi-x12"

// maxPages ends a listing that would never end by itself.
const maxPages = 100_000

// resource is a file as the REST API describes it.
type resource struct {
	ID       lenient `json:"id"`
	Name     string  `json:"name"`
	Size     lenient `json:"size"`
	Modified lenient `json:"modified"`
	Links    struct {
		Self    link `json:"self"`
		Content link `json:"content"`
	} `json:"_links"`
}

// link is an address in an answer.
type link struct {
	Href string `json:"href"`
}

// page is a part of a listing. Resources is nil when the answer is no listing, Total when it does not say.
type page struct {
	Total     *int        `json:"totalResults"`
	Resources *[]resource `json:"resources"`
	files     []File
}

// Ping implements Mailbox: it logs in, unless a token is at hand.
func (m *REST) Ping(ctx context.Context) error {
	_, err := m.tokens.Token(ctx)
	return err
}

// List implements Mailbox.
func (m *REST) List(ctx context.Context, folder string) ([]File, error) {
	var files []File
	for file, err := range m.Files(ctx, folder) {
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// Files implements Mailbox. It pages by the number of files that came back, whatever was asked for, and gives each file
// once even if the folder changes under it.
func (m *REST) Files(ctx context.Context, folder string) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		seen := map[string]bool{}
		start := 0
		for range maxPages {
			p, err := m.page(ctx, folder, start)
			if err != nil {
				yield(File{}, err)
				return
			}
			before := len(seen)
			for _, file := range p.files {
				if seen[file.ID] {
					continue
				}
				seen[file.ID] = true
				if !yield(file, nil) {
					return
				}
			}
			start += len(p.files)
			last, problem := p.ends(start, len(seen) > before)
			if problem != "" {
				yield(File{}, listing(folder).notUnderstood(problem))
			}
			if last {
				return
			}
		}
		yield(File{}, listing(folder).notUnderstood("the listing does not end"))
	}
}

// ends says whether a page is the last one, and what is wrong with a listing that contradicts itself: a part of a
// folder must not pass for all of it. Start is where the next page would begin; fresh says that the page had new files.
func (p *page) ends(start int, fresh bool) (last bool, problem string) {
	switch {
	case len(p.files) == 0 && p.Total != nil && start < *p.Total:
		return true, fmt.Sprintf("the listing ends after %d of %d files", start, *p.Total)
	case len(p.files) == 0:
		return true, ""
	case !fresh:
		return true, "the listing repeats itself"
	}
	return p.Total != nil && start >= *p.Total, ""
}

// listing describes the listing of a folder.
func listing(folder string) *exchange {
	return &exchange{operation: "list", subject: strconv.Quote(folder), method: http.MethodGet}
}

// page reads the part of a listing that begins at start, counted from 0.
func (m *REST) page(ctx context.Context, folder string, start int) (*page, error) {
	if err := checkFolder("list", folder); err != nil {
		return nil, err
	}
	x := listing(folder)
	x.address = m.folder(folder, url.Values{"startIndex": {strconv.Itoa(start)}, "count": {strconv.Itoa(m.pageSize)}})
	p := new(page)
	x.understand = func(body []byte) error {
		if err := json.Unmarshal(body, p); err != nil || p.Resources == nil {
			return x.notUnderstood("the answer is no listing")
		}
		for _, r := range *p.Resources {
			file, err := r.file(folder)
			if err != nil {
				return x.notUnderstood(err.Error())
			}
			p.files = append(p.files, file)
		}
		return nil
	}
	return p, m.run(ctx, x)
}

// folder is the address of a folder's files.
func (m *REST) folder(folder string, query url.Values) string {
	path := strings.ReplaceAll(m.paths.Files, "{folder}", url.PathEscape(folder))
	return m.address(path) + "?" + query.Encode()
}

// file reads a resource. Id and name are what a file is known by; without them it cannot be handled.
func (r resource) file(folder string) (File, error) {
	if r.ID == "" || r.Name == "" {
		return File{}, fmt.Errorf("a file has no id or no name (%q, %q)", shorten(string(r.ID)), shorten(r.Name))
	}
	file := File{ID: string(r.ID), Folder: folder, Name: r.Name, SelfHref: r.Links.Self.Href, ContentHref: r.Links.Content.Href}
	var err error
	if r.Size != "" {
		if file.Size, err = strconv.ParseInt(string(r.Size), 10, 64); err != nil {
			return File{}, fmt.Errorf("file %q has the size %q, which is no number", shorten(r.Name), shorten(string(r.Size)))
		}
	}
	if file.Modified, err = r.Modified.instant(); err != nil {
		return File{}, fmt.Errorf("file %q was modified at %q, which is no time", shorten(r.Name), shorten(string(r.Modified)))
	}
	return file, nil
}

// Download implements Mailbox. A content that is shorter than announced is an error.
func (m *REST) Download(ctx context.Context, file File) ([]byte, error) {
	x := &exchange{operation: "download", subject: file.subject(), method: http.MethodGet}
	var err error
	if x.address, err = m.resolve(x, file.ContentHref); err != nil {
		return nil, err
	}
	var content []byte
	x.understand = func(body []byte) error {
		content = body
		return nil
	}
	if err := m.run(ctx, x); err != nil {
		return nil, err
	}
	return content, nil
}

// Upload implements Mailbox.
func (m *REST) Upload(ctx context.Context, folder, name string, content []byte) (File, error) {
	if err := checkFolder("upload", folder); err != nil {
		return File{}, err
	}
	if err := CheckName(name); err != nil {
		return File{}, err
	}
	if content == nil {
		content = []byte{}
	}
	x := &exchange{
		operation: "upload", subject: File{Folder: folder, Name: name}.subject(), method: http.MethodPost, writes: true,
		address: m.folder(folder, url.Values{"name": {name}}), contentType: contentType, body: content,
	}
	var stored File
	x.understand = func(body []byte) error {
		var r resource
		if json.Unmarshal(body, &r) != nil {
			return x.notUnderstood("the answer does not tell what was stored")
		}
		file, err := r.file(folder)
		if err != nil {
			return x.notUnderstood("the answer does not tell what was stored: " + err.Error())
		}
		stored = file
		return nil
	}
	if err := m.run(ctx, x); err != nil {
		return File{}, err
	}
	return stored, nil
}

// Delete implements Mailbox.
func (m *REST) Delete(ctx context.Context, file File) error {
	x := &exchange{operation: "delete", subject: file.subject(), method: http.MethodDelete, writes: true}
	x.understand = func([]byte) error { return nil }
	var err error
	if x.address, err = m.resolve(x, file.SelfHref); err != nil {
		return err
	}
	return m.run(ctx, x)
}

// subject names a file in error texts.
func (f File) subject() string { return fmt.Sprintf("%q in %q", shorten(f.Name), f.Folder) }

// resolve turns an address from an answer into a URL. It must stay on Cleo's own host: the token goes with it.
func (m *REST) resolve(x *exchange, href string) (string, error) {
	u, err := m.base.Parse(href)
	if err != nil || href == "" {
		return "", x.fail(Malformed, "not sent: the listing gave no address for it", nil)
	}
	if u.Scheme != m.base.Scheme || hostPort(u) != hostPort(m.base) || u.User != nil {
		return "", x.fail(Malformed, fmt.Sprintf("not sent: its address leads to the host %q", u.Host), nil)
	}
	return u.String(), nil
}
