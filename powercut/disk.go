// Package powercut is a model of a disk whose power is cut, for tests alone, and real disks that are full. A killed process leaves
// the page cache behind, a power cut does not: there is what was synchronised, a name if its directory was, and of the rest
// whatever chance keeps.
package powercut

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// inode is a file or a directory.
type inode struct {
	dir     bool
	content []byte // as programs see it
	synced  []byte // as it is sure to be after a power cut
	pending []change
}

// change is one write, or with no data and cut a truncation to at.
type change struct {
	at   int
	data []byte
	cut  bool
}

// to does a change to the content of a file.
func (c change) to(b []byte) []byte {
	if c.cut {
		return append(b, make([]byte, max(0, c.at-len(b)))...)[:c.at]
	}
	if missing := c.at + len(c.data) - len(b); missing > 0 {
		b = append(b, make([]byte, missing)...)
	}
	copy(b[c.at:], c.data)
	return b
}

func (n *inode) apply(c change) {
	n.content = c.to(n.content)
	n.pending = append(n.pending, c)
}

// Disk is the model: the names that programs see, and those that are sure to be there after a power cut. It is of one
// goroutine.
type Disk struct {
	root       string
	live, kept map[string]*inode
}

// New returns an empty disk. Nothing but what is below root is on it.
func New(root string) *Disk {
	return &Disk{root: root, live: map[string]*inode{}, kept: map[string]*inode{}}
}

func (d *Disk) has(path string) bool {
	return strings.HasPrefix(path, d.root+string(filepath.Separator))
}

func (d *Disk) file(path string) *inode {
	if d.live[path] == nil {
		d.live[path] = &inode{}
	}
	return d.live[path]
}

// sync is fsync: of a file its content, of a directory the names in it.
func (d *Disk) sync(path string) {
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

// Cut writes what a power cut leaves to an empty directory, as if it were the root. Without chance that is what was
// synchronised and nothing else; with it, a name or a write that was not synchronised is there or not, or a part of the write.
func (d *Disk) Cut(to string, chance *rand.Rand) error {
	names := maps.Clone(d.kept)
	if chance != nil {
		for _, path := range slices.Sorted(maps.Keys(d.live)) {
			if chance.IntN(2) == 0 {
				names[path] = d.live[path]
			}
		}
		for _, path := range slices.Sorted(maps.Keys(d.kept)) {
			if d.live[path] == nil && chance.IntN(2) == 0 {
				delete(names, path)
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(names)) {
		n := names[path]
		target := filepath.Join(to, strings.TrimPrefix(path, d.root))
		if _, err := os.Stat(filepath.Dir(target)); err != nil {
			continue // a name in a directory that has none itself
		}
		var err error
		if n.dir {
			err = os.Mkdir(target, 0o700)
		} else {
			err = os.WriteFile(target, n.left(chance), 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// left is what a power cut leaves of a file.
func (n *inode) left(chance *rand.Rand) []byte {
	content := slices.Clone(n.synced)
	if chance == nil {
		return content
	}
	for _, c := range n.pending {
		switch chance.IntN(4) {
		case 0, 1:
			content = c.to(content)
		case 2:
			if !c.cut {
				c.data = c.data[:chance.IntN(len(c.data)+1)]
				content = c.to(content)
			}
		}
	}
	return content
}
