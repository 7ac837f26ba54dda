package assistant

import (
	"unicode"

	"exaone/chat"
)

// LanguageOf is the language of the first text that has one: Korean if it has Hangul, else English if it has letters. A
// question in Korean often has Latin words in it, and one in English hardly ever has Korean ones.
func LanguageOf(texts ...string) chat.Language {
	for _, text := range texts {
		letters := false
		for _, r := range text {
			if unicode.Is(unicode.Hangul, r) {
				return chat.Korean
			}
			letters = letters || unicode.IsLetter(r)
		}
		if letters {
			return chat.English
		}
	}
	return chat.Korean
}
