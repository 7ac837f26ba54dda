package chat

import "testing"

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
