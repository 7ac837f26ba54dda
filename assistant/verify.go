package assistant

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"exaone/chat"
	"exaone/document"
	"exaone/korean"
)

// Proof is an answer whose claims have been checked again, by what is kept of the answer and of the documents alone.
type Proof struct {
	Claims []Proved `json:"claims"`
	Stray  []int    `json:"stray"` // citations in the text that no claim has
}

// Proved is one claim.
type Proved struct {
	Text    string       `json:"text"` // the sentence
	Cites   []ProvedCite `json:"cites"`
	Struck  bool         `json:"struck"`  // the answer says itself that it does not stand
	Missing []string     `json:"missing"` // numbers and names in quotation marks that the cited text does not have
	Row     bool         `json:"row"`     // it is no sentence, but a row of a table whose cells rest on its sources
	Bare    bool         `json:"bare"`    // a row that names no source
	False   bool         `json:"false"`   // a citation is not what it says it is, or something is missing that the answer does not say
}

// ProvedCite is what has become of one citation.
type ProvedCite struct {
	Index  int        `json:"index"`
	Source string     `json:"source"`
	Text   string     `json:"text"` // that is cited, as it is in the document now
	State  CiteStatus `json:"state"`
}

// CiteStatus says what a citation is when it is looked at again.
type CiteStatus string

// The states of citations. Those from CiteAbsent on are false.
const (
	CiteHolds    CiteStatus = "holds"
	CiteDeleted  CiteStatus = "deleted"  // its document is not there any more
	CiteWithheld CiteStatus = "withheld" // whoever asks may not read its document
	CiteUnread   CiteStatus = "unread"   // its document is being read again
	CiteAbsent   CiteStatus = "absent"   // the document has no such place
	CiteChanged  CiteStatus = "changed"  // another text stands there than the one that was cited
	CiteUnknown  CiteStatus = "unknown"  // the passage is none of those that were shown
)

func (s CiteStatus) false() bool { return s == CiteAbsent || s == CiteChanged || s == CiteUnknown }

// Holds reports whether no citation is false. What is deleted, withheld or not read cannot be checked, and refutes nothing.
func (p Proof) Holds() bool {
	return len(p.Stray) == 0 && !slices.ContainsFunc(p.Claims, func(c Proved) bool { return c.False })
}

// Unchecked is how many citations of sentences, and rows of tables, could not be looked at.
func (p Proof) Unchecked() int { return p.Sentences().Unchecked + p.Rows().Unchecked }

// Verify checks an answer again: its text and events, as they are kept, and the rows of tables whose cells rest on their sources. It believes nothing that the answer says of itself: the
// sentence is looked up in the text, what it cites in the text of the document, and the numbers are read anew from both. An
// error says that the documents cannot be reached at all.
func Verify(ctx context.Context, who chat.Principal, library Readings, text string, events []chat.Event) (Proof, error) {
	v := verifier{ctx: ctx, who: who, library: library, wide: utf16.Encode([]rune(text)), read: map[string]*verified{}}
	p := Proof{Claims: []Proved{}, Stray: []int{}}
	covered := make([]bool, len(v.wide))
	for _, ev := range events {
		if shown, ok := ev.(chat.Passages); ok {
			v.shown = shown.Items // the last ones count
		}
	}
	for _, ev := range events {
		c, ok := ev.(chat.Claim)
		if !ok {
			continue
		}
		if c.Start < 0 || c.End > len(v.wide) || c.Start > c.End {
			p.Claims = append(p.Claims, Proved{Text: fmt.Sprintf("%d–%d", c.Start, c.End), False: true, Cites: []ProvedCite{}, Missing: []string{}})
			continue
		}
		one, err := v.claim(c)
		if err != nil {
			return p, err
		}
		p.Claims = append(p.Claims, one)
		for i := c.Start; i < c.End; i++ {
			covered[i] = true
		}
	}
	for _, ev := range events {
		t, ok := ev.(chat.Table)
		if !ok || !t.Held {
			continue
		}
		rows, err := v.table(t)
		if err != nil {
			return p, err
		}
		p.Claims = append(p.Claims, rows...)
	}
	if v.shown != nil { // or else what stands in brackets cites nothing
		p.Stray = v.stray(covered)
	}
	return p, ctx.Err()
}

// verifier is an answer that is being checked.
type verifier struct {
	ctx     context.Context
	who     chat.Principal
	library Readings
	wide    []uint16
	shown   []chat.Passage
	read    map[string]*verified // by version
	rests   *rowSource           // of the row that was looked at last
}

// verified is a version: its texts, or why there are none.
type verified struct {
	texts   []string
	markers []string // of the paragraphs that the texts are
	looks   []string // of the cells that the texts are: 15% for 0.15
	files   []document.Attachment
	inner   []string // passages of these, once they are looked for
	state   CiteStatus
}

// citedIn matches citations in an answer.
var citedIn = regexp.MustCompile(`\[(\d{1,3})\]`)

// stray are the citations outside of claims.
func (v *verifier) stray(covered []bool) []int {
	all := []int{}
	rest := slices.Clone(v.wide)
	for i := range rest {
		if covered[i] {
			rest[i] = ' '
		}
	}
	for _, m := range citedIn.FindAllStringSubmatch(string(utf16.Decode(rest)), -1) {
		n := 0
		fmt.Sscan(m[1], &n)
		all = append(all, n)
	}
	return all
}

