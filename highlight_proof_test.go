package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"mime/multipart"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/browser"
	"exaone/reference"
)

// highlighted are the documents of the proof, and how many citations are made of each.
var highlighted = []struct {
	path      string
	citations int
}{
	{"pdf/ko-regulation-20p.pdf", 4}, {"pdf/ko-press-release.pdf", 4}, {"hwp/table_18_public_document_composite.hwp", 8},
	{"hwpx/table_18_public_document_composite.hwpx", 8}, {"docx/ko-travel-rules.docx", 8}, {"xlsx/ko-sales.xlsx", 8},
}

// TestHighlight opens the reading room at citations, takes a picture of each, and looks at its pixels: the colour of the mark
// is behind the words that are cited, and behind no others. Where the words are is not asked of what marks them: of a PDF
// Poppler says it, of the others the browser, whose text is searched. EXAONE_HIGHLIGHTS is how many of each document.
func TestHighlight(t *testing.T) {
	dir := reference.Path(t, "samples")
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext: not here")
	}
	w := newWorkspace(t, nil, "--model", newTeller(t).flag())
	admin := w.admin()
	c := browser.Start(t, w.base)
	enter(c, admin)
	p := &highlights{t: t, tab: c.Tab(), admin: admin, base: w.base}
	for _, of := range highlighted {
		p.document(filepath.Join(dir, of.path), min(of.citations, envInt("EXAONE_HIGHLIGHTS", of.citations)))
	}
	t.Logf("the mark covers the cited words, and no others: %d of %d", p.good, p.all)
	if p.good < p.all {
		t.Errorf("%d of %d citations are marked wrongly", p.all-p.good, p.all)
	}
	if policy := c.Seen().Policy; len(policy) > 0 {
		t.Errorf("against the policy: %q", policy)
	}
	if outside := c.Seen().Outside; len(outside) > 0 {
		t.Errorf("requests outside: %q", outside)
	}
}

// highlights is the proof as it goes on.
type highlights struct {
	t         *testing.T
	tab       *browser.Tab
	admin     *visitor
	base      string
	good, all int
}

// citation is words of a text of a document.
type citation struct {
	text, start, end int // bytes
	words            string
	page             int
}

// document brings a document and a conversation that cites it, and looks at each of the citations.
func (p *highlights) document(path string, n int) {
	p.t.Helper()
	name := filepath.Base(path)
	version := p.bring(path)
	cited := p.choose(version, path, n)
	if len(cited) < n {
		p.t.Errorf("%s: %d citations could be chosen, want %d", name, len(cited), n)
	}
	talk, events := p.talk(name, version, cited)
	p.tab.Open(p.base + "/#/")
	p.tab.Await(browser.CanAsk)
	p.tab.Eval(fmt.Sprintf(tellEvents, events))
	p.tab.Eval(fmt.Sprintf(`location.hash = "#/c/%s"`, talk))
	p.tab.Await(`document.querySelectorAll(".answer .ref").length == ` + strconv.Itoa(len(cited)))
	for i, of := range cited {
		p.all++
		p.tab.Eval(fmt.Sprintf(`document.querySelectorAll(".answer .ref")[%d].click()`, i))
		p.tab.Await(fmt.Sprintf(`document.querySelector(".room") && document.querySelector(".room-note .sr")?.textContent.includes(%q)`, of.words))
		var wrong string
		if strings.HasSuffix(name, ".pdf") {
			wrong = p.onPaper(path, of)
		} else {
			wrong = p.inText(of)
		}
		p.tab.Picture(fmt.Sprintf("highlight-%s-%d", name, i+1))
		if wrong != "" {
			p.t.Errorf("%s: %q on page %d: %s", name, of.words, of.page, wrong)
			continue
		}
		p.good++
	}
}

