package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"exaone/disk"
)

// load reads the manifest, opens what it names, and does again what the logs say.
func (ix *Index) load() error {
	m, err := readManifest(ix.dir)
	if errors.Is(err, fs.ErrNotExist) {
		m, err = ix.begin()
	}
	var damage []Damage
	if err != nil {
		damage = append(damage, Damage{File: manifestName, Err: err})
		if m, err = ix.afresh(); err != nil {
			return err
		}
	}
	ix.next, ix.first = m.Next, m.Log
	e := ix.edit()
	for _, f := range m.Files {
		if d := ix.loadSegment(e, f); d != nil {
			damage = append(damage, *d)
		}
	}
	for _, f := range m.Vectors {
		if d := ix.loadVectors(e, f); d != nil {
			damage = append(damage, *d)
		}
	}
	ix.publish(e)
	last, logDamage, err := ix.replay()
	if err != nil {
		return err
	}
	damage = append(damage, logDamage...)
	if len(damage) > 0 && !ix.opt.Repair {
		return &DamagedError{Files: damage}
	}
	if err := ix.sweep(m, last); err != nil {
		return err
	}
	ix.journal, err = createLog(ix.dir, last+1)
	if disk.Full(err) { // what is there can be found; what is put is refused until there is room
		ix.journal, ix.failed, err = &logFile{number: last}, err, nil
	}
	if err != nil {
		return err
	}
	if len(damage) > 0 {
		return ix.writeManifest(ix.state.Load().classes) // without what is dropped
	}
	return nil
}

// begin begins an index in a directory that has none.
func (ix *Index) begin() (*manifest, error) {
	m, err := ix.afresh()
	if err != nil {
		return nil, err
	}
	if m.Next > 1 || m.Log > 1 {
		return nil, errors.New("it is not there, though other files of the index are")
	}
	return m, writeManifest(ix.dir, m)
}

// afresh returns the manifest of an index whose own is lost. Nobody knows which of the files belong together: none is used.
func (ix *Index) afresh() (*manifest, error) {
	m := &manifest{Next: 1, Log: 1}
	entries, err := os.ReadDir(ix.dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		kind, number, ok := parseName(entry.Name())
		if !ok {
			continue
		}
		if kind == "log" {
			m.Log = max(m.Log, number+1)
		} else {
			m.Next = max(m.Next, number+1)
		}
	}
	return m, nil
}

// parseName takes the name of one of our numbered files apart.
func parseName(name string) (kind string, number uint64, ok bool) {
	kind, _, _ = strings.Cut(name, "-")
	if kind != "segment" && kind != "vectors" && kind != "log" {
		return "", 0, false
	}
	if _, err := fmt.Sscanf(strings.TrimSuffix(name, ".new"), kind+"-%d", &number); err != nil {
		return "", 0, false
	}
	return kind, number, true
}

// loadSegment opens a segment and notes where its documents are.
func (ix *Index) loadSegment(e *edit, f manifestFile) *Damage {
	name := segmentName(f.Number)
	m, err := mapFile(ix.path(name), f.Number)
	if err != nil {
		return &Damage{File: name, Err: err}
	}
	s, err := openSegment(name, m.data, false)
	if err == nil && s.class != string(f.Class) {
		err = fmt.Errorf("class %q, want %q", s.class, f.Class)
	}
	if err != nil {
		return &Damage{File: name, Err: errors.Join(err, m.release())}
	}
	p := newPart(s)
	p.file = m
	ids, err := ix.loadDocuments(&s.documentTable, f.Dead, &p.dead)
	if err == nil && ix.opt.Repair {
		err = s.checkAll()
	}
	if err != nil {
		d := damageOf(name, err, ids, len(ids) == s.documents-p.dead.documentCount())
		d.Err = errors.Join(d.Err, m.release())
		return d
	}
	number := ix.numberOf(s.class)
	for _, id := range ids {
		ix.where[idHash([]byte(id))] = number
	}
	c := e.class(s.class)
	c.parts = append(c.parts, p)
	return nil
}

