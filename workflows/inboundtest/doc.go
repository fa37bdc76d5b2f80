// Package inboundtest tests on the running product what comes in: invoices on their way into M3, the
// acknowledgements of what was received, and what partners answer. It holds tests only. They stand
// apart from those of internal/app because `go test` gives each package ten minutes, and behind them in
// the list of packages, so that the two seldom run beside each other.
package inboundtest
