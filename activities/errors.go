package activities

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"

	"tradewind/cleo"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/internal/vault"
	"tradewind/ionapi"
)

// The types of the errors that activities return to workflows.
const (
	// ErrorParked carries a trade.Reason: a person must act.
	ErrorParked = "Parked"
	// ErrorHeld carries a trade.Reason: the record goes on by itself.
	ErrorHeld = "Held"
	// ErrorRejected carries a trade.Reason: the partner rejected the document, a person must act.
	ErrorRejected = "Rejected"
	// ErrorRefused is a call that will not succeed by repeating it.
	ErrorRefused = "Refused"
	// ErrorBusy is a call that may succeed later.
	ErrorBusy = "Busy"
)

// parked and held are how an activity stops a record; the ledger has the reason
// already.
func parked(r trade.Reason) error { return stopping(ErrorParked, r) }

func held(r trade.Reason) error { return stopping(ErrorHeld, r) }

func stopping(kind string, r trade.Reason) error {
	return temporal.NewApplicationErrorWithOptions(r.String(), kind, temporal.ApplicationErrorOptions{
		NonRetryable: true, Details: []any{r}, Category: temporal.ApplicationErrorCategoryBenign,
	})
}

// later asks Temporal to run the activity again after a pause; 0 leaves it to the
// retry policy.
func later(message string, pause time.Duration) error {
	return temporal.NewApplicationErrorWithOptions(message, ErrorBusy, temporal.ApplicationErrorOptions{
		NextRetryDelay: pause, Category: temporal.ApplicationErrorCategoryBenign,
	})
}

// quotaPause is how soon a used-up quota is looked at again: somebody may raise it.
const quotaPause = 5 * time.Minute

// translate makes the error that an activity returns. It is the last thing an
// activity does: an error wrapped afterwards would lose what it says about
// retrying.
func translate(err error) error {
	var application *temporal.ApplicationError
	if errors.As(err, &application) {
		return application // Temporal knows it only as it is, not wrapped or joined
	}
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var infor *ionapi.Error
	if errors.As(err, &infor) {
		return byKind(err, string(infor.Kind), infor.RetryAfter)
	}
	var hub *cleo.Error
	if errors.As(err, &hub) {
		return byKind(err, string(hub.Kind), hub.RetryAfter)
	}
	var quota *vault.QuotaError
	if errors.As(err, &quota) {
		return later(err.Error(), min(time.Until(quota.Until), quotaPause))
	}
	var rest *vault.RestError
	if errors.As(err, &rest) {
		return later(err.Error(), time.Until(rest.Until))
	}
	var state *ledger.StateError
	if errors.As(err, &state) {
		return temporal.NewNonRetryableApplicationError(err.Error(), ErrorRefused, nil)
	}
	return temporal.NewApplicationError(err.Error(), ErrorBusy)
}

// again translates the error of work that nothing replaces: a file that waits to be read is
// read once the mailbox lets us, whatever it says today.
func again(err error) error {
	var application *temporal.ApplicationError
	translated := translate(err)
	if errors.As(translated, &application) && application.NonRetryable() {
		return later(err.Error(), 0)
	}
	return translated
}

// byKind decides by the kinds that both clients share.
func byKind(err error, kind string, retryAfter time.Duration) error {
	switch kind {
	case string(ionapi.RateLimited):
		if retryAfter > 0 {
			return later(err.Error(), retryAfter)
		}
		return temporal.NewApplicationError(err.Error(), ErrorBusy)
	case string(ionapi.NotPermitted), string(ionapi.InvalidInput), string(ionapi.NotAvailable), string(ionapi.RecordMissing), string(cleo.NotFound):
		return temporal.NewNonRetryableApplicationError(err.Error(), ErrorRefused, nil)
	}
	return temporal.NewApplicationError(err.Error(), ErrorBusy)
}
