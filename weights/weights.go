// Package weights reads checkpoints (GGUF, safetensors) and hands out tensors by path and expected shape.
package weights
