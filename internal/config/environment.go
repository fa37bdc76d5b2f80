package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/kelseyhightower/envconfig"
)

// Environment holds what TRADEWIND_… variables say. Temporal's own variables are
// read by its own package.
type Environment struct {
	Config    string `default:"config" desc:"configuration folder"`
	State     string `default:".tradewind" desc:"folder that all relative state lies in"`
	LedgerURL string `envconfig:"LEDGER_URL" default:"sqlite:ledger.db" desc:"ledger: sqlite:<file> or postgres://…"`
	// The …File variables name files that hold the secret, as containers hand them over.
	LedgerPasswordFile string   `envconfig:"LEDGER_PASSWORD_FILE" desc:"file with the password of a postgres:// ledger"`
	CleoPasswordFile   string   `envconfig:"CLEO_PASSWORD_FILE" desc:"file with CLEO_PASSWORD"`
	HTTPTokenFile      string   `envconfig:"HTTP_TOKEN_FILE" desc:"file with HTTP_TOKEN"`
	ArchiveURL         string   `envconfig:"ARCHIVE_URL" default:"dir:archive" desc:"archive: dir:<folder> or a gocloud.dev/blob URL"`
	Keeper             string   `default:"file:key" desc:"what wraps the data keys: file:<key file> or a gocloud.dev/secrets URL"`
	IonAPIFile         string   `envconfig:"IONAPI_FILE" desc:".ionapi file of the tenant, instead of the stored credential"`
	CleoURL            string   `envconfig:"CLEO_URL" desc:"base address of Cleo"`
	CleoUsername       string   `envconfig:"CLEO_USERNAME" desc:"Cleo's mailbox user"`
	CleoPassword       Secret   `envconfig:"CLEO_PASSWORD" desc:"password of Cleo's mailbox user"`
	Armed              bool     `default:"false" desc:"allows writing to Infor and Cleo, together with armed in company.yaml"`
	TemporalCLI        string   `envconfig:"TEMPORAL_CLI" desc:"the temporal command to use for the local server"`
	AllowHosts         []string `envconfig:"ALLOW_HOSTS" desc:"the only hosts that clients may call"`
	CAFile             string   `envconfig:"CA_FILE" desc:"certificates, PEM, that are trusted besides the system's"`
	HTTPAddr           string   `envconfig:"HTTP_ADDR" default:"127.0.0.1:8099" desc:"address of health, metrics and codec; off for none"`
	HTTPToken          Secret   `envconfig:"HTTP_TOKEN" desc:"bearer token of the codec and the metrics; needed beyond loopback"`
	UIOrigins          []string `envconfig:"UI_ORIGINS" default:"http://127.0.0.1:8233,http://localhost:8233" desc:"origins of the Web UI that may use the codec"`
	Queues             []string `desc:"task queues that this worker serves; all when empty"`
	LogLevel           string   `envconfig:"LOG_LEVEL" default:"info" desc:"debug, info, warn or error"`
	Deployment         string   `desc:"deployment name for worker versioning"`
	BuildID            string   `envconfig:"BUILD_ID" desc:"build id for worker versioning"`
}

// Secret is a string that prints as stars.
type Secret string

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// Reveal gives the secret itself, for the client that needs it.
func (s Secret) Reveal() string { return string(s) }

// FromEnvironment reads the TRADEWIND_… variables and makes the state folder's
// path absolute.
func FromEnvironment() (Environment, error) {
	var e Environment
	if err := envconfig.Process("tradewind", &e); err != nil {
		return Environment{}, environmentError(err)
	}
	state, err := filepath.Abs(e.State)
	if err != nil {
		return Environment{}, fmt.Errorf("environment: TRADEWIND_STATE: %w", err)
	}
	e.State = state
	return e, e.readSecretFiles()
}

// readSecretFiles takes secrets out of the files that hold them.
func (e *Environment) readSecretFiles() error {
	var ledger Secret
	for _, each := range []struct {
		variable, file string
		into           *Secret
	}{
		{"TRADEWIND_LEDGER_PASSWORD_FILE", e.LedgerPasswordFile, &ledger}, {"TRADEWIND_CLEO_PASSWORD_FILE", e.CleoPasswordFile, &e.CleoPassword},
		{"TRADEWIND_HTTP_TOKEN_FILE", e.HTTPTokenFile, &e.HTTPToken},
	} {
		if each.file == "" {
			continue
		}
		content, err := os.ReadFile(each.file)
		if err != nil {
			return fmt.Errorf("environment: %s: %w", each.variable, err)
		}
		*each.into = Secret(strings.TrimSpace(string(content)))
	}
	if ledger == "" {
		return nil
	}
	u, err := url.Parse(e.LedgerURL)
	if err != nil || u.User == nil {
		return errors.New("environment: TRADEWIND_LEDGER_PASSWORD_FILE needs TRADEWIND_LEDGER_URL to be postgres://user@host/…")
	}
	u.User = url.UserPassword(u.User.Username(), ledger.Reveal())
	e.LedgerURL = u.String()
	return nil
}

// environmentError names the variable and leaves its value out: it may be a secret.
func environmentError(err error) error {
	if parse, ok := err.(*envconfig.ParseError); ok {
		return fmt.Errorf("environment: %s is not a valid %s", strings.ToUpper(parse.KeyName), parse.TypeName)
	}
	return fmt.Errorf("environment: %w", err)
}
