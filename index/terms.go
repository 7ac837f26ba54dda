package index

// Term is what postings are kept for: a kind and a text. Terms of different kinds never meet: the word 가 is another
// term than the bigram 가.
type Term struct {
	Kind byte // whose values are those of analyse
	Text string
}

// Weighted is a term of a question, and how much it counts. Terms of one group are alternatives, of which the best
// counts in a passage: what was typed, what it may have meant, another word for it.
type Weighted struct {
	Term
	Weight float32 // > 0; multiplied with the term's rarity among what the asker sees
	Group  int     // any number; terms of a group need not stand together
}

// Document is what is put in, whole. Putting another document of the same ID replaces it.
type Document struct {
	ID       string // unique in the index, whatever the class; at most 1,024 bytes
	Class    string // names the set of people who may read it; opaque; at most 1,024 bytes
	Version  string // opaque, given back by Index.Document: by it the caller knows whether it is the newest
	Title    string
	Passages []Passage
}

// Passage is a stretch of a document: what is found, shown and cited.
type Passage struct {
	Heading string // under which it stands; may be empty
	Text    string
	Page    int    // from 1; 0 where there are none
	Place   []byte // opaque to the index, given back with the hit
}

// Query is a question and who asks.
type Query struct {
	Text      string
	Classes   []string  // what the asker may see; others are not opened, counted or waited for
	Documents []string  // if not nil, only passages of these documents; rarity is still that of all classes
	Top       int       // how many hits; 10 if 0, at most 1,000
	Vector    []float32 // the question's embedding, or nil: words alone
	Glossary  *Glossary // words that mean the same; nil for none
}

// Result is the answer to a Query.
type Result struct {
	Hits []Hit // best first; equal scores by document, then by number
}

// Hit is a passage that fits.
type Hit struct {
	Document string // its ID
	Number   int    // of the passage in the document, from 0
	Page     int
	Place    []byte
	Title    string
	Heading  string
	Text     string
	Score    float64  // comparable within one result alone
	Marks    [][2]int // bytes of Text that match, from and to, ascending, not overlapping
}

// Found is a word of a Lexicon.
type Found struct {
	Text     string
	Count    int // in how many passages it is
	Distance int // from what was asked for, in jamo; 0 for other questions
}

// Lexicon knows the terms of what one reader may see: of the live passages of the visible classes and of nothing
// else. Its answers do not depend on how these lie in files. It is good for one search, by one goroutine.
//
// Kinds in lookupKinds alone can be looked up by Near and Initials; Count is there for all. Whatever takes a
// max returns at most so many words, those in the most passages first, then by distance and text.
type Lexicon interface {
	// Passages returns how many passages there are.
	Passages() int
	// Count returns how many passages have a term.
	Count(t Term) int
	// Near returns words at most distance jamo edits (insert, delete, replace; at most 2) from text, which need not
	// be a word itself. Nearer ones come first. Time is bounded: of a text that has very many neighbours, some may
	// be missed.
	Near(kind byte, text string, distance, max int) []Found
	// Initials returns words whose syllables begin with these consonants (ㅎㄱ: 한국), and if longer is set words
	// that go on after them.
	Initials(kind byte, consonants string, longer bool, max int) []Found
}

// What the two halves of this package say to each other. The half that knows the language (score.go, query.go,
// window.go) has
//
//	// analysis is raised whenever analyse gives other terms of the same text: indexes are then made anew.
//	const analysis = 1
//
//	// lookupKinds are the kinds of terms that a Lexicon looks up by more than their text.
//	const lookupKinds = "w"
//
//	// analyse yields each term of passage n of a document once, with its frequency: how often it is there, fields
//	// weighted (1 is once in the text), from 1/4 to 64. It returns the passage's length, in words, for the
//	// saturation. About 200 terms for 200 characters of text is what the size on disk allows.
//	func analyse(d *Document, n int, yield func(t Term, frequency float32)) (length float32)
//
//	// ask makes of a question what is looked up.
//	func ask(l Lexicon, q *Query) *plan
//	plan.terms []Weighted
//
//	// rank puts the best candidates of the first pass (Score is that pass's) into their last order, by a new Score,
//	// and marks them.
//	func (p *plan) rank(hits []Hit)
//	// judge marks a hit that was found by its vector alone, and gives it the Score that it has by its words.
//	func (p *plan) judge(h *Hit)
//
// and the half that stores finds, by levels of frequency and length that are each a byte,
//
//	score(passage) = Σ over groups of max over its terms in the passage of weight × idf(count, passages) × saturated(level, length)
//
// in whole numbers, so that the order in which it is summed changes nothing:
//
//	// idf is a term's rarity, ≥ 0.
//	func idf(count, passages int) float64
//	// saturate is BM25's saturated frequency, from 0 to below 1, with a fixed mean length.
//	func saturate(frequency, length float32) float32

// candidates is how many passages the first pass hands to the second, at least.
const candidates = 200

// levels are the frequencies that a posting can have; analyse's are rounded to the nearest, by their ratio.
var levels = [16]float32{0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 12, 16, 32, 64}
