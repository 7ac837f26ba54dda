package grammar

import (
	"context"
	"errors"
	"strings"
	"testing"

	"exaone/chat"
)

// TestSchema is texts that a schema allows (+) and texts that it does not (-).
func TestSchema(t *testing.T) {
	for _, c := range []struct {
		schema string
		texts  []string
	}{
		{`true`, []string{`+null`, `+"a"`, `+[1,{"a":[]}]`, `+-0.5e-10`, `-01`, `-[1,]`, `-{"a":1,"a":2}`, `- 1`}},
		{`{"type":["string","null"]}`, []string{`+""`, `+"\u00e9é\ud83d\ude00"`, `-"\ud83d"`, `-"\x"`, "-\"\n\"", `+null`, `-1`, `-"\ude00\ud83d"`}},
		{`{"type":"integer"}`, []string{`+0`, `+-7`, `+12345678901234567890`, `-1.5`, `-1.0`, `-1e3`, `-00`}},
		{`{"minimum":-1.5,"exclusiveMaximum":10}`, []string{`+-1.5`, `--1.51`, `+-1.50`, `+9.999`, `-10`, `-10.0`, `+0`, `+1e-7`, `+9.9e0`, `-1e1`, `--2e0`, `+"x"`}},
		{`{"type":"integer","minimum":3,"maximum":120}`, []string{`-2`, `+3`, `+9`, `+10`, `+99`, `+120`, `-121`, `-1000`, `--3`}},
		{`{"type":"number","multipleOf":0.01}`, []string{`+1.25`, `+1`, `+1.250`, `-1.251`, `+-0.07`, `-1e2`}},
		{`{"type":"integer","multipleOf":7,"minimum":1,"maximum":20}`, []string{`-0`, `+7`, `+14`, `-21`, `-8`}},
		{`{"type":"number","not":{"multipleOf":2}}`, []string{`+1`, `+2.5`, `-2`, `-4.0`, `-0`}},
		{`{"type":"string","minLength":2,"maxLength":3}`, []string{`-"a"`, `+"ab"`, `+"한글이"`, `-"abcd"`, `+"\n\u0041"`}},
		{`{"type":"string","pattern":"^a+$","maxLength":3}`, []string{`+"a"`, `+"aaa"`, `-"aaaa"`, `-""`, `-"ab"`}},
		{`{"type":"string","pattern":"b","not":{"pattern":"c"}}`, []string{`+"abx"`, `-"abc"`, `-"a"`, `+"b"`}},
		{`{"type":"string","format":"date"}`, []string{`+"2024-02-29"`, `-"2023-02-29"`, `-"2024-2-1"`}},
		{`{"type":"string","format":"time"}`, []string{`+"23:59:60Z"`, `-"23:58:60Z"`, `+"01:29:60.5+01:30"`, `+"12:00:00.25+09:00"`, `-"24:00:00Z"`}},
		{`{"type":"string","format":"email"}`, []string{`+"a.b@example.com"`, `-"a"`, `+"\"a b\"@c"`}},
		{`{"type":"string","format":"ipv6"}`, []string{`+"::1"`, `+"1:2:3:4:5:6:7:8"`, `-"1::2::3"`}},
		{`{"type":"string","format":"uri"}`, []string{`+"https://a.b/c?d#e"`, `-"a b"`, `+"urn:x:y"`}},
		{`{"enum":["a",1,null,[1,{"b":2}],{"c":[],"d":"x"}]}`, []string{`+"a"`, `+1`, `+null`, `+[1,{"b":2}]`, `+{"c":[],"d":"x"}`, `-"b"`, `-[1]`, `-{"c":[]}`, `-1.0`}},
		{`{"const":"<a>"}`, []string{`+"<a>"`, `+"\u003ca\u003e"`, `-"a"`}},
		{`{"type":"object","properties":{"a":{"type":"integer"},"b":{},"c":{"type":"null"}},"required":["b"],"additionalProperties":false}`,
			[]string{`+{"a":1,"b":2}`, `+{"b":[]}`, `+{"b":0,"c":null}`, `-{"b":0,"a":1}`, `-{"a":1}`, `-{}`, `-{"b":1,"d":1}`, `-{"b":1,"b":1}`, `-{"b":1,}`}},
		{`{"type":"object","properties":{"a":{}}}`, []string{`+{"a":1,"x":2,"y":3}`, `+{"y":1,"x":2}`, `-{"x":1,"a":2}`, `-{"x":1,"x":2}`, `-{"a":1,"\u0061":2}`, `-{"x":1,"\u0078":2}`, `+{"\u003c":1}`, `-{"<":1,"\u003c":2}`, `+{"":1}`}},
		{`{"type":"object","patternProperties":{"^n":{"type":"integer"},"x$":{"minimum":5}},"additionalProperties":{"type":"string"}}`,
			[]string{`+{"n1":1}`, `+{"nx":7,"ax":5,"b":"s"}`, `-{"nx":3}`, `-{"n":"s"}`, `-{"b":1}`}},
		{`{"type":"object","propertyNames":{"pattern":"^[a-z]$"},"minProperties":1,"maxProperties":2}`, []string{`+{"a":1}`, `+{"a":1,"b":2}`, `-{}`, `-{"ab":1}`, `-{"a":1,"b":1,"c":1}`}},
		{`{"type":"object","propertyNames":{"enum":["a","b"]},"minProperties":2}`, []string{`+{"a":1,"b":2}`, `+{"b":1,"a":2}`, `-{"a":1}`, `-{"a":1,"b":2,"c":3}`}},
		{`{"type":"object","properties":{"a":{},"b":{},"c":{}},"minProperties":2,"maxProperties":2,"additionalProperties":false}`, []string{`+{"a":1,"c":1}`, `+{"b":1,"c":1}`, `-{"c":1}`, `-{"a":1,"b":1,"c":1}`}},
		{`{"type":"object","properties":{"a":{}},"required":["z"],"additionalProperties":{"type":"integer"}}`, []string{`+{"a":"x","z":1}`, `+{"z":1,"y":2}`, `-{"a":1}`, `-{"z":"x"}`}},
		{`{"type":"object","dependentRequired":{"a":["b"]},"properties":{"a":{},"b":{}}}`, []string{`+{}`, `+{"a":1,"b":2}`, `+{"b":1}`, `-{"a":1}`}},
		{`{"type":"object","properties":{"a":{},"b":{}},"dependentSchemas":{"a":{"properties":{"b":{"type":"null"}},"required":["b"]}}}`, []string{`+{"b":1}`, `+{"a":1,"b":null}`, `-{"a":1,"b":1}`}},
		{`{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":3}`, []string{`-[]`, `+[1]`, `+[1,2,3]`, `-[1,2,3,4]`, `-["a"]`}},
		{`{"type":"array","prefixItems":[{"type":"string"},{"type":"null"}],"items":{"type":"boolean"}}`, []string{`+[]`, `+["a"]`, `+["a",null,true,false]`, `-[1]`, `-["a",null,1]`}},
		{`{"type":"array","items":{"enum":["a","b","c"]},"uniqueItems":true,"minItems":2}`, []string{`+["a","b"]`, `+["c","a","b"]`, `-["a","a"]`, `-["a"]`, `-["a","b","c","a"]`}},
		{`{"type":"array","items":{"type":"string"},"uniqueItems":true}`, []string{`+["a","b",""]`, `-["a","\u0061"]`, `-["a","b","a"]`, `+[]`}},
		{`{"type":"array","items":{"type":"number"},"uniqueItems":true}`, []string{`+[1,2]`, `-[1,1.0]`, `-[10,1e1]`, `-[0,-0]`, `+[0,0.5]`}},
		{`{"type":"array","items":{"type":"object"},"uniqueItems":true}`, []string{`+[{},{"a":1}]`, `-[{"a":1,"b":2},{"b":2,"a":1}]`, `-[{},{}]`, `+[{"a":[1]},{"a":[2]}]`}},
		{`{"uniqueItems":true,"items":{"uniqueItems":true,"type":"array"}}`, []string{`+[[1],[2,1]]`, `-[[1],[1]]`, `-[[1,1]]`}},
		{`{"type":"array","items":{"type":"integer"},"contains":{"minimum":10},"minContains":2}`, []string{`-[1,10]`, `+[10,1,11]`, `-[]`}},
		{`{"type":"array","items":{"type":"integer"},"contains":{"minimum":10},"maxContains":1}`, []string{`+[1,10]`, `-[10,1,11]`, `-[1]`}},
		{`{"anyOf":[{"type":"string","maxLength":2},{"type":"string","pattern":"^x"}]}`, []string{`+"ab"`, `+"xabc"`, `-"abc"`}},
		{`{"oneOf":[{"type":"integer","multipleOf":2},{"type":"integer","multipleOf":3}]}`, []string{`+2`, `+3`, `-6`, `-1`}},
		{`{"oneOf":[{"required":["a"]},{"required":["b"]}],"type":"object","properties":{"a":{},"b":{}}}`, []string{`+{"a":1}`, `+{"b":1}`, `-{}`, `-{"a":1,"b":1}`}},
		{`{"not":{"type":["string","object"]}}`, []string{`+1`, `+[]`, `-"a"`, `-{}`}},
		{`{"type":"object","not":{"required":["a"]}}`, []string{`+{}`, `+{"b":1}`, `-{"a":1}`}},
		{`{"not":{"additionalProperties":{"type":"integer"},"properties":{"a":{}}},"type":"object","properties":{"a":{},"b":{}}}`, []string{`+{"x":"s"}`, `+{"b":"s"}`, `-{"b":1}`, `-{}`, `-{"a":"s"}`, `+{"y":1,"x":"s"}`}},
		{`{"type":"object","properties":{"k":{"enum":["i","s"]},"v":{}},"required":["k","v"],"if":{"properties":{"k":{"const":"i"}}},"then":{"properties":{"v":{"type":"integer"}}},"else":{"properties":{"v":{"type":"string"}}}}`,
			[]string{`+{"k":"i","v":1}`, `+{"k":"s","v":"x"}`, `-{"k":"i","v":"x"}`, `-{"k":"s","v":1}`}},
		{`{"$defs":{"n":{"type":"object","properties":{"v":{"type":"integer"},"next":{"$ref":"#/$defs/n"}},"additionalProperties":false}},"$ref":"#/$defs/n"}`,
			[]string{`+{}`, `+{"v":1,"next":{"next":{"v":2}}}`, `-{"next":1}`}},
		{`{"allOf":[{"properties":{"a":{"minimum":1}}},{"properties":{"a":{"maximum":3},"b":{"type":"null"}}}],"type":"object"}`, []string{`+{"a":2,"b":null}`, `-{"a":0}`, `-{"a":4}`, `+{"a":"x"}`}},
		{`{"type":"object","properties":{"a":{}},"allOf":[{"properties":{"b":{}}}],"unevaluatedProperties":false}`, []string{`+{"a":1,"b":2}`, `-{"a":1,"c":2}`}},
		{`{"prefixItems":[{}],"unevaluatedItems":{"type":"null"},"type":"array"}`, []string{`+[1,null]`, `-[1,1]`}},
		{`{"$schema":"http://json-schema.org/draft-04/schema#","type":"number","minimum":1,"exclusiveMinimum":true}`, []string{`-1`, `+1.1`}},
	} {
		check(t, chat.Grammar{Schema: c.schema}, c.texts...)
	}
}

