package api

import (
	"encoding/json"
	"strings"

	"exaone/chat"
)

// responseBody is a response as OpenAI's clients read it.
type responseBody struct {
	ID               string              `json:"id"`
	Object           string              `json:"object"`
	CreatedAt        int64               `json:"created_at"`
	Status           string              `json:"status"`
	Background       bool                `json:"background"`
	Error            *responseError      `json:"error"`
	Incomplete       *responseIncomplete `json:"incomplete_details"`
	Instructions     *string             `json:"instructions"`
	MaxOutputTokens  *int                `json:"max_output_tokens"`
	MaxToolCalls     *int                `json:"max_tool_calls"`
	Metadata         json.RawMessage     `json:"metadata"`
	Model            string              `json:"model"`
	Output           []responseItem      `json:"output"`
	Parallel         bool                `json:"parallel_tool_calls"`
	PreviousResponse *string             `json:"previous_response_id"`
	Reasoning        json.RawMessage     `json:"reasoning"`
	Store            bool                `json:"store"`
	Temperature      float32             `json:"temperature"`
	Text             json.RawMessage     `json:"text"`
	ToolChoice       json.RawMessage     `json:"tool_choice"`
	Tools            []responseTool      `json:"tools"`
	TopLogprobs      int                 `json:"top_logprobs"`
	TopP             float32             `json:"top_p"`
	Truncation       string              `json:"truncation"`
	Usage            *responseUsage      `json:"usage"`
	User             json.RawMessage     `json:"user"`
	Warnings         []openAIWarning     `json:"warnings,omitempty"`
}

type responseError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type responseIncomplete struct {
	Reason string `json:"reason"`
}

// newResponseBody returns the response to a request that says nothing but its input.
func newResponseBody() responseBody {
	null := json.RawMessage("null")
	return responseBody{ID: newID("resp_"), Object: "response", Status: "in_progress", Output: []responseItem{},
		Metadata: json.RawMessage("{}"), Reasoning: json.RawMessage(`{"effort":null,"summary":null}`),
		Text: json.RawMessage(`{"format":{"type":"text"}}`), ToolChoice: json.RawMessage(`"auto"`),
		Tools: []responseTool{}, Truncation: "disabled", User: null, Parallel: true}
}

// responseUsage counts tokens. How many of them were thought nobody says: 0 if none were, else null.
type responseUsage struct {
	InputTokens  int `json:"input_tokens"`
	InputDetails struct {
		CachedTokens int `json:"cached_tokens"`
	} `json:"input_tokens_details"`
	OutputTokens  int `json:"output_tokens"`
	OutputDetails struct {
		ReasoningTokens *int `json:"reasoning_tokens"`
	} `json:"output_tokens_details"`
	TotalTokens int `json:"total_tokens"`
}

func newResponseUsage(u chat.Usage, thought bool) *responseUsage {
	out := &responseUsage{InputTokens: u.PromptTokens, OutputTokens: u.CompletionTokens,
		TotalTokens: u.PromptTokens + u.CompletionTokens}
	out.InputDetails.CachedTokens = u.CachedTokens
	if !thought {
		out.OutputDetails.ReasoningTokens = new(int)
	}
	return out
}

// responseItem is one thing of an answer: a message, what was thought, or a call.
type responseItem struct {
	Type      string          `json:"type"`
	ID        string          `json:"id"`
	Status    string          `json:"status"`
	Role      string          `json:"role,omitempty"`
	Summary   *[]responsePart `json:"summary,omitempty"`
	Content   *[]responsePart `json:"content,omitempty"`
	CallID    string          `json:"call_id,omitempty"`
	Name      string          `json:"name,omitempty"`
	Arguments *string         `json:"arguments,omitempty"`
}

// responsePart is the one part of a message or of what was thought.
type responsePart struct {
	Type        string       `json:"type"`
	Text        string       `json:"text"`
	Annotations *[]struct{}  `json:"annotations,omitempty"`
	Logprobs    *[]chatToken `json:"logprobs,omitempty"`
}

// responseEvent is one event of a streamed response.
type responseEvent struct {
	Type         string        `json:"type"`
	Sequence     int           `json:"sequence_number"`
	Response     *responseBody `json:"response,omitempty"`
	OutputIndex  *int          `json:"output_index,omitempty"`
	ItemID       string        `json:"item_id,omitempty"`
	ContentIndex *int          `json:"content_index,omitempty"`
	Item         *responseItem `json:"item,omitempty"`
	Part         *responsePart `json:"part,omitempty"`
	Delta        *string       `json:"delta,omitempty"`
	Text         *string       `json:"text,omitempty"`
	Name         string        `json:"name,omitempty"`
	Arguments    *string       `json:"arguments,omitempty"`
	Logprobs     *[]chatToken  `json:"logprobs,omitempty"`
}

func (e responseEvent) event() string { return e.Type }

// growing is an item of an answer as far as it has come. Its values are copied into what is sent, which does not grow.
type growing struct {
	kind     string // "message", "reasoning" or "function_call"
	id       string
	status   string
	text     strings.Builder // what it says, or its arguments
	logprobs []chatToken
	callID   string
	name     string
}

// part returns the item's text as it stands.
func (g *growing) part() *responsePart {
	p := &responsePart{Type: "reasoning_text", Text: g.text.String()}
	if g.kind == "message" {
		p.Type, p.Annotations, p.Logprobs = "output_text", &[]struct{}{}, g.tokens(g.logprobs)
	}
	return p
}

// tokens returns log probabilities to be sent: an empty list where there are none.
func (g *growing) tokens(list []chatToken) *[]chatToken {
	list = append([]chatToken{}, list...)
	return &list
}

// item returns the item as it stands; one that has just begun has no parts.
func (g *growing) item() *responseItem {
	out := &responseItem{Type: g.kind, ID: g.id, Status: g.status}
	if g.kind == "function_call" {
		arguments := g.text.String()
		out.CallID, out.Name, out.Arguments = g.callID, g.name, &arguments
		return out
	}
	parts := []responsePart{}
	if g.status != "in_progress" {
		parts = append(parts, *g.part())
	}
	out.Content = &parts
	if g.kind == "message" {
		out.Role = "assistant"
	} else {
		out.Summary = &[]responsePart{}
	}
	return out
}
