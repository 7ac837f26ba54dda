package weights

// GGUFKeys returns all metadata of a GGUF file in its order, each value in the very kind in which it is stored, for
// whoever writes it again; nothing for safetensors. It is false if the file has changed since it was opened.
func (f *File) GGUFKeys() ([]Key, bool) {
	if f.meta == nil {
		return nil, true
	}
	keys := make([]Key, 0, len(f.meta.keys))
	for _, name := range f.meta.keys {
		v, ok := f.meta.value(name)
		if !ok {
			return nil, false
		}
		keys = append(keys, Key{Name: name, Value: exact(v, f.meta.values[name].kind)})
	}
	return keys, true
}

// exact narrows what was read of a kind to the Go type that is written as that kind.
func exact(v any, k kind) any {
	switch k {
	case kindU8:
		return narrow[uint64, uint8](v)
	case kindU16:
		return narrow[uint64, uint16](v)
	case kindU32:
		return narrow[uint64, uint32](v)
	case kindI8:
		return narrow[int64, int8](v)
	case kindI16:
		return narrow[int64, int16](v)
	case kindI32:
		return narrow[int64, int32](v)
	case kindF32:
		return narrow[float64, float32](v)
	}
	return v
}

// integerOrFloat are the types of stored numbers.
type integerOrFloat interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int8 | ~int16 | ~int32 | ~int64 | ~float32 | ~float64
}

// narrow converts a number or a list of them.
func narrow[From, To integerOrFloat](v any) any {
	switch v := v.(type) {
	case From:
		return To(v)
	case []From:
		out := make([]To, len(v))
		for i, x := range v {
			out[i] = To(x)
		}
		return out
	}
	return v
}
