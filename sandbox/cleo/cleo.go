// Package cleo simulates Cleo's mailbox over REST: login, folders, files and trading
// partners. They are kept on disk, so that a restart of the sandbox loses nothing.
package cleo

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"tradewind/sandbox/faults"
)

// File is a stored file, as the inspection shows it.
type File struct {
	ID       string    `json:"id"`
	Folder   string    `json:"folder"`
	Name     string    `json:"name"`
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256"`
	Consumed bool      `json:"consumed"`
	Alien    bool      `json:"alien,omitempty"` // put there by the collision fault
	Modified time.Time `json:"modified"`
}

// archiveFolder is where Cleo moves what it has taken.
const archiveFolder = "outbound/sent"

var folders = []string{"outbound/850", archiveFolder, "inbound/edi", "masterdata/in", "masterdata/out", "masterdata/import"}

// Hub is the simulated mailbox: an http.Handler that is safe for concurrent use.
type Hub struct {
	Username, Password string
	Faults             *faults.Faults
	Count              func(operation string)
	// TokenLifetime is how long a token is good; an hour when 0.
	TokenLifetime time.Duration

	dir      string
	mu       sync.Mutex
	files    []File
	tokens   map[string]time.Time // when each ends
	failures []time.Time
	now      func() time.Time
	partners *partnerStore
}

// Open reads what the state folder holds.
func Open(dir, username, password string, f *faults.Faults) (*Hub, error) {
	h := &Hub{Username: username, Password: password, Faults: f, Count: func(string) {}, dir: dir, tokens: map[string]time.Time{}, now: time.Now}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var err error
	if h.partners, err = openPartners(filepath.Join(dir, "partners")); err != nil {
		return nil, err
	}
	entries, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		content, err := os.ReadFile(entry)
		if err != nil {
			return nil, err
		}
		var f File
		if json.Unmarshal(content, &f) == nil { // a torn file was never acknowledged
			h.files = append(h.files, f)
		}
	}
	sort.Slice(h.files, func(i, j int) bool { return h.files[i].Name < h.files[j].Name })
	return h, nil
}

// Files lists everything, consumed files included.
func (h *Hub) Files() []File {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]File{}, h.files...)
}

// Tokens gives the access tokens that were issued.
func (h *Hub) Tokens() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.tokens))
}

// Revoke makes every token worthless.
func (h *Hub) Revoke() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.tokens)
}

// Content gives a file's bytes.
func (h *Hub) Content(id string) ([]byte, error) {
	return os.ReadFile(filepath.Join(h.dir, filepath.Base(id)+".bin"))
}

// ServeHTTP answers the mailbox's REST calls.
func (h *Hub) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	operation, handler := h.route(req)
	h.Count(operation)
	guarded := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if operation != "login" && !h.authorised(req) {
			refuse(w, http.StatusUnauthorized, "not logged in")
			return
		}
		handler(w, req)
	})
	if rule, hit := h.Faults.Pick("cleo", operation); hit {
		if operation == "upload" {
			req = req.WithContext(withFault(req.Context(), rule.Fault))
		}
		h.Faults.Serve(w, req, operation, rule, guarded, refuse)
		return
	}
	guarded.ServeHTTP(w, req)
}

func (h *Hub) route(req *http.Request) (string, http.HandlerFunc) {
	parts := strings.Split(strings.Trim(req.URL.EscapedPath(), "/"), "/")
	if len(parts) == 2 && parts[1] == "authentication" {
		return "login", h.login
	}
	if len(parts) >= 2 && parts[1] == "partners" {
		return h.routePartners(req.Method, parts[2:])
	}
	if len(parts) < 4 || parts[1] != "folders" || parts[3] != "files" {
		return "unknown", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "no such path") }
	}
	folder, err := url.PathUnescape(parts[2])
	if err != nil {
		folder = ""
	}
	switch {
	case len(parts) == 4 && req.Method == http.MethodPost:
		return "upload", func(w http.ResponseWriter, req *http.Request) { h.upload(w, req, folder) }
	case len(parts) == 4:
		return "list", func(w http.ResponseWriter, req *http.Request) { h.list(w, req, folder) }
	case len(parts) == 6:
		return "download", func(w http.ResponseWriter, _ *http.Request) { h.download(w, parts[4]) }
	}
	return "delete", func(w http.ResponseWriter, _ *http.Request) { h.delete(w, parts[4]) }
}

const (
	lockoutFailures = 5
	lockoutWithin   = time.Minute
	lockoutFor      = 15 * time.Minute
)

