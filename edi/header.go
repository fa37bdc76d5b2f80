package edi

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Interchange is what an ISA says. Its delimiters belong to the Encoder.
type Interchange struct {
	AuthorizationQualifier string // ISA01; "00" when empty
	Authorization          string // ISA02
	SecurityQualifier      string // ISA03; "00" when empty
	Security               string // ISA04
	SenderQualifier        string // ISA05
	Sender                 string // ISA06
	ReceiverQualifier      string // ISA07
	Receiver               string // ISA08
	Time                   time.Time
	Version                string // ISA12, such as "00401"
	Control                string // ISA13, 9 digits
	AckRequested           bool   // ISA14: a TA1 is wanted
	Usage                  string // ISA15: P production, T test
}

// Group is what a GS says.
type Group struct {
	Functional string // GS01, such as PO
	Sender     string // GS02
	Receiver   string // GS03
	Time       time.Time
	Control    string // GS06, 1 to 9 digits
	Agency     string // GS07; "X" when empty
	Version    string // GS08, such as "004010"
}

// padding fills the fields of an ISA. QUIRK: some senders fill with no-break spaces,
// and a tolerant reader meets line breaks.
const padding = " \u00a0\t\r\n"

const (
	isaDate    = "060102"
	gsDate     = "20060102"
	hourMinute = "1504"
)

// elements gives ISA01 to ISA16 at their fixed widths.
func (ic Interchange) elements(d Delimiters) ([]string, error) {
	standard := "U"
	if d.Repetition != 0 {
		standard = string([]byte{d.Repetition})
	}
	acknowledge := "0"
	if ic.AckRequested {
		acknowledge = "1"
	}
	fields := []struct {
		value string
		width int
		exact bool
	}{
		{cmp.Or(ic.AuthorizationQualifier, "00"), 2, true}, {ic.Authorization, 10, false},
		{cmp.Or(ic.SecurityQualifier, "00"), 2, true}, {ic.Security, 10, false},
		{ic.SenderQualifier, 2, true}, {ic.Sender, 15, false}, {ic.ReceiverQualifier, 2, true}, {ic.Receiver, 15, false},
		{ic.Time.Format("060102"), 6, true}, {ic.Time.Format("1504"), 4, true}, {standard, 1, true},
		{ic.Version, 5, true}, {ic.Control, 9, true}, {acknowledge, 1, true}, {ic.Usage, 1, true},
	}
	out := make([]string, 0, 16)
	for i, f := range fields {
		if len(f.value) > f.width || (f.exact && len(f.value) != f.width) {
			return nil, fmt.Errorf("ISA%02d is %q; it must be %d characters", i+1, f.value, f.width)
		}
		if at, bad := forbidden(f.value, d); bad && i != 10 {
			return nil, fmt.Errorf("ISA%02d is %q; it must not contain %q", i+1, f.value, f.value[at])
		}
		out = append(out, f.value+strings.Repeat(" ", f.width-len(f.value)))
	}
	return append(out, string([]byte{d.Component})), nil
}

func (g Group) elements(d Delimiters) ([]string, error) {
	out := []string{g.Functional, g.Sender, g.Receiver, g.Time.Format("20060102"), g.Time.Format("1504"), g.Control, cmp.Or(g.Agency, "X"), g.Version}
	for i, limit := range []struct{ shortest, longest int }{{2, 2}, {2, 15}, {2, 15}, {8, 8}, {4, 8}, {1, 9}, {1, 2}, {1, 12}} {
		if n := len(out[i]); n < limit.shortest || n > limit.longest {
			return nil, fmt.Errorf("GS%02d is %q; it must be %d to %d characters", i+1, out[i], limit.shortest, limit.longest)
		}
		if at, bad := forbidden(out[i], d); bad {
			return nil, fmt.Errorf("GS%02d is %q; it must not contain %q", i+1, out[i], out[i][at])
		}
	}
	return out, nil
}

// ParseInterchange reads a decoded ISA. The time is the sender's, without a zone,
// and the year lies within 50 years of 2000.
func ParseInterchange(s *Segment) (Interchange, error) {
	text := func(i int) string { return strings.TrimRight(s.Text(i), padding) }
	ic := Interchange{
		AuthorizationQualifier: text(1), Authorization: text(2), SecurityQualifier: text(3), Security: text(4),
		SenderQualifier: text(5), Sender: text(6), ReceiverQualifier: text(7), Receiver: text(8),
		Version: text(12), Control: text(13), AckRequested: text(14) == "1", Usage: text(15),
	}
	var err error
	ic.Time, err = s.time(9, text(9), isaDate, 10, text(10))
	return ic, err
}

// time reads a date and a time of day from two elements; the error names the one that is
// none.
func (s *Segment) time(date int, day, layout string, clock int, hour string) (time.Time, error) {
	fault := func(i int, form string) error {
		return &SyntaxError{Offset: s.ElementOffset(i), Path: s.ElementPath(i), Segment: quote(s.raw), Err: fmt.Errorf("%q is not %s", clip(s.Element(i)), form)}
	}
	if _, err := time.Parse(layout, day); err != nil {
		return time.Time{}, fault(date, "a date of the form "+map[string]string{isaDate: "YYMMDD", gsDate: "CCYYMMDD"}[layout])
	}
	at, err := time.Parse(layout+hourMinute, day+hour)
	if err != nil {
		return time.Time{}, fault(clock, "a time of the form HHMM")
	}
	return at, nil
}

// ParseGroup reads a decoded GS.
func ParseGroup(s *Segment) (Group, error) {
	g := Group{Functional: s.Text(1), Sender: s.Text(2), Receiver: s.Text(3), Control: s.Text(6), Agency: s.Text(7), Version: s.Text(8)}
	clock := s.Text(5)
	if len(clock) > 4 {
		clock = clock[:4] // seconds and hundredths are optional
	}
	day := s.Text(4)
	if len(day) == 6 {
		day = century(day) // QUIRK: versions up to 003070 have YYMMDD, and some senders write it later too
	}
	var err error
	g.Time, err = s.time(4, day, gsDate, 5, clock)
	return g, err
}

// century puts the century in front of YYMMDD: 69 to 99 are of the last one.
func century(day string) string {
	if day >= "69" {
		return "19" + day
	}
	return "20" + day
}
