package chat

import "encoding/json"

// Event is one step of an answer. The set is sealed: a switch over it must name every kind it can meet. A [Model]
// yields the first six kinds below; the others are what a mode of the assistant does around it.
//
// The JSON names are those under which events are stored and sent; see [EncodeEvent].
type Event interface{ event() }

// Delta is a piece of an answer: what was said, or thought, and the tokens it came from.
// Text never ends inside a character.
type Delta struct {
	// At and ThinkingAt say where the pieces go, in UTF-16 units of what was said and thought before, so that whoever
	// hears a piece twice, or a longer one in the place of several, comes to the same text. Who numbers the events of
	// an answer fills them in; a model leaves them 0.
	At         int            `json:"at"`
	Text       string         `json:"text"`
	ThinkingAt int            `json:"thinking_at"`
	Thinking   string         `json:"thinking"`
	Tokens     []TokenLogprob `json:"-"` // if the request asked for Logprobs
}

// Echo reports the prompt as the model read it, if the request asked for PromptLogprobs. Nothing precedes
// the first token, so its Logprob is 0 and its Top is empty.
type Echo struct {
	Text   string         `json:"text"`
	Tokens []TokenLogprob `json:"-"`
}

// Phase says what is happening while nothing is said: "queue", "load", "read" (the prompt), "summarise" (older turns),
// "mode:NAME" (that mode answers; it has been picked), "search" (documents are looked through), "documents" (those that the
// answer rests on are being read: so many of so many are).
// Done and Total count its progress in the unit the phase implies; Total 0 is unknown.
type Phase struct {
	Name  string `json:"name"`
	Done  int    `json:"done"`
	Total int    `json:"total"`
}

