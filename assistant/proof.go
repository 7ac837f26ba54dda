package assistant

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"html"
	"regexp"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/document"
	"exaone/korean"
)

// This file makes the proof of an answer. The model only names passages; which words of them carry a sentence, and whether
// they have its numbers, is found out here:
//
//	answer ─ marks ─▶ citations of what is there ─ cutter ─▶ sentence ─ prover ─▶ chat.Claim

// HashCited is the SHA-256 of texts that are cited, in hexadecimal: of their bytes, a line end between each two.
func HashCited(texts []string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\n")))
	return hex.EncodeToString(sum[:])
}

// shown is a passage that an answer may cite.
type shown struct {
	chat.Passage
	version string
	spans   []document.Span
}

// prover makes claims of the sentences of one answer. It is for one goroutine.
type prover struct {
	open     func(version string) (*document.Document, error)
	passages []shown // by Index - 1
	papers   map[string]*paper
}

func (a *Assistant) prover(ctx context.Context, who chat.Principal, passages []shown) *prover {
	return &prover{passages: passages, papers: map[string]*paper{}, open: func(version string) (*document.Document, error) {
		return a.library.Document(ctx, who, version)
	}}
}

// paper returns a version as a proof sees it, nil while it is not read.
func (p *prover) paper(version string) *paper {
	one, ok := p.papers[version]
	if !ok {
		if doc, err := p.open(version); err == nil {
			one = paperOf(doc)
		}
		p.papers[version] = one
	}
	return one
}

// needs is what a sentence says that its source has to have.
type needs struct {
	numbers []korean.Numeral
	names   []string
	words   asked
}

// needsOf takes a sentence apart.
func needsOf(said string) needs {
	n := needs{numbers: korean.Numerals(said), names: quoted(said), words: askOf(said)}
	for i := range n.words.terms {
		n.words.terms[i].weight = 1
		if n.words.terms[i].light {
			n.words.terms[i].weight = 0.25
		}
	}
	return n
}

// What counts a sentence of a list, and says nothing. A sign without a space behind it says something: -3.2%.
var (
	listSigns  = regexp.MustCompile(`^(?:\| *|[-*•#>]+ +)*`)
	listNumber = regexp.MustCompile(`^(?:\d{1,2}[.)] |[①-⑳] ?|\(\d{1,2}\) |[가-하]\. )`)
	monthDay   = regexp.MustCompile(`^\d{1,2}\. \d{1,2}(?:\.(?:\D|$)| ?(?:[~∼-]|까지|부터))`) // 7. 31.까지: a date, and no list
)

// unlisted is a sentence without what counts it in a list.
func unlisted(text string) string {
	text = text[len(listSigns.FindString(text)):]
	if monthDay.MatchString(text) {
		return text
	}
	return text[len(listNumber.FindString(text)):]
}

// saidBy is what a sentence says as the page shows it: without citations, what counts it in a list, and marks of Markdown.
func saidBy(sentence string) string {
	text := unlisted(strings.TrimSpace(withoutMarks(sentence)))
	return plainText.Replace(leaning.ReplaceAllString(html.UnescapeString(text), "$1$2"))
}

// leaning matches what is between single stars, as Markdown has it for emphasis: *15*일. In 300*200*50 they are meant for something else.
var leaning = regexp.MustCompile(`(^|[^\\*0-9])\*([^*\s\\]|[^*\s][^*]*[^*\s\\])\*`)

