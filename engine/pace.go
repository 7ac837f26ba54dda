package engine

import "time"

// pace sizes the prompt pieces of a step by how fast the model runs, so that nobody waits long for a step to
// end: neither the streams that are running nor a person who presses Stop. The sizes change no bit of any
// answer.
type pace struct {
	perToken time.Duration // of large steps, smoothed
	fixed    int           // budget that overrides all measuring, if not 0
}

const (
	stepTime       = 400 * time.Millisecond // alone
	stepTimeShared = 150 * time.Millisecond // while others stream
	leastBudget    = 16
	mostBudget     = 512
)

// newPace guesses the speed of a model from the bytes of its weights until the first steps are measured.
func newPace(weights int64, fixed int) pace {
	return pace{fixed: fixed, perToken: time.Duration(float64(weights) / 90e9 * float64(time.Second))}
}

func (p *pace) budget(shared bool) int {
	if p.fixed > 0 {
		return p.fixed
	}
	limit := stepTime
	if shared {
		limit = stepTimeShared
	}
	return min(max(int(limit/max(p.perToken, 1)), leastBudget), mostBudget)
}

func (p *pace) ran(tokens int, took time.Duration) {
	if tokens < leastBudget {
		return
	}
	per := took / time.Duration(tokens)
	p.perToken = (3*p.perToken + per) / 4
}
