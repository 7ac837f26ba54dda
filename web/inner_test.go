package web

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"io"
	"mime"
	"net/http"
	"strings"
	"testing"

	"exaone/chat"
)

// mailWith is a message with files: names and contents in turn.
func mailWith(files ...string) string {
	var out strings.Builder
	out.WriteString("From: a@example.com\nSubject: 자료\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=edge\n\n--edge\nContent-Type: text/plain; charset=utf-8\n\n붙인 파일을 보세요.\n")
	for i := 0; i < len(files); i += 2 {
		fmt.Fprintf(&out, "--edge\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"%s\"\nContent-Transfer-Encoding: base64\n\n%s\n",
			files[i], base64.StdEncoding.EncodeToString([]byte(files[i+1])))
	}
	return out.String() + "--edge--\n"
}

// zipWith is an archive of files: names and contents in turn.
func zipWith(t *testing.T, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = io.WriteString(f, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// pdfSaying is a PDF of a page of 600 by 800 points that says something, 100 points from its left edge.
func pdfSaying(text string) string {
	content := "BT /F1 20 Tf 100 700 Td (" + text + ") Tj ET"
	var out strings.Builder
	out.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(content), content)} {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return out.String()
}

// A PDF within a message, or within an archive within one, is shown as it looks, where the words stand: its bytes, a picture of it and
// the places in it are had by one address, by those who may read the message.
func TestFilesWithinAreShownAsTheyLook(t *testing.T) {
	w := newGallery(t)
	ann, bob := w.join("ann", "member"), w.join("bob", "member")
	first, second := pdfSaying("The fee is 107000 won"), pdfSaying("Leave is 15 days")
	status, out := ann.put("/api/documents", "규정.eml", mailWith("규정.pdf", first, "all.zip", zipWith(t, "a/둘째.pdf", second, "b.png", square(t)), "x.html", "<script>alert(1)</script>글"), "grade", "0")
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, out)
	}
	id, version := out.text("id"), out.text("versions", 0, "id")
	ann.readEvents(version)
	at := "/api/versions/" + version
	for _, c := range []struct{ heading, text, file, name, bytes, cited string }{
		{"규정.pdf", "The fee is 107000 won", "0", "규정.pdf", first, "107000"},
		{"all.zip › a/둘째.pdf", "Leave is 15 days", "1.0", "둘째.pdf", second, "15"},
	} {
		from := strings.Index(c.text, c.cited)
		places := ann.must("POST", at+"/places", jsonObject{"passage": jsonObject{"heading": c.heading, "text": c.text, "parts": [][]int{{from, from + len(c.cited)}}}})
		box, ok := places.at("places", 0, "box").(map[string]any)
		if !ok || places.text("inside", "file") != c.file || places.at("inside", "sure") != true || places.at("inside", "bytes") != true || places.at("places", 0, "exact") != true || places.at("pages", 0, "number") != 1.0 || places.at("pages", 0, "height") != 800.0 ||
			places.at("places", 0, "page") != 1.0 || box["x0"].(float64) <= 101 || box["x1"].(float64) >= 400 || box["y0"].(float64) < 70 || box["y1"].(float64) > 130 {
			t.Errorf("%q of %s is at %v", c.cited, c.heading, places)
		}
		if content := ann.must("GET", at+"/content?from=0&file="+c.file, nil); content.text("format") != "pdf" || content.at("pages", 0, "width") != 600.0 {
			t.Errorf("%s is %v", c.heading, content)
		}
		reply := ann.open("GET", at+"/file?file="+c.file, nil)
		got, err := io.ReadAll(reply.Body)
		reply.Body.Close()
		how, params, _ := mime.ParseMediaType(reply.Header.Get("Content-Disposition"))
		if err != nil || string(got) != c.bytes || how != "attachment" || params["filename"] != c.name || reply.Header.Get("Content-Type") != "application/octet-stream" ||
			reply.Header.Get("X-Content-Type-Options") != "nosniff" || reply.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: %d bytes, %v, %v", c.heading, len(got), reply.Header, err)
		}
		for query, want := range map[string]int{"/file?file=" + c.file: http.StatusNotModified, "/file?file=2": http.StatusOK} {
			again := ann.open("GET", at+query, nil, "If-None-Match", reply.Header.Get("ETag"))
			again.Body.Close()
			foreign := bob.open("GET", at+query, nil, "If-None-Match", reply.Header.Get("ETag"))
			foreign.Body.Close()
			if again.StatusCode != want || foreign.StatusCode != http.StatusNotFound {
				t.Errorf("%s once more: %d, want %d; for somebody else: %d", query, again.StatusCode, want, foreign.StatusCode)
			}
		}
		page := ann.open("GET", at+"/picture?page=1&width=300&file="+c.file, nil)
		m, err := png.Decode(page.Body)
		page.Body.Close()
		if err != nil || m.Bounds().Dx() != 300 || m.Bounds().Dy() != 400 {
			t.Errorf("a picture of %s: %d %v", c.heading, page.StatusCode, err)
		}
	}
	if part := ann.open("GET", at+"/file?file=0", nil, "Range", "bytes=0-7"); part.StatusCode != http.StatusPartialContent {
		t.Errorf("a part of it: %d", part.StatusCode)
	} else if got, _ := io.ReadAll(part.Body); string(got) != first[:8] {
		t.Errorf("a part of it is %q", got)
	}
	if text, name := ann.file("GET", at+"/file?file=2", nil); text != "<script>alert(1)</script>글" || name != "attachment; filename=x.html" {
		t.Errorf("%q as %q", text, name)
	}
	picture := ann.open("GET", at+"/picture?file=1.1&box=20,10,30,20", nil)
	m, err := png.Decode(picture.Body)
	picture.Body.Close()
	if err != nil || m.Bounds().Dx() != 10 {
		t.Errorf("a part of a picture within: %d %v", picture.StatusCode, err)
	}

	for _, file := range []string{"3", "-1", "0.0", "1.2", "x", "1.", "99999999999999999999", strings.Repeat("0.", 99) + "0"} {
		for _, path := range []string{"/file?file=", "/picture?file=", "/content?from=0&file="} {
			ann.refused("GET", at+path+file, nil, chat.CodeBadField)
		}
	}
	ann.refused("GET", at+"/picture?file=2", nil, chat.CodeNoPicture)
	for _, path := range []string{"/file?file=0", "/picture?file=0", "/file?file=9", "/content?from=0&file=0"} {
		bob.refused("GET", at+path, nil, chat.CodeNoDocument)
	}
	ann.must("PATCH", "/api/documents/"+id, jsonObject{"readers": []string{bob.who.ID}})
	if text, _ := bob.file("GET", at+"/file?file=1.0", nil); text != second {
		t.Errorf("bob, who may, is given %d bytes", len(text))
	}
	ann.must("DELETE", "/api/documents/"+id, nil)
	ann.refused("GET", at+"/file?file=0", nil, chat.CodeNoDocument)
}

