package assistant

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"exaone/chat"
)

// Ability is what a probe found out about a model.
type Ability struct {
	Level Level
	Tried []Tried // in the order in which they ended
}

// Tried is one thing that a model was asked, and how it went. It is kept as JSON.
type Tried struct {
	Skill Skill  `json:"skill"`
	Item  string `json:"item"`
	Said  string `json:"said"`
	Right bool   `json:"right"`
}

// Skill is something that modes rest on.
type Skill string

// The skills. The first four are what an assistant cannot do without.
const (
	SkillFollow    Skill = "follow"    // do what one sentence says
	SkillChoose    Skill = "choose"    // pick the category that fits, held to the categories
	SkillFill      Skill = "fill"      // put the right values into a form, held to the form
	SkillSummarise Skill = "summarise" // say in one sentence what matters
	SkillCopy      Skill = "copy"      // find a value and copy it
	SkillReckon    Skill = "reckon"    // short sums and dates
	SkillKnow      Skill = "know"      // answer in the language of the question, of its own knowledge
)

// skills are all there are, in the order in which a round asks for them.
var skills = []Skill{SkillFollow, SkillChoose, SkillFill, SkillSummarise, SkillCopy, SkillReckon, SkillKnow}

// item is one thing that a model is asked.
type item struct {
	name    string
	skill   Skill
	ask     string
	grammar chat.Grammar
	right   func(said string) bool
}

// What a level takes, as shares of the items that went right. Of what assist takes, SmolLM2 135M Instruct gets 4 of 22 (3 of
// choose, 1 of fill) and Gemma 3 270M 5 of 22 (4 and 1), and of all forty 7 and 10: they repeat the question or say
// something else. Guessing gets a third of choose and nothing of the rest. One slip in three is what a person who reads the
// answer puts up with; for answers of its own knowledge, which few check, one in four.
const (
	assistShare = 0.70 // of follow, choose, fill and summarise together
	assistLeast = 0.50 // of each of them
	fullShare   = 0.75 // of all seven together
	fullLeast   = 0.50 // of each of them
)

// judge says what level the items speak for.
func judge(tried []Tried) Level {
	right, all := map[Skill]float64{}, map[Skill]float64{}
	for _, one := range tried {
		all[one.Skill]++
		if one.Right {
			right[one.Skill]++
		}
	}
	passes := func(of []Skill, share, least float64) bool {
		r, n := 0.0, 0.0
		for _, s := range of {
			if all[s] == 0 || right[s] < least*all[s] {
				return false
			}
			r, n = r+right[s], n+all[s]
		}
		return r >= share*n
	}
	switch {
	case !passes(skills[:4], assistShare, assistLeast):
		return Extract
	case !passes(skills, fullShare, fullLeast):
		return Assist
	}
	return Full
}

// ProbeOptions are what a probe needs. Model is required.
type ProbeOptions struct {
	Model chat.Model
	Name  string // of the model

	// Busy reports whether somebody waits for an answer: nothing new is asked of the model then. nil is never.
	Busy func() bool

	Most time.Duration // how long it asks at most, waiting for others not counted; 0 is a minute
	Now  func() time.Time
}

// probeShare is in whose turn a probe asks where many wait.
const probeShare = "probe"

// atOnce is how many items are asked at once: a model on a CPU reads its weights once for all of them.
const atOnce = 4

// idleWait is how often a probe that waits for others looks whether they are done.
const idleWait = 200 * time.Millisecond

// Probe finds out what a model can do, by what it answers to about forty small things in Korean and English. It takes a
// minute at most; a model so slow that it has not done one thing of every skill by then is asked until it has. What it has
// answered decides. The error is that of the model, or of ctx.
func Probe(ctx context.Context, o ProbeOptions) (Ability, error) {
	if o.Most <= 0 {
		o.Most = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Busy == nil {
		o.Busy = func() bool { return false }
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := &probing{ProbeOptions: o, left: inRounds(items)}
	var workers sync.WaitGroup
	for range atOnce {
		workers.Go(func() {
			if err := p.work(ctx); err != nil {
				cancel(err)
			}
		})
	}
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		return Ability{}, err
	}
	return Ability{Level: judge(p.tried), Tried: p.tried}, nil
}

// probing is a probe that is going on.
type probing struct {
	ProbeOptions

	mu    sync.Mutex
	left  []item // those of the first round come first
	given int
	spent time.Duration // by all workers together
	tried []Tried
}

// work asks one item after another.
func (p *probing) work(ctx context.Context) error {
	for {
		for p.Busy() {
			select {
			case <-time.After(idleWait):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		it, ok := p.next()
		if !ok {
			return nil
		}
		began := p.Now()
		said, err := p.ask(ctx, it)
		if told, ok := errors.AsType[*chat.Error](err); ok && told.Code.HTTPStatus() == http.StatusBadRequest {
			said, err = told.Error(), nil // its window is too small for this, or its words are: that is an answer, too
		}
		if err != nil {
			return fmt.Errorf("%s: %w", it.name, err)
		}
		p.mu.Lock()
		p.spent += p.Now().Sub(began)
		p.tried = append(p.tried, Tried{Skill: it.skill, Item: it.name, Said: said, Right: it.right(strings.TrimSpace(said))})
		p.mu.Unlock()
	}
}

// next is the next item, unless time is up and each skill has had one.
func (p *probing) next() (item, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.given == len(p.left) || p.given >= len(skills) && p.spent >= atOnce*p.Most {
		return item{}, false
	}
	p.given++
	return p.left[p.given-1], true
}

// mostSaid is how much a model may say to an item, in tokens: enough for one sentence in any vocabulary.
const mostSaid = 96

func (p *probing) ask(ctx context.Context, it item) (string, error) {
	silent := false // a model that thinks aloud would take a minute for one item
	req := chat.Request{Model: p.Name, Messages: []chat.Message{{Role: chat.User, Text: it.ask}}, Grammar: it.grammar,
		MaxTokens: mostSaid, Thinking: &silent, Principal: chat.Principal{ID: "system"}, Scope: probeShare, Share: probeShare}
	said, _, err := chat.Collect(p.Model.Chat(ctx, req))
	return said.Text, err
}

// inRounds orders items so that however far a probe comes, it has asked about as much of each skill.
func inRounds(all []item) []item {
	by := map[Skill][]item{}
	for _, it := range all {
		by[it.skill] = append(by[it.skill], it)
	}
	var out []item
	for round := 0; len(out) < len(all); round++ {
		for _, s := range skills {
			if round < len(by[s]) {
				out = append(out, by[s][round])
			}
		}
	}
	return out
}

// ProbeDigest stands for what a probe asks and how it judges: with other items, or another model, an ability that is kept
// says nothing.
func ProbeDigest(model string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%v %v %v %v %d\n", model, assistShare, assistLeast, fullShare, fullLeast, mostSaid)
	for _, it := range items {
		fmt.Fprintf(h, "%q %q %q %q\n", it.name, it.skill, it.ask, it.grammar)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
