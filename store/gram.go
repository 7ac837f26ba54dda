package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"exaone/chat"
)

// Korean puts particles behind words and spaces where it likes, so texts are not searched by words. What is indexed of
// a text is each pair of characters that stand beside one another once spaces are left out, spelt in letters and digits
// so that every full-text index takes it for a word of its own:
//
//	"회의록 A" → 회의 의록 록a a → x0d68c0c758 x0c7580b85d x0b85d00061 x00061
//
// The last character stands alone, so that every character begins a word: one character is found by a beginning. A word
// for the owner and the kind makes the index answer for one person alone. A text that has the pairs need not have the
// word, so what the index finds is looked at before it is returned.

// fold is a text as it is compared: composed, in lower case, without spaces and characters that cannot be seen.
func fold(text string) []rune { return []rune(string(appendFold(nil, text))) }

// appendFold is fold behind what is in buf already, in UTF-8: thousands of texts are looked at for one query.
func appendFold(buf []byte, text string) []byte {
	for _, r := range composed(text) {
		if r, ok := foldRune(r); ok {
			buf = utf8.AppendRune(buf, r)
		}
	}
	return buf
}

// composed is a text in which characters that can be one are (NFC). Most texts are so already, and most characters tell
// at a glance.
func composed(text string) string {
	for _, r := range text {
		if r >= 0x300 && !isSyllable(r) && !(0x4e00 <= r && r <= 0x9fff) && !(0x3000 <= r && r < 0x302a) {
			return norm.NFC.String(text)
		}
	}
	return text
}

// isSyllable reports whether a character is a whole syllable of Hangul.
func isSyllable(r rune) bool { return 0xac00 <= r && r <= 0xd7a3 }

// foldRune is a character of a composed text as it is compared, and whether it is compared at all.
func foldRune(r rune) (rune, bool) {
	if r < 0x80 { // most of what is not Hangul
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r, r > ' ' && r != 0x7f
	}
	if isSyllable(r) { // most of the rest
		return r, true
	}
	if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
		return r, false
	}
	return unicode.ToLower(r), true
}

// gramDigits is how many digits spell one character.
const gramDigits = 5

func spellGram(b *strings.Builder, runes ...rune) {
	b.WriteByte('x')
	for _, r := range runes {
		fmt.Fprintf(b, "%0*x", gramDigits, r)
	}
}

// maxGrams is how many pairs of one text are indexed: what PostgreSQL takes at most. Only a text of hundreds of pages
// has more that are not alike.
const maxGrams = 1 << 16

// grams are the words for a folded text, each once.
func grams(folded []rune) []string {
	type pair struct{ a, b rune }
	seen := make(map[pair]bool, len(folded))
	var words []string
	var b strings.Builder
	for i, r := range folded {
		p := pair{r, -1}
		if i+1 < len(folded) {
			p.b = folded[i+1]
		}
		if seen[p] || len(words) == maxGrams {
			continue
		}
		seen[p] = true
		b.Reset()
		if p.b < 0 {
			spellGram(&b, p.a)
		} else {
			spellGram(&b, p.a, p.b)
		}
		words = append(words, b.String())
	}
	return words
}

// ownerGram is the word for the titles, or else the messages, of one owner.
func ownerGram(owner string, titles bool) string {
	kind := "om"
	if titles {
		kind = "ot"
	}
	return kind + hex.EncodeToString([]byte(owner))
}

// indexTitle makes a conversation's title findable in the place of the one before. What is temporary is not found.
func indexTitle(ctx context.Context, tx *sql.Tx, c Conversation) error {
	if err := unindex(ctx, tx, c.ID, ""); err != nil || c.Title == "" || c.Temporary {
		return err
	}
	return index(ctx, tx, c.ID, "", c.Updated, append(grams(fold(c.Title)), ownerGram(c.Owner, true)))
}

// indexMessage makes a message findable for the owner of its conversation.
func indexMessage(ctx context.Context, tx *sql.Tx, owner string, m Message) error {
	folded := fold(m.Text)
	if len(folded) == 0 {
		return nil
	}
	temporary, _, err := row(ctx, tx, integer, `SELECT temporary FROM conversations WHERE id = $1`, m.Conversation)
	if err != nil || temporary != 0 {
		return err
	}
	return index(ctx, tx, m.Conversation, m.ID, m.Created, append(grams(folded), ownerGram(owner, false)))
}

