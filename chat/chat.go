// Package chat is the vocabulary everyone speaks: messages in, events out, and errors a person may read.
//
// A conversation becomes a [Request]; a [Model] answers it with a stream of [Event] values; [Collect] folds
// the stream into one message for callers that do not stream. Nothing here does any work of its own: every
// other package may import chat, and chat imports none of them.
package chat

import (
	"context"
	"iter"
	"strings"
)

// Model answers a conversation. The local engine is one; a client of somebody else's server is another.
//
// Chat yields events until a [Finish], or one error, after which it yields nothing more. They are of the kinds that a
// model has: [Delta], [Echo], [Phase], [CallDelta], [Call], [Finish]. A consumer that breaks out of the loop cancels the
// work. Chat may be called from many goroutines.
type Model interface {
	Chat(ctx context.Context, req Request) iter.Seq2[Event, error]
}

// Role says who wrote a message.
type Role string

// The roles a message may have.
const (
	System    Role = "system"
	User      Role = "user"
	Assistant Role = "assistant"
	Tool      Role = "tool"
)

// Message is one contribution to a conversation.
type Message struct {
	Role     Role
	Text     string
	Images   []Image    // that a user message shows, before its text
	Thinking string     // reasoning of an assistant, apart from what it said
	Calls    []ToolCall // calls an assistant made
	CallID   string     // of a tool message: the call it answers
	Name     string     // of a tool message: the tool's name
}

// Image is a picture that a model is shown. A model that cannot see refuses a request with one: CodeNoEyes.
type Image struct {
	Type          string // media type: "image/png", "image/jpeg", …
	Data          []byte // as a file has it
	Width, Height int    // pixels; 0 is not known
}

// ShowsImages reports whether any of the messages has a picture.
func (r Request) ShowsImages() bool {
	for _, m := range r.Messages {
		if len(m.Images) > 0 {
			return true
		}
	}
	return false
}

// ToolCall is one use of a tool that a model asked for. Arguments is a JSON object.
type ToolCall struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

// ToolSpec describes a tool. Parameters is a JSON Schema object, kept as text so that the order of its
// members survives.
type ToolSpec struct {
	Name        string
	Description string
	Parameters  string
}

// Grammar says what an answer must match. The zero value allows everything. At most one field is set.
type Grammar struct {
	Schema  string   // a JSON Schema
	Regex   string   // ECMA-262, anchored at both ends
	GBNF    string   // rules as llama.cpp writes them
	Choices []string // one of these texts
}

// IsZero reports whether g allows everything.
func (g Grammar) IsZero() bool {
	return g.Schema == "" && g.Regex == "" && g.GBNF == "" && len(g.Choices) == 0
}

// Warning is something that a grammar's source says and that constrains nothing: an annotation, or a keyword or format
// that nobody knows.
type Warning struct {
	Path    string `json:"path"` // a JSON pointer into the schema; "" is its root
	Keyword string `json:"keyword"`
	Text    string `json:"text"` // for people, in English
}

// ToolChoice says whether an answer calls tools. The zero value leaves it to the model.
type ToolChoice struct {
	Mode ToolMode
	Name string // of the one tool to call; for ToolNamed
}

// ToolMode is a kind of [ToolChoice].
type ToolMode string

// The kinds of choice.
const (
	ToolAuto     ToolMode = ""         // the model answers or calls
	ToolNone     ToolMode = "none"     // it sees the tools and calls none
	ToolRequired ToolMode = "required" // it calls one at least
	ToolNamed    ToolMode = "named"    // it calls that one
)

// Principal is on whose behalf something happens: an id, the groups it belongs to, its role, and the API key through
// which it acts. It is opaque below the packages that authenticate.
type Principal struct {
	ID     string
	Groups []string
	Role   string // what it may do, as package people knows roles; "" is nobody's
	Key    string // id of the key; "" if it came without one
}

