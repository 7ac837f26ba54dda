package index

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// A file of vectors has the embeddings of passages, which come later than the passages, and for some never. Its sections:
//
//	documents, and their index   as in a segment; the passages of a document are its rows here
//	rows                         dimension bytes each: a vector of length 1, as signed bytes, the largest 127
//	scales                       what one is worth in each row (float32); 0 of a passage without a vector
//	meta                         class, dimension, documents, rows
const (
	secVectorDocuments = iota
	secVectorIndex
	secRows
	secScales
	secVectorMeta
	sectionsOfVectors
)

const maxDimension = 1 << 14

// vectorTable is an open file of vectors, or the same in memory.
type vectorTable struct {
	documentTable
	class     string
	dimension int
}

// vectorPart is vectors as they are now: with the documents that are dead by now. It is not changed once others can see it.
type vectorPart struct {
	*vectorTable
	dead *deadSet
	file *file
	log  uint64
}

func (v *vectorPart) live() int { return v.passages - v.dead.passages() }

func (v *vectorPart) empty() bool { return v.dead.documentCount() == v.documents }

func (v *vectorPart) held() int64 {
	if v.file != nil {
		return 0
	}
	return int64(len(v.data))
}

// with returns the part with more dead documents.
func (v *vectorPart) with(more []entry) *vectorPart {
	next := *v
	next.dead = v.dead.with(&v.documentTable, more)
	return &next
}

// openVectors opens the bytes of a file of vectors.
func openVectors(name string, data []byte, trusted bool) (*vectorTable, error) {
	m, err := openImage(name, data, trusted)
	if err != nil {
		return nil, err
	}
	if len(m.sections) != sectionsOfVectors {
		return nil, fmt.Errorf("%s: %d sections, want %d", name, len(m.sections), sectionsOfVectors)
	}
	v := &vectorTable{documentTable: documentTable{image: m, section: secVectorDocuments}}
	b, err := m.read(secVectorMeta, 0, m.sections[secVectorMeta].size)
	if err != nil {
		return nil, err
	}
	class, b, ok := cutBytes(b)
	if !ok {
		return nil, m.wrong(secVectorMeta, errMeta)
	}
	v.class = string(class)
	for _, field := range []*int{&v.dimension, &v.documents, &v.passages} {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > 1<<31-1 {
			return nil, m.wrong(secVectorMeta, errMeta)
		}
		*field, b = int(n), b[used:]
	}
	if v.dimension == 0 || v.dimension > maxDimension || v.passages > maxPassages ||
		m.sections[secRows].size != v.passages*v.dimension || m.sections[secScales].size != 4*v.passages ||
		m.sections[secVectorIndex].size%documentIndexEntry != 0 ||
		v.documentBlocks() != (v.documents+documentBlock-1)/documentBlock {
		return nil, m.wrong(secVectorMeta, errMeta)
	}
	return v, nil
}

// PutVectors gives the passages of a document their embeddings, in their order; nil for a passage that has none. All of an
// index must be of one model: those of another length than the question's are not looked at. The version must be the document's:
// what was embedded may have been replaced meanwhile, and then nothing is done and it returns false. Vectors that were there
// before go.
func (ix *Index) PutVectors(ctx context.Context, id, version string, vectors [][]float32) (bool, error) {
	info, ok, err := ix.Document(id)
	if err != nil || !ok || info.Version != version {
		return false, err
	}
	if len(vectors) != info.Passages {
		return false, fmt.Errorf("document %.80q: %d vectors, want one for each of %d passages", id, len(vectors), info.Passages)
	}
	dimension := 0
	for _, v := range vectors {
		if v == nil {
			continue
		}
		if dimension == 0 {
			dimension = len(v)
		}
		if len(v) != dimension || dimension > maxDimension {
			return false, fmt.Errorf("document %.80q: vectors of %d and %d numbers, want the same, at most %d", id, dimension, len(v), maxDimension)
		}
	}
	if dimension == 0 {
		return false, nil
	}
	image, err := buildVectors(info, dimension, vectors)
	if err != nil {
		return false, err
	}
	err = ix.write(ctx, recordVector, [][]byte{image})
	if errors.Is(err, errReplaced) {
		return false, nil
	}
	return err == nil, err
}

// errReplaced is what putting vectors of a version that is no more gives.
var errReplaced = errors.New("the document has another version by now")

func buildVectors(info Info, dimension int, vectors [][]float32) ([]byte, error) {
	var out bytes.Buffer
	w := newImageWriter(&out)
	d := newDocumentWriter(w)
	d.add(entry{id: []byte(info.ID), version: []byte(info.Version), passages: len(vectors)})
	d.close()
	w.section()
	row := make([]byte, dimension)
	scales := make([]float32, len(vectors))
	for i, v := range vectors {
		scales[i] = quantise(row, v)
		w.Write(row)
	}
	writeScales(w, scales)
	w.section()
	w.Write(appendMeta(nil, info.Class, dimension, 1, len(vectors)))
	err := w.close()
	return out.Bytes(), err
}

