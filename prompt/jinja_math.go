package prompt

import (
	"fmt"
	"math"
)

var errOverflow = fmt.Errorf("a number is too large")

func (x negExpr) eval(m *machine) (value, error) {
	v, err := m.eval(x.x)
	if err != nil {
		return nil, err
	}
	i, f, isFloat, ok := number(v)
	switch {
	case !ok:
		return nil, fmt.Errorf("bad operand type for unary -: %s", kind(v))
	case isFloat && x.plus:
		return f, nil
	case isFloat:
		return -f, nil
	case x.plus:
		return i, nil
	case i == math.MinInt64:
		return nil, errOverflow
	}
	return -i, nil
}

func (x binaryExpr) eval(m *machine) (value, error) {
	a, err := m.eval(x.a)
	if err != nil {
		return nil, err
	}
	b, err := m.eval(x.b)
	if err != nil {
		return nil, err
	}
	return m.operate(x.op, a, b)
}

// operate is a op b for the arithmetic operators.
func (m *machine) operate(op string, a, b value) (value, error) {
	if t, ok := a.(written); ok && op == "%" {
		return m.percent(t, b)
	}
	i, f, aFloat, aOK := number(a)
	j, g, bFloat, bOK := number(b)
	if aOK && bOK {
		if aFloat || bFloat || op == "/" || op == "**" && j < 0 {
			return floatOp(op, f, g)
		}
		return intOp(op, i, j)
	}
	switch {
	case op == "+":
		return m.join(a, b)
	case op == "*" && bOK && !bFloat:
		return m.repeat(a, j)
	case op == "*" && aOK && !aFloat:
		return m.repeat(b, i)
	}
	if u, ok := a.(undefined); ok {
		return nil, u.err()
	}
	if u, ok := b.(undefined); ok {
		return nil, u.err()
	}
	return nil, fmt.Errorf("unsupported operand types for %s: %s and %s", op, kind(a), kind(b))
}

// join is a + b for texts and sequences.
func (m *machine) join(a, b value) (value, error) {
	switch a := a.(type) {
	case undefined:
		return nil, a.err()
	case written:
		b, ok := b.(written)
		if !ok {
			break
		}
		var err error
		if a.html || b.html {
			if a, err = m.escaped(a); err != nil {
				return nil, err
			}
			if b, err = m.escaped(b); err != nil {
				return nil, err
			}
		}
		if a.s == "" || b.s == "" {
			if a.s == "" {
				return b, nil
			}
			return a, nil
		}
		if err := m.spend(a.cost() + b.cost()); err != nil {
			return nil, err
		}
		var w writer
		w.b = make([]byte, 0, len(a.s)+len(b.s))
		w.add(a)
		w.add(b)
		sum := w.written()
		sum.html = a.html
		return sum, nil
	case *list:
		if b, ok := b.(*list); ok {
			items, err := m.joinItems(a.items, b.items)
			return &list{items}, err
		}
	case tuple:
		if b, ok := b.(tuple); ok {
			items, err := m.joinItems(a, b)
			return tuple(items), err
		}
	}
	if u, ok := b.(undefined); ok {
		return nil, u.err()
	}
	return nil, fmt.Errorf("can only concatenate %s (not %q) to %[1]s", kind(a), kind(b))
}

func (m *machine) joinItems(a, b []value) ([]value, error) {
	if err := m.spend((len(a) + len(b)) * valueSize); err != nil {
		return nil, err
	}
	return append(append(make([]value, 0, len(a)+len(b)), a...), b...), nil
}

// repeat is v * n for texts and sequences.
func (m *machine) repeat(v value, n int64) (value, error) {
	n = max(n, 0)
	size := 0
	switch v := v.(type) {
	case written:
		size = v.cost()
	case *list:
		size = len(v.items) * valueSize
	case tuple:
		size = len(v) * valueSize
	case undefined:
		return nil, v.err()
	default:
		return nil, fmt.Errorf("unsupported operand types for *: %s and int", kind(v))
	}
	if size > 0 && n > int64(m.left.room/size) {
		return nil, errRoom
	}
	if size == 0 {
		n = min(n, 1)
	}
	if err := m.spend(size * int(n)); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case written:
		var w writer
		for range n {
			w.add(v)
		}
		return w.written(), nil
	case *list:
		return &list{repeated(v.items, n)}, nil
	default:
		return tuple(repeated(v.(tuple), n)), nil
	}
}

func repeated(items []value, n int64) []value {
	out := make([]value, 0, len(items)*int(n))
	for range n {
		out = append(out, items...)
	}
	return out
}

func floatOp(op string, a, b float64) (value, error) {
	switch op {
	case "+":
		return a + b, nil
	case "-":
		return a - b, nil
	case "*":
		return a * b, nil
	case "**":
		return math.Pow(a, b), nil
	}
	if b == 0 {
		return nil, fmt.Errorf("division by zero")
	}
	switch op {
	case "/":
		return a / b, nil
	case "//":
		return math.Floor(a / b), nil
	default: // %: the sign is the divisor's
		r := math.Mod(a, b)
		if r != 0 && (r < 0) != (b < 0) {
			r += b
		}
		return r, nil
	}
}

// intOp is integer arithmetic as in Python, up to 64 bits: division rounds down.
func intOp(op string, a, b int64) (value, error) {
	switch op {
	case "+":
		if c := a + b; (c > a) == (b > 0) {
			return c, nil
		}
		return nil, errOverflow
	case "-":
		if c := a - b; (c < a) == (b > 0) {
			return c, nil
		}
		return nil, errOverflow
	case "*":
		return intProduct(a, b)
	case "**":
		return intPower(a, b)
	}
	if b == 0 {
		return nil, fmt.Errorf("division by zero")
	}
	if a == math.MinInt64 && b == -1 {
		return nil, errOverflow
	}
	q, r := a/b, a%b
	if r != 0 && (r < 0) != (b < 0) {
		q--
		r += b
	}
	if op == "//" {
		return q, nil
	}
	return r, nil
}

func intProduct(a, b int64) (value, error) {
	if a == 0 || b == 0 {
		return int64(0), nil
	}
	c := a * b
	if c/b != a || a == math.MinInt64 && b == -1 || b == math.MinInt64 && a == -1 {
		return nil, errOverflow
	}
	return c, nil
}

func intPower(a, b int64) (value, error) {
	if a == 0 || a == 1 || b == 0 {
		if b == 0 {
			return int64(1), nil
		}
		return a, nil
	}
	if a == -1 {
		return 1 - 2*(b&1), nil
	}
	var c value = int64(1)
	for range b { // ends by overflow within 63 rounds
		var err error
		if c, err = intProduct(c.(int64), a); err != nil {
			return nil, err
		}
	}
	return c, nil
}
