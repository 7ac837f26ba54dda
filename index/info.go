package index

import (
	"iter"
	"maps"
	"slices"
)

// Info is what an index knows of a document.
type Info struct {
	ID, Class, Version, Title string
	Passages                  int
}

// Document returns what is known of a document: false if it is not there.
func (ix *Index) Document(id string) (Info, bool, error) {
	name, ok := ix.classOf(id)
	if !ok {
		return Info{}, false, nil
	}
	classes, release, err := ix.see([]string{name})
	if err != nil {
		return Info{}, false, err
	}
	defer release()
	var info Info
	err = guard(func() error {
		ok = false
		for _, c := range classes {
			p, e, err := c.find(id)
			if err != nil || p == nil {
				return err
			}
			info, ok = infoOf(name, e), true
		}
		return nil
	})
	return info, ok, err
}

// classOf is the class of a document: false if it is not there.
func (ix *Index) classOf(id string) (name string, ok bool) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	number, ok := ix.where[idHash([]byte(id))]
	if ok {
		name = ix.classes[number]
	}
	return name, ok
}

func infoOf(class string, e entry) Info {
	return Info{ID: string(e.id), Class: class, Version: string(e.version), Title: string(e.title), Passages: e.passages}
}

// find returns the part that has a live document, or nil.
func (c *class) find(id string) (*part, entry, error) {
	for i := len(c.parts) - 1; i >= 0; i-- { // what is asked for is mostly new
		p := c.parts[i]
		e, ok, err := p.document(id)
		if err != nil {
			return nil, entry{}, err
		}
		if ok && !p.dead.document(e.number) {
			return p, e, nil
		}
	}
	return nil, entry{}, nil
}

// Documents yields all documents of all classes, in no particular order: what a caller compares with its own. It ends with
// the first error.
func (ix *Index) Documents() iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		classes := slices.Collect(maps.Keys(ix.state.Load().classes))
		for _, name := range classes {
			seen, release, err := ix.see([]string{name})
			if err != nil {
				yield(Info{}, err)
				return
			}
			more := true
			for _, c := range seen {
				for _, p := range c.parts {
					infos, err := liveDocuments(name, p)
					if err != nil {
						yield(Info{}, err)
						more = false
					}
					for _, info := range infos {
						more = more && yield(info, nil)
					}
					if !more {
						break
					}
				}
			}
			release()
			if !more {
				return
			}
		}
	}
}

func liveDocuments(class string, p *part) (infos []Info, err error) {
	err = guard(func() error {
		r := p.documentsFrom(0)
		for r.next() {
			if !p.dead.document(r.current.number) {
				infos = append(infos, infoOf(class, r.current))
			}
		}
		return r.err
	})
	return infos, err
}
