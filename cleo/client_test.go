package cleo

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewRESTRefuses(t *testing.T) {
	t.Parallel()
	good := RESTConfig{BaseURL: "https://acme.example.com", Username: testUser, Password: testPassword}
	tests := []struct {
		name   string
		change func(*RESTConfig)
		says   string
	}{
		{"no address", func(c *RESTConfig) { c.BaseURL = "" }, "must look like https://host/path"},
		{"an address without host", func(c *RESTConfig) { c.BaseURL = "acme" }, "must look like https://host/path"},
		{"an address in the clear", func(c *RESTConfig) { c.BaseURL = "http://acme.example.com" }, "https"},
		{"an address with a password", func(c *RESTConfig) { c.BaseURL = "https://me:" + testPassword + "@acme.example.com" }, "without user"},
		{"no user", func(c *RESTConfig) { c.Username = "" }, "user name"},
		{"no password", func(c *RESTConfig) { c.Password = "" }, "password"},
		{"a host that is not allowed", func(c *RESTConfig) { c.AllowedHosts = []string{"other.example.com"} }, `"acme.example.com" is not among the allowed ones`},
		{"a path without a folder", func(c *RESTConfig) { c.Paths.Files = "/files" }, "{folder}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			config := good
			test.change(&config)
			_, err := NewREST(config)
			require.ErrorContains(t, err, test.says)
			requireNoSecrets(t, err.Error())
		})
	}
	_, err := NewREST(good)
	require.NoError(t, err)
	good.AllowedHosts = []string{"ACME.example.com:443"}
	_, err = NewREST(good)
	require.NoError(t, err)
}

func TestConfigNeverShowsItsPassword(t *testing.T) {
	t.Parallel()
	config := RESTConfig{BaseURL: "https://me:" + testPassword + "@acme.example.com", Username: testUser, Password: testPassword}
	safe := config
	safe.BaseURL = "https://acme.example.com"
	mailbox, err := NewREST(safe)
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("config", "value", config, "pointer", &config)
	requireNoSecrets(t, log.String(), config.String(), config.GoString(),
		fmt.Sprintf("%v %+v %#v %s %q %d %x", config, config, config, config, config, config, config),
		fmt.Sprintf("%v %+v %#v", &config, &config, &config),
		fmt.Sprintf("%v %+v %#v", mailbox, mailbox, mailbox))
	assert.Contains(t, config.String(), testUser)
	assert.Contains(t, log.String(), "acme.example.com")
}
