package assistant

import "regexp"

// dialectMarks begin what models of several kinds take for marks of a conversation. In a text that a model reads they are
// broken up: a server elsewhere may not tell text from marks, as our own does.
var dialectMarks = regexp.MustCompile(`(?i)<[|｜]|<<(/?)SYS|\[\||\[/?(INST|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)\]|` +
	`<(/?)(자료|(source|document|s|bos|eos|pad|unk|start_of_turn|end_of_turn|start_of_image|end_of_image|image_soft_token|think|thought|` +
	`tools?|tool_call|tool_response|function_call|unused\d+)\b)`)

// broken is a text in which no mark of a conversation is whole.
func broken(text string) string {
	return dialectMarks.ReplaceAllStringFunc(text, func(m string) string {
		if m[0] == '[' {
			return "［" + m[1:]
		}
		return "〈" + m[1:]
	})
}

// asData is a text of a document as a model reads it: nothing in it is a citation, a mark of a conversation, or the end of
// the passage.
func asData(text string) string { return broken(unmarked(storable(text))) }
