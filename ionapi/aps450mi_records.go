package ionapi

// InvoiceHead is the head of a new supplier invoice batch (AddHead). Dates are YYYYMMDD, amounts plain decimals in
// Currency and negative on a credit note. M3 demands Supplier and Date; an empty field is not sent and keeps M3's
// default.
type InvoiceHead struct {
	Supplier       string `mi:"SUNO"`
	Payee          string `mi:"SPYN"`
	Number         string `mi:"SINO"` // the supplier's invoice number, 24 characters
	Date           string `mi:"IVDT"` // invoice date
	Type           string `mi:"IBTP"` // 20 supplier invoice or credit note
	Division       string `mi:"DIVI"` // that of the call's company, or empty
	Year           string `mi:"YEA4"` // invoice year, part of M3's duplicate key
	Currency       string `mi:"CUCD"`
	Amount         string `mi:"CUAM"` // to be paid, VAT included
	VAT            string `mi:"VTAM"` // sum of the VAT lines
	AccountingDate string `mi:"ACDT"`
	DueDate        string `mi:"DUDT"`
	Order          string `mi:"PUNO"`
	Terms          string `mi:"TEPY"` // payment terms
	// Up to three cash discounts: the last day of each, its percentage, and its amount in Currency.
	DiscountDates    [3]string `mi:"CDT"` // CDT1 to CDT3
	DiscountPercents [3]string `mi:"CDP"`
	DiscountAmounts  [3]string `mi:"CDC"`
	Matching         string    `mi:"IMCD"` // 0 no order, 1 receipt lines, 2 order head
	TaxIncluded      string    `mi:"TXIN"` // 0: the amounts of the lines are without VAT
	Correlation      string    `mi:"CORI"` // our own id, 36 characters, by which a batch is found again
	Original         string    `mi:"DNOI"` // invoice number that a credit note corrects
	OriginalYear     string    `mi:"OYEA"`
	Reference        string    `mi:"PPYR"` // 45 characters
}

// The types of batch lines (RDTP).
const (
	LineItem        = "1" // goods of an order line
	LineOrderCharge = "2" // charge on the whole order
	LineVAT         = "3" // VAT of one code
	LineCharge      = "5" // charge on an order line
	LineAccounting  = "8" // amount on accounting objects
)

// InvoiceLine is a new line of an invoice batch (AddLine). Amounts, prices and quantities are plain decimals, negative
// on a credit note; an empty field and a zero number are not sent.
type InvoiceLine struct {
	Number       int       `mi:"TRNO"` // transaction number; 0 stands for the position in the call, from 1
	Type         string    `mi:"RDTP"` // LineItem, …
	Order        string    `mi:"PUNO"`
	OrderLine    int       `mi:"PNLI"`
	Suffix       int       `mi:"PNLS"` // subnumber of the order line
	Item         string    `mi:"ITNO"`
	Quantity     string    `mi:"IVQA"` // invoiced, in Unit
	Unit         string    `mi:"PUUN"` // purchase unit
	NetPrice     string    `mi:"NEPR"` // for PriceBasis of PriceUnit
	GrossPrice   string    `mi:"GRPR"`
	PriceUnit    string    `mi:"PPUN"`
	PriceBasis   string    `mi:"PUCD"` // quantity that the prices are for
	Amount       string    `mi:"NLAM"` // net, in the invoice's currency
	Receipt      string    `mi:"REPN"` // receiving number
	DeliveryNote string    `mi:"SUDO"`
	Element      string    `mi:"CEID"` // costing element of a charge
	ElementText  string    `mi:"CHGT"` // text of a charge, 30 characters
	VATCode      string    `mi:"VTCD"`
	VATAmount    string    `mi:"VTA1"`
	Objects      [7]string `mi:"AO0"` // accounting objects AO01 to AO07; on-premises builds have none
}

// InvoiceInfo is additional information on an invoice batch (AddAddInfo).
type InvoiceInfo struct {
	Category string `mi:"PEXN"` // AP information category, a number of the tenant's
	Text     string `mi:"PEXI"` // 45 characters
	Sequence string `mi:"PEXS"` // where a category has several texts
}

// InvoiceListing is an invoice batch as LstInvBySupInv lists it.
type InvoiceListing struct {
	Batch  string `mi:"INBN,nonzero"`
	Type   string `mi:"IBTP"`
	Status string `mi:"SUPA"`
}

