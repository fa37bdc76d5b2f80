// Package trade holds the words that every other part of Tradewind shares: the
// canonical documents, the flows and states of a record, the reasons for which
// a record stops, and the small payloads that travel through workflows.
//
// It imports nothing of ours and knows neither M3, nor X12, nor Temporal.
package trade
