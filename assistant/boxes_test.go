package assistant

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"reflect"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
	"exaone/store"
)

// gallery is a workspace whose pictures say what the test says they do.
type gallery struct {
	*office
	seen    []document.Image // that was recognised
	says    []document.Block // of what is recognised
	undrawn string           // the name of a file that cannot be drawn
	drew    func(png []byte) // is told of each picture or piece of one, by whoever draws it; nil is nobody
}

func (g *gallery) recognise(_ context.Context, i document.Image) ([]document.Block, error) {
	g.seen = append(g.seen, i)
	blocks := slices.Clone(g.says)
	document.Walk(blocks, func(b *document.Block) bool {
		b.Page = i.Page
		return true
	})
	return blocks, nil
}

func (g *gallery) Read(ctx context.Context, path, name, password string, o document.Options) (*document.Document, error) {
	o.Recognise = g.recognise
	return document.ReadFile(ctx, path, name, password, o)
}

func (g *gallery) draw(ctx context.Context, path, name string, v document.View) (document.Drawing, error) {
	if name == g.undrawn {
		return document.Drawing{}, chat.NewError(chat.CodeDocumentMemory, nil, name, 1)
	}
	d, err := document.DrawFile(ctx, path, name, v, document.Options{Recognise: g.recognise})
	if err == nil && g.drew != nil {
		for _, piece := range d.All() {
			g.drew(piece.PNG)
		}
	}
	return d, err
}

func newGallery(t *testing.T, models *fakeModels) *gallery {
	t.Helper()
	g := &gallery{says: written()}
	g.office = openOffice(t, models, intake.Options{Reader: g, Draw: g.draw, Recognise: true})
	return g
}

// lineAt is a line of characters of ten pixels.
func lineAt(text string, x, y float64) []document.Line {
	n := len([]rune(text))
	steps := slices.Repeat([]uint16{1000}, n)
	return []document.Line{{End: len(text), Page: 1, Rect: document.Rect{X0: x, Y0: y, X1: x + 10*float64(n), Y1: y + 10}, Confidence: 0.9, Steps: steps}}
}

// written is what is written in the picture of these tests: two rules and a table, on 400 by 300 pixels.
func written() []document.Block {
	rule := func(text string, y float64) document.Block {
		lines := lineAt(text, 10, y)
		rect := lines[0].Rect
		return document.Block{Kind: document.Paragraph, Text: text, Lines: lines, Place: document.Place{Page: 1, Rect: &rect}}
	}
	grid := &document.Grid{Rows: 3, Cols: 3}
	for i, word := range strings.Fields("구분 2023년 2024년 매출 1,200 1,500 이익 120 -35") {
		r, c := i/3, i%3
		grid.Cells = append(grid.Cells, document.Cell{Row: r, Col: c, Text: word, Lines: lineAt(word, 10+100*float64(c), 100+20*float64(r))})
	}
	return []document.Block{rule("출장비는 하루 5만원이다.", 20), rule("숙박비는 하루 7만원까지 준다.", 40),
		{Kind: document.Table, Place: document.Place{Page: 1, Rect: &document.Rect{X0: 5, Y0: 95, X1: 305, Y1: 160}}, Grid: grid}}
}

// painting is the picture: white, with a red square from 320, 200 to 380, 260.
func painting() string {
	m := image.NewRGBA(image.Rect(0, 0, 400, 300))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(320, 200, 380, 260), image.NewUniform(color.RGBA{200, 0, 0, 255}), image.Point{}, draw.Src)
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		panic(err)
	}
	return out.String()
}

// picture brings the painting.
func (g *gallery) picture(spec store.DocumentSpec) store.Version {
	g.t.Helper()
	spec.Mime = cmp.Or(spec.Mime, "image/png")
	return g.bring(spec, painting())
}

// boxesOn are attachments: boxes on the first page of a version.
func boxesOn(v store.Version, boxes ...[4]float64) json.RawMessage {
	var all []map[string]any
	for _, b := range boxes {
		all = append(all, map[string]any{"document": v.Document, "version": v.ID, "page": 1, "box": b})
	}
	data, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return data
}

var (
	rules   = [4]float64{0, 15, 400, 55}
	figures = [4]float64{0, 90, 310, 165}
	red     = [4]float64{310, 190, 390, 270}
)

// looked is what an answer about a picture has beside others.
type looked struct {
	reply
	sights []chat.Sight
	tables []chat.Table
}

