package store

import (
	"testing"

	"exaone/chat"
)

// A tree does not come to lie deeper than collections may by being moved: those above would not reach its end.
func TestMovedCollectionsStayWithinTheDepth(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		chain := func(n int, readers ...string) []Collection {
			var all []Collection
			parent := ""
			for range n {
				c, err := s.AddCollection(ctx, ada, CollectionSpec{Name: "폴더", Parent: parent, Readers: readers})
				must(t, err)
				all, parent, readers = append(all, c), c.ID, nil
			}
			return all
		}
		long, deep := chain(mostCollectionDepth-2), chain(mostCollectionDepth-1, bob.ID)
		parent := long[len(long)-1].ID
		_, err := s.UpdateCollection(ctx, ada, deep[0].ID, CollectionChange{Parent: &parent})
		wantCode(t, err, chat.CodeBadField)
		last, _ := addDocument(t, s, ada, DocumentSpec{Name: "끝.txt", Collection: deep[len(deep)-1].ID}, "하나")
		if _, err := s.Document(ctx, bob, last.ID); err != nil {
			t.Fatalf("bob, who is named at the top: %v", err)
		}
		none := []string{}
		_, err = s.UpdateCollection(ctx, ada, deep[0].ID, CollectionChange{Readers: &none})
		must(t, err)
		_, err = s.Document(ctx, bob, last.ID)
		wantCode(t, err, chat.CodeNoDocument)
		_, err = s.UpdateCollection(ctx, ada, deep[2].ID, CollectionChange{Parent: &long[0].ID})
		must(t, err) // one that fits
	})
}