// plainText takes marks of Markdown out of a text, and makes of what is escaped there, by [escaped] or by a model, a text again.
var plainText = strings.NewReplacer(`\\`, `\`, `\*`, "*", `\_`, "_", "\\`", "`", `\<`, "<", `\~`, "~", `\$`, "$", `\%`, "%", `\.`, ".", `\,`, ",", `\-`, "-",
	`\+`, "+", `\:`, ":", `\/`, "/", `\"`, `"`, `\'`, "'", "**", "", "__", "", "`", "")

// claim proves a sentence by the passages that it cites.
func (p *prover) claim(s sentence) chat.Claim { return p.prove(s, nil) }

// prove proves a sentence. It rests on the lines of its passages that are known, by the index of the passage, or else on
// those that carry it: whoever knows them has not left it to a model what the sentence says of them.
func (p *prover) prove(s sentence, known map[int]line) chat.Claim {
	c := chat.Claim{Start: s.from, End: s.to}
	said := saidBy(s.text)
	need := needsOf(said)
	var g ground
	inPlace := true
	for _, n := range marksIn(s.text) {
		if n < 1 || n > len(p.passages) {
			continue
		}
		passage := &p.passages[n-1]
		run := smallest(passage.Text, &need)
		if l, ok := known[n]; ok {
			run = []line{l}
		}
		cite, found := p.cite(passage, run, &need, &g)
		inPlace = inPlace && found
		c.Cites = append(c.Cites, cite)
	}
	c.Missing = g.missing(&need)
	if len(c.Cites) == 0 {
		return c
	}
	c.Checked = g.checked(&need, inPlace)
	c.Loose = known == nil && need.words.share([]bag{bagOf(g.text.String())}, []float64{1}) < looseShare && len(need.words.terms) > 0
	return c
}

// looseShare is the least share of a sentence's words that is in the cited text if it says what the text does.
const looseShare = 0.34

// ground is the text that a sentence rests on.
type ground struct {
	text    strings.Builder
	texts   []string // of which one alone has a name
	numbers korean.NumeralSet
}

// add adds a text, which is in pieces that do not follow each other.
func (g *ground) add(pieces ...string) {
	text := strings.Join(pieces, "\n")
	g.text.WriteString(text)
	g.text.WriteByte('\n')
	g.texts = append(g.texts, pieces...)
	g.numbers.Add(text)
}

// lacks are the numbers and names that are not there.
func (g *ground) lacks(n *needs) (numbers, names []string) {
	for _, one := range n.numbers {
		if !g.numbers.Has(one) {
			numbers = append(numbers, one.Text)
		}
	}
	for _, name := range n.names {
		if !slices.ContainsFunc(g.texts, func(text string) bool { return hasName(text, name) }) {
			names = append(names, name)
		}
	}
	return numbers, names
}

func (g *ground) missing(n *needs) []string {
	numbers, names := g.lacks(n)
	return slices.Concat(numbers, names)
}

func (g *ground) checked(n *needs, inPlace bool) []string {
	var all []string
	if inPlace {
		all = append(all, chat.CheckSource)
	}
	numbers, names := g.lacks(n)
	if len(numbers) == 0 {
		all = append(all, chat.CheckNumbers)
	}
	if len(names) == 0 {
		all = append(all, chat.CheckNames)
	}
	return all
}

// cite cites lines of a passage, adds what it has to the ground, and reports whether the text is in the document, there
// where it is said to be.
func (p *prover) cite(passage *shown, run []line, need *needs, g *ground) (chat.Cite, bool) {
	c := chat.Cite{Index: passage.Index, Source: passage.Source, Document: passage.Document, Page: passage.Page}
	paper := p.paper(passage.version)
	if len(passage.spans) == 0 { // of a file within the document
		for _, l := range run {
			c.Within = append(c.Within, [2]int{l.from, l.to})
		}
		texts, ok := partsOf(passage.Text, c.Within)
		for _, t := range texts {
			g.add(t)
		}
		c.Hash = HashCited(texts)
		return c, ok && paper != nil && paper.within(passage.Text)
	}
	c.Spans = spansOf(passage.spans, run...)
	if paper == nil {
		texts := cutOut(passage.Text, passage.spans, run...)
		for _, t := range texts {
			g.add(t)
		}
		c.Hash = HashCited(texts)
		return c, false
	}
	texts, ok := paper.cited(c.Spans)
	if !ok || !slices.Equal(texts, cutOut(passage.Text, passage.spans, run...)) {
		c.Hash = HashCited(texts)
		return c, false
	}
	g.add(paper.withMarkers(c.Spans)...)
	if heads := paper.headingsFor(c.Spans, need, g); len(heads) > 0 {
		c.Spans = append(heads, c.Spans...)
		slices.SortStableFunc(c.Spans, func(a, b chat.CiteSpan) int {
			return cmp.Or(cmp.Compare(a.Text, b.Text), cmp.Compare(a.Start, b.Start))
		})
		texts, _ = paper.cited(c.Spans)
	}
	c.Hash = HashCited(texts)
	return c, true
}

// partsOf are parts of the text of a passage; none is all of it. ok is false if one is not in it.
func partsOf(text string, parts [][2]int) (texts []string, ok bool) {
	if len(parts) == 0 {
		return []string{text}, true
	}
	for _, p := range parts {
		if p[0] < 0 || p[0] >= p[1] || p[1] > len(text) || !runeStart(text, p[0]) || !runeStart(text, p[1]) {
			return nil, false
		}
		texts = append(texts, text[p[0]:p[1]])
	}
	return texts, true
}

// spansOf are the spans of a document that lines of a passage are from.
func spansOf(spans []document.Span, run ...line) []chat.CiteSpan {
	var all []chat.CiteSpan
	for _, l := range run {
		for _, s := range spans {
			if from, to := max(s.Start, l.from), min(s.End, l.to); from < to {
				all = append(all, chat.CiteSpan{Text: s.Text, Start: s.From + from - s.Start, End: s.From + to - s.Start})
			}
		}
	}
	return all
}

// cutOut are the texts of these spans, as the passage has them.
func cutOut(text string, spans []document.Span, run ...line) []string {
	var all []string
	for _, l := range run {
		for _, s := range spans {
			if from, to := max(s.Start, l.from, 0), min(s.End, l.to, len(text)); from < to {
				all = append(all, text[from:to])
			}
		}
	}
	return all
}

// Runs of sentences that are looked at.
const (
	mostWindowed = 24   // a passage of more sentences is looked at in short runs only
	shortWindow  = 4    // of so many
	worthMore    = 0.25 // so much more of the words is worth a sentence more
	mostApart    = 4    // sentences that stand apart
)

// smallest is the smallest run of sentences of a passage that carries a sentence: that has of its numbers and names what
// the passage has, and of its words most. Where that would be long because the ends of it stand apart, as a number of an
// article and the rule do, it is these alone.
func smallest(text string, n *needs) []line {
	lines := linesOf(text)
	if len(lines) == 0 {
		return []line{{0, len(text)}}
	}
	longest := len(lines)
	if longest > mostWindowed {
		longest = shortWindow
	}
	all := len(n.numbers) + len(n.names)
	best, bestHeld, bestShare := line{}, -1, -1.0
	for k := 1; k <= longest; k++ {
		for i := 0; i+k <= len(lines); i++ {
			l := line{lines[i].from, lines[i+k-1].to}
			held, share := n.in(text[l.from:l.to])
			more := bestShare
			switch {
			case k > 1 && all > 0: // the numbers say where it is
				more = max(more, looseShare) + worthMore
			case k > 1:
				more += worthMore
			}
			if held > bestHeld || held == bestHeld && share > more {
				best, bestHeld, bestShare = l, held, share
			}
		}
		if k >= 2 && bestHeld == all {
			break
		}
	}
	if apart := n.apart(text, lines); sizeOf(apart)*2 < best.to-best.from {
		if held, _ := n.in(joinedLines(text, apart)); held >= bestHeld {
			return apart
		}
	}
	return []line{best}
}

// apart are the sentences that have the numbers and names, each for as many as the ones before it do not have.
func (n *needs) apart(text string, lines []line) []line {
	var taken []line
	held, share := -1, -1.0
	for range mostApart {
		next := -1
		for i, l := range lines {
			h, s := n.in(joinedLines(text, append(slices.Clone(taken), l)))
			if h > held || h == held && len(taken) == 0 && s > share {
				next, held, share = i, h, s
			}
		}
		if next < 0 {
			break
		}
		taken = append(taken, lines[next])
	}
	slices.SortFunc(taken, func(a, b line) int { return cmp.Compare(a.from, b.from) })
	return taken
}

func sizeOf(run []line) (n int) {
	for _, l := range run {
		n += l.to - l.from
	}
	return n
}

func joinedLines(text string, run []line) string {
	parts := make([]string, len(run))
	for i, l := range run {
		parts[i] = text[l.from:l.to]
	}
	return strings.Join(parts, "\n")
}

// in is how many of the numbers and names a text has, and how much of the words.
func (n *needs) in(text string) (held int, share float64) {
	var g ground
	if len(n.numbers)+len(n.names) > 0 {
		g.add(text)
		numbers, names := g.lacks(n)
		held = len(n.numbers) + len(n.names) - len(numbers) - len(names)
	}
	return held, n.words.share([]bag{bagOf(text)}, []float64{1})
}
