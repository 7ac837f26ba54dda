package assistant

import (
	"context"
	"encoding/json"
	"iter"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
)

// rightAnswers are what somebody who can do it says to each item.
var rightAnswers = map[string]string{
	"상태": "‘확인했습니다.’", "lower case": "blue", "둘째": "포도", "last word": "Thursday.", "쉼표": "1, 2, 3, 4, 5", "backwards": "5,4,3,2,1",
	"감정": "불만", "department": "IT support", "부서": "인사팀", "sentiment": "positive", "주제": "요리", "language": "German",
	"명함": `{"name":"김민수","age":34,"city":"부산"}`, "order": `{"product":"Chairs","quantity":12,"colour":"green"}`,
	"회의": `{"place":"302호","hour":15,"people":8}`, "flight": `{"from":"Seoul","to":"New York","number":"KE081"}`,
	"재고": `{"item":"토너","left":2,"needed":true}`, "member": `{"name":"Maria","year":2019,"works_here":false}`,
	"공지":     "10월 4일 토요일 오전 9시부터 오후 1시까지 전기 점검으로 본관의 전기를 쓸 수 없습니다.",
	"merger": "Hanil Steel will buy Dongbu Marine's shipyard for 300 million dollars if the regulator approves.",
	"실적":     "3분기 매출은 유럽에서 배터리가 잘 팔려 12% 늘었지만 원자재 가격 탓에 이익은 비슷했다.",
	"policy": "From 1 March, employees may work from home two days a week unless they handle confidential paper documents.",
	"전화":     "02-3773-1114", "invoice": "INV-20931", "메일": "help.desk@example.co.kr", "amount": "$360", "마감": "5월 17일", "author": "Park Soyeon",
	"덧셈": "43", "change": "8", "날짜": "2", "weekday": "Monday", "비율": "10", "hours": "16",
	"수도": "대한민국의 수도는 서울입니다.", "boiling": "At 100 °C.", "한글": "세종대왕입니다.", "author of Hamlet": "William Shakespeare wrote it.",
	"높임말": "“진지 드셨어요?”입니다.", "largest planet": "Jupiter.",
}

func TestProbeItemsTakeWhatIsRightAndNothingElse(t *testing.T) {
	wrong := []string{"", "모르겠습니다.", "I do not know.", "네, 알겠습니다. 무엇을 도와드릴까요?", "0", "{}", `{"name":"","age":0,"city":""}`}
	for _, it := range items {
		answer, ok := rightAnswers[it.name]
		if !ok || !it.right(answer) {
			t.Errorf("%s: %q is not taken", it.name, answer)
		}
		if n := len(it.grammar.Choices); n > 0 && !slices.Contains(it.grammar.Choices, answer) {
			t.Errorf("%s: %q is none of its choices", it.name, answer)
		}
		if re := it.grammar.Regex; re != "" && !regexp.MustCompile("^(?:"+re+")$").MatchString(answer) {
			t.Errorf("%s: %q does not match %s", it.name, answer, re)
		}
		if s := it.grammar.Schema; s != "" && !json.Valid([]byte(s)) {
			t.Errorf("%s: %s", it.name, s)
		}
		for _, said := range append(wrong, it.ask, answer+" "+it.ask) {
			if it.right(strings.TrimSpace(said)) && it.skill != SkillKnow {
				t.Errorf("%s: %q is taken", it.name, said)
			}
		}
		for other, said := range rightAnswers {
			if other != it.name && said != answer && it.right(said) {
				t.Errorf("%s: %q is taken, the answer to %s", it.name, said, other)
			}
		}
	}
	if len(items) != len(rightAnswers) {
		t.Errorf("%d items, %d answers", len(items), len(rightAnswers))
	}
}

// knower answers items rightly if knows says so, after a while.
type knower struct {
	knows func(item) bool
	takes time.Duration
	asked atomic.Int32
	now   atomic.Int32
	most  atomic.Int32
}

func (k *knower) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		k.asked.Add(1)
		k.most.Store(max(k.most.Load(), k.now.Add(1)))
		defer k.now.Add(-1)
		select {
		case <-time.After(k.takes):
		case <-ctx.Done():
			yield(nil, ctx.Err())
			return
		}
		it := items[slices.IndexFunc(items, func(it item) bool { return it.ask == req.Messages[0].Text })]
		said := "모르겠습니다."
		if k.knows(it) {
			said = rightAnswers[it.name]
		}
		if yield(chat.Delta{Text: said}, nil) {
			yield(chat.Finish{Reason: chat.FinishStop}, nil)
		}
	}
}

