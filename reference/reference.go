// Package reference finds the data that others made and this program is held to, for tests alone: golden checkpoints, samples of
// documents, questions with their answers. They are not in the repository. EXAONE_SHARED names their folder; without it, a
// folder shared beside the checkout is looked into.
package reference

import (
	"os"
	"path/filepath"
	"testing"
)

// Find returns where something of the data is, and whether it is there. Its name may come in parts, and parts may have slashes.
// A test that asks has not left the folder of its package.
func Find(name ...string) (path string, ok bool) {
	folders := []string{os.Getenv("EXAONE_SHARED")}
	if folders[0] == "" {
		folders = []string{filepath.Join("..", "shared"), filepath.Join("..", "..", "shared")} // of the root's tests, of a package's
	}
	for _, folder := range folders {
		path = filepath.Join(folder, filepath.Join(name...))
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return "", false
}

// Path returns where something of the data is, as Find does; the test is skipped if it is not there.
func Path(t testing.TB, name ...string) string {
	t.Helper()
	path, ok := Find(name...)
	if !ok {
		t.Skipf("no reference data (EXAONE_SHARED): %s", filepath.Join(name...))
	}
	return path
}
