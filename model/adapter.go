package model

// Adapter is a low-rank change to a model's matrices (LoRA, arXiv 2106.09685), in PEFT's file format.
type Adapter struct{}
