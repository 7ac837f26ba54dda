package document

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// cell reads the cell that was opened last, to its end.
func (s *xlsxSheet) cell(x *xmlScanner) error {
	kind, style, ref := "", 0, []byte(nil)
	for _, a := range x.attributes() {
		switch a.name {
		case "r":
			ref = a.value
		case "s":
			style = wholeNumber(a.value)
		case "t":
			kind = string(a.value)
		}
	}
	row, col, rest := cellAt(ref)
	if row < 0 || col < 0 || len(rest) > 0 {
		row, col = max(s.row, 0), s.col+1
	}
	if col >= xlsxCols {
		return nil
	}
	s.unordered = s.unordered || row != s.row || col <= s.col
	s.row, s.col = max(row, s.row), max(col, s.col)
	c := Cell{Row: row, Col: col}
	inline, err := s.content(x, &c)
	s.value(&c, kind, style, inline)
	if c.Text == "" && c.Formula == "" {
		return err
	}
	if len(s.grid.Cells)+s.b.blocks+2 >= s.b.limits.Blocks {
		return s.b.limits.over("blocks")
	}
	if s.text += int64(len(c.Text)); s.text+s.b.text > s.b.limits.Text {
		return s.b.limits.over("text")
	}
	all, full := added(s.grid.Cells, c)
	s.grid.Cells = all
	return cmp.Or(err, full)
}

// content reads what is in a cell: its value into s.v, its formula, or the text that is in itself.
func (s *xlsxSheet) content(x *xmlScanner, c *Cell) (inline string, err error) {
	s.v, s.f = s.v[:0], s.f[:0]
	share, at := "", 0
	for depth := x.depth(); ; {
		token, err := x.next()
		if err != nil {
			return inline, err
		}
		switch token {
		case xmlClose:
			if x.depth() < depth {
				c.Formula = s.formula(share, c.Row, c.Col)
				return inline, nil
			}
			at = 0
		case xmlOpen:
			switch local(x.name) {
			case "v":
				at = 'v'
			case "f":
				at = 'f'
				if x.attr("t") == "shared" {
					share = x.attr("si")
				}
			case "is":
				if inline, err = xlsxText(x); err != nil {
					return inline, err
				}
			default:
				at = 0
			}
		case xmlText:
			switch at {
			case 'v':
				s.v = append(s.v, x.text...)
			case 'f':
				s.f = append(s.f, x.text...)
			}
		}
	}
}

// value gives a cell its text: raw, dates as ISO 8601 has them; and how it looks where that is something else.
func (s *xlsxSheet) value(c *Cell, kind string, style int, inline string) {
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(string(s.v)))
		if err != nil || n < 0 || n >= len(s.strings) {
			if len(s.v) > 0 {
				s.lost(c, fmt.Sprintf("text %.20q, there are %d", s.v, len(s.strings)))
			}
			return
		}
		c.Text = s.strings[n]
	case "inlineStr":
		c.Text = inline
	case "str", "d":
		c.Text = xlsxUnescape(clean(string(s.v)))
	case "e":
		c.Text = clean(string(s.v))
	case "b":
		switch strings.TrimSpace(string(s.v)) {
		case "1", "true":
			c.Text, c.Shown = "True", "TRUE"
		case "0", "false":
			c.Text, c.Shown = "False", "FALSE"
		default:
			c.Text = clean(string(s.v))
		}
	default:
		s.numeric(c, style)
	}
}

// lost notes a cell that could not be read.
func (s *xlsxSheet) lost(c *Cell, why string) {
	s.b.gap(Gap{What: GapCell, Page: s.number, Where: s.entry.name + "!" + cellName(c.Row, c.Col), Why: why})
}

// numeric gives a cell the text of a number.
func (s *xlsxSheet) numeric(c *Cell, style int) {
	raw := strings.TrimSpace(string(s.v))
	if raw == "" {
		return
	}
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		c.Text = clean(raw)
		s.lost(c, fmt.Sprintf("%.20q is no number", raw))
		return
	}
	if s.first < 0 {
		s.first = c.Row
	}
	f := s.styles.of(style)
	c.Text = numberText(raw, n)
	if f == nil {
		return
	}
	if f.dated() {
		if text, ok := isoDate(n, s.epoch, f.elapsed); ok {
			c.Text = text
		}
	}
	if shown := f.show(n, s.epoch); shown != c.Text {
		c.Shown = shown
	}
}

// numberText is a number as plainly as it can be written without loss.
func numberText(raw string, n float64) string {
	const most = 15 // digits that a number of 64 bits has for sure
	digits := strings.TrimPrefix(raw, "-")
	if strings.Trim(digits, "0123456789") == "" && (len(digits) <= most || digits[0] != '0') {
		return raw
	}
	if n == math.Trunc(n) && math.Abs(n) < 1e16 {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	if a := math.Abs(n); a >= 1e-4 && a < 1e16 {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return strconv.FormatFloat(n, 'g', -1, 64)
}

// isoDate is a serial number as date, time or both, to the millisecond; elapsed time as hours, minutes and seconds.
func isoDate(n float64, epoch int, elapsed bool) (string, bool) {
	const dayMillis = 86_400_000
	if n < 0 || n >= 2_958_466 { // the year 10000
		return "", false
	}
	day, fraction := math.Modf(n)
	millis := int64(math.RoundToEven(fraction * dayMillis))
	switch {
	case elapsed:
		millis += int64(day) * dayMillis
		text := fmt.Sprintf("%d:%02d:%02d", millis/3_600_000, millis/60_000%60, millis/1000%60)
		return text + micros(millis), true
	case n < 1 && millis < dayMillis:
		return fmt.Sprintf("%02d:%02d:%02d", millis/3_600_000, millis/60_000%60, millis/1000%60) + micros(millis), true
	case n < 60 && epoch == epoch1900:
		day++ // Excel has a 29th of February in 1900
	}
	at := time.Unix((int64(day)-int64(epoch))*86_400, 0).UTC().Add(time.Duration(millis) * time.Millisecond)
	return at.Format("2006-01-02T15:04:05") + micros(millis), true
}

// micros is the part of a second, if there is one.
func micros(millis int64) string {
	if millis %= 1000; millis > 0 {
		return fmt.Sprintf(".%03d000", millis)
	}
	return ""
}
