// What the mock server knows to begin with.

const hour = 3_600_000;
const now = Date.now();

export const person = { id: "p1", name: "김서연", login: "seoyeon", role: "admin", teams: [{ id: "t1", name: "전략기획" }], password: true };

export const folders = [
  { id: "f1", name: "2026년 사업계획", instructions: "항상 숫자의 출처를 밝히고, 표로 정리해 주세요." },
  { id: "f2", name: "신제품 출시", instructions: "" },
];

const titles = ["3분기 실적 보고서 초안", "거래처 인사 메일", "복리와 단리의 차이", "회의록 요약 부탁", "파이썬 정렬 코드", "사내 규정 개정안 비교", "출장 일정 정리", "고객 문의 답변 다듬기",
  "신입 사원 교육 자료", "엑셀 수식 오류 고치기", "영문 계약서 용어 확인", "분기별 매출 추이 분석", "인사 평가 문구 다듬기", "Weekly report in English", "안전 점검 체크리스트", "주간 업무 보고"];

export const conversations = titles.map((title, n) => ({
  id: "c" + (n + 1), title, titled: "rule", folder: n === 5 ? "f1" : n === 11 ? "f1" : n === 8 ? "f2" : "", mode: "chat", model: "", leaf: "",
  pinned: n === 0 || n === 6, archived: n === 15, temporary: false, created: now - (n * n * 5 + 1) * hour, updated: now - n * n * 5 * hour, writing: null,
}));

export const rich = `물론입니다. **복리(compound interest)**는 이자에도 이자가 붙는 방식이고, **단리**는 원금에만 이자가 붙는 방식입니다.

### 한눈에 보기

| 구분 | 1년 뒤 | 5년 뒤 | 10년 뒤 |
|---|---:|---:|---:|
| 단리 (연 5%) | 105만 원 | 125만 원 | 150만 원 |
| 복리 (연 5%) | 105만 원 | 127.6만 원 | 162.9만 원 |

원금을 $P$, 이율을 $r$, 햇수를 $n$이라 하면 복리의 원리금은 다음과 같습니다.

$$
A = P\\left(1 + r\\right)^{n} = 100 \\times 1.05^{10} \\approx 162.9
$$

1. **단리**: 이자가 매년 같습니다.
2. **복리**: 이자가 해마다 커집니다.
   - 기간이 길수록 차이가 벌어집니다.

\`\`\`python
def grow(money: float, rate: float, years: int) -> float:
    """원금이 복리로 얼마가 되는지 셉니다."""
    return money * (1 + rate) ** years

print(grow(100, 0.05, 10))  # 162.9
\`\`\`

> 은행 상품의 이율은 세전인 경우가 많으니 [금융감독원](https://www.fss.or.kr/)에서 확인하세요.
`;

const message = (id, parent, role, text, more = {}) => ({
  id, parent, role, state: "done", text, thinking: "", mode: "chat", model: role === "assistant" ? "exaone-3.5-2.4b" : "", created: now - 5 * hour, siblings: [id], rating: null, error: null,
  usage: null, ...more,
});

export const messages = {
  c3: [
    message("m1", "", "user", "복리와 단리의 차이를 예를 들어 설명해 주세요"),
    message("m2", "m1", "assistant", rich, { thinking: "먼저 두 방식의 정의를 말하고, 같은 원금으로 비교하는 표를 만들자.\n식과 짧은 코드도 있으면 좋겠다.", siblings: ["m2x", "m2"] }),
    message("m3", "m2", "user", "고마워요. 보고서에 넣을 한 문장으로 줄여 주세요."),
    message("m4", "m3", "assistant", "복리는 이자에도 이자가 붙어, 연 5%로 100만 원을 10년 두면 단리(150만 원)보다 12.9만 원 많은 **162.9만 원**이 됩니다.", { rating: { value: 1, reasons: [], text: "" } }),
  ],
  c12: [
    message("q1", "", "user", "분기별 매출 추이를 분석해 주세요"),
    message("q2", "q1", "assistant", "올해 매출은 분기마다 늘었고, 특히 3분기에 **18.2%** 늘었습니다 [1][2].\n\n자세한 수치는 아래 표와 같습니다.\n", { mode: "data" }),
  ],
};

