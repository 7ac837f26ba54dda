package chat

import (
	"strings"
	"testing"
)

// TestErrorsAreSaidInOneLanguage has errors whose parameters have words of their own.
func TestErrorsAreSaidInOneLanguage(t *testing.T) {
	for _, c := range []struct {
		err    *Error
		ko, en string
	}{
		{NewError(CodeDocumentTooMuch, nil, "unpacked", "256 MB"),
			"파일이 허용된 한도를 넘습니다(압축을 푼 크기, 최대 256 MB).", "the file goes beyond what is allowed: size once unpacked, at most 256 MB"},
		{NewError(CodeDocumentTooMuch, nil, "sides of it", 3),
			"파일이 허용된 한도를 넘습니다(sides of it, 최대 3).", "the file goes beyond what is allowed: sides of it, at most 3"},
		{NewError(CodeCLIFailed, nil, NewError(CodeNoModelYet, nil)), Text(Korean, CodeCLIFailed, Text(Korean, CodeNoModelYet)), Text(English, CodeCLIFailed, Text(English, CodeNoModelYet))},
	} {
		if ko, en := c.err.In(Korean), c.err.In(English); ko != c.ko || en != c.en {
			t.Errorf("%q and %q, want %q and %q", ko, en, c.ko, c.en)
		}
	}
}

// The name that somebody gave a file or a model is said as it is, though a code ends with it.
func TestNamesInErrorsAreSaidAsTheyAre(t *testing.T) {
	for _, one := range []struct {
		code Code
		name string
	}{{CodeDocumentPassword, "wrong"}, {CodeNoModel, "yet"}, {CodeDocumentTooMuch, "파일"}} {
		for _, lang := range []Language{Korean, English} {
			if got, want := NewError(one.code, nil, one.name, 3).In(lang), Text(lang, one.code, one.name, 3); got != want {
				t.Errorf("%q is said for %q", got, want)
			}
		}
	}
	all := Codes()
	for _, code := range all { // whichever code has another as its beginning
		short := string(code) + "_"
		for _, longer := range all {
			name, ok := strings.CutPrefix(string(longer), short)
			if !ok || code == CodeDocumentTooMuch {
				continue
			}
			if got, want := NewError(code, nil, name).In(Korean), Text(Korean, code, name); got != want {
				t.Fatalf("%s of %q is %q, want %q", code, name, got, want)
			}
		}
	}
}
