package operator

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi/schema"
	"tradewind/internal/config"
)

const samples = "../../../shared/x12/samples/810"

// TestRealInvoicesAreMappedOrStopWithAReason tries every real 810 as if a partner of ours had
// sent it.
func TestRealInvoicesAreMappedOrStopWithAReason(t *testing.T) {
	files, err := filepath.Glob(samples + "/*")
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skipf("no sample files at %s", samples)
	}
	folder, err := config.ReadFolder("../../config")
	require.NoError(t, err)
	c, err := config.Load(folder)
	require.NoError(t, err)
	mapped, tried := 0, 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		trials, err := Try(c, content, string(c.Partners[0].ID))
		if errors.Is(err, schema.ErrNoInterchange) {
			continue // a piece without its envelope
		}
		require.NoError(t, err, file)
		for _, trial := range trials {
			tried++
			if trial.Invoice != nil {
				mapped++
				continue
			}
			require.NotEmpty(t, trial.Reasons, "%s %s", file, trial.Path)
			for _, reason := range trial.Reasons {
				require.NotEmpty(t, reason.Message, file)
				require.NotEmpty(t, reason.Place, file)
				require.NotEmpty(t, reason.Cure, file)
			}
		}
	}
	t.Logf("%d files, %d sets, %d of them mapped", len(files), tried, mapped)
	require.Greater(t, tried, 5)
}
