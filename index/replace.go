package index

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// made is a new file, and what it is instead of.
type made struct {
	class   string
	old     []*part
	part    *part // nil: nothing is left
	oldVecs []*vectorPart
	vectors *vectorPart
}

// unmake removes files that came to nothing, by an error.
func (ix *Index) unmake(all []*made, err error) {
	if errors.Is(err, errRenamed) {
		return // the manifest may have them
	}
	for _, m := range all {
		for _, f := range m.files() {
			if err := f.drop(); err != nil {
				ix.log.Warn("index: remove a file", "error", err)
			}
		}
	}
}

func (m *made) files() (files []*file) {
	if m.part != nil {
		files = append(files, m.part.file)
	}
	if m.vectors != nil {
		files = append(files, m.vectors.file)
	}
	return files
}

// replace puts new files in the place of what they are made of: in the manifest, and in what is found. Documents that died
// while they were written are dead in them. A flush gives also, which is called under the lock before the manifest is written.
func (ix *Index) replace(all []*made, also func(*edit)) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.closed {
		return errClosed
	}
	e := ix.edit()
	var unused []*file
	for _, m := range all {
		c := e.class(m.class)
		if err := guard(func() error { return m.enter(c) }); err != nil {
			return err
		}
		for _, p := range m.old {
			if p.file != nil {
				unused = append(unused, p.file)
			}
		}
		for _, v := range m.oldVecs {
			if v.file != nil {
				unused = append(unused, v.file)
			}
		}
	}
	first := ix.first
	if also != nil {
		also(e)
	}
	if err := ix.writeManifest(e.classes); err != nil {
		ix.first = first
		if errors.Is(err, errRenamed) {
			ix.failed = err
		}
		return err
	}
	if also != nil {
		ix.failed, ix.unsaved = nil, nil // whatever may be in logs, nothing needs them
	}
	before := ix.state.Load().classes
	for name := range e.own {
		ix.held += e.classes[name].held() - before[name].held()
	}
	ix.publish(e)
	ix.room.Broadcast()
	for _, f := range unused {
		if err := f.drop(); err != nil {
			ix.log.Warn("index: remove a file", "error", err)
		}
	}
	return nil
}

// enter puts what was made in the place of what it was made of.
func (m *made) enter(c *class) error {
	if m.old != nil {
		var died [][]byte
		for _, old := range m.old {
			i := slices.IndexFunc(c.parts, func(p *part) bool { return p.segment == old.segment })
			if i < 0 { // all of it died, and it was in memory alone
				ids, err := diedSince(&old.documentTable, old.dead, nil)
				if err != nil {
					return err
				}
				died = append(died, ids...)
				continue
			}
			ids, err := diedSince(&old.documentTable, old.dead, c.parts[i])
			if err != nil {
				return err
			}
			died = append(died, ids...)
			c.parts = slices.Delete(c.parts, i, i+1)
		}
		if m.part != nil {
			entries, err := entriesOf(&m.part.documentTable, died)
			if err != nil {
				return err
			}
			p := m.part
			if len(entries) > 0 {
				p = p.with(entries)
			}
			c.parts = append(c.parts, p)
		}
	}
	return m.enterVectors(c)
}

func (m *made) enterVectors(c *class) error {
	var died [][]byte
	for _, old := range m.oldVecs {
		i := slices.IndexFunc(c.vectors, func(v *vectorPart) bool { return v.vectorTable == old.vectorTable })
		var now *part
		if i >= 0 {
			now = &part{dead: c.vectors[i].dead}
		}
		ids, err := diedSince(&old.documentTable, old.dead, now)
		if err != nil {
			return err
		}
		died = append(died, ids...)
		if i >= 0 {
			c.vectors = slices.Delete(c.vectors, i, i+1)
		}
	}
	if m.vectors == nil {
		return nil
	}
	entries, err := entriesOf(&m.vectors.documentTable, died)
	if err != nil {
		return err
	}
	v := m.vectors
	if len(entries) > 0 {
		v = v.with(entries)
	}
	c.vectors = append(c.vectors, v)
	return nil
}

// diedSince returns the IDs of the documents that are dead now, and were not then. A part that is gone is dead as a whole.
func diedSince(t *documentTable, then *deadSet, now *part) (ids [][]byte, err error) {
	if now != nil && now.dead == then {
		return nil, nil
	}
	r := t.documentsFrom(0)
	for r.next() {
		n := r.current.number
		if !then.document(n) && (now == nil || now.dead.document(n)) {
			ids = append(ids, bytes.Clone(r.current.id))
		}
	}
	return ids, r.err
}

// entriesOf returns the documents with these IDs, all of which are there.
func entriesOf(t *documentTable, ids [][]byte) ([]entry, error) {
	var entries []entry
	for _, id := range ids {
		e, ok, err := t.document(string(id))
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("%s: document %q is not in it, though it was merged into it", t.name, id)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// writeManifest writes the manifest of a state that is to come.
func (ix *Index) writeManifest(classes map[string]*class) error {
	m := &manifest{Next: ix.next, Log: ix.first}
	for _, name := range sortedNames(classes) {
		c := classes[name]
		for _, p := range c.parts {
			if p.file != nil {
				m.Files = append(m.Files, manifestFile{p.file.number, []byte(name), p.dead.bytes()})
			}
		}
		for _, v := range c.vectors {
			if v.file != nil {
				m.Vectors = append(m.Vectors, manifestFile{v.file.number, []byte(name), v.dead.bytes()})
			}
		}
	}
	return writeManifest(ix.dir, m)
}

func sortedNames(classes map[string]*class) []string {
	names := make([]string, 0, len(classes))
	for name := range classes {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
