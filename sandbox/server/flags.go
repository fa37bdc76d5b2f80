package server

import "flag"

// Flags are the options of a sandbox that is a process of its own. How much there is of something counts when the state
// folder is made; later starts keep what is there.
func (o *Options) Flags(set *flag.FlagSet) {
	set.StringVar(&o.InforAddr, "infor", "127.0.0.1:0", "loopback address of the ION gateway")
	set.StringVar(&o.CleoAddr, "cleo", "127.0.0.1:0", "loopback address of Cleo")
	set.StringVar(&o.StateDir, "state", ".tradewind/sandbox", "folder that keeps what the sandbox holds")
	set.Uint64Var(&o.Seed, "seed", 1, "seed of the business data")
	set.IntVar(&o.Orders, "orders", 40, "sendable purchase orders")
	set.IntVar(&o.Invoices, "invoices", 0, "files with supplier invoices at Cleo")
	set.IntVar(&o.SelfBilled, "self-billed", 0, "invoices that M3 has written in a supplier's place")
	set.IntVar(&o.Suppliers, "suppliers", 0, "suppliers of company 100 beyond the shipped ones")
}
