package document

import (
	"strconv"
	"strings"
)

// docxNumbering are the lists of a file: numbers (w:num) that count by definitions (w:abstractNum), which several may
// share. [ECMA-376, part 1, 17.9]
type docxNumbering struct {
	lists map[int]*docxList
	forms map[int]*docxForm
	links map[string]int // a style of lists and the definition that has it
}

// maxLists is how many lists and definitions of lists are read: Word makes no more than 32767.
const maxLists = 1 << 15

// docxLevels is how many levels a list has.
const docxLevels = 9

type docxList struct {
	form   int
	start  [docxLevels]int // -1: as the definition says
	levels [docxLevels]*docxLevel
	begun  bool // whether its own starts were put into force
}

type docxForm struct {
	levels  [docxLevels]docxLevel
	reached [docxLevels]int
	counted [docxLevels]bool
	style   string // of a list, which has the levels
}

type docxLevel struct {
	start   int
	format  string
	text    string // "%1.%2": the numbers of levels 1 and 2 with a full stop between
	restart int    // after which level it begins anew: 0 never, -1 after each above it
	legal   bool   // all numbers in it are decimal
	style   string // of paragraphs that are of this level
	font    string // of a bullet
}

func (d *docxReader) readNumbering(name string) error {
	n := &d.numbering
	n.lists, n.forms, n.links = map[int]*docxList{}, map[int]*docxForm{}, map[string]int{}
	return d.scan(name, func(x *xmlScanner) error {
		switch x.name {
		case "w:abstractNum":
			return n.readForm(x)
		case "w:num":
			return n.readList(x)
		}
		return nil
	})
}

func (n *docxNumbering) readForm(x *xmlScanner) error {
	id := intOf(x.attr("w:abstractNumId"), -1)
	f := &docxForm{}
	for i := range f.levels {
		f.levels[i] = docxLevel{start: 1, format: "decimal", restart: -1}
	}
	if n.forms[id] == nil && len(n.forms) < maxLists {
		n.forms[id] = f
	}
	return x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "w:lvl":
			if i := intOf(x.attr("w:ilvl"), -1); i >= 0 && i < docxLevels {
				return f.levels[i].read(x)
			}
		case "w:numStyleLink":
			f.style = x.attr("w:val")
		case "w:styleLink":
			n.links[x.attr("w:val")] = id
		}
		return nil
	})
}

func (l *docxLevel) read(x *xmlScanner) error {
	*l = docxLevel{start: 0, format: "decimal", restart: -1}
	return x.inside(func(x *xmlScanner) error {
		switch value := x.attr("w:val"); x.name {
		case "w:start":
			l.start = max(intOf(value, 1), 0)
		case "w:numFmt":
			l.format = value
			if custom := x.attr("w:format"); value == "custom" {
				l.format = customNumber(custom)
			}
		case "w:lvlText":
			l.text = clean(value)
		case "w:lvlRestart":
			l.restart = intOf(value, -1)
		case "w:isLgl":
			l.legal = onOff(x)
		case "w:pStyle":
			l.style = value
		case "w:rFonts":
			l.font = firstOf(x.attr("w:ascii"), x.attr("w:hAnsi"))
		}
		return nil
	})
}

// customNumber is the format of which a custom one gives an example: "001, 002, 003, ...".
func customNumber(example string) string {
	zeros := 0
	for zeros < len(example) && example[zeros] == '0' {
		zeros++
	}
	return [...]string{"decimal", "decimalZero", "decimalZero2", "decimalZero3", "decimalZero4"}[min(zeros, 4)]
}

func (n *docxNumbering) readList(x *xmlScanner) error {
	id := intOf(x.attr("w:numId"), -1)
	l := &docxList{form: -1}
	for i := range l.start {
		l.start[i] = -1
	}
	if n.lists[id] == nil && len(n.lists) < maxLists {
		n.lists[id] = l
	}
	level := -1
	return x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "w:abstractNumId":
			l.form = intOf(x.attr("w:val"), -1)
		case "w:lvlOverride":
			level = intOf(x.attr("w:ilvl"), -1)
		case "w:startOverride":
			if level >= 0 && level < docxLevels {
				l.start[level] = max(intOf(x.attr("w:val"), 1), 0)
			}
		case "w:lvl":
			if i := intOf(x.attr("w:ilvl"), level); i >= 0 && i < docxLevels {
				l.levels[i] = &docxLevel{}
				return l.levels[i].read(x)
			}
		}
		return nil
	})
}

// find returns a list and the definition by which it counts; nil if there is none.
func (n *docxNumbering) find(id int) (*docxList, *docxForm) {
	l := n.lists[id]
	if l == nil {
		return nil, nil
	}
	f := n.forms[l.form]
	if f != nil && f.style != "" {
		if linked := n.forms[n.links[f.style]]; linked != nil {
			f = linked
		}
	}
	if f == nil {
		return nil, nil
	}
	return l, f
}

// levelOf is the level of a list that paragraphs of a style have; 0 if the list does not say.
func (n *docxNumbering) levelOf(id int, style string) int {
	if _, f := n.find(id); f != nil {
		for i := range f.levels {
			if f.levels[i].style == style && style != "" {
				return i
			}
		}
	}
	return 0
}

func (l *docxList) level(f *docxForm, i int) *docxLevel {
	if own := l.levels[i]; own != nil {
		return own
	}
	return &f.levels[i]
}