// claim checks one claim.
func (v *verifier) claim(c chat.Claim) (Proved, error) {
	said := string(utf16.Decode(v.wide[c.Start:c.End]))
	one := Proved{Text: said, Struck: len(c.Missing) > 0, Cites: []ProvedCite{}, Missing: []string{}}
	var source []string // texts that do not follow each other
	complete := true
	for _, cite := range c.Cites {
		text, with, state, err := v.cite(cite)
		if err != nil {
			return one, err
		}
		one.Cites = append(one.Cites, ProvedCite{Index: cite.Index, Source: cite.Source, Text: text, State: state})
		one.False = one.False || state.false()
		complete = complete && state == CiteHolds
		source = append(source, with...)
	}
	for _, m := range citedIn.FindAllStringSubmatch(said, -1) {
		if !slices.ContainsFunc(c.Cites, func(cite chat.Cite) bool { return fmt.Sprint(cite.Index) == m[1] }) {
			one.False = true // the sentence cites what the claim does not
		}
	}
	if !complete {
		return one, nil // of what is not there to be read nothing can be missing
	}
	one.Missing = missingIn(said, source...)
	for _, m := range one.Missing {
		one.False = one.False || len(c.Cites) > 0 && !slices.Contains(c.Missing, m)
	}
	return one, nil
}

// missingIn are the numbers and quoted names of a sentence that its source does not have.
func missingIn(said string, source ...string) []string {
	var set korean.NumeralSet
	set.Add(strings.Join(source, "\n"))
	return missingAmong(said, &set, namesAmong(source))
}

// missingAmong is missingIn where the source has been taken apart.
func missingAmong(said string, numbers *korean.NumeralSet, source []*namesIn) []string {
	all := []string{}
	said = saidBy(said)
	for _, n := range korean.Numerals(said) {
		if !numbers.Has(n) {
			all = append(all, n.Text)
		}
	}
	for _, name := range quoted(said) {
		if !slices.ContainsFunc(source, func(text *namesIn) bool { return text.has(name) }) {
			all = append(all, name)
		}
	}
	return all
}

// cite looks a citation up: the text that is cited, and the same with what counts its paragraphs, in pieces
// that do not follow each other.
func (v *verifier) cite(c chat.Cite) (text string, with []string, state CiteStatus, err error) {
	switch {
	case c.Deleted:
		return "", nil, CiteDeleted, nil
	case c.Withheld:
		return "", nil, CiteWithheld, nil
	}
	known := slices.IndexFunc(v.shown, func(p chat.Passage) bool { return p.Index == c.Index && p.Source == c.Source })
	version, ok := strings.CutPrefix(c.Source, chat.SourceVersion)
	if known < 0 || !ok {
		return "", nil, CiteUnknown, nil
	}
	doc, err := v.version(version)
	if err != nil || doc.state != CiteHolds {
		return "", nil, doc.state, err
	}
	var parts []string
	for i, s := range c.Spans {
		if s.Text < 0 || s.Text >= len(doc.texts) || s.Start < 0 || s.Start >= s.End || s.End > len(doc.texts[s.Text]) {
			return "", nil, CiteAbsent, nil
		}
		part := doc.texts[s.Text][s.Start:s.End]
		if !utf8.ValidString(part) {
			return "", nil, CiteAbsent, nil
		}
		parts = append(parts, part)
		if marked := doc.markers[s.Text] + " " + wholeIn(doc.texts[s.Text], s.Start, s.End); i > 0 && follows(c.Spans[i-1], s, len(doc.texts[c.Spans[i-1].Text])) {
			with[len(with)-1] += "\n" + marked
		} else {
			with = append(with, marked)
		}
	}
	if len(c.Spans) == 0 { // of a file within the document
		passage, ok := v.shown[known].Text, false
		if parts, ok = partsOf(passage, c.Within); !ok || !doc.within(passage) {
			return "", nil, CiteAbsent, nil
		}
		with = parts
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	text = strings.Join(parts, "\n")
	if hex.EncodeToString(sum[:]) != c.Hash {
		return text, with, CiteChanged, nil
	}
	return text, with, CiteHolds, nil
}

// version reads what is kept of a version.
func (v *verifier) version(id string) (*verified, error) {
	if one, ok := v.read[id]; ok {
		return one, nil
	}
	one := &verified{state: CiteHolds}
	doc, err := v.library.Document(v.ctx, v.who, id)
	if told, ok := errors.AsType[*chat.Error](err); ok {
		switch told.Code {
		case chat.CodeNoDocument:
			one.state = CiteDeleted
		case chat.CodeDocumentUnread:
			one.state = CiteUnread
		default:
			return one, err
		}
	} else if err != nil {
		return one, err
	} else {
		one = verifiedOf(doc)
	}
	v.read[id] = one
	return one, nil
}

// verifiedOf is a document whose words are looked up.
func verifiedOf(doc *document.Document) *verified {
	one := &verified{state: CiteHolds, files: doc.Attachments}
	for _, t := range doc.Texts() {
		marker, looks := "", ""
		if t.Cell == nil {
			marker = t.Block.Marker
		} else {
			looks = t.Cell.Shown
		}
		one.texts, one.markers, one.looks = append(one.texts, t.Text), append(one.markers, marker), append(one.looks, looks)
	}
	return one
}

// within reports whether a passage is one of the files within the document.
func (d *verified) within(passage string) bool {
	if d.inner == nil {
		d.inner = attachedPassages(d.files, []string{})
	}
	return slices.Contains(d.inner, passage)
}

func attachedPassages(files []document.Attachment, all []string) []string {
	for _, f := range files {
		if f.Read == nil {
			continue
		}
		for _, p := range f.Read.Passages() {
			all = append(all, p.Text)
		}
		all = attachedPassages(f.Read.Attachments, all)
	}
	return all
}
