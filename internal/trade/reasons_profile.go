package trade

// Reason codes of a trading partner profile (838).
const (
	// ReasonSupplierForeign is a partner that speaks of a supplier that it does not stand for.
	ReasonSupplierForeign = "SUPPLIER_FOREIGN"
	// ReasonSupplierUnclear is a party that is a supplier, and nothing says which, or that says two things at once.
	ReasonSupplierUnclear = "SUPPLIER_UNCLEAR"
	// ReasonSupplierNotKept is a supplier of which nothing would follow by masterdata.yaml.
	ReasonSupplierNotKept = "SUPPLIER_NOT_KEPT"
	// ReasonProfileOvertaken is a profile about a supplier of which a later one is entered.
	ReasonProfileOvertaken = "PROFILE_OVERTAKEN"
)
