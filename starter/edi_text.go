package main

import (
	"bufio"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"tradewind/edi/schema"
)

// plainText writes lines for a person. Files of others may hold anything: each line is
// written so that a terminal shows it and takes nothing in it for a command.
type plainText struct {
	w    *bufio.Writer
	text []byte // of the line, kept for the next one
}

const indentation = "  "

func (p *plainText) line(depth int, format string, args ...any) {
	for range depth {
		_, _ = p.w.WriteString(indentation) // Flush tells of errors
	}
	p.text = fmt.Appendf(p.text[:0], format, args...)
	if visible(p.text) {
		_, _ = p.w.Write(p.text)
	} else {
		_, _ = p.w.WriteString(printable(string(p.text)))
	}
	_ = p.w.WriteByte('\n')
}

// visible says whether a text is of visible ASCII characters and blanks, as most are.
func visible(text []byte) bool {
	for _, c := range text {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// printable writes what is no visible character, and what is no UTF-8, as an escape.
func printable(text string) string {
	var b strings.Builder
	for i, r := range text {
		size := utf8.RuneLen(r)
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(r)), size == 1 && !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// finding writes a finding, and the segment with a mark below the place.
func (p *plainText) finding(depth int, f schema.Finding) {
	p.line(depth, "%s %s, level %d, %s, byte %d: %s", f.Severity, codeName(f), f.Level, f.Path, f.Offset, f.Message)
	if f.Quote == "" {
		return
	}
	before, after := "", ""
	if !strings.HasPrefix(f.Quote, f.Segment) {
		before = clipped
	}
	if len(f.Quote) >= longestQuote {
		after = clipped
	}
	at := min(f.At, len(f.Quote))
	to := min(at+f.Width, len(f.Quote))
	p.line(depth+1, "%s%s%s", before, f.Quote, after)
	p.line(depth+1, "%s%s", strings.Repeat(" ", width(before+f.Quote[:at])), strings.Repeat("^", max(1, width(f.Quote[at:to]))))
}

// width counts the characters that a text is printed as.
func width(text string) int { return utf8.RuneCountInString(printable(text)) }

// clipped stands where something was left out.
const clipped = "…"

// short clips a text that should be short, and shows it.
func short(text string) string {
	const longest = 40
	if len(text) > longest {
		return text[:longest] + clipped
	}
	return text
}

// longestQuote is how much of a segment a finding quotes at most.
const longestQuote = 160

// codeName says what a code is a code of, as in "AK403 5".
func codeName(f schema.Finding) string {
	kind := "TA105"
	switch f.Scope {
	case schema.OfSegment:
		kind = "AK304"
	case schema.OfElement:
		kind = "AK403"
	case schema.OfSet:
		kind = "AK502"
	case schema.OfGroup:
		kind = "AK905"
	}
	return kind + " " + f.Code
}

// counted writes a number with what it counts: "1 set", "2 sets".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
