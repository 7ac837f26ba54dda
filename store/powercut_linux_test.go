package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A killed process leaves the page cache behind, a power cut does not. Here a script's system calls are played
// on a model of a disk that keeps only what was synchronised, a name only when its directory was, and of the
// rest whatever chance keeps. From each acknowledgement some disks are cut off and opened.

// inode is a file or a directory of the model.
type inode struct {
	dir     bool
	content []byte // as programs see it
	synced  []byte // as it is sure to be after a power cut
	pending []func([]byte) []byte
}

func (n *inode) apply(change func([]byte) []byte) {
	n.content = change(n.content)
	n.pending = append(n.pending, change)
}

// diskModel is the model: the names that programs see, and those that are sure to be there after a power cut.
type diskModel struct {
	root       string
	live, kept map[string]*inode
}

func (d *diskModel) file(path string) *inode {
	if d.live[path] == nil {
		d.live[path] = &inode{}
	}
	return d.live[path]
}

// sync is fsync: of a file its content, of a directory the names in it.
func (d *diskModel) sync(path string) {
	n := d.live[path]
	if path != d.root && (n == nil || !n.dir) {
		n = d.file(path)
		n.synced, n.pending = slices.Clone(n.content), nil
		return
	}
	for name := range d.kept {
		if filepath.Dir(name) == path {
			delete(d.kept, name)
		}
	}
	for name, n := range d.live {
		if filepath.Dir(name) == path {
			d.kept[name] = n
		}
	}
}

// cut writes what a power cut leaves to a new directory. A change that was not synchronised is there or not, as
// chance has it, or only half of it.
func (d *diskModel) cut(t *testing.T, to string, random *rand.Rand) {
	t.Helper()
	for _, path := range slices.Sorted(maps.Keys(d.kept)) {
		n := d.kept[path]
		target := filepath.Join(to, strings.TrimPrefix(path, d.root))
		if _, err := os.Stat(filepath.Dir(target)); err != nil {
			continue // a name in a directory that has none itself
		}
		if n.dir {
			must(t, os.Mkdir(target, 0o700))
			continue
		}
		content := slices.Clone(n.synced)
		for _, change := range n.pending {
			if random != nil && random.IntN(2) == 0 {
				content = change(content)
			}
		}
		must(t, os.WriteFile(target, content, 0o600))
	}
}

// A call as strace -y -xx prints it, with the path behind each descriptor.
var (
	callOf    = regexp.MustCompile(`^(\w+)\((.*)\) += (\d+)`)
	pathOfFD  = regexp.MustCompile(`^\d+<([^>]*)>`)
	quoted    = regexp.MustCompile(`"((?:\\x[0-9a-f]{2})*)"`)
	dirAndArg = regexp.MustCompile(`(AT_FDCWD|\d+)<([^>]*)>, "((?:\\x[0-9a-f]{2})*)"`)
)

func unhex(s string) string {
	var b strings.Builder
	for piece := range strings.SplitSeq(s, `\x`) {
		if piece != "" {
			n, _ := strconv.ParseUint(piece, 16, 8)
			b.WriteByte(byte(n))
		}
	}
	return b.String()
}

// names are the paths that a call's descriptor and name arguments mean.
func names(args string) []string {
	var all []string
	for _, m := range dirAndArg.FindAllStringSubmatch(args, -1) {
		name := unhex(m[3])
		if !filepath.IsAbs(name) {
			name = filepath.Join(unhex(m[2]), name)
		}
		all = append(all, filepath.Clean(name))
	}
	if len(all) == 0 { // mkdir, unlink: a path alone
		for _, m := range quoted.FindAllStringSubmatch(args, -1) {
			all = append(all, filepath.Clean(unhex(m[1])))
		}
	}
	return all
}

