package tensor

// KV stores the keys and values of every layer in pages that the engine hands out. It knows pages, not
// sequences: whose a page is, is the engine's business.
//
// One page holds PageSize consecutive positions of one sequence, for all layers.
type KV struct {
	Layers, Heads, HeadDim int
	PageSize               int
	Pages                  int
	Type                   Type // F32 or F16
	// storage is private to the package
}
