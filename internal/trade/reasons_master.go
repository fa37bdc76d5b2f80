package trade

// Reason codes of master data that waits for a person.
const (
	// ReasonMasterConflict is a record whose two sides differ, and no rule says which of them is right.
	ReasonMasterConflict = "MASTER_CONFLICT"
	// ReasonMasterNew is a record that one side has, and that only a person may create on the other.
	ReasonMasterNew = "MASTER_NEW"
	// ReasonMasterRefused is a change that M3 does not take.
	ReasonMasterRefused = "MASTER_REFUSED"
	// ReasonRemitChange is a change of where money goes; it never flows by itself.
	ReasonRemitChange = "REMIT_CHANGE"
)
