package chat

import "context"

// Embedder turns texts into vectors whose nearness says how alike they mean. It may be called from many goroutines.
type Embedder interface {
	// Embed returns one vector for each text, in their order. Errors that a person may read are *Error.
	Embed(ctx context.Context, req EmbedRequest) (Embeddings, error)
}

// Purpose says what a text is embedded for. Models that were trained with a prefix for each purpose get it; others
// embed the text as it is.
type Purpose string

// The purposes of a text.
const (
	PurposeNone    Purpose = ""        // as it is, without any prefix
	PurposeQuery   Purpose = "query"   // a question, to be compared with passages
	PurposePassage Purpose = "passage" // what is to be found
)

// EmbedRequest asks for vectors. Exactly one of Texts and IDs is set.
type EmbedRequest struct {
	Model      string // a name the model's owner knows; "" is the default embedder
	Texts      []string
	IDs        [][]int32 // token ids, special ones included, one list a text
	Purpose    Purpose
	Dimensions int  // the first so many of each vector, of length 1 again; 0 is all
	Cut        bool // read only the beginning of a text that is longer than the window; else such a text is an error

	Principal Principal // on whose behalf
	Share     string    // whose turn it is when many wait; "" is Principal.Scope()
}

// Embeddings are vectors of length 1, all of one size. The slices are the caller's.
type Embeddings struct {
	Model   string // the name of the model that answered
	Vectors [][]float32
	Tokens  int   // that were read, special ones included
	Cut     []int // texts of which only the beginning was read, ascending
}

// Ranker says how well texts answer a question. It may be called from many goroutines.
type Ranker interface {
	// Rank returns one score for each text, in their order.
	Rank(ctx context.Context, req RankRequest) (Ranking, error)
}

// RankRequest asks for scores.
type RankRequest struct {
	Model    string // "" is the default ranker
	Question string
	Texts    []string
	Cut      bool // as in EmbedRequest

	Principal Principal
	Share     string
}

// Ranking has a score for each text: higher is better; within one model they may be compared across questions.
type Ranking struct {
	Model  string
	Scores []float32
	Tokens int
	Cut    []int
}
