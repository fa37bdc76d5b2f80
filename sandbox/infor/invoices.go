package infor

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/sandbox/business"
)

// The statuses of a batch (SUPA).
const (
	entered    = "10"
	inError    = "15"
	validating = "20"
	unmatched  = "78"
	posted     = "90"
)

// firstBatch is the number behind which batches are counted.
const firstBatch = 100000

// batch is a supplier invoice on its way into the ledger: the head, the lines in the
// order of their coming, and additional information.
type batch struct {
	head         record
	lines, infos []record
}

// payables are the transactions of accounts payable and of accounting.
var payables = map[string]func(*M3, call) ([]record, *miError){
	"APS450MI/AddHead":         (*M3).addHead,
	"APS450MI/AddLine":         (*M3).addLine,
	"APS450MI/AddAddInfo":      (*M3).addInfo,
	"APS450MI/GetHead":         (*M3).getHead,
	"APS450MI/LstLines":        (*M3).listLines,
	"APS450MI/LstInvBySupInv":  (*M3).listInvoices,
	"APS450MI/LstInvBatchNo":   (*M3).listInvoices,
	"APS450MI/DltInvoice":      (*M3).deleteInvoice,
	"APS450MI/AddHeadRecode":   (*M3).addHeadRecode,
	"APS450MI/AddLineRecode":   (*M3).addLineRecode,
	"APS110MI/ApproveInvoice":  (*M3).approve,
	"APS455MI/ValidByBatchNo":  (*M3).validate,
	"APS200MI/GetInvTotInfo":   (*M3).ledgerInvoice,
	"APS200MI/GetInvoice":      (*M3).getInvoice,
	"APS200MI/GetCashDiscInfo": (*M3).cashDiscounts,
	"GLS200MI/LstVoucherLines": (*M3).voucherLines,
	"CRS630MI/LstAccountID":    (*M3).listAccounts,
	"CRS630MI/GetAccountID":    (*M3).getAccount,
}

func refusal(field, code, message string) *miError {
	return &miError{Message: message, Code: code, Field: field, Type: nok}
}

func today() string { return business.Now().Format(day) }

const day = "20060102"

// given keeps the inputs that the transaction knows, without blank ones.
func (m *M3) given(c call) record {
	out := record{"CONO": c.cono}
	for _, f := range fields(m.transactions(c.program)[c.transaction].In) {
		if value := strings.TrimSpace(c.input[f.name]); value != "" {
			out[f.name] = value
		}
	}
	return out
}

// wellFormed checks the fields that must be dates or numbers.
func wellFormed(r record, dates, numbers []string) *miError {
	for _, name := range dates {
		if _, err := time.Parse(day, r[name]); r[name] != "" && err != nil {
			return refusal(name, "", "Date "+r[name]+" is not valid")
		}
	}
	for _, name := range numbers {
		if _, err := decimal.NewFromString(r[name]); r[name] != "" && err != nil {
			return refusal(name, "XNU0000", "Numeric error")
		}
	}
	return nil
}

var (
	headDates   = []string{"IVDT", "ACDT", "DUDT", "PUDT", "CDT1", "CDT2", "CDT3"}
	headNumbers = []string{"CUAM", "VTAM", "YEA4", "OYEA", "TXIN", "CDP1", "CDP2", "CDP3", "CDC1", "CDC2", "CDC3"}
)

// addHead makes a batch: M3 counts them and never asks whether it saw one before.
func (m *M3) addHead(c call) ([]record, *miError) {
	head := m.given(c)
	if e := wellFormed(head, headDates, headNumbers); e != nil {
		return nil, e
	}
	head["DIVI"] = cmp.Or(head["DIVI"], c.divi)
	if head["DIVI"] != "" && !business.Division(c.cono, head["DIVI"]) {
		return nil, refusal("DIVI", "XRE0103", "Division "+head["DIVI"]+" does not exist")
	}
	supplier, _ := m.supplierOf(c.cono, head["SUNO"])
	defaults := record{"IBTP": normal, "SPYN": head["SUNO"], "CUCD": supplier["CUCD"], "CUAM": "0", "VTAM": "0", "TXIN": "0", "IMCD": "1"}
	for name, value := range defaults {
		head[name] = cmp.Or(head[name], value)
	}
	if head["IBTP"] != normal {
		return nil, refusal("IBTP", "", "Invoice batch type "+head["IBTP"]+" is not valid")
	}
	if !m.LateDuplicates && m.ledger(head) != nil {
		return nil, refusal("SINO", "XRE0104", "Supplier invoice number "+head["SINO"]+" already exists")
	}
	number := strconv.Itoa(m.lastBatch + 1)
	maps.Copy(head, record{"INBN": number, "SUPA": entered, "BIST": "0", "IBHE": "0", "IBLE": "0", "VONO": "0", "RGDT": today(), "LMDT": today()})
	return m.keep(entry{LastBatch: m.lastBatch + 1, Heads: []record{head}}, record{"INBN": number})
}

// lineTypes are the types of lines (RDTP): item, order charge, VAT, line charge and
// accounting line.
var lineTypes = []string{"1", "2", "3", "5", "8"}

