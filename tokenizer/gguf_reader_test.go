package tokenizer

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
)

// readVocab reads the metadata of a trusted GGUF file, as far as it concerns the tokenizer.
func readVocab(path string) (Vocab, error) {
	f, err := os.Open(path)
	if err != nil {
		return Vocab{}, err
	}
	defer f.Close()
	r := ggufReader{Reader: bufio.NewReaderSize(f, 1<<20)}
	r.number(4) // magic
	r.number(4) // version
	r.number(8) // tensors
	meta := map[string]any{}
	for n := r.number(8); n > 0 && r.err == nil; n-- {
		key := r.text()
		meta[key] = r.value(r.number(4))
	}
	if r.err != nil {
		return Vocab{}, fmt.Errorf("%s: %w", path, r.err)
	}
	text := func(key string) string { s, _ := meta["tokenizer.ggml."+key].(string); return s }
	v := NewVocab(text("model"), text("pre"))
	v.Tokens, _ = meta["tokenizer.ggml.tokens"].([]string)
	v.Merges, _ = meta["tokenizer.ggml.merges"].([]string)
	v.Types, _ = meta["tokenizer.ggml.token_type"].([]int32)
	v.Scores, _ = meta["tokenizer.ggml.scores"].([]float32)
	v.Charsmap, _ = meta["tokenizer.ggml.precompiled_charsmap"].([]byte)
	for key, id := range map[string]*ID{"bos": &v.BOS, "eos": &v.EOS, "unknown": &v.UNK, "padding": &v.PAD, "seperator": &v.SEP} {
		if n, ok := meta["tokenizer.ggml."+key+"_token_id"].(uint64); ok {
			*id = ID(n)
		}
	}
	for key, flag := range map[string]*bool{"add_bos_token": &v.AddBOS, "add_eos_token": &v.AddEOS, "add_space_prefix": &v.AddSpacePrefix,
		"remove_extra_whitespaces": &v.MergeSpaces} {
		if b, ok := meta["tokenizer.ggml."+key].(bool); ok {
			*flag = b
		}
	}
	return v, nil
}

type ggufReader struct {
	*bufio.Reader
	err error
}

func (r *ggufReader) number(size int) uint64 {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:size]); err != nil {
		r.err = err
	}
	return binary.LittleEndian.Uint64(b[:])
}

func (r *ggufReader) text() string {
	b := make([]byte, r.number(8))
	if _, err := io.ReadFull(r, b); err != nil {
		r.err = err
	}
	return string(b)
}

// sizes of the types of values; 8 is text, 9 an array.
var ggufSizes = []int{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8}

func (r *ggufReader) value(kind uint64) any {
	switch {
	case r.err != nil || kind >= uint64(len(ggufSizes)):
		r.err = fmt.Errorf("type %d: %w", kind, r.err)
		return nil
	case kind == 7:
		return r.number(1) != 0
	case kind == 8:
		return r.text()
	case kind == 9:
		return r.array(r.number(4), r.number(8))
	}
	return r.number(ggufSizes[kind])
}

func (r *ggufReader) array(kind, n uint64) any {
	var texts []string
	var numbers []int32
	var floats []float32
	var bytes []byte
	for ; n > 0 && r.err == nil; n-- {
		switch kind {
		case 0, 1:
			bytes = append(bytes, byte(r.number(1)))
		case 5:
			numbers = append(numbers, int32(r.number(4)))
		case 6:
			floats = append(floats, math.Float32frombits(uint32(r.number(4))))
		case 8:
			texts = append(texts, r.text())
		default:
			r.value(kind)
		}
	}
	switch {
	case texts != nil:
		return texts
	case floats != nil:
		return floats
	case bytes != nil:
		return bytes
	}
	return numbers
}
