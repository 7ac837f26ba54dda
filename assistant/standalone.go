package assistant

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/korean"
)

// backWords are how a question begins, or what it has, that refers to what was said before.
var backWords = regexp.MustCompile(`(?i)^(그럼|그러면|그렇다면|그건|그것|그게|그거|그때|그날|그곳|그중|거기|이건|이것|이게|이때|왜|또|그리고|그런데|그래서|그 |이 |다른|나머지|반대로|더 |then\b|and\b|what about|how about|why\b|so\b)|(^|[\s,])(그것|그건|그게|그는|그가|그녀|그들|거기|이것|그 [가-힣]+|it|its|that|they|them|this|these|those|he|she)([\s?.,을를은는이가도의에]|$)`)

// mostBackWords is how many words of its own a question may have that is short, and may refer back without saying so.
const mostBackWords = 1

// refersBack reports whether a question can be understood only after another.
func refersBack(question string) bool {
	text := strings.TrimSpace(question)
	if len([]rune(text)) > 60 {
		return false
	}
	if backWords.MatchString(text) {
		return true
	}
	n := 0
	for _, t := range askOf(text).terms {
		if !t.light {
			n++
		}
	}
	return n <= mostBackWords && len([]rune(text)) <= 16
}

// topicOnly matches a question that asks the one before again, of something else: 그럼 병가는?
var topicOnly = regexp.MustCompile(`^(?:그럼|그러면|그렇다면|그리고)?[\s,]*(?:[\p{L}\p{N} ]{1,20})[은는]요?\s*[?？]*$`)

// standalone is what a question asks, understood alone: one that refers back has the words of the question before with it, and
// of that the words of the one before where it refers back too.
func standalone(q Question) string {
	query := strings.TrimSpace(q.Text)
	if !refersBack(query) {
		return query
	}
	const mostBack, mostWords = 3, 12
	var words []string
	for i, back := len(q.History)-1, 0; i >= 0 && back < mostBack; i-- {
		said := q.History[i]
		if said.Role != chat.User || said.Cut {
			continue
		}
		back++
		words = append(words, wordsFor(said.Text, back == 1 && topicOnly.MatchString(query))...)
		if !refersBack(said.Text) {
			break
		}
	}
	for _, w := range words[:min(len(words), mostWords)] {
		if !strings.Contains(query, w) {
			query += " " + w
		}
	}
	return query
}

// wordsFor are the words of a question that another one needs. With another topic it needs all but the topic, the first word,
// and also how it asks.
func wordsFor(question string, otherTopic bool) []string {
	var all []string
	first := true
	for w := range korean.Words(question) {
		if w.Script == korean.Digits || korean.Filler(w) {
			continue
		}
		forms := korean.Stems(w.Text)
		asks := slices.ContainsFunc(append(slices.Clone(forms), w.Text), func(f string) bool { return askingWords[f] }) || strings.HasPrefix(w.Text, "몇")
		switch {
		case asks && otherTopic:
			all = append(all, w.Text)
		case asks, lightWords[forms[0]]:
		case first && otherTopic:
			first = false
		default:
			first = false
			all = append(all, forms[0])
		}
	}
	return all
}

// restated is the form of a question on one line.
const restated = `[^\n\[\]{}<>]{4,120}`

// refined looks again with the question as a model puts it, where the question refers back: what was found by rule has been
// told already, and what the model makes of it takes its place if that finds more.
func (d documents) refined(ctx context.Context, q Question, f *findings, say func(chat.Event) bool) (*findings, rounds, error) {
	var took rounds
	pairs := pairsOf(q.History)
	if len(pairs) == 0 || !pairs[len(pairs)-1].whole || !refersBack(q.Text) || f.empty() {
		return f, took, nil
	}
	last := pairs[len(pairs)-1]
	req := d.request(q, chat.Message{Role: chat.User, Text: strings.Join([]string{promptFor("standalone", q.Language), "",
		chat.Text(q.Language, chat.CodeAskQuestion) + " " + beginning(last.question.Text, 300),
		chat.Text(q.Language, chat.CodeAskAnswer) + " " + beginning(withoutMarks(last.answer.Text), 600),
		chat.Text(q.Language, chat.CodeAskQuestion) + " " + beginning(q.Text, 300)}, "\n")})
	req.Grammar, req.MaxTokens = chat.Grammar{Regex: restated}, 80
	n, _, err := d.count(ctx, req)
	if err != nil || n+req.MaxTokens > q.Model.Window {
		return f, took, err
	}
	said, end, err := chat.Collect(d.constrained(ctx, req))
	if err != nil {
		return nil, took, err
	}
	took.add(end.Usage.PromptTokens + end.Usage.CompletionTokens)
	line, _, _ := strings.Cut(strings.TrimSpace(said.Text), "\n")
	if line = strings.TrimSpace(line); line == "" || line == f.query {
		return f, took, nil
	}
	q.Text = line
	again := &findings{query: line, versions: f.versions, all: f.all, unread: f.unread, pictures: f.pictures}
	if err := d.search(ctx, q, again); err != nil {
		return nil, took, err
	}
	if again.nothing(q, modelFloor) || !f.nothing(q, modelFloor) && again.best[0].cover < f.best[0].cover {
		return f, took, nil
	}
	if q.memo != nil {
		q.memo.found = again
	}
	if !say(again.event()) {
		return nil, took, errLeft
	}
	return again, took, nil
}

// beginning is the first characters of a text.
func beginning(text string, most int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), most)])
}
