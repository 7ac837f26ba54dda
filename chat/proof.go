package chat

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// SourceVersion begins the Source of a citation from a document that the store keeps; the id of the version that was read
// follows. An answer cites a version, so that it is true when there is a newer one.
const SourceVersion = "version:"

// Passages are what was found that bears on a question, the best first. A mode yields them before any model speaks. Where
// they come again in one answer (a model put the question better, or found that nothing answers it) the last ones count.
type Passages struct {
	Query    string    `json:"query"`    // what was looked for: the question, made to stand alone
	Among    int       `json:"among"`    // documents that were looked through; 0 is not known
	Nearest  bool      `json:"nearest"`  // nothing answers the question: these are only what comes nearest
	Versions []string  `json:"versions"` // those alone were looked through; empty: all that whoever asked may read
	Items    []Passage `json:"items"`
}

// Passage is a stretch of a document that was found. The answer refers to it as [Index].
type Passage struct {
	Index    int             `json:"index"`  // 1, 2, …
	Source   string          `json:"source"` // a SourceVersion and an id
	Document string          `json:"document"`
	Title    string          `json:"title"`   // the document's name
	Heading  string          `json:"heading"` // what stands above, the outermost first, divided by " › "
	Where    string          `json:"where"`   // the place within it, for people: "3쪽"
	Page     int             `json:"page"`    // on which it begins; 0 if the format has none
	Last     int             `json:"last"`
	Date     time.Time       `json:"date,omitzero"` // of the version
	Text     string          `json:"text"`
	Marks    [][2]int        `json:"marks"`           // what matches the question, from and to, in UTF-16 units of Text
	Place    json.RawMessage `json:"place,omitempty"` // where it stands, as package intake tells it
	Score    float64         `json:"score"`
	Gaps     int             `json:"gaps"`   // places of the document that could not be read: it has holes
	Hidden   bool            `json:"hidden"` // the document does not show it to a reader

	// Extract is the part of Text that answers best without a model, from and to in UTF-16 units: a sentence, with its
	// neighbours. Empty where none does.
	Extract []int `json:"extract"`

	// Withheld says that whoever is shown the answer may not read the source: there is one, and no more is told.
	Withheld bool `json:"withheld,omitempty"`
	// Deleted says that the document is not here any more.
	Deleted bool `json:"deleted,omitempty"`
}

// Claim is a sentence of an answer with the text that it rests on, and what was checked of it. The program makes it, not the
// model: the model only names passages.
type Claim struct {
	Start   int      `json:"start"` // UTF-16 units of what was said
	End     int      `json:"end"`
	Cites   []Cite   `json:"cites"`   // none: the sentence rests on nothing
	Checked []string `json:"checked"` // CheckSource, CheckNumbers, …: what was looked at, and is in order
	// Missing are numbers, dates, units and names in quotation marks of the sentence that no cited text has. A sentence with
	// any does not stand, and is shown struck through.
	Missing []string `json:"missing"`
	// Loose says that few of the sentence's words are in the cited text: nothing in it is refuted, and little is shown.
	Loose bool `json:"loose,omitempty"`
	// Seen says that a model said this of a picture that it looked at: the sentence cites nothing, and nothing of it could be
	// checked.
	Seen bool `json:"seen,omitempty"`
}

// Sight says how the picture that a question is about was looked at. A mode yields it once, before the first sentence of its
// answer.
type Sight struct {
	By      string `json:"by"`      // SightWords, SightModel, SightBoth, SightNone
	Version string `json:"version"` // of the document that the picture is, or is a page of
	Page    int    `json:"page"`    // from 1
	// Others are the versions of the further documents that were looked at for the question. What is said rests on them, too.
	Others []string `json:"others,omitempty"`
	// Box is the part that is asked about, x0, y0, x1, y1 in points from the top left corner of the page; of several the
	// first. Empty is the whole picture.
	Box []float64 `json:"box,omitempty"`
	// Pieces is how many pictures the model was shown of what was too long for one, all together; 0 where nothing was.
	Pieces int `json:"pieces,omitempty"`
	// Coarse says that the model was shown something so much smaller than it is that small letters may be lost.
	Coarse bool `json:"coarse,omitempty"`
}

// Who looked at a picture.
const (
	SightWords = "words" // what was read in it when it was put in, or again for the question; no model has seen it
	SightModel = "model" // a model, which had no words of it
	SightBoth  = "both"  // a model, which had its words, too
	SightNone  = "none"  // nobody: no model has seen it, or had words of it
)

// What is checked of a claim.
const (
	CheckSource  = "source"  // the cited text is in the document, where it is said to be
	CheckNumbers = "numbers" // every number, date and unit of the sentence is in the cited text
	CheckNames   = "names"   // so is every name in quotation marks
)

// Cite is the text of a document that a claim rests on.
type Cite struct {
	Index    int        `json:"index"`  // of the passage
	Source   string     `json:"source"` // a SourceVersion and an id
	Document string     `json:"document"`
	Page     int        `json:"page"`
	Spans    []CiteSpan `json:"spans"`            // in reading order; none in a file within the document
	Within   [][2]int   `json:"within,omitempty"` // of a file within the document: bytes from and to of the passage's text; none is all of it
	Hash     string     `json:"hash"`             // see HashCited

	Withheld bool `json:"withheld,omitempty"`
	Deleted  bool `json:"deleted,omitempty"`
}

// CiteSpan is bytes Start to End of the text with a number of a document, in the order of document.Document.Texts.
type CiteSpan struct {
	Text  int `json:"text"`
	Start int `json:"start"`
	End   int `json:"end"`
}

// SightText is the code of what a Sight's By says to people.
func SightText(by string) Code {
	switch by {
	case SightModel:
		return CodeSightModel
	case SightBoth:
		return CodeSightBoth
	case SightNone:
		return CodeSightNone
	}
	return CodeSightWords
}

// Text says to people who looked at the picture, and how.
func (s Sight) Text(lang Language) string {
	parts := []string{Text(lang, SightText(s.By))}
	if s.Pieces > 1 {
		parts = append(parts, Text(lang, CodeSightPieces, strconv.Itoa(s.Pieces)))
	}
	if s.Coarse {
		parts = append(parts, Text(lang, CodeSightCoarse))
	}
	return strings.Join(parts, " · ")
}
