package prompt

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

func filterAbs(_ *machine, v value, _ args) (value, error) {
	i, f, isFloat, ok := number(v)
	switch {
	case !ok:
		return nil, fmt.Errorf("bad operand type: %s", kind(v))
	case isFloat:
		return math.Abs(f), nil
	case i == math.MinInt64:
		return nil, errOverflow
	}
	return max(i, -i), nil
}

func filterFloat(m *machine, v value, a args) (value, error) {
	d := a.get(0, "default", 0.0)
	if t, ok := v.(written); ok {
		if f, ok := parseFloat(t.s); ok {
			return f, nil
		}
		return d, nil
	}
	i, f, isFloat, ok := number(v)
	if u, isUndefined := v.(undefined); isUndefined {
		return nil, u.err()
	}
	if !ok {
		return d, nil
	}
	if isFloat {
		return f, nil
	}
	return float64(i), nil
}

// parseFloat is Python's float(str).
func parseFloat(s string) (float64, bool) {
	s = strings.ReplaceAll(strings.TrimFunc(s, isSpace), "_", "")
	if strings.ContainsAny(s, "xXpP") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil || math.IsInf(f, 0)
}

func filterInt(_ *machine, v value, a args) (value, error) {
	d := a.get(0, "default", int64(0))
	base, err := a.integer(1, "base", 10)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case undefined:
		return nil, v.err()
	case written:
		if i, ok := parseInt(v.s, int(base)); ok {
			return i, nil
		}
		f, ok := parseFloat(v.s)
		if ok && math.Abs(f) < math.MaxInt64 {
			return int64(f), nil
		}
		return d, nil
	}
	i, f, isFloat, ok := number(v)
	switch {
	case !ok || isFloat && !(math.Abs(f) < math.MaxInt64):
		return d, nil
	case isFloat:
		return int64(f), nil
	}
	return i, nil
}

// parseInt is Python's int(str, base).
func parseInt(s string, base int) (int64, bool) {
	s = strings.ToLower(strings.TrimFunc(s, isSpace))
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = s[:1], s[1:]
	}
	if s == "" || s[0] == '-' || s[0] == '+' || base < 0 || base == 1 || base > 36 {
		return 0, false
	}
	if prefix := map[int]string{16: "0x", 8: "0o", 2: "0b"}[base]; prefix != "" {
		s = strings.TrimPrefix(s, prefix)
	}
	if base != 0 {
		s = strings.ReplaceAll(s, "_", "")
	}
	i, err := strconv.ParseInt(sign+s, base, 64)
	return i, err == nil
}

func filterRound(_ *machine, v value, a args) (value, error) {
	digits, err := a.integer(0, "precision", 0)
	if err != nil {
		return nil, err
	}
	method, err := a.text(1, "method", own("common"))
	if err != nil {
		return nil, err
	}
	i, f, isFloat, ok := number(v)
	if !ok {
		return nil, fmt.Errorf("found %s, want a number", kind(v))
	}
	if !isFloat {
		f = float64(i)
	}
	switch method.s {
	case "common":
		if !isFloat && digits >= 0 {
			return i, nil
		}
		if digits >= 0 && digits < 300 {
			// The decimal digits round half to even as Python's round does, on the exact value.
			r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', int(digits), 64), 64)
			return r, nil
		}
		scale := math.Pow(10, float64(digits))
		return math.RoundToEven(f*scale) / scale, nil
	case "ceil", "floor":
		round := math.Ceil
		if method.s == "floor" {
			round = math.Floor
		}
		scale := math.Pow(10, float64(digits))
		return round(f*scale) / scale, nil
	}
	return nil, fmt.Errorf("method: found %q, want common, ceil or floor", method.s)
}