func (g *gallery) look(ask Ask) looked {
	g.t.Helper()
	r := looked{reply: g.ask(ask)}
	for _, ev := range r.Others {
		switch ev := ev.(type) {
		case chat.Sight:
			r.sights = append(r.sights, ev)
		case chat.Table:
			r.tables = append(r.tables, ev)
		}
	}
	return r
}

func firstWithImages(models *fakeModels) chat.Request {
	all := models.requests()
	return all[slices.IndexFunc(all, chat.Request.ShowsImages)]
}

func TestABoxIsAnsweredFromItsWords(t *testing.T) {
	g := newGallery(t, nil)
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	g.bring(store.DocumentSpec{Name: "다른 규정.txt"}, "출장비는 하루 9만원이다.")
	for _, one := range []struct {
		box            [4]float64
		question, want string
	}{
		{rules, "출장비는 하루에 얼마인가요?", "출장비는 하루 5만원이다. [1]"},
		{rules, "숙박비는 얼마까지 주나요?", "숙박비는 하루 7만원까지 준다. [1]"},
		{rules, "이게 뭐야?", "출장비는 하루 5만원이다.  \n숙박비는 하루 7만원까지 준다. [1]"},
		{[4]float64{0, 15, 400, 35}, "여기 뭐라고 써 있어?", "출장비는 하루 5만원이다. [1]"},
		{[4]float64{0, 15, 400, 35}, "우주선의 속도는?", "출장비는 하루 5만원이다. [1]"}, // nothing answers it: somebody has pointed at so much
		{figures, "매출은 얼마인가요?", "매출 1,200 1,500 [1]"},
	} {
		r := g.look(Ask{Text: one.question, Mode: Auto, Attachments: boxesOn(v, one.box), Scope: ScopeNone})
		if r.Text != one.want || len(r.passages.Items) != 1 || r.passages.Items[0].Source != chat.SourceVersion+v.ID || r.passages.Nearest {
			t.Errorf("%s: %q of %+v, want %q", one.question, r.Text, r.passages.Items, one.want)
			continue
		}
		if len(r.claims) != 1 || len(r.claims[0].Cites) != 1 || len(r.claims[0].Missing) > 0 || !slices.Contains(r.claims[0].Checked, chat.CheckNumbers) {
			t.Errorf("%s: claims %+v", one.question, r.claims)
		}
		want := chat.Sight{By: chat.SightWords, Version: v.ID, Page: 1, Box: one.box[:]}
		if len(r.sights) != 1 || !reflect.DeepEqual(r.sights[0], want) {
			t.Errorf("%s: sight %+v, want %+v", one.question, r.sights, want)
		}
		if at, first := slices.Index(r.order, "sight"), slices.Index(r.order, "claim"); at < 0 || first < at || slices.Index(r.order, "passages") > at {
			t.Errorf("%s: order %v", one.question, r.order)
		}
	}
}

func TestTheTableOfABoxIsATable(t *testing.T) {
	g := newGallery(t, nil)
	v := g.picture(store.DocumentSpec{Name: "실적.png"})
	for _, ask := range []Ask{{Text: chat.Text(chat.Korean, chat.CodeBoxAsk), Mode: Extractives}, {Text: "엑셀로 뽑아 줘", Mode: Auto}, {Text: "무엇이든", Mode: "table"}, {Text: "Make a table of this", Mode: "chat"}} {
		ask.Attachments = boxesOn(v, figures)
		r := g.look(ask)
		want := chat.Table{Title: "실적.png", Columns: []string{"구분", "2023년", "2024년"}, Rows: [][]string{{"매출", "1,200", "1,500"}, {"이익", "120", "-35"}}}
		if len(r.tables) != 1 || !reflect.DeepEqual(r.tables[0], want) {
			t.Errorf("%s: %+v, want %+v", ask.Text, r.tables, want)
			continue
		}
		if len(r.claims) != 1 || len(r.claims[0].Cites) != 1 || len(r.claims[0].Cites[0].Spans) != 9 || r.claims[0].Loose || len(r.verdict.Failed) > 0 {
			t.Errorf("%s: claims %+v, verdict %+v: want one that cites nine cells", ask.Text, r.claims, r.verdict)
		}
	}
	r := g.look(Ask{Text: "이 부분을 표로 옮겨 주세요", Attachments: boxesOn(v, rules)})
	if len(r.tables) != 0 || !strings.HasPrefix(r.Text, chat.Text(chat.Korean, chat.CodeBoxNoTable)) || !strings.Contains(r.Text, "5만원") || len(r.claims) != 1 {
		t.Errorf("no table in it: %q, %+v", r.Text, r.claims)
	}
}

