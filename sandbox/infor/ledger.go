package infor

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"tradewind/sandbox/business"
)

// voucher is a posted invoice with its accounting lines.
type voucher struct {
	Head  record   `json:"head"`
	Lines []record `json:"lines"`
}

// firstVoucher is the number behind which vouchers are counted.
const firstVoucher = 30000000

func accountingDate(head record) string { return cmp.Or(head["ACDT"], head["IVDT"]) }

func yearOf(date string) string { return date[:min(4, len(date))] }

// ledger finds the posted invoice with the number of a batch. The key is M3's own:
// company, payee, supplier, number and the year of the invoice.
func (m *M3) ledger(head record) *voucher {
	for _, v := range m.vouchers {
		if same("CONO", "SPYN", "SUNO", "SINO")(v.Head, head) && v.Head["INYR"] == yearOf(head["IVDT"]) {
			return v
		}
	}
	return nil
}

// post makes the voucher of a batch.
func (m *M3) post(b *batch) *voucher {
	date, n := accountingDate(b.head), len(m.vouchers)+1
	v := &voucher{Head: record{"ACDT": date, "YEA4": yearOf(date), "VSER": "AP", "VONO": strconv.Itoa(firstVoucher + n), "JRNO": strconv.Itoa(n), "JSNO": "1",
		"INYR": yearOf(b.head["IVDT"]), "RGDT": today(), "LMDT": today()}}
	for _, key := range []string{"CONO", "DIVI", "SUNO", "SPYN", "SINO", "IVDT", "DUDT", "CUCD", "CUAM", "VTAM", "CORI", "INBN", "DNOI", "OYEA", "TEPY", "PUNO",
		"PYME", "APCD", "PAIN", "APRV", "IVBL", "TECD", "CDT1", "CDP1", "CDC1", "CDT2", "CDP2", "CDC2", "CDT3", "CDP3", "CDC3"} {
		v.Head[key] = b.head[key]
	}
	for _, line := range b.lines {
		if line["RDTP"] == "3" {
			line = with(line, record{"NLAM": taxOf(line).String()})
		}
		v.add(line, m.coding(b, line))
	}
	if tax := business.Number(b.head["VTAM"]); !b.has("3") && !tax.IsZero() && b.head["TXIN"] != "1" {
		line := record{"RDTP": "3", "NLAM": tax.String()}
		v.add(line, m.coding(b, line))
	}
	return v
}

func (v *voucher) add(line, coding record) {
	out := with(coding, record{"JSNO": strconv.Itoa(len(v.Lines) + 1), "CUCD": v.Head["CUCD"]})
	for _, key := range []string{"RDTP", "NLAM", "TRNO", "PUNO", "PNLI", "PNLS", "IVQA", "PUUN", "ACQT", "CEID", "VTCD", "VTP1", "VTXT"} {
		out[key] = line[key]
	}
	v.Lines = append(v.Lines, out)
}

// usualAccount is M3's default coding by type of line.
var usualAccount = map[string]string{"1": "5010", "2": "5200", "5": "5200", "3": "2330"}

// coding gives the accounting objects of a line: those that it names, else M3's own.
// The cost centre is that of the order line's warehouse; VAT has none.
// A recoding line has what it names and nothing else.
func (m *M3) coding(b *batch, line record) record {
	if b.recodes() {
		return objectsOf(line)
	}
	out := record{"AIT1": usualAccount[line["RDTP"]]}
	if order := m.find(b.head["CONO"], cmp.Or(line["PUNO"], b.head["PUNO"])); order != nil && line["RDTP"] != "3" {
		warehouse := order.Head["WHLO"]
		if ordered := order.Line(line["PNLI"], line["PNLS"]); ordered != nil {
			warehouse = ordered["WHLO"]
		}
		out["AIT2"] = business.CostCentre[warehouse]
	}
	for i := 1; i <= 7; i++ {
		key := fmt.Sprintf("AIT%d", i)
		out[key] = cmp.Or(line[fmt.Sprintf("AO%02d", i)], out[key])
	}
	return out
}

// Batches shows every batch: its head as GetHead gives it, its lines with the coding
// that they are to get, and under "why" what the last validation found.
func (m *M3) Batches() []map[string]any {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := []map[string]any{}
	for _, b := range m.sorted() {
		lines := []record{}
		for _, line := range b.lines {
			lines = append(lines, with(line, m.coding(b, line)))
		}
		shown := object(b.head, lines)
		shown["additional"] = append([]record{}, b.infos...)
		out = append(out, shown)
	}
	return out
}

// Vouchers shows what is posted; amounts of the lines sum up to CUAM of the head.
func (m *M3) Vouchers() []map[string]any {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := []map[string]any{}
	for _, v := range m.vouchers {
		lines := []record{}
		for _, line := range v.Lines {
			lines = append(lines, maps.Clone(line))
		}
		out = append(out, object(v.Head, lines))
	}
	return out
}

func object(head record, lines []record) map[string]any {
	out := map[string]any{"CORI": "", "lines": lines}
	for name, value := range head {
		if strings.TrimSpace(value) != "" || name == "DIVI" {
			out[name] = value
		}
	}
	return out
}
