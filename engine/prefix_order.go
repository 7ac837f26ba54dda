package engine

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// A run is of no use without those that hold what goes before its pages. So the time of a file is never before that of
// a file that follows it: whenever one is written or used, those it follows are used then too, and first. They are
// deleted after it, therefore, whoever makes room. Whoever touches them finds those that are gone.

// before are the runs that hold what leads to n, its own last, each once.
func (n *node) before() []*run {
	var list []*run
	for ; n != nil && n.parent != nil; n = n.parent {
		if n.run != nil && (len(list) == 0 || list[len(list)-1] != n.run) {
			list = append(list, n.run)
		}
	}
	slices.Reverse(list)
	return list
}

// touch gives the files of runs, of which each follows those before it, a time if theirs is earlier, and returns those
// that cannot be found.
func touch(runs []*run, used time.Time) (lost []*run) {
	for _, r := range runs {
		info, err := os.Lstat(r.path)
		if err == nil && info.Mode().IsRegular() && info.ModTime().Before(used) {
			err = os.Chtimes(r.path, used, used)
			if _, gone := os.Lstat(r.path); gone == nil {
				err = nil // of somebody else, or read-only: nothing to be done about it
			}
		}
		if err != nil || !info.Mode().IsRegular() {
			lost = append(lost, r)
		}
	}
	return lost
}

// noteUse remembers what touch has done.
func noteUse(runs []*run, used time.Time) {
	for _, r := range runs {
		if r.used.Before(used) {
			r.used = used
		}
	}
}

// order puts the times of files right that somebody has copied, or that programs wrote which left those of the first
// where they were. The runs are in order of what follows what.
func order(runs []*run) {
	for _, r := range slices.Backward(runs) {
		if p := r.nodes[0].parent.run; p != nil && p.used.Before(r.used) {
			p.used = r.used
			touch([]*run{p}, p.used)
		}
	}
}

// missed deals with runs whose files somebody else has deleted, or lost: they are written again, with what leads to
// last and is still in memory, before anything that follows.
func (r *runner) missed(lost []*run, last *node, begun uint64) {
	for _, run := range lost {
		r.pages.lose(run)
	}
	if last == nil || last.gone || !r.keeper.store.writes() {
		return
	}
	list := r.pieces(last, begun, mostQueued)
	for i := range list {
		list[i].again = true
	}
	r.toWrite = slices.Concat(list, r.toWrite)
}

// restore makes the folder of a model again, and the salt, if somebody has deleted them meanwhile, and says so. It is
// an error if somebody has begun anew, with another salt: what stands for scopes there is not what it is here.
func (p *prefixes) restore(dir string) error {
	if _, err := os.Lstat(dir); err != nil {
		p.log.Info("a folder of prefixes was deleted and is made again", "dir", dir)
	}
	if err := makeDir(dir); err != nil {
		return err
	}
	path := filepath.Join(p.dir, saltName)
	if err := writeNew(path, p.salt); !errors.Is(err, fs.ErrExist) {
		return err
	}
	salt, size, err := readSalt(path)
	if err == nil && size == saltSize && !bytes.Equal(salt, p.salt) { // or another is just writing it
		err = fmt.Errorf("%s is not what it was: another program has begun anew there", path)
	}
	return err
}
