package index

// Vectors returns the passages of a document and what PutVectors gave them, each about one long and as exact as it is kept: to give it
// to the same passages again keeps its direction. nil is the vector of a passage that has none. There are neither passages nor vectors
// if the document is not there, or nothing was given to it.
func (ix *Index) Vectors(id string) (passages []Passage, vectors [][]float32, err error) {
	name, ok := ix.classOf(id)
	if !ok {
		return nil, nil, nil
	}
	classes, release, err := ix.see([]string{name})
	if err != nil {
		return nil, nil, err
	}
	defer release()
	err = guard(func() error {
		for _, c := range classes {
			var err error
			if passages, vectors, err = c.vectorsOf(id); err != nil {
				return err
			}
		}
		return nil
	})
	return passages, vectors, err
}

// vectorsOf is Index.Vectors in the class of the document.
func (c *class) vectorsOf(id string) ([]Passage, [][]float32, error) {
	p, e, err := c.find(id)
	if err != nil || p == nil {
		return nil, nil, err
	}
	for _, v := range c.vectors {
		at, ok, err := v.document(id)
		if err != nil {
			return nil, nil, err
		}
		if !ok || v.dead.document(at.number) || at.passages != e.passages {
			continue
		}
		vectors, err := v.vectors(at)
		if err != nil {
			return nil, nil, err
		}
		t := textReaders.Get().(*textReader)
		defer t.rest()
		passages, err := passagesOf(p.segment, &e, t)
		return passages, vectors, err
	}
	return nil, nil, nil
}

// vectors are the rows of a document.
func (v *vectorTable) vectors(e entry) ([][]float32, error) {
	rows, err := v.read(secRows, e.first*v.dimension, e.passages*v.dimension)
	if err != nil {
		return nil, err
	}
	all := make([][]float32, e.passages)
	for i := range all {
		scale, err := v.scale(e.first + i)
		if err != nil {
			return nil, err
		}
		if scale == 0 {
			continue
		}
		all[i] = make([]float32, v.dimension)
		for j, b := range rows[i*v.dimension:][:v.dimension] {
			all[i][j] = float32(int8(b)) * scale
		}
	}
	return all, nil
}
