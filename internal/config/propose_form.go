package config

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"unicode"

	"tradewind/internal/masterdata"
)

// Asks are the questions about a setting and those below it.
func (p Proposal) Asks(setting string) (asks []string) {
	for _, q := range p.Missing {
		if q.Setting == setting || strings.HasPrefix(q.Setting, setting+".") {
			asks = append(asks, "ask for "+q.Ask)
		}
	}
	return asks
}

// Supplier names the supplier with the day on which M3 was seen to have it.
func (p Proposal) Supplier() string { return p.supplier.String() }

// Preliminary says that M3 has the supplier, but not in use yet.
func (p Proposal) Preliminary() bool {
	return p.supplier.Values[masterdata.StatusField] == "preliminary"
}

// Cleo says in one line what Cleo has of the supplier.
func (p Proposal) Cleo() string {
	var ids []string
	for _, id := range p.cleo.Interchanges {
		ids = append(ids, id.String())
	}
	partner := fmt.Sprintf("Cleo's trading partner %s", quoted(oneLine(p.cleo.Alias)))
	switch len(ids) {
	case 0:
		return oneLine(cmp.Or(p.cleo.Unknown, partner+" has no interchange id"))
	case 1:
		return oneLine(partner + " has " + ids[0])
	}
	return oneLine(partner + " has several, and which one counts is not known: " + strings.Join(ids, ", "))
}

// profileForm is the file of a proposal. What is missing stands as an empty value, so that config check names its line.
var profileForm = template.Must(template.New("profile").Funcs(template.FuncMap{"quoted": quoted}).Parse(`# Proposed from {{.Supplier}}.
{{- if .Preliminary}}
# It is preliminary in M3: orders begin when it is active (CRS620).
{{- end}}
id: {{quoted .Profile.ID}}
{{- range .Asks "name"}}
# {{.}}
{{- end}}
name: {{quoted .Profile.Name}}
company: {{quoted .Profile.Company}}
supplier: {{quoted .Profile.Supplier}}
{{- range .Asks "interchange"}}
# {{.}}
{{- end}}
# {{.Cleo}}
interchange: {qualifier: {{quoted .Profile.Interchange.Qualifier}}, id: {{quoted .Profile.Interchange.ID}}}
{{- range .Asks "group"}}
# {{.}}
{{- end}}
group: {{quoted .Profile.Group}}
{{- with .Profile.Order.HomeCurrency}}
order:
  homeCurrency: {{quoted .}} # its currency in M3; a document without CUR is in it
{{- end}}
{{- with .Profile.Invoice.Payee}}
invoice:
  payee: {{quoted .}} # its payee in M3 (PRSU)
{{- end}}
# Ask the partner too, and write what is not as base.yaml has it:
#   version: which version of X12 it takes, 004010 or 005010
#   delimiters, charset: which separators and characters it reads
#   acknowledge, acknowledgeWith: who answers its files, Cleo or we, and with a 997 or a 999
#   order.answer: which acknowledgements it sends (997, 999, TA1, 855), and within what time
#   order.changes: whether it takes the 860
# Agree with whoever keeps Cleo:
#   envelope: whose ISA and GS numbers go out, ours or those of cleo
`))

// YAML is the profile as a file of the configuration folder.
func (p Proposal) YAML() []byte {
	var out bytes.Buffer
	if err := profileForm.Execute(&out, p); err != nil {
		panic(err) // the form and its data are both of this file
	}
	return out.Bytes()
}

// quoted writes a text as YAML and JSON both read it.
func quoted(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // strings always marshal
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// oneLine leaves what can be printed of a text, and lets single blanks stand for the rest.
func oneLine(text string) string {
	text = strings.ToValidUTF8(text, " ")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }), " ")
}

// Save writes the file into a configuration folder and gives its path. A file that is there stays as it is, and so does the one that
// the proposal becomes when it is complete.
func (p Proposal) Save(folder string) (path string, err error) {
	path = filepath.Join(folder, filepath.FromSlash(p.CompleteFile()))
	if _, err := os.Lstat(path); err == nil {
		return path, fmt.Errorf("%s is there already, and a proposal writes over nothing; remove it, or save the proposal elsewhere", path)
	}
	path = filepath.Join(folder, filepath.FromSlash(p.File))
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return path, fmt.Errorf("%s is there already, and a proposal writes over nothing; remove it, or save the proposal elsewhere", path)
	}
	if err != nil {
		return path, fmt.Errorf("the proposal cannot be saved: %w", err)
	}
	_, err = file.Write(p.YAML())
	// It is no secret, and the worker may be another user.
	if err = errors.Join(err, file.Chmod(0o644), file.Close()); err != nil {
		return path, fmt.Errorf("the proposal cannot be saved: %w", errors.Join(err, os.Remove(path)))
	}
	return path, nil
}
