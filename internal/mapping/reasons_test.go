package mapping

import (
	"os"
	"testing"

	"tradewind/internal/trade/reasontest"
)

// TestMain holds the tests against the list of reasons: each has to be produced by one.
func TestMain(m *testing.M) { os.Exit(reasontest.Run(m, "reasons_inward.go", "reasons_profile.go")) }