// login takes the password grant. Five failures within a minute lock the account
// for a quarter of an hour; a locked account answers like a bad password.
func (h *Hub) login(w http.ResponseWriter, req *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	locked := len(h.failures) >= lockoutFailures && now.Sub(h.failures[len(h.failures)-1]) < lockoutFor
	if locked || req.PostFormValue("username") != h.Username || req.PostFormValue("password") != h.Password {
		for len(h.failures) > 0 && !locked && now.Sub(h.failures[0]) > lockoutWithin {
			h.failures = h.failures[1:]
		}
		h.failures = append(h.failures, now)
		refuse(w, http.StatusUnauthorized, "Invalid username or password")
		return
	}
	token := rand.Text()
	lifetime := cmp.Or(h.TokenLifetime, time.Hour)
	h.tokens[token], h.failures = now.Add(lifetime), nil
	answer(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": int(lifetime.Seconds())})
}

func (h *Hub) authorised(req *http.Request) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now().Before(h.tokens[strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")])
}

// pageLimit is the most that one answer lists, whatever was asked for.
const pageLimit = 50

func (h *Hub) list(w http.ResponseWriter, req *http.Request, folder string) {
	if !known(folder) {
		refuse(w, http.StatusNotFound, "no such folder")
		return
	}
	var found []File
	for _, f := range h.Files() {
		if f.Folder == folder && (!f.Consumed || folder == archiveFolder) {
			found = append(found, f)
		}
	}
	start, _ := strconv.Atoi(req.URL.Query().Get("startIndex"))
	count, _ := strconv.Atoi(req.URL.Query().Get("count"))
	start = min(max(start, 0), len(found))
	page := found[start:min(len(found), start+min(max(count, 1), pageLimit))]
	resources := make([]map[string]any, len(page))
	for i, f := range page {
		resources[i] = resource(f)
	}
	answer(w, http.StatusOK, map[string]any{"totalResults": len(found), "startIndex": start, "count": len(page), "resources": resources})
}

func resource(f File) map[string]any {
	self := "/api/folders/" + url.PathEscape(f.Folder) + "/files/" + f.ID
	return map[string]any{"id": f.ID, "name": f.Name, "size": f.Size, "modified": f.Modified.UTC().Format(time.RFC3339),
		"_links": map[string]any{"self": map[string]string{"href": self}, "content": map[string]string{"href": self + "/content"}}}
}

func known(folder string) bool {
	for _, f := range folders {
		if f == folder {
			return true
		}
	}
	return false
}

func (h *Hub) upload(w http.ResponseWriter, req *http.Request, folder string) {
	name := req.URL.Query().Get("name")
	content, err := io.ReadAll(http.MaxBytesReader(w, req.Body, 64<<20))
	switch {
	case err != nil:
		refuse(w, http.StatusBadRequest, "the body cannot be read")
		return
	case !known(folder):
		refuse(w, http.StatusNotFound, "no such folder")
		return
	case name == "" || strings.ContainsAny(name, `/\`):
		refuse(w, http.StatusBadRequest, "bad file name")
		return
	}
	f, err := h.store(folder, name, content, faultOf(req.Context()))
	if err != nil {
		refuse(w, http.StatusConflict, err.Error())
		return
	}
	answer(w, http.StatusCreated, resource(f))
}

// Deliver puts a file into a folder as a supplier's message comes in: no fault of the
// API touches it.
func (h *Hub) Deliver(folder, name string, content []byte) error {
	_, err := h.store(folder, name, content, "")
	return err
}

// store keeps the file, under the faults that only a mailbox knows.
func (h *Hub) store(folder, name string, content []byte, fault string) (File, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if fault == "collision" && !h.taken(folder, name) {
		if _, err := h.add(File{Folder: folder, Name: name, Alien: true}, []byte("alien file "+name)); err != nil {
			return File{}, err
		}
	}
	if h.taken(folder, name) {
		return File{}, fmt.Errorf("file %s exists", name)
	}
	f := File{Folder: folder, Name: name}
	switch fault {
	case "rename":
		f.Name = "R" + strconv.Itoa(len(h.files)) + "_" + name
	case "consume":
		f.Folder, f.Consumed = archiveFolder, true
	case "consume-vanish":
		f.Consumed = true
	}
	return h.add(f, content)
}

func (h *Hub) taken(folder, name string) bool {
	for _, f := range h.files {
		if f.Folder == folder && f.Name == name {
			return true
		}
	}
	return false
}

// add writes the content first and the entry last: an entry means that all is there.
func (h *Hub) add(f File, content []byte) (File, error) {
	sum := sha256.Sum256(content)
	f.ID, f.Size, f.SHA256, f.Modified = rand.Text()[:22], int64(len(content)), hex.EncodeToString(sum[:]), h.now().UTC()
	entry, err := json.Marshal(f)
	if err != nil {
		return f, err
	}
	if err := os.WriteFile(filepath.Join(h.dir, f.ID+".bin"), content, 0o600); err != nil {
		return f, err
	}
	if err := os.WriteFile(filepath.Join(h.dir, f.ID+".json"), entry, 0o600); err != nil {
		return f, err
	}
	at := sort.Search(len(h.files), func(i int) bool { return h.files[i].Name >= f.Name })
	h.files = append(h.files[:at], append([]File{f}, h.files[at:]...)...)
	return f, nil
}

func (h *Hub) download(w http.ResponseWriter, id string) {
	content, err := h.Content(id)
	if err != nil {
		refuse(w, http.StatusNotFound, "no such file")
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(content) // the caller may be gone
}

func (h *Hub) delete(w http.ResponseWriter, id string) {
	if err := h.Remove(id); err != nil {
		refuse(w, http.StatusNotFound, "no such file")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// Remove takes a file out of its folder.
func (h *Hub) Remove(id string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := slices.IndexFunc(h.files, func(f File) bool { return f.ID == id })
	if at < 0 {
		return os.ErrNotExist
	}
	h.files = slices.Delete(h.files, at, at+1)
	return os.Remove(filepath.Join(h.dir, id+".json"))
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"message": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller may be gone
}
