package prompt

import (
	"errors"
	"fmt"
	"time"
)

// limits bound one rendering, whatever the template does.
type limits struct {
	steps  int // evaluations, members visited, and stretches of scanStretch bytes looked at
	room   int // bytes of text and lists made on the way, garbage included
	output int // bytes written
	depth  int // nested evaluations: a Go stack overflow cannot be recovered from
	calls  int // nested macro calls
}

// The limits of a rendering. A published template needs some thousand steps for a conversation of ten
// turns. What is left of the room grows with the request: see limitsFor.
var defaultLimits = limits{steps: 5e6, room: 64 << 20, output: 32 << 20, depth: 4000, calls: 200}

const (
	scanStretch = 256 // bytes that cost one step to look at
	valueSize   = 16  // bytes of one member of a list
)

var (
	errSteps  = errors.New("the template takes too many steps")
	errRoom   = errors.New("the template needs too much memory")
	errOutput = errors.New("the template writes too much")
	errDepth  = errors.New("the template nests too deeply")
)

// machine renders one template once. It belongs to one goroutine.
type machine struct {
	t     *template
	left  limits // what is left of the limits
	out   *writer
	scope *scope
	line  int
	now   func() time.Time
}

// scope holds the names of a template, a loop body or a macro call.
type scope struct {
	parent *scope
	syms   []sym
	vals   []value
}

func (s *scope) set(name sym, v value) {
	for i, n := range s.syms {
		if n == name {
			s.vals[i] = v
			return
		}
	}
	s.syms, s.vals = append(s.syms, name), append(s.vals, v)
}

func (s *scope) get(name sym) (value, bool) {
	for ; s != nil; s = s.parent {
		for i, n := range s.syms {
			if n == name {
				return s.vals[i], true
			}
		}
	}
	return nil, false
}

// render runs the template with the given variables.
func (t *template) render(vars *dict, lim limits, now func() time.Time) (written, error) {
	m := &machine{t: t, left: lim, out: &writer{}, scope: &scope{}, now: now}
	for i, k := range vars.keys {
		if name, ok := t.syms[k.(written).s]; ok {
			m.scope.set(name, vars.vals[i])
		}
	}
	// Assignments of the template live in a scope above the variables, which stay as they are.
	m.scope = &scope{parent: m.scope}
	if _, err := m.run(t.body); err != nil {
		return written{}, fmt.Errorf("line %d: %w", m.line, err)
	}
	return m.out.written(), nil
}

// step spends n steps. On a nil machine nothing is counted: values are then bounded by the request.
func (m *machine) step(n int) error {
	if m == nil {
		return nil
	}
	m.left.steps -= n
	if m.left.steps < 0 {
		return errSteps
	}
	return nil
}

// scan spends what looking at n bytes costs.
func (m *machine) scan(n int) error { return m.step(n / scanStretch) }

// spend takes n bytes of room, before they are made.
func (m *machine) spend(n int) error {
	if m == nil {
		return nil
	}
	if n < 0 || n > m.left.room {
		return errRoom
	}
	m.left.room -= n
	return m.scan(n)
}

// eval evaluates x, one level deeper.
func (m *machine) eval(x expr) (value, error) {
	if c, ok := x.(constExpr); ok {
		return c.v, nil
	}
	if err := m.step(1); err != nil {
		return nil, err
	}
	if m.left.depth <= 0 {
		return nil, errDepth
	}
	m.left.depth--
	v, err := x.eval(m)
	m.left.depth++
	return v, err
}

// run executes statements until one breaks or continues.
func (m *machine) run(b block) (signal, error) {
	if m.left.depth <= 0 {
		return 0, errDepth
	}
	m.left.depth--
	defer func() { m.left.depth++ }()
	for _, n := range b {
		if err := m.step(1); err != nil {
			return 0, err
		}
		if s, err := n.exec(m); s != signalNone || err != nil {
			return s, err
		}
	}
	return signalNone, nil
}

// inner runs b in a scope of its own.
func (m *machine) inner(b block) (signal, error) {
	outer := m.scope
	m.scope = &scope{parent: outer}
	s, err := m.run(b)
	m.scope = outer
	return s, err
}

// capture runs f and returns what it wrote.
func (m *machine) capture(f func() error) (written, error) {
	outer := m.out
	m.out = &writer{}
	err := f()
	text := m.out.written()
	m.out = outer
	return text, err
}

// emit writes text to the output.
func (m *machine) emit(t written) error {
	if len(m.out.b)+len(t.s) > m.left.output {
		return errOutput
	}
	if err := m.spend(t.cost()); err != nil {
		return err
	}
	m.out.add(t)
	return nil
}

// iterate returns the members a loop over v visits. The slice must not be changed.
func (m *machine) iterate(v value) ([]value, error) {
	var items []value
	switch v := v.(type) {
	case *list:
		items = v.items
	case tuple:
		items = v
	case *dict:
		items = v.keys
	case *view:
		items = v.items
	case *iterator:
		items = v.items
		v.items = nil
	case undefined:
		return nil, nil
	case written:
		return m.characters(v)
	case intRange:
		if err := m.spend(int(v.n) * valueSize); err != nil {
			return nil, err
		}
		items = make([]value, v.n)
		for i := range items {
			items[i] = v.from + int64(i)*v.step
		}
	default:
		return nil, fmt.Errorf("%s object is not iterable", kind(v))
	}
	return items, m.step(len(items) / 4)
}

// characters returns the characters of t, each a text.
func (m *machine) characters(t written) ([]value, error) {
	// A text of one character is 48 bytes of its own besides the place in the list.
	if err := m.spend(len(t.s) * (valueSize + 48)); err != nil {
		return nil, err
	}
	items := make([]value, 0, len(t.s))
	next := 0 // the first span of t that may reach the character
	for i, r := range t.s {
		n := runeLen(t.s[i:], r)
		c := written{s: t.s[i : i+n]}
		for next < len(t.said) && t.said[next].to <= i {
			next++
		}
		if next < len(t.said) && t.said[next].from < i+n {
			c.said = []span{{0, n}}
		}
		items = append(items, c)
	}
	return items, nil
}
