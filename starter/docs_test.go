package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/kelseyhightower/envconfig"
	"github.com/stretchr/testify/require"

	"tradewind/internal/config"
)

var (
	fenced = regexp.MustCompile("(?s)```sh\n(.*?)```")
	link   = regexp.MustCompile(`\]\(([^)#]+)\)`)
)

// documents are what users read.
func documents(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("../docs/*.md")
	require.NoError(t, err)
	out := map[string]string{}
	for _, name := range append(names, "../README.md", "../CONTRIBUTING.md", "../CHANGELOG.md", "../sandbox/README.md") {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		out[name] = string(content)
	}
	return out
}

// TestDocumentedCommandsExist parses every command of ours that a document shows,
// with its flags.
func TestDocumentedCommandsExist(t *testing.T) {
	found := 0
	for name, text := range documents(t) {
		for _, block := range fenced.FindAllStringSubmatch(text, -1) {
			for line := range strings.SplitSeq(strings.ReplaceAll(block[1], "\\\n", " "), "\n") {
				line, _, _ = strings.Cut(line, " #")
				rest, ours := strings.CutPrefix(strings.TrimSpace(line), "go run ./starter ")
				if !ours {
					rest, ours = strings.CutPrefix(strings.TrimSpace(line), "tradewind ")
				}
				if !ours {
					continue
				}
				found++
				command, args, err := root().Find(words(rest))
				require.NoError(t, err, "%s: %s", name, line)
				require.True(t, command.Runnable(), "%s: %s", name, line)
				require.NoError(t, command.ParseFlags(args), "%s: %s", name, line)
				require.NoError(t, command.ValidateArgs(command.Flags().Args()), "%s: %s", name, line)
			}
		}
	}
	require.Greater(t, found, 15)
}

// words splits a command line; quotes keep words together.
func words(line string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`"([^"]*)"|'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		out = append(out, m[1]+m[2]+m[3])
	}
	return out
}

func TestEveryVariableIsDocumentedWithItsDefault(t *testing.T) {
	readme := documents(t)["../README.md"]
	environment := reflect.TypeFor[config.Environment]()
	for i := range environment.NumField() {
		field := environment.Field(i)
		name := field.Tag.Get("envconfig")
		if name == "" {
			name = strings.ToUpper(field.Name)
		}
		require.True(t, strings.Contains(readme, "`TRADEWIND_"+name+"`"), "the README does not name TRADEWIND_%s", name)
		if value := field.Tag.Get("default"); value != "" {
			require.True(t, strings.Contains(readme, "`"+value+"`"), "the README does not tell the default of TRADEWIND_%s", name)
		}
	}
	require.NoError(t, envconfig.CheckDisallowed("tradewind", &config.Environment{}), "a misspelt variable would be passed over")
}

func TestLinksLeadSomewhere(t *testing.T) {
	for name, text := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			_, err := os.Stat(filepath.Join(filepath.Dir(name), m[1]))
			require.NoError(t, err, "%s links to %s", name, m[1])
		}
	}
}
