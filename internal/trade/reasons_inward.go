package trade

// Reason codes of an invoice that cannot be understood as it came.
const (
	ReasonNumberMissing      = "NUMBER_MISSING"
	ReasonNumberTooLong      = "NUMBER_TOO_LONG"
	ReasonDateMissing        = "DATE_MISSING"
	ReasonTotalMissing       = "TOTAL_MISSING"
	ReasonKindUnknown        = "KIND_UNKNOWN"
	ReasonPurposeUnsupported = "PURPOSE_UNSUPPORTED"
	ReasonSignConflict       = "SIGN_CONFLICT"
	ReasonSupplierDiffers    = "SUPPLIER_DIFFERS"
	ReasonPayeeDiffers       = "PAYEE_DIFFERS"
	ReasonLineIncomplete     = "LINE_INCOMPLETE"
	ReasonPriceBasisUnknown  = "PRICE_BASIS_UNKNOWN"
	ReasonChargeUnmapped     = "CHARGE_UNMAPPED"
	ReasonChargeUnclear      = "CHARGE_UNCLEAR"
	ReasonTaxUnmapped        = "TAX_UNMAPPED"
	ReasonTaxUnclear         = "TAX_UNCLEAR"
	ReasonTermsUnclear       = "TERMS_UNCLEAR"
	ReasonUnbalanced         = "UNBALANCED"
)

// Reason codes of an invoice that does not fit its purchase orders.
const (
	ReasonOrderMissing         = "ORDER_MISSING"
	ReasonOrderConflict        = "ORDER_CONFLICT"
	ReasonOrderUnknown         = "ORDER_UNKNOWN"
	ReasonOrderOfOtherSupplier = "ORDER_OF_OTHER_SUPPLIER"
	ReasonDivisionUnclear      = "DIVISION_UNCLEAR"
	ReasonCurrencyDiffers      = "CURRENCY_DIFFERS"
	ReasonLineUnknown          = "LINE_UNKNOWN"
	ReasonLineAmbiguous        = "LINE_AMBIGUOUS"
	ReasonLineInvoiced         = "LINE_INVOICED"
	ReasonUnitDiffers          = "UNIT_DIFFERS"
	// ReasonNotReceived holds: the goods may still come.
	ReasonNotReceived = "NOT_RECEIVED"
	// ReasonPeriodNotOpen holds: the period will be opened.
	ReasonPeriodNotOpen = "PERIOD_NOT_OPEN"
	ReasonPeriodClosed  = "PERIOD_CLOSED"
)

// Reason codes of an invoice that cannot be coded.
const (
	ReasonAllocationMissing = "ALLOCATION_MISSING"
	ReasonAllocationFailed  = "ALLOCATION_FAILED"
	ReasonAllocationHold    = "ALLOCATION_HOLD"
	ReasonAccountUnknown    = "ACCOUNT_UNKNOWN"
	ReasonAccountBlocked    = "ACCOUNT_BLOCKED"
	ReasonAccountExpired    = "ACCOUNT_EXPIRED"
	// ReasonStrategyUnavailable is a way of coding that the tenant's M3 does not have.
	ReasonStrategyUnavailable = "STRATEGY_UNAVAILABLE"
	ReasonRecodeUnbalanced    = "RECODE_UNBALANCED"
)

// At gives the reason with the place it is about.
func (r Reason) At(place string) Reason {
	r.Place = place
	return r
}
