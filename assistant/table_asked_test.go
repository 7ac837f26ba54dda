package assistant

import "testing"

// Who asks something of a table that is there wants an answer, and not the table.
func TestATableIsAskedFor(t *testing.T) {
	for question, want := range map[string]bool{
		"이 부분을 표로 옮겨 주세요": true, "표로 만들어 줘": true, "표로": true, "이거 표로?": true, "이걸 표로 좀 보여줘": true, "표로 깔끔하게 정리해 주세요.": true,
		"내용을 표로 정리": true, "표로 바꿔줘": true, "표로 해 줘": true, "표로 다시 뽑아줘": true, "표로 부탁드립니다": true, "표로 주세요": true, "표로 작성하고 합계도 알려줘": true,
		"이 표를 복사해 줘": true, "엑셀로 줘": true, "Make a table of this": true, "표로 나타내면 좋겠어요": true,
		"이 표로 보면 2024년 매출은 얼마인가요?": false, "이 표로 볼 때 이익이 늘었나요?": false, "위 표로 알 수 있는 것은?": false, "이 표로 해석하면 매출은 늘었나요?": false,
		"이 표로 매출을 알려줘": false, "이 표로 정리하면 총액은 얼마인가요?": false, "이 표로 확인되는 이익은?": false, "대표로 서명한 사람은?": false, "이 표로 알려 줄 수 있는 매출은?": false,
	} {
		if got := tableAsked.MatchString(question); got != want {
			t.Errorf("%s: %v, want %v", question, got, want)
		}
	}
}
