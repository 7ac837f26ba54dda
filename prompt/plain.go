package prompt

import (
	"strings"
	"unicode"

	"exaone/chat"
)

// plain is for base models, which continue text and were taught no format: question and answer, labelled in
// the language of the last question, with a system message on top and tool results as references.
//
// An answer ends at the first blank line or where the model begins a question of its own.
var plain = native{
	name:     "plain",
	stop:     []string{"<|endoftext|>", "<|end_of_text|>", "<eos>", "</s>", "[EOS]"},
	stopText: []string{"\n\n", "\n질문:", "\nQuestion:", "\n참고:", "\nReference:"},
	write:    writePlain,
	syntax:   func(chat.Request) syntax { return syntax{trim: true} },
}

// labels are what turns begin with.
type labels struct{ question, answer, reference string }

var (
	koreanLabels  = labels{"질문: ", "답변:", "참고: "}
	englishLabels = labels{"Question: ", "Answer:", "Reference: "}
)

func writePlain(w *writer, req chat.Request, bos string) error {
	last := ""
	for _, m := range req.Messages {
		if m.Role == chat.User {
			last = m.Text
		}
	}
	l := englishLabels
	if isKorean(last) {
		l = koreanLabels
	}
	w.own(bos)
	for _, m := range req.Messages {
		text := strings.TrimFunc(m.Text, isSpace)
		switch m.Role {
		case chat.User:
			w.own(l.question)
		case chat.Assistant:
			// The label ends without a blank: words of most vocabularies begin with one.
			w.own(l.answer + " ")
		case chat.Tool:
			w.own(l.reference)
		}
		w.text(text)
		if m.Role == chat.User {
			w.own("\n")
		} else {
			w.own("\n\n")
		}
	}
	w.own(l.answer)
	return nil
}

// isKorean reports whether any letter of s is Hangul. A question in Korean often has Latin words in it, and
// one in English hardly ever has Korean ones.
func isKorean(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
}
