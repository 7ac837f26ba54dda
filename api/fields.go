package api

import (
	"encoding/json"
	"fmt"

	"exaone/chat"
)

// texts reads a list of texts, none of them empty or longer than size bytes.
func (o *object) texts(field string, most, size int) []string {
	var out []string
	for i, element := range o.list(field, o.take(field), most) {
		var one string
		if !o.want(fmt.Sprintf("%s[%d]", field, i), element, &one, "a text") {
			return nil
		}
		if one == "" || len(one) > size {
			o.add(chat.CodeBadField, o.name(fmt.Sprintf("%s[%d]", field, i)), fmt.Sprintf("%d bytes", len(one)),
				fmt.Sprintf("1 … %d bytes", size))
			return nil
		}
		out = append(out, one)
	}
	return out
}

// need reads a text that must be there and not be empty.
func (o *object) need(field, what string) string {
	s, ok := o.text(field)
	if s == "" {
		found := "nothing"
		if ok {
			found = `""`
		}
		o.add(chat.CodeBadField, o.name(field), found, what)
	}
	return s
}

// idle reads whole numbers that change nothing about an answer: they are held to their bounds, and no more is made of
// them.
func (o *object) idle(fields ...string) {
	for _, field := range fields {
		o.integer(field)
	}
}

// idleFlags is idle for fields that are true or false.
func (o *object) idleFlags(fields ...string) {
	for _, field := range fields {
		o.flag(field)
	}
}

// function reads a tool: its name, what it is for, and the schema of its arguments, which has a name of its own in each
// dialect.
func function(o *object, schema string) chat.ToolSpec {
	spec := chat.ToolSpec{Name: o.need("name", "the name of a function"), Parameters: `{"type":"object","properties":{}}`}
	spec.Description, _ = o.text("description")
	if raw, ok := o.fields[schema]; ok && string(raw) != "null" {
		spec.Parameters = o.json(schema)
	}
	return spec
}

// jsonOf returns the arguments of a call as they stand in JSON. What is no JSON is a text.
func jsonOf(arguments string) json.RawMessage {
	if arguments == "" {
		return json.RawMessage("{}")
	}
	if json.Valid([]byte(arguments)) {
		return json.RawMessage(arguments)
	}
	text, _ := json.Marshal(arguments) // a string always marshals
	return text
}
