package prompt

import (
	"fmt"
	"strings"
	"time"
)

// strftime formats t as Python does in the C locale. A directive it does not know stays as it is.
func strftime(format string, t time.Time) string {
	layouts := map[byte]string{'a': "Mon", 'A': "Monday", 'b': "Jan", 'h': "Jan", 'B': "January", 'd': "02",
		'e': "_2", 'H': "15", 'I': "03", 'm': "01", 'M': "04", 'p': "PM", 'S': "05", 'y': "06", 'Y': "2006",
		'z': "-0700", 'Z': "MST", 'j': "002", 'c': "Mon Jan _2 15:04:05 2006", 'x': "01/02/06",
		'X': "15:04:05", 'F': "2006-01-02", 'T': "15:04:05", 'D': "01/02/06", 'R': "15:04"}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		c := format[i]
		noPad := c == '-' && i+1 < len(format)
		if noPad {
			i++
			c = format[i]
		}
		out := ""
		switch layout, ok := layouts[c]; {
		case c == 'f':
			out = fmt.Sprintf("%06d", t.Nanosecond()/1000)
		case ok:
			out = t.Format(layout)
		case c == '%':
			out = "%"
		case c == 'w':
			out = fmt.Sprint(int(t.Weekday()))
		case c == 'u':
			out = fmt.Sprint((int(t.Weekday())+6)%7 + 1)
		case c == 's':
			out = fmt.Sprint(t.Unix())
		case c == 'n':
			out = "\n"
		case c == 't':
			out = "\t"
		default:
			out = "%" + format[i:i+1]
		}
		if noPad && len(out) > 1 {
			out = strings.TrimLeft(out[:len(out)-1], "0 ") + out[len(out)-1:]
		}
		b.WriteString(out)
	}
	return b.String()
}
