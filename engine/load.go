package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"sync"

	"exaone/chat"
	"exaone/grammar"
	"exaone/model"
	"exaone/prompt"
	"exaone/tensor"
	"exaone/tokenizer"
	"exaone/weights"
)

// loaded is a model in memory, or on its way there or back. The fields of the first group are settled by open and
// fit; those of the second by load, before ready is set. bytes and the third group are guarded by Engine.mu.
type loaded struct {
	spec      Spec
	file      *weights.File
	info      model.Info
	arch      string
	kv        tensor.KVOptions
	pageCount int
	window    int
	least     int64 // bytes of weights and the smallest useful cache
	bytes     int64 // bytes of weights and the cache as it is

	stamps   []stamp
	tok      *tokenizer.Tokenizer
	dialect  prompt.Dialect
	adapters map[string]*model.Adapter
	tags     map[string]tag // of adapters
	prefixes *prefixes
	end      map[int32]bool
	bos      []int32
	cache    *tensor.KV
	runner   *runner
	encoder  *encoder // of an encoder, which has no runner, no cache and no dialect
	prefixOf Prefixes // of an embedder

	vocabulary  func() *grammar.Vocabulary // made when it is first needed
	constraints constraints

	ready    bool
	deserted bool  // whoever began to bring it has left: nobody waits for it
	spoiled  bool  // its file is damaged: nobody may begin with it
	remove   bool  // its prepared form goes when it is unloaded
	uses     int   // requests that hold it, or the one that brings it
	used     int64 // when it was claimed last
	failed   error // why it was not brought
}

// leaving reports whether somebody is unloading it. Engine.mu is held.
func (m *loaded) leaving() bool { return !m.ready && m.uses == 0 }

// leastWindow is the number of tokens below which a cache is of no use to a model with a larger window.
const leastWindow = 4096

// open reads the outline of a model: enough to know what memory it takes. On an error nothing is left open.
func (m *loaded) open(o *Options) error {
	file, err := m.openFile(o)
	if err != nil {
		return err
	}
	info, err := model.Inspect(file)
	if err != nil {
		return errors.Join(err, file.Close())
	}
	m.file, m.info, m.arch = file, info, info.Arch
	if m.encodes() {
		m.least = file.Size() + encoderBytes(info.Shape, o.Threads)
		return nil
	}
	m.kv = tensor.KVOptions{
		Layers: info.Shape.Layers, Heads: info.Shape.KVHeads, HeadDim: info.Shape.HeadDim,
		PageSize: pageSize, Pages: 1, // fit says how many
		Type: o.KV.stored(info.Shape.HeadDim, o.Exact, m.spec.Name, o.Log),
	}
	if tensor.KVPageBytes(m.kv) == 0 {
		return errors.Join(fmt.Errorf("a cache of %d layers, %d heads of %d is more than there can be",
			m.kv.Layers, m.kv.Heads, m.kv.HeadDim), file.Close())
	}
	m.least = file.Size() + int64(m.leastPages(o))*tensor.KVPageBytes(m.kv)
	return nil
}

// leastPages is the smallest useful cache.
func (m *loaded) leastPages(o *Options) int {
	if o.CacheSize > 0 {
		return pagesFor(o.CacheSize, pageSize)
	}
	return pagesFor(min(m.info.Shape.Window, leastWindow), pageSize)
}

// fit sizes the cache: four windows, if that is at most a quarter of the budget and there is room, but never
// less than a useful one. room is what the budget leaves for weights and cache.
func (m *loaded) fit(o *Options, room int64) {
	if m.encodes() {
		m.window, m.bytes = m.info.Shape.Window, m.least
		return
	}
	page := tensor.KVPageBytes(m.kv)
	window := pagesFor(m.info.Shape.Window, pageSize)
	want := min(4*window, max(window, pagesFor(1<<16, pageSize)))
	if o.Memory > 0 {
		most := min(o.Memory/4, room-m.file.Size()) / page
		want = max(min(want, int(most)), m.leastPages(o))
	}
	if o.CacheSize > 0 {
		want = pagesFor(o.CacheSize, pageSize)
	}
	m.pageCount = want
	m.kv.Pages = want
	m.window = min(m.info.Shape.Window, want*pageSize)
	m.bytes = m.file.Size() + int64(want)*page
}

