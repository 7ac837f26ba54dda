package tensor

// Type is how the numbers of a tensor are stored. The values are GGUF's type numbers
// (ggml.h, enum ggml_type), so that a file's header needs no translation.
type Type uint32

// The stored types that can be read.
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
