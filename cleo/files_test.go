package cleo

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pages serves n files of a folder, at most size at once, and keeps the indexes that were asked for.
func pages(n, size int, asked *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.URL.Query().Get("startIndex"))
		start, _ := strconv.Atoi(r.URL.Query().Get("startIndex"))
		var files []string
		for i := start; i < min(start+size, n); i++ {
			files = append(files, fileJSON("out", fmt.Sprintf("f%d", i), fmt.Sprintf("po%d.edi", i)))
		}
		respond(w, http.StatusOK, fmt.Sprintf(`{"totalResults":%d,"resources":[%s]}`, n, strings.Join(files, ",")))
	}
}

func TestListReadsAllPages(t *testing.T) {
	t.Parallel()
	var asked []string
	m, _ := setup(t, pages(25, 10, &asked))
	files, err := m.List(t.Context(), "out")
	require.NoError(t, err)
	require.Len(t, files, 25)
	assert.Equal(t, "f0", files[0].ID)
	assert.Equal(t, "f24", files[24].ID)
	assert.Equal(t, []string{"0", "10", "20"}, asked, "paged by what came back, not by what was asked for")
}

func TestListReadsAFile(t *testing.T) {
	t.Parallel()
	var path string
	var query url.Values
	m, h := setup(t, func(w http.ResponseWriter, r *http.Request) {
		path, query = r.URL.EscapedPath(), r.URL.Query()
		respond(w, http.StatusOK, listingOf(fileJSON("out", "f1", "po.edi")))
	}, func(c *RESTConfig) { c.PageSize = 30 })
	files, err := m.List(t.Context(), "out")
	require.NoError(t, err)
	assert.Equal(t, []File{oneFile}, files)
	assert.Equal(t, testFiles+"out/files", path)
	assert.Equal(t, url.Values{"startIndex": {"0"}, "count": {"30"}}, query)

	_, err = m.List(t.Context(), "masterdata/in box")
	require.NoError(t, err)
	assert.Equal(t, testFiles+"masterdata%2Fin%20box/files", path, "a folder is one segment")

	call := h.observed()[1]
	assert.Equal(t, "list", call.Operation)
	assert.Equal(t, http.StatusOK, call.Status)
	assert.Len(t, call.RequestSHA256, 64)
	assert.Equal(t, digest([]byte(listingOf(fileJSON("out", "f1", "po.edi")))), call.ResponseSHA256)
}

func TestListUsesConfiguredPaths(t *testing.T) {
	t.Parallel()
	var path string
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		respond(w, http.StatusOK, listingOf())
	}, func(c *RESTConfig) { c.Paths.Files = "/v9/{folder}/content" })
	_, err := m.List(t.Context(), "out")
	require.NoError(t, err)
	assert.Equal(t, "/hub/v9/out/content", path)
}

func TestListUnderstandsLenientAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       []File
	}{
		{"an empty folder", listingOf(), nil},
		{"numbers as strings", `{"totalResults":1,"resources":[{"id":17,"name":"a","size":"12"}]}`, []File{{ID: "17", Folder: "out", Name: "a", Size: 12}}},
		{"a time with an offset", `{"totalResults":1,"resources":[{"id":"1","name":"a","modified":"2026-11-23T10:00:00+01:00"}]}`,
			[]File{{ID: "1", Folder: "out", Name: "a", Modified: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m, _ := setup(t, always(http.StatusOK, test.body))
			files, err := m.List(t.Context(), "out")
			require.NoError(t, err)
			assert.Equal(t, test.want, files)
		})
	}
}

func TestListWithoutATotalReadsToAnEmptyPage(t *testing.T) {
	t.Parallel()
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		start := r.URL.Query().Get("startIndex")
		if start == "2" {
			respond(w, http.StatusOK, `{"resources":[]}`)
			return
		}
		respond(w, http.StatusOK, `{"resources":[`+fileJSON("out", "f"+start, "po.edi")+`]}`)
	})
	files, err := m.List(t.Context(), "out")
	require.NoError(t, err)
	assert.Len(t, files, 2)
}

