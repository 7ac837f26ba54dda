package korean

// nouns end as if a particle or an ending stood after them. They are whole words, and the last part of longer ones:
// 국무회의 is not 국무회 with 의.
var nouns = words(`
국가 평가 작가 증가 대가 물가 추가 참가 허가 주가 휴가 화가 여가 시가 유가 전가 정가 고가 저가 상가 농가
처가 군가 재가 초가 오메가 요가
차이 높이 길이 넓이 깊이 놀이 어린이 젊은이 늙은이 목걸이 먹이 벌이 풀이 떡볶이 손잡이 옷걸이 지킴이 같이 굳이
맏이 나들이 살림살이 하루살이 겨우살이
회의 주의 정의 논의 협의 합의 동의 강의 결의 항의 문의 심의 건의 편의 예의 명의 창의 고의 호의 유의 임의
열의 성의 거의 상의 하의 사의 제의 질의 토의 발의 수의 모의 악의 선의 신의 전의 경의 양의 한의 내의 밀의
축의 조의 부의 민의 적의 자의 도의 불의 본의 타의
제도 정도 태도 속도 온도 각도 고도 강도 농도 밀도 지도 보도 철도 인도 반도 시도 의도 주도 유도 기도 수도
연도 년도 용도 진도 복도 위도 경도 궤도 구도 습도 빈도 한도 척도 선도 전도 독도 무도 검도 권도 포도 파도
효도 국도 차도 부도 양도 압도 당도 순도 감도 해도 열도 군도 민도 심도 타도 매도 난도 편도 채도 명도 조도
점도 중도 좌도 우도 남도 북도 외도 법도 과도 적도 전라도 경상도 충청도 강원도 경기도 제주도 평안도 함경도
황해도 울릉도 거제도 강화도 완성도 난이도 인지도 선호도 만족도 지지도 신뢰도 여의도 고속도 성취도 중요도 기여도
호감도 이해도 정확도 해상도 선명도
도로 철로 회로 위로 서로 별로 주로 바로 새로 따로 스스로 그대로 대로 홀로 미로 활로 활주로 함부로 제대로
대체로 절대로 그야말로 소로 수로 유로 원자로 용광로 고로 화로 가로 세로 멋대로 차로 하수로 종로 을지로 세종로
퇴계로 테헤란로 폐로 피로
결과 성과 통과 학과 경과 전과 문과 안과 공과 산과 약과 농과 상과 법과 일과 별과 실과 열과
불만 비만 백만 천만 십만 수만 대만 자만 교만 낭만 포만 오만 걸프만 영일만 아산만 거만 기만 충만
`)

// isNoun reports whether a word, or the last two or three syllables of a longer one, is in the table.
func isNoun(w []rune) bool {
	if len(w) < 2 {
		return false
	}
	if len(w) <= 4 && nouns[string(w)] {
		return true
	}
	return len(w) >= 4 && nouns[string(w[len(w)-2:])] || len(w) > 4 && nouns[string(w[len(w)-3:])]
}
