package trade

import (
	"fmt"
	"strconv"
)

// Class says who or what can move a stopped record on.
type Class string

// The classes of reasons.
const (
	// ClassData is wrong or missing data: a person corrects it and replays.
	ClassData Class = "data"
	// ClassConfiguration is a setting that lacks something: a profile, a unit.
	ClassConfiguration Class = "configuration"
	// ClassTiming passes by itself.
	ClassTiming Class = "timing"
	// ClassUnknown is a write whose outcome nobody can look up.
	ClassUnknown Class = "unknown"
)

// Reason tells a person in one sentence why a record stopped, where, and what to
// change. The code comes second.
type Reason struct {
	Code    string `json:"code"`
	Class   Class  `json:"class"`
	Message string `json:"message"`
	Place   string `json:"place,omitempty"`
	Cure    string `json:"cure"`
	// Reread says that the order could not be read whole: only another reading of M3
	// makes something that may be sent, a replay does not.
	Reread bool `json:"reread,omitempty"`
}

// String is the one line that lists and logs show.
func (r Reason) String() string {
	if r.Code == "" {
		return ""
	}
	place := ""
	if r.Place != "" {
		place = " (" + r.Place + ")"
	}
	return fmt.Sprintf("%s%s; %s [%s]", r.Message, place, r.Cure, r.Code)
}

// IsZero says whether there is no reason.
func (r Reason) IsZero() bool { return r.Code == "" }

// Reason codes of the outward flow.
const (
	ReasonPartnerUnknown     = "PARTNER_UNKNOWN"
	ReasonSupplierBlocked    = "SUPPLIER_BLOCKED"
	ReasonNoLines            = "NO_LINES"
	ReasonLinesIncomplete    = "LINES_INCOMPLETE"
	ReasonUnitUnmapped       = "UNIT_UNMAPPED"
	ReasonPriceUnitUnmapped  = "PRICE_UNIT_UNMAPPED"
	ReasonItemNumberMissing  = "ITEM_NUMBER_MISSING"
	ReasonAmountDiffers      = "AMOUNT_DIFFERS"
	ReasonValueInvalid       = "VALUE_INVALID"
	ReasonValueTooLong       = "VALUE_TOO_LONG"
	ReasonCharacterForbidden = "CHARACTER_FORBIDDEN"
	ReasonCurrencyMissing    = "CURRENCY_MISSING"
	ReasonChangePending      = "CHANGE_PENDING"
	ReasonPredecessor        = "PREDECESSOR_IN_FLIGHT"
	ReasonNotArmed           = "NOT_ARMED"
	ReasonLaneStopped        = "LANE_STOPPED"
	ReasonUploadUnknown      = "UPLOAD_UNKNOWN"
	ReasonUploadRefused      = "UPLOAD_REFUSED"
	ReasonNameTaken          = "NAME_TAKEN"
	ReasonOrderUnreadable    = "ORDER_UNREADABLE"
	ReasonVersionUnknown     = "MAPPING_VERSION_UNKNOWN"
	// ReasonNotOptedIn is an invoice of accounts payable whose partner gets none.
	ReasonNotOptedIn = "NOT_OPTED_IN"
	// ReasonInvoiceChanged is an invoice of accounts payable that changed after it was sent.
	ReasonInvoiceChanged = "INVOICE_CHANGED"
)

// Reasons for which an order, or an outgoing invoice, is counted but not registered.
const (
	NotEligibleNoPartner   = "NO_PARTNER"
	NotEligibleNotApproved = "NOT_APPROVED"
	// NotEligibleNotSelected is an invoice of accounts payable whose status keeps it back.
	NotEligibleNotSelected = "NOT_SELECTED"
	// NotEligibleCameByEDI is an invoice that the partner sent by itself.
	NotEligibleCameByEDI = "CAME_BY_EDI"
)

// Data builds a reason that a correction of data cures.
func Data(code, place, cure, format string, args ...any) Reason {
	return Reason{Code: code, Class: ClassData, Place: place, Cure: cure, Message: fmt.Sprintf(format, args...)}
}

// Configuration builds a reason that a change of the configuration cures.
func Configuration(code, place, cure, format string, args ...any) Reason {
	return Reason{Code: code, Class: ClassConfiguration, Place: place, Cure: cure, Message: fmt.Sprintf(format, args...)}
}

// Timing builds a reason that passes by itself.
func Timing(code, cure, format string, args ...any) Reason {
	return Reason{Code: code, Class: ClassTiming, Cure: cure, Message: fmt.Sprintf(format, args...)}
}

func itoa(n int) string { return strconv.Itoa(n) }
