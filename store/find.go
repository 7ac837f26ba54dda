package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"exaone/chat"
)

// Found is a conversation in which a query was found.
type Found struct {
	Conversation Conversation
	Message      string // the newest message in which it was found; "" is the title
	Snippet      string // one line of what was found, cut with "…"
	Marks        []Mark // in it, in order
}

// Mark is a stretch of a snippet, in characters (runes): from the first to behind the last.
type Mark [2]int

const (
	maxQuery = 1 << 10 // bytes
	// gramsAtOnce is how many pairs of a query the index is asked for. What has so many of them is rarely found by
	// mistake, and the text itself is looked at anyway.
	gramsAtOnce = 32
	// titlesAtOnce is how many titles are looked at, from which those spoken in last are returned.
	titlesAtOnce = 500
)

// Find returns at most limit conversations of who (1 to 100) in which all words of a query are found, in their title
// first, then in one of their messages; of each those that were spoken in last. Case, spaces and the way in which
// Hangul is composed make no difference, so that "회의 록" finds "회의록을". Temporary conversations are not searched.
//
// One search reads so much and no more, the newest first: cut says that there may be more to find. Each principal has one
// search at a time; one that ends because a newer one has begun is CodeSearchNewer. A query that is too long is
// CodeBadField.
func (s *Store) Find(ctx context.Context, who chat.Principal, query string, limit int) (found []Found, cut bool, err error) {
	if len(query) > maxQuery {
		return nil, false, chat.NewError(chat.CodeBadField, nil, "q", fmt.Sprintf("%d bytes", len(query)), fmt.Sprintf("≤ %d", maxQuery))
	}
	words := queryWords(query)
	if len(words) == 0 {
		return nil, false, nil
	}
	ctx, end, err := s.searches.begin(ctx, who)
	if err != nil {
		return nil, false, err
	}
	defer end()
	return s.find(ctx, who, words, min(max(limit, 1), 100))
}

func (s *Store) find(ctx context.Context, who chat.Principal, words words, limit int) (found []Found, cut bool, err error) {
	if found, err = s.findTitles(ctx, who, words); err != nil {
		return nil, false, ended(ctx, s.fault("search the titles", err))
	}
	if len(found) >= limit {
		return found[:limit], false, nil
	}
	more, cut, err := s.findMessages(ctx, who, words, found, limit-len(found))
	if err != nil {
		return nil, false, ended(ctx, s.fault("search the messages", err))
	}
	return append(found, more...), cut, nil
}

// queryWords are the words of a query, each once.
func queryWords(query string) words {
	var all words
	for word := range strings.FieldsFuncSeq(query, unicode.IsSpace) {
		folded := appendFold(nil, word)
		if len(folded) > 0 && !slices.ContainsFunc(all, func(w []byte) bool { return bytes.Equal(w, folded) }) {
			all = append(all, folded)
		}
	}
	return all
}

// queryGrams are the words of the index that a text has if it has all words of a query. Those that end in '*' are
// beginnings.
func queryGrams(words words) []string {
	var all []string
	for _, word := range words {
		runes := []rune(string(word))
		for i := range max(len(runes)-1, 1) {
			var b strings.Builder
			spellGram(&b, runes[i:min(i+2, len(runes))]...)
			if len(runes) == 1 {
				b.WriteByte('*')
			}
			if gram := b.String(); len(all) < gramsAtOnce && !slices.Contains(all, gram) {
				all = append(all, gram)
			}
		}
	}
	return all
}

// words are those of a query as they are compared.
type words [][]byte

// in reports whether a text has all of them. buf is room to work in, and is returned for the next time.
func (w words) in(text string, buf []byte) (bool, []byte) {
	buf = appendFold(buf[:0], text)
	for _, word := range w {
		if !bytes.Contains(buf, word) {
			return false, buf
		}
	}
	return true, buf
}