// next counts one on in a list at a level from 0 and returns what is drawn before the paragraph.
func (n *docxNumbering) next(id, level int) (marker string, ok bool) {
	l, f := n.find(id)
	if l == nil || level < 0 || level >= docxLevels {
		return "", false
	}
	if !l.begun { // a list that shares its definition goes on where the other is, unless it says where to start
		l.begun = true
		for i, start := range l.start {
			if start >= 0 {
				f.counted[i] = false
			}
		}
	}
	for i := range level + 1 {
		start := l.level(f, i).start
		if l.start[i] >= 0 {
			start = l.start[i]
		}
		switch {
		case !f.counted[i]:
			f.reached[i], f.counted[i] = start, true
		case i == level && f.reached[i] < 1<<30:
			f.reached[i]++
		}
	}
	for i := level + 1; i < docxLevels; i++ {
		if after := l.level(f, i).restart; after < 0 || level < after {
			f.counted[i] = false
		}
	}
	return l.drawn(f, level), true
}

// drawn is the text of a level with the numbers put in.
func (l *docxList) drawn(f *docxForm, level int) string {
	at := l.level(f, level)
	switch at.format {
	case "bullet":
		return bulletOf(at.font, at.text)
	case "none":
		if !strings.Contains(at.text, "%") {
			return at.text
		}
	}
	var out strings.Builder
	for i := 0; i < len(at.text); i++ {
		c := at.text[i]
		if c != '%' || i+1 == len(at.text) || at.text[i+1] < '1' || at.text[i+1] > '9' {
			out.WriteByte(c)
			continue
		}
		i++
		of := int(at.text[i] - '1')
		format := l.level(f, of).format
		if at.legal {
			format = "decimal"
		}
		out.WriteString(docxNumber(format, f.reached[of]))
	}
	return out.String()
}

// docxNumber writes a number in one of Word's formats (ST_NumberFormat, 17.18.59). What a format has no sign for is in digits,
// and so are the formats that nobody here uses.
func docxNumber(format string, n int) string {
	if hangul, ok := docxFormats[format]; ok {
		return hangulNumber(hangul, n)
	}
	within := func(signs string) string { // those that begin anew when they are through
		all := []rune(signs)
		return string(all[(n-1)%len(all)])
	}
	run := func(first rune, most int) string {
		if n > most {
			return strconv.Itoa(n)
		}
		return string(first + rune(n-1))
	}
	digits := func(signs string) string {
		return strings.Map(func(r rune) rune { return []rune(signs)[r-'0'] }, strconv.Itoa(n))
	}
	if n < 1 {
		if format == "none" {
			return ""
		}
		return strconv.Itoa(n)
	}
	switch format {
	case "none":
		return ""
	case "ganada":
		return within("가나다라마바사아자차카타파하")
	case "chosung":
		return within("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ")
	case "decimalEnclosedFullstop":
		return run('⒈', 20)
	case "decimalEnclosedParen":
		return run('⑴', 20)
	case "decimalFullWidth", "decimalFullWidth2":
		return digits("０１２３４５６７８９")
	case "koreanDigital":
		return digits("영일이삼사오육칠팔구")
	case "koreanDigital2", "ideographDigital", "chineseDigital", "japaneseDigitalTenThousand", "taiwaneseDigital":
		return digits("〇一二三四五六七八九")
	case "koreanLegal":
		return koreanCount(n)
	case "ideographTraditional":
		return within("甲乙丙丁戊己庚辛壬癸")
	case "ideographZodiac":
		return within("子丑寅卯辰巳午未申酉戌亥")
	case "aiueoFullWidth", "aiueo":
		return within("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン")
	case "irohaFullWidth", "iroha":
		return within("イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン")
	case "numberInDash":
		return "- " + strconv.Itoa(n) + " -"
	case "decimalZero", "decimalZero2", "decimalZero3", "decimalZero4":
		width := 2
		if last := format[len(format)-1]; last <= '9' {
			width = int(last-'0') + 1
		}
		return strings.Repeat("0", max(width-len(strconv.Itoa(n)), 0)) + strconv.Itoa(n)
	case "hex":
		return strings.ToUpper(strconv.FormatInt(int64(n), 16))
	case "ordinal":
		return strconv.Itoa(n) + ordinalEnding(n)
	}
	return strconv.Itoa(n)
}

// docxFormats are Word's formats that Hangul has too.
var docxFormats = map[string]int{
	"upperRoman": 2, "lowerRoman": 3, "upperLetter": 4, "lowerLetter": 5,
	"decimalEnclosedCircle": 1, "decimalEnclosedCircleChinese": 1, "koreanCounting": 12,
	"chineseCounting": 13, "chineseCountingThousand": 13, "taiwaneseCounting": 13, "taiwaneseCountingThousand": 13,
	"japaneseCounting": 13, "chicago": 0x80, "ideographEnclosedCircle": 14,
}

// koreanCount is a number below a hundred in words of Korean: 하나, 스물셋.
func koreanCount(n int) string {
	if n > 99 {
		return strconv.Itoa(n)
	}
	ones := []string{"", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉"}
	tens := []string{"", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"}
	return tens[n/10] + ones[n%10]
}

func ordinalEnding(n int) string {
	if n%100/10 != 1 {
		switch n % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}
