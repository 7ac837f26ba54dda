package web

import (
	"net/http"
	"testing"

	"exaone/chat"
)

const mailWithFiles = "From: a@example.com\nSubject: 자료\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n" +
	"--x\nContent-Type: text/plain; charset=utf-8\n\n붙인 파일을 보세요.\n" +
	"--x\nContent-Type: text/plain; charset=utf-8; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\n출장비는 7일 안에 정산한다. 영수증을 붙인다.\n" +
	"--x\nContent-Type: text/html; charset=utf-8; name=b.html\nContent-Disposition: attachment; filename=b.html\n\n<h1>여비</h1><p>😀 일비는 2만원이다.</p><table><tr><td>구분<td>금액<tr><td>숙박비<td>7만원</table>\n" +
	"--x\nContent-Type: text/plain; charset=utf-8; name=c.txt\nContent-Disposition: attachment; filename=c.txt\n\n출장비는 7일 안에 정산한다. 영수증을 붙인다.\n--x--\n"

// What is cited of a file within a file is found there by its text: at its place, in that file, and not in another that says the same.
func TestReadingRoomShowsAPlaceInAFileWithin(t *testing.T) {
	w := newArchive(t)
	ann, bob := w.join("ann", "member"), w.join("bob", "member")
	status, out := ann.put("/api/documents", "규정.eml", mailWithFiles, "grade", "0")
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, out)
	}
	version := out.text("versions", 0, "id")
	ann.readEvents(version)
	find := func(heading, text string, parts ...[]int) jsonObject {
		return jsonObject{"passage": jsonObject{"heading": heading, "text": text, "parts": parts}}
	}
	places := func(body jsonObject) jsonObject {
		return ann.must("POST", "/api/versions/"+version+"/places", body)
	}

	got := ann.must("POST", "/api/passages", jsonObject{"query": "숙박비 7만원", "top": 5, "scope": "all"})
	heading, text := got.text("items", 0, "heading"), got.text("items", 0, "text")
	if got.at("items", 0, "place", "spans", 0) != nil {
		t.Fatalf("what is in a file within has a place of its own: %v", got)
	}
	at := places(find(heading, text))
	if at.text("inside", "file") != "1" || at.text("inside", "names", 0) != "b.html" || at.at("inside", "sure") != true || at.at("texts", 0) == nil {
		t.Fatalf("%q below %q stands at %v", text, heading, at)
	}
	content := ann.must("GET", "/api/versions/"+version+"/content?from=0&file="+at.text("inside", "file"), nil)
	if content.text("format") != "html" || content.text("items", 0, "blocks", 0, "text") != "여비" {
		t.Fatalf("the file within is %v", content)
	}

	const rule = "출장비는 7일 안에 정산한다. 영수증을 붙인다."
	first := len("출장비는 7일 안에 정산한다.")
	for name, c := range map[string]struct {
		body  jsonObject
		file  string
		quote string
		sure  bool
	}{
		"its heading says where": {find("c.txt", rule, []int{0, first}), "2", "출장비는 7일 안에 정산한다.", true},
		"all of it":              {find("a.txt", rule), "0", rule, true},
		"either of two":          {find("", rule, []int{0, first}), "0", "출장비는 7일 안에 정산한다.", false},
		"half a character":       {find("c.txt", rule, []int{1, first}), "2", rule, false},
		"beyond the end":         {find("c.txt", rule, []int{0, 9999}), "2", rule, false},
		"the wrong way round":    {find("c.txt", rule, []int{9, 3}), "2", rule, false},
	} {
		got := places(c.body)
		if got.text("inside", "file") != c.file || got.text("texts", 0, "quote") != c.quote || got.at("inside", "sure") != c.sure {
			t.Errorf("%s: %v, want %+v", name, got, c)
		}
	}
	for name, body := range map[string]jsonObject{"another text": find("a.txt", "출장비는 9일 안에 정산한다."), "that of the message": find("", "붙인 파일을 보세요."), "none": find("", "")} {
		if got := places(body); got.at("inside") != nil || got.at("texts", 0) != nil {
			t.Errorf("%s is found: %v", name, got)
		}
	}
	for _, file := range []string{"3", "-1", "0.0", "x", "1.", "99999999999999999999"} {
		ann.refused("GET", "/api/versions/"+version+"/content?from=0&file="+file, nil, chat.CodeBadField)
	}
	many := make([][]int, mostStretches+1)
	for i := range many {
		many[i] = []int{0, 3}
	}
	ann.refused("POST", "/api/versions/"+version+"/places", find("a.txt", rule, many...), chat.CodeBadField)
	bob.refused("POST", "/api/versions/"+version+"/places", find("a.txt", rule), chat.CodeNoDocument)
	bob.refused("GET", "/api/versions/"+version+"/content?from=0&file=0", nil, chat.CodeNoDocument)
}
