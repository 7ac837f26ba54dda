package main

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// spoil makes the last number of a model's last tensor NaN, as a training run that went wrong leaves it: spoil DIR.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: spoil DIR")
	}
	path := filepath.Join(ts.MkAbs(args[0]), "model.safetensors")
	data, err := os.ReadFile(path)
	ts.Check(err)
	binary.LittleEndian.PutUint32(data[len(data)-4:], math.Float32bits(float32(math.NaN())))
	ts.Check(os.WriteFile(path, data, 0o644))
}

// cut takes the last third off a file: cut FILE.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: cut FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), info.Size()*2/3))
}

// flip changes a bit of the byte that is a hundred before the end of a file: flip FILE.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: flip FILE")
	}
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	data[len(data)-100] ^= 4
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o644))
}

// empty fails unless a folder has nothing in it, hidden files included: empty DIR.
func empty(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: empty DIR")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, e := range entries {
		ts.Fatalf("%s holds %s, want nothing", args[0], e.Name())
	}
}