// load brings everything into memory and starts the model's goroutine. On an error nothing is left open.
func (m *loaded) load(o *Options, pool *tensor.Pool) (err error) {
	// Somebody may truncate the file under the map, and a file may hold what nobody thought of: the model fails then,
	// and not the program, nor those who wait for the model.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			o.Log.Error("loading a model panicked", "model", m.spec.Name, "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("loading it panicked: %v", v)
		}
		if err != nil {
			err = errors.Join(err, m.closeFiles())
		}
	}()
	m.stamps = stamps(m.file.Paths())
	if m.encodes() {
		return m.loadEncoder(o, pool)
	}
	if err := m.loadWords(); err != nil {
		return err
	}
	net, err := model.Load(m.file)
	if err != nil {
		return err
	}
	if n := m.tok.Len(); n > net.Shape().Vocab {
		return fmt.Errorf("tokenizer: %d ids, more than the model's vocabulary of %d", n, net.Shape().Vocab)
	}
	m.prefixes = o.prefixes()
	m.adapters, m.tags = make(map[string]*model.Adapter), make(map[string]tag)
	for name, dir := range m.spec.Adapters {
		if m.adapters[name], err = model.LoadAdapter(dir, net); err != nil {
			return fmt.Errorf("adapter %s: %w", name, err)
		}
		if m.tags[name], err = adapterTag(dir); err != nil {
			return fmt.Errorf("adapter %s: %w", name, err)
		}
	}
	if m.cache, err = tensor.NewKV(m.kv); err != nil {
		return err
	}
	l := limits{window: m.window, sequences: o.Sequences, queue: o.Queue}
	m.runner = newRunner(net, tensor.NewCPU(pool, o.Exact), m.cache, m.pageCount, pageSize, l,
		newPace(m.file.Size(), net.Shape(), o.budget), drafter{mode: o.Speculate, always: o.drafts},
		newKeeper(m.prefixes, m.prefixTag(o.Exact), m.spec.Path, m.cache), o.Log)
	m.runner.name = m.spec.Name
	return nil
}

// unload stops the goroutine and closes what load opened. A prepared form that is damaged goes only then: Windows
// removes no file that is mapped.
func (m *loaded) unload() error {
	m.stop()
	err := m.closeFiles()
	if m.remove {
		err = errors.Join(err, removePrepared(m.spec.Path))
	}
	return err
}

func (m *loaded) closeFiles() error {
	var errs []error
	if m.cache != nil {
		errs = append(errs, m.cache.Close())
	}
	return errors.Join(append(errs, m.file.Close())...)
}

// loadWords loads the tokenizer and finds the dialect.
func (m *loaded) loadWords() error {
	tok, src, err := words(m.file)
	if err != nil {
		return err
	}
	m.tok = tok
	src.Arch = m.arch
	src.AddBOS = m.tok.AddBOS()
	src.HasToken = func(s string) bool { id, ok := m.tok.ID(s); return ok && m.tok.IsAdded(id) }
	if m.dialect, err = prompt.Detect(src); err != nil {
		return err
	}
	m.constraints = newConstraints()
	m.vocabulary = sync.OnceValue(func() *grammar.Vocabulary { return grammar.NewVocabulary(m.tok, m.info.Shape.Vocab) })
	m.end = make(map[int32]bool)
	if id := m.tok.EOS(); id >= 0 {
		m.end[id] = true
	}
	for _, mark := range m.dialect.Stop() {
		if id, ok := m.tok.ID(mark); ok {
			m.end[id] = true
		}
	}
	ids, err := endIDs(m.file)
	if err != nil {
		return err
	}
	for _, id := range ids {
		m.end[id] = true
	}
	for id := range m.end { // some checkpoints write -1, or an id beyond their vocabulary: it ends nothing
		if id < 0 || int(id) >= m.info.Shape.Vocab {
			delete(m.end, id)
		}
	}
	if id := m.tok.BOS(); id >= 0 && m.tok.AddBOS() {
		m.bos = []int32{id}
	}
	return nil
}

// prepare turns a request into a sequence and the reader's half of it.
func (m *loaded) prepare(ctx context.Context, req chat.Request) (*sequence, *answer, error) {
	if err := check(&req, m); err != nil {
		return nil, nil, err
	}
	ans := &answer{tok: m.tok, stream: m.tok.Stream(), stops: req.Stop, keep: req.Logprobs > 0}
	ids, err := m.promptIDs(&req)
	if err != nil {
		return nil, nil, err
	}
	if req.Prompt == nil {
		ans.parser = m.parser(req)
		ans.stops = append(append([]string(nil), req.Stop...), m.dialect.StopText()...)
	}
	if len(ids) == 0 {
		return nil, nil, chat.NewError(chat.CodeBadField, nil, "prompt", "no tokens", "at least one token")
	}
	window := m.window
	most := req.MaxTokens
	switch {
	case most < 0:
		most = 0
	case most == 0:
		most = max(window-len(ids), 1)
	}
	if len(ids) > window {
		return nil, nil, chat.NewError(chat.CodeTooLong, nil, len(ids), window)
	}
	if most > window-len(ids) {
		return nil, nil, chat.NewError(chat.CodeTooManyTokens, nil, len(ids), most, window)
	}
	seq := &sequence{
		ctx: ctx, ids: append(make([]int32, 0, len(ids)+min(most, 1024)), ids...), prompt: len(ids), most: most, end: m.end,
		sampling: req.Sampling, logprobs: req.Logprobs, echo: req.PromptLogprobs,
		adapter: m.adapters[req.Adapter], share: req.Share,
		audience: audience{adapter: m.tags[req.Adapter], scope: m.prefixes.tag(req.Scope), public: m.public(req, ids)},
		out:      mailbox{signal: make(chan struct{}, 1)},
	}
	if seq.share == "" {
		seq.share = req.Principal.Scope()
	}
	return seq, ans, m.constrain(ctx, &req, seq, ans)
}