// loadDocuments reads the dead documents of a table and returns the IDs of the live ones.
func (ix *Index) loadDocuments(t *documentTable, written []byte, dead **deadSet) (ids []string, err error) {
	if *dead, err = readDead(t, written); err != nil {
		return nil, err
	}
	r := t.documentsFrom(0)
	for r.next() {
		if !(*dead).document(r.current.number) {
			ids = append(ids, string(r.current.id))
		}
	}
	return ids, r.err
}

func damageOf(name string, err error, ids []string, all bool) *Damage {
	if fault, ok := errors.AsType[*fileError](err); ok {
		err = fault.err
	}
	return &Damage{File: name, Err: err, Documents: ids, All: all}
}

// loadVectors opens a file of vectors. If it is lost, its documents are found by their words.
func (ix *Index) loadVectors(e *edit, f manifestFile) *Damage {
	name := vectorName(f.Number)
	m, err := mapFile(ix.path(name), f.Number)
	if err != nil {
		return &Damage{File: name, Err: err}
	}
	t, err := openVectors(name, m.data, false)
	if err != nil {
		return &Damage{File: name, Err: errors.Join(err, m.release())}
	}
	v := &vectorPart{vectorTable: t, file: m}
	ids, err := ix.loadDocuments(&t.documentTable, f.Dead, &v.dead)
	if err == nil && ix.opt.Repair {
		err = t.checkAll()
	}
	if err != nil {
		d := damageOf(name, err, ids, len(ids) == t.documents-v.dead.documentCount())
		d.Err = errors.Join(d.Err, m.release())
		return d
	}
	c := e.class(t.class)
	c.vectors = append(c.vectors, v)
	return nil
}

// replay does again what the logs say, and returns the number of the last one.
func (ix *Index) replay() (last uint64, damage []Damage, err error) {
	last = ix.first - 1
	for number := ix.first; ; number++ {
		f, err := os.OpenFile(ix.path(logName(number)), os.O_RDWR, 0)
		if errors.Is(err, fs.ErrNotExist) {
			return last, damage, nil
		}
		if err != nil {
			return last, damage, err
		}
		last = number
		_, err = readLog(f, func(payload []byte) error { return ix.redo(payload, number) })
		if err != nil {
			damage = append(damage, Damage{File: logName(number), Err: err})
		}
		if err := f.Close(); err != nil {
			return last, damage, err
		}
	}
}

// redo does what a record says.
func (ix *Index) redo(payload []byte, log uint64) error {
	kind, parts, err := recordParts(payload)
	if err != nil {
		return err
	}
	c, err := ix.prepare(kind, parts, log)
	if errors.Is(err, errReplaced) {
		return nil // what it is about has died since: a flush has already written that down
	}
	if err != nil {
		return err
	}
	ix.commit(c)
	return nil
}

// sweep removes what a crash left behind: files that the manifest does not name, and logs before its first.
func (ix *Index) sweep(m *manifest, last uint64) error {
	entries, err := os.ReadDir(ix.dir)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, c := range ix.state.Load().classes {
		for _, p := range c.parts {
			wanted[p.name] = true
		}
		for _, v := range c.vectors {
			wanted[v.name] = true
		}
	}
	for _, entry := range entries {
		name := entry.Name()
		kind, number, ours := parseName(name)
		stray := name == manifestName+".new" || ours && (strings.HasSuffix(name, ".new") || kind != "log" && !wanted[name] ||
			kind == "log" && (number < m.Log || number > last))
		if !stray {
			continue
		}
		if err := os.Remove(ix.path(name)); err != nil {
			return err
		}
	}
	return nil
}

// renew analyses anew what another version of the program has put.
func (ix *Index) renew(ctx context.Context) error {
	st := ix.state.Load()
	for _, name := range sortedNames(st.classes) {
		for _, p := range st.classes[name].parts {
			if p.analysis == analysis {
				continue
			}
			ix.log.Info("index: analyse a file anew", "file", p.name, "documents", p.documents)
			var piece []*Document
			size := 0
			put := func() error {
				if len(piece) == 0 {
					return nil
				}
				err := ix.putPiece(ctx, recordRenew, piece)
				piece, size = nil, 0
				return err
			}
			err := guard(func() error {
				return documentsOf(p.segment, p.dead, func(d *Document) error {
					piece = append(piece, d)
					if size += sizeOf(d); size < pieceBytes {
						return nil
					}
					return put()
				})
			})
			if err == nil {
				err = put()
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