func TestProbeJudges(t *testing.T) {
	only := func(known ...Skill) func(item) bool {
		return func(it item) bool { return slices.Contains(known, it.skill) }
	}
	for name, c := range map[string]struct {
		knows func(item) bool
		want  Level
	}{
		"everything":            {func(item) bool { return true }, Full},
		"nothing":               {func(item) bool { return false }, Extract},
		"copying alone":         {only(SkillCopy, SkillKnow, SkillReckon), Extract},
		"what an assistant can": {only(SkillFollow, SkillChoose, SkillFill, SkillSummarise), Assist},
		"all but one of those":  {only(SkillFollow, SkillChoose, SkillFill, SkillCopy, SkillReckon, SkillKnow), Extract},
		"all but reckoning":     {func(it item) bool { return it.skill != SkillReckon }, Assist},
		"Korean alone":          {func(it item) bool { return LanguageOf(it.name) == chat.Korean }, Extract},
	} {
		synctest.Test(t, func(t *testing.T) {
			k := &knower{knows: c.knows, takes: time.Second}
			got, err := Probe(t.Context(), ProbeOptions{Model: k, Name: "m"})
			if err != nil || got.Level != c.want || len(got.Tried) != len(items) {
				t.Errorf("%s: %s after %d items, %v, want %s", name, got.Level, len(got.Tried), err, c.want)
			}
			if k.most.Load() > atOnce {
				t.Errorf("%d at once", k.most.Load())
			}
		})
	}
}

func TestProbeEndsInTimeAndAsksOfEverySkill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &knower{knows: func(item) bool { return true }, takes: 15 * time.Second}
		began := time.Now()
		got, err := Probe(t.Context(), ProbeOptions{Model: k})
		if took := time.Since(began); err != nil || got.Level != Full || took > 75*time.Second || len(got.Tried) >= len(items) {
			t.Errorf("%s after %d items in %v, %v", got.Level, len(got.Tried), took, err)
		}
		k = &knower{knows: func(item) bool { return true }, takes: 10 * time.Minute}
		got, err = Probe(t.Context(), ProbeOptions{Model: k})
		if err != nil || got.Level != Full || len(got.Tried) < len(skills) || len(got.Tried) > len(skills)+atOnce {
			t.Errorf("a slow model: %s after %d items, %v", got.Level, len(got.Tried), err)
		}
	})
}

func TestProbeWaitsForPeopleAndEndsWithTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var busy atomic.Bool
		busy.Store(true)
		k := &knower{knows: func(item) bool { return true }, takes: time.Second}
		time.AfterFunc(time.Hour, func() {
			if k.asked.Load() > 0 {
				t.Errorf("%d items were asked while somebody waited", k.asked.Load())
			}
			busy.Store(false)
		})
		if got, err := Probe(t.Context(), ProbeOptions{Model: k, Busy: busy.Load}); err != nil || got.Level != Full || len(got.Tried) != len(items) {
			t.Errorf("%s after %d items, %v: waiting counts as time", got.Level, len(got.Tried), err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(2*time.Second, cancel)
		if _, err := Probe(ctx, ProbeOptions{Model: k}); err == nil {
			t.Error("it goes on though the program has ended")
		}
		if _, err := Probe(t.Context(), ProbeOptions{Model: &failing{}}); code(err) != chat.CodeBusy {
			t.Errorf("a model that fails: %v", err)
		}
	})
}

func TestProbeTakesWhatAModelCannotReadForWrong(t *testing.T) {
	got, err := Probe(t.Context(), ProbeOptions{Model: &failing{code: chat.CodeTooLong}})
	if err != nil || got.Level != Extract || len(got.Tried) != len(items) {
		t.Errorf("%s after %d items, %v", got.Level, len(got.Tried), err)
	}
}

func TestProbeDigestIsOfModelAndItems(t *testing.T) {
	was := ProbeDigest("a")
	if was == ProbeDigest("b") || was != ProbeDigest("a") {
		t.Error("the model does not count")
	}
	kept := items
	defer func() { items = kept }()
	items = append(slices.Clone(kept[1:]), kept[0])
	if was == ProbeDigest("a") {
		t.Error("the items do not count")
	}
}
