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

		"이 표로 만들어진 그래프의 최댓값은 얼마인가요?": false, "표로 작성하고 있는 부서는 어디인가요?": false, "표로 답해 줄 수 있는 것은?": false,
		"표로 작성하고 있는 부서를 알려줘": false, "25표로 뽑힌 사람은 누구인가요?": false, "12표로 나타내면?": false, "이 표를 옮긴 사람은 누구인가요?": false, "이 표 만들 때 기준일은?": false,
		"이 표를 만들게 된 이유는?": false, "이 표로 바꾼 해는 언제인가요?": false, "표 저장 위치는 어디인가요?": false, "이 엑셀 화면에서 합계는 얼마인가요?": false,
		"csv 파일 이름이 뭐라고 쓰여 있나요?": false, "표로 만들어 놓은 사람은?": false, "표를 주시하는 까닭은?": false, "엑셀로 계산한 합계는?": false,
		"영업목표로 정리해 줘": false, "대표로 뽑아 줘": false, "What is in this excel sheet?": false, "Which total is exported to csv?": false,

		"비교표로 정리해 줘": true, "일정표로 만들어 줘": true, "목표를 표로 만들어 주세요": true, "연대표로 바꿔 주실 수 있나요?": true, "매출이 얼마인지 표로 정리해 주실 수 있나요?": true,
		"표로 정리해서 합계도 알려줘": true, "표로 만들 수 있나요?": true, "이 표를 만들고 싶어요": true, "표 좀 뽑아줘": true, "이 표 추출": true, "엑셀 파일로 저장해 줘": true,
		"csv로 내보내 주세요": true, "엑셀로 뽑아 줘": true, "엑셀 파일 만들어 줘": true, "스프레드시트로 옮겨줘": true, "Export this to Excel": true, "as a table, please": true, "Give me a csv": true,
	} {
		if got := asksForTable(question); got != want {
			t.Errorf("%s: %v, want %v", question, got, want)
		}
	}
}