export const dataEvents = [
  { number: 1, kind: "phase", version: 1, data: { name: "query", done: 0, total: 0 } },
  { number: 2, kind: "call", version: 1, data: { id: "k1", name: "sql", arguments: '{"query":"select quarter, sum(amount) from sales group by 1"}' } },
  { number: 3, kind: "result", version: 1, data: { call_id: "k1", name: "sql", text: "4 rows" } },
  { number: 4, kind: "delta", version: 1, data: { at: 0, text: "올해 매출은 분기마다 늘었고, 특히 3분기에 **18.2%** 늘었습니다.\n\n자세한 수치는 아래 표와 같습니다.\n" } },
  { number: 5, kind: "table", version: 1, data: { title: "분기별 매출 (억 원)", columns: ["분기", "국내", "해외", "합계"], rows: [["1분기", "120", "84", "204"], ["2분기", "131", "89", "220"], ["3분기", "149", "111", "260"], ["4분기", "152", "118", "270"]] } },
  { number: 6, kind: "chart", version: 1, data: { title: "분기별 매출 (억 원)", kind: "bar", spec: { labels: ["1분기", "2분기", "3분기", "4분기"], series: [{ name: "국내", values: [120, 131, 149, 152] }, { name: "해외", values: [84, 89, 111, 118] }] } } },
  { number: 7, kind: "citation", version: 1, data: { index: 1, title: "2026 영업 실적.xlsx", source: "영업 데이터베이스", where: "시트 2, 4~7행", snippet: "3분기 국내 149, 해외 111", url: "" } },
  { number: 8, kind: "citation", version: 1, data: { index: 2, title: "분기 보고서", source: "dart.fss.or.kr", where: "12쪽", snippet: "연결 기준 매출액은 전 분기 대비 18.2% 증가", url: "https://dart.fss.or.kr/" } },
  { number: 9, kind: "file", version: 1, data: { name: "분기별_매출.xlsx", mime: "application/vnd.ms-excel", blob: "b1", size: 18432 } },
  { number: 10, kind: "approval", version: 1, data: { id: "a1", what: "메일 보내기", where: "sales@example.com", effect: "표와 차트가 담긴 메일이 영업팀에 전달됩니다." } },
  { number: 11, kind: "verdict", version: 1, data: { checked: ["합계가 맞음", "증가율이 맞음"], failed: [] } },
  { number: 12, kind: "hologram", version: 1, data: {} },
  { number: 13, kind: "finish", version: 1, data: { reason: "stop", model: "exaone-3.5-2.4b", usage: { prompt_tokens: 412, cached_tokens: 0, completion_tokens: 96 } } },
];

export const prompts = [
  { id: "u1", name: "주간보고", title: "주간 업무 보고서로 정리", text: "아래 메모를 {{부서}}의 주간 업무 보고서로 정리해 주세요. 말투는 {{말투|격식체|간결체}}로 합니다.\n\n", job: "", audience: "", mine: true },
];
export const builtin = [
  { id: "b1", name: "회의록", title: "회의 메모를 회의록으로", text: "아래 메모를 회의록으로 정리해 주세요. 결정 사항과 할 일을 나누어 적습니다.\n\n", job: "기획" },
  { id: "b2", name: "메일", title: "거래처 메일 쓰기", text: "{{받는 사람}}에게 보낼 메일을 써 주세요. 용건: {{용건}}", job: "영업" },
  { id: "b3", name: "번역", title: "한영 번역", text: "다음 글을 자연스러운 영어로 옮겨 주세요.\n\n", job: "공통" },
];

export const offers = [
  { model: "exaone-3.5-7.8b", title: "EXAONE 3.5 7.8B", size: 4_900_000_000, memory: 6_400_000_000, window: 32768, params: 7.8e9, korean: true, here: false, fits: true, loaded: false, note: "한국어를 가장 잘합니다. 느린 컴퓨터에서는 답이 오래 걸립니다.", licence: "EXAONE AI Model License 1.1 - NC", class: "research" },
  { model: "exaone-3.5-2.4b", title: "EXAONE 3.5 2.4B", size: 1_640_000_000, memory: 2_600_000_000, window: 32768, params: 2.4e9, korean: true, here: true, fits: true, loaded: true, note: "한국어를 잘하고 빠릅니다.", licence: "EXAONE AI Model License 1.1 - NC", class: "research", level: "assist" },
  { model: "exaone-32b", title: "EXAONE 4.0 32B", size: 19_000_000_000, memory: 24_000_000_000, window: 131072, params: 32e9, korean: true, here: false, fits: false, loaded: false, note: "긴 글과 어려운 일에 알맞습니다.", licence: "EXAONE AI Model License 1.2 - NC", class: "research" },
  { model: "smollm2-135m", title: "SmolLM2 135M", size: 98_000_000, memory: 240_000_000, window: 8192, params: 135e6, korean: false, here: true, fits: true, loaded: false, note: "아주 작아서 시험용으로만 알맞습니다.", licence: "Apache-2.0", class: "open", level: "extract" },
];
