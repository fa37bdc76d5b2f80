package business

import (
	_ "embed"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
)

// customersCSV holds the parts of names and the places of generated customers and suppliers.
//
//go:embed customers.csv
var customersCSV string

// When the records that nobody has changed yet were changed last, as a day and as LMTS has it.
const (
	masterDay   = "20240115"
	masterMoved = "1705298400000"
)

// customersOf is how many customers each company has.
var customersOf = []struct {
	cono, country string
	n             int
}{{"100", "US", 150}, {"200", "CA", 50}}

// Customers gives the customers of both companies with the fields of CRS610MI, in the order of their numbers. Their
// names and places depend on the seed.
func Customers(seed uint64) []map[string]string {
	random := rand.New(rand.NewPCG(seed, customerStream))
	parts := rows(customersCSV)
	names := random.Perm(len(parts) * len(parts))
	var out []map[string]string
	for _, company := range customersOf {
		places := inCountry(parts, company.country)
		for i := range company.n {
			name := parts[names[len(out)]/len(parts)][0] + " " + parts[names[len(out)]%len(parts)][1]
			number := fmt.Sprintf("%s%05d", map[string]string{"100": "71", "200": "72"}[company.cono], i+1)
			out = append(out, customer(company.cono, number, name, places[random.IntN(len(places))], random))
		}
	}
	return out
}

// customerStream keeps the customers apart from all else that the seed makes.
const customerStream = 1 << 33

// CustomerTemplate is the number of the template (CUTM) of a company's customers.
func CustomerTemplate(cono string) string { return "T" + divisions[cono] }

// TemplateCustomer is what a customer takes from its company's template.
func TemplateCustomer(cono string) map[string]string {
	return map[string]string{"STAT": "20", "CUTP": "0", "LNCD": "GB", "CUCD": currency[cono], "TEPY": "N30", "CUCL": "STD"}
}

// customer makes one that is active, or blocked, as one in twenty-five is.
func customer(cono, number, name string, place []string, random *rand.Rand) map[string]string {
	status := "20"
	if random.IntN(25) == 0 {
		status = "90"
	}
	out := TemplateCustomer(cono)
	maps.Copy(out, map[string]string{"CONO": cono, "CUNO": number, "CUNM": name, "CUA1": fmt.Sprintf("%d %s", 1+random.IntN(990), place[2]),
		"TOWN": place[3], "ECAR": place[4], "PONO": place[5], "CSCD": place[6], "PHNO": fictional(number), "MAIL": "accounts@" + domain(name),
		"ALCU": searchKey(name), "YREF": "Accounts payable", "STAT": status, "CORG": "9" + number, "PYNO": number,
		"RGDT": masterDay, "LMDT": masterDay, "CHNO": "1", "LMTS": masterMoved})
	return out
}

// inCountry keeps the rows whose place is there.
func inCountry(parts [][]string, country string) (out [][]string) {
	for _, part := range parts {
		if part[6] == country {
			out = append(out, part)
		}
	}
	return out
}

// fictional is a telephone number that nobody has: 555-0100 to 555-0199 are kept free for that.
func fictional(number string) string { return "555-01" + number[len(number)-2:] }

// searchKey is the beginning of a name in capitals.
func searchKey(name string) string {
	letters := []rune(strings.ToUpper(strings.ReplaceAll(name, " ", "")))
	return string(letters[:min(10, len(letters))])
}

var plainLetters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "é", "e", "'", "", ".", "", ",", "", "&", "")

// domain is one that the first two words of a name give; nobody can have it.
func domain(name string) string {
	words := strings.Fields(plainLetters.Replace(strings.ToLower(name)))
	return strings.Join(words[:min(2, len(words))], "-") + ".example"
}
