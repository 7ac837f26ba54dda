package main

import (
	"fmt"
	"testing"
)

// TestCiting finds which sentences name which sources.
func TestCiting(t *testing.T) {
	for _, c := range []struct {
		reply reply
		want  string
	}{
		{reply{text: "연차는 15일입니다. [1] 병가는 60일입니다 [2][3]. 끝"}, "[{연차는 15일입니다.  [1]} {병가는 60일입니다  [2 3]}]"},
		{reply{text: "둘 다 [1, 12]"}, "[{둘 다  [1 12]}]"},
		{reply{text: "없다 [가] [] [1"}, "[]"},
		{reply{text: "하나 [1] 둘 [2]", struck: [][2]int{{0, 10}}}, "[{둘  [2]}]"},
	} {
		if got := fmt.Sprint(citing(c.reply)); got != c.want {
			t.Errorf("%q: %s, want %s", c.reply.text, got, c.want)
		}
	}
}

// TestCountJudgesCitations holds sentences to the sources that they name.
func TestCountJudgesCitations(t *testing.T) {
	q := inquiry{Gold: "15일"}
	for _, c := range []struct {
		text                string
		cited, wrong, right int
	}{
		{"연차 휴가는 15일로 한다. [1]", 1, 0, 1},
		{"연차 휴가는 16일로 한다. [1]", 1, 1, 0},
		{"연차 휴가는 15일로 한다. [7]", 1, 1, 0},
		{"고양이가 좋다. [1]", 1, 0, 0},
		{"연차 휴가는 15일로 한다.", 0, 0, 0},
	} {
		var one tally
		one.count(q, reply{sources: []string{"제5조 연차 휴가는 15일로 한다."}, text: c.text})
		if one.cited != c.cited || one.wrong != c.wrong || one.right != c.right || one.inSight != 1 {
			t.Errorf("%q: %+v", c.text, one)
		}
	}
}
