package intake

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// holdUntilKilled has a folder, says where, and waits to be killed.
func holdUntilKilled(within string) {
	s, err := openScratch(within)
	if err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
	fmt.Println(s.dir)
	time.Sleep(time.Minute)
	os.Exit(1)
}

// TestFoldersOfTheDeadAreSwept kills a process that has a folder. What it leaves stays while it lives and goes when another makes one.
func TestFoldersOfTheDeadAreSwept(t *testing.T) {
	within := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "EXAONE_TEST_SCRATCH="+within)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the process says nothing")
	}
	dir := lines.Text()
	if err := os.WriteFile(filepath.Join(dir, "read"), []byte("글"), 0o600); err != nil {
		t.Fatal(err)
	}
	there := func(dir string) bool {
		_, err := os.Stat(dir)
		return err == nil
	}
	later := time.Now().Add(time.Hour)
	if sweepScratch(within, later); !there(filepath.Join(dir, "read")) {
		t.Fatal("the folder of a process that lives is gone")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if sweepScratch(within, time.Now()); !there(dir) {
		t.Error("a folder goes that somebody may just be making")
	}
	others := []string{filepath.Join(within, "other"), filepath.Join(within, scratchName+"full")}
	for _, other := range others {
		if err := os.MkdirAll(filepath.Join(other, "in"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(others[0], filepath.Join(within, scratchName+"link")); err != nil {
		t.Log(err) // not everybody may make one everywhere
	}
	sweepScratch(within, later)
	if there(dir) {
		t.Error("the folder of a process that was killed stays")
	}
	for _, other := range others {
		if !there(filepath.Join(other, "in")) {
			t.Errorf("%s was none of ours", other)
		}
	}
	s, err := openScratch(within)
	if err != nil || !there(s.dir) {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil || there(s.dir) {
		t.Errorf("closed, it is there: %v", err)
	}
}
