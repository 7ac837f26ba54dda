package bench

import (
	"context"
	"testing"
)

func TestReadLoopsReadEveryByte(t *testing.T) {
	l := loopsOf()
	b := make([]byte, 4096)
	for name, read := range map[string]func([]byte) uint64{"one": l.readOne, "four": l.readFour} {
		before := read(b)
		for i := 0; i < len(b); i += 8 {
			// Lanes are folded, so one word of each 32 bytes reaches the result: it stands for the load of all.
			if i%32 != 0 {
				continue
			}
			b[i] ^= 1
			if read(b) == before {
				t.Fatalf("%s stream: byte %d does not matter", name, i)
			}
			b[i] ^= 1
		}
	}
}

func TestLimitsAreMeasured(t *testing.T) {
	l, err := NewLimits(2, 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	read, err := l.Read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	peak, err := l.Multiply(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("read %.1f GB/s; %s %.0f GOPS, %.2f GHz, %.0f operations a cycle and core", read/1e9, l.Instruction(), peak.Ops/1e9, peak.Hertz/1e9, peak.Cycle)
	if read <= 0 || peak.Ops <= 0 || peak.Cycle < 0 {
		t.Errorf("read %g, peak %+v, want more than nothing", read, peak)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.Read(ctx); err == nil {
		t.Error("reading went on though nobody waits")
	}
}

func TestPeakIsVoidWhereCoresWereTaken(t *testing.T) {
	for _, c := range []struct {
		peak Peak
		want bool
	}{
		{Peak{Ops: 1, Hertz: 3e9, Cycle: 119}, true},
		{Peak{Ops: 1, Hertz: 3e9, Cycle: 127}, false},
		{Peak{Ops: 1}, false}, // a clock that is not known tells nothing
	} {
		if got := c.peak.Void(); got != c.want {
			t.Errorf("%+v: void %v, want %v", c.peak, got, c.want)
		}
	}
}
