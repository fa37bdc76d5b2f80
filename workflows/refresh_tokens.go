package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// RefreshTokens keeps the shared tokens of a system good ahead of their end, and
// shows how they stand; the tokens themselves appear nowhere.
func RefreshTokens(ctx workflow.Context, in trade.RefreshTokensInput) ([]trade.TokenState, error) {
	var states []trade.TokenState
	err := workflow.ExecuteActivity(renewToken(ctx, in.System, "renew tokens of "+in.System), run.RefreshTokens,
		activities.RefreshTokensParams{System: in.System}).Get(ctx, &states)
	workflow.SetCurrentDetails(ctx, tokenDetails(states, err))
	return states, err
}

func tokenDetails(states []trade.TokenState, err error) string {
	if err != nil {
		return "**Not renewed.** The lane is stopped until the credentials are corrected."
	}
	if len(states) == 0 {
		return "The lane is stopped: no token is taken until it is tried again."
	}
	lines := make([]string, len(states))
	for i, s := range states {
		lines[i] = fmt.Sprintf("%s: renewed %s, good until %s, %d of %d tokens taken today", s.Name,
			s.RenewedAt.UTC().Format(time.RFC3339), s.ExpiresAt.UTC().Format(time.RFC3339), s.Taken, s.Quota)
	}
	return strings.Join(lines, "\n\n")
}