func TestBoxesThatAreWrongAreRefused(t *testing.T) {
	g := newGallery(t, nil)
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	other := g.picture(store.DocumentSpec{Name: "다른.png"})
	text := g.bring(store.DocumentSpec{Name: "글.txt"}, "출장비는 하루 5만원이다.")
	foreign := chat.Principal{ID: "bob"}
	five := [][4]float64{rules, rules, rules, rules, rules}
	part := func(version, page, box string) string {
		return fmt.Sprintf(`[{"document":%q,"version":%s,"page":%s,"box":%s}]`, v.Document, version, page, box)
	}
	mine := fmt.Sprintf("%q", v.ID)
	for want, all := range map[chat.Code][]string{
		chat.CodeBoxForm: {part(mine, "1", "[10,10,10,20]"), part(mine, "1", "[10,20,20,10]"), part(mine, "1", "[-1,0,5,5]"), part(mine, "1", "[0,0,1e999,5]"),
			part(mine, "1", "[0,0,5]"), part(mine, "1", "[]"), part(mine, "1", "[0,0,5,5,5]"), part(mine, "1", `"all"`), part(mine, "1", `["a",0,1,1]`), part(mine, "0", "[0,0,5,5]"),
			part(mine, "-3", "[0,0,5,5]"), part(mine, "1.5", "[0,0,5,5]"), part(mine, "1", "null"), part(mine, "0", "[]"), `[{"page":1,"box":[0,0,5,5]}]`, `[{"document":7,"page":1,"box":[0,0,5,5]}]`},
		chat.CodeBoxTooMany:  {string(boxesOn(v, five...))},
		chat.CodeBoxNoPage:   {part(mine, "2", "[0,0,5,5]"), part(mine, "2147483647", "[0,0,5,5]")},
		chat.CodeBoxOutside:  {part(mine, "1", "[0,0,500,5]"), part(mine, "1", "[0,0,5,303]"), part(mine, "1", "[400,0,401,5]"), part(mine, "1", "[0,0,1e308,1e308]")},
		chat.CodeBoxNoPlaces: {string(boxesOn(text, rules))},
		chat.CodeNoDocument:  {part(fmt.Sprintf("%q", other.ID), "1", "[0,0,5,5]"), part(`"none"`, "1", "[0,0,5,5]"), `[{"document":"none","page":1,"box":[0,0,5,5]}]`},
	} {
		for _, attachments := range all {
			_, _, err := g.Start(t.Context(), ann, Ask{Text: "이게 뭐야?", Attachments: json.RawMessage(attachments)})
			if !hasCode(err, want) {
				t.Errorf("%s: %v, want %s", attachments, err, want)
			}
			if _, err := g.Preview(t.Context(), ann, Ask{Text: "이게 뭐야?", Attachments: json.RawMessage(attachments)}); !hasCode(err, want) {
				t.Errorf("preview of %s: %v, want %s", attachments, err, want)
			}
		}
	}
	// What somebody may not read is not there.
	if _, _, err := g.Start(t.Context(), foreign, Ask{Text: "이게 뭐야?", Attachments: boxesOn(v, rules)}); err == nil {
		t.Error("somebody else is answered")
	}
}

// proseOf is the text of what a model was asked last.
func proseOf(req chat.Request) string {
	var all []string
	for _, m := range req.Messages {
		all = append(all, m.Text)
	}
	return strings.Join(all, "\n")
}

func TestAModelWithoutEyesGetsTheWordsOfABox(t *testing.T) {
	models := &fakeModels{window: 20_000, level: Assist, reply: func(chat.Request) string {
		return "출장비는 하루 5만원입니다 [1]. 숙박비는 9만원입니다 [1]."
	}}
	g := newGallery(t, models)
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	r := g.look(Ask{Text: "출장비를 설명해 주세요", Mode: Documents, Attachments: boxesOn(v, rules)})
	req := models.requests()[0]
	if prose := proseOf(req); req.ShowsImages() || !strings.Contains(prose, "숙박비는 하루 7만원") || strings.Contains(prose, "1,200") {
		t.Errorf("asked with %q, pictures %v", prose, req.ShowsImages())
	}
	if len(r.sights) != 1 || r.sights[0].By != chat.SightWords {
		t.Errorf("sight %+v", r.sights)
	}
	if len(r.claims) != 2 || len(r.claims[0].Missing) != 0 || len(r.claims[1].Missing) != 1 || r.claims[0].Seen || r.claims[1].Seen {
		t.Errorf("claims %+v", r.claims)
	}
}

