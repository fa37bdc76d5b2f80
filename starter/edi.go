package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"tradewind/edi/schema"
)

// The exit statuses of the commands that read X12.
const (
	exitFindings = 1
	exitNoX12    = 2 // also where there is nothing to read
)

// exitError ends the program with a status of its own.
type exitError struct {
	status int
	err    error
}

func (e exitError) Error() string { return e.err.Error() }

func (e exitError) Unwrap() error { return e.err }

func ediCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "edi", Short: "Reads, judges and answers X12 files"}
	cmd.AddCommand(validateCommand(), inspectCommand(), ackCommand())
	return cmd
}

// stream makes the collector keep memory small while a file of any length goes through.
func stream() { debug.SetMemoryLimit(16 << 20) }

// withFile runs do on a file, or on standard input for "-". What do writes is flushed
// whatever it gives, so that the output shows how far it came.
func withFile(cmd *cobra.Command, name string, do func(io.Reader, *bufio.Writer) error) error {
	in := cmd.InOrStdin()
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return exitError{exitNoX12, err}
		}
		defer file.Close()
		in = file
	}
	out := bufio.NewWriter(cmd.OutOrStdout())
	err := do(in, out)
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	if errors.Is(err, schema.ErrNoInterchange) {
		return exitError{exitNoX12, fmt.Errorf("%s: %w", name, err)}
	}
	return err
}
