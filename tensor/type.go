package tensor

import "fmt"

// Type is how the numbers of a tensor are stored. The values are GGUF's type numbers
// (ggml.h, enum ggml_type), so that a file's header needs no translation.
type Type uint32

// The stored types that can be read: [Dequantize] turns each into float32, and [Unpack] those that are
// quantised into small integers.
const (
	F32   Type = 0
	F16   Type = 1
	Q4_0  Type = 2
	Q4_1  Type = 3
	Q5_0  Type = 6
	Q5_1  Type = 7
	Q8_0  Type = 8
	Q2_K  Type = 10
	Q3_K  Type = 11
	Q4_K  Type = 12
	Q5_K  Type = 13
	Q6_K  Type = 14
	IQ4NL Type = 20
	IQ4XS Type = 23
	BF16  Type = 30
)

// Types that a checkpoint may hold beside weights. They have a name and a size, so that a file can be
// checked and listed, but no arithmetic.
const (
	I8  Type = 24
	I16 Type = 25
	I32 Type = 26
	I64 Type = 27
	F64 Type = 28

	// NoType stands for a stored type that has no number here (safetensors' BOOL or F8_E4M3).
	NoType Type = 1<<32 - 1
)

// layout is what is known of a type without looking at data.
type layout struct {
	name  string
	block int  // elements of a block
	bytes int  // bytes of a block
	group int  // elements that share a scale, 0 if not quantised
	min   bool // groups have a minimum
	read  bool // Dequantize can read it
}

// layouts has the types of GGUF up to ggml of November 2026. Those that cannot be read are there so that an
// error can name them and a file that holds them can be listed.
var layouts = [...]layout{
	F32:   {name: "F32", block: 1, bytes: 4, read: true},
	F16:   {name: "F16", block: 1, bytes: 2, read: true},
	Q4_0:  {name: "Q4_0", block: 32, bytes: 18, group: 32, read: true},
	Q4_1:  {name: "Q4_1", block: 32, bytes: 20, group: 32, min: true, read: true},
	Q5_0:  {name: "Q5_0", block: 32, bytes: 22, group: 32, read: true},
	Q5_1:  {name: "Q5_1", block: 32, bytes: 24, group: 32, min: true, read: true},
	Q8_0:  {name: "Q8_0", block: 32, bytes: 34, group: 32, read: true},
	9:     {name: "Q8_1", block: 32, bytes: 36},
	Q2_K:  {name: "Q2_K", block: 256, bytes: 84, group: 16, min: true, read: true},
	Q3_K:  {name: "Q3_K", block: 256, bytes: 110, group: 16, read: true},
	Q4_K:  {name: "Q4_K", block: 256, bytes: 144, group: 32, min: true, read: true},
	Q5_K:  {name: "Q5_K", block: 256, bytes: 176, group: 32, min: true, read: true},
	Q6_K:  {name: "Q6_K", block: 256, bytes: 210, group: 16, read: true},
	15:    {name: "Q8_K", block: 256, bytes: 292},
	16:    {name: "IQ2_XXS", block: 256, bytes: 66},
	17:    {name: "IQ2_XS", block: 256, bytes: 74},
	18:    {name: "IQ3_XXS", block: 256, bytes: 98},
	19:    {name: "IQ1_S", block: 256, bytes: 50},
	IQ4NL: {name: "IQ4_NL", block: 32, bytes: 18, group: 32, read: true},
	21:    {name: "IQ3_S", block: 256, bytes: 110},
	22:    {name: "IQ2_S", block: 256, bytes: 82},
	IQ4XS: {name: "IQ4_XS", block: 256, bytes: 136, group: 32, read: true},
	I8:    {name: "I8", block: 1, bytes: 1},
	I16:   {name: "I16", block: 1, bytes: 2},
	I32:   {name: "I32", block: 1, bytes: 4},
	I64:   {name: "I64", block: 1, bytes: 8},
	F64:   {name: "F64", block: 1, bytes: 8},
	29:    {name: "IQ1_M", block: 256, bytes: 56},
	BF16:  {name: "BF16", block: 1, bytes: 2, read: true},
	34:    {name: "TQ1_0", block: 256, bytes: 54},
	35:    {name: "TQ2_0", block: 256, bytes: 66},
	39:    {name: "MXFP4", block: 32, bytes: 17},
	40:    {name: "NVFP4", block: 64, bytes: 36},
	41:    {name: "Q1_0", block: 128, bytes: 18},
}

// layout returns what is known of t; the zero layout for an unknown type.
func (t Type) layout() layout {
	if uint64(t) < uint64(len(layouts)) {
		return layouts[t]
	}
	return layout{}
}

// String returns the name that GGUF files and people use, such as "Q4_K" or "BF16".
func (t Type) String() string {
	if l := t.layout(); l.name != "" {
		return l.name
	}
	if t == NoType {
		return "none"
	}
	return fmt.Sprintf("type %d", uint32(t))
}

// Known reports whether the type has a name and a size here.
func (t Type) Known() bool { return t.layout().block != 0 }

// Readable reports whether [Dequantize] can read the type.
func (t Type) Readable() bool { return t.layout().read }

// Quantised reports whether [Unpack] can read the type.
func (t Type) Quantised() bool { return t.layout().group != 0 }

// BlockSize returns how many consecutive elements of a row are stored together; 0 if the type is unknown.
// A row is a whole number of blocks.
func (t Type) BlockSize() int { return t.layout().block }

// BlockBytes returns the size of a block; 0 if the type is unknown.
func (t Type) BlockBytes() int { return t.layout().bytes }

// Group returns how many consecutive elements share one scale after [Unpack]: 32 or 16; 0 if the type is not
// quantised.
func (t Type) Group() int { return t.layout().group }

// HasMin reports whether the groups of the type have a minimum beside their scale.
func (t Type) HasMin() bool { return t.layout().min }

// Bytes returns the size of n elements, a multiple of BlockSize. It is -1 if n is negative or not such a
// multiple, if the type is unknown, or if the size is not an int.
func (t Type) Bytes(n int) int {
	l := t.layout()
	if l.block == 0 || n < 0 || n%l.block != 0 {
		return -1
	}
	blocks := n / l.block
	if blocks > int(^uint(0)>>1)/l.bytes {
		return -1
	}
	return blocks * l.bytes
}
