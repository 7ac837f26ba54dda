package store

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"exaone/chat"
)

// What an answer says of a document is taken out of it when the document is deleted, and is not shown to readers of a share
// who may not read the document. An answer that names such a source at all is taken apart: what stays are the sentences that
// rest on other sources alone, and the rest of its text gives way to a mark. That is strict, since nobody can tell of a
// sentence without a source where the model has it from.

// unsaid is a text of which parts were taken out.
type unsaid struct {
	text       string
	start, end []int // where what began or ended at a place of the old text does now; in UTF-16 units
}

// unsayText leaves of an answer's text the sentences that keep says may stay, by their claims, and puts a mark in the place of
// the others. Space and signs between sentences stay.
func unsayText(text string, claims []chat.Claim, keep func(chat.Claim) bool, mark chat.Code) unsaid {
	old := utf16.Encode([]rune(text))
	stays := make([]bool, len(old))
	for _, c := range claims {
		if keep(c) {
			for i := max(c.Start, 0); i < min(c.End, len(old)); i++ {
				stays[i] = true
			}
		}
	}
	sign := utf16.Encode([]rune(mark.In(languageOf(text))))
	out := unsaid{start: make([]int, len(old)+1), end: make([]int, len(old)+1)}
	var now []uint16
	for i := 0; i < len(old); {
		to := i + 1
		for to < len(old) && stays[to] == stays[i] {
			to++
		}
		from, until := i, i
		if !stays[i] {
			from, until = core(old[i:to], i)
		}
		for ; i < from; i++ {
			out.start[i], out.end[i+1] = len(now), len(now)+1
			now = append(now, old[i])
		}
		if from < until {
			for ; i < until; i++ {
				out.start[i], out.end[i+1] = len(now), len(now)+len(sign)
			}
			now = append(now, sign...)
		}
		for ; i < to; i++ {
			out.start[i], out.end[i+1] = len(now), len(now)+1
			now = append(now, old[i])
		}
	}
	out.start[len(old)] = len(now)
	out.text = string(utf16.Decode(now))
	return out
}

// at returns where a stretch of the old text is now.
func (u unsaid) at(start, end int) (int, int) {
	last := len(u.start) - 1
	start, end = min(max(start, 0), last), min(max(end, 0), last)
	return u.start[start], max(u.end[end], u.start[start])
}

// core is the part of a run, which begins at a place, that says something: without the space around it, and the signs and
// numbers of sources that end the sentence before it. A run that has nothing else has no core.
func core(run []uint16, at int) (from, until int) {
	text := string(utf16.Decode(run))
	rest := text
	for {
		rest = strings.TrimLeftFunc(rest, func(r rune) bool { return r != '[' && (unicode.IsSpace(r) || unicode.IsPunct(r)) })
		inner, after, ok := strings.Cut(rest, "]")
		if !ok || !strings.HasPrefix(inner, "[") || !isIndex(inner[1:]) {
			break
		}
		rest = after
	}
	if rest == "" {
		return at, at
	}
	end := strings.TrimRightFunc(rest, unicode.IsSpace)
	from = at + units(text[:len(text)-len(rest)])
	return from, from + units(end)
}

// isIndex reports whether a word is the number of a source.
func isIndex(word string) bool {
	return word != "" && len(word) <= 2 && strings.Trim(word, "0123456789") == ""
}

// units is how long a text is in UTF-16.
func units(text string) int { return len(utf16.Encode([]rune(text))) }

// languageOf is the language in which a text is written, of the two that there are.
func languageOf(text string) chat.Language {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
		return chat.Korean
	}
	return chat.English
}

// unsay takes out of an event that names sources what it says of those that are gone. Other kinds stay as they are.
func unsay(e Event, gone map[string]bool) (Event, error) {
	if len(gone) == 0 {
		return e, nil
	}
	is := func(source string) bool { return gone[strings.TrimPrefix(source, chat.SourceVersion)] }
	return unsayEvent(e, is, false)
}

// unsayEvent is unsay with sources that is picks, which are deleted or else withheld.
func unsayEvent(e Event, is func(source string) bool, withheld bool) (Event, error) {
	var told chat.Event
	switch old := chat.DecodeEvent(e.Kind, e.Version, e.Data).(type) {
	case chat.Citation:
		if !is(old.Source) {
			return e, nil
		}
		told = chat.Citation{Index: old.Index, Source: unlessHidden(old.Source, withheld), Withheld: withheld, Deleted: !withheld}
	case chat.Passages:
		told = unsayPassages(old, is, withheld)
	case chat.Claim:
		told = unsayClaim(old, is, withheld)
	default:
		return e, nil
	}
	var err error
	_, e.Version, e.Data, err = chat.EncodeEvent(told)
	return e, err
}

// unlessHidden is the name of a source, unless not even that is told.
func unlessHidden(name string, withheld bool) string {
	if withheld {
		return ""
	}
	return name
}

// unsayPassages leaves of passages only that there are some. What was looked for may have words of them, too.
func unsayPassages(all chat.Passages, is func(string) bool, withheld bool) chat.Passages {
	items := make([]chat.Passage, len(all.Items))
	for i, p := range all.Items {
		items[i] = p
		if is(p.Source) {
			items[i] = chat.Passage{Index: p.Index, Source: unlessHidden(p.Source, withheld), Document: unlessHidden(p.Document, withheld),
				Marks: [][2]int{}, Extract: []int{}, Withheld: withheld, Deleted: !withheld}
			all.Query = ""
		}
	}
	all.Items = items
	return all
}

// unsayClaim leaves of what a claim rests on only that there is something, and of a claim whose sentence goes that it was one: what
// is missing is words of the sentence.
func unsayClaim(c chat.Claim, is func(string) bool, withheld bool) chat.Claim {
	stays := restsElsewhere(c, is)
	cites, any := make([]chat.Cite, len(c.Cites)), false
	for i, one := range c.Cites {
		cites[i] = one
		if is(one.Source) {
			any = true
			cites[i] = chat.Cite{Index: one.Index, Source: unlessHidden(one.Source, withheld), Document: unlessHidden(one.Document, withheld),
				Spans: []chat.CiteSpan{}, Withheld: withheld, Deleted: !withheld}
		}
	}
	c.Cites = cites
	if !stays {
		c.Checked, c.Missing, c.Loose = []string{}, []string{}, false
		if !any { // without what was missing it would seem to rest on what it cites
			c.Cites = []chat.Cite{}
		}
	}
	return c
}

// restsElsewhere reports whether a claim rests on something, and on nothing that is picks. One that has what the text it cites does
// not have, or hardly a word of that, has it from elsewhere, and nobody can tell whence.
func restsElsewhere(c chat.Claim, is func(string) bool) bool {
	if len(c.Missing) > 0 || c.Loose {
		return false
	}
	for _, one := range c.Cites {
		if is(one.Source) || one.Withheld || one.Deleted {
			return false
		}
	}
	return len(c.Cites) > 0
}
