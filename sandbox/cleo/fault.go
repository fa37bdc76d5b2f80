package cleo

import "context"

type faultKey struct{}

// withFault hands the fault of an upload to the place where the file is stored.
func withFault(ctx context.Context, fault string) context.Context {
	return context.WithValue(ctx, faultKey{}, fault)
}

func faultOf(ctx context.Context) string {
	fault, _ := ctx.Value(faultKey{}).(string)
	return fault
}
