package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"exaone/chat"
)

// constraint gathers what an answer must match. A body has several names for it, and two grammars are one too many.
type constraint struct {
	o *object
	g chat.Grammar
	// from is the field that said it, "" if none did.
	from string
}

// set takes the grammar that a field says.
func (c *constraint) set(field string, g chat.Grammar) {
	switch {
	case g.IsZero():
	case c.from != "":
		c.o.add(chat.CodeBadField, c.o.name(field), "a grammar beside "+c.from, "one grammar")
	default:
		c.g, c.from = g, field
	}
}

// grammar reads what an answer must match: response_format as OpenAI, vLLM's structured_outputs and the guided_ fields
// that it had before, and llama.cpp's json_schema and grammar.
func grammar(o *object) chat.Grammar {
	c := constraint{o: o}
	c.set("response_format", format(o.object("response_format"), false))
	c.beside()
	return c.g
}

// beside reads the fields that others have beside OpenAI's.
func (c *constraint) beside() {
	o := c.o
	if s := o.object("structured_outputs"); s != nil {
		structured(c, s, "structured_outputs.", "")
		if on, _ := s.flag("json_object"); on {
			c.set("structured_outputs.json_object", anyObject)
		}
		s.only("whitespace_pattern", "white space is the model's to choose")
		s.only("structural_tag", "json, regex, choice and grammar only")
		s.only("disable_fallback", "there is nothing to fall back to", "false", "true")
		s.only("disable_any_whitespace", "white space is the model's to choose", "false")
		s.only("disable_additional_properties", "say so in the schema", "false")
		s.close()
	}
	structured(c, o, "", "guided_")
	o.only("guided_whitespace_pattern", "white space is the model's to choose")
	o.only("guided_decoding_backend", "there is one", `"auto"`)
	if _, ok := o.fields["json_schema"]; ok {
		c.set("json_schema", chat.Grammar{Schema: o.schema("json_schema")})
	}
	if rules, ok := o.text("grammar"); ok {
		c.set("grammar", chat.Grammar{GBNF: rules})
	}
}

// anyObject is what OpenAI calls JSON mode.
var anyObject = chat.Grammar{Schema: `{"type":"object"}`}

// structured reads vLLM's four kinds of grammar from o, whose fields begin with prefix.
func structured(c *constraint, o *object, path, prefix string) {
	if _, ok := o.fields[prefix+"json"]; ok {
		c.set(path+prefix+"json", chat.Grammar{Schema: o.schema(prefix + "json")})
	}
	if regex, ok := o.text(prefix + "regex"); ok {
		c.set(path+prefix+"regex", chat.Grammar{Regex: o.some(prefix+"regex", regex)})
	}
	if rules, ok := o.text(prefix + "grammar"); ok {
		c.set(path+prefix+"grammar", chat.Grammar{GBNF: o.some(prefix+"grammar", rules)})
	}
	c.set(path+prefix+"choice", chat.Grammar{Choices: o.among(prefix + "choice")})
}

// format reads response_format, or text.format of a response, where the schema lies beside its type (flat).
func format(f *object, flat bool) (g chat.Grammar) {
	if f == nil {
		return g
	}
	switch kind := f.choice("type", "text", "json_object", "json_schema", "grammar", "regex", "choice"); kind {
	case "json_object":
		g = anyObject
		if _, ok := f.fields["schema"]; ok { // as llama.cpp has it
			g.Schema = f.schema("schema")
		}
	case "json_schema":
		schema := f
		if !flat {
			if schema = f.object("json_schema"); schema == nil {
				f.add(chat.CodeBadField, f.name("json_schema"), "nothing", "an object with schema")
				return g
			}
		}
		g.Schema = schema.json("schema")
		// Whether strict or not: what is sampled under a schema matches it.
		schema.close("name", "description", "strict")
		if flat {
			return g
		}
	case "grammar":
		g.GBNF, _ = f.text("grammar")
	case "regex":
		g.Regex, _ = f.text("regex")
	case "choice":
		g.Choices = f.among("choices")
	case "text":
		f.close()
		return g
	}
	if g.IsZero() {
		f.add(chat.CodeBadField, f.where(), "nothing to match", "type and what belongs to it")
	}
	f.close()
	return g
}

// json reads a field that is an object and must be there, as text.
func (o *object) json(field string) string {
	raw := o.take(field)
	if len(raw) == 0 || !strings.HasPrefix(string(bytes.TrimSpace(raw)), "{") {
		found := "nothing"
		if raw != nil {
			found = shorten(raw)
		}
		o.add(chat.CodeBadField, o.name(field), found, "an object")
		return ""
	}
	return compact(raw)
}

// schema reads a field that is an object, or a text that holds one; "" if it is null.
func (o *object) schema(field string) string {
	if raw := o.fields[field]; len(raw) == 0 || raw[0] != '"' {
		if string(raw) == "null" {
			o.take(field)
			return ""
		}
		return o.json(field)
	}
	text, ok := o.text(field)
	inner := bytes.TrimSpace([]byte(text))
	if ok && (!bytes.HasPrefix(inner, []byte("{")) || !json.Valid(inner) || depth(inner) > maxDepth) {
		o.add(chat.CodeBadField, o.name(field), fmt.Sprintf("%.40q", text), "an object")
		return ""
	}
	return compact(inner)
}

// some refuses a text that is there and empty.
func (o *object) some(field, text string) string {
	if text == "" {
		o.add(chat.CodeBadField, o.name(field), `""`, "a text")
	}
	return text
}

// among reads a list of texts of which an answer is to be one.
func (o *object) among(field string) []string {
	if raw, ok := o.fields[field]; !ok || string(raw) == "null" {
		o.take(field)
		return nil
	}
	out := o.texts(field, maxAmong, maxBody)
	if len(out) == 0 {
		o.add(chat.CodeBadField, o.name(field), "[]", "at least one text")
	}
	return out
}