func TestAModelWithEyesSeesTheBox(t *testing.T) {
	models := &fakeModels{window: 8192, level: Assist, eyes: true, reply: func(chat.Request) string {
		return "출장비는 하루 5만원입니다 [1]. 빨간 네모가 12개 있습니다."
	}}
	g := newGallery(t, models)
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	r := g.look(Ask{Text: "출장비를 설명해 주세요", Mode: Auto, Attachments: boxesOn(v, [4]float64{0, 15, 400, 270})})
	req := models.requests()[0]
	images := req.Messages[len(req.Messages)-1].Images
	if len(images) != 1 || images[0].Type != "image/png" || !strings.Contains(proseOf(req), "숙박비는 하루 7만원") {
		t.Fatalf("asked with %d pictures and %q", len(images), proseOf(req))
	}
	m, err := png.Decode(bytes.NewReader(images[0].Data))
	if err != nil || m.Bounds().Dx() != images[0].Width || m.Bounds().Dx() != 768 {
		t.Fatalf("a picture of %v, %v, want one that is 768 wide", m.Bounds(), err)
	}
	scale := 768.0 / 400
	if c := color.RGBAModel.Convert(m.At(int(350*scale), int((230-15)*scale))).(color.RGBA); c.R < 180 || c.G > 20 {
		t.Errorf("the red square is %v", c)
	}
	want := chat.Sight{By: chat.SightBoth, Version: v.ID, Page: 1, Box: []float64{0, 15, 400, 270}}
	if len(r.sights) != 1 || !reflect.DeepEqual(r.sights[0], want) {
		t.Errorf("sight %+v, want %+v", r.sights, want)
	}
	if len(r.claims) != 2 || r.claims[0].Seen || len(r.claims[0].Cites) != 1 || !r.claims[1].Seen || len(r.claims[1].Missing)+len(r.claims[1].Cites)+len(r.claims[1].Checked) != 0 {
		t.Errorf("claims %+v", r.claims)
	}
	if len(r.verdict.Failed) != 0 || len(r.verdict.Checked) != 3 {
		t.Errorf("verdict %+v: what was only seen is not checked, and nothing else failed", r.verdict)
	}
	told := slices.ContainsFunc(r.Others, func(ev chat.Event) bool {
		l, ok := ev.(chat.Ledger)
		return ok && slices.ContainsFunc(l.Items, func(i chat.LedgerItem) bool { return i.Kind == "picture" && i.Tokens > 0 })
	})
	if !told {
		t.Errorf("no picture in the ledger: %+v", r.Others)
	}
}

func TestAnyModelTakesTheTableFromTheProgram(t *testing.T) {
	models := &fakeModels{window: 8192, level: Full, eyes: true, reply: func(chat.Request) string { return "모릅니다." }}
	g := newGallery(t, models)
	v := g.picture(store.DocumentSpec{Name: "실적.png"})
	r := g.look(Ask{Text: "표로 만들어 줘", Mode: Documents, Attachments: boxesOn(v, figures)})
	if len(r.tables) != 1 || len(r.sights) != 1 || r.sights[0].By != chat.SightWords {
		t.Errorf("tables %+v, sights %+v", r.tables, r.sights)
	}
}

func TestABoxWithoutWords(t *testing.T) {
	g := newGallery(t, nil)
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	g.says = nil
	r := g.look(Ask{Text: "이건 무슨 색이야?", Attachments: boxesOn(v, red)})
	if want := chat.Text(chat.Korean, chat.CodeBoxNoWords); r.Text != want || len(r.claims) != 0 || len(r.sights) != 1 {
		t.Errorf("%q, claims %+v, sights %+v", r.Text, r.claims, r.sights)
	}
	if last := g.seen[len(g.seen)-1]; last.Width != 640 {
		t.Errorf("it was read anew from %d × %d pixels, want eight times as many as 80", last.Width, last.Height)
	}
	g.says = []document.Block{{Kind: document.Paragraph, Text: "작은 글씨 [1] 30%"}}
	r = g.look(Ask{Text: "뭐라고 쓰여 있어?", Attachments: boxesOn(v, red)})
	if !strings.HasPrefix(r.Text, chat.Text(chat.Korean, chat.CodeBoxReadAnew)) || !strings.Contains(r.Text, "작은 글씨 ［1］ 30%") || len(r.claims) != 0 || len(r.cited) != 0 {
		t.Errorf("%q, claims %+v, citations %+v", r.Text, r.claims, r.cited)
	}
}

