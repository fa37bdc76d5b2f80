package trade

import "time"

// PollInput starts a poll of one flow and company.
type PollInput struct {
	Flow    Flow    `json:"flow"`
	Company Company `json:"company"`
	// Full reads everything that is alive, whenever it changed, and finds what was deleted.
	Full bool `json:"full,omitempty"`
}

// Window is the stretch of time that a poll reads, both ends in UTC.
// A backfill window never moves the cursor.
type Window struct {
	// Poll is the id of the schedule, "tradewind/<flow>/<company>", with "/full" behind it for a full read.
	Poll     string    `json:"poll"`
	Nominal  time.Time `json:"nominal"`
	Run      string    `json:"run"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Backfill bool      `json:"backfill,omitempty"`
}

// PollResult counts what one poll did.
type PollResult struct {
	Window      Window         `json:"window"`
	Found       int            `json:"found"`
	Registered  int            `json:"registered"`
	Unchanged   int            `json:"unchanged"`
	NotEligible map[string]int `json:"notEligible,omitempty"`
	Started     int            `json:"started"`
	// Changed counts the master data of which M3 says something else than before, Created and Updated
	// what was written to Cleo at once.
	Changed int `json:"changed,omitempty"`
	Created int `json:"created,omitempty"`
	Updated int `json:"updated,omitempty"`
	// Deleted counts the orders that a full read found deleted in M3.
	Deleted int `json:"deleted,omitempty"`
	// Stopped says why the poll did not read its window to the end, such as a stopped lane; the
	// window does not count as read.
	Stopped string `json:"stopped,omitempty"`
	// Warning says what the documents lack although the poll did its work.
	Warning string `json:"warning,omitempty"`
}

// TokenState tells how a shared token stands; the token itself is nowhere in it.
type TokenState struct {
	Name      string    `json:"name"`
	RenewedAt time.Time `json:"renewedAt"`
	ExpiresAt time.Time `json:"expiresAt"`
	// Taken counts the tokens taken today (UTC), Quota how many may be.
	Taken int64 `json:"taken"`
	Quota int64 `json:"quota"`
}

// RefreshTokensInput names the system, infor or cleo, whose tokens are kept good.
type RefreshTokensInput struct {
	System string `json:"system"`
}

// SendOrderInput refers to one revision of an order in the ledger.
type SendOrderInput struct {
	Record   string  `json:"record"`
	Company  Company `json:"company"`
	Number   string  `json:"number"`
	Revision int64   `json:"revision"`
	Partner  string  `json:"partner"`
	// Replay is set when a finished or lost record starts again.
	Replay *ReplayRequest `json:"replay,omitempty"`
}

// SendOrderResult says how a record ended.
type SendOrderResult struct {
	State       State  `json:"state"`
	Interchange string `json:"interchange,omitempty"`
	FileName    string `json:"fileName,omitempty"`
	FileID      string `json:"fileId,omitempty"`
}

// ReplayRequest asks to run a record again. An empty MappingVersion means the
// current one. Resend allows the same bytes to go out again with the same
// numbers after an upload of unknown outcome, or after a person asked for it.
// Set corrects values of the document, Unset takes corrections of paths back; they
// hold for this and every later attempt.
type ReplayRequest struct {
	MappingVersion string `json:"mappingVersion,omitempty"`
	By             string `json:"by,omitempty"`
	Note           string `json:"note,omitempty"`
	Resend         bool   `json:"resend,omitempty"`
	Attempt        int64  `json:"attempt,omitempty"`
	// ID tells one request from another; whoever takes it gives it one.
	ID string `json:"id,omitempty"`

	Set   []Correction `json:"set,omitempty"`
	Unset []string     `json:"unset,omitempty"`
}

// ResolveRequest closes a record that waits for a person.
type ResolveRequest struct {
	By   string `json:"by,omitempty"`
	Note string `json:"note"`
}

// Document refers to bytes in the archive.
type Document struct {
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Kind   string `json:"kind"`
}

// Prepared is what the preparation of a document fixed: from here on every
// attempt sends the same bytes with the same numbers.
type Prepared struct {
	State          State    `json:"state"`
	Document       Document `json:"document"`
	FileName       string   `json:"fileName"`
	Interchange    string   `json:"interchange"`
	Group          string   `json:"group"`
	Set            string   `json:"set"`
	MappingVersion string   `json:"mappingVersion"`
}

// Transmitted is what the transmission confirmed.
type Transmitted struct {
	State    State  `json:"state"`
	FileID   string `json:"fileId,omitempty"`
	FileName string `json:"fileName,omitempty"`
	// Due is when the partner's answer becomes overdue, GiveUp when it is no longer waited for;
	// zero where no answer is expected.
	Due    time.Time `json:"due,omitzero"`
	GiveUp time.Time `json:"giveUp,omitzero"`
}
