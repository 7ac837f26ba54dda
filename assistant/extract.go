package assistant

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"exaone/korean"
)

// line is a sentence of a passage, or a row of a table in it: bytes from and to of its text.
type line struct{ from, to int }

// mostLines bounds the sentences of one passage that are looked at: passages are of a few hundred characters.
const mostLines = 200

// linesOf divides a passage into sentences.
func linesOf(text string) []line {
	var all []line
	for from, to := range korean.Sentences(text) {
		if len(all) == mostLines {
			break
		}
		all = append(all, line{from, to})
	}
	return all
}

// asked is a question taken apart: what it is about, and what kind of thing answers it.
type asked struct {
	terms []askedTerm
	wants wanted
}

// askedTerm is a word or a number of a question.
type askedTerm struct {
	forms  []string // as korean.Stems reads it, the likeliest first
	pairs  []string // its pairs of syllables
	number bool
	light  bool
	belief float64 // 1, or less for a word that only a question before has
	weight float64 // how much it tells of the sentences it is held against; see weigh
}

// Words that ask, and words that are in every question and tell nothing of an answer.
var (
	askingWords = wordSet(`무엇 뭐 뭘 무어 누구 누가 어디 어디서 언제 얼마 얼마나 몇 어느 어떤 어떠한 무슨 왜 어떻게 무엇인 어떻 어찌 알려줘 알려 찾아줘
		찾아 보여줘 설명해줘 설명 주세요 궁금 알 싶 말해줘 며칠 몇년 몇월 몇일 그럼 그러면 그렇다면 그건 그것 그게 그거 그때 거기 이건 이것 이게 그리고 그런데
		그래서 또한`)
	lightWords = wordSet(`대해 대한 위해 위한 통해 통한 관해 관한 의해 의한 인해 인한 따라 따른 있 없 하 되 이 그 저 것 수 때 등 및 또 또는 더 후 중 총 할
		한 말 주 안 이내 내 이름 사람 경우 당시 동안 가장 모두 불리 부르 일 위하 통하 대하 관하 의하 인하 나오 무렵 이후 이전`)
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// mostAsked bounds the words of a question that are looked for.
const mostAsked = 64

// carriedBelief is how much the words of a question before count in one that refers back to it, and carriedTopic how much they
// do in one that has another topic.
const (
	carriedBelief = 0.6
	carriedTopic  = 0.25
)

// askWith takes a question apart that has more words from a question before, in query.
func askWith(question, query string) asked {
	a := askOf(query)
	if question == query {
		return a
	}
	belief := carriedBelief
	if topicOnly.MatchString(strings.TrimSpace(question)) {
		belief = carriedTopic
	}
	own := askOf(question)
	for i := range a.terms {
		t := &a.terms[i]
		if !slices.ContainsFunc(own.terms, func(o askedTerm) bool { return o.forms[0] == t.forms[0] }) {
			t.belief = belief
		}
	}
	if own.wants != wantAnything {
		a.wants = own.wants
	}
	return a
}

// askOf takes a question apart.
func askOf(question string) asked {
	a := asked{wants: wantedBy(question)}
	pointed := false // the word before points to something that was said: 그 기간
	for w := range korean.Words(question) {
		if len(a.terms) == mostAsked {
			break
		}
		points := w.Text == "그" || w.Text == "이" || w.Text == "저" || w.Text == "해당"
		was := pointed
		pointed = points
		if w.Script == korean.Digits || korean.Filler(w) {
			continue
		}
		forms := korean.Stems(w.Text)
		if slices.ContainsFunc(append(forms, w.Text), func(f string) bool { return askingWords[f] }) || strings.HasPrefix(w.Text, "몇") {
			continue
		}
		t := askedTerm{forms: forms, light: was || lightWords[forms[0]], belief: 1}
		if w.Script != korean.Latin {
			t.pairs = korean.Bigrams(forms[0])
		}
		if !slices.ContainsFunc(a.terms, func(o askedTerm) bool { return o.forms[0] == forms[0] }) {
			a.terms = append(a.terms, t)
		}
	}
	for n := range korean.Numbers(question) {
		if !n.Part && len(a.terms) < mostAsked {
			a.terms = append(a.terms, askedTerm{forms: []string{n.Text}, number: true, belief: 1})
		}
	}
	return a
}

// bag is the terms of a text.
type bag map[string]bool

func bagOf(text string) bag {
	b := bag{}
	korean.Terms(text, func(t korean.Term) bool {
		b[string(t.Kind)+t.Text] = true
		return true
	})
	return b
}

// has is how much of a term is in a text: 1 if the word is, less if it is part of a longer one or parts of it are.
func (b bag) has(t askedTerm) float64 {
	if t.number {
		if b[string(korean.Figure)+t.forms[0]] {
			return 1
		}
		return 0
	}
	for _, f := range t.forms {
		if b[string(korean.Stem)+f] {
			return 1
		}
	}
	f := t.forms[0]
	if len([]rune(f)) == 2 && b[string(korean.Pair)+f] || b[string(korean.Stem)+withoutSuffix(f)] {
		return 0.7
	}
	if len(t.pairs) == 0 {
		return 0
	}
	found := 0
	for _, p := range t.pairs {
		if b[string(korean.Pair)+p] || b[string(korean.Stem)+p] {
			found++
		}
	}
	return 0.7 * float64(found) / float64(len(t.pairs))
}

// nounSuffixes are syllables that make a noun of another: what is paid for it, who does it, when it is.
const nounSuffixes = "비료금액자일률율수제"

// withoutSuffix is the noun that another is made of: 출장 of 출장비. It is "" of what is no such noun.
func withoutSuffix(word string) string {
	last, size := utf8.DecodeLastRuneInString(word)
	if utf8.RuneCountInString(word) < 3 || !strings.ContainsRune(nounSuffixes, last) {
		return ""
	}
	return word[:len(word)-size]
}

// weigh gives terms their weights: what few of the texts have tells more, and what none has tells most.
func (a *asked) weigh(bags []bag) {
	for i := range a.terms {
		t := &a.terms[i]
		with := 0.0
		for _, b := range bags {
			with += b.has(*t)
		}
		t.weight = math.Log(1+float64(len(bags)+1)/(with+0.5)) * t.belief
		if t.light {
			t.weight *= 0.25
		}
	}
}

// share is how much of a question is in any of some texts, by weight, each text believed as much as its factor.
func (a *asked) share(bags []bag, factors []float64) float64 {
	sum, all := 0.0, 0.0
	for _, t := range a.terms {
		best := 0.0
		for i, b := range bags {
			if b != nil {
				best = max(best, b.has(t)*factors[i])
			}
		}
		sum += best * t.weight
		all += t.weight
	}
	if all == 0 {
		return 0
	}
	return sum / all
}

// candidate is a sentence that may answer.
type candidate struct {
	passage  int // place in the list of passages, from 0
	line     int
	score    float64
	cover    float64 // how much of the question is in its passage, with the headings and the title
	answered bool    // it has the kind of thing that was asked for
}

// What makes up the score of a sentence. Chosen on half of the questions of KorQuAD; see TestExtractiveAnswers.
const (
	weightOwn     = 1.0
	weightBeside  = 0.35 // what a sentence beside it has
	weightContext = 0.15 // what stands elsewhere in the passage or above it
	weightWanted  = 0.18
	weightPassage = 0.35 // how well its passage was found
	weightEmpty   = 0.25 // taken off a sentence that says nothing but the question
)

// passageText is a passage as it is answered from.
type passageText struct {
	above string // its document's name and headings
	text  string
	score float64 // as it was found
}

// candidates ranks the sentences of passages by how well they answer a question, the best first. query is the question with the
// words that it takes from others.
func candidates(question, query string, passages []passageText) []candidate {
	a := askWith(question, query)
	var all []candidate
	var bags []bag
	lines := make([][]line, len(passages))
	own := make([][]bag, len(passages))
	top := 1e-9
	for i, p := range passages {
		top = max(top, p.score)
		lines[i] = linesOf(p.text)
		for _, l := range lines[i] {
			own[i] = append(own[i], bagOf(p.text[l.from:l.to]))
		}
		bags = append(bags, own[i]...)
	}
	a.weigh(bags)
	for i, p := range passages {
		whole := []bag{bagOf(p.above)}
		whole = append(whole, own[i]...)
		factors := []float64{weightContext}
		for range own[i] {
			factors = append(factors, weightContext)
		}
		cover := a.share(whole, repeated(1, len(whole)))
		for k, l := range lines[i] {
			for j := range own[i] {
				factors[j+1] = weightContext
				if j == k {
					factors[j+1] = weightOwn
				} else if j == k-1 || j == k+1 {
					factors[j+1] = weightBeside
				}
			}
			text := p.text[l.from:l.to]
			c := candidate{passage: i, line: k, cover: cover, answered: a.wants.in(text, query)}
			c.score = a.share(whole, factors) + weightPassage*p.score/top
			if c.answered {
				c.score += weightWanted
			}
			if a.saysNothing(text, own[i][k]) {
				c.score -= weightEmpty
			}
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(x, y candidate) int { return cmp.Compare(y.score, x.score) })
	return all
}

func repeated(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// articleNumber is what counts an article, a chapter or an item at the beginning of a line.
var articleNumber = regexp.MustCompile(`^\s*(?:제\s*\d+\s*(?:편|장|절|관|조|항|호)(?:의\s*\d+)?[.)]?|[①-⑳]|\(?\d{1,2}[.)])\s*`)

// saysNothing reports whether a sentence has no words but those of the question: a title, a heading. The number before a heading is
// no word. b is the sentence's bag.
func (a *asked) saysNothing(text string, b bag) bool {
	if n := len(articleNumber.FindString(text)); n > 0 {
		b = bagOf(text[n:])
	}
	words := 0
	for key := range b {
		if key[0] != byte(korean.Stem) && key[0] != byte(korean.Figure) {
			continue
		}
		if !slices.ContainsFunc(a.terms, func(t askedTerm) bool { return slices.Contains(t.forms, key[1:]) }) {
			words++
		}
	}
	return words < 2
}
