package doc

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// standard is what the tables of a version say of sets and segments.
type standard struct {
	sets     map[string]*group
	elements map[string][]element
}

// group is a segment, or a loop or set with what stands in it.
type group struct {
	id       string
	required bool
	most     int
	members  []*group
}

type element struct {
	kind              string
	required          bool
	shortest, longest int
}

func readStandard(t testing.TB, v Version) standard {
	t.Helper()
	content, err := os.ReadFile("../schema/tables/" + string(v) + ".txt")
	require.NoError(t, err)
	out := standard{map[string]*group{}, map[string][]element{}}
	var open []*group
	segment := ""
	for line := range strings.Lines(string(content)) {
		words := strings.Fields(line)
		switch {
		case words[0] == "set":
			open = []*group{{id: words[1]}}
			out.sets[words[1]] = open[0]
		case words[0] == "segment":
			segment = words[1]
			out.elements[segment] = nil
		case segment != "" && !strings.HasPrefix(line, "  "): // components are a step further in
			out.elements[segment] = append(out.elements[segment], element{words[2], words[1] == "M", atoi(words[3]), atoi(words[4])})
		case segment != "":
		case words[0] == "(":
			g := &group{id: words[1], required: words[2] == "M", most: atoi(words[3])}
			last := open[len(open)-1]
			last.members = append(last.members, g)
			open = append(open, g)
		case words[0] == ")":
			open = open[:len(open)-1]
		default:
			last := open[len(open)-1]
			last.members = append(last.members, &group{id: words[0], required: words[1] == "M", most: atoi(words[2])})
		}
	}
	return out
}

// atoi reads a number; "-" is none.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func TestLengthsAreThoseOfTheTables(t *testing.T) {
	for version, ours := range map[Version]limits{Version4010: limits4010, Version5010: limits5010} {
		tables := readStandard(t, version)
		require.Greater(t, len(ours), 20)
		for id, elements := range ours {
			var want []limit
			for _, e := range tables.elements[id] {
				number := e.kind == "R" || e.kind[0] == 'N'
				want = append(want, limit{shortest: e.shortest, longest: e.longest, number: number, composite: e.kind == "C"})
			}
			require.Equal(t, want, elements, "%s in %s", id, version)
		}
		for _, id := range modelled() {
			require.Contains(t, ours, id, "a segment that fields hold has lengths")
		}
	}
}

// modelled are the ids of all segments that fields hold.
func modelled() []string {
	return slices.Concat(modelledIn(orderLoop), modelledIn(orderLine), modelledIn(orderParty), modelledIn(orderText), modelledIn(orderCharge), modelledIn(orderTotals),
		modelledIn(changeLoop), modelledIn(lineChange),
		modelledIn(confirmationLoop), modelledIn(confirmationLine), modelledIn(lineStatus), modelledIn(schedule),
		modelledIn(profileLoop), modelledIn(profileLocation), modelledIn(profileParty),
		modelledIn(adviceLoop), modelledIn(advisedDocument), modelledIn(advisedError),
		modelledIn(invoiceLoop), modelledIn(invoiceLine), modelledIn(invoiceParty), modelledIn(invoiceText), modelledIn(invoiceCharge), modelledIn(shipped))
}

func modelledIn[T any](l *loop[T]) (ids []string) {
	for _, p := range l.parts {
		if p.read != nil {
			ids = append(ids, p.id)
		}
	}
	return ids
}