// CallDelta is a piece of a tool call that is being written. Index counts the calls of the answer. The first piece of a
// call has its ID and Name; Arguments goes on where the piece before it ended. The whole [Call] follows the last piece.
// A consumer that has no use for pieces may ignore them.
type CallDelta struct {
	Index     int    `json:"index"`
	ID        string `json:"id"`
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

// Call is a complete tool call.
type Call struct{ ToolCall }

// Finish is the last event of an answer that was not cut short by an error.
type Finish struct {
	Reason FinishReason `json:"reason"`
	Stop   string       `json:"stop"`  // the stop string that ended it, if one did
	Model  string       `json:"model"` // the name of the model that answered
	Usage  Usage        `json:"usage"`

	Warnings []Warning `json:"warnings"` // of the request's grammar

	// End is the token with which the model ended its answer, if it did and the request asked for Logprobs. It is no part
	// of the text and is not counted; its Offset is where the text ends.
	End *TokenLogprob `json:"-"`
}

// Result is what a call gave.
type Result struct {
	CallID string `json:"call_id"`
	Name   string `json:"name"` // of the tool
	Text   string `json:"text"`
}

// Citation is a passage that an answer rests on. The answer's text refers to it as [Index].
type Citation struct {
	Index   int    `json:"index"` // 1, 2, …
	Title   string `json:"title"`
	Source  string `json:"source"` // what it is of: a SourceFile and a hash, a document's id, a site
	Where   string `json:"where"`  // the place within it, for people: "p. 3"
	Snippet string `json:"snippet"`
	URL     string `json:"url"` // "" if it is not on the web

	// Withheld says that whoever is shown the answer may not read the source: there is one, and no more is told.
	Withheld bool `json:"withheld,omitempty"`
	// Deleted says that the document is not here any more.
	Deleted bool `json:"deleted,omitempty"`
}

// SourceFile begins the Source of a citation from a file that the store keeps; the file's hash follows.
const SourceFile = "file:"

// Table is rows of text under columns.
type Table struct {
	Title   string     `json:"title"`
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
	// Marks are what stands out in cells: in a comparison, what differs.
	Marks []TableMark `json:"marks,omitempty"`
	// Sources is the column, from 1, in which [1] is the citation with that number; 0 is none. Elsewhere it is a text.
	Sources int `json:"sources,omitempty"`
	// Held says that the cells of a row are what the sources of that row say, so that they can be held against them.
	Held bool `json:"held,omitempty"`
	// Flaws are the rows of a table that is Held which do not stand, or were not checked, in order, each once. The mode that makes the
	// table looks at every row: those that are not among them have what their cells say in their sources.
	Flaws []TableFlaw `json:"flaws,omitempty"`
}

// TableMark is a stretch of a cell: UTF-16 units Start to End of its text.
type TableMark struct {
	Row    int `json:"row"` // from 0
	Column int `json:"column"`
	Start  int `json:"start"`
	End    int `json:"end"`
}

// Chart is a picture of numbers. Spec is JSON whose form Kind names; the page draws it.
type Chart struct {
	Title string          `json:"title"`
	Kind  string          `json:"kind"`
	Spec  json.RawMessage `json:"spec"`
}

// File is a file that an answer made. Blob is the hash under which the store keeps its content; Size is in bytes.
type File struct {
	Name string `json:"name"`
	MIME string `json:"mime"`
	Blob string `json:"blob"`
	Size int64  `json:"size"`
}

// Approval asks a person before something is done that reaches beyond the conversation.
type Approval struct {
	ID     string `json:"id"`
	What   string `json:"what"`
	Where  string `json:"where"`
	Effect string `json:"effect"`
}

// Ledger says what went into the model's window: each piece, its tokens, and what became of it. The tokens of the pieces
// that are kept, and those Reserved for the answer, are together at most Window.
type Ledger struct {
	Window   int          `json:"window"`   // tokens
	Reserved int          `json:"reserved"` // tokens
	Items    []LedgerItem `json:"items"`    // in the order in which the model reads them

	Estimated bool `json:"estimated"` // the model is elsewhere, and its tokens are guessed

	// Rounds is how often the model is asked before the answer, to pick a mode or to put older turns in short, and
	// RoundTokens how many tokens it reads and writes for that: they are in no window of the answer. Before a turn it is at
	// most about how many.
	Rounds      int `json:"rounds,omitempty"`
	RoundTokens int `json:"round_tokens,omitempty"`
}

// LedgerItem is one piece. Tokens is what it takes up in the window if it is kept, and about what it would have taken up if
// not; of what was too old to be read, nobody knows it, and it is 0.
// A summary is a piece that is kept; the messages that it stands for are those that are summarised.
type LedgerItem struct {
	// "prompt" (ours), "instructions" (the person's and the folder's), "summary", "older" (several messages together),
	// "passage" (of a document), "picture", "question", "answer", "rest" (marks of the format).
	Kind    string `json:"kind"`
	Label   string `json:"label"` // how it begins; of "older", how many messages it is
	Tokens  int    `json:"tokens"`
	Fate    Fate   `json:"fate"`
	Message string `json:"message"` // id of the message or summary it is, the last of "older"; "" is none
}

// Fate is what became of a piece that could have gone into the window.
type Fate string

// The fates.
const (
	FateKept       Fate = "kept"
	FateSummarised Fate = "summarised"
	FateLeftOut    Fate = "left_out"
)

// Verdict says what of an answer was checked against its sources, and what failed.
type Verdict struct {
	Checked []string `json:"checked"`
	Failed  []string `json:"failed"`
}

// Unknown is an event that this program cannot read: of a kind or version that a newer one wrote, or damaged. It is
// carried as it is, so that nothing is lost, and shown as something that cannot be shown.
type Unknown struct {
	Kind    string
	Version int
	Data    []byte
}

func (Delta) event()     {}
func (Echo) event()      {}
func (Phase) event()     {}
func (CallDelta) event() {}
func (Call) event()      {}
func (Finish) event()    {}
func (Result) event()    {}
func (Citation) event()  {}
func (Table) event()     {}
func (Chart) event()     {}
func (File) event()      {}
func (Approval) event()  {}
func (Ledger) event()    {}
func (Verdict) event()   {}
func (Passages) event()  {}
func (Claim) event()     {}
func (Sight) event()     {}
func (Unknown) event()   {}

// TokenLogprob is one token, its natural-log probability, and the likeliest tokens at its place.
type TokenLogprob struct {
	ID      int32
	Bytes   []byte // not always whole characters
	Offset  int    // where it starts in the text of the answer, or of the whole echo, in bytes
	Logprob float32
	Top     []TokenLogprob
}

// FinishReason says why an answer ended.
type FinishReason string

// The reasons an answer ends.
const (
	FinishStop   FinishReason = "stop"   // the model was done, or a stop string came
	FinishLength FinishReason = "length" // MaxTokens or the window
	FinishCalls  FinishReason = "tool_calls"

	FinishStopped FinishReason = "stopped" // whoever asked stopped it; no model ends so by itself
)

// Usage counts tokens. CachedTokens of the PromptTokens were not computed again.
type Usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CachedTokens     int `json:"cached_tokens"`
	CompletionTokens int `json:"completion_tokens"`
}
