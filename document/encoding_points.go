package document

import "unicode"

// commonHangul are the 320 syllables of which 92 % of Korean text consists (counted in KorQuAD's paragraphs), commonHan
// characters that no Chinese or Japanese text goes without.
const (
	commonHangul = "이에의는다을가은하로한고지서대사인를기시년일으도아정스해어나리전라했자국수부들과장제명주게위상원와선보그적월었무있성만여되트유마" +
		"후화소것며드회미조비경동공당신구중계였문방진군우르모개단영세치관히연통오면본된학타내황데러발재교민터안실거던디천반등용임니행노음크작차간체바요프받현" +
		"루번생야분할최역토결려쇼박두키록물언엇표레강때직호출식입각포법았불령건종권김력말태탄람함카총름격금운판평파코심초까몇양청남올설속누않매독없업범블근창" +
		"살집처알배점산난달외또감버피병합책린형투약준페목론네석더승악테열른왕추예편날광즈복규온찰증베티브래환저변란견메향확북쟁따특급워참림께활폐같돌질철벌새" +
		"랑곳째울애든항졌런느검숙앨순친망쿠백됐육션링픽송측련틀립쓰케못패밝협"
	commonHan = "的一是不了在有人我他這这個个們们中來来上大為为和國国地到以說说時时要就出會会可也你對对生能而子那得于着下自之年" +
		"過过發发後后作里用道行所然家種种事成方多經经么去法學学如都同現现當当沒没動动面起看定天分還还進进好小部其些主樣样" +
		"理心本前開开但因只從从想實实日者意無无力與与長长把機机十民第公此已工使情明性知全三又關关點点正業业外將将兩两高" +
		"間间由問问很最重並并物手應应戰战向頭头文體体政美相見见被利什二等產产或新己制身果加西斯月話话合回特代內内信表化老" +
		"気円入何東京県市町村駅円様々込働込"
)

var (
	hangulPoints = runesOf(commonHangul)
	hanPoints    = runesOf(commonHan)
)

func runesOf(text string) map[rune]bool {
	set := map[rune]bool{}
	for _, r := range text {
		set[r] = true
	}
	return set
}

// textPoints is how much a text looks like one that somebody wrote, rather than one that was decoded by the wrong
// charset: the more of its characters are frequent ones, the more. wide counts ASCII as well, for charsets in which that
// is no matter of course.
func textPoints(text string, wide bool) float64 {
	points := 0.0
	before := ' '
	for _, r := range text {
		points += runePoints(r, before, wide)
		before = r
	}
	return points
}

func runePoints(r, before rune, wide bool) float64 {
	switch {
	case r < 0x80:
		switch {
		case r == 0 || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f':
			return -2
		case wide:
			return 0.4
		}
		return 0
	case r == '\ufffd':
		return -3
	case r < 0xa0, unicode.Is(unicode.Co, r):
		return -2
	case r >= 0xac00 && r <= 0xd7a3:
		if hangulPoints[r] {
			return 1
		}
		return 0.2
	case r >= 0x3041 && r <= 0x30ff: // kana
		return 0.8
	case r >= 0x3131 && r <= 0x3163: // Korean letters by themselves
		return 0.3
	case r >= 0xff61 && r <= 0xff9f: // half-width kana, of which Shift JIS makes a lot
		return 0.05
	case unicode.Is(unicode.Han, r):
		switch {
		case wide && !hanPoints[r]: // pairs of ASCII are Han
			return -0.5
		case hanPoints[r]:
			return 0.9
		}
		return 0.2
	case r >= 0x2010 && r <= 0x206f, r >= 0x3000 && r <= 0x301f, r >= 0xff01 && r <= 0xff5e, r == '·', r == '…':
		return 0.4
	case r < 0x250 && unicode.IsLetter(r):
		if unicode.IsLetter(before) && before < 0x80 {
			return 0.5
		}
		return 0.1
	case r < 0x1000 && unicode.IsLetter(r) && unicode.IsLetter(before): // Greek, Cyrillic, Arabic, Thai
		return 0.3
	}
	if unicode.IsGraphic(r) {
		return 0.1
	}
	return -1
}
