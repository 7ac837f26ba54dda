package grammar

// trie is tokens by their bytes, depth first: the nodes below a node lie behind it, up to skip.
type trie struct {
	bytes  []byte
	depth  []uint16 // of the node: how many bytes lead to it, its own included
	skip   []int32  // the first node that does not lie below
	start  []int32  // where its tokens begin in ids; they end where those of the next node begin
	ids    []int32
	height int
	roots  [256]int32 // the first nodes by their byte, or -1
}

// token is a token's bytes and id.
type token struct {
	bytes []byte
	id    int32
}

// newTrie makes a trie of tokens, which are sorted by their bytes.
func newTrie(tokens []token) *trie {
	t := &trie{}
	var path []int32 // the nodes that lead to the token before
	var last []byte
	for _, tok := range tokens {
		common := 0
		for common < len(last) && common < len(tok.bytes) && last[common] == tok.bytes[common] {
			common++
		}
		for len(path) > common {
			t.skip[path[len(path)-1]] = int32(len(t.bytes))
			path = path[:len(path)-1]
		}
		for i := common; i < len(tok.bytes); i++ {
			path = append(path, int32(len(t.bytes)))
			t.bytes = append(t.bytes, tok.bytes[i])
			t.depth = append(t.depth, uint16(i+1))
			t.skip = append(t.skip, 0)
			t.start = append(t.start, int32(len(t.ids)))
		}
		t.ids = append(t.ids, tok.id)
		t.height = max(t.height, len(tok.bytes))
		last = tok.bytes
	}
	for _, i := range path {
		t.skip[i] = int32(len(t.bytes))
	}
	t.start = append(t.start, int32(len(t.ids)))
	for b := range t.roots {
		t.roots[b] = -1
	}
	for i := int32(0); int(i) < len(t.bytes); i = t.skip[i] {
		t.roots[t.bytes[i]] = i
	}
	return t
}

// child returns the node below i by b, or -1; i is -1 at the root.
func (t *trie) child(i int32, b byte) int32 {
	end := int32(len(t.bytes))
	if i >= 0 {
		end = t.skip[i]
	}
	for c := i + 1; c < end; c = t.skip[c] {
		if t.bytes[c] == b {
			return c
		}
	}
	return -1
}

// longest returns the longest token that text begins with; n is 0 if there is none.
func (t *trie) longest(text []byte) (id int32, n int) {
	at := int32(-1)
	for i, b := range text {
		at = t.child(at, b)
		if at < 0 {
			break
		}
		if t.start[at] < t.start[at+1] {
			id, n = t.ids[t.start[at]], i+1
		}
	}
	return id, n
}
