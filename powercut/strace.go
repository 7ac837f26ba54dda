package powercut

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Changes are the system calls that change what is on a disk, as strace's -e trace= takes them.
const Changes = "write,pwrite64,fsync,fdatasync,ftruncate,fallocate,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat"

// Strace is how a program's calls are to be traced, into a file whose lines Calls takes.
func Strace(strace, log string) []string {
	return []string{strace, "-f", "-qq", "-y", "-xx", "-s", "10000000", "-o", log, "-e", "trace=openat," + Changes}
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

// Play does one call of a log to the disk, and returns what it wrote to the standard output, if that is what it did. Calls that
// failed change nothing.
func (d *Disk) Play(line string) (printed string, err error) {
	m := callOf.FindStringSubmatch(line)
	if m == nil {
		return "", nil
	}
	call, args := m[1], m[2]
	var path, data string
	if m := pathOfFD.FindStringSubmatch(args); m != nil {
		path = unhex(m[1])
	}
	if m := quoted.FindStringSubmatch(args); m != nil {
		data = unhex(m[1])
	}
	last := func() (int, error) { return strconv.Atoi(args[strings.LastIndex(args, " ")+1:]) }
	switch call {
	case "write":
		if strings.HasPrefix(args, "1<") {
			return data, nil
		}
		if d.has(path) {
			d.file(path).apply(change{at: len(d.file(path).content), data: []byte(data)})
		}
	case "pwrite64":
		at, err := last()
		if err != nil {
			return "", err
		}
		if d.has(path) {
			d.file(path).apply(change{at: at, data: []byte(data)})
		}
	case "ftruncate":
		size, err := last()
		if err != nil {
			return "", err
		}
		if d.has(path) {
			d.file(path).apply(change{at: size, cut: true})
		}
	case "fsync", "fdatasync":
		if d.has(path) || path == d.root {
			d.sync(path)
		}
	case "openat":
		if all := names(args); strings.Contains(args, "O_CREAT") && d.has(all[0]) {
			d.file(all[0])
			if strings.Contains(args, "O_TRUNC") {
				d.file(all[0]).apply(change{cut: true})
			}
		}
	case "mkdir", "mkdirat":
		if all := names(args); d.has(all[0]) {
			d.live[all[0]] = &inode{dir: true}
		}
	case "unlink", "unlinkat":
		delete(d.live, names(args)[0])
	case "renameat", "renameat2":
		if all := names(args); d.live[all[0]] != nil {
			d.live[all[1]] = d.live[all[0]]
			delete(d.live, all[0])
		}
	default:
		return "", fmt.Errorf("call %s is not in the model: %.200s", call, line)
	}
	return "", nil
}

// Calls are the lines of strace's log without the threads' numbers, and with calls that another thread came between put
// together.
func Calls(log string) []string {
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