// bring uploads a document and waits until it has been read.
func (p *highlights) bring(path string) (version string) {
	p.t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatal(err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", filepath.Base(path))
	if err == nil {
		_, err = part.Write(content)
	}
	if err := firstError(err, form.Close()); err != nil {
		p.t.Fatal(err)
	}
	status, text := p.admin.reply(p.admin.request("POST", "/api/documents", &body, "Content-Type", form.FormDataContentType()))
	var out struct{ Versions []struct{ ID string } }
	if err := json.Unmarshal([]byte(text), &out); err != nil || status != 200 || len(out.Versions) != 1 {
		p.t.Fatalf("%s: %d %.300s", path, status, text)
	}
	version = out.Versions[0].ID
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		switch v := p.admin.must("GET", "/api/versions/"+version, nil); {
		case v.text("state") == "read":
			return version
		case v.text("state") != "waiting" || time.Now().After(deadline):
			p.t.Fatalf("%s: %v", path, v)
		}
	}
}

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// choose picks words of a document, some in the middle of a text and some that are all of it, that are in it once. Of a PDF
// they are on one line, and Poppler has them once on the page.
func (p *highlights) choose(version, path string, n int) (out []citation) {
	p.t.Helper()
	var doc struct {
		Blocks []chosenBlock
	}
	_, text := p.admin.send("GET", "/api/versions/"+version+"/content", nil)
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		p.t.Fatal(err)
	}
	var all []chosenText
	number := 0
	for i := range doc.Blocks {
		all = doc.Blocks[i].texts(all, &number)
	}
	whole := ""
	for _, of := range all {
		whole += of.text + "\n"
	}
	random := rand.New(rand.NewPCG(8, uint64(n)))
	token := regexp.MustCompile(`\S+`)
	for tries := 0; tries < 20_000 && len(out) < n; tries++ {
		of := all[random.IntN(len(all))]
		begin, end := 0, len(of.text)
		if of.line != nil {
			l := of.line[random.IntN(len(of.line))]
			begin, end = l.Start, l.End
		}
		if end > len(of.text) || begin >= end {
			continue
		}
		at := token.FindAllStringIndex(of.text[begin:end], -1)
		if len(at) == 0 {
			continue
		}
		from := random.IntN(len(at))
		to := min(from+random.IntN(4), len(at)-1)
		cite := citation{text: of.number, start: begin + at[from][0], end: begin + at[to][1], page: of.page}
		cite.words = of.text[cite.start:cite.end]
		if len([]rune(cite.words)) < 3 || strings.Count(whole, cite.words) != 1 || strings.ContainsAny(cite.words, "\n\t&<") {
			continue
		}
		if strings.HasSuffix(path, ".pdf") && len(popplerRects(p.t, path, cite)) == 0 {
			continue
		}
		out = append(out, cite)
	}
	return out
}

// chosenBlock is a block as the server tells of it.
type chosenBlock struct {
	Kind, Text string
	Page       int
	Hidden     bool
	Lines      []chosenLine
	Table      *struct {
		Cells []struct {
			Text, Shown string
			Lines       []chosenLine
			Blocks      []chosenBlock
		}
	}
	Blocks []chosenBlock
}

type chosenLine struct{ Start, End, Page int }

// chosenText is a text with its number, and its lines if it is on paper.
type chosenText struct {
	number, page int
	text         string
	line         []chosenLine
}

// texts adds the texts of a block, as document.Texts numbers them; those that are not shown as they are have no words.
func (b *chosenBlock) texts(all []chosenText, number *int) []chosenText {
	add := func(text string, page int, lines []chosenLine) {
		if strings.TrimSpace(text) != "" {
			all = append(all, chosenText{*number, page, text, lines})
		}
		*number++
	}
	if b.Hidden || b.Kind == "header" || b.Kind == "footer" || b.Kind == "deleted" {
		add("", 0, nil)
	} else {
		add(b.Text, b.Page, b.Lines)
	}
	if b.Table != nil {
		for _, c := range b.Table.Cells {
			if len(c.Blocks) == 0 && (c.Shown == "" || c.Shown == c.Text) {
				add(c.Text, b.Page, c.Lines)
			} else if len(c.Blocks) == 0 {
				add("", 0, nil)
			}
			for i := range c.Blocks {
				all = c.Blocks[i].texts(all, number)
			}
		}
	}
	for i := range b.Blocks {
		all = b.Blocks[i].texts(all, number)
	}
	return all
}

// tellEvents has the page hear of an answer's events what is given, which no file of conversations may bring: whatever else it
// asks the server for is the server's.
const tellEvents = `(() => {
	const real = window.fetch, told = JSON.stringify({ items: %s });
	window.fetch = (to, how) => /\/api\/messages\/[^/]+\/events$/.test(to) ? Promise.resolve(new Response(told, { headers: { "Content-Type": "application/json" } })) : real(to, how);
})()`

