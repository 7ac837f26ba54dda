package prompt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// jinjaVariables are those of testdata/jinja.txt.
func jinjaVariables(t testing.TB) *dict {
	t.Helper()
	v, err := parseJSON(`{"s":"héllo 한글 World","e":"","n":7,"f":2.5,"neg":-3,"t":true,"no":null,"l":[3,1,2],
		"w":["b","A","c"],"d":{"b":1,"a":{"x":[1,2.0,null,true]}},
		"ms":[{"role":"user","content":"hi","k":2},{"role":"assistant","content":"yo <b>","k":1},
			{"role":"user","content":"x","tool_calls":[{"function":{"name":"f","arguments":{"a":1.0}}}]}],
		"txt":"a,b,,c","lines":"one\ntwo\n\nthree","pad":"  x y  ","html":"<a href=\"x\">&'</a>",
		"big":12345678901,"mix":[1,"a",null,2.0,true]}`)
	if err != nil {
		t.Fatal(err)
	}
	return v.(*dict)
}

func TestJinjaDoesWhatPythonDoes(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "jinja.txt"))
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(b), "--------\n")[1:]
	for _, c := range cases {
		src, want, ok := strings.Cut(c, "\n=\n")
		if !ok {
			src, want, _ = strings.Cut(c, "\n!\n")
		}
		want = strings.TrimSuffix(want, "\n")
		tmpl, err := parseTemplate(src)
		var got written
		if err == nil {
			got, err = tmpl.render(jinjaVariables(t), defaultLimits, time.Now)
		}
		switch {
		case ok && err != nil:
			t.Errorf("%s\ngot the error %v\nwant %s", src, err, want)
		case ok && got.s != want:
			t.Errorf("%s\n got %q\nwant %q\n%s", src, got.s, want, firstDifference(got.s, want))
		case !ok && err == nil:
			t.Errorf("%s\ngot  %q\nwant the error %s", src, got.s, want)
		}
	}
	t.Logf("%d cases", len(cases))
}
