package engine

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// schemaMaker makes schemas at random: objects within objects, arrays, enums, expressions, formats, numbers with bounds,
// branches, recursion. Every schema has an instance.
type schemaMaker struct {
	*rand.Rand
	names int // of properties given so far, so that none comes twice
	trees int // definitions that refer to themselves
	defs  strings.Builder
}

// randomSchema returns a schema; the same seed gives the same.
func randomSchema(seed uint64) string {
	m := &schemaMaker{Rand: rand.New(rand.NewPCG(seed, 271828))}
	body := m.object(3)
	if m.IntN(6) == 0 {
		body = m.value(3)
	}
	if m.defs.Len() > 0 {
		body = strings.TrimSuffix(body, "}") + `,"$defs":{` + m.defs.String() + "}}"
	}
	return body
}

// one returns one of some texts.
func (m *schemaMaker) one(list ...string) string { return list[m.IntN(len(list))] }

// several calls a function n times and puts commas between.
func (m *schemaMaker) several(n int, make func(i int) string) string {
	var parts []string
	for i := range n {
		parts = append(parts, make(i))
	}
	return strings.Join(parts, ",")
}

func (m *schemaMaker) value(depth int) string {
	kinds := 11
	if depth <= 0 {
		kinds = 7
	}
	switch m.IntN(kinds) {
	case 0:
		return m.text()
	case 1:
		return m.integer()
	case 2:
		return m.number()
	case 3:
		return m.one(`{"type":"boolean"}`, `{"type":"null"}`, `{"type":["boolean","null"]}`)
	case 4:
		return m.enum()
	case 5:
		return m.format()
	case 6:
		return m.expression()
	case 7, 8:
		return m.object(depth - 1)
	case 9:
		return m.array(depth - 1)
	}
	if m.IntN(2) == 0 {
		return m.tree(depth - 1)
	}
	return m.branches(depth - 1)
}

func (m *schemaMaker) name() string {
	m.names++
	return fmt.Sprintf("%s_%d", m.one("name", "이름", "count", "city", "주소", "a b", `say \"no\"`, "x", "very_long_name_of_a_property"), m.names)
}

func (m *schemaMaker) object(depth int) string {
	var properties, required []string
	for range 1 + m.IntN(4) {
		name := `"` + m.name() + `"`
		properties = append(properties, name+":"+m.value(depth))
		if m.IntN(3) > 0 {
			required = append(required, name)
		}
	}
	schema := `{"type":"object","properties":{` + strings.Join(properties, ",") + `},"required":[` + strings.Join(required, ",") + "]"
	rest := m.IntN(4)
	switch rest {
	case 0:
		schema += `,"additionalProperties":` + m.value(0)
	case 1:
	default:
		schema += `,"additionalProperties":false`
	}
	return schema + m.conditions(properties, rest < 2) + "}"
}

// conditions are further keywords of an object with such properties: of those, an object with all of them keeps all. If
// open, it may have others.
func (m *schemaMaker) conditions(properties []string, open bool) string {
	first, _, _ := strings.Cut(m.one(properties...), ":")
	second, _, _ := strings.Cut(m.one(properties...), ":")
	switch m.IntN(12) {
	case 0:
		return `,"dependentRequired":{` + first + ":[" + second + "]}"
	case 1:
		return `,"if":{"required":[` + first + `]},"then":{"required":[` + second + `]},"else":{"maxProperties":9}`
	case 2:
		return `,"dependentSchemas":{` + first + `:{"minProperties":1,"required":[` + second + "]}}"
	case 3:
		return fmt.Sprintf(`,"minProperties":%d,"maxProperties":%d`, 1+m.IntN(len(properties)), len(properties)+m.IntN(3))
	case 4:
		return `,"patternProperties":{"^opt[0-9]$":` + m.value(0) + "}"
	case 5:
		return `,"allOf":[{"properties":{` + first + `:{"not":{"const":"never"}}}},{"minProperties":1}]`
	case 6:
		if open {
			return `,"propertyNames":{"maxLength":40,"not":{"const":"none"}},"not":{"required":["forbidden"]}`
		}
	case 7:
		return `,"anyOf":[{"required":[` + first + `]},{"required":[` + second + `]},{"minProperties":1}]`
	}
	return ""
}

