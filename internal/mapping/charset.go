package mapping

import (
	"strings"

	"tradewind/edi"
)

// basicSigns are the signs of X12's basic character set beside letters and digits.
const basicSigns = ` !"&'()*+,-./:;?=`

// folded spells letters that ASCII lacks, for partners that read ASCII only.
var folded = map[rune]string{
	'ä': "ae", 'ö': "oe", 'ü': "ue", 'Ä': "AE", 'Ö': "OE", 'Ü': "UE", 'ß': "ss", 'é': "e", 'è': "e", 'ê': "e", 'ë': "e",
	'à': "a", 'â': "a", 'á': "a", 'ç': "c", 'î': "i", 'ï': "i", 'í': "i", 'ô': "o", 'ó': "o", 'ñ': "n", 'û': "u", 'ù': "u", 'ú': "u",
	'É': "E", 'È': "E", 'À': "A", 'Ç': "C", 'Ñ': "N", 'å': "a", 'Å': "A", 'ø': "o", 'Ø': "O", 'æ': "ae", 'Æ': "AE",
	'–': "-", '—': "-", '’': "'", '‘': "'", '“': `"`, '”': `"`, '…': "...", '×': "x", '°': " deg", '½': "1/2", '\u00a0': " ",
}

// wire gives the separators as the wire layer has them.
func (d Delimiters) wire() edi.Delimiters {
	return edi.Delimiters{Element: byte(d.Element), Component: byte(d.Component), Repetition: byte(d.Repetition), Segment: byte(d.Segment)}
}

// clean makes a name or a text fit the partner's character set and replaces what
// would be read as a delimiter. Identifiers never pass through here.
func (p Profile) clean(text string) string {
	if p.Charset != CharsetUTF8 {
		text = ascii(text)
	}
	if p.Charset == CharsetBasic {
		text = basic(text)
	}
	return strings.TrimSpace(edi.Clean(text, p.Delimiters.wire(), ' '))
}

func (p Profile) cleanAll(texts []string) []string {
	var out []string
	for _, text := range texts {
		if text = p.clean(text); text != "" {
			out = append(out, text)
		}
	}
	return out
}

func (m Order850) clean(text string) string         { return m.Profile.clean(text) }
func (m Order850) cleanAll(texts []string) []string { return m.Profile.cleanAll(texts) }

func ascii(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch spelled, known := folded[r]; {
		case r < 0x80:
			b.WriteRune(r)
		case known:
			b.WriteString(spelled)
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

func basic(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(basicSigns, r) {
			return r
		}
		return ' '
	}, strings.ToUpper(text))
}