// Files are saved by their own names and nowhere else than those say: no folders, no way out of one.
func TestFilesWithinAreSavedByTheirNames(t *testing.T) {
	for name, want := range map[string]string{"": "attachment", "a.pdf": "attachment; filename=a.pdf", "a/b/../c d.pdf": `attachment; filename="c d.pdf"`, `..\..\x.exe`: "attachment; filename=x.exe",
		"../..": "attachment", "/": "attachment", "규정.pdf": "attachment; filename*=utf-8''%EA%B7%9C%EC%A0%95.pdf", "a\";x=\r\n.pdf": "attachment; filename*=utf-8''a%22%3Bx%3D%0D%0A.pdf"} {
		if got := attachment(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

// Nobody opens what is packed without end by an address of its own: it was not read, and is not there.
func TestHostileFilesWithinAreNotGivenOut(t *testing.T) {
	w := newGallery(t)
	ann := w.join("ann", "member")
	deep, name := "끝", "a.txt"
	for range 10 {
		deep, name = zipWith(t, name, deep), "a.zip"
	}
	bomb := zipWith(t, "a.txt", strings.Repeat("0", 32<<20))
	for _, data := range []string{mailWith("a.zip", deep), mailWith("a.zip", bomb)} {
		_, out := ann.put("/api/documents", "나쁜.eml", data, "grade", "0")
		version := out.text("versions", 0, "id")
		ann.readEvents(version)
		for _, file := range []string{"0.0", "0.0.0.0.0", "0.0.0.0.0.0.0.0"} {
			status, text := ann.send("GET", "/api/versions/"+version+"/file?file="+file, nil)
			if status != http.StatusBadRequest && status != http.StatusConflict {
				t.Errorf("%s: %d %.200s", file, status, text)
			}
		}
	}
}