// findTitles finds conversations by their titles, those that were spoken in last first.
func (s *Store) findTitles(ctx context.Context, who chat.Principal, words words) ([]Found, error) {
	grams := append([]string{ownerGram(who.ID, true)}, queryGrams(words)...)
	matches, query := s.matching(grams)
	all, err := rows(ctx, s.reader, scanConversation, `SELECT `+conversationColumns+`
		FROM search_grams CROSS JOIN search CROSS JOIN conversations
		WHERE `+matches+` AND search.id = search_grams.rowid AND search.message = ''
			AND conversations.id = search.conversation AND `+findable(2)+` ORDER BY search_grams.rowid DESC LIMIT $3`,
		query, who.ID, titlesAtOnce)
	if err != nil {
		return nil, err
	}
	var buf []byte
	all = slices.DeleteFunc(all, func(c Conversation) bool {
		var has bool
		has, buf = words.in(c.Title, buf)
		return !has
	})
	slices.SortStableFunc(all, func(a, b Conversation) int { return b.Updated.Compare(a.Updated) })
	found := make([]Found, len(all))
	for i, c := range all {
		found[i] = Found{Conversation: c}
		found[i].Snippet, found[i].Marks = snippet(c.Title, words)
	}
	return found, nil
}

// matching is the condition that something in the index has some words, and the query that becomes its $1.
func (s *Store) matching(grams []string) (condition, query string) {
	if !s.postgres() {
		return `search_grams MATCH $1`, strings.Join(grams, " AND ")
	}
	grams = slices.Clone(grams)
	for i, gram := range grams {
		if beginning, ok := strings.CutSuffix(gram, "*"); ok {
			grams[i] = beginning + ":*"
		}
	}
	return `search_grams.grams @@ $1::tsquery`, strings.Join(grams, " & ")
}

// findable is the condition for the conversations that are searched for whoever is the query's parameter of a number.
func findable(parameter int) string {
	return fmt.Sprintf(`conversations.principal = $%d AND conversations.deleted = 0 AND conversations.temporary = 0 AND %s`,
		parameter, cleared("conversations.grade", parameter))
}

// findMessages finds conversations by their messages, but those that were found already, the newest message first. What
// it reads is bounded: cut says that it has not looked at all of them.
func (s *Store) findMessages(ctx context.Context, who chat.Principal, words words, but []Found, limit int) (_ []Found, cut bool, err error) {
	seen := map[string]bool{}
	for _, f := range but {
		seen[f.Conversation.ID] = true
	}
	grams := append([]string{ownerGram(who.ID, false)}, queryGrams(words)...)
	left := spent{s.most, time.Now()}
	var found []Found
	var buf []byte
	look := func(c candidate) bool {
		if !seen[c.conversation] {
			var has bool
			if has, buf = words.in(c.text, buf); has {
				seen[c.conversation] = true
				f := Found{Conversation: Conversation{ID: c.conversation}, Message: c.message}
				f.Snippet, f.Marks = snippet(c.text, words)
				found = append(found, f)
			}
		}
		cut = !left.more(len(c.text))
		return len(found) < limit && !cut && ctx.Err() == nil
	}
	// Most queries are answered by the newest of what the index names; a few have it name thousands.
	end, page := int64(math.MaxInt64), 2*limit
	for len(found) < limit && !cut {
		ids, err := s.candidates(ctx, grams, end, page)
		if err != nil {
			return nil, false, err
		}
		if len(ids) == 0 {
			break
		}
		for part := range slices.Chunk(ids, textsAtOnce) {
			if err := ctx.Err(); err != nil {
				return nil, false, err
			}
			// What is not theirs to see now must take no place of what is, so it is not even looked at.
			err := each(ctx, s.reader, scanCandidate, look, `SELECT search.conversation, search.message, messages.text
				FROM search CROSS JOIN messages CROSS JOIN conversations
				WHERE search.id IN (`+list(part)+`) AND messages.id = search.message
					AND conversations.id = search.conversation AND `+findable(1)+`
				ORDER BY search.id DESC`, who.ID)
			if err != nil {
				return nil, false, err
			}
			cut = cut || len(found) < limit && !left.more(0)
			if len(found) == limit || cut {
				break
			}
		}
		end, page = ids[len(ids)-1], min(4*page, candidatesAtOnce)
	}
	found, err = s.withConversations(ctx, who, found)
	return found, cut, err
}

// textsAtOnce is how many texts one query asks for: PostgreSQL sends them all, though only some of them may be looked at.
const textsAtOnce = 64

// candidatesAtOnce is how many messages are looked at in one go, at most.
const candidatesAtOnce = 4000

