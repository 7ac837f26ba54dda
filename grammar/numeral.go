package grammar

import "strconv"

// Nodes of numbers in decimal, as JSON writes them. "Whole" is the digits before the point, with no leading zero;
// "fraction" is the point and the digits after it.

var (
	digitBytes   = setOf("0123456789")
	nonzeroBytes = setOf("123456789")
)

func (m *machine) digits(least, most int32) *node {
	return m.repeat(m.byteSet(digitBytes), least, most)
}

// whole is any digits before the point.
func (m *machine) whole() *node {
	return m.alt(m.lit("0"), m.concat(m.byteSet(nonzeroBytes), m.digits(0, unlimited)))
}

// fraction is a point and digits, or nothing.
func (m *machine) fraction() *node {
	return m.optional(m.concat(m.lit("."), m.digits(1, unlimited)))
}

// zeros is a fraction that adds nothing.
func (m *machine) zeros() *node {
	return m.optional(m.concat(m.lit("."), m.repeat(m.lit("0"), 1, unlimited)))
}

// number is any JSON number.
func (m *machine) number() *node {
	exponent := m.seq(m.byteSet(setOf("eE")), m.optional(m.byteSet(setOf("+-"))), m.digits(1, unlimited))
	return m.seq(m.optional(m.lit("-")), m.whole(), m.fraction(), m.optional(exponent))
}

// plainNumber is any number without an exponent; an integer has no fraction either.
func (m *machine) plainNumber(integer bool) *node {
	n := m.whole()
	if !integer {
		n = m.concat(n, m.fraction())
	}
	return m.concat(m.optional(m.lit("-")), n)
}

// bound is an end of a range of numbers.
type bound struct {
	at   decimal
	open bool // at itself is outside
}

// atLeast is the numbers without sign from b on. In an integer's there is no fraction.
func (m *machine) atLeast(b bound, integer bool) *node {
	whole, fraction := b.at.split()
	n := int32(len(whole))
	tail := m.fraction()
	if integer {
		tail = m.empty
	}
	ways := []*node{m.seq(m.byteSet(nonzeroBytes), m.digits(n, unlimited), tail)} // longer
	for i := range len(whole) {
		more := setRange(whole[i]+1, '9')
		if whole[i] < '9' {
			ways = append(ways, m.seq(m.lit(whole[:i]), m.byteSet(more), m.digits(n-1-int32(i), n-1-int32(i)), tail))
		}
	}
	return m.alt(append(ways, m.concat(m.lit(whole), m.fractionAtLeast(fraction, b.open, integer)))...)
}

func (m *machine) fractionAtLeast(f string, open, integer bool) *node {
	some := m.seq(m.repeat(m.lit("0"), 0, unlimited), m.byteSet(nonzeroBytes), m.digits(0, unlimited))
	switch {
	case integer && (f != "" || open):
		return m.none
	case integer:
		return m.empty
	case f == "" && open:
		return m.concat(m.lit("."), some)
	case f == "":
		return m.fraction()
	}
	var ways []*node
	for i := range len(f) {
		if f[i] < '9' {
			ways = append(ways, m.seq(m.lit(f[:i]), m.byteSet(setRange(f[i]+1, '9')), m.digits(0, unlimited)))
		}
	}
	end := m.digits(0, unlimited)
	if open {
		end = some
	}
	return m.concat(m.lit("."), m.alt(append(ways, m.concat(m.lit(f), end))...))
}

// atMost is the numbers without sign up to b.
func (m *machine) atMost(b bound, integer bool) *node {
	whole, fraction := b.at.split()
	n := int32(len(whole))
	tail := m.fraction()
	if integer {
		tail = m.empty
	}
	var ways []*node
	if n > 1 { // shorter
		shorter := m.alt(m.lit("0"), m.concat(m.byteSet(nonzeroBytes), m.digits(0, n-2)))
		ways = append(ways, m.concat(shorter, tail))
	}
	for i := range len(whole) {
		from := byte('0')
		if i == 0 && n > 1 {
			from = '1'
		}
		if whole[i] > from {
			ways = append(ways, m.seq(m.lit(whole[:i]), m.byteSet(setRange(from, whole[i]-1)), m.digits(n-1-int32(i), n-1-int32(i)), tail))
		}
	}
	return m.alt(append(ways, m.concat(m.lit(whole), m.fractionAtMost(fraction, b.open, integer)))...)
}

func (m *machine) fractionAtMost(f string, open, integer bool) *node {
	switch {
	case f == "" && open:
		return m.none
	case integer:
		return m.empty
	case f == "":
		return m.zeros()
	}
	ways := []*node{}
	for i := range len(f) {
		if i > 0 {
			ways = append(ways, m.lit(f[:i])) // the rest would be zeros
		}
		if f[i] > '0' {
			ways = append(ways, m.seq(m.lit(f[:i]), m.byteSet(setRange('0', f[i]-1)), m.digits(0, unlimited)))
		}
	}
	if !open {
		ways = append(ways, m.concat(m.lit(f), m.repeat(m.lit("0"), 0, unlimited)))
	}
	return m.optional(m.concat(m.lit("."), m.alt(ways...)))
}

