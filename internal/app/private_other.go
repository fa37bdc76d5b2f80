//go:build !unix

package app

// Private does nothing where the folder's own rights decide.
func Private() {}
