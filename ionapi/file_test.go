package ionapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const fullFile = `{"ti":"ACME_TST","cn":"Bridge","dt":"12","ci":"ACME_TST~id","cs":"client-secret-of-the-test",
	"iu":"https://gateway.example.com","pu":"https://sso.example.com:443/ACME_TST/as/","oa":"authorization.oauth2",
	"ot":"token.oauth2","or":"revoke_token.oauth2","ru":"https://app.example.com/back","ev":"U147","v":"1.0",
	"saak":"ACME_TST#access-key-of-the-test","sask":"secret-key-of-the-test","sc":["m3","ion"]}`

func TestParseFileReadsEveryKey(t *testing.T) {
	t.Parallel()
	file, err := ParseFile("acme.ionapi", []byte("\ufeff"+fullFile))
	require.NoError(t, err)
	assert.Equal(t, File{
		Tenant: "ACME_TST", Application: "Bridge", ApplicationID: "12", ClientID: "ACME_TST~id",
		Gateway: "https://gateway.example.com", Authorization: "https://sso.example.com:443/ACME_TST/as/",
		AuthorizePath: "authorization.oauth2", TokenPath: "token.oauth2", RevokePath: "revoke_token.oauth2",
		RedirectURI: "https://app.example.com/back", Environment: "U147", Version: "1.0", Scopes: []string{"m3", "ion"},
		clientSecret: testClientSecret, accessKey: testAccessKey, secretKey: testSecretKey,
	}, *file)
	assert.Equal(t, "https://sso.example.com:443/ACME_TST/as/token.oauth2", file.TokenURL())
	assert.Equal(t, "https://sso.example.com:443/ACME_TST/as/revoke_token.oauth2", file.RevokeURL())
	assert.Equal(t, "https://gateway.example.com/ACME_TST/M3/m3api-rest/v2/execute", file.ExecuteURL("M3"))
	assert.Equal(t, "https://gateway.example.com/ACME_TST/M3BE/m3api-rest/v2/execute", file.ExecuteURL("M3BE"))
}

func TestParseFileTakesOtherSpellings(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer(`"dt":"12"`, `"dt":12`, `"v":"1.0"`, `"v":1.0`, `["m3","ion"]`, `"m3 ion"`, `/as/"`, `/as"`).Replace(fullFile)
	file, err := ParseFile("acme.ionapi", []byte(text))
	require.NoError(t, err)
	assert.Equal(t, "12", file.ApplicationID)
	assert.Equal(t, "1.0", file.Version)
	assert.Equal(t, []string{"m3", "ion"}, file.Scopes)
	assert.Equal(t, "https://sso.example.com:443/ACME_TST/as/token.oauth2", file.TokenURL())
}

func TestParseFileRefuses(t *testing.T) {
	t.Parallel()
	without := func(keys ...string) string {
		var content map[string]any
		_ = json.Unmarshal([]byte(fullFile), &content)
		for _, key := range keys {
			delete(content, key)
		}
		data, _ := json.Marshal(content)
		return string(data)
	}
	tests := []struct {
		name, data string
		want       []string
	}{
		{"text that is no JSON", "ti=ACME", []string{`"acme.ionapi" is not an .ionapi file`, "download it again"}},
		{"a file without a service account", without("saak", "sask"), []string{"Backend Service", "Create Service Account"}},
		{"a file with half a service account", without("sask"), []string{`"saak" and "sask" are missing`}},
		{"a file without any key", "{}", []string{`"saak"`, `"ti"`, `"ci"`, `"cs"`, `"iu"`, `"pu"`, `"ot"`}},
		{"a gateway in the clear", strings.Replace(fullFile, "https://gateway", "http://gateway", 1), []string{`"iu"`, "https"}},
		{"a server in the clear", strings.Replace(fullFile, "https://sso", "http://sso", 1), []string{`"pu"`, "https"}},
		{"an address that is none", strings.Replace(fullFile, "https://gateway.example.com", "gateway", 1), []string{`"iu"`, "absolute URL"}},
		{"an address with a password", strings.Replace(fullFile, "https://gateway", "https://me:secret-key-of-the-test@gateway", 1), []string{`"iu"`, "user name"}},
		{"a tenant that would change the path", strings.Replace(fullFile, `"ti":"ACME_TST"`, `"ti":"../x"`, 1), []string{`"ti"`, "tenant id"}},
		{"a secret of another type", strings.Replace(fullFile, `"sask":"secret-key-of-the-test"`, `"sask":{"k":"secret-key-of-the-test"}`, 1), []string{"sask"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file, err := ParseFile("acme.ionapi", []byte(test.data))
			require.Error(t, err)
			assert.Nil(t, file)
			requireNoSecrets(t, err.Error())
			for _, want := range test.want {
				assert.Contains(t, err.Error(), want)
			}
		})
	}
}

func TestParseFileAllowsPlainHTTPOnLoopback(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"} {
		_, err := ParseFile("acme.ionapi", []byte(strings.Replace(fullFile, "https://gateway.example.com", host, 1)))
		assert.NoError(t, err, host)
	}
}

func TestFileNeverShowsItsSecrets(t *testing.T) {
	t.Parallel()
	file, err := ParseFile("acme.ionapi", []byte(fullFile))
	require.NoError(t, err)
	client, err := New(file)
	require.NoError(t, err)
	marshalled, err := json.Marshal(file)
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("file", "pointer", file, "value", *file)

	requireNoSecrets(t, string(marshalled), log.String(), file.String(), file.GoString(),
		fmt.Sprintf("%v %+v %#v %s %q %d %x", file, file, file, file, file, file, file),
		fmt.Sprintf("%v %+v %#v %s %q %d %x", *file, *file, *file, *file, *file, *file, *file),
		fmt.Sprintf("%v %+v %#v", client, client, client))
	assert.Contains(t, file.String(), "ACME_TST")
	assert.Contains(t, log.String(), "ACME_TST")
}

func TestNewRefusesAFileOfAnotherHost(t *testing.T) {
	t.Parallel()
	file, err := ParseFile("acme.ionapi", []byte(fullFile))
	require.NoError(t, err)
	_, err = New(file, WithAllowedHosts("gateway.example.com"))
	require.ErrorContains(t, err, `"sso.example.com:443"`)
	_, err = New(file, WithAllowedHosts("Gateway.example.com", "sso.example.com:443"))
	require.NoError(t, err)
}
