package chat

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Language is a language that people read the program in.
type Language string

// The languages of the catalogue.
const (
	Korean  Language = "ko"
	English Language = "en"
)

// Code names a text of the catalogue. Codes are stored and sent; texts are not.
type Code string

// text is one entry: the same sentence in Korean and in English, with the same fmt verbs. Use explicit
// argument indexes (%[2]s) where the order differs.
type text struct{ ko, en string }

// Text returns the sentence for a code in a language. An unknown code is returned as it is, so that nothing
// is hidden.
func Text(lang Language, code Code, params ...any) string {
	t, ok := lookup(code)
	if !ok {
		return strings.TrimSpace(fmt.Sprintln(append([]any{string(code)}, params...)...))
	}
	format := t.en
	if lang == Korean {
		format = t.ko
	}
	if len(params) == 0 {
		return strings.ReplaceAll(format, "%%", "%")
	}
	return fmt.Sprintf(format, params...)
}

// catalogues are the catalogue proper and the texts that have a file of their own. No code is in two of them.
var catalogues = []map[Code]text{catalogue, cliTexts, helpTexts, talkTexts, hubTexts, apiTexts, uiTexts, uiTalkTexts, uiShellTexts, uiAdminTexts, uiDocumentTexts, uiReadingTexts, waitTexts, convertTexts, benchTexts, generationsTexts, noticeTexts, embedTexts, remoteTexts, adminTexts, exchangeTexts, actionTexts, peopleTexts, limitTexts, storeTexts, conversationTexts, assistantTexts, healthTexts, gradeTexts, shareTexts, documentTexts, indexTexts, tableTexts, collectionTexts, askTexts, digestTexts, sightTexts}

func lookup(code Code) (text, bool) {
	for _, c := range catalogues {
		if t, ok := c[code]; ok {
			return t, true
		}
	}
	return text{}, false
}

func knows(code Code) bool {
	_, ok := lookup(code)
	return ok
}

// Codes returns every code of the catalogue in no particular order.
func Codes() []Code {
	var codes []Code
	for _, c := range catalogues {
		codes = slices.AppendSeq(codes, maps.Keys(c))
	}
	return codes
}

// PickLanguage reads an Accept-Language header or a POSIX locale and returns the language to use: English if
// it is asked for before Korean, else Korean.
func PickLanguage(s string) Language {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == ':' }) {
		part = strings.ToLower(strings.TrimSpace(part))
		switch {
		case strings.HasPrefix(part, "ko"):
			return Korean
		case strings.HasPrefix(part, "en"), part == "c", strings.HasPrefix(part, "c."), part == "posix":
			return English
		}
	}
	return Korean
}
