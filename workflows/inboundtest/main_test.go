package inboundtest

import (
	"os"
	"testing"

	"tradewind/internal/apptest"
)

const patience = apptest.Patience

func TestMain(m *testing.M) { os.Exit(apptest.Main(m)) }

// world is an installation and what these tests do to it.
type world struct{ *apptest.World }

// newWorld is an installation whose M3 holds no orders but those that are invoiced.
func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{apptest.New(t, 0)}
}
