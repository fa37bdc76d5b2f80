package cleo

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Mailbox is a set of folders with files at an EDI hub. All its errors are of type *Error.
type Mailbox interface {
	// Ping proves that the hub can be reached and takes the credentials.
	Ping(ctx context.Context) error
	// List gives all files of a folder; it fails rather than give a part.
	List(ctx context.Context, folder string) ([]File, error)
	// Files gives the files of a folder one by one, so that a look for one file can stop early. The sequence ends
	// after its first error.
	Files(ctx context.Context, folder string) iter.Seq2[File, error]
	// Download gives the whole content of a file. It does not take the file out of the folder.
	Download(ctx context.Context, file File) ([]byte, error)
	// Upload stores a file. The hub may store it under another name, which the returned File tells. Conflict means
	// that the name is taken, OutcomeUnknown that the file may be stored: look before uploading again.
	Upload(ctx context.Context, folder, name string, content []byte) (File, error)
	// Delete removes a file. NotFound means that it is gone already, so that deleting again after OutcomeUnknown is
	// safe.
	Delete(ctx context.Context, file File) error
}

// File is a file in a folder, as the hub lists it.
type File struct {
	ID          string    // the hub's own id
	Folder      string    // as the caller named it; may contain slashes
	Name        string    // without the folder
	Size        int64     // bytes
	Modified    time.Time // UTC; zero when the hub does not tell
	SelfHref    string    // address of the file, for deleting it
	ContentHref string    // address of its content
}

// MaxName is the longest name of a file in bytes, the limit of common file systems.
const MaxName = 255

// CheckName refuses names of files that a hub could take for a path or cut.
func CheckName(name string) error {
	problem := ""
	switch {
	case name == "":
		problem = "is empty"
	case name == "." || name == ".." || strings.ContainsAny(name, `/\`):
		problem = "contains a path"
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		problem = "contains characters that cannot be printed"
	case len(name) > MaxName:
		problem = fmt.Sprintf("has %d bytes, more than %d", len(name), MaxName)
	default:
		return nil
	}
	return &Error{Kind: InvalidInput, Operation: "upload", Message: fmt.Sprintf("not sent: the file name %q %s", shorten(name), problem)}
}

// checkFolder refuses folders that would lead out of the folders' path.
func checkFolder(operation, folder string) error {
	if folder == "" || folder == "." || folder == ".." || strings.ContainsFunc(folder, unicode.IsControl) {
		return &Error{Kind: InvalidInput, Operation: operation, Message: fmt.Sprintf("not sent: %q is no name of a folder", folder)}
	}
	return nil
}