// candidates are the newest in the index that have some words, below an id.
func (s *Store) candidates(ctx context.Context, grams []string, below int64, limit int) ([]int64, error) {
	matches, query := s.matching(grams)
	return rows(ctx, s.reader, integer, `SELECT search_grams.rowid FROM search_grams
		WHERE `+matches+` AND search_grams.rowid < $2 ORDER BY search_grams.rowid DESC LIMIT $3`, query, below, limit)
}

// candidate is a message that may have the words of a query.
type candidate struct{ conversation, message, text string }

func scanCandidate(r scanner) (c candidate, err error) {
	err = r.Scan(&c.conversation, &c.message, &c.text)
	return c, err
}

// withConversations reads the conversations of what was found. What is not who's to see by now is left out.
func (s *Store) withConversations(ctx context.Context, who chat.Principal, found []Found) ([]Found, error) {
	there := found[:0]
	for _, f := range found {
		c, ok, err := row(ctx, s.reader, scanConversation,
			`SELECT `+conversationColumns+` FROM conversations WHERE id = $1 AND `+findable(2), f.Conversation.ID, who.ID)
		if err != nil {
			return nil, err
		}
		if f.Conversation = c; ok {
			there = append(there, f)
		}
	}
	return there, nil
}

// How much of a text a snippet shows, in characters.
const (
	snippetBefore = 24
	snippetLength = 140
)

// snippet is one line of a text from a little before where the first of some words is, and where the words are in it.
func snippet(text string, words words) (string, []Mark) {
	runes := []rune(composed(text))
	var folded []rune
	var at []int // where each of them is among runes
	for i, r := range runes {
		if r, ok := foldRune(r); ok {
			folded, at = append(folded, r), append(at, i)
		}
	}
	return cutLine(runes, marks(folded, at, words))
}

// excerpt is one line of a text in which something else has found stretches, in bytes.
func excerpt(text string, stretches [][2]int) (string, []Mark) {
	var runes []rune
	var all []Mark
	next := 0
	for i, r := range text {
		for ; next < len(stretches) && stretches[next][0] <= i; next++ {
			all = append(all, Mark{len(runes), len(runes)})
		}
		runes = append(runes, r)
		if n := len(all); n > 0 && i < stretches[n-1][1] {
			all[n-1][1] = len(runes)
		}
	}
	return cutLine(runes, all)
}

// cutLine is one line of a text from a little before the first mark, and the marks in it.
func cutLine(runes []rune, marks []Mark) (string, []Mark) {
	begin := 0
	if len(marks) > 0 && len(runes) > snippetLength {
		begin = max(0, min(marks[0][0]-snippetBefore, len(runes)-snippetLength))
	}
	end := min(begin+snippetLength, len(runes))
	line := make([]rune, 0, end-begin+2)
	shift := -begin
	if begin > 0 {
		line, shift = append(line, '…'), shift+1
	}
	for _, r := range runes[begin:end] {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			r = ' '
		}
		line = append(line, r)
	}
	if end < len(runes) {
		line = append(line, '…')
	}
	var shown []Mark
	for _, m := range marks {
		if m[0] >= begin && m[0] < end {
			shown = append(shown, Mark{m[0] + shift, min(m[1], end) + shift})
		}
	}
	return string(line), shown
}

// marks are the stretches of a text where words are, in order. Those with nothing between them but what is not compared
// are one.
func marks(folded []rune, at []int, words words) []Mark {
	var all []Mark // among what is compared
	for _, word := range words {
		runes := []rune(string(word))
		for i := 0; i+len(runes) <= len(folded); i++ {
			if slices.Equal(folded[i:i+len(runes)], runes) {
				all = append(all, Mark{i, i + len(runes)})
				i += len(runes) - 1
			}
		}
	}
	slices.SortFunc(all, func(a, b Mark) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	var merged []Mark
	for _, m := range all {
		if n := len(merged); n > 0 && m[0] <= merged[n-1][1] {
			merged[n-1][1] = max(merged[n-1][1], m[1])
			continue
		}
		merged = append(merged, m)
	}
	for i, m := range merged {
		merged[i] = Mark{at[m[0]], at[m[1]-1] + 1}
	}
	return merged
}
