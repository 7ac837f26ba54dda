package main

import "testing"

func TestATerminalShowsNoBackslashesOfMarkdown(t *testing.T) {
	for _, c := range [][2]string{
		{`\*30\* won, a\_b`, `*30* won, a_b`}, {`C:\\temp \$5 \`, `C:\temp $5 \`}, {"in code `a\\_b` and \\`not\\_here\\`", "in code `a\\_b` and `not_here`"},
		{"```\nx = \"\\$\"\n```\n\\$1", "```\nx = \"\\$\"\n```\n$1"}, {"no end ` of a\\_b", "no end ` of a_b"}, {`\한 \n`, `\한 \n`}, {"", ""},
	} {
		if got := unescaped(c[0]); got != c[1] {
			t.Errorf("%q is %q, want %q", c[0], got, c[1])
		}
	}
}