// play does one call to the model. It returns what the call printed, if it printed anything.
func (d *diskModel) play(call, args string) (printed string, err error) {
	var path, data string
	if m := pathOfFD.FindStringSubmatch(args); m != nil {
		path = unhex(m[1])
	}
	if m := quoted.FindStringSubmatch(args); m != nil {
		data = unhex(m[1])
	}
	ours := func(path string) bool { return strings.HasPrefix(path, d.root) }
	switch call {
	case "write":
		if strings.HasPrefix(args, "1<") {
			return data, nil
		}
		if ours(path) {
			d.file(path).apply(func(b []byte) []byte { return append(b, data...) })
		}
	case "pwrite64":
		at, err := strconv.Atoi(args[strings.LastIndex(args, " ")+1:])
		if err != nil {
			return "", err
		}
		d.file(path).apply(func(b []byte) []byte {
			if missing := at + len(data) - len(b); missing > 0 {
				b = append(b, make([]byte, missing)...)
			}
			copy(b[at:], data)
			return b
		})
	case "ftruncate":
		size, err := strconv.Atoi(args[strings.LastIndex(args, " ")+1:])
		if err != nil {
			return "", err
		}
		d.file(path).apply(func(b []byte) []byte {
			return append(b, make([]byte, max(0, size-len(b)))...)[:size]
		})
	case "fsync", "fdatasync":
		d.sync(path)
	case "openat":
		if all := names(args); strings.Contains(args, "O_CREAT") && ours(all[0]) {
			d.file(all[0])
		}
	case "mkdir", "mkdirat":
		d.live[names(args)[0]] = &inode{dir: true}
	case "unlink", "unlinkat":
		delete(d.live, names(args)[0])
	case "renameat", "renameat2":
		all := names(args)
		d.live[all[1]] = d.live[all[0]]
		delete(d.live, all[0])
	default:
		return "", fmt.Errorf("call %s is not in the model", call)
	}
	return "", nil
}

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
	cmd := child(t, "script", filepath.Join(base, "data"), strace, "-f", "-qq", "-y", "-xx", "-s", "10000000",
		"-o", log, "-e", "trace=openat,"+changes)
	cmd.Env = append(cmd.Env, promptKey+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("strace: cannot trace here: %v %s", err, out)
	}
	d := &diskModel{root: base, live: map[string]*inode{}, kept: map[string]*inode{}}
	random := rand.New(rand.NewPCG(20261124, 2))
	var acknowledged []string
	stores, lost := 0, 0
	for _, line := range completeCalls(readFile(t, log)) {
		m := callOf.FindStringSubmatch(line)
		if m == nil {
			continue // one that failed changed nothing
		}
		printed, err := d.play(m[1], m[2])
		if err != nil {
			t.Fatalf("%v: %.200s", err, line)
		}
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
			d.cut(t, to, chance)
			stores++
			lost += checkAcknowledged(t, filepath.Join(to, "data"), fmt.Sprintf("after %d acknowledgements, cut %d", len(acknowledged), n), acknowledged)
		}
	}
	if len(acknowledged) != scriptWrites {
		t.Fatalf("%d acknowledgements, want those of the whole script", len(acknowledged))
	}
	t.Logf("%d stores rebuilt from what had been synchronised: %d acknowledged writes lost", stores, lost)
}

// completeCalls are the lines of strace's log without the threads' numbers, and with calls that another thread
// came between put together.
func completeCalls(log string) []string {
	var all []string
	begun := map[string]string{}
	for line := range strings.Lines(log) {
		thread, call, _ := strings.Cut(strings.TrimSpace(line), " ")
		call = strings.TrimSpace(call)
		if before, ok := strings.CutSuffix(call, "<unfinished ...>"); ok {
			begun[thread] = before
			continue
		}
		if strings.HasPrefix(call, "<... ") {
			_, after, _ := strings.Cut(call, "resumed>")
			call = strings.TrimRight(begun[thread], " ") + after
			delete(begun, thread)
		}
		all = append(all, call)
	}
	return all
}
