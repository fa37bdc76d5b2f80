package ionapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

// File is the content of an .ionapi file: where a tenant's gateway and authorization server are, and as whom to call
// them. Its secrets stay inside: no way of printing, logging or marshalling a File shows them.
type File struct {
	Tenant        string   // ti: tenant id such as ACME_TST; the suffix names the environment
	Application   string   // cn: name of the authorized app
	ApplicationID string   // dt: type number of the app, written as a string or as a number
	ClientID      string   // ci: OAuth client id
	Gateway       string   // iu: base address of the ION API Gateway
	Authorization string   // pu: base address of the authorization server, ends with /as/
	AuthorizePath string   // oa: authorization endpoint, relative to Authorization
	TokenPath     string   // ot: token endpoint, relative to Authorization
	RevokePath    string   // or: revocation endpoint, relative to Authorization
	RedirectURI   string   // ru: only in files of web and native apps
	Environment   string   // ev: environment version
	Version       string   // v: version of the file format
	Scopes        []string // sc: scopes, in newer files only

	clientSecret string // cs
	accessKey    string // saak: user name of the service account
	secretKey    string // sask: its password
}

// fileKeys is the wire form of a File; the keys are those of Infor's download.
type fileKeys struct {
	TI   string  `json:"ti"`
	CN   string  `json:"cn"`
	DT   lenient `json:"dt"`
	CI   string  `json:"ci"`
	CS   string  `json:"cs"`
	IU   string  `json:"iu"`
	PU   string  `json:"pu"`
	OA   string  `json:"oa"`
	OT   string  `json:"ot"`
	OR   string  `json:"or"`
	RU   string  `json:"ru"`
	EV   string  `json:"ev"`
	V    lenient `json:"v"`
	SAAK string  `json:"saak"`
	SASK string  `json:"sask"`
	SC   words   `json:"sc"`
}

// ParseFile reads an .ionapi file; name is used in errors only. All missing and bad keys are named in one error.
func ParseFile(name string, data []byte) (*File, error) {
	var keys fileKeys
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if err := json.Unmarshal(data, &keys); err != nil {
		return nil, fmt.Errorf("%q is not an .ionapi file: %w; download it again from ION API, authorized apps", name, err)
	}
	if problems := keys.problems(); len(problems) > 0 {
		return nil, fmt.Errorf("%q cannot be used: %s", name, strings.Join(problems, "; "))
	}
	return &File{
		Tenant: keys.TI, Application: keys.CN, ApplicationID: string(keys.DT), ClientID: keys.CI,
		Gateway: strings.TrimRight(keys.IU, "/"), Authorization: strings.TrimRight(keys.PU, "/") + "/",
		AuthorizePath: keys.OA, TokenPath: keys.OT, RevokePath: keys.OR, RedirectURI: keys.RU,
		Environment: keys.EV, Version: string(keys.V), Scopes: keys.SC,
		clientSecret: keys.CS, accessKey: keys.SAAK, secretKey: keys.SASK,
	}, nil
}

// problems lists what is wrong with the keys, one sentence each, without quoting a secret.
func (k *fileKeys) problems() []string {
	var found []string
	if k.SAAK == "" || k.SASK == "" {
		found = append(found, `"saak" and "sask" are missing: only the download of a "Backend Service" app with `+
			`"Create Service Account" switched on carries them; download the file again that way`)
	}
	required := []struct{ key, value, meaning string }{
		{"ti", k.TI, "the tenant id"}, {"ci", k.CI, "the client id"}, {"cs", k.CS, "the client secret"},
		{"iu", k.IU, "the gateway's address"}, {"pu", k.PU, "the authorization server's address"},
		{"ot", k.OT, "the token endpoint"},
	}
	for _, r := range required {
		if strings.TrimSpace(r.value) == "" {
			found = append(found, fmt.Sprintf("%q (%s) is missing", r.key, r.meaning))
		}
	}
	if strings.ContainsAny(k.TI, "/?#\\ ") {
		found = append(found, fmt.Sprintf(`"ti" is %q, which is no tenant id`, k.TI))
	}
	for _, address := range []struct{ key, value string }{{"iu", k.IU}, {"pu", k.PU}} {
		if err := secureAddress(address.value); err != nil && address.value != "" {
			found = append(found, fmt.Sprintf("%q %v", address.key, err))
		}
	}
	return found
}

// secureAddress accepts https anywhere and plain http on loopback, where no wire can be tapped.
func secureAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("is no absolute URL; it must look like https://host/path")
	}
	if u.User != nil {
		return fmt.Errorf("must not carry a user name or password")
	}
	if err := secureURL(u); err != nil {
		return fmt.Errorf("is %q: %w", u.Redacted(), err)
	}
	return nil
}

// TokenURL is the OAuth token endpoint, {pu}{ot}.
func (f *File) TokenURL() string { return f.Authorization + strings.TrimLeft(f.TokenPath, "/") }

// RevokeURL is the OAuth revocation endpoint, {pu}{or}; empty when the file names none.
func (f *File) RevokeURL() string {
	if f.RevokePath == "" {
		return ""
	}
	return f.Authorization + strings.TrimLeft(f.RevokePath, "/")
}

// ExecuteURL is the base of M3's REST API, {iu}/{ti}/{suite}/m3api-rest/v2/execute. The suite context is "M3" unless
// the tenant renamed it.
func (f *File) ExecuteURL(suite string) string {
	return f.Gateway + "/" + url.PathEscape(f.Tenant) + "/" + url.PathEscape(suite) + "/m3api-rest/v2/execute"
}

// String names the tenant and the app, and shows no secret.
func (f File) String() string {
	return fmt.Sprintf("ionapi file of app %q, tenant %q at %q", f.Application, f.Tenant, f.Gateway)
}

// GoString is String: the Go syntax of a File would show its secrets.
func (f File) GoString() string { return f.String() }

// Format prints String whatever the verb, so that not even %d or %x reaches the secrets.
func (f File) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, f.String()) }

// LogValue logs the tenant, the app and the gateway only.
func (f File) LogValue() slog.Value {
	return slog.GroupValue(slog.String("tenant", f.Tenant), slog.String("app", f.Application), slog.String("gateway", f.Gateway))
}