func TestAModelWithEyesSeesWhatHasNoWords(t *testing.T) {
	models := &fakeModels{window: 8192, level: Assist, eyes: true, reply: func(chat.Request) string { return "빨간 네모입니다 [1]. 3개입니다." }}
	g := newGallery(t, models)
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	r := g.look(Ask{Text: "이건 무슨 색이야?", Mode: Documents, Attachments: boxesOn(v, red)})
	if len(r.sights) != 1 || r.sights[0].By != chat.SightModel || r.Text != "빨간 네모입니다. 3개입니다." {
		t.Errorf("%q, sights %+v", r.Text, r.sights)
	}
	if len(r.claims) != 2 || !r.claims[0].Seen || !r.claims[1].Seen || len(r.verdict.Checked)+len(r.verdict.Failed) != 0 {
		t.Errorf("claims %+v, verdict %+v", r.claims, r.verdict)
	}
	if req := models.requests()[0]; !req.Grammar.IsZero() || len(req.Messages[len(req.Messages)-1].Images) != 1 {
		t.Errorf("asked %+v", req)
	}
}

func TestAPictureThatComesWithAQuestionIsSeenWhole(t *testing.T) {
	models := &fakeModels{window: 8192, level: Assist, eyes: true, reply: func(chat.Request) string { return "빨간 네모가 있습니다." }}
	g := newGallery(t, models)
	g.says = nil
	v := g.picture(store.DocumentSpec{Name: "그림.png", Conversation: "draft:picture"})
	attachment, err := json.Marshal([]map[string]any{{"document": v.Document}})
	if err != nil {
		t.Fatal(err)
	}
	r := g.look(Ask{Text: "무엇이 보이나요?", Mode: Auto, Attachments: attachment})
	if len(r.sights) != 1 || r.sights[0].By != chat.SightModel || r.sights[0].Box != nil || r.sights[0].Version != v.ID {
		t.Fatalf("%q, sights %+v", r.Text, r.sights)
	}
	asked := firstWithImages(models).Messages
	if last := asked[len(asked)-1].Images; len(last) != 1 || last[0].Width != 400 || last[0].Height != 300 {
		t.Errorf("shown %d pictures", len(last))
	}
	if len(r.claims) != 1 || !r.claims[0].Seen {
		t.Errorf("claims %+v", r.claims)
	}
	// A model without eyes hears what there is to be read, and is shown nothing.
	models.blind()
	r = g.look(Ask{Text: "무엇이 보이나요?", Mode: Auto, Conversation: r.answer.Conversation, Attachments: attachment})
	for _, req := range models.requests() {
		if req.ShowsImages() {
			t.Error("a model without eyes is shown a picture")
		}
	}
	if len(r.sights) != 1 || r.sights[0].By != chat.SightNone {
		t.Errorf("sights %+v", r.sights)
	}
}

func TestADeletedPictureIsGoneFromItsAnswers(t *testing.T) {
	models := &fakeModels{window: 8192, level: Assist, eyes: true, reply: func(chat.Request) string { return "비밀 도장이 찍혀 있습니다." }}
	g := newGallery(t, models)
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	r := g.look(Ask{Text: "이건 뭐야?", Mode: Documents, Attachments: boxesOn(v, red)})
	if err := g.store.DeleteDocument(t.Context(), ann, v.Document); err != nil {
		t.Fatal(err)
	}
	answer, err := g.store.Message(t.Context(), ann, r.answer.ID)
	if err != nil || strings.Contains(answer.Text, "도장") {
		t.Errorf("%q, %v: the model's words about the picture are still there", answer.Text, err)
	}
	question, err := g.store.Message(t.Context(), ann, answer.Parent)
	if err != nil || strings.Contains(string(question.Attachments), "box") || !strings.Contains(string(question.Attachments), `"deleted":true`) {
		t.Errorf("attachments %s, %v", question.Attachments, err)
	}
	events, err := g.store.Events(t.Context(), ann, r.answer.ID, 0)
	for _, e := range events {
		if e.Kind == "sight" || bytes.Contains(e.Data, []byte("도장")) {
			t.Errorf("%s %s, %v is still there", e.Kind, e.Data, err)
		}
	}
}
