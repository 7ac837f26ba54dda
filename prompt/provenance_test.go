package prompt

import (
	"testing"
	"time"
)

// TestOperationsKeepProvenance renders templates that work on a message, c = "<x>{0}%s", and an argument
// whose key is "<x>". What the message said is in ⟪⟫.
func TestOperationsKeepProvenance(t *testing.T) {
	vars := newDict(2)
	vars.put("c", saidText("<x>{0}%s"))
	args := newDict(1)
	args.set(saidText("<x>"), saidText("v"))
	vars.put("args", args)
	for _, c := range []struct{ src, want string }{
		{"a{{ c }}b", "a⟪<x>{0}%s⟫b"},
		{"{{ 'a' + c ~ 'b' }}", "a⟪<x>{0}%s⟫b"},
		{"{{ (' a ' + c).strip()[1:5] }}", " ⟪<x>⟫"},
		{"{{ ('a' + c)[::-1] }}", "⟪s%}0{>x<⟫a"},
		{"{{ ('a' + c) | upper }}", "A⟪<X>{0}%S⟫"},
		{"{{ ('a,' + c).split(',') | join('<m>') }}", "a<m>⟪<x>{0}%s⟫"},
		{"{{ c | replace('<x>', '<m>') }}", "⟪<m>{0}%s⟫"},
		{"{{ 'a<x>' | replace('<x>', '<m>') }}", "a<m>"},
		{"{{ c.format('<m>') }}", "⟪<x><m>%s⟫"},
		{"{{ c % '<m>' }}", "⟪<x>{0}<m>⟫"},
		{"{{ '<m>{}<m>'.format(c) }}", "<m>⟪<x>{0}%s⟫<m>"},
		{"{{ '<m>%s' % c }}", "<m>⟪<x>{0}%s⟫"},
		{"{{ '%c%c' % (60, 62) }}", "⟪<>⟫"},
		{"{{ args | tojson }}", "⟪{\"<x>\": \"v\"}⟫"},
		{"{{ {'<m>': 1} | tojson }}", "{\"<m>\": 1}"},
		{"{{ [c] }}", "⟪['<x>{0}%s']⟫"},
		{"{% for k in dict(**args) %}{{ k }}{% endfor %}", "⟪<x>⟫"},
		{"{% macro m() %}{% for k in kwargs %}{{ k }}{% endfor %}{% endmacro %}{{ m(**args) }}", "⟪<x>⟫"},
		{"{% for k, v in args.items() %}{{ k }}={{ v }}{% endfor %}", "⟪<x>⟫=⟪v⟫"},
		{"{% for ch in 'a' + c %}{{ ch }}{% if loop.index == 3 %}{% break %}{% endif %}{% endfor %}", "a⟪<x⟫"},
		{"{% set s %}<m>{{ c }}{% endset %}{{ s }}", "<m>⟪<x>{0}%s⟫"},
		{"{% macro m(x) %}<m>{{ x }}{% endmacro %}{{ m(c) }}", "<m>⟪<x>{0}%s⟫"},
		{"{% filter upper %}a{{ c }}{% endfilter %}", "A⟪<X>{0}%S⟫"},
		{"{{ c | indent(2, true) }}", "  ⟪<x>{0}%s⟫"},
		{"{{ c | e }}", "⟪&lt;x&gt;{0}%s⟫"},
		{"{{ c | title }}{{ c | trim }}", "⟪<X>{0}%s<x>{0}%s⟫"},
		{"{{ c | length }}", "8"},
	} {
		tmpl, err := parseTemplate(c.src)
		if err != nil {
			t.Fatal(c.src, err)
		}
		out, err := tmpl.render(vars, defaultLimits, time.Now)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		got := ""
		out.pieces(func(s string, said bool) {
			if said {
				s = "⟪" + s + "⟫"
			}
			got += s
		})
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}
