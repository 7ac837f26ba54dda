package assistant

import (
	"testing"

	"exaone/document"
)

// A part of a PDF is never coarser than the page that it is on, and small parts are enlarged as far as they go.
func TestAPartIsDrawnNoCoarserThanItsPage(t *testing.T) {
	const plenty = 1e9 // pixels
	for _, one := range []struct {
		wide, high  float64
		picture     bool
		least, most int // pixels of the width, 0 the natural ones
	}{
		{400, 255, true, 768, 768},
		{100, 20, true, 400, 400}, // four times
		{900, 300, true, 0, 0},
		{400, 255, false, 0, 0}, // 1,111 pixels as it is
		{500, 700, false, 0, 0},
		{200, 100, false, 768, 768}, // 556 pixels as it is
		{20, 10, false, 222, 223},   // 56 as it is
	} {
		v := Box{Page: 1, Rect: &document.Rect{X0: 10, Y0: 10, X1: 10 + one.wide, Y1: 10 + one.high}}.view(one.picture, plenty)
		if v.Width < one.least || v.Width > one.most || v.Most != mostSeen {
			t.Errorf("%+v: %d pixels wide, at most %d", one, v.Width, v.Most)
		}
	}
}
