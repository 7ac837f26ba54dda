package grammar_test

import (
	"fmt"
	"strings"

	"exaone/chat"
)

// hostileSource is a source made to exhaust, and a text to walk if it compiles.
type hostileSource struct {
	name   string
	source chat.Grammar
	text   string
}

// nested is how deep the deep ones are.
const nested = 60_000

func around(open, inner, closing string, n int) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(closing, n)
}

// list writes n texts with commas between.
func list(n int, of func(i int) string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(of(i))
	}
	return b.String()
}

func hostile() (all []hostileSource) {
	regex := func(name, source, text string) {
		all = append(all, hostileSource{"regex " + name, chat.Grammar{Regex: source}, text})
	}
	gbnf := func(name, source, text string) {
		all = append(all, hostileSource{"gbnf " + name, chat.Grammar{GBNF: source}, text})
	}
	schema := func(name, source, text string) {
		all = append(all, hostileSource{"schema " + name, chat.Grammar{Schema: source}, text})
	}
	hostileRegex(regex)
	hostileGBNF(gbnf)
	hostileNests(schema)
	hostileCounts(schema)
	hostileBranches(schema)
	choices := make([]string, 100_000)
	for i := range choices {
		choices[i] = fmt.Sprintf("choice %d", i*7919)
	}
	all = append(all, hostileSource{"choices 100,000", chat.Grammar{Choices: choices}, choices[99_999]})
	return all
}

