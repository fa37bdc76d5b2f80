// Package ionapi is a client of Infor M3 behind the ION API Gateway.
//
// A [File] holds what an authorized app downloads (the .ionapi file). A [Client] made from it takes one OAuth token for
// all its goroutines and knows two ways to run an MI transaction: [Client.Get] for reads, and [Client.Bulk] for many
// transactions in one POST. Writes go out by Bulk only: the GET spelling of a write is repeated by net/http when a
// reused connection is cut, and M3 would then hold two of it.
//
// Each MI program that the application uses has a file of its own with typed records (pps200mi.go, crs620mi.go, …); the
// name of the program is an argument, because tenants expose their own.
//
// The package never retries, with one exception: an answer 401 forces one new token and one more attempt. It logs
// nothing; an observer sees every HTTP request with its digests. Every failure is an [*Error] whose [Kind] tells the
// caller what to decide.
package ionapi