func TestSchemaRefuses(t *testing.T) {
	for _, c := range []struct{ schema, path, keyword string }{
		{`{"properties":{"a/b":{"pattern":"(?<=a)b"}}}`, "/properties/a~1b", "pattern"},
		{`{"items":{"format":"regex"}}`, "/items", "format"},
		{`{"$ref":"http://example.com/x"}`, "", "$ref"},
		{`{"$ref":"#/nowhere"}`, "", "$ref"},
		{`{"type":"strange"}`, "", "type"},
		{`{"allOf":[{"minLength":-1}]}`, "/allOf/0", "minLength"},
		{`{"allOf":[{"minimum":"x"}]}`, "/allOf/0", "minimum"},
		{`{"$schema":"http://example.com/mine"}`, "", "$schema"},
		{`{"type":"array","not":{"uniqueItems":true}}`, "/not", "uniqueItems"},
		{`{"minItems":99999999}`, "", "minItems"},
		{`{"a":1,"a":2}`, "byte 7", ""},
		{`{"type":`, "byte 8", ""},
		{`12`, "", ""},
	} {
		_, err := Compile(context.Background(), chat.Grammar{Schema: c.schema})
		var e *Error
		if !errors.As(err, &e) || e.Path != c.path || e.Keyword != c.keyword {
			t.Errorf("%s: found the error %v, want one at %q of %q", c.schema, err, c.path, c.keyword)
		}
	}
	for _, schema := range []string{`false`, `{"type":"string","enum":[1]}`, `{"type":"object","required":["a"],"properties":{"a":false}}`,
		`{"type":"integer","minimum":2,"maximum":1}`, `{"$defs":{"a":{"type":"object","properties":{"x":{"$ref":"#/$defs/a"}},"required":["x"]}},"$ref":"#/$defs/a"}`,
		`{"type":"array","items":{"enum":[1,2]},"uniqueItems":true,"minItems":3}`, `{"type":"string","pattern":"^a$","minLength":2}`} {
		if _, err := Compile(context.Background(), chat.Grammar{Schema: schema}); !errors.Is(err, ErrUnsatisfiable) {
			t.Errorf("%s: found the error %v, want %v", schema, err, ErrUnsatisfiable)
		}
	}
}

func TestSchemaWarns(t *testing.T) {
	g := compile(t, chat.Grammar{Schema: `{"title":"x","properties":{"a":{"format":"colour","strange":1}},"$schema":"http://json-schema.org/draft-04/schema#","const":1}`})
	want := map[string]bool{"title": true, "/properties/a format": true, "/properties/a strange": true, " const": true}
	for _, w := range g.Warnings() {
		delete(want, strings.TrimPrefix(w.Path+" "+w.Keyword, map[bool]string{true: " "}[w.Keyword == "title"]))
	}
	if len(want) > 0 {
		t.Errorf("no warnings of %v: %v", want, g.Warnings())
	}
}