func (m *M3) addLine(c call) ([]record, *miError) {
	b, e := m.batch(c)
	if e != nil {
		return nil, e
	}
	line := m.given(c)
	if e := wellFormed(line, []string{"DNDT"}, []string{"NLAM", "VTA1", "IVQA", "NEPR", "GRPR", "PUCD", "PNLI", "PNLS", "TRNO", "RDTP"}); e != nil {
		return nil, e
	}
	if line["RDTP"] = plain(line["RDTP"]); !slices.Contains(lineTypes, line["RDTP"]) {
		return nil, refusal("RDTP", "", "Line type "+line["RDTP"]+" is not valid")
	}
	if b.recodes() {
		return nil, refusal("INBN", "", "Invoice batch "+b.head["INBN"]+" is a recoding and takes lines of AddLineRecode only")
	}
	if line["PNLI"] != "" {
		line["PNLI"], line["PNLS"] = plain(line["PNLI"]), plain(line["PNLS"])
	}
	return m.keepLine(b, line)
}

// keepLine adds a line to a batch that still takes lines; one without a number gets the next.
func (m *M3) keepLine(b *batch, line record) ([]record, *miError) {
	if b.head["SUPA"] != entered {
		return nil, refusal("INBN", "", "Invoice batch "+b.head["INBN"]+" has status "+b.head["SUPA"]+" and takes no lines")
	}
	highest := 0
	for _, other := range b.lines {
		n, _ := strconv.Atoi(other["TRNO"])
		highest = max(highest, n)
		if other["TRNO"] == plain(line["TRNO"]) {
			return nil, refusal("TRNO", "XRE0104", "Record already exists")
		}
	}
	line["TRNO"] = plain(line["TRNO"])
	if line["TRNO"] == "0" {
		line["TRNO"] = strconv.Itoa(highest + 1)
	}
	maps.Copy(line, record{"INBN": b.head["INBN"], "CUCD": b.head["CUCD"], "NLAM": cmp.Or(line["NLAM"], "0"), "IBLE": "0", "RGDT": today(), "LMDT": today()})
	return m.keep(entry{Lines: []record{line}}, record{"TRNO": line["TRNO"]})
}

// plain is a whole number without leading zeros; what is none counts as 0.
func plain(text string) string {
	n, _ := strconv.Atoi(strings.TrimSpace(text))
	return strconv.Itoa(n)
}

func (m *M3) addInfo(c call) ([]record, *miError) {
	b, e := m.batch(c)
	if e != nil {
		return nil, e
	}
	if b.head["SUPA"] == posted {
		return nil, refusal("INBN", "", "Invoice batch "+b.head["INBN"]+" is posted")
	}
	info := m.given(c)
	info["INBN"], info["PEXS"] = b.head["INBN"], cmp.Or(info["PEXS"], "1")
	if slices.ContainsFunc(b.infos, func(other record) bool { return same("PEXN", "PEXS")(other, info) }) {
		return nil, refusal("PEXN", "XRE0104", "Record already exists")
	}
	return m.keep(entry{Infos: []record{info}})
}

func (m *M3) deleteInvoice(c call) ([]record, *miError) {
	b, e := m.batch(c)
	if e != nil {
		return nil, e
	}
	if status := b.head["SUPA"]; status == validating || status == posted {
		return nil, refusal("INBN", "", "Invoice batch "+b.head["INBN"]+" has status "+status+" and cannot be deleted")
	}
	return m.keep(entry{Deleted: []string{b.head["INBN"]}})
}

// batch finds the batch that a call names.
func (m *M3) batch(c call) (*batch, *miError) {
	number := plain(c.input["INBN"])
	if b := m.batches[number]; b != nil && m.visible(b, c) {
		return b, nil
	}
	return nil, missing("Invoice batch", number)
}

// visible says whether a call may see a batch: it is of its company and division.
func (m *M3) visible(b *batch, c call) bool {
	divi := cmp.Or(strings.TrimSpace(c.input["DIVI"]), c.divi)
	return b.head["CONO"] == c.cono && (divi == "" || divi == b.head["DIVI"]) && (!m.PostedVanish || b.head["SUPA"] != posted)
}

func (m *M3) getHead(c call) ([]record, *miError) {
	b, e := m.batch(c)
	if e != nil {
		return nil, e
	}
	head := maps.Clone(b.head)
	goods, charges, _ := b.sums()
	head["TLNA"], head["TCHG"], head["TOPA"] = goods.String(), charges.String(), head["CUAM"]
	return []record{head}, nil
}

func (m *M3) listLines(c call) ([]record, *miError) {
	b, e := m.batch(c)
	if e != nil {
		return nil, e
	}
	var out []record
	from, _ := strconv.Atoi(c.input["TRNO"])
	for _, line := range b.lines {
		if n, _ := strconv.Atoi(line["TRNO"]); n >= from {
			out = append(out, line)
		}
	}
	slices.SortFunc(out, func(a, b record) int { return business.Number(a["TRNO"]).Cmp(business.Number(b["TRNO"])) })
	return out, nil
}

// listInvoices gives the batches that agree with the keys of the call; a number of
// a batch is where the list starts.
func (m *M3) listInvoices(c call) ([]record, *miError) {
	var out []record
	for _, b := range m.sorted() {
		fits := m.visible(b, c) && b.head["INBN"] >= strings.TrimSpace(c.input["INBN"])
		for _, key := range []string{"SPYN", "SUNO", "SINO", "IBTP", "SUPA"} {
			asked := strings.TrimSpace(c.input[key])
			fits = fits && (asked == "" || asked == b.head[key])
		}
		if fits {
			out = append(out, b.head)
		}
	}
	return out, nil
}

// sorted gives the batches in the order of their numbers.
func (m *M3) sorted() []*batch {
	return slices.SortedFunc(maps.Values(m.batches), func(a, b *batch) int { return cmp.Compare(a.head["INBN"], b.head["INBN"]) })
}