func writeScales(w *imageWriter, scales []float32) {
	w.section()
	var b []byte
	for _, s := range scales {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(s))
	}
	w.Write(b)
}

// quantise writes a vector, made one long, as signed bytes, and returns what one is worth: 0 if the vector is none.
func quantise(row []byte, v []float32) float32 {
	clear(row)
	var square float64
	var most float32
	for _, x := range v {
		square += float64(x) * float64(x)
		most = max(most, float32(math.Abs(float64(x))))
	}
	length := math.Sqrt(square)
	if !(most > 0) || math.IsInf(length, 0) || math.IsNaN(length) {
		return 0
	}
	for i, x := range v {
		row[i] = byte(int8(math.RoundToEven(float64(x / most * 127))))
	}
	return float32(float64(most) / length / 127)
}

// scale returns what one is worth in a row.
func (v *vectorTable) scale(row int) (float32, error) {
	b, err := v.read(secScales, 4*row, 4)
	if err != nil {
		return 0, err
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(b)), nil
}

// prepareVectors works out what a record of vectors does: it replaces those of its documents.
func (ix *Index) prepareVectors(c *change, images [][]byte, log uint64) error {
	for _, image := range images {
		t, err := openVectors("memory", image, true)
		if err != nil {
			return err
		}
		class := c.class(t.class)
		r := t.documentsFrom(0)
		for r.next() {
			id := string(r.current.id)
			p, e, err := class.find(id)
			if err != nil {
				return err
			}
			if p == nil || !bytes.Equal(e.version, r.current.version) || e.passages != r.current.passages {
				return errReplaced
			}
			for i, v := range class.vectors {
				e, ok, err := v.document(id)
				if err != nil {
					return err
				}
				if ok && !v.dead.document(e.number) {
					class.vectors[i] = v.with([]entry{copyID(e)})
				}
			}
		}
		if r.err != nil {
			return r.err
		}
		class.vectors = slices.DeleteFunc(class.vectors, func(v *vectorPart) bool { return v.file == nil && v.empty() })
		class.vectors = append(class.vectors, &vectorPart{vectorTable: t, log: log})
		if err := class.gatherVectors(log); err != nil {
			return err
		}
	}
	return nil
}

// gatherVectors merges vectors in memory as gatherMemory does segments.
func (c *class) gatherVectors(log uint64) error {
	for {
		type kind struct{ dimension, tier int }
		like := map[kind][]int{}
		var full []int
		for i, v := range c.vectors {
			if v.file != nil || v.log != log || v.held() > gatherBytes {
				continue
			}
			k := kind{v.dimension, tier(int(v.held()), 4<<10)}
			if like[k] = append(like[k], i); len(like[k]) == gatherAt {
				full = like[k]
				break
			}
		}
		if full == nil {
			return nil
		}
		var parts []*vectorPart
		for _, i := range full {
			parts = append(parts, c.vectors[i])
		}
		var out bytes.Buffer
		if _, err := mergeVectors(context.Background(), &out, parts); err != nil {
			return err
		}
		t, err := openVectors("memory", out.Bytes(), true)
		if err != nil {
			return err
		}
		c.vectors[full[0]] = &vectorPart{vectorTable: t, log: log}
		for k := len(full) - 1; k > 0; k-- {
			c.vectors = slices.Delete(c.vectors, full[k], full[k]+1)
		}
	}
}

// mergeVectors writes the live vectors of one class and dimension as one file. It returns how many documents it wrote.
func mergeVectors(ctx context.Context, out io.Writer, parts []*vectorPart) (documents int, err error) {
	var order []from
	for i, v := range parts {
		r := v.documentsFrom(0)
		for r.next() {
			if !v.dead.document(r.current.number) {
				order = append(order, from{copyID(r.current), i})
			}
		}
		if r.err != nil {
			return 0, r.err
		}
	}
	slices.SortStableFunc(order, func(a, b from) int { return bytes.Compare(a.id, b.id) })
	w := newImageWriter(out)
	d := newDocumentWriter(w)
	for _, e := range order {
		d.add(e.entry)
	}
	d.close()
	w.section()
	dimension := parts[0].dimension
	scales := make([]float32, 0, d.passages)
	for _, e := range order {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		v := parts[e.source]
		rows, err := v.read(secRows, e.first*dimension, e.passages*dimension)
		if err != nil {
			return 0, err
		}
		w.Write(rows)
		for i := range e.passages {
			s, err := v.scale(e.first + i)
			if err != nil {
				return 0, err
			}
			scales = append(scales, s)
		}
	}
	writeScales(w, scales)
	w.section()
	w.Write(appendMeta(nil, parts[0].class, dimension, len(order), d.passages))
	return len(order), w.close()
}
