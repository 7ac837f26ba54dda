package document

import (
	"strings"
)

// htmlVoid are elements that have no end.
var htmlVoid = wordSet("area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr")

// htmlBlock are elements that begin and end a paragraph.
var htmlBlock = wordSet("address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form " +
	"h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main menu nav ol optgroup option p plaintext pre search section summary " +
	"table tbody td tfoot th thead tr ul xmp")

// htmlCloses says which open elements end where another begins, and htmlScope where one looks no further for them.
var (
	htmlCloses = wordSets(map[string]string{
		"li": "li", "dt": "dt dd", "dd": "dt dd", "option": "option", "optgroup": "option optgroup",
		"tr": "tr td th caption", "td": "td th caption", "th": "td th caption",
		"thead": "thead tbody tfoot tr td th caption", "tbody": "thead tbody tfoot tr td th caption", "tfoot": "thead tbody tfoot tr td th caption",
		"body": "head", "rt": "rt rp", "rp": "rt rp",
	})
	htmlScope = wordSets(map[string]string{
		"li": "ul ol menu dir table", "dt": "dl table", "dd": "dl table", "option": "select", "optgroup": "select",
		"tr": "table", "td": "table", "th": "table", "thead": "table", "tbody": "table", "tfoot": "table", "body": "html", "rt": "ruby", "rp": "ruby",
	})
	htmlP      = wordSet("p")
	htmlPScope = wordSet("table td th caption button object")
)

// closesP is every block that is no part of a table or a list: it ends a paragraph that is open.
var closesP = func() map[string]bool {
	set := map[string]bool{}
	for name := range htmlBlock {
		set[name] = true
	}
	for _, name := range strings.Fields("body caption head html legend optgroup option tbody td tfoot th thead tr") {
		delete(set, name)
	}
	return set
}()

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

func wordSets(words map[string]string) map[string]map[string]bool {
	sets := map[string]map[string]bool{}
	for key, w := range words {
		sets[key] = wordSet(w)
	}
	return sets
}

// closeFor ends the elements that cannot be open where one begins.
func (r *htmlReader) closeFor(name string) {
	if closesP[name] {
		r.closeIn(htmlP, htmlPScope)
	}
	if ends, ok := htmlCloses[name]; ok {
		r.closeIn(ends, htmlScope[name])
	}
}

// closeIn ends the outermost of the elements with some names that is open within a scope, and all that is in it.
func (r *htmlReader) closeIn(names, scope map[string]bool) {
	any := false
	for name := range names {
		any = any || r.opened[name] > 0
	}
	if !any {
		return
	}
	at := -1
	for i := len(r.open) - 1; i >= 0; i-- {
		name := r.open[i].name
		if scope[name] {
			break
		}
		if names[name] {
			at = i
		}
	}
	for at >= 0 && len(r.open) > at {
		r.pop()
	}
}

// void reads an element that has no end.
func (r *htmlReader) void(name string, attrs attributes) {
	p := &r.in.para
	switch name {
	case "br":
		p.breakLine()
	case "hr":
		r.flush()
	case "link":
		r.linked(attrs)
	case "img", "embed":
		r.drawn(name, attrs, attrs["src"])
	case "input":
		switch strings.ToLower(attrs["type"]) {
		case "hidden", "submit", "button", "reset", "image", "checkbox", "radio", "password":
			return
		}
		if value := clean(attrs["value"]); strings.TrimSpace(value) != "" {
			own, ground := r.styles.look(name, attrs) // its letters are none of those around
			e, _ := r.looked(name, attrs)
			hidden := e.look.hidesAll() || own.hidesWords(r.styles.painted(own, ground, r.styles.unread))
			p.anchor(Block{Kind: Field, Marker: clean(attrs["name"]), Text: value, Hidden: hidden && !r.isHidden()})
		}
	}
}

// drawn reads a picture. One that is not shown is hidden with its words.
func (r *htmlReader) drawn(name string, attrs attributes, address string) {
	block := Block{Kind: Picture, Text: clean(strings.TrimSpace(attrs["alt"])), Image: r.picture(strings.TrimSpace(address))}
	if block.Text == "" && block.Image == 0 {
		return
	}
	if e, _ := r.looked(name, attrs); (e.look.hidesAll() || r.unseen > 0) && !r.isHidden() {
		block = Block{Kind: Hidden, Hidden: true, Blocks: []Block{block}}
	}
	r.in.para.anchor(block)
}
