package infor

import (
	"regexp"
	"sort"
	"strconv"
	"time"

	"tradewind/sandbox/business"
)

func missing(what, key string) *miError {
	return &miError{Message: what + " " + key + " does not exist", Code: "XRE0103", Type: nok}
}

// companies are those of the sandbox and the service user's own, which is empty.
var companies = map[string]bool{"100": true, "200": true, defaultCompany: true}

func (m *M3) run(c call) ([]record, *miError) {
	if !companies[c.cono] {
		return nil, &miError{Message: "Company " + c.cono + " does not exist", Field: "CONO", Type: nok}
	}
	name := c.program + "/" + c.transaction
	if handler, ok := payables[name]; ok {
		return handler(m, c)
	}
	if handler, ok := masterData[name]; ok {
		return handler(m, c)
	}
	switch name {
	case "EXPORTMI/Select":
		return m.export(c)
	case "EXPORTMI/LstFields":
		return m.listColumns(c)
	case "PPS200MI/SearchHead":
		return m.search(c)
	case "PPS001MI/ConfirmLine":
		return m.confirmLine(c)
	case "PPS330MI/DelPOTrans":
		return m.deleteTransaction(c)
	case "PPS100MI/GetAgrHead":
		return m.agreement(c)
	case "AUTCHKMI/ChkAuthority":
		return []record{{"ALPG": map[bool]string{true: "0", false: "1"}[m.denied[c.input["APGM"]]]}}, nil
	case "MRS001MI/LstTransactions":
		return m.listTransactions(c), nil
	case "MRS001MI/LstFields":
		return m.listFields(c), nil
	case "GENERAL/GetServerTime":
		now := time.Now().UTC()
		return []record{{"DATE": now.Format("20060102"), "TIME": now.Format("150405"), "LMTS": strconv.FormatInt(now.UnixMilli(), 10)}}, nil
	case "GENERAL/GetUserInfo":
		return []record{{"ZZUSID": "TRADEWIND", "ZDCONO": defaultCompany, "ZDDIVI": "", "USFN": "Tradewind service user"}}, nil
	}
	return m.order(c)
}

func (m *M3) listTransactions(c call) []record {
	var out []record
	for name := range m.transactions(m.behind(c.input["MINM"])) {
		out = append(out, record{"MINM": c.input["MINM"], "TRNM": name})
	}
	sort.Slice(out, func(i, j int) bool { return out[i]["TRNM"] < out[j]["TRNM"] })
	return out
}

func (m *M3) listFields(c call) []record {
	t := m.transactions(m.behind(c.input["MINM"]))[c.input["TRNM"]]
	text := map[string]string{"I": t.In, "O": t.Out}[c.input["TRTP"]]
	var out []record
	for _, f := range fields(text) {
		out = append(out, record{"MINM": c.input["MINM"], "TRNM": c.input["TRNM"], "TRTP": c.input["TRTP"], "FLNM": f.name,
			"LENG": strconv.Itoa(f.length), "MAND": map[bool]string{true: "1", false: "0"}[f.mandatory]})
	}
	return out
}

func (m *M3) find(cono, number string) *business.Order {
	for _, o := range m.orders {
		if o.Head["CONO"] == cono && o.Head["PUNO"] == number {
			return o
		}
	}
	return nil
}

// order serves the transactions that read one purchase order.
func (m *M3) order(c call) ([]record, *miError) {
	o := m.find(c.cono, c.input["PUNO"])
	if o == nil || (c.divi != "" && o.Head["DIVI"] != c.divi) {
		return nil, missing("Purchase order", c.input["PUNO"])
	}
	switch c.transaction {
	case "GetHead", "GetHeadBasic":
		return []record{o.Head}, nil
	case "LstLine", "LstLine2":
		return o.Lines, nil
	case "LstReceiptsByPO":
		return receipts(o, c.input), nil
	case "GetAddresses":
		return []record{o.Addresses}, nil
	case "LstHeadTxt":
		return texts(o, o.HeadText), nil
	}
	line, suffix := c.input["PNLI"], c.input["PNLS"]
	return texts(o, o.LineTexts[line+"/"+suffix]), nil
}

func texts(o *business.Order, lines []string) []record {
	var out []record
	for i, text := range lines {
		out = append(out, record{"PUNO": o.Head["PUNO"], "LNCD": o.Head["LNCD"], "LINO": strconv.Itoa(i + 1), "TX60": text})
	}
	return out
}

func receipts(o *business.Order, input record) []record {
	var out []record
	for _, r := range o.Receipts {
		if (input["PNLI"] == "" || r["PNLI"] == input["PNLI"]) && (input["PNLS"] == "" || r["PNLS"] == input["PNLS"]) {
			out = append(out, r)
		}
	}
	return out
}

var statusRange = regexp.MustCompile(`^PUSL:\[(\d+) TO (\d+)\]$`)

func (m *M3) search(c call) ([]record, *miError) {
	bounds := statusRange.FindStringSubmatch(c.input["SQRY"])
	if bounds == nil {
		return nil, &miError{Message: "The search string cannot be read", Field: "SQRY", Type: nok}
	}
	var out []record
	for _, o := range m.orders {
		if o.Head["CONO"] == c.cono && (c.divi == "" || o.Head["DIVI"] == c.divi) && o.Head["PUSL"] >= bounds[1] && o.Head["PUSL"] <= bounds[2] {
			out = append(out, o.Head)
		}
	}
	return out, nil
}
