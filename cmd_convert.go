package main

import (
	"exaone/chat"
	"exaone/convert"
)

// convertCmd turns a checkpoint into another format.
type convertCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
	To    string `required:"" enum:"gguf,safetensors" placeholder:"gguf|safetensors"`
	Type  mix    `placeholder:"TYPE"`
	outFlags
}

// Run writes a GGUF file or a Hugging Face folder.
func (c *convertCmd) Run(app *app) error {
	if c.To == "gguf" {
		return app.convert(c.Model, convert.Mix(c.Type), c.outFlags, convert.GGUF)
	}
	if c.Type.Name != "" && !convert.Mix(c.Type).Float() {
		return chat.NewError(chat.CodeConvertBadType, nil, c.Type.Name, "f32, f16, bf16")
	}
	return app.convert(c.Model, convert.Mix(c.Type), c.outFlags, convert.Safetensors)
}
