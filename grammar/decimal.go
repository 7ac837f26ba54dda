package grammar

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// decimal is a number exactly: digits × 10^exp, negated if neg. digits has neither leading nor trailing zeros; zero has
// none.
type decimal struct {
	neg    bool
	digits string
	exp    int
}

// maxExponent is the largest power of ten that numbers in a schema may have.
const maxExponent = 4096

func parseDecimal(s string) (decimal, error) {
	var d decimal
	s, d.neg = strings.CutPrefix(s, "-")
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if exponent != "" {
		n, err := strconv.Atoi(exponent)
		if err != nil || n > maxExponent || n < -maxExponent {
			return d, fmt.Errorf("found the exponent %s, want one within ±%d", exponent, maxExponent)
		}
		d.exp = n
	}
	if len(mantissa) > maxExponent {
		return d, fmt.Errorf("found %d digits, want at most %d", len(mantissa), maxExponent)
	}
	d.exp -= len(fraction)
	d.digits = strings.TrimLeft(whole+fraction, "0")
	trimmed := strings.TrimRight(d.digits, "0")
	d.exp += len(d.digits) - len(trimmed)
	d.digits = trimmed
	if d.digits == "" {
		return decimal{}, nil
	}
	return d, nil
}

func (d decimal) isZero() bool    { return d.digits == "" }
func (d decimal) isInteger() bool { return d.exp >= 0 || d.isZero() }

func (d decimal) negate() decimal {
	if !d.isZero() {
		d.neg = !d.neg
	}
	return d
}

// split returns the digits before and after the point; before has one at least.
func (d decimal) split() (whole, fraction string) {
	switch {
	case d.isZero():
		return "0", ""
	case d.exp >= 0:
		return d.digits + strings.Repeat("0", d.exp), ""
	case -d.exp < len(d.digits):
		at := len(d.digits) + d.exp
		return d.digits[:at], d.digits[at:]
	}
	return "0", strings.Repeat("0", -d.exp-len(d.digits)) + d.digits
}

// String is the number without an exponent, as short as can be.
func (d decimal) String() string {
	whole, fraction := d.split()
	if fraction != "" {
		whole += "." + fraction
	}
	if d.neg {
		whole = "-" + whole
	}
	return whole
}

func (d decimal) rat() *big.Rat {
	r, _ := new(big.Rat).SetString(d.String())
	return r
}

func (d decimal) compare(e decimal) int {
	if d.neg != e.neg {
		if d.neg {
			return -1
		}
		return 1
	}
	c := d.compareSize(e)
	if d.neg {
		return -c
	}
	return c
}

// compareSize compares without signs.
func (d decimal) compareSize(e decimal) int {
	switch {
	case d.isZero() || e.isZero():
		return len(d.digits) - len(e.digits)
	case len(d.digits)+d.exp != len(e.digits)+e.exp:
		return len(d.digits) + d.exp - len(e.digits) - e.exp
	}
	return strings.Compare(d.digits, e.digits) // no trailing zeros, so a prefix is less
}

// isMultipleOf reports whether d is an integer times e, which is not zero.
func (d decimal) isMultipleOf(e decimal) bool {
	if d.isZero() {
		return true
	}
	return new(big.Rat).Quo(d.rat(), e.rat()).IsInt()
}
