package store

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"exaone/powercut"
)

// EXAONE_STORE_CUTS says how many disks are cut off at each acknowledgement.
func TestPowerCutsLoseNothing(t *testing.T) {
	if testing.Short() { // its processes are traced at each call: minutes, when they are slow themselves
		t.Skip("short: make test and make prove-store run it")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace: not here")
	}
	cuts := rounds(t, "EXAONE_STORE_CUTS", 2)
	base, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	log := filepath.Join(t.TempDir(), "calls")
	cmd := child(t, "script", filepath.Join(base, "data"), powercut.Strace(strace, log)...)
	cmd.Env = append(cmd.Env, promptKey+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("strace: cannot trace here: %v %s", err, out)
	}
	d := powercut.New(base)
	random := rand.New(rand.NewPCG(20261124, 2))
	var acknowledged []string
	stores, lost := 0, 0
	for _, line := range powercut.Calls(readFile(t, log)) {
		printed, err := d.Play(line)
		must(t, err)
		if printed == "" || strings.Contains(printed, "end\n") {
			continue
		}
		acknowledged = append(acknowledged, strings.TrimSpace(printed))
		for n := range cuts {
			chance := random
			if n == 0 {
				chance = nil // nothing but what was synchronised
			}
			to := t.TempDir()
			must(t, d.Cut(to, chance))
			stores++
			lost += checkAcknowledged(t, filepath.Join(to, "data"), fmt.Sprintf("after %d acknowledgements, cut %d", len(acknowledged), n), acknowledged)
		}
	}
	if len(acknowledged) != scriptWrites {
		t.Fatalf("%d acknowledgements, want those of the whole script", len(acknowledged))
	}
	t.Logf("%d stores rebuilt from what had been synchronised: %d acknowledged writes lost", stores, lost)
}
