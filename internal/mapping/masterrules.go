package mapping

import (
	"slices"

	"tradewind/internal/trade"
)

// MasterRules say how one kind of master data is kept equal.
type MasterRules struct {
	Flow trade.Flow
	// Entity is what one record is called, such as trade.EntitySupplier.
	Entity string
	// Fields are those that are compared, and Equal compares two values of one in its own form.
	Fields []string
	Equal  func(field, infor, cleo string) bool
	// NeverInInfor and NeverAtCleo say that what one side lacks is not made there.
	NeverInInfor, NeverAtCleo bool
	// Selects says whether a record is kept equal, by its code; profile says that a partner's profile stands for it.
	Selects func(code string, profile bool) (bool, error)
	// Dimensions are those of accounts that are kept equal.
	Dimensions []string
	// Checksum changes with the rules: a comparison notes by which ones it was made.
	Checksum string
}

// Inactive says whether a status is that of a blocked record.
func (r MasterRules) Inactive(status string) bool {
	return slices.Contains(r.Fields, trade.MasterStatus) && r.Equal(trade.MasterStatus, status, trade.MasterBlocked)
}
