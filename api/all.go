package api

// dialects are all that are spoken, sorted by name.
var dialects = []dialect{
	anthropic,
	llamacpp,
	ollama,
	openai,
}