// constrain holds a sequence to what its request wants.
func (m *loaded) constrain(ctx context.Context, req *chat.Request, seq *sequence, ans *answer) error {
	bounds, warnings, err := m.constraint(ctx, req)
	ans.warnings = warnings
	if err != nil || bounds == nil || seq.most == 0 {
		return err
	}
	c, least := newConstrained(bounds, m.vocabulary(), m.tok, m.end)
	switch {
	case least > seq.most:
		return chat.NewError(chat.CodeGrammarNeedsMore, nil, least, seq.most)
	case least == 0 && !c.matcher.Accepts():
		return c.why()
	}
	seq.constrained = c
	return nil
}

// parser reads an answer to req.
func (m *loaded) parser(req chat.Request) prompt.Parser {
	switch {
	case !calls(&req):
		req.Tools = nil
	case !prompt.FrameOf(m.dialect, req).Own:
		return prompt.ParseFramed(m.dialect, req)
	case !req.Grammar.IsZero():
		req.Tools = nil
	}
	return m.dialect.Parse(req)
}

// check refuses what the engine cannot do or what makes no sense.
func check(req *chat.Request, m *loaded) error {
	if m.encodes() {
		return chat.NewError(chat.CodeModelEncodes, nil, m.spec.Name)
	}
	if req.Thinking != nil && *req.Thinking && !prompt.Thinks(m.dialect) {
		return chat.NewError(chat.CodeUnsupported, nil, "thinking, "+m.spec.Name)
	}
	if _, ok := m.adapters[req.Adapter]; req.Adapter != "" && !ok {
		return chat.NewError(chat.CodeNoAdapter, nil, req.Adapter, m.spec.Name)
	}
	if (req.Prompt != nil) == (len(req.Messages) > 0) {
		return chat.NewError(chat.CodeBadRequest, nil, "messages or prompt, and not both")
	}
	if n := len(req.Messages); req.Public < 0 || req.Public > n {
		return chat.NewError(chat.CodeBadField, nil, "public", req.Public, fmt.Sprintf("0 … %d messages", n))
	}
	o := &req.Sampling
	fields := []struct {
		name     string
		value    float32
		min, max float32
	}{
		{"temperature", o.Temperature, 0, 100},
		{"top_p", o.TopP, 0, 1},
		{"min_p", o.MinP, 0, 1},
		{"repetition_penalty", o.RepetitionPenalty, 0, 100},
		{"presence_penalty", o.PresencePenalty, -100, 100},
		{"frequency_penalty", o.FrequencyPenalty, -100, 100},
	}
	for _, f := range fields {
		if !(f.value >= f.min && f.value <= f.max) { // NaN too
			return chat.NewError(chat.CodeBadField, nil, f.name, f.value, fmt.Sprintf("%g … %g", f.min, f.max))
		}
	}
	for id, b := range o.LogitBias {
		if id < 0 || int(id) >= m.info.Shape.Vocab {
			return chat.NewError(chat.CodeBadField, nil, "logit_bias", id, fmt.Sprintf("ids of 0 … %d", m.info.Shape.Vocab-1))
		}
		if math.IsNaN(float64(b)) || math.IsInf(float64(b), 0) {
			return chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("logit_bias[%d]", id), b, "a finite number")
		}
	}
	if o.TopK < 0 {
		return chat.NewError(chat.CodeBadField, nil, "top_k", o.TopK, "≥ 0")
	}
	for _, s := range req.Stop {
		if s == "" {
			return chat.NewError(chat.CodeBadField, nil, "stop", `""`, "a text that is not empty")
		}
	}
	return nil
}

// encode turns a rendered conversation into ids, with the beginning-of-text id exactly once if the tokenizer
// asks for it.
func (m *loaded) encode(segments []prompt.Segment) ([]int32, error) {
	var ids []int32
	var err error
	typed := guarded(m.tok, segments)
	for _, s := range segments {
		if s.Special {
			ids, err = m.tok.TryEncode(ids, s.Text, true)
		} else {
			ids, err = encodePlain(m.tok, ids, s.Text, typed)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(m.bos) > 0 && (len(ids) == 0 || ids[0] != m.bos[0]) {
		ids = append(append([]int32(nil), m.bos...), ids...)
	}
	return ids, nil
}

func (m *loaded) encodePrompt(p *chat.Prompt) ([]int32, error) {
	if len(p.IDs) > 0 {
		return p.IDs, nil
	}
	return encodePlain(m.tok, append([]int32(nil), m.bos...), p.Text, guarded(m.tok, nil))
}
