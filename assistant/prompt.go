package assistant

import (
	"embed"
	"fmt"
	"strings"
	"time"

	"exaone/chat"
)

// The prompts are Markdown beside the modes: NAME.ko.md and NAME.en.md.
//
//go:embed *.md
var prompts embed.FS

// promptFor returns a prompt in a language. A name that has no file is a mistake of ours.
func promptFor(name string, lang chat.Language) string {
	b, err := prompts.ReadFile(name + "." + string(lang) + ".md")
	if err != nil {
		panic(fmt.Sprintf("prompt %s in %s: %v", name, lang, err))
	}
	return strings.TrimSpace(string(b))
}

// withDate puts a day in the place of {{date}}. The time of day is left out, so that the prompt, and what is computed
// of it, stays the same for a day.
func withDate(prompt string, lang chat.Language, at time.Time) string {
	day := at.Format("Monday, 2 January 2006")
	if lang == chat.Korean {
		day = fmt.Sprintf("%d년 %d월 %d일 %s요일", at.Year(), at.Month(), at.Day(), []string{"일", "월", "화", "수", "목", "금", "토"}[at.Weekday()])
	}
	return strings.ReplaceAll(prompt, "{{date}}", day)
}