func (m *schemaMaker) array(depth int) string {
	switch m.IntN(8) {
	case 0:
		return fmt.Sprintf(`{"type":"array","items":{"enum":["a","b",1,2,null,"다"]},"uniqueItems":true,"minItems":%d}`, m.IntN(5))
	case 1:
		return `{"type":"array","items":{"type":["integer","string"],"maxLength":5},"contains":{"type":"integer"},"maxItems":4}`
	}
	schema := `{"type":"array"`
	if m.IntN(4) == 0 {
		schema += `,"prefixItems":[` + m.several(1+m.IntN(3), func(int) string { return m.value(depth) }) + "]"
	}
	schema += `,"items":` + m.value(depth)
	least := m.IntN(4)
	if m.IntN(2) == 0 {
		schema += fmt.Sprintf(`,"minItems":%d`, least)
	}
	if m.IntN(2) == 0 {
		schema += fmt.Sprintf(`,"maxItems":%d`, least+m.IntN(4))
	}
	return schema + "}"
}

func (m *schemaMaker) branches(depth int) string {
	keyword := "anyOf"
	if m.IntN(3) == 0 { // of which at most one can be
		return `{"oneOf":[` + m.text() + "," + m.integer() + "," + m.object(depth) + `,{"type":"null"}]}`
	}
	return `{"` + keyword + `":[` + m.several(2+m.IntN(3), func(int) string { return m.value(depth) }) + "]}"
}

// tree refers to itself where it may end.
func (m *schemaMaker) tree(depth int) string {
	name := fmt.Sprintf("tree%d", m.trees)
	m.trees++
	inner := m.value(min(depth, 1))
	if m.defs.Len() > 0 {
		m.defs.WriteByte(',')
	}
	fmt.Fprintf(&m.defs, `"%s":{"type":"object","properties":{"value":%s,"next":{"anyOf":[{"$ref":"#/$defs/%s"},{"type":"null"}]},"all":{"type":"array","items":{"$ref":"#/$defs/%s"},"maxItems":3}},"required":["value","next"],"additionalProperties":false}`,
		name, inner, name, name)
	return `{"$ref":"#/$defs/` + name + `"}`
}

func (m *schemaMaker) text() string {
	schema := `{"type":"string"`
	least := m.IntN(6)
	if m.IntN(2) == 0 {
		schema += fmt.Sprintf(`,"minLength":%d`, least)
	}
	if m.IntN(2) == 0 {
		schema += fmt.Sprintf(`,"maxLength":%d`, least+m.IntN(30))
	}
	return schema + "}"
}

func (m *schemaMaker) integer() string {
	schema := `{"type":"integer"`
	least := m.IntN(2000) - 1000
	if m.IntN(2) == 0 {
		schema += fmt.Sprintf(`,"%s":%d`, m.one("minimum", "exclusiveMinimum"), least)
	}
	if m.IntN(2) == 0 {
		schema += fmt.Sprintf(`,"%s":%d`, m.one("maximum", "exclusiveMaximum"), least+20+m.IntN(100_000))
	}
	if m.IntN(4) == 0 {
		schema += `,"multipleOf":` + m.one("2", "3", "5", "7", "10")
	}
	return schema + "}"
}

func (m *schemaMaker) number() string {
	schema := `{"type":"number"`
	least := m.IntN(200) - 100
	if m.IntN(2) == 0 {
		schema += fmt.Sprintf(`,"%s":%d.%d`, m.one("minimum", "exclusiveMinimum"), least, m.IntN(100))
	}
	if m.IntN(2) == 0 {
		schema += fmt.Sprintf(`,"%s":%d.%d`, m.one("maximum", "exclusiveMaximum"), least+3+m.IntN(300), m.IntN(100))
	}
	if m.IntN(6) == 0 {
		schema += `,"multipleOf":` + m.one("0.5", "0.01", "0.25", "1")
	}
	return schema + "}"
}

func (m *schemaMaker) enum() string {
	values := []string{`"red"`, `"초록"`, `"blue\n"`, "1", "-2.5", "true", "null", `{"a":[1,"b"]}`, `[]`, `""`}
	m.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
	if m.IntN(4) == 0 {
		return `{"const":` + values[0] + "}"
	}
	return `{"enum":[` + strings.Join(values[:1+m.IntN(5)], ",") + "]}"
}

func (m *schemaMaker) format() string {
	return `{"type":"string","format":"` + m.one("date", "time", "date-time", "email", "ipv4", "ipv6", "uuid", "uri", "duration") + `"}`
}

func (m *schemaMaker) expression() string {
	return `{"type":"string","pattern":"` + m.one(`^[a-z]{2,5}$`, `^[0-9]{3}-[0-9]{4}$`, `^(ab|cd)+$`, `^[가-힣]{2,4}$`, `[A-Z]`, `^#[0-9a-f]{6}$`,
		`^v[0-9]+\\.[0-9]+$`, `^$|^x`) + `"}`
}
