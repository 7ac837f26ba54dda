package engine

import (
	"context"
	"fmt"
	"math"
	"slices"

	"exaone/chat"
	"exaone/tokenizer"
)

// Prefixes are what an embedder was taught to read before a question and before what is to be found; "" is nothing.
type Prefixes struct{ Query, Passage string }

// Embed makes vectors of texts; see [chat.Embedder]. Errors that a person may read are *chat.Error.
func (e *Engine) Embed(ctx context.Context, req chat.EmbedRequest) (chat.Embeddings, error) {
	if err := checkTexts(len(req.Texts), len(req.IDs)); err != nil {
		return chat.Embeddings{}, err
	}
	ctx, cancel := e.during(ctx)
	defer cancel()
	m, err := e.encoder(ctx, req.Model, false)
	if err != nil {
		return chat.Embeddings{}, err
	}
	defer e.release(m)
	job, err := m.embedding(ctx, &req)
	if err != nil {
		return chat.Embeddings{}, err
	}
	if err := m.encoder.read(job); err != nil {
		return chat.Embeddings{}, err
	}
	out := chat.Embeddings{Model: m.spec.Name, Tokens: job.tokens, Cut: job.cut}
	for i := range job.texts {
		v := job.texts[i].out
		if req.Dimensions > 0 {
			v = v[:req.Dimensions:req.Dimensions]
		}
		if err := unit(v); err != nil {
			return chat.Embeddings{}, chat.NewError(chat.CodeModelNoNumbers, fmt.Errorf("text %d: %w", i, err), m.spec.Name, v[0])
		}
		out.Vectors = append(out.Vectors, v)
	}
	return out, nil
}

// Rank scores how well texts answer a question; see [chat.Ranker]. A score is the model's own, a logit: any number, of
// which higher is better. Errors that a person may read are *chat.Error.
func (e *Engine) Rank(ctx context.Context, req chat.RankRequest) (chat.Ranking, error) {
	if len(req.Texts) == 0 {
		return chat.Ranking{}, chat.NewError(chat.CodeBadRequest, nil, "no texts to score")
	}
	ctx, cancel := e.during(ctx)
	defer cancel()
	m, err := e.encoder(ctx, req.Model, true)
	if err != nil {
		return chat.Ranking{}, err
	}
	defer e.release(m)
	job, err := m.ranking(ctx, &req)
	if err != nil {
		return chat.Ranking{}, err
	}
	if err := m.encoder.read(job); err != nil {
		return chat.Ranking{}, err
	}
	out := chat.Ranking{Model: m.spec.Name, Tokens: job.tokens, Cut: job.cut}
	for i := range job.texts {
		score := job.texts[i].out[0]
		if !(math.Abs(float64(score)) <= math.MaxFloat32) {
			return chat.Ranking{}, chat.NewError(chat.CodeModelNoNumbers, fmt.Errorf("text %d", i), m.spec.Name, score)
		}
		out.Scores = append(out.Scores, score)
	}
	return out, nil
}

// checkTexts wants texts or ids, and not both.
func checkTexts(texts, ids int) error {
	switch {
	case texts == 0 && ids == 0:
		return chat.NewError(chat.CodeBadRequest, nil, "no texts to embed")
	case texts > 0 && ids > 0:
		return chat.NewError(chat.CodeBadRequest, nil, "texts or ids, and not both")
	}
	return nil
}

// encoder returns a loaded encoder that does what is wanted. The caller releases it.
func (e *Engine) encoder(ctx context.Context, name string, ranks bool) (*loaded, error) {
	if name == "" {
		if e.opts.Encoder == nil {
			return nil, chat.NewError(chat.CodeBadField, nil, "model", `""`, "the name of a model")
		}
		var err error
		if name, err = e.opts.Encoder(ranks); err != nil {
			return nil, err
		}
	}
	m, err := e.acquire(ctx, name, func() bool { return true })
	if err != nil {
		return nil, err
	}
	if m.encoder != nil && m.info.Encoder.Ranks == ranks {
		return m, nil
	}
	e.release(m)
	if ranks {
		return nil, chat.NewError(chat.CodeModelNoRanker, nil, name)
	}
	return nil, chat.NewError(chat.CodeModelNoEmbedder, nil, name)
}

// unit makes a vector's length 1. A vector of zeros, or one that holds what is no number, is an error.
func unit(v []float32) error {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0 && sum <= math.MaxFloat64) {
		return fmt.Errorf("the sum of squares of its vector is %g, want more than 0", sum)
	}
	scale := 1 / math.Sqrt(sum)
	for i, x := range v {
		v[i] = float32(float64(x) * scale)
	}
	return nil
}

