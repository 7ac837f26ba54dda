package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"exaone/chat"
)

// Encode returns the ids of a text in a model's tokens. If special, what spells a special token is that token; if not,
// it is what a person typed. If whole, the token that begins a text comes first where the model wants one, and comes once.
func (e *Engine) Encode(ctx context.Context, model, text string, special, whole bool) (ids []int32, err error) {
	err = e.with(ctx, model, func(m *loaded) error {
		if whole {
			ids = append(ids, m.bos...)
		}
		lead := len(ids)
		if !special {
			ids, err = encodePlain(m.tok, ids, text, guarded(m.tok, nil))
			return err
		}
		if ids, err = m.tok.TryEncode(ids, text, true); err == nil && lead > 0 && len(ids) > lead && ids[lead] == ids[0] {
			ids = ids[lead:] // the text has it already
		}
		return err
	})
	return ids, err
}

// Pieces returns the bytes that each id stands for in a model's tokens: nothing for one that is no token, and not always
// whole characters. They are not to be changed.
func (e *Engine) Pieces(ctx context.Context, model string, ids []int32) (pieces [][]byte, err error) {
	err = e.with(ctx, model, func(m *loaded) error {
		if err := m.checkIDs("tokens", ids); err != nil {
			return err
		}
		pieces = make([][]byte, len(ids))
		for i, id := range ids {
			pieces[i] = m.tok.Bytes(id)
		}
		return nil
	})
	return pieces, err
}

// Prompt returns all that the model would read of a request, as text and as ids. The error is that of Chat, if that would
// not read it; how long the answer may be is not looked at.
func (e *Engine) Prompt(ctx context.Context, req chat.Request) (text string, ids []int32, err error) {
	err = e.with(ctx, req.Model, func(m *loaded) error {
		if err := check(&req, m); err != nil {
			return err
		}
		if ids, err = m.promptIDs(&req); err != nil {
			return err
		}
		var b strings.Builder
		for _, id := range ids {
			b.Write(m.tok.Bytes(id))
		}
		text = strings.ToValidUTF8(b.String(), "\uFFFD")
		return nil
	})
	return text, ids, err
}

// with calls f with a model that is in memory and stays there meanwhile.
func (e *Engine) with(ctx context.Context, model string, f func(m *loaded) error) error {
	ctx, cancel := e.during(ctx)
	defer cancel()
	m, err := e.acquire(ctx, model, func() bool { return true })
	if err != nil {
		return err
	}
	defer e.release(m)
	return f(m)
}

// promptIDs turns what a request asks into ids.
func (m *loaded) promptIDs(req *chat.Request) ([]int32, error) {
	if req.Prompt != nil {
		ids, err := m.encodePrompt(req.Prompt)
		if err != nil {
			return nil, err
		}
		return ids, m.checkIDs("prompt", ids)
	}
	if err := onlyText(req.Messages); err != nil {
		return nil, err
	}
	segments, err := m.dialect.Render(*req)
	if err != nil {
		return nil, err
	}
	return m.encode(segments)
}

// onlyText refuses pictures: no architecture here has eyes, and an answer that does not tell of what was not looked at is wrong.
func onlyText(messages []chat.Message) error {
	i := slices.IndexFunc(messages, func(m chat.Message) bool { return len(m.Images) > 0 })
	if i < 0 {
		return nil
	}
	return chat.NewError(chat.CodeNoEyes, nil, fmt.Sprintf("messages[%d]", i))
}

// checkIDs refuses what is beyond the vocabulary.
func (m *loaded) checkIDs(field string, ids []int32) error {
	i := slices.IndexFunc(ids, func(id int32) bool { return id < 0 || int(id) >= m.info.Shape.Vocab })
	if i < 0 {
		return nil
	}
	return chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("%s[%d]", field, i), ids[i], fmt.Sprintf("0 … %d", m.info.Shape.Vocab-1))
}
