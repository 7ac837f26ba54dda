package prompt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"exaone/chat"
)

// Models that were never taught to call tools are shown how: what there is to call, and the form of a call, stand in
// the system message; calls and results of earlier turns are text. What such a model then writes is constrained to the
// form, so that it cannot get it wrong; see [Frame].

// showTools returns req for a dialect that has no words for tools. Neighbours of one role become one message: some formats
// want turns to alternate.
func showTools(req chat.Request) (chat.Request, error) {
	how, err := howToCall(req)
	if err != nil {
		return req, err
	}
	messages := make([]chat.Message, 0, len(req.Messages)+1)
	if req.Messages[0].Role != chat.System {
		messages = append(messages, chat.Message{Role: chat.System, Text: how})
	}
	for i, m := range req.Messages {
		switch {
		case i == 0 && m.Role == chat.System:
			m.Text = strings.TrimRight(m.Text, "\n") + "\n\n" + how
		case m.Role == chat.Tool:
			m = chat.Message{Role: chat.User, Text: "<tool_response>" + m.Text + "</tool_response>"}
		case len(m.Calls) > 0:
			m.Text = withCalls(m)
			m.Calls = nil
		}
		if last := len(messages) - 1; last >= 0 && m.Role == chat.User && messages[last].Role == chat.User {
			messages[last].Text += "\n\n" + m.Text
			continue
		}
		messages = append(messages, m)
	}
	req.Messages, req.Tools = messages, nil
	return req, nil
}

// withCalls is what an assistant's message says, with its calls in the form that is shown.
func withCalls(m chat.Message) string {
	parts := make([]string, 0, len(m.Calls)+1)
	if m.Text != "" {
		parts = append(parts, m.Text)
	}
	f := formShown
	for _, c := range m.Calls {
		arguments := c.Arguments
		if arguments == "" {
			arguments = "{}"
		}
		parts = append(parts, f.Open+f.Head+Quoted(c.Name)+f.Middle+arguments+f.Tail+f.Close)
	}
	return strings.Join(parts, f.Between)
}

// Quoted is s as JSON has it between quotation marks.
func Quoted(s string) string {
	b := appendJSON(nil, strings.ToValidUTF8(s, "\ufffd"), false)
	return string(b[1 : len(b)-1])
}

// howToCall describes the tools of a request in the language of its last question.
func howToCall(req chat.Request) (string, error) {
	var list strings.Builder
	for i, t := range req.Tools {
		line, err := toolLine(t)
		if err != nil {
			return "", chat.NewError(chat.CodeBadRequest, err, fmt.Sprintf("tools[%d] %q: parameters: %v", i, t.Name, err))
		}
		list.Write(line)
	}
	last := ""
	for _, m := range req.Messages {
		if m.Role == chat.User {
			last = m.Text
		}
	}
	if isKorean(last) {
		return "쓸 수 있는 도구는 다음과 같습니다.\n" + list.String() +
			"도구를 쓰려면 아래와 같은 줄로 답하십시오. 여러 도구를 쓰려면 여러 줄을 씁니다.\n" +
			"<tool_call>{\"name\": \"도구 이름\", \"arguments\": {\"인자 이름\": 값}}</tool_call>\n" +
			"결과는 <tool_response>와 </tool_response> 사이에 옵니다. 도구가 필요하지 않으면 바로 답하십시오.", nil
	}
	return "You may use these tools:\n" + list.String() +
		"To use a tool, answer with a line like the one below; with several lines to use several tools.\n" +
		"<tool_call>{\"name\": \"name of the tool\", \"arguments\": {\"name of an argument\": value}}</tool_call>\n" +
		"Results come between <tool_response> and </tool_response>. If you need no tool, just answer.", nil
}

// toolLine is a tool as one line of JSON.
func toolLine(t chat.ToolSpec) ([]byte, error) {
	v := struct {
		Name        string          `json:"name"`
		Description string          `json:"description,omitempty"`
		Parameters  json.RawMessage `json:"parameters,omitempty"`
	}{t.Name, t.Description, json.RawMessage(t.Parameters)}
	if p := bytes.TrimSpace(v.Parameters); len(p) > 0 && p[0] != '{' {
		return nil, fmt.Errorf("found %.20q, want a JSON object", p)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
