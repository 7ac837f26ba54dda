package api

import (
	"fmt"
	"slices"

	"exaone/chat"
)

// toolForm is where OpenAI's interfaces write a function's name: chat completions in an object of its own, responses
// beside the type.
type toolForm func(*object) *object

// The two forms.
var (
	toolNested toolForm = func(o *object) *object {
		f := o.object("function")
		if f == nil {
			o.add(chat.CodeBadField, o.name("function"), "nothing", "an object")
		}
		return f
	}
	toolFlat toolForm = func(o *object) *object { return o }
)

// toolset reads the tools of a request, and what an answer may do with them.
func toolset(o *object, form toolForm, req *chat.Request) {
	req.Tools = tools(o, form)
	req.Choice = toolChoice(o, form, req.Tools)
	if many, ok := o.flag("parallel_tool_calls"); ok {
		req.OneCall = !many
	}
}

func tools(o *object, form toolForm) []chat.ToolSpec {
	var out []chat.ToolSpec
	for i, element := range o.list("tools", o.take("tools"), maxTools) {
		t := newObject(fmt.Sprintf("tools[%d].", i), element, maxFields, o.faults)
		spec := tool(t, form)
		if o.first != nil {
			return nil
		}
		if slices.ContainsFunc(out, func(other chat.ToolSpec) bool { return other.Name == spec.Name }) {
			o.add(chat.CodeBadField, t.name("name"), fmt.Sprintf("%.64q twice", spec.Name), "a name of its own")
			return nil
		}
		out = append(out, spec)
	}
	return out
}

// tool reads one tool. "strict" needs no reading: whatever calls a tool is held to its parameters or is no call.
func tool(t *object, form toolForm) chat.ToolSpec {
	var spec chat.ToolSpec
	functionsOnly(t)
	f := form(t)
	if f == nil {
		return spec
	}
	if spec.Name, _ = f.text("name"); spec.Name == "" {
		f.add(chat.CodeBadField, f.name("name"), "nothing", "a name")
	}
	spec.Description, _ = f.text("description")
	spec.Parameters = `{"type":"object","properties":{}}`
	if raw, ok := f.fields["parameters"]; ok && string(raw) != "null" {
		spec.Parameters = f.json("parameters")
	}
	f.flag("strict")
	f.close()
	t.close()
	return spec
}

// functionsOnly reads the type of a tool, or of a choice of one: OpenAI's own tools run on its machines.
func functionsOnly(o *object) {
	switch kind, ok := o.text("type"); {
	case o.first != nil, kind == "function":
	case !ok:
		o.add(chat.CodeBadField, o.name("type"), "nothing", "function")
	default:
		o.add(chat.CodeUnsupportedField, o.name("type"), fmt.Sprintf("%.40q; functions only", kind))
	}
}

// toolChoice reads tool_choice: a word, or the function to call.
func toolChoice(o *object, form toolForm, among []chat.ToolSpec) chat.ToolChoice {
	var c chat.ToolChoice
	raw := o.take("tool_choice")
	if raw == nil {
		return c
	}
	field := "tool_choice"
	if raw[0] == '{' {
		t := newObject(field+".", raw, maxFields, o.faults)
		functionsOnly(t)
		f := form(t)
		if f == nil {
			return c
		}
		c.Mode = chat.ToolNamed
		c.Name, _ = f.text("name")
		field = f.name("name")
		f.close()
		t.close()
	} else {
		var word string
		o.want(field, raw, &word, "auto | none | required | a function")
		switch word {
		case "auto":
		case "none":
			c.Mode = chat.ToolNone
		case "required":
			c.Mode = chat.ToolRequired
		default:
			o.add(chat.CodeBadField, field, shorten(raw), "auto | none | required | a function")
		}
	}
	switch {
	case o.first != nil:
	case len(among) == 0 && (c.Mode == chat.ToolRequired || c.Mode == chat.ToolNamed):
		o.add(chat.CodeBadField, "tool_choice", shorten(raw), "tools to choose from")
	case c.Mode == chat.ToolNamed && !slices.ContainsFunc(among, func(t chat.ToolSpec) bool { return t.Name == c.Name }):
		o.add(chat.CodeBadField, field, fmt.Sprintf("%.64q", c.Name), "the name of one of the tools")
	}
	return c
}
