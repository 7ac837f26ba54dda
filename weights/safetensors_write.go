package weights

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"exaone/tensor"
)

// WriteSafetensors writes a checkpoint as one safetensors file, the tensors in the order given. Their types must be
// among those that the format has (F32, F16, BF16 and others that are not quantised).
func WriteSafetensors(w io.Writer, tensors []Entry) error {
	header, err := safetensorsHeader(tensors)
	if err != nil {
		return fmt.Errorf("write safetensors: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<20)
	if err := binary.Write(out, binary.LittleEndian, uint64(len(header))); err != nil {
		return err
	}
	if _, err := out.Write(header); err != nil {
		return err
	}
	for _, t := range tensors {
		if err := t.writeTo(out); err != nil {
			return fmt.Errorf("write safetensors: tensor %q: %w", t.Name, err)
		}
	}
	return out.Flush()
}

// safetensorsHeader returns the JSON object, filled with spaces to a multiple of eight bytes so that data is aligned.
func safetensorsHeader(tensors []Entry) ([]byte, error) {
	type place struct {
		DType   string   `json:"dtype"`
		Shape   []int    `json:"shape"`
		Offsets [2]int64 `json:"data_offsets"`
	}
	var b bytes.Buffer
	b.WriteString(`{"__metadata__":{"format":"pt"}`)
	at, seen := int64(0), map[string]bool{metadataKey: true}
	for _, t := range tensors {
		i := slices.IndexFunc(forms, func(f form) bool { return f.typ == t.Type && f.typ != tensor.NoType })
		size := t.Type.Bytes(elements(t.Shape))
		switch {
		case i < 0:
			return nil, fmt.Errorf("tensor %q: %v, which the format does not have", t.Name, t.Type)
		case t.Name == "" || len(t.Name) > maxPath || seen[t.Name]:
			return nil, fmt.Errorf("tensor %q: want a name of 1 to %d bytes that no other has", t.Name, maxPath)
		case size <= 0 || len(t.Shape) > maxTextDims:
			return nil, fmt.Errorf("tensor %q: shape %v, want 1 to %d dimensions", t.Name, t.Shape, maxTextDims)
		}
		seen[t.Name] = true
		name, err := json.Marshal(t.Name)
		if err != nil {
			return nil, err
		}
		entry, err := json.Marshal(place{forms[i].name, t.Shape, [2]int64{at, at + int64(size)}})
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, ",%s:%s", name, entry)
		at += int64(size)
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	if b.Len() > maxHeader {
		return nil, fmt.Errorf("header of %d bytes, want at most %d", b.Len(), maxHeader)
	}
	return b.Bytes(), nil
}
