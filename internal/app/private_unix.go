//go:build unix

package app

import "syscall"

// Private makes every file that this process, or one that it starts, makes readable
// by us alone.
func Private() { syscall.Umask(0o077) }
