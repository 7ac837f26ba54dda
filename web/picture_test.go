package web

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"testing"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
)

const breaks = 777 // pixels: a picture of this width is one that what draws breaks on

func drawsHere(ctx context.Context, path, name string, v document.View) (document.Drawing, error) {
	if v.Width == breaks {
		panic("a picture that breaks what draws it")
	}
	return document.DrawFile(ctx, path, name, v, document.Options{})
}

func extractsHere(ctx context.Context, path, name string, in document.Inner, w io.Writer) error {
	data, err := document.ExtractFile(ctx, path, name, in, document.Options{})
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}

// newGallery is an archive that draws pages, and gives files within documents out.
func newGallery(t *testing.T) *world {
	t.Helper()
	var shelf *intake.Shelf
	w := newWorld(t, func(o *Options) {
		var err error
		shelf, err = intake.Open(t.Context(), intake.Options{Store: o.Store, Dir: t.TempDir(), Reader: readsHere{}, Draw: drawsHere, Extract: extractsHere})
		if err != nil {
			t.Fatal(err)
		}
		o.Documents = shelf
	})
	t.Cleanup(func() {
		if err := shelf.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// square is a picture: white, 40 by 30, with a red square from 20, 10 to 30, 20.
func square(t *testing.T) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for y := range 30 {
		for x := range 40 {
			m.Set(x, y, color.White)
			if x >= 20 && x < 30 && y >= 10 && y < 20 {
				m.Set(x, y, color.RGBA{200, 0, 0, 255})
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAPartOfAPageIsShown(t *testing.T) {
	w := newGallery(t)
	ann, bob := w.join("ann", "member"), w.join("bob", "member")
	status, out := ann.put("/api/documents", "네모.png", square(t), "grade", "0")
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, out)
	}
	version := out.text("versions", 0, "id")
	ann.readEvents(version)
	at := "/api/versions/" + version + "/picture"
	for query, size := range map[string]image.Point{"": {40, 30}, "?box=20,10,30,20": {10, 10}, "?page=1&box=20,10,30,20&width=64": {64, 64}, "?width=2000": {320, 240}, "?box=20,10,999,999": {20, 20}} {
		reply := ann.open(http.MethodGet, at+query, nil)
		data, err := io.ReadAll(reply.Body)
		reply.Body.Close()
		m, bad := png.Decode(bytes.NewReader(data))
		if err != nil || bad != nil || m.Bounds().Size() != size || reply.Header.Get("Content-Type") != "image/png" || reply.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%q: %d %v %v, %v", query, reply.StatusCode, reply.Header, bad, size)
			continue
		}
		if query == "?box=20,10,30,20" {
			if c := color.RGBAModel.Convert(m.At(5, 5)).(color.RGBA); c.R < 190 || c.G > 10 {
				t.Errorf("the square is %v", c)
			}
		}
		again := ann.open(http.MethodGet, at+query, nil, "If-None-Match", reply.Header.Get("ETag"))
		again.Body.Close()
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%q once more: %d", query, again.StatusCode)
		}
		// Whoever may not read it learns nothing, whatever they have heard of it.
		foreign := bob.open(http.MethodGet, at+query, nil, "If-None-Match", reply.Header.Get("ETag"))
		foreign.Body.Close()
		if foreign.StatusCode != http.StatusNotFound {
			t.Errorf("%q of somebody else's: %d", query, foreign.StatusCode)
		}
	}
	for query, code := range map[string]chat.Code{"?page=0": chat.CodeBadField, "?page=2": chat.CodeBoxNoPage, "?box=1,2,3": chat.CodeBadField, "?box=3,3,1,1": chat.CodeBadField,
		"?box=NaN,0,1,1": chat.CodeBadField, "?box=0,0,Inf,1": chat.CodeBadField, "?box=-1,0,1,1": chat.CodeBadField, "?box=100,100,120,120": chat.CodeBoxOutside, "?width=0": chat.CodeBadField, "?width=99999": chat.CodeBadField} {
		ann.refused(http.MethodGet, at+query, nil, code)
	}
	bob.refused(http.MethodGet, at, nil, chat.CodeNoDocument)
	_, text := ann.put("/api/documents", "글.txt", "출장비", "grade", "0")
	ann.refused(http.MethodGet, "/api/versions/"+text.text("versions", 0, "id")+"/picture", nil, chat.CodeNoPicture)
	ann.must(http.MethodDelete, "/api/documents/"+out.text("id"), nil)
	ann.refused(http.MethodGet, at, nil, chat.CodeNoDocument)
}

// One picture at a time is drawn for a person: one that breaks what draws it is not to be the last.
func TestAPictureThatBreaksHoldsUpNobody(t *testing.T) {
	w := newGallery(t)
	ann := w.join("ann", "member")
	_, out := ann.put("/api/documents", "네모.png", square(t), "grade", "0")
	version := out.text("versions", 0, "id")
	ann.readEvents(version)
	at := "/api/versions/" + version + "/picture"
	broken := ann.open(http.MethodGet, at+"?width=777", nil)
	broken.Body.Close()
	if broken.StatusCode != http.StatusInternalServerError {
		t.Errorf("one that breaks: %d", broken.StatusCode)
	}
	next := ann.open(http.MethodGet, at, nil)
	next.Body.Close()
	if next.StatusCode != http.StatusOK {
		t.Errorf("the next: %d", next.StatusCode)
	}
}
