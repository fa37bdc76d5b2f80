package trade

import (
	"fmt"
	"net/url"
	"strings"
)

// The flows of master data, which keep M3 and Cleo equal.
const (
	Suppliers Flow = "suppliers"
	Customers Flow = "customers"
	Accounts  Flow = "accounts"
)

// What one record of master data is called.
const (
	EntitySupplier = "supplier"
	EntityCustomer = "customer"
	EntityAccount  = "account"
)

// MasterStatus is the field of every entity that says whether a record is active, with what it says.
const (
	MasterStatus      = "status"
	MasterActive      = "active"
	MasterBlocked     = "blocked"
	MasterPreliminary = "preliminary"
)

// StateSynced is a difference in master data that is no more: both sides agree.
const StateSynced State = "synced"

// MasterStates lists every state a difference in master data can be in, as the reconciliation prints
// them. Those of a trading partner profile that came from a partner are among them: it may be a duplicate or a test.
var MasterStates = []State{StateDiscovered, StatePrepared, StateSynced, StateSuperseded, StateDuplicate, StateTest, StateHeld, StateParked, StateUnknown, StateResolved}

// Settlement is how far a difference in master data is settled.
type Settlement struct {
	State State `json:"state"`
	// Infor says that M3 is to be written to, Again that M3 moved on and both are to be compared again.
	Infor bool `json:"infor,omitempty"`
	Again bool `json:"again,omitempty"`
}

// Where a version of master data comes from; the first two are also the names of the sides.
const (
	SourceInfor  = "infor"
	SourceCleo   = "cleo"
	SourcePerson = "person"
)

// masterEntities are the entities of the flows of master data.
var masterEntities = map[Flow]string{Suppliers: EntitySupplier, Customers: EntityCustomer, Accounts: EntityAccount}

// MasterEntity gives the entity of a flow; of a flow that carries no master data it is empty.
func MasterEntity(flow Flow) string { return masterEntities[flow] }

// AccountCode names an account within its company: "1/4010", its dimension (AITP) and its number.
func AccountCode(dimension, account string) string { return dimension + "/" + account }

// ParseAccountCode reads what AccountCode wrote.
func ParseAccountCode(code string) (dimension, account string, err error) {
	dimension, account, _ = strings.Cut(code, "/")
	if dimension == "" || account == "" {
		return "", "", fmt.Errorf("%q is not an account such as 1/4010; write its dimension in front", code)
	}
	return dimension, account, nil
}

// MasterRecordID names the n-th difference, counted from 1, that was found in one record of master
// data. Of suppliers and customers the company counts without its division; the number of an
// account is its AccountCode.
func MasterRecordID(flow Flow, company Company, number string, n int64) string {
	within, path := company.Cono, url.PathEscape(number)
	if flow == Accounts {
		dimension, account, _ := strings.Cut(number, "/")
		within, path = company.String(), url.PathEscape(dimension)+"/"+url.PathEscape(account)
	}
	return fmt.Sprintf("%s/%s/%s/%d", masterEntities[flow], within, path, n)
}
