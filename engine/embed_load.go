package engine

import (
	"errors"
	"fmt"

	"exaone/model"
	"exaone/tensor"
)

// encodes reports whether the model is an encoder. It is settled by open.
func (m *loaded) encodes() bool { return m.info.Encoder != nil }

// encoderBytes is what an encoder takes beside its weights: the activations of the largest step.
func encoderBytes(s model.Shape, threads int) int64 {
	rows := int64(max(s.Window, stepTokens))
	const numbers = 12 // of the width, for each row: six of the step, four of the MLP, and rounded ones
	panels := 2 * int64(s.Window) * int64(s.HeadDim) * int64(threads)
	return 4 * (numbers*rows*int64(s.Width) + panels)
}

// loadEncoder is load for an encoder. On an error its caller closes the file.
func (m *loaded) loadEncoder(o *Options, pool *tensor.Pool) error {
	tok, _, err := words(m.file)
	if err != nil {
		return err
	}
	net, err := model.LoadEncoder(m.file)
	if err != nil {
		return err
	}
	info := net.Info()
	slots := tok.Single()
	if info.Ranks {
		slots = tok.Pair()
	}
	switch {
	case tok.Len() > info.Vocab:
		return fmt.Errorf("tokenizer: %d ids, more than the model's vocabulary of %d", tok.Len(), info.Vocab)
	case slots == nil && info.Ranks:
		return errors.New("tokenizer: it does not say what stands around and between two texts")
	case slots == nil:
		return errors.New("tokenizer: it does not say what stands around a text")
	case m.window < len(slots)+1:
		return fmt.Errorf("a window of %d, want more than what stands around texts", m.window)
	}
	m.tok = tok
	m.prefixOf = m.spec.Prefixes
	if info.Query != "" || info.Passage != "" {
		m.prefixOf = Prefixes{info.Query, info.Passage}
	}
	m.encoder = newEncoder(net, tensor.NewCPU(pool, o.Exact), m.spec.Name, o.Queue, o.Log)
	return nil
}

// stop ends the goroutine of the model.
func (m *loaded) stop() {
	if m.encoder != nil {
		m.encoder.stop()
		return
	}
	m.runner.stop()
}

// onDamage says what is to be done where a step met what is wrong with the model's files.
func (m *loaded) onDamage(f func(panicked any) error) {
	if m.encoder != nil {
		m.encoder.damaged = f
		return
	}
	m.runner.damaged = f
}

// says is what the log says of a model: the dialect of one that chats, or what it does instead.
func (m *loaded) says() string {
	switch {
	case !m.encodes():
		return m.dialect.Name()
	case m.info.Encoder.Ranks:
		return "ranks"
	}
	return "embeds"
}

// encoderStatus is the Status of an encoder.
func (m *loaded) encoderStatus() Status {
	return Status{
		Name: m.spec.Name, Architecture: m.arch, Dialect: m.says(), Window: m.window, Bytes: m.bytes, Encoder: true,
		Running: int(m.encoder.running.Load()), Waiting: m.encoder.queue.length(),
		Steps: m.encoder.steps.Load(), PromptTokens: m.encoder.tokens.Load(),
	}
}
