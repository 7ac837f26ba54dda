package library

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"exaone/chat"
)

var variable = regexp.MustCompile(`\{\{([^{}\n]+)\}\}`)

// variables are the names a prompt asks for, each once, and how many choices each has.
func variables(text string) map[string]int {
	found := map[string]int{}
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		words := strings.Split(m[1], "|")
		if name := strings.TrimSpace(words[0]); found[name] == 0 {
			found[name] = len(words) - 1
		}
	}
	return found
}

func TestFamiliesInBothLanguages(t *testing.T) {
	ko, en := Jobs(chat.Korean), Jobs(chat.English)
	if len(ko) != 14 || len(en) != 14 {
		t.Fatalf("%d and %d families, want 14", len(ko), len(en))
	}
	entries, err := files.ReadDir("prompts")
	if err != nil || len(entries) != 28 {
		t.Errorf("%d files, want two for each family: %v", len(entries), err)
	}
	for i := range ko {
		if ko[i].ID != en[i].ID || ko[i].Name == en[i].Name {
			t.Errorf("family %d is %+v and %+v", i, ko[i], en[i])
		}
	}
}

func TestPromptsInBothLanguages(t *testing.T) {
	ko, en := Prompts(chat.Korean), Prompts(chat.English)
	if len(ko) != len(en) {
		t.Fatalf("%d prompts in Korean and %d in English", len(ko), len(en))
	}
	of := map[string]int{}
	for i := range ko {
		of[ko[i].Job]++
		if ko[i].ID != en[i].ID || ko[i].Job != en[i].Job {
			t.Errorf("%s stands beside %s", ko[i].ID, en[i].ID)
		}
		if k, e := choices(ko[i]), choices(en[i]); len(k) != len(e) {
			t.Errorf("%s asks for %v in Korean and %v in English", ko[i].ID, variables(ko[i].Text), variables(en[i].Text))
		}
		hangul := strings.ContainsFunc(ko[i].Title+ko[i].Text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
		if !hangul || strings.ContainsFunc(en[i].Title+en[i].Text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
			t.Errorf("%s is not in its language", ko[i].ID)
		}
	}
	for _, job := range jobs {
		if of[job] < 3 || of[job] > 5 {
			t.Errorf("%s has %d prompts, want 3 to 5", job, of[job])
		}
	}
}

func choices(p Prompt) (all []int) {
	for _, n := range variables(p.Text) {
		all = append(all, n)
	}
	return all
}

// maxRunes leaves most of a window of 4,096 tokens to what is put in and to the answer: a syllable is about a token for
// a tokenizer that knows little Korean.
const maxRunes = 600

func TestPromptsCanBeUsed(t *testing.T) {
	for _, lang := range []chat.Language{chat.Korean, chat.English} {
		seen := map[string]string{}
		for _, p := range Prompts(lang) {
			if p.Name == "" || strings.ContainsAny(p.Name, " /\t") || len(p.Name) > 64 || seen[p.Name] != "" {
				t.Errorf("%s: name %q, as of %q", p.ID, p.Name, seen[p.Name])
			}
			seen[p.Name] = p.ID
			if n := utf8.RuneCountInString(p.Text); n < 60 || n > 2*maxRunes || lang == chat.Korean && n > maxRunes {
				t.Errorf("%s in %s has %d characters", p.ID, lang, n)
			}
			asks := variables(p.Text)
			if len(asks) == 0 || len(asks) > 5 {
				t.Errorf("%s in %s asks for %d things, want 1 to 5", p.ID, lang, len(asks))
			}
			for name, n := range asks {
				if name == "" || n == 1 || len(name) > 60 {
					t.Errorf("%s in %s asks for %q with %d choices", p.ID, lang, name, n)
				}
			}
			if rest := variable.ReplaceAllString(p.Text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
				t.Errorf("%s in %s has braces without a partner", p.ID, lang)
			}
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for _, text := range []string{"", "no title\n", "# title", "# title\n\n## heading without a bar\ntext"} {
		if _, _, err := parse("x", text); err == nil {
			t.Errorf("%q is read without an error", text)
		}
	}
	name, all, err := parse("x", "# Title\n\n## a | A title\nText\n### not a heading\n\n## b | B\nMore\n")
	if err != nil || name != "Title" || len(all) != 2 || all[0].Text != "Text\n### not a heading" || all[1].ID != "ours-x-2" {
		t.Errorf("%q, %+v, %v", name, all, err)
	}
}