// Scope names the readers who may share what is computed for the principal, and whose turn it is when many wait: those
// who hold its key, or whoever acts in its name without one. A key is handed to somebody else, so two keys of one
// principal are two readers: what one has asked must not show in how fast the other is answered.
func (p Principal) Scope() string {
	if p.Key != "" {
		return KeyScope(p.Key)
	}
	return p.ID
}

// KeyScope is the scope of whoever acts through a key.
func KeyScope(id string) string { return "key:" + id }

// Local is the principal of a program on the same machine before anybody has signed up.
var Local = Principal{ID: "local", Role: "local"}

// Console is the principal of whoever owns the data directory, at the terminal: with a running server, over the socket
// that only they can open. What it makes for programs of this machine is Local's.
var Console = Principal{ID: "console", Role: "console"}

// Request is one question to a model.
//
// Exactly one of Messages and Prompt is set. MaxTokens 0 means "to the end of the window", a negative one "no
// token at all": the prompt is read, and reported if PromptLogprobs asks for it.
type Request struct {
	Model     string // a name the model's owner knows; "" is the default model
	Adapter   string // a LoRA adapter of that model by name; "" is the model itself
	Messages  []Message
	Prompt    *Prompt
	Tools     []ToolSpec
	Choice    ToolChoice
	OneCall   bool // at most one call an answer
	Grammar   Grammar
	MaxTokens int
	Stop      []string
	Sampling  Sampling
	Thinking  *bool // ask a model that can think aloud to do so, or not to; nil is the model's default

	// Logprobs is how many of the most likely alternatives to report beside each sampled token:
	// 0 none at all, n>0 the token itself and the n-1 most likely. PromptLogprobs likewise for the prompt.
	Logprobs       int
	PromptLogprobs int

	Principal Principal // on whose behalf
	Scope     string    // who may share its cached prefix: "" everyone, else a class of readers or one person
	Public    int       // how many of the Messages, the first, are public: their prefix is shared by all scopes
	Share     string    // whose turn it is when many wait; "" is Principal.Scope()

	// Pass is that of a question that has been let in, such as the one that an answer is written to: a request with one is
	// part of that, and its tokens count, but it is no request more. "" is a request of its own.
	Pass string
}

// Prompt is text or ids to continue as they are, outside any chat format. IDs win if both are set. Suffix is what
// follows the answer, for models that were taught to fill in between; others refuse it.
type Prompt struct {
	Text   string
	IDs    []int32
	Suffix string
}

// Sampling says how the next token is picked. The zero value is greedy.
type Sampling struct {
	Temperature       float32 // 0 is greedy
	TopK              int     // 0 is off
	TopP              float32 // 0 and 1 are off
	MinP              float32 // 0 is off
	RepetitionPenalty float32 // 0 and 1 are off; multiplies as in the CTRL paper (arXiv 1909.05858)
	PresencePenalty   float32 // subtracted once from every token already generated
	FrequencyPenalty  float32 // subtracted per time a token was generated
	LogitBias         map[int32]float32
	Seed              uint64 // with the position it decides every random choice
}

// Collect folds a stream into the message it spells. On an error it returns what had come before it.
func Collect(events iter.Seq2[Event, error]) (Message, Finish, error) {
	var text, thinking strings.Builder
	msg := Message{Role: Assistant}
	var finish Finish
	var err error
	for ev, e := range events {
		if e != nil {
			err = e
			break
		}
		switch ev := ev.(type) {
		case Delta:
			text.WriteString(ev.Text)
			thinking.WriteString(ev.Thinking)
		case Call:
			msg.Calls = append(msg.Calls, ev.ToolCall)
		case Finish:
			finish = ev
		case Echo, Phase, CallDelta, Result, Citation, Table, Chart, File, Approval, Ledger, Verdict, Passages, Claim, Sight, Unknown:
		}
	}
	msg.Text, msg.Thinking = text.String(), thinking.String()
	return msg, finish, err
}
