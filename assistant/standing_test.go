package assistant

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
)

// standsPlainly looks for a text at every place of another, one after the other.
func standsPlainly(source, wanted []rune, keep func(rune) bool) bool {
	var at []int
	var kept []rune
	for i, r := range source {
		if keep(r) {
			at, kept = append(at, i), append(kept, r)
		}
	}
	wanted = slices.DeleteFunc(slices.Clone(wanted), func(r rune) bool { return !keep(r) })
	if len(wanted) == 0 {
		return false
	}
	for i := 0; i+len(wanted) <= len(kept); i++ {
		last := i + len(wanted) - 1
		if slices.Equal(kept[i:last+1], wanted) && !goesOn(source, at[i], -1) && !goesOn(source, at[last], 1) {
			return true
		}
	}
	return false
}

func TestTextsAreFoundWhereverTheyStand(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	letters := [][]rune{[]rune("aab"), []rune("a1 "), []rune("12.,"), []rune("c+# "), []rune("가나a1.,+# \n")}
	text := func(of []rune, most int) []rune {
		all := make([]rune, random.IntN(most+1))
		for i := range all {
			all[i] = of[random.IntN(len(of))]
		}
		return all
	}
	found := 0
	for range 60_000 {
		of := letters[random.IntN(len(letters))]
		source, wanted := text(of, 14), text(of, 5)
		for name, keep := range map[string]func(rune) bool{"ink": isInk, "words": isWord, "all": func(rune) bool { return true }} {
			got, want := standingOf(source, keep).have(wanted), standsPlainly(source, wanted, keep)
			if got != want {
				t.Fatalf("%q in %q by %s: %v, want %v", string(wanted), string(source), name, got, want)
			}
			if got {
				found++
			}
		}
	}
	if found < 10_000 {
		t.Errorf("only %d were found: these texts say little", found)
	}
}

// What overlaps itself everywhere is looked for in a time that grows as the text does: place by place this would take minutes.
func TestTextsThatOverlapThemselvesAreFoundSoon(t *testing.T) {
	const many = 1 << 19
	source := standingOf([]rune(strings.Repeat("a", 2*many)), isInk)
	if source.have([]rune(strings.Repeat("a", many))) {
		t.Error("part of a word is found")
	}
	if source.have([]rune(strings.Repeat("a", many) + "b")) {
		t.Error("what is not there is found")
	}
	words := wordingOf(strings.Repeat("가", 2*many) + " 끝")
	if !words.has(strings.Repeat("가", many) + " 끝") {
		t.Error("the end of a text is not found")
	}
	marked := &namesIn{text: strings.Repeat("a", 1<<14)}
	for i := range 1 << 12 { // each of which takes the text apart if it is not kept so
		if marked.has(strings.Repeat("a", i+2)) {
			t.Fatalf("%d letters of a longer word are found", i+2)
		}
	}
}

// Whoever leaves while the rows of a table are checked does not wait for the rest of them.
func TestCheckingRowsEndsWithItsContext(t *testing.T) {
	d := newDesk(t, Extract)
	d.put("지급.pdf", &document.Document{Format: "pdf", Pages: []document.Page{{Number: 1}}, Blocks: []document.Block{
		{Kind: document.Table, Place: document.Place{Page: 1}, Grid: cellsOf([]string{"성명", "금액"}, []string{"김철수", "1,200,000"})}}})
	q := d.question("이름, 금액으로 표를 만들어 줘")
	s := newSaying(q, func(chat.Event, error) bool { return true })
	books, _, err := tabling{d.Assistant}.taken(t.Context(), q, s)
	if err != nil || len(books) != 1 {
		t.Fatal(err, books)
	}
	ctx, leave := context.WithCancel(t.Context())
	tab := &tabled{s: s, check: newRowChecker(ctx, s), columns: []string{"이름", "금액"}, table: chat.Table{Sources: 3, Held: true}}
	one := entry{Cells: []string{"김철수", "1,200,000"}, Passage: -1}
	one.from(0)
	if err := tab.add(books[0], one); err != nil {
		t.Fatal(err)
	}
	leave()
	if err := tab.add(books[0], one); !errors.Is(err, context.Canceled) || len(tab.table.Rows) != 1 {
		t.Errorf("a row is checked for somebody who has left: %v, %d rows", err, len(tab.table.Rows))
	}
}