// embedding turns a request into what the encoder reads.
func (m *loaded) embedding(ctx context.Context, req *chat.EmbedRequest) (*reading, error) {
	if d := m.info.Shape.Width; req.Dimensions < 0 || req.Dimensions > d {
		return nil, chat.NewError(chat.CodeBadField, nil, "dimensions", req.Dimensions, fmt.Sprintf("1 … %d", d))
	}
	prefix := ""
	switch req.Purpose {
	case chat.PurposeNone:
	case chat.PurposeQuery:
		prefix = m.prefixOf.Query
	case chat.PurposePassage:
		prefix = m.prefixOf.Passage
	default:
		return nil, chat.NewError(chat.CodeBadField, nil, "purpose", req.Purpose, "query, passage")
	}
	job := newReading(ctx, req.Share, req.Principal)
	for i, ids := range req.IDs {
		if err := m.addIDs(job, i, ids, req.Cut); err != nil {
			return nil, err
		}
	}
	f := m.frame(m.tok.Single())
	for i, text := range req.Texts {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		ids, err := m.tok.TryEncode(nil, prefix+text, false)
		if err != nil {
			return nil, err
		}
		if err := job.add(f, i, nil, ids, req.Cut); err != nil {
			return nil, err
		}
	}
	return job, nil
}

// checkEvery is how many texts are made ids between looks at whether somebody still wants them.
const checkEvery = 64

// addIDs adds a text that came as ids, special ones included. Cutting it keeps its last one.
func (m *loaded) addIDs(job *reading, i int, ids []int32, cut bool) error {
	for k, id := range ids {
		if id < 0 || int(id) >= m.info.Shape.Vocab {
			return chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("ids[%d][%d]", i, k), id, fmt.Sprintf("0 … %d", m.info.Shape.Vocab-1))
		}
	}
	if len(ids) == 0 {
		return chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("ids[%d]", i), "no tokens", "at least one token")
	}
	own := slices.Clone(ids)
	if n := m.window; len(ids) > n {
		if !cut {
			return chat.NewError(chat.CodeTextTooLong, nil, i+1, len(ids), n)
		}
		own[n-1] = own[len(own)-1]
		own = own[:n]
		job.cut = append(job.cut, i)
	}
	job.append(wholeText{ids: own})
	return nil
}

// ranking turns a request into what the encoder reads: the question with each text.
func (m *loaded) ranking(ctx context.Context, req *chat.RankRequest) (*reading, error) {
	question, err := m.tok.TryEncode(nil, req.Question, false)
	if err != nil {
		return nil, err
	}
	f := m.frame(m.tok.Pair())
	if most := f.room() - 1; len(question) > most {
		return nil, chat.NewError(chat.CodeQuestionTooLong, nil, len(question), m.window)
	}
	job := newReading(ctx, req.Share, req.Principal)
	for i, text := range req.Texts {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		ids, err := m.tok.TryEncode(nil, text, false)
		if err != nil {
			return nil, err
		}
		if err := job.add(f, i, question, ids, req.Cut); err != nil {
			return nil, err
		}
	}
	return job, nil
}

// frame is what stands around texts, and how much room there is.
type frame struct {
	slots  []tokenizer.Slot
	window int
	typed  bool // the model has token types to tell texts apart by
}

func (m *loaded) frame(slots []tokenizer.Slot) frame {
	return frame{slots, m.window, m.info.Encoder.Types > 1}
}

// room is how many ids of texts fit.
func (f frame) room() int {
	n := f.window
	for _, s := range f.slots {
		if s.Text == 0 {
			n--
		}
	}
	return n
}

// add adds text i: ids, or, after it, a question. What is too long is cut at the end of ids if it may be: what stands
// around texts is kept whole, and so is a question.
func (j *reading) add(f frame, i int, question, ids []int32, cut bool) error {
	first, second := question, ids
	if question == nil {
		first, second = ids, nil
	}
	if over := len(first) + len(second) - f.room(); over > 0 {
		if !cut {
			return chat.NewError(chat.CodeTextTooLong, nil, i+1, f.window+over, f.window)
		}
		j.cut = append(j.cut, i)
		if question == nil {
			first = first[:len(first)-over]
		} else {
			second = second[:len(second)-over]
		}
	}
	var p wholeText
	for _, s := range f.slots {
		n := len(p.ids)
		switch s.Text {
		case 0:
			p.ids = append(p.ids, s.ID)
		case 1:
			p.ids = append(p.ids, first...)
		default:
			p.ids = append(p.ids, second...)
		}
		if f.typed && s.Type != 0 {
			for len(p.types) < n {
				p.types = append(p.types, 0)
			}
			for len(p.types) < len(p.ids) {
				p.types = append(p.types, s.Type)
			}
		}
	}
	if len(p.ids) == 0 { // a text without characters, and nothing around it
		return chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("texts[%d]", i), `""`, "a text that is not empty")
	}
	j.append(p)
	return nil
}

var (
	_ chat.Embedder = (*Engine)(nil)
	_ chat.Ranker   = (*Engine)(nil)
)