// talk brings a conversation whose answer cites a document once a sentence, and returns it with the events of that answer.
func (p *highlights) talk(name, version string, cited []citation) (conversation, told string) {
	p.t.Helper()
	text := ""
	events := []record{{"number": 1, "kind": "citation", "version": 1, "data": record{"index": 1, "title": name, "source": "version:" + version, "where": "", "snippet": "", "url": ""}}}
	units := 0
	for i, c := range cited {
		sentence := fmt.Sprintf("%d번째 근거입니다 [1]. ", i+1)
		length := len([]rune(sentence))
		events = append(events, record{"number": i + 2, "kind": "claim", "version": 1, "data": record{"start": units, "end": units + length, "checked": []string{"source"}, "missing": []string{},
			"cites": []record{{"index": 1, "source": "version:" + version, "page": c.page, "spans": []record{{"text": c.text, "start": c.start, "end": c.end}}, "hash": ""}}}})
		text, units = text+sentence, units+length
	}
	if text == "" {
		text = provenAnswer
	}
	one := conversationOf(name, time.Now(), []string{"근거는?", text})
	if said, ok := one["messages"].([]record); ok {
		said[1]["mode"] = "documents"
	}
	body, err := json.Marshal(record{"format": "exaone.conversations", "version": 1, "exported": time.Now(), "conversations": []record{one}})
	if err != nil {
		p.t.Fatal(err)
	}
	if status, reply := p.admin.upload(bytes.NewReader(body)); status != 200 {
		p.t.Fatalf("%d %.500s", status, reply)
	}
	all, err := json.Marshal(events)
	if err != nil {
		p.t.Fatal(err)
	}
	return conversationIDs(p.t, p.admin)[0], string(all)
}

// rect is a rectangle of a picture, in its pixels.
type rect struct{ X0, Y0, X1, Y1 float64 }

// popplerWords are the words of a page, in its points, with the page's size.
func popplerWords(t *testing.T, path string, page int) (words []string, at []rect, width float64) {
	t.Helper()
	out, err := exec.Command("pdftotext", "-bbox", "-f", strconv.Itoa(page), "-l", strconv.Itoa(page), path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range popplerWord.FindAllStringSubmatch(string(out), -1) {
		var r rect
		for i, to := range []*float64{&r.X0, &r.Y0, &r.X1, &r.Y1} {
			*to, _ = strconv.ParseFloat(m[1+i], 64)
		}
		words, at = append(words, m[5]), append(at, r)
	}
	if m := popplerPage.FindStringSubmatch(string(out)); m != nil {
		width, _ = strconv.ParseFloat(m[1], 64)
	}
	return words, at, width
}

var (
	popplerWord = regexp.MustCompile(`<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)</word>`)
	popplerPage = regexp.MustCompile(`<page width="([\d.]+)"`)
)

// popplerRects are the indices of the words of a citation among those of its page, none if they are not there exactly once.
func popplerRects(t *testing.T, path string, c citation) (found []int) {
	t.Helper()
	words, _, _ := popplerWords(t, path, c.page)
	want := strings.Fields(c.words)
	for i := 0; i+len(want) <= len(words); i++ {
		same := true
		for k := range want {
			same = same && words[i+k] == want[k]
		}
		if same && found != nil {
			return nil
		}
		for k := range want {
			if same {
				found = append(found, i+k)
			}
		}
	}
	return found
}

// onPaper holds the page as it is drawn to where Poppler has the words.
func (p *highlights) onPaper(path string, c citation) (wrong string) {
	p.t.Helper()
	page := fmt.Sprintf(`document.querySelector(".sheet-paper[data-page='%d']")`, c.page)
	p.tab.Await(page + `?.dataset.drawn && document.querySelector(".paper-mark")`)
	settle(p.tab)
	var box, seen rect
	decodeRect(p.t, p.tab.Eval(fmt.Sprintf(rectOf, page)), &box)
	decodeRect(p.t, p.tab.Eval(fmt.Sprintf(rectOf, `document.querySelector(".papers")`)), &seen)
	words, at, width := popplerWords(p.t, path, c.page)
	scale := (box.X1 - box.X0) / width
	cited := popplerRects(p.t, path, c)
	var in, out []rect
	for i := range words {
		// The middle of a word's box, where its letters are: lines of some files touch.
		height := at[i].Y1 - at[i].Y0
		r := rect{box.X0 + at[i].X0*scale + 1, box.Y0 + (at[i].Y0+0.35*height)*scale, box.X0 + at[i].X1*scale - 1, box.Y0 + (at[i].Y1-0.35*height)*scale}
		if r.X0 < seen.X0 || r.X1 > seen.X1 || r.Y0 < seen.Y0 || r.Y1 > seen.Y1 || r.X1-r.X0 < 2 {
			continue
		}
		if i >= cited[0] && i <= cited[len(cited)-1] {
			in = append(in, r)
		} else {
			out = append(out, r)
		}
	}
	if len(in) != len(cited) {
		return fmt.Sprintf("%d of %d words are in sight", len(in), len(cited))
	}
	return p.colours(in, out)
}

const rectOf = `(() => { const r = (%s).getBoundingClientRect(); return JSON.stringify({X0: r.left, Y0: r.top, X1: r.right, Y1: r.bottom}); })()`

func decodeRect(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%.200s: %v", text, err)
	}
}

