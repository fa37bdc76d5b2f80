// Package doc gives X12 sets their business meaning: Go structs with typed dates,
// decimal amounts (implied decimals handled) and loops as slices.
//
// Marshal turns a document into the segments of a set and checks each element
// against its length in the standard; nothing is ever cut. Unmarshal reads them
// back, and keeps what the struct does not model.
package doc