// InvoiceBatch is the head of an invoice batch as M3 holds it (GetHead). Dates are YYYYMMDD or "", amounts plain
// decimals in Currency. The texts behind the error marks are on no MI transaction, only in APS450.
type InvoiceBatch struct {
	Batch          string // the number that was asked for; GetHead does not repeat it
	Type           string `mi:"IBTP"`
	Status         string `mi:"SUPA"`         // 15 validated with errors, 78 matching failed, 90 in the ledger
	Progress       string `mi:"BIST"`         // of a job on the batch, by M3's code
	HeadErrors     string `mi:"IBHE,nonzero"` // "" for none
	LineErrors     string `mi:"IBLE,nonzero"` // "" for none
	Number         string `mi:"SINO"`
	Payee          string `mi:"SPYN"`
	Supplier       string `mi:"SUNO"`
	Date           string `mi:"IVDT,date"`
	Currency       string `mi:"CUCD"`
	Amount         string `mi:"CUAM,number"`
	VAT            string `mi:"VTAM,number"`
	LineTotal      string `mi:"TLNA,number"` // net
	Charges        string `mi:"TCHG,number"`
	Due            string `mi:"TOPA,number"`
	Voucher        string `mi:"VONO,nonzero"` // "" until posted
	VoucherSeries  string `mi:"VSER"`
	VoucherYear    string `mi:"YEA4,nonzero"`
	AccountingDate string `mi:"ACDT,date"`
	DueDate        string `mi:"DUDT,date"`
	Order          string `mi:"PUNO"`
	Terms          string `mi:"TEPY"`
	Matching       string `mi:"IMCD"`
	TaxIncluded    string `mi:"TXIN"`
	Authorizer     string `mi:"APCD"`
	Correlation    string `mi:"CORI"`
	Original       string `mi:"DNOI"`
	OriginalYear   string `mi:"OYEA,nonzero"`
	Reference      string `mi:"PPYR"`
	Entered        string `mi:"RGDT,date"`
	Changed        string `mi:"LMDT,date"`
}

// Posted says whether the batch has reached the given status, usually 90, and has a voucher.
func (b InvoiceBatch) Posted(status string) bool { return b.Status == status && b.Voucher != "" }

// HasErrors says whether M3 has marked the head or a line.
func (b InvoiceBatch) HasErrors() bool { return b.HeadErrors != "" || b.LineErrors != "" }

// InvoiceBatchLine is a line of an invoice batch as M3 holds it (LstLines). It has neither the text of a charge nor
// accounting objects.
type InvoiceBatchLine struct {
	Number       int    `mi:"TRNO"`
	Type         string `mi:"RDTP,nonzero"` // LineItem, …
	Errors       string `mi:"IBLE,nonzero"` // "" for none
	Order        string `mi:"PUNO"`
	OrderLine    int    `mi:"PNLI"`
	Suffix       int    `mi:"PNLS"`
	Item         string `mi:"ITNO"`
	Quantity     string `mi:"IVQA,number"` // in Unit
	Unit         string `mi:"PUUN"`
	NetPrice     string `mi:"NEPR,number"` // for PriceBasis of PriceUnit
	GrossPrice   string `mi:"GRPR,number"`
	PriceUnit    string `mi:"PPUN"`
	PriceBasis   string `mi:"PUCD,number"`
	Amount       string `mi:"NLAM,number"` // net, in Currency
	Adjusted     string `mi:"ADAB,number"`
	Currency     string `mi:"CUCD"`
	Receipt      string `mi:"REPN,nonzero"`
	DeliveryNote string `mi:"SUDO"`
	Element      string `mi:"CEID"`
	VATCode      string `mi:"VTCD"`
	VATAmount    string `mi:"VTA1,number"`
	ClaimInvoice string `mi:"CINO"`
	InvoiceYear  string `mi:"INYR,nonzero"`
	Changed      string `mi:"LMDT,date"`
}

// LineOutcome is what became of one new line: the transaction number that it has in M3, or why it may have none.
type LineOutcome struct {
	Number int    // TRNO; that of the request where Err is set
	Err    *Error // nil when M3 has the line; OutcomeUnknown: look at Lines before sending it again
}
