// Package archtest keeps the import rules of the project as a test: imports point
// one way, and each rule carries its reason.
package archtest
