package web

import (
	"net/http"
	"reflect"
	"testing"

	"exaone/chat"
	"exaone/document"
)

func TestReadingRoomShowsAPlace(t *testing.T) {
	w := newArchive(t)
	ann, bob := w.join("ann", "member"), w.join("bob", "member")
	status, out := ann.put("/api/documents", "여비.html", "<h1>여비</h1><p>😀 출장비는 닷새 안에 정산한다.</p><table><tr><td>구분<td>금액<tr><td>숙박비<td>7만원</table>", "grade", "0")
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, out)
	}
	version := out.text("versions", 0, "id")
	ann.readEvents(version)

	content := ann.must("GET", "/api/versions/"+version+"/content?from=0&to=3", nil)
	if content.at("parts", 0, "text") != 0.0 || content.text("items", 0, "blocks", 1, "text") != "😀 출장비는 닷새 안에 정산한다." {
		t.Fatalf("content %v", content)
	}
	cell, ok := content.at("items", 0, "blocks", 2, "table", "cells", 3).(map[string]any)
	if !ok || cell["text"] != "7만원" {
		t.Fatalf("cell %v of %v", cell, content)
	}
	if bare := ann.must("GET", "/api/versions/"+version+"/content?from=0&bare=true", nil); bare.at("parts") != nil || bare.at("items", 0) == nil {
		t.Errorf("without lists: %v", bare)
	}
	if beyond := ann.must("GET", "/api/versions/"+version+"/content?from=7", nil); beyond.at("items", 0) != nil {
		t.Errorf("beyond the end: %v", beyond)
	}
	ann.refused("GET", "/api/versions/"+version+"/content?from=0&to=99", nil, chat.CodeBadField)
	ann.refused("GET", "/api/versions/"+version+"/content?from=-1", nil, chat.CodeBadField)

	spans := jsonObject{"spans": []jsonObject{{"text": 1, "start": 5, "end": 14}, {"text": cell["n"], "start": 0, "end": 7}, {"text": 1, "start": 1, "end": 14}}}
	places := ann.must("POST", "/api/versions/"+version+"/places", spans)
	if places.text("texts", 0, "quote") != "출장비" || places.at("texts", 0, "start") != 3.0 || places.at("texts", 0, "end") != 6.0 || places.at("texts", 0, "part") != 0.0 {
		t.Errorf("a word stands at %v", places)
	}
	if places.text("texts", 1, "quote") != "7만원" || places.at("texts", 1, "row") != 1.0 || places.at("texts", 1, "col") != 1.0 {
		t.Errorf("a cell stands at %v", places)
	}
	if places.at("texts", 2) != nil {
		t.Errorf("half a character stands at %v", places)
	}
	if places.text("reading") == "" || places.at("reading") != content.at("reading") {
		t.Errorf("places are of the reading %v, content is of %v", places.at("reading"), content.at("reading"))
	}
	many := make([]jsonObject, mostStretches+1)
	for i := range many {
		many[i] = jsonObject{"text": 1, "start": 5, "end": 14}
	}
	ann.refused("POST", "/api/versions/"+version+"/places", jsonObject{"spans": many}, chat.CodeBadField)

	bob.refused("POST", "/api/versions/"+version+"/places", spans, chat.CodeNoDocument)
	bob.refused("GET", "/api/versions/"+version+"/content?from=0", nil, chat.CodeNoDocument)
}

// Who cuts a place out of its page must know how large that is, and needs no list of all pages of a book for it.
func TestPlacesTellTheSizesOfTheirPages(t *testing.T) {
	doc := &document.Document{Pages: []document.Page{{Number: 1, Width: 600, Height: 800}, {Number: 2, Width: 800, Height: 600}, {Number: 3, Width: 600, Height: 800}}}
	for _, page := range []int{1, 2, 2, 0} {
		doc.Blocks = append(doc.Blocks, document.Block{Kind: document.Paragraph, Text: "합계 7만원", Place: document.Place{Page: page, Rect: &document.Rect{X0: 700, Y0: 570, X1: 790, Y1: 590}}})
	}
	for name, c := range map[string]struct {
		texts []int
		pages []document.Page
	}{"one twice": {[]int{1, 2}, doc.Pages[1:2]}, "two, in their order": {[]int{2, 0}, doc.Pages[:2]}, "on none": {[]int{3}, nil}, "nothing": {nil, nil}} {
		var stretches []document.Stretch
		for _, n := range c.texts {
			stretches = append(stretches, document.Stretch{Text: n, Start: 0, End: 6})
		}
		if got := placesOf(doc, stretches); len(got.Places) != len(c.texts) || !reflect.DeepEqual(got.Pages, c.pages) {
			t.Errorf("%s: %+v, want %v", name, got, c.pages)
		}
	}
}

// Who has some of a document open is told that a later reading found more of it, by another name of what was read.
func TestReadingHasANameOfItsOwn(t *testing.T) {
	name := func(m document.Manifest) string {
		got, err := readingOf(&document.Document{Manifest: m})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	half := document.Manifest{SHA256: "ab", Out: document.Count{Pages: 3}, Cut: true, Gaps: []document.Gap{{What: document.GapPages, In: 6, Out: 3}}}
	again, all := half, document.Manifest{SHA256: "ab", Out: document.Count{Pages: 6}, Whole: true}
	if name(half) == name(all) || name(half) != name(again) {
		t.Errorf("half is %q, all is %q", name(half), name(all))
	}
}
