package tensor

// Ops are the operations a decoder needs, on one device. An Ops is used by one goroutine at a time.
type Ops interface {
	// Exact reports whether weights are dequantised and multiplied in float32, and activations never rounded.
	Exact() bool
}
