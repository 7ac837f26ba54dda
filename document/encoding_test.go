package document

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestCharsetIsFound(t *testing.T) {
	utf16le := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	utf16be := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for _, c := range []struct {
		want string
		by   encoding.Encoding
		text string
	}{
		{"cp949", korean.EUCKR, "똠방각하 펲시"},
		{"cp949", korean.EUCKR, "설정값은 켜짐이다."},
		{"cp949", korean.EUCKR, "네"},
		{"cp949", korean.EUCKR, "김철수"},
		{"cp949", korean.EUCKR, strings.Repeat("key = value\n", 50000) + "# 담당자: 홍길동"},
		{"cp949", korean.EUCKR, "大韓民國 憲法 第1條"},
		{"cp949", korean.EUCKR, "「주의」 ㈜가온 ㎡당 3,000원 → ★중요★ ㅋㅋㅋ"},
		{"utf-16le", utf16le, "안녕하세요 반갑습니다"},
		{"utf-16be", utf16be, "안녕하세요 반갑습니다"},
		{"utf-16le", utf16le, "안녕하세요"},
		{"utf-16le", utf16le, "plain words\n"},
		{"utf-16be", utf16be, "plain words\n"},
		{"shift_jis", japanese.ShiftJIS, "これは日本語の文章です。東京都"},
		{"euc-jp", japanese.EUCJP, "これは日本語の文章です。東京都"},
		{"gb18030", simplifiedchinese.GB18030, "中华人民共和国是我们的国家，这里有很多人。"},
		{"big5", traditionalchinese.Big5, "這是一個中文的文件，我們在這裡說話。"},
		{"windows-1252", charmap.Windows1252, "Déjà vu: l'été à la plage – naïve façade"},
		{"utf-8", encoding.Nop, "한글"},
		{"utf-8", encoding.Nop, "ascii"},
		{"utf-8", encoding.Nop, "한글이 조금 \xff 다친 글"},
	} {
		data, err := c.by.NewEncoder().Bytes([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if c.by == encoding.Nop {
			data = []byte(c.text)
		}
		text, name, _ := decodeText(data, "")
		if name != c.want || strings.ToValidUTF8(c.text, "\ufffd") != text {
			t.Errorf("%.20q: %s: %.40q, want %s", c.text, name, text, c.want)
		}
	}
}

func TestCharsetThatIsDeclared(t *testing.T) {
	cp949 := func(text string) []byte {
		out, err := korean.EUCKR.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct{ name, declared, data, want string }{
		{"is believed", "windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251"},
		{"is not believed against the bytes", "iso-8859-1", string(cp949("반갑습니다. 오늘 회의는 세 시입니다.")), "cp949"},
		{"is not believed against UTF-8", "euc-kr", "반갑습니다", "utf-8"},
		{"has Korean names", "ks_c_5601-1987", string(cp949("겉")), "cp949"},
		{"is of Chinese that looks like Korean", "gb2312", "\xb0\xa1\xb0\xa2", "gb18030"},
	} {
		if _, got, _ := decodeText([]byte(c.data), c.declared); got != c.want && got != strings.Replace(c.want, "gb18030", "gbk", 1) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestJohab(t *testing.T) {
	// As CPython's johab codec and glibc's iconv write them.
	for _, c := range []struct{ data, want string }{
		{"\x88\x61\xd3\xbd\x99\xb1\xcd\x5c\xa6\xca\x88\x62\xb1\xb7\x8d\xf0", "가힣똠펲뷁각쏭꽳"},
		{"\x88\x41\x84\x44\xd0\x41\x84\x61\x87\xa1\x98\x41\xa8\x41\xbc\x41\x84\x46\x84\x47", "ㄱㄳㅎㅏㅣㄸㅃㅉㄵㄶ"},
		{"\xd9\x6a\xd9\x69\xd9\x32\xd9\x33\xd9\x34\xd9\x35\xd9\x36\xd9\x44\xd9\x45\xd9\x46\xd9\x47\xdc\xb1\xdd\x41\xdc\xe7\xdc\xf6", "★☆、。·‥…〈〉《》㉠㈀①½"},
		{"\xf7\xd3\xf1\xae\xf7\xdb\xe2\xd0\xf1\x61\xe0\x31\xe0\x32\xe0\x33\xe0\x43", "漢字韓國人伽佳假稼"},
		{"\xdb\x71\xde\xa2\x88\x61\xdc\xe7\xdb\xa1\xdb\xac\xdd\xa1\xde\x32", "αБ가①─━ぁア"},
	} {
		if got := decodeJohab([]byte(c.data)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	for _, bad := range []string{"\x88", "\x88\x00", "\xff\xff", "\x80\x41", "\xdf\x31"} {
		if got := decodeJohab([]byte(bad)); !strings.Contains(got, "\ufffd") {
			t.Errorf("%q: %q, want U+FFFD", bad, got)
		}
	}
}

func TestISO2022KR(t *testing.T) {
	const data = "\x1b$)CHello \x0e\x30\x21\x33\x2a\x0f, ok\n\x0e\x30\x21\nabc\n"
	text, name, bad := decodeText([]byte(data), "")
	if want := "Hello 가나, ok\n가\nabc\n"; text != want || name != "iso-2022-kr" || bad != 0 {
		t.Errorf("%s: %q, %d bad, want %q", name, text, bad, want)
	}
}

func TestBytesThatAreNoTextAreCounted(t *testing.T) {
	for _, c := range []struct {
		data string
		want int
	}{
		{"한글\ufffd", 0},
		{"한글과 여러 글자\xff 그리고 \xfe\xfe 끝", 2},
		{"\xb0\xa1\xb3\xaa\xb4\xd9\xc0\xcc\xbf\xa1\xc0\xc7\xff\xb0\xa1", 1},
	} {
		if _, name, bad := decodeText([]byte(c.data), ""); bad != c.want {
			t.Errorf("%q: %s, %d bad, want %d", c.data, name, bad, c.want)
		}
	}
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte("\xb0\xa1"), "")
	f.Add([]byte("\xff\xfeh\x00"), "utf-8")
	f.Add([]byte("\x1b$)C\x0e0!"), "johab")
	f.Add([]byte("\x88a\xd9\x31\xe0\xfe"), "johab")
	f.Fuzz(func(t *testing.T, data []byte, declared string) {
		text, name, bad := decodeText(data, declared)
		if !utf8.ValidString(text) || name == "" || bad < 0 || len(text) > 6*len(data)+8 {
			t.Errorf("%q as %q: %s, %d bad, %q", data, declared, name, bad, text)
		}
	})
}