// inText holds what is shown as structure to where the browser has the words, of which it shows the text.
func (p *highlights) inText(c citation) (wrong string) {
	p.t.Helper()
	p.tab.Await(`document.querySelector(".room mark.hit")`)
	settle(p.tab)
	var found struct{ In, Out []rect }
	decodeRect(p.t, p.tab.Eval(fmt.Sprintf(wordsInSight, browser.Quote(c.words))), &found)
	if len(found.In) == 0 {
		return "it is not in sight"
	}
	return p.colours(found.In, found.Out)
}

// wordsInSight are the rectangles of words in the room that can be seen: those cited, found by their text, and all others.
const wordsInSight = `(() => {
	const words = %s, box = document.querySelector(".room .grid") ?? document.querySelector(".room .room-body"), seen = box.getBoundingClientRect(), In = [], Out = [];
	const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT), nodes = [];
	let all = "", node;
	const block = (n) => n.parentElement.closest("p, td, th, h3, h4, h5, h6, pre, .grid-cell, .doc-edge, div");
	while ((node = walk.nextNode())) {
		if (node.parentElement.closest(".sr, .page-sign, .doc-label, .doc-marker, button, [role=columnheader], [role=rowheader]")) continue;
		if (nodes.length && block(nodes.at(-1).node) !== block(node)) all += "\n";
		nodes.push({ node, from: all.length });
		all += node.data;
	}
	const from = all.indexOf(words), to = from + words.length;
	if (from < 0 || all.indexOf(words, from + 1) >= 0) return JSON.stringify({ In, Out });
	for (const m of all.matchAll(/\S+/g)) for (const n of nodes) {
		const a = Math.max(m.index, n.from), b = Math.min(m.index + m[0].length, n.from + n.node.data.length);
		if (a >= b) continue;
		for (const [x, y, into] of [[a, Math.min(b, from), Out], [Math.max(a, from), Math.min(b, to), In], [Math.max(a, to), b, Out]]) {
			if (x >= y) continue;
			const r = document.createRange();
			r.setStart(n.node, x - n.from);
			r.setEnd(n.node, y - n.from);
			for (const q of r.getClientRects()) {
				const h = q.bottom - q.top, at = { X0: q.left + 1, Y0: q.top + h * 0.3, X1: q.right - 1, Y1: q.bottom - h * 0.3 };
				if (at.X1 - at.X0 < 2) continue;
				const cell = n.node.parentElement.closest(".grid-cell")?.getBoundingClientRect() ?? seen;
				const inside = at.X0 >= Math.max(seen.left, cell.left) && at.X1 <= Math.min(seen.right, cell.right) && at.Y0 >= seen.top && at.Y1 <= seen.bottom;
				if (inside && document.elementFromPoint((at.X0 + at.X1) / 2, (at.Y0 + at.Y1) / 2)?.closest(".room-body")) into.push(at);
				else if (into === In) return JSON.stringify({ In: [], Out: [] });
			}
		}
	}
	return JSON.stringify({ In, Out });
})()`

// settle waits until what is drawn stays as it is.
func settle(b *browser.Tab) {
	b.Eval(`document.fonts.ready.then(() => new Promise((done) => {
		const shape = () => [...document.querySelectorAll(".room mark.hit, .paper-mark, .sheet-paper, .room-body")].map((e) => JSON.stringify(e.getBoundingClientRect()) + e.scrollTop).join();
		let before = "", same = 0;
		const look = () => { const now = shape(); same = now == before ? same + 1 : 0; before = now; same > 12 ? done() : setTimeout(look, 25); };
		look();
	}))`)
}

// colours takes a picture and says what is wrong with where the colour of the mark is: it must be behind all of in, and
// behind nothing of out.
func (p *highlights) colours(in, out []rect) (wrong string) {
	p.t.Helper()
	shot, err := png.Decode(bytes.NewReader(p.tab.Shot()))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, r := range in {
		if share := marked(shot, r); share < 0.95 {
			return fmt.Sprintf("the mark is behind %.0f %% of a word at %.0f, %.0f", 100*share, r.X0, r.Y0)
		}
	}
	for _, r := range out {
		if share := marked(shot, r); share > 0.03 {
			return fmt.Sprintf("the mark is behind %.0f %% of another word at %.0f, %.0f", 100*share, r.X0, r.Y0)
		}
	}
	return ""
}

// marked is the share of a rectangle's ground that has the colour of the mark. Letters, which are dark, are not of the ground.
func marked(shot image.Image, r rect) float64 {
	ground, mark := 0, 0
	for y := int(r.Y0); y <= int(r.Y1); y++ {
		for x := int(r.X0); x <= int(r.X1); x++ {
			red, green, blue, _ := shot.At(x, y).RGBA()
			if max(red, green, blue)>>8 < 150 {
				continue
			}
			ground++
			if int(red>>8)-int(blue>>8) > 40 {
				mark++
			}
		}
	}
	if ground == 0 {
		return 0
	}
	return float64(mark) / float64(ground)
}
