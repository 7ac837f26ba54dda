package prompt

import "slices"

// dialects are the formats written in Go.
var dialects = []native{
	chatML,
	exaone3,
	exaone4,
	exaoneDeep,
	gemma,
	llama3,
	llama32,
	plain,
	qwen2,
	qwen25,
	qwen3,
	smolLM2,
}

// ByName returns the dialect written in Go that has that name.
func ByName(name string) (Dialect, bool) {
	for _, d := range dialects {
		if d.name == name {
			return d.of(Source{}), true
		}
	}
	return nil, false
}

// Names returns the names of the dialects written in Go, sorted.
func Names() []string {
	names := make([]string, len(dialects))
	for i, d := range dialects {
		names[i] = d.name
	}
	slices.Sort(names)
	return names
}
