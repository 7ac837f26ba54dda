package assistant

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
	"weak"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// noise is a picture that no format makes small, with nothing but one of red, green and blue.
func noise(side, channel int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, side, side))
	source := rand.New(rand.NewPCG(1, uint64(channel)))
	for i := range m.Pix {
		switch i % 4 {
		case channel:
			m.Pix[i] = byte(source.Uint32())
		case 3:
			m.Pix[i] = 255
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, m); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// channelOf is the only one of red, green and blue that pictures have; -1 if they have more.
func channelOf(t *testing.T, images []chat.Image) int {
	t.Helper()
	var sums [3]uint64
	for _, one := range images {
		m, err := png.Decode(bytes.NewReader(one.Data))
		if err != nil {
			t.Fatal(err)
		}
		for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y += 7 {
			for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x += 7 {
				r, g, b, _ := m.At(x, y).RGBA()
				sums[0], sums[1], sums[2] = sums[0]+uint64(r), sums[1]+uint64(g), sums[2]+uint64(b)
			}
		}
	}
	found := -1
	for c, sum := range sums {
		switch {
		case sum == 0:
		case found >= 0:
			return -1
		default:
			found = c
		}
	}
	return found
}

// meeting has requests with pictures wait for each other.
type meeting struct {
	mu    sync.Mutex
	open  bool
	met   chan chat.Request
	leave chan struct{}
}

func (m *meeting) wait(ctx context.Context, req chat.Request) {
	m.mu.Lock()
	open := m.open
	m.mu.Unlock()
	if !open || !req.ShowsImages() {
		return
	}
	m.met <- req
	select {
	case <-m.leave:
	case <-ctx.Done():
	}
}

// buffers are the pictures that were drawn, held by nobody on their account.
type buffers struct {
	mu  sync.Mutex
	all []weak.Pointer[byte]
}

func (b *buffers) add(png []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, weak.Make(&png[0]))
}

// held are those that somebody holds still.
func (b *buffers) held() map[*byte]bool {
	runtime.GC()
	b.mu.Lock()
	defer b.mu.Unlock()
	held := map[*byte]bool{}
	for _, w := range b.all {
		if p := w.Value(); p != nil {
			held[p] = true
		}
	}
	return held
}

// Two persons ask on about their pictures at the same moment: each model sees the pictures of who asks, and no others, and what is held
// in memory is what is shown, once for each, however many came before.
func TestTwoAskAboutPicturesAtTheSameMoment(t *testing.T) {
	const side, window = 400, 2700 // four pictures have room
	m := &meeting{met: make(chan chat.Request, 2), leave: make(chan struct{})}
	models := &fakeModels{window: window, level: Assist, eyes: true, hidden: true, reply: says("네."), before: m.wait}
	g := newGallery(t, models)
	g.says = []document.Block{}
	whose := []chat.Principal{g.person("가"), g.person("나")}
	asks := make([]Ask, len(whose))
	own := make([][]string, len(whose)) // versions
	for i, who := range whose {
		asks[i] = Ask{Mode: "chat", Scope: ScopeNone}
		var all []store.Version
		for n := range 5 { // more than are shown
			all = append(all, g.putAs(who, store.DocumentSpec{Name: fmt.Sprintf("%d번.png", n)}, noise(side, i)))
			own[i] = append(own[i], all[n].ID)
		}
		for _, some := range [][]store.Version{all[:3], all[3:]} {
			asks[i].Text, asks[i].Attachments = "무엇이 보이나요?", comesWith(some...)
			asks[i].Conversation = g.lookAs(who, asks[i]).answer.Conversation
		}
		asks[i].Text, asks[i].Attachments = below, nil
	}
	m.mu.Lock()
	m.open = true
	m.mu.Unlock()
	drawn := &buffers{}
	g.drew = drawn.add
	ended := make([]looked, len(whose))
	var all sync.WaitGroup
	for i, who := range whose {
		all.Go(func() { ended[i] = g.lookAs(who, asks[i]) })
	}
	shown := map[*byte]bool{}
	for range whose {
		select {
		case req := <-m.met:
			images := req.Messages[len(req.Messages)-1].Images
			i := slices.IndexFunc(whose, func(who chat.Principal) bool { return who.ID == req.Principal.ID })
			if i < 0 || channelOf(t, images) != i {
				t.Errorf("%s is shown the pictures of channel %d", req.Principal.ID, channelOf(t, images))
			}
			pixels := 0
			for _, one := range images {
				pixels += one.Width * one.Height
				shown[&one.Data[0]] = true
			}
			if pixels < side*side || pixels > window/seenShare*pixelsEach {
				t.Errorf("%d pixels in %d pictures", pixels, len(images))
			}
		case <-time.After(time.Minute):
			t.Fatal("they were not answered at the same moment")
		}
	}
	if held := drawn.held(); len(shown) != 8 || !maps.Equal(held, shown) {
		t.Errorf("%d pictures are held where %d are shown", len(held), len(shown))
	}
	close(m.leave)
	all.Wait()
	for i, r := range ended {
		if len(r.sights) != 1 || r.sights[0].Version != own[i][3] || !slices.Equal(r.sights[0].Others, []string{own[i][4], own[i][0], own[i][1]}) {
			t.Errorf("sights %+v, want of the fourth, the fifth, and the first two of %q", r.sights, own[i])
		}
		if kept, left := r.items("picture"); len(kept) != 4 || len(left) != 1 || left[0].Label != "2번.png, 1쪽" {
			t.Errorf("shown %+v, not %+v", kept, left)
		}
	}
}