func TestListGivesAFileOnceWhenTheFolderShifts(t *testing.T) {
	t.Parallel()
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("startIndex") == "0" {
			respond(w, http.StatusOK, `{"totalResults":3,"resources":[`+fileJSON("out", "b", "b")+","+fileJSON("out", "c", "c")+`]}`)
			return // then "a" arrives before them
		}
		respond(w, http.StatusOK, `{"totalResults":4,"resources":[`+fileJSON("out", "c", "c")+","+fileJSON("out", "d", "d")+`]}`)
	})
	files, err := m.List(t.Context(), "out")
	require.NoError(t, err)
	require.Len(t, files, 3)
	assert.Equal(t, []string{"b", "c", "d"}, []string{files[0].ID, files[1].ID, files[2].ID})
}

func TestListFailsRatherThanGiveAPart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files http.HandlerFunc
		want  Kind
		says  string
	}{
		{"a page that repeats itself", always(200, `{"totalResults":500,"resources":[`+fileJSON("out", "f1", "po.edi")+`]}`), Malformed, "repeats itself"},
		{"a listing that stops too early", always(200, `{"totalResults":5,"resources":[]}`), Malformed, "0 of 5 files"},
		{"an answer that is no listing", always(200, `{"files":[]}`), Malformed, "no listing"},
		{"a page of HTML", always(200, `<html>`), Malformed, "no listing"},
		{"a file without id", always(200, `{"resources":[{"name":"a"}]}`), Malformed, "no id"},
		{"a size that is no number", always(200, `{"resources":[{"id":"1","name":"a","size":"big"}]}`), Malformed, `"big"`},
		{"a time that is none", always(200, `{"resources":[{"id":"1","name":"a","modified":"today"}]}`), Malformed, `"today"`},
		{"an unknown folder", always(404, `{"message":"no such folder"}`), NotFound, `cleo says "no such folder"`},
		{"a folder of others", always(403, ``), NotPermitted, "Forbidden"},
		{"a bad request", always(400, `{"message":"bad"}`), InvalidInput, `"bad"`},
		{"a failing hub", always(502, ``), Unavailable, "HTTP 502"},
		{"a cut connection", func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }, Unavailable, "lost"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m, _ := setup(t, test.files)
			files, err := m.List(t.Context(), "out")
			assert.Nil(t, files)
			assert.Contains(t, requireError(t, err, test.want).Error(), test.says)
		})
	}
}

func TestListReadsRetryAfter(t *testing.T) {
	t.Parallel()
	clock := newClock()
	for header, want := range map[string]time.Duration{
		"90": 90 * time.Second, clock.now().Add(time.Minute).Format(http.TimeFormat): time.Minute, "": 0, "soon": 0,
	} {
		m, _ := setup(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", header)
			respond(w, http.StatusTooManyRequests, "")
		}, withNow(clock))
		_, err := m.List(t.Context(), "out")
		assert.Equal(t, want, requireError(t, err, RateLimited).RetryAfter, header)
	}
}

func TestMessagesAreOneShortLine(t *testing.T) {
	t.Parallel()
	for _, length := range []int{150, 5000} {
		m, _ := setup(t, always(http.StatusBadRequest, `{"message":"two\nlines `+strings.Repeat("é", length)+`"}`))
		_, err := m.List(t.Context(), "out")
		message := requireError(t, err, InvalidInput).Message
		assert.Contains(t, message, `"two lines é`)
		assert.LessOrEqual(t, len([]rune(message)), 200+len(`cleo says ""`))
	}
	m, _ := setup(t, always(http.StatusBadRequest, `{"message":"`+strings.Repeat("y", 100_000)+`"}`))
	_, err := m.List(t.Context(), "out")
	assert.NotContains(t, requireError(t, err, InvalidInput).Error(), "yyy", "what is that long is no message")
}

