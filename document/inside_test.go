package document

import (
	"slices"
	"strings"
	"testing"
)

func fileWith(name string, paragraphs ...string) Attachment {
	doc := &Document{}
	for _, text := range paragraphs {
		kind := Paragraph
		if strings.HasPrefix(text, "#") {
			kind, text = Heading, text[1:]
		}
		doc.Blocks = append(doc.Blocks, Block{Kind: kind, Text: text})
	}
	return Attachment{Name: name, Read: doc}
}

// A passage is found in the file that it is of, however deep, by its text and by the names and headings above it.
func TestPassagesOfFilesWithinAreFound(t *testing.T) {
	archive := fileWith("묶음.zip")
	archive.Read.Attachments = []Attachment{{Name: "깨짐.hwp"}, fileWith("가.txt", "#제1장", "연차는 15일이다."), fileWith("나.txt", "연차는 15일이다.")}
	mail := &Document{Blocks: []Block{{Text: "연차는 15일이다."}}, Attachments: []Attachment{fileWith("다.txt", "병가는 60일이다."), archive}}
	for _, c := range []struct {
		heading, text string
		path          []int
		sure          bool
	}{
		{"묶음.zip › 가.txt › 제1장", "제1장\n연차는 15일이다.", []int{1, 1}, true},
		{"묶음.zip › 나.txt", "연차는 15일이다.", []int{1, 2}, true},
		{"다른 이름", "병가는 60일이다.", []int{0}, true},
		{"다.txt", "연차는 16일이다.", nil, false},
		{"", "", nil, false},
	} {
		found, ok := mail.FindInside(c.heading, c.text)
		if ok != (c.path != nil) || !slices.Equal(found.Path, c.path) || found.Sure != c.sure {
			t.Errorf("%q below %q is at %+v, want %v, sure %v", c.text, c.heading, found, c.path, c.sure)
		}
		if ok && !slices.ContainsFunc(mail.File(found.Path).Passages(), func(p Passage) bool { return p.Text == c.text }) {
			t.Errorf("file %v has no passage %q", found.Path, c.text)
		}
	}
	mail.Attachments = append(mail.Attachments, archive)
	if found, ok := mail.FindInside("묶음.zip › 나.txt", "연차는 15일이다."); !ok || found.Sure || !slices.Equal(found.Path, []int{1, 2}) {
		t.Errorf("of two files of one name it is %+v", found)
	}
	for _, path := range [][]int{{3}, {-1}, {1, 0}, {1, 1, 0}, {1, 0, 0}} {
		if mail.File(path) != nil {
			t.Errorf("there is a file at %v", path)
		}
	}
	if mail.File(nil) != mail {
		t.Error("an empty path is not the document itself")
	}
}

func TestPartsOfPassagesAreStretches(t *testing.T) {
	p := Passage{Text: "이름\t김철수\n", Spans: []Span{{Start: 0, End: 6, Text: 4, From: 2}, {Start: 7, End: 16, Text: 9}}}
	whole := []Stretch{{4, 2, 8}, {9, 0, 9}}
	for _, c := range []struct {
		parts [][2]int
		want  []Stretch
		ok    bool
	}{
		{nil, whole, true},
		{[][2]int{{0, 16}}, whole, true},
		{[][2]int{{7, 10}, {0, 3}}, []Stretch{{9, 0, 3}, {4, 2, 5}}, true},
		{[][2]int{{6, 7}}, whole, false}, // a tab, which is no text of the document
		{[][2]int{{0, 3}, {8, 10}}, whole, false},
		{[][2]int{{0, 99}}, whole, false},
		{[][2]int{{-3, 3}}, whole, false},
	} {
		if got, ok := p.Stretches(c.parts); ok != c.ok || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, %v, want %v, %v", c.parts, got, ok, c.want, c.ok)
		}
	}
}
