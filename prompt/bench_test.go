package prompt

import (
	"testing"
)

// BenchmarkRender measures a conversation of ten messages with two tools.
func BenchmarkRender(b *testing.B) {
	req := probes[5]
	for _, c := range []struct{ name, template string }{
		{"exaone4", read(b, "exaone-tokenizer", "chat_template.jinja")},
		{"qwen3", read(b, "chat-templates", "Qwen3-8B-Q8_0.jinja")},
	} {
		src := Source{Template: c.template, EOS: "</s>"}
		j, err := newJinja(src)
		if err != nil {
			b.Fatal(err)
		}
		d, _ := ByName(c.name)
		for _, r := range []struct {
			how string
			d   Dialect
		}{{"native", d}, {"jinja", j}} {
			b.Run(c.name+"/"+r.how, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := r.d.Render(req); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(c.name+"/detect", func(b *testing.B) {
			for b.Loop() {
				if _, err := Detect(src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
