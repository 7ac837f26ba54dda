package grammar

import (
	"math/bits"
	"strings"
)

// remainder is the numbers in decimal that are a multiple of mod ÷ 10^scale, or those that are not. It says nothing of
// how numbers are written: it is always met with what does.
type remainder struct {
	mod     uint64
	scale   int8 // digits after the point that matter
	negated bool

	left   uint64 // of the digits so far
	after  int8   // digits read after the point, at most scale; -1 before the point
	digits bool   // some digit was read
	spoilt bool   // a digit that is not zero came after the last that matters
}

// multiples is the numbers that are a multiple of d, or those that are not. ok is false if d has too many digits.
func (m *machine) multiples(d decimal, negated bool) (n *node, ok bool) {
	mod, scale := d.digits, 0
	if d.exp >= 0 {
		mod += strings.Repeat("0", min(d.exp, 20))
	} else {
		scale = -d.exp
	}
	if len(mod) > 15 || scale > 15 {
		return nil, false
	}
	r := remainder{scale: int8(scale), negated: negated, after: -1}
	for _, c := range []byte(mod) {
		r.mod = r.mod*10 + uint64(c-'0')
	}
	return m.partNode(&r), true
}

func (m *machine) partNode(p part) *node { return m.intern(&node{op: opPart, part: p}) }

func (r *remainder) hash() uint64 {
	h := hash64(r.mod, r.left)
	h = hash64(h, uint64(uint8(r.scale))|uint64(uint8(r.after))<<8)
	for _, b := range []bool{r.negated, r.digits, r.spoilt} {
		h <<= 1
		if b {
			h |= 1
		}
	}
	return h
}

func (r *remainder) equal(o part) bool {
	p, ok := o.(*remainder)
	return ok && *r == *p
}

func (r *remainder) flags() flag {
	if r.digits && r.holds() {
		return flagNullable
	}
	return 0
}

// holds reports whether the number so far is what is wanted.
func (r *remainder) holds() bool {
	left := r.left
	for range r.scale - max(r.after, 0) {
		hi, lo := bits.Mul64(left, 10)
		left = bits.Rem64(hi, lo, r.mod)
	}
	return (left == 0 && !r.spoilt) != r.negated
}

var numberBytes = setOf("-.0123456789")

func (r *remainder) classes(m *machine) *classes { return m.classesOfBytes(&numberBytes) }

func (r *remainder) step(m *machine, b byte) *node {
	next := *r
	switch {
	case b == '-' && !r.digits:
		return m.partNode(&next)
	case b == '.' && r.after < 0:
		next.after = 0
		return m.partNode(&next)
	case b < '0' || b > '9':
		return m.none
	}
	next.digits = true
	switch {
	case r.after == r.scale:
		if b != '0' {
			if !r.negated {
				return m.none
			}
			next.spoilt = true
		}
	default:
		hi, lo := bits.Mul64(r.left, 10)
		lo, carry := bits.Add64(lo, uint64(b-'0'), 0)
		next.left = bits.Rem64(hi+carry, lo, r.mod)
		if r.after >= 0 {
			next.after++
		}
	}
	return m.partNode(&next)
}

// least is a lower bound here: how many digits must come at least. What is met with it decides.
func (r *remainder) least(*machine) int32 {
	if r.flags()&flagNullable != 0 {
		return 0
	}
	if r.negated || r.scale > 0 || r.after >= 0 {
		return 1
	}
	// With k more digits the number can grow by anything below 10^k.
	left, reach := r.left, uint64(1)
	for k := int32(0); ; k++ {
		if (r.digits || k > 0) && (r.mod-left)%r.mod < reach {
			return k
		}
		hi, lo := bits.Mul64(left, 10)
		left = bits.Rem64(hi, lo, r.mod)
		reach *= 10
	}
}

func (r *remainder) shortest(_ *machine, dst []byte) []byte { return dst }
func (r *remainder) settle(m *machine, _ history) *node     { return m.partNode(r) }

// numeral is the texts of numbers equal to value, in whatever way they are written, of which text has been read.
type numeral struct {
	value decimal
	text  string
}

func (n *numeral) hash() uint64 {
	return hashString(hashString(uint64(n.value.exp), n.value.digits), n.text)
}

func (n *numeral) equal(o part) bool {
	p, ok := o.(*numeral)
	return ok && *n == *p
}

func (n *numeral) flags() flag {
	p := jsonParser{s: n.text}
	v := &value{}
	if n.text == "" || !strings.Contains("-0123456789", n.text[:1]) || p.number(v) != nil || p.at < len(n.text) {
		return 0
	}
	if d, err := parseDecimal(n.text); err == nil && d == n.value {
		return flagNullable
	}
	return 0
}

var numeralBytes = setOf("+-.0123456789eE")

func (n *numeral) classes(m *machine) *classes { return m.classesOfBytes(&numeralBytes) }

func (n *numeral) step(m *machine, b byte) *node {
	if !numeralBytes.contains(b) {
		return m.none
	}
	return m.partNode(&numeral{n.value, n.text + string([]byte{b})})
}

// least is a lower bound here too: numerals are only ever excluded.
func (n *numeral) least(*machine) int32 {
	if n.flags()&flagNullable != 0 {
		return 0
	}
	return 1
}

func (n *numeral) shortest(_ *machine, dst []byte) []byte { return dst }
func (n *numeral) settle(m *machine, _ history) *node     { return m.partNode(n) }