func TestFilesStopsWhenTheCallerHasSeenEnough(t *testing.T) {
	t.Parallel()
	var asked []string
	m, _ := setup(t, pages(25, 10, &asked))
	var seen []string
	for file, err := range m.Files(t.Context(), "out") {
		require.NoError(t, err)
		if seen = append(seen, file.Name); file.Name == "po12.edi" {
			break
		}
	}
	assert.Len(t, seen, 13)
	assert.Equal(t, []string{"0", "10"}, asked)
}

func TestFilesEndsAfterAnError(t *testing.T) {
	t.Parallel()
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("startIndex") == "0" {
			respond(w, http.StatusOK, `{"totalResults":2,"resources":[`+fileJSON("out", "f1", "po.edi")+`]}`)
			return
		}
		respond(w, http.StatusServiceUnavailable, "")
	})
	var got []string
	for file, err := range m.Files(t.Context(), "out") {
		got = append(got, file.ID+string(KindOf(err)))
	}
	assert.Equal(t, []string{"f1", string(Unavailable)}, got)
}

func TestDownloadGivesTheBytes(t *testing.T) {
	t.Parallel()
	content := []byte("ISA*00*\x00\xff~\n")
	m, h := setup(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, oneFile.ContentHref, r.URL.Path)
		_, _ = w.Write(content)
	})
	got, err := m.Download(t.Context(), oneFile)
	require.NoError(t, err)
	assert.Equal(t, content, got)
	call := h.observed()[1]
	assert.Equal(t, "download", call.Operation)
	assert.Equal(t, digest(content), call.ResponseSHA256)
}

func TestDownloadSortsErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files http.HandlerFunc
		want  Kind
		says  string
	}{
		{"a file that is gone", always(404, `{"message":"gone"}`), NotFound, `"po.edi" in "out"`},
		{"a cut download", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "ISA*00*")
		}, Unavailable, "cut"},
		{"a file above the limit", always(200, strings.Repeat("x", 2000)), Malformed, "larger than the limit of 1000 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m, _ := setup(t, test.files, func(c *RESTConfig) { c.MaxBody = 1000 })
			content, err := m.Download(t.Context(), oneFile)
			assert.Nil(t, content)
			assert.Contains(t, requireError(t, err, test.want).Error(), test.says)
		})
	}
}

func TestLinksStayOnTheHost(t *testing.T) {
	t.Parallel()
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		assert.Fail(t, "the foreign host was called")
	}))
	t.Cleanup(foreign.Close)
	m, h := setup(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, foreign.URL, http.StatusFound) })
	for _, href := range []string{foreign.URL + "/x", "//example.com/x", "https://" + strings.TrimPrefix(h.URL, "http://") + "/x", "", "::"} {
		file := File{Folder: "out", Name: "po.edi", SelfHref: href, ContentHref: href}
		_, err := m.Download(t.Context(), file)
		requireError(t, err, Malformed)
		requireError(t, m.Delete(t.Context(), file), Malformed)
	}
	assert.Empty(t, h.observed(), "nothing was sent")

	_, err := m.Download(t.Context(), oneFile)
	assert.Contains(t, requireError(t, err, Malformed).Error(), "redirect")
}

func TestErrorIsOneSentence(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err  Error
		want string
	}{
		{Error{Kind: Conflict, Operation: `upload of "a" in "out"`, Message: `cleo says "exists"`, Status: 409},
			`cleo upload of "a" in "out": cleo says "exists" (HTTP 409); compare what is stored under this name`},
		{Error{Kind: RateLimited, Operation: "login", Message: "too many calls", Status: 429, RetryAfter: time.Minute},
			"cleo login: too many calls (HTTP 429); come back in 1m0s"},
		{Error{Kind: OutcomeUnknown, Operation: "upload", Err: io.EOF},
			"cleo upload: outcome unknown: EOF; look in the folder whether it happened before doing it again"},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, test.err.Error())
	}
	assert.Equal(t, Kind(""), KindOf(nil))
	assert.Equal(t, Kind(""), KindOf(io.EOF))
	assert.Equal(t, Conflict, KindOf(fmt.Errorf("while sending: %w", &Error{Kind: Conflict})))
}
