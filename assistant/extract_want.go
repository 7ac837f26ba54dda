package assistant

import (
	"regexp"
	"strings"

	"exaone/korean"
)

// wanted is the kind of thing that answers a question.
type wanted int

const (
	wantAnything wanted = iota
	wantTime            // when
	wantNumber          // how many, how much
	wantArticle         // which article
	wantWho
	wantWhere
)

// The words by which a question asks for a kind of thing, the most particular first.
var wantings = []struct {
	wants wanted
	words *regexp.Regexp
}{
	{wantArticle, regexp.MustCompile(`몇\s*조|어느\s*조|무슨\s*조|어떤\s*조항|어느\s*조항|몇\s*항|which article`)},
	{wantTime, regexp.MustCompile(`언제|몇\s*년|몇\s*월|몇\s*일|며칠|몇\s*시|연도|년도|날짜|시기는|시점|날은|해는|때는|요일|when|what year|what date`)},
	{wantNumber, regexp.MustCompile(`몇|얼마|수는\??$|개수|횟수|비율|금액|가격|인구|면적|길이|높이|나이|퍼센트|%|how many|how much|how long|how old`)},
	{wantWho, regexp.MustCompile(`누구|누가|누굴|사람은|인물|who`)},
	{wantWhere, regexp.MustCompile(`어디|어느\s*나라|어느\s*도시|장소|지역은|나라는|도시는|곳은|where`)},
}

func wantedBy(question string) wanted {
	lower := strings.ToLower(question)
	for _, w := range wantings {
		if w.words.MatchString(lower) {
			return w.wants
		}
	}
	return wantAnything
}

var (
	timeUnits = map[string]bool{korean.UnitDate: true, korean.UnitClock: true, "년": true, "월": true, "일": true, "시": true, "년대": true, "세기": true,
		"개월": true, "주": true, "시간": true}
	counting   = regexp.MustCompile(`몇\s*(\p{Hangul}+)`)
	placeWords = regexp.MustCompile(`\p{Hangul}{1,6}(?:시|도|군|구|읍|면|동|리|국|섬|산|강|역|항|성|궁|대학교|학교|병원|공항)(?:에|에서|으로|로|의|을|를|은|는|이|가|\b)`)
	personMark = regexp.MustCompile(`\p{Hangul}{2,4}(?:은|는|이|가|의|와|과|에게|를|을)\b|\p{Hangul}+ ?\(\p{Han}{2,4}\)|(?:씨|님|왕|대통령|장관|위원장|감독|교수|선수|박사|사장|대표|부장|팀장|담당자|장군)`)
)

// in reports whether a sentence has such a thing that the question does not have itself.
func (w wanted) in(sentence, question string) bool {
	switch w {
	case wantTime, wantNumber, wantArticle:
		unit := ""
		if m := counting.FindStringSubmatch(question); m != nil {
			if n := korean.Numerals("1" + m[1]); len(n) > 0 {
				unit = n[0].Readings[0].Unit
			}
		}
		known := map[string]bool{}
		for _, n := range korean.Numerals(question) {
			known[n.Readings[0].Value] = true
		}
		for _, n := range korean.Numerals(sentence) {
			if known[n.Readings[0].Value] {
				continue
			}
			for _, r := range n.Readings {
				switch {
				case w == wantArticle && (r.Unit == "조" || r.Unit == "항"), w == wantTime && timeUnits[r.Unit] && (unit == "" || r.Unit == unit):
					return true
				case w == wantNumber && r.Unit != korean.UnitCode && (unit == "" || r.Unit == unit):
					return true
				}
			}
		}
	case wantWhere:
		return placeWords.MatchString(sentence)
	case wantWho:
		return personMark.MatchString(sentence)
	case wantAnything:
	}
	return false
}
