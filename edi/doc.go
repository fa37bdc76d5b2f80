// Package edi reads and writes the X12 wire format: interchanges (ISA), functional
// groups (GS) and transaction sets (ST) made of segments, elements and components.
//
// The package knows syntax only. It works on bytes, not runes, because real
// traffic separates segments with bytes that are not UTF-8. A Decoder takes the
// delimiters from the ISA of each interchange and hands out one segment at a time
// without allocating; an Encoder writes what it is given, counts, pads the ISA and
// refuses data that holds a delimiter.
//
// In this package decode and encode speak of syntax. Meaning is the business of
// tradewind/edi/doc, which marshals and unmarshals.
package edi
