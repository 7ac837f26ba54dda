package assistant

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/store"
)

// filled is what a model found in a piece of a document.
type filled struct {
	Entries []entry `json:"entries"`
	Empty   int     `json:"empty"` // cells that it filled in with what the passage does not have
}

// mostFilled is how many rows a model writes of one piece.
const mostFilled = 12

// fill has the model fill in rows from the passages that rules found none in. Each cell is in the passage, or left empty.
func (m tabling) fill(ctx context.Context, q Question, s *saying, b *book, columns []string, used map[int]bool, p *progress) (filled, error) {
	w := &writing{Assistant: m.Assistant, q: q, s: s, b: b, p: p}
	overhead, _, err := w.count(ctx, m.filling(q, columns, nil))
	if err != nil {
		return filled{}, err
	}
	answer := m.filling(q, columns, nil).MaxTokens
	room := min(q.Model.Window-overhead-answer-32, mostRead)
	if room < 64 {
		return filled{}, chat.NewError(chat.CodeTooManyTokens, nil, overhead, answer, q.Model.Window)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%d\n%s\n%s\n%q", digestVersion, q.Model.Name, room, b.version.ID, promptFor("table", q.Language), columns))
	work := "table " + hex.EncodeToString(sum[:16])
	kept, err := m.store.Digests(ctx, q.Principal, work)
	if err != nil {
		return filled{}, err
	}
	var all filled
	parts := w.parts(ctx, room)
	for n, from := 0, 0; from < len(parts); n++ {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		to, tokens := from, 0
		for ; to < len(parts); to++ {
			if used[parts[to].passage] { // rules have read it
				continue
			}
			one, err := w.alone(ctx, q, w.line(to-from+1, parts[to].text))
			if err != nil {
				return all, err
			}
			if tokens += one + 2; tokens > room && to > from {
				break
			}
		}
		var piece filled
		i := slices.IndexFunc(kept, func(d store.Digest) bool { return d.Part == n })
		if i < 0 || json.Unmarshal(kept[i].Data, &piece) != nil || !piece.valid(b, columns) {
			if piece, err = m.piece(ctx, w, columns, parts[from:to], used); err != nil {
				return all, err
			}
			data, err := json.Marshal(piece)
			if err == nil {
				err = m.store.KeepDigest(ctx, q.Principal, work, store.Digest{Part: n, Version: b.version.ID, Data: data})
			}
			if err != nil {
				return all, err
			}
		}
		all.Entries, all.Empty = append(all.Entries, piece.Entries...), all.Empty+piece.Empty
		for _, one := range parts[from:to] {
			if one.last {
				if err := p.read(one.passage); err != nil {
					return all, err
				}
			}
		}
		from = to
	}
	return all, nil
}

// valid reports whether what was kept fits the book and the columns.
func (f filled) valid(b *book, columns []string) bool {
	return !slices.ContainsFunc(f.Entries, func(e entry) bool {
		return e.Passage < 0 || e.Passage >= len(b.passages) || len(e.Cells) != len(columns) || len(e.Others) > 0 // a model names one
	})
}

// piece has the model fill in rows from parts of a book.
func (m tabling) piece(ctx context.Context, w *writing, columns []string, parts []part, used map[int]bool) (out filled, err error) {
	var lines []string
	var ids []part
	for _, p := range parts {
		if !used[p.passage] && strings.TrimSpace(p.text) != "" {
			ids = append(ids, p)
			lines = append(lines, w.line(len(ids), p.text))
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	said, finish, err := chat.Collect(m.constrained(ctx, m.filling(w.q, columns, lines)))
	if err != nil {
		return out, err
	}
	w.s.ledger.Rounds++
	w.s.usage.PromptTokens += finish.Usage.PromptTokens
	w.s.usage.CompletionTokens += finish.Usage.CompletionTokens
	var rows struct {
		Rows []map[string]any `json:"rows"`
	}
	if json.Unmarshal([]byte(said.Text), &rows) != nil {
		return out, nil // a model elsewhere may not have heard of the schema; one that was cut off has said nothing whole
	}
	for _, row := range rows.Rows {
		id, _ := row["passage"].(float64)
		if id < 1 || int(id) > len(ids) {
			continue
		}
		p := ids[int(id)-1]
		one := entry{Cells: make([]string, len(columns)), Passage: p.passage}
		for i := range columns {
			text, _ := row[fmt.Sprintf("c%d", i+1)].(string)
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			if !occurs(text, p.text) {
				out.Empty++
				continue
			}
			one.Cells[i] = text
		}
		if slices.ContainsFunc(one.Cells, func(s string) bool { return s != "" }) &&
			!slices.ContainsFunc(out.Entries, func(o entry) bool { return o.Passage == one.Passage && slices.Equal(o.Cells, one.Cells) }) {
			out.Entries = append(out.Entries, one)
		}
	}
	return out, nil
}

// occurs reports whether a text has what a cell says, as wording.has does.
func occurs(cell, text string) bool { return wordingOf(text).has(cell) }

// filling is the request for rows of some lines.
func (m tabling) filling(q Question, columns, lines []string) chat.Request {
	var names []string
	properties := fmt.Sprintf(`"passage":{"type":"integer","minimum":1,"maximum":%d}`, max(len(lines), 1))
	required := `"passage"`
	for i, name := range columns {
		names = append(names, fmt.Sprintf("- c%d: %s", i+1, name))
		properties += fmt.Sprintf(`,"c%d":{"type":"string","maxLength":80}`, i+1)
		required += fmt.Sprintf(`,"c%d"`, i+1)
	}
	req := m.request(q, chat.Message{Role: chat.System, Text: promptFor("table", q.Language) + "\n\n" + strings.Join(names, "\n")},
		chat.Message{Role: chat.User, Text: "<document>\n" + strings.Join(lines, "\n") + "\n</document>"})
	req.MaxTokens = min(max(q.Model.Window/4, 128), 1024)
	if len(lines) > 0 {
		req.Grammar = chat.Grammar{Schema: fmt.Sprintf(`{"type":"object","properties":{"rows":{"type":"array","maxItems":%d,"items":{"type":"object",`+
			`"properties":{%s},"required":[%s],"additionalProperties":false}}},"required":["rows"],"additionalProperties":false}`, mostFilled, properties, required)}
	}
	return req
}
