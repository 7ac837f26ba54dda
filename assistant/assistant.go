// Package assistant answers a person: one file per mode, each a straight line of steps.
//
//	Ask ──▶ Turns.Start ──▶ question and answer on disk, then in a goroutine of the turn:
//	          Question ──▶ Mode.Answer ──▶ chat.Event, numbered ──▶ whoever follows, at once
//	                                                         └──▶ the store, in batches
//	Turns.Follow ──▶ what has been, from memory or the store, then what comes
//
// A mode decides what must happen; the model decides only what cannot be decided without it. What goes into the model's
// window, and what does not, is told in a ledger before the answer begins. The server owns a turn: whoever asked may
// leave and come back. Only Stop, disabling somebody and shutdown end it.
package assistant

import (
	"context"
	"iter"

	"exaone/chat"
)

// Mode answers one kind of question. It yields what it is doing as well as what it says, ending with a chat.Finish or an
// error. Answer may be called from many goroutines; a consumer that breaks out of the loop, or whose ctx ends, ends the
// work.
type Mode interface {
	// Name is how the mode is stored and asked for.
	Name() string
	Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error]
}

// Previewer is a Mode that tells what it would put into the window for a question, and how often the model would be asked
// before that, without asking it. A mode that does not is taken to put there what plain chat does.
type Previewer interface {
	Preview(ctx context.Context, q Question) (chat.Ledger, error)
}

// Unaided is a Mode that may answer where there is no model at all: Question.Model has no name then.
type Unaided interface {
	Unaided(ctx context.Context, q Question) bool
}

// Ahead is a Mode that has something to tell before it is known which model answers: Question.Model is not filled in, and
// may take long to be. It is asked to answer the same question afterwards, and does not tell that again.
type Ahead interface {
	Ahead(ctx context.Context, q Question, say func(chat.Event)) error
}

// Question is what a mode answers.
type Question struct {
	Principal    chat.Principal
	Pass         string // with which it was let in: whatever a model is asked for it is part of it
	Conversation string // id
	Message      string // id of the question; "" before it is kept

	History   []Said    // the branch before the question, oldest first
	Summaries []Summary // of the conversation, in the order they were made
	Text      string
	Begun     string   // what the answer begins with: it is to go on from there
	Scope     Scope    // the documents that the answer rests on
	Boxes     []Box    // the parts of pages that it is about, each with a Rect: these are looked through, whatever Scope says
	Pictures  []Box    // that come with it, whole: a model with eyes is shown them
	Unshown   []string // where more pictures are from that come with it and that no model is shown, as a person reads it

	// Seed is 0 for the first answer to a question, which is the likeliest one. Another answer is wanted to be another: it
	// is picked at random, as the seed has it.
	Seed uint64

	Instructions []string      // what the person, and the folder, want to be read first
	Language     chat.Language // of the question
	Model        Model

	// undrawn is what comes with it and could not be drawn, of no images; nil before anybody has tried.
	undrawn []sighted
	// earlier is what came with each question of the branch before, oldest first, as it was when it was asked.
	earlier []attachedBefore
	// attached is that some document comes with the question, be it a picture or not.
	attached bool
	// lost is what of it is not shown again; nil before anybody has looked.
	lost []lost
	// untold is that there is no room to tell the model of that.
	untold bool

	// glance is what plain chat has of Pictures and of those before; nil before it has looked, and where there are none.
	glance *glance
	// memo holds what a mode has found for it, for the mode that answers; nil for none.
	memo *memory

	// Approved waits until the person has allowed or refused a chat.Approval that has been yielded, and returns which. What
	// reaches beyond the conversation is not done before. nil where nobody can be asked.
	Approved func(ctx context.Context, approval string) (bool, error)
}

// Said is one message of a conversation.
type Said struct {
	ID   string
	Role chat.Role // User or Assistant
	Text string
	Cut  bool // its text was too old to be read
}

// Summary stands for the older part of a branch.
type Summary struct {
	ID     string
	Until  string // id of the last message it stands for
	Text   string
	Undone bool // the person did not want it: none is made of that branch again
}

// Level is what a model has been seen to be able to do; see [Probe].
type Level string

// The levels, the lowest first. A model that has not been probed counts as Extract.
const (
	Extract Level = "extract" // finds and copies what stands before it
	Assist  Level = "assist"  // follows instructions: titles, summaries, choices
	Full    Level = "full"    // answers questions of its own knowledge
)

// AtLeast reports whether a model of level l can do what least asks for.
func (l Level) AtLeast(least Level) bool { return l.rank() >= least.rank() }

func (l Level) rank() int {
	switch l {
	case Full:
		return 2
	case Assist:
		return 1
	case Extract:
	}
	return 0
}

// Model is a model as the assistant sees it.
type Model struct {
	Name   string // its own name, never ""
	Window int    // tokens that it reads and writes at most
	Level  Level
	Eyes   bool // it can be shown pictures
}

// Models answer, and know how long things are. Main joins it to the engine and to other servers; all methods may be
// called from many goroutines.
type Models interface {
	chat.Model
	// Enter lets somebody's question in, or says why there may be none now: a quota, or a model that is not theirs to use.
	// tokens are kept for it. Requests with the pass are part of it; leave says that its answer has ended.
	Enter(ctx context.Context, who chat.Principal, model string, tokens int) (pass string, leave func(), err error)
	// Describe returns the model that a name stands for now, "" the usual one, if it is one that somebody may use. It may
	// bring it into memory.
	Describe(ctx context.Context, who chat.Principal, name string) (Model, error)
	// Count returns how many tokens a model that was described reads of a request. known is false where nobody here knows
	// its tokens.
	Count(ctx context.Context, req chat.Request) (n int, known bool, err error)
	// Continue returns a request whose answer goes on from text, as if the model had said that in answer to req.
	// able is false where a model cannot be made to.
	Continue(ctx context.Context, req chat.Request, text string) (_ chat.Request, able bool, err error)
}