// between is the numbers from lo to hi, either of which may be nil, with their signs and without exponents.
func (m *machine) between(lo, hi *bound, integer bool) *node {
	side := func(lo, hi *bound) *node { // the numbers without sign from lo to hi
		n := m.plainSize(integer)
		if hi != nil {
			if hi.at.neg {
				return m.none
			}
			n = m.and(n, m.atMost(*hi, integer))
		}
		if lo != nil && !lo.at.neg {
			n = m.and(n, m.atLeast(*lo, integer))
		}
		return n
	}
	flip := func(b *bound) *bound {
		if b == nil {
			return nil
		}
		return &bound{b.at.negate(), b.open}
	}
	// Zero has no sign here: the flipped side of a bound at zero keeps it.
	return m.alt(side(lo, hi), m.concat(m.lit("-"), side(flip(hi), flip(lo))))
}

func (m *machine) plainSize(integer bool) *node {
	if integer {
		return m.whole()
	}
	return m.concat(m.whole(), m.fraction())
}

// scientific is the numbers from lo to hi with an exponent, as encoders write them: one digit that is not zero before
// the point.
func (m *machine) scientific(lo, hi *bound) *node {
	mantissa := m.concat(m.byteSet(nonzeroBytes), m.fraction())
	side := func(lo, hi *bound) *node {
		n := m.seq(mantissa, m.byteSet(setOf("eE")), m.exponent(nil, nil))
		if hi != nil {
			if hi.at.neg || hi.at.isZero() {
				return m.none
			}
			n = m.and(n, m.scaled(*hi, true))
		}
		if lo != nil && !lo.at.neg && !lo.at.isZero() {
			n = m.and(n, m.scaled(*lo, false))
		}
		return n
	}
	flip := func(b *bound) *bound {
		if b == nil {
			return nil
		}
		return &bound{b.at.negate(), b.open}
	}
	return m.alt(side(lo, hi), m.concat(m.lit("-"), side(flip(hi), flip(lo))))
}

// scaled is the numbers with an exponent below b, or above it.
func (m *machine) scaled(b bound, below bool) *node {
	e := len(b.at.digits) + b.at.exp - 1 // b is d.ddd × 10^e
	size := bound{decimal{digits: b.at.digits, exp: 1 - len(b.at.digits)}, b.open}
	any := m.concat(m.byteSet(nonzeroBytes), m.fraction())
	mark := m.byteSet(setOf("eE"))
	at := func(lo, hi *bound) *node { return m.exponent(lo, hi) }
	exactly := &bound{at: integerDecimal(e)}
	if below {
		return m.alt(
			m.seq(any, mark, at(nil, &bound{integerDecimal(e), true})),
			m.seq(m.and(any, m.atMost(size, false)), mark, at(exactly, exactly)))
	}
	return m.alt(
		m.seq(any, mark, at(&bound{integerDecimal(e), true}, nil)),
		m.seq(m.and(any, m.atLeast(size, false)), mark, at(exactly, exactly)))
}

func integerDecimal(n int) decimal {
	d, _ := parseDecimal(strconv.Itoa(n))
	return d
}

// exponent is what comes after the e: a sign, at most one zero in front, and up to three digits.
func (m *machine) exponent(lo, hi *bound) *node {
	size := func(lo, hi *bound) *node {
		n := m.and(m.whole(), m.digits(1, 3))
		if hi != nil {
			if hi.at.neg {
				return m.none
			}
			n = m.and(n, m.atMost(*hi, true))
		}
		if lo != nil && !lo.at.neg {
			n = m.and(n, m.atLeast(*lo, true))
		}
		return m.concat(m.optional(m.lit("0")), n)
	}
	flip := func(b *bound) *bound {
		if b == nil {
			return nil
		}
		return &bound{b.at.negate(), b.open}
	}
	return m.alt(m.concat(m.optional(m.lit("+")), size(lo, hi)), m.concat(m.lit("-"), size(flip(hi), flip(lo))))
}

// spellings is every way to write a number without an exponent.
func (m *machine) spellings(d decimal) *node {
	whole, fraction := d.split()
	n := m.concat(m.lit(whole), m.zeros())
	if fraction != "" {
		n = m.seq(m.lit(whole+"."+fraction), m.repeat(m.lit("0"), 0, unlimited))
	}
	switch {
	case d.isZero():
		return m.concat(m.optional(m.lit("-")), n)
	case d.neg:
		return m.concat(m.lit("-"), n)
	}
	return n
}
