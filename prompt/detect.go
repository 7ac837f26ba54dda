package prompt

import (
	"strings"

	"exaone/chat"
)

// Source is what a checkpoint says of its chat format.
type Source struct {
	Template string // tokenizer.chat_template; "" if there is none
	Arch     string // as in GGUF's general.architecture or config.json's architectures
	BOS, EOS string // the tokens, as text; "" if there are none
	AddBOS   bool   // the tokenizer begins every text with BOS (matters only where there is no template)

	// HasToken reports whether the vocabulary has text as a special token (control or user-defined), not
	// merely as an ordinary one. nil is a vocabulary nobody knows.
	HasToken func(text string) bool
}

// Detect returns the dialect of a checkpoint.
//
// With a template: the dialect written in Go that renders every probe conversation as the template does,
// else one that runs the template itself. A template that cannot be parsed is a *chat.Error with
// CodeBadTemplate; one that fails later fails in Render. A template is never replaced by a dialect that
// differs from it; only where a template refuses a conversation may the dialect accept it (Gemma 2's
// refuses system messages).
//
// Without: by the tokens there are and by architecture. An end-of-text token that is not the end of a turn
// marks a base model, which gets plain.
func Detect(src Source) (Dialect, error) {
	if strings.TrimSpace(src.Template) == "" {
		return byTokens(src), nil
	}
	j, err := newJinja(src)
	if err != nil {
		return nil, err
	}
	want := make([]written, len(probes))
	refused := make([]bool, len(probes))
	for i, req := range probes {
		if want[i], err = j.render(req); err != nil {
			refused[i] = true
			if i == 0 {
				return j, nil // it cannot even render a question
			}
		}
	}
	for _, d := range dialects {
		if d := d.of(src); d.equals(want, refused) {
			return d, nil
		}
	}
	return j, nil
}

// equals reports whether d renders the probes as given, but for those that were refused.
func (d native) equals(want []written, refused []bool) bool {
	for i, req := range probes {
		if refused[i] {
			continue
		}
		got, err := d.render(req)
		if err != nil || got.s != want[i].s {
			return false
		}
	}
	return true
}

// byTokens finds the dialect of a checkpoint without a template.
func byTokens(src Source) Dialect {
	has := src.HasToken
	if has == nil {
		has = func(string) bool { return false }
	}
	arch := strings.ToLower(src.Arch)
	ends := func(mark string) bool { return src.EOS == "" || src.EOS == mark }
	d := plain
	switch {
	case has(exaoneUser) && has(exaoneEnd):
		d = exaone3
		if strings.Contains(arch, "exaone4") || !strings.Contains(arch, "exaone") && has("<tool_result>") {
			d = exaone4
		}
	case has("<|im_start|>") && ends("<|im_end|>"):
		d = chatML
		if strings.Contains(arch, "qwen3") {
			d = qwen3
		} else if strings.Contains(arch, "qwen2") {
			d = qwen25
		}
	case has("<|start_header_id|>") && src.EOS == "<|eot_id|>":
		d = llama3
	case has("<start_of_turn>") && src.EOS == "<end_of_turn>":
		d = gemma
	}
	if d.name != plain.name {
		return d.of(src)
	}
	if src.BOS != "" && (src.AddBOS || strings.Contains(arch, "gemma")) {
		d.bos = src.BOS // Gemma's base models say nothing sensible without it
	}
	return d.of(src)
}

// probes are conversations that tell formats apart: roles, blanks, thinking, tools and their results.
var probes = probeRequests()

func probeRequests() []chat.Request {
	yes, no := true, false
	user := func(s string) chat.Message { return chat.Message{Role: chat.User, Text: s} }
	says := func(s string) chat.Message { return chat.Message{Role: chat.Assistant, Text: s} }
	system := chat.Message{Role: chat.System, Text: " 너는 <비서>다. "}
	call := func(text string, args ...string) chat.Message {
		m := says(text)
		for i, a := range args {
			m.Calls = append(m.Calls, chat.ToolCall{ID: "abcdefgh" + string('0'+rune(i)), Name: "get_weather", Arguments: a})
		}
		return m
	}
	result := func(s string) chat.Message {
		return chat.Message{Role: chat.Tool, Text: s, CallID: "abcdefgh0", Name: "get_weather"}
	}
	tools := []chat.ToolSpec{
		{Name: "get_weather", Description: "날씨 <a&b>", Parameters: `{"type":"object","properties":{"city":{"type":"string"},"n":{"type":"number","default":1.0}},"required":["city"]}`},
		{Name: "now", Description: "time", Parameters: `{"type":"object","properties":{}}`},
	}
	thought := says("a2")
	thought.Thinking = "왜냐하면"
	seoul, busan := `{"city": "서울", "n": 1}`, `{"city":"부산","n":2.50,"x":[null,true]}`
	one := []chat.Message{user("q1\n"), call("", seoul), result("맑음\n{\"t\": 3}")}
	two := []chat.Message{system, user("q1"), call("잠시만요", seoul), result("맑음"), says("맑습니다"), user("q2"),
		call("", busan), result("비"), says("비가 옵니다"), user("q3")}
	many := []chat.Message{user("q1"), call("", seoul, busan), result("맑음"), result("비")}
	talk := []chat.Message{system, user(" q1 "), says("<think>\nhm\n</think>\n\na1"), user("q2 <&>\"'"), says("a2\n"), user("q3")}
	deep := []chat.Message{user("q1"), says("<thought>\nhm\n</thought>\n\na1"), user("q2")}
	return []chat.Request{
		{Messages: []chat.Message{user("안녕하세요")}},
		{Messages: talk},
		{Messages: deep},
		{Messages: []chat.Message{system, user("q1")}, Tools: tools},
		{Messages: one, Tools: tools},
		{Messages: two, Tools: tools},
		{Messages: many, Tools: tools[:1]},
		{Messages: []chat.Message{user("q1"), says("")}},
		{Messages: []chat.Message{user("q1"), thought, user("q2"), thought}},
		{Messages: talk, Thinking: &yes},
		{Messages: talk, Thinking: &no},
		{Messages: []chat.Message{user("q1"), system, user("q2")}},
	}
}
