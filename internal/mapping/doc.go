// Package mapping holds the pure functions that turn an M3 record into a
// canonical document, and a canonical document into an X12 set and back, together
// with the settings they follow: partner profiles and crosswalks.
//
// Nothing here reads a file, a clock or the network: the same input and the same
// settings give the same bytes.
package mapping
