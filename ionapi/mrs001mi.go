package ionapi

import (
	"context"
	"slices"
	"strconv"
)

// Metadata asks through MRS001MI what the tenant's MI programs offer. Its answers are the same in every company.
type Metadata struct {
	client  *Client
	program string
}

// Metadata gives the metadata program of that name; the standard one is MRS001MI.
func (c *Client) Metadata(program string) Metadata {
	return Metadata{client: c, program: program}
}

// Direction says whether a field goes into a transaction or comes out of it.
type Direction string

// The two layouts of a transaction.
const (
	DirectionIn  Direction = "I"
	DirectionOut Direction = "O"
)

// TransactionField is a field of an MI transaction (LstFields).
type TransactionField struct {
	Name        string `mi:"FLNM"`
	Description string `mi:"FLDS"`
	Type        string `mi:"TYPE"` // A alphanumeric, N numeric
	Length      int    `mi:"LENG"`
	Mandatory   string `mi:"MAND"` // 1: must be given
}

// Transactions lists the names of a program's transactions. A program that the tenant lacks is RecordMissing,
// NotAvailable or an empty list, depending on the tenant.
func (m Metadata) Transactions(ctx context.Context, program string) ([]string, error) {
	records, err := m.client.List(ctx, m.query("LstTransactions", Record{"MINM": program}))
	names := make([]string, len(records))
	for i, record := range records {
		names[i] = record.Text("TRNM")
	}
	return names, err
}

// Fields lists the fields of a transaction.
func (m Metadata) Fields(ctx context.Context, program, transaction string, direction Direction) ([]TransactionField, error) {
	input := Record{"MINM": program, "TRNM": transaction, "TRTP": string(direction)}
	return listOf[TransactionField](ctx, m.client, m.query("LstFields", input))
}

// Capabilities are the parts of the invoice batch program that only some builds have.
type Capabilities struct {
	Recode      bool // AddHeadRecode and AddLineRecode
	Delete      bool // DltInvoice
	LineObjects bool // AddLine takes the accounting objects AO01 to AO07
}

// Capability asks what the tenant's invoice batch program can do; NotAvailable where the tenant has no such program. The
// answer holds until M3 is upgraded: the caller may keep it.
func (m Metadata) Capability(ctx context.Context, program string) (Capabilities, error) {
	has, err := m.Transactions(ctx, program)
	if err == nil && len(has) == 0 || KindOf(err) == RecordMissing {
		err = &Error{Kind: NotAvailable, Program: program, Message: "the tenant lists no transactions of the program", Err: err}
	}
	if err != nil {
		return Capabilities{}, err
	}
	can := Capabilities{Delete: slices.Contains(has, "DltInvoice"),
		Recode: slices.Contains(has, "AddHeadRecode") && slices.Contains(has, "AddLineRecode")}
	if slices.Contains(has, "AddLine") {
		can.LineObjects, err = m.takes(ctx, program, "AddLine", "AO0", 7)
	}
	return can, err
}

// takes says whether a transaction has all inputs of a name that ends in 1 to n.
func (m Metadata) takes(ctx context.Context, program, transaction, name string, n int) (bool, error) {
	fields, err := m.Fields(ctx, program, transaction, DirectionIn)
	for i := 1; i <= n; i++ {
		wanted := name + strconv.Itoa(i)
		if !slices.ContainsFunc(fields, func(f TransactionField) bool { return f.Name == wanted }) {
			return false, err
		}
	}
	return true, err
}

// query is a read of the whole list.
func (m Metadata) query(transaction string, input Record) Query {
	return Query{Program: m.program, Transaction: transaction, UserCompany: true, Input: input}
}
