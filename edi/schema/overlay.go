package schema

// Overlay holds what a partner wants different from the standard (SNIP level 7).
type Overlay struct{ Rules []Rule }

// Rule changes the standard at one place. What is left out stays as the standard has
// it.
type Rule struct {
	// Set is ST01; empty means every set that has the place.
	Set string `yaml:"set"`
	// Path names a segment by the loops around it, as "BEG" or "PO1/REF", or an element
	// of it, as "PO1/REF-02", or a component, as "PO1/REF-04-01".
	Path string `yaml:"path"`
	// Use says whether the place must be filled.
	Use Use `yaml:"use"`
	// Max is how often the segment may stand there; 0 leaves the standard's number.
	Max int `yaml:"max"`
	// Shortest and Longest are lengths of an element in characters; 0 leaves the
	// standard's.
	Shortest int `yaml:"shortest"`
	Longest  int `yaml:"longest"`
	// Codes are the only values an element may have.
	Codes []string `yaml:"codes"`
}

// Use says whether a place must be filled.
type Use string

// The choices of Use.
const (
	Required  Use = "required"
	Forbidden Use = "forbidden"
	Optional  Use = "optional"
)
