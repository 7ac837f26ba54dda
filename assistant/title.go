package assistant

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"exaone/chat"
)

// mostTitle is the longest title, in characters.
const mostTitle = 30

// titleByRule is the first clause of a question, at most 30 characters. It is "" if the question has no words.
func titleByRule(question string) string {
	for line := range strings.Lines(question) {
		words := strings.Fields(strings.TrimLeft(line, "#>*-+=|` \t"))
		if !strings.ContainsFunc(line, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			continue
		}
		return shortened(firstClause(strings.Join(words, " ")))
	}
	return ""
}

// firstClause ends where a sentence does, or at a comma that has said enough. A comma behind a Korean word that is no verb stands
// between things of a list, and what is wanted of them comes after it.
func firstClause(line string) string {
	const enough = 8 // characters
	runes := []rune(line)
	for i, r := range runes {
		next := ' '
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		switch {
		case strings.ContainsRune("?!。？！", r):
			return string(runes[:i+1])
		case r == '.' && unicode.IsSpace(next), strings.ContainsRune(",;:，", r) && i >= enough && unicode.IsSpace(next) && endsClause(runes[:i]):
			return string(runes[:i])
		}
	}
	return line
}

// clauseEnds are how Korean verbs end before a comma. Their last syllables alone end nouns as well: 화면, 개요.
var clauseEnds = []string{"니다", "세요", "어요", "아요", "해요", "네요", "데요", "나요", "까요", "지요", "죠", "줘", "는데", "은데", "지만", "니까", "하고", "하며",
	"어서", "아서", "해서", "하면", "되면", "으면", "려면", "는지"}

// endsClause reports whether a clause may end with a text: what is not Korean may end anywhere.
func endsClause(text []rune) bool {
	if !unicode.Is(unicode.Hangul, text[len(text)-1]) {
		return true
	}
	end := string(text[max(len(text)-2, 0):])
	return slices.ContainsFunc(clauseEnds, func(one string) bool { return strings.HasSuffix(end, one) })
}

// shortened is a text of at most 30 characters, cut between words if one ends in its second half.
func shortened(text string) string {
	runes := []rune(strings.TrimSpace(text))
	if len(runes) <= mostTitle {
		return string(runes)
	}
	cut := runes[:mostTitle-1]
	for i := len(cut) - 1; i > mostTitle/2; i-- {
		if unicode.IsSpace(cut[i]) {
			cut = cut[:i]
			break
		}
	}
	return strings.TrimRightFunc(string(cut), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) + "…"
}

// The forms of titles: one line that has letters of the question's language at its beginning, no marks of Markdown, and
// an end.
const (
	koreanTitle  = `[가-힣A-Za-z0-9]{0,12} ?[가-힣][가-힣A-Za-z0-9 ·,/%()'-]{2,24}`
	englishTitle = `[A-Z][A-Za-z0-9 ,/%()'-]{4,44}`
)

// title has the model name a conversation that begins with a question, in its language. A model that is not up to it is
// not asked: the rule's title is returned, with false.
func (a *Assistant) title(ctx context.Context, q Question) (title string, byModel bool, err error) {
	rule := titleByRule(q.Text)
	if !q.Model.Level.AtLeast(Assist) {
		return rule, false, nil
	}
	runes := []rune(q.Text)
	if n := q.Model.Window / 4; len(runes) > n { // what it is about stands at the beginning
		runes = runes[:n]
	}
	req := a.request(q, chat.Message{Role: chat.User, Text: promptFor("title", q.Language) + "\n\n" + string(runes)})
	req.MaxTokens = 40
	req.Grammar.Regex = englishTitle
	if q.Language == chat.Korean {
		req.Grammar.Regex = koreanTitle
	}
	said, _, err := chat.Collect(a.models.Chat(ctx, req))
	title = strings.Join(strings.Fields(strings.Trim(said.Text, "\"'“”‘’ \n")), " ")
	if err != nil || title == "" || strings.ContainsFunc(title, unicode.IsControl) || len([]rune(title)) > 60 {
		return rule, false, err
	}
	return title, true, nil
}
