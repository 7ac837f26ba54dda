package hub

import (
	"slices"
	"strings"

	"exaone/chat"
)

// Model is an entry of the catalogue. It is never changed.
type Model struct {
	Name      string   // what people type
	Aliases   []string // other names for the same
	Title     string   // as its maker writes it
	Languages []string // that it speaks, best first: BCP 47
	Params    int64    // how many numbers it has
	Window    int      // the longest conversation it can read, in tokens
	Layers    int      // the rest is the shape of its KV cache
	KVHeads   int      // 0 of an encoder, which has no cache
	HeadDim   int
	Licence   Licence
	Origins   []Origin // best first

	Task           Task
	Query, Passage string // what an embedder reads before a question and before what is to be found, where its files do not say it
}

// Task is what a model is for.
type Task string

// The tasks.
const (
	Chats  Task = ""       // it answers
	Embeds Task = "embeds" // it makes vectors of texts
	Ranks  Task = "ranks"  // it scores how well texts answer a question
)

// The parts of a model's memory that are not weights or cache.
const (
	workspace   = 256 << 20 // activations, tokenizer, the program itself
	kvNumber    = 2         // bytes: the cache keeps 16-bit numbers
	usualWindow = 4096      // the conversation a machine must manage for a model to fit it
)

// Size returns the bytes to bring from its best origin. It is an estimate unless the files' hashes are known.
func (m Model) Size() int64 {
	var n int64
	for _, f := range m.Origins[0].Files {
		n += f.Size
	}
	return n
}

// Memory returns the bytes needed to run m with a conversation of so many tokens: weights, KV cache and
// workspace. More than the window is the window. Models with sliding windows need less.
func (m Model) Memory(tokens int) int64 {
	tokens = min(tokens, m.Window)
	kv := 2 * int64(m.Layers) * int64(m.KVHeads) * int64(m.HeadDim) * kvNumber * int64(tokens)
	return m.Size() + kv + workspace
}

// Fits reports whether m runs in mem bytes with a conversation of 4,096 tokens, or its window if that is less.
// With mem 0, which is unknown, everything fits.
func (m Model) Fits(mem int64) bool { return mem == 0 || m.Memory(usualWindow) <= mem }

// Speaks reports whether m was taught a language, such as "ko".
func (m Model) Speaks(language string) bool { return slices.Contains(m.Languages, language) }

// Note is the code of one line about what m is good and bad at.
func (m Model) Note() chat.Code {
	return chat.Code("hub_note_" + strings.NewReplacer("-", "_", ".", "_").Replace(m.Name))
}

// Models returns the catalogue in the order of recommendation: those that speak Korean best first, and behind those that
// answer the encoders.
func Models() []Model { return slices.Clone(catalogue) }

// Find returns the catalogue's entry for a name or an alias; case does not matter. The *chat.Error
// CodeHubUnknownNear lists similar names.
func Find(name string) (Model, error) {
	for _, m := range catalogue {
		if m.is(name) {
			return m, nil
		}
	}
	return Model{}, unknown(name, catalogueNames())
}

func (m Model) is(name string) bool {
	return strings.EqualFold(m.Name, name) ||
		slices.ContainsFunc(m.Aliases, func(a string) bool { return strings.EqualFold(a, name) })
}

func catalogueNames() []string {
	var names []string
	for _, m := range catalogue {
		names = append(append(names, m.Name), m.Aliases...)
	}
	return names
}

// Fitting returns the models that fit this machine and answer, in the order of recommendation.
func (h *Hub) Fitting() []Model {
	return slices.DeleteFunc(Models(), func(m Model) bool { return m.Task != Chats || !m.Fits(h.opts.Memory) })
}

// unknown is the error for a name that is none of names, with those it may have been meant for.
func unknown(name string, names []string) error {
	if near := similar(name, names); len(near) > 0 {
		return chat.NewError(chat.CodeHubUnknownNear, nil, name, strings.Join(near, ", "))
	}
	return chat.NewError(chat.CodeHubUnknown, nil, name)
}

// maxNameLength is the longest text that is compared with names.
const maxNameLength = 200

// similar returns at most five of names that resemble name, most similar first.
func similar(name string, names []string) []string {
	if name == "" || len(name) > maxNameLength {
		return nil
	}
	name = strings.ToLower(name)
	type scored struct {
		name  string
		score int
	}
	var near []scored
	for i, n := range names {
		if slices.Contains(names[:i], n) { // it is here and in the catalogue
			continue
		}
		low := strings.ToLower(n)
		score := distance(name, low)
		if strings.Contains(low, name) || strings.Contains(name, low) {
			score = 1
		}
		if score <= max(1, len(name)/3) {
			near = append(near, scored{n, score})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return a.score - b.score })
	var out []string
	for _, n := range near[:min(5, len(near))] {
		out = append(out, n.name)
	}
	return out
}

// distance is how many bytes must be inserted, removed or replaced to make b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			next := diagonal
			if a[i] != b[j] {
				next = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