// searchIDs is how many ids a second has. One that has more runs on into the next.
const searchIDs = 1 << 10

func index(ctx context.Context, tx *sql.Tx, conversation, message string, at time.Time, words []string) error {
	id := at.Unix() * searchIDs
	for {
		last, _, err := row(ctx, tx, integer, `SELECT coalesce(max(id), 0) FROM search WHERE id >= $1 AND id < $2`, id, id+searchIDs)
		if err != nil {
			return err
		}
		if last < id+searchIDs-1 {
			id = max(id, last+1)
			break
		}
		id += searchIDs
	}
	_, err := tx.Exec(`INSERT INTO search (id, conversation, message) VALUES ($1, $2, $3)`, id, conversation, message)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO search_grams (rowid, grams) VALUES ($1, $2)`, id, strings.Join(words, " "))
	return err
}

// unindex makes one message of a conversation findable no more, or its title for "".
func unindex(ctx context.Context, tx *sql.Tx, conversation, message string) error {
	id, ok, err := row(ctx, tx, integer, `SELECT id FROM search WHERE conversation = $1 AND message = $2`, conversation, message)
	if err != nil || !ok {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM search_grams WHERE rowid = $1`, id); err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM search WHERE id = $1`, id)
	return err
}

// unindexAll is unindex for all of a conversation.
func unindexAll(tx *sql.Tx, conversation string) error {
	_, err := tx.Exec(`DELETE FROM search_grams WHERE rowid IN (SELECT id FROM search WHERE conversation = $1)`, conversation)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM search WHERE conversation = $1`, conversation)
	return err
}

// reindex makes a conversation findable anew: for another owner, or where the index was lost.
func reindex(ctx context.Context, tx *sql.Tx, conversation string) error {
	if err := unindexAll(tx, conversation); err != nil {
		return err
	}
	c, ok, err := row(ctx, tx, scanConversation,
		`SELECT `+conversationColumns+` FROM conversations WHERE id = $1 AND deleted = 0`, conversation)
	if err != nil || !ok {
		return err
	}
	if err := indexTitle(ctx, tx, c); err != nil {
		return err
	}
	messages, err := rows(ctx, tx, scanMessage, `SELECT `+messageColumns+` FROM messages
		WHERE conversation = $1 AND deleted = 0 AND state <> 'writing' ORDER BY number`, conversation)
	if err != nil {
		return err
	}
	for _, m := range messages {
		if err := indexMessage(ctx, tx, c.Owner, m); err != nil {
			return err
		}
	}
	return nil
}

// reindexSome is reindex for several, few enough that others may write soon.
func (s *Store) reindexSome(ctx context.Context, conversations []string) error {
	return s.write(ctx, "make conversations findable", func(tx *sql.Tx) error {
		for _, id := range conversations {
			if err := reindex(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// moveSearch lets what somebody has left be found by whoever has it now. Where many texts were left that takes a while,
// so it comes after the handing over, piece by piece, and what is still to be moved is seen from the index itself.
func (s *Store) moveSearch(ctx context.Context, from string) error {
	for _, titles := range []bool{true, false} {
		matches, query := s.matching([]string{ownerGram(from, titles)})
		for {
			ids, err := rows(ctx, s.reader, text, `SELECT DISTINCT search.conversation
				FROM search_grams CROSS JOIN search CROSS JOIN conversations
				WHERE `+matches+` AND search.id = search_grams.rowid AND conversations.id = search.conversation
					AND conversations.principal <> $2 LIMIT 20`, query, from)
			if err != nil || len(ids) == 0 {
				if err != nil {
					return s.fault("move the index", err)
				}
				break
			}
			if err := s.reindexSome(ctx, ids); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveSearches goes on with what moveSearch did not come to for anybody before the server went away.
func (s *Store) moveSearches(ctx context.Context) error {
	departed, err := rows(ctx, s.reader, text, `SELECT id FROM principals WHERE departed <> 0 OR id = $1`, chat.Local.ID)
	if err != nil {
		return s.fault("move the index", err)
	}
	for _, id := range departed {
		if err := s.moveSearch(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// moveSearchLater does so in the background.
func (s *Store) moveSearchLater() {
	s.handed.Add(1)
	s.background.Go(func() {
		if err := s.moveSearches(s.life); err != nil && s.life.Err() == nil {
			s.log.Warn("what somebody has left is not all found by their heir until the next start", "err", err)
		}
	})
}