func hostileRegex(add func(name, source, text string)) {
	add("nested groups", around("(", "a", ")", nested), "a")
	add("nested stars", around("(?:", "a", ")*", nested), strings.Repeat("a", 200))
	add("nested lookaheads", around("(?=", "a", ")", nested), "a")
	add("open groups", strings.Repeat("(", nested), "")
	add("open classes", strings.Repeat("[", nested), "")
	add("counts multiplied", "(a{1000}){1000}", strings.Repeat("a", 5000))
	add("counts to the fourth", "((((a{100}){100}){100}){100})", strings.Repeat("a", 5000))
	add("a count of 2^31", "a{2147483647}", strings.Repeat("a", 5000))
	add("a count of 10^30", "a{1000000000000000000000000000000}", "a")
	add("up to 10^9", "(ab?){0,1000000000}c", strings.Repeat("ab", 2000)+"c")
	add("stars of stars", "((((a*)*)*)*)*b", strings.Repeat("a", 5000)+"b")
	add("the same twice", strings.Repeat("(a|a)", 2000)+"b", strings.Repeat("a", 2000)+"b")
	add("states to the power of two", "(a|b)*a(a|b){400}", strings.Repeat("ab", 1000))
	add("any any any", strings.Repeat("(.*)", 200)+"x", strings.Repeat("y", 3000)+"x")
	add("a class of 100,000 ranges", "["+everyOther(100_000)+"]", "가")
	add("100,000 words", list100000("|"), "w99999")
	add("what is not there", `\u{110000}`, "")
	add("a lonely backslash", `\`, "")
	add("5 lookaheads with counts", "(?=.*a.{12})(?=.*b.{11})(?=.*c.{10})(?=.*d.{9})(?=.*e.{13}).*", "abcdabcdeeee")
	add("a million letters", strings.Repeat("a", 1_000_000), strings.Repeat("a", 3000))
	add("backreferences", strings.Repeat(`(a)\1`, 1000), "aa")
}

// everyOther writes n characters that are not neighbours.
func everyOther(n int) string {
	var b strings.Builder
	for r := rune(0x3400); n > 0; r += 2 {
		if r < 0xd800 || r > 0xdfff {
			b.WriteRune(r)
			n--
		}
	}
	return b.String()
}

func list100000(between string) string {
	words := make([]string, 100_000)
	for i := range words {
		words[i] = fmt.Sprintf("w%d", i)
	}
	return strings.Join(words, between)
}

func hostileGBNF(add func(name, source, text string)) {
	add("nested groups", "root ::= "+around("(", `"a"`, ")", nested), "a")
	add("nested options", "root ::= "+around("(", `"a"`, ")?", nested), "a")
	add("left recursion", `root ::= root "a" | "a"`, strings.Repeat("a", 3000))
	add("all ways to read it", `root ::= root root | "a"`, strings.Repeat("a", 300))
	add("nothing for ever", `root ::= root | ""`, "")
	add("a rule of itself", "root ::= root", "")
	add("a rule that is not there", `root ::= nowhere`, "")
	add("a count of 10^9", `root ::= "a"{1000000000}`, strings.Repeat("a", 3000))
	add("counts multiplied", `root ::= (("a"{1000}){1000}){1000}`, strings.Repeat("a", 3000))
	var rules strings.Builder
	rules.WriteString("root ::= r0\n")
	for i := range 30_000 {
		fmt.Fprintf(&rules, "r%d ::= \"%d\" r%d | \"end\"\n", i, i%10, (i+1)%30_000)
	}
	add("30,000 rules", rules.String(), strings.Repeat("0123456789", 100)+"end")
	add("depth without end", `root ::= "[" root "]" | "x"`, strings.Repeat("[", nested))
	add("a palindrome", `root ::= "a" root "a" | "b" root "b" | ""`, strings.Repeat("ab", 300))
	add("an open string", `root ::= "`+strings.Repeat("a", 100_000), "")
	add("an open class", "root ::= [", "")
}

func hostileNests(add func(name, source, text string)) {
	add("nested properties", around(`{"properties":{"":`, "{}", "}}", 50_000), "{")
	add("nested items", around(`{"items":`, "{}", "}", nested), "[")
	add("nested allOf", around(`{"allOf":[`, "{}", "]}", nested), "1")
	add("nested anyOf", around(`{"anyOf":[`, "{}", "]}", nested), "1")
	add("nested not", around(`{"not":`, "{}", "}", nested), "1")
	add("nested if", around(`{"if":`, "{}", "}", nested), "1")
	add("a nested enum", `{"enum":[`+around("[", "", "]", nested)+`]}`, "[")
	add("open braces", strings.Repeat("{", nested), "")
	add("open brackets", strings.Repeat("[", nested), "")
	add("values without end", `{}`, strings.Repeat("[", nested))
	add("a recursive reference", `{"type":"object","properties":{"a":{"$ref":"#"}}}`, strings.Repeat(`{"a":`, nested/5))
	add("required recursion", `{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}`, `{"a":`)
	add("a reference to itself", `{"$ref":"#"}`, "")
	add("a circle of references", `{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"allOf":[{"$ref":"#/$defs/a"}]}}}`, "")
	add("a circle of dynamic references", `{"$dynamicAnchor":"n","anyOf":[{"$dynamicRef":"#n"}]}`, "")
	add("a chain of 20,000 references", `{"$ref":"#/$defs/d0","$defs":{`+list(20_000, func(i int) string {
		return fmt.Sprintf(`"d%d":{"$ref":"#/$defs/d%d"}`, i, i+1)
	})+`,"d20000":{"type":"null"}}}`, "null")
	add("twice, 64 times", `{"$ref":"#/$defs/d0","$defs":{`+list(64, func(i int) string {
		return fmt.Sprintf(`"d%d":{"allOf":[{"$ref":"#/$defs/d%d"},{"$ref":"#/$defs/d%d"}]}`, i, i+1, i+1)
	})+`,"d64":{"type":"null"}}}`, "null")
	add("twice in properties, 64 times", `{"$ref":"#/$defs/d0","$defs":{`+list(64, func(i int) string {
		return fmt.Sprintf(`"d%d":{"type":"object","properties":{"a":{"$ref":"#/$defs/d%d"},"b":{"$ref":"#/$defs/d%d"}},"required":["a","b"]}`, i, i+1, i+1)
	})+`,"d64":{"type":"null"}}}`, `{"a":{"a":`)
	add("a pointer of 100,000 parts", `{"$ref":"#`+strings.Repeat("/a", 100_000)+`"}`, "")
}

func hostileCounts(add func(name, source, text string)) {
	add("minItems 10^9", `{"type":"array","minItems":1000000000}`, "[1,2,")
	add("maxItems 10^9", `{"type":"array","items":{"type":"object","properties":{"a":{"type":"integer"}}},"maxItems":1000000000}`, `[{"a":1},`)
	add("minItems 10^4", `{"type":"array","items":{"type":"null"},"minItems":10000}`, "["+strings.Repeat("null,", 500))
	add("maxLength 2^31", `{"type":"string","maxLength":2147483648}`, `"`+strings.Repeat("가", 1000)+`"`)
	add("minLength 2^31", `{"type":"string","minLength":2147483648}`, `"`+strings.Repeat("a", 1000))
	add("a length and an expression", `{"type":"string","pattern":"^(a|b)*a(a|b){50}$","maxLength":100000}`, `"`+strings.Repeat("ab", 500))
	add("multipleOf 10^-300", `{"type":"number","multipleOf":1e-300}`, "0.5")
	add("multipleOf a large prime", `{"type":"integer","multipleOf":2147483647}`, "2147483647")
	add("multipleOf with bounds", `{"type":"integer","multipleOf":99991,"minimum":123456789,"maximum":987654321987654321}`, "1")
	add("multipleOf of 17 digits", `{"type":"number","multipleOf":0.12345678901234567}`, "0")
	add("a bound of 10^308", `{"type":"number","minimum":-1e308,"maximum":1e308}`, "-1")
	add("a bound of 10^999999999", `{"type":"number","maximum":1e999999999,"exclusiveMinimum":-1e999999999}`, "1")
	add("a bound of 100,000 digits", `{"type":"integer","maximum":`+strings.Repeat("9", 100_000)+`}`, "1")
	add("an enum of 100,000", `{"enum":[`+list(100_000, func(i int) string { return fmt.Sprintf(`"v%d"`, i) })+`]}`, `"v7919"`)
	add("an enum of 100,000 numbers", `{"enum":[`+list(100_000, func(i int) string { return fmt.Sprint(i * 31) })+`]}`, "31")
	add("90,000 properties", `{"properties":{`+list(90_000, func(i int) string { return fmt.Sprintf(`"%x":{}`, i) })+`}}`, `{"7":1,"ff":2}`)
	add("10,000 required", `{"type":"object","required":[`+list(10_000, func(i int) string { return fmt.Sprintf(`"p%d"`, i) })+`]}`, `{"p0":1,"p1":2`)
	add("minProperties 10^9", `{"type":"object","minProperties":1000000000}`, `{"a":1,"b":2`)
	add("contains 10^9", `{"type":"array","contains":{"const":1},"minContains":1000000000}`, "[1,1,")
	add("unique 10^5", `{"type":"array","items":{"enum":[`+list(1000, func(i int) string { return fmt.Sprint(i) })+`]},"uniqueItems":true,"minItems":1000}`, "[1,2,3,")
	add("a constant of a mebibyte", `{"const":"`+strings.Repeat("a", 1<<20-20)+`"}`, `"`+strings.Repeat("a", 2000))
	add("a property of half a mebibyte", `{"properties":{"`+strings.Repeat("가", 1<<17)+`":{}},"additionalProperties":false}`, `{"`+strings.Repeat("가", 500))
	add("8 expressions and a length", `{"type":"string","maxLength":400,"allOf":[`+list(8, remembers)+`]}`, `"abcdefghijklmnop xyz`)
	add("20 expressions", `{"type":"string","allOf":[`+list(20, remembers)+`]}`, `"abcdefghijklmnop xyz`)
	add("30 patternProperties with counts", `{"type":"object","patternProperties":{`+list(30, func(i int) string { return fmt.Sprintf(`"%c.{%d}":{"type":"integer"}`, 'a'+i%26, 3+i) })+`}}`, `{"abcdefgh`)
	add("half a number", `{"minimum":1e}`, "")
	add("bytes that are not UTF-8", "{\"const\":\"\xff\xfe\"}", "")
	add("a comma too many", `{"type":"string",}`, "")
	add("nothing", " ", "")
}

// remembers is a schema whose states are where a letter came among the characters before.
func remembers(i int) string { return fmt.Sprintf(`{"pattern":"%c.{%d}"}`, 'a'+i%26, 5+i) }

func hostileBranches(add func(name, source, text string)) {
	property := func(i int) string { return fmt.Sprintf(`{"properties":{"p%d":{"const":%d}}}`, i, i) }
	choice := func(i int) string {
		return fmt.Sprintf(`{"anyOf":[{"properties":{"p%d":{"const":1}},"required":["p%d"]},{"properties":{"q%d":{"const":2}},"required":["q%d"]}]}`, i, i, i, i)
	}
	add("allOf of 300 anyOf", `{"type":"object","allOf":[`+list(300, choice)+`]}`, `{"p0":1`)
	add("allOf of 12 anyOf", `{"type":"object","allOf":[`+list(12, choice)+`]}`, `{"p0":1`)
	add("allOf of 300 oneOf", `{"type":"object","allOf":[`+strings.ReplaceAll(list(300, choice), "anyOf", "oneOf")+`]}`, `{"p0":1`)
	add("anyOf of 5,000", `{"anyOf":[`+list(5000, property)+`]}`, `{"p1":1}`)
	add("oneOf of 1,000", `{"oneOf":[`+list(1000, property)+`]}`, `{"p1":1}`)
	add("oneOf of 1,000 alike", `{"oneOf":[`+list(1000, func(int) string { return `{"type":"string","pattern":"^a*b*$"}` })+`]}`, `"aab"`)
	add("oneOf of 200 expressions", `{"oneOf":[`+list(200, func(i int) string { return fmt.Sprintf(`{"type":"string","pattern":"a{%d}b*"}`, i) })+`]}`, `"aab"`)
	add("200 patternProperties", `{"type":"object","patternProperties":{`+list(200, func(i int) string { return fmt.Sprintf(`".*%d.*":{"minimum":%d}`, i, i) })+`}}`, `{"x1":1`)
	add("1,000 dependentSchemas", `{"type":"object","dependentSchemas":{`+list(1000, func(i int) string { return fmt.Sprintf(`"p%d":%s`, i, property(i+1)) })+`}}`, `{"p1":1`)
	add("500 dependentRequired", `{"type":"object","dependentRequired":{`+list(500, func(i int) string { return fmt.Sprintf(`"p%d":["p%d"]`, i, i+1) })+`}}`, `{"p1":1`)
	add("if, then, if, 100 times", around(`{"if":{"required":["a"]},"then":{"required":["b"]},"else":`, "{}", "}", 100), `{"a":1`)
	add("not of 500 anyOf", `{"not":{"anyOf":[`+list(500, property)+`]}}`, `{"p1":2`)
	add("30 optional properties with two values of each", `{"type":"object","maxProperties":3,"properties":{`+list(30, func(i int) string { return fmt.Sprintf(`"p%d":{"enum":[1,2]}`, i) })+`}}`, `{"p1":1`)
	add("2,000 properties and minProperties", `{"type":"object","minProperties":1000,"properties":{`+list(2000, func(i int) string { return fmt.Sprintf(`"p%d":{}`, i) })+`}}`, `{"p1":1`)
	add("propertyNames against patternProperties", `{"type":"object","propertyNames":{"pattern":"^(a|b)*a(a|b){60}$"},"patternProperties":{"^(a|b)*b(a|b){59}$":false}}`, `{"aab`)
}
