// Package cleo is a client of Cleo's EDI hub: files that come and go through the folders of a mailbox, and the trading
// partners that it knows.
//
// [Mailbox] and [Directory] are what the application needs of such a hub; [REST] is the adapter for Cleo's web service.
// All its paths are settings, because most of that service is not published.
//
// The package never retries, with one exception: an answer 401 forces one new token and one more attempt. It stops
// logging in after two refused logins, because Cleo locks accounts. It logs nothing; an observer sees every HTTP request
// with its digests. Every failure is an [*Error] whose [Kind] tells the caller what to decide.
package cleo
