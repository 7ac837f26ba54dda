package chat

// The codes of what bench generations says.
const (
	CodeGenerationsNow      Code = "generations_now"
	CodeGenerationsNoMemory Code = "generations_no_memory" // bytes there are, bytes it takes
	CodeGenerationsStandIn  Code = "generations_stand_in"
	CodeGenerationsHead     Code = "generations_head" // shape, layers, of how many, threads, kernels
	CodeGenerationsSlice    Code = "generations_slice"
	CodeGenerationsMethod   Code = "generations_method"  // context, steps, rounds, window
	CodeGenerationsTokens   Code = "generations_tokens"  // characters, weak tokens, of how many, strong tokens, of how many, r, tokenizer
	CodeGenerationsTrained  Code = "generations_trained" // the same
	CodeGenerationsMix      Code = "generations_mix"
	CodeGenerationsColumns  Code = "generations_columns"
	CodeGenerationsRatios   Code = "generations_ratios"
	CodeGenerationsBound    Code = "generations_bound" // GB/s at most, GB/s, with how many sequences
	CodeGenerationsLG       Code = "generations_lg"
	CodeGenerationsMemory   Code = "generations_memory" // ratio, sequences, goal, verdict
	CodeGenerationsCost     Code = "generations_cost"   // the same
	CodeGenerationsMissed   Code = "generations_missed"
	CodeGenerationsNoPeak   Code = "generations_no_peak"
)

// generationsTexts are the texts of bench generations but for its help.
var generationsTexts = map[Code]text{
	CodeGenerationsNow: {"세 설계를 번갈아", "three designs in turn"},
	CodeGenerationsNoMemory: {
		"메모리가 %s인데 %s가 필요합니다. --layers나 --sequences를 줄이세요.",
		"there are %s of memory and this takes %s: give fewer --layers or --sequences"},
	CodeGenerationsStandIn: {
		"앞 세대는 대역입니다. LG의 앞 세대 모델은 공개되지 않았습니다.",
		"The predecessor is a stand-in: LG's predecessor is not public."},
	CodeGenerationsHead: {
		"모양 %s, %[3]d층 가운데 %[2]d층, 값은 무작위. 스레드 %[4]d개, 커널 %[5]s",
		"shape %s, %d of %d layers, random weights; %d threads, %s kernels"},
	CodeGenerationsSlice: {
		"층을 일부만 돌리므로 시간과 메모리의 절대값은 모델 전체의 것이 아닙니다. 비율은 전체와 같고, 출력층의 몫만 더 큽니다.",
		"A slice of the layers: times and memory are not those of the whole model. Ratios are, but for a larger share of the head."},
	CodeGenerationsMethod: {
		`잰 것: 요청마다 %d토큰이 이미 있는 상태에서 모두가 한 토큰씩 더 받는 단계의 시간(프로세스마다 %d번, %d바퀴, 중앙값)과
그 프로세스가 차지한 최대 메모리(가중치와 KV 포함). 16비트 두 설계는 요청마다 %d토큰의 KV를 처음부터 이어서 잡아 둡니다.
계산한 것: 1,000자의 시간 = 한 단계 × 그 설계의 토크나이저가 1,000자에 쓰는 토큰 수. GB·초 = 최대 메모리 × 시간 ÷ 요청 수.
앞부분의 KV는 먼저 읽은 한 쪽을 복사한 것이며, 프롬프트를 읽는 시간은 들어 있지 않습니다.`,
		`Measured: the time of a step in which every sequence, with %d tokens behind it, gets one more (%d in each process, %d rounds,
the median), and the peak memory of that process, weights and cache included. Both 16-bit designs reserve %d positions of
cache for each sequence from the beginning, one stretch each. Computed: time of 1,000 characters = step × the tokens that the
design's tokenizer takes for 1,000; GB-seconds = peak × time ÷ sequences. What is in the cache before the steps are copies of
a page that was read first; the time of reading prompts is not in these figures.`},
	CodeGenerationsTokens: {
		"같은 글 %d자: 약한 토크나이저 %d토큰(어휘 %d), EXAONE 토크나이저 %d토큰(어휘 %d, %[7]s). 잰 r = %[6]s",
		"the same %d characters: %d tokens by the weaker tokenizer (of %d), %d by EXAONE's (of %d, %[7]s); r = %[6]s, as measured"},
	CodeGenerationsTrained: {
		`같은 글 %d자: 약한 토크나이저 %d토큰(어휘 %d), 여기서 훈련한 균형 토크나이저 %d토큰(어휘 %d). r = %s%s
EXAONE의 토크나이저가 아닙니다! 그것으로 재려면 --tokenizer에 모델이나 토크나이저 폴더를 적으세요.`,
		`the same %d characters: %d tokens by the weaker tokenizer (of %d), %d by a balanced one trained here (of %d); r = %s%s
This is not EXAONE's tokenizer! To measure with that, name a model or a folder of it with --tokenizer.`},
	CodeGenerationsMix: {
		`약한 토크나이저는 이 프로그램의 영어 안내문 모두와 한국어 안내문의 절반, KS X 1001의 음절로 지금 훈련한 바이트 BPE입니다.
실제 앞 세대의 r은 알 수 없으므로 r = 1일 때의 비율을 함께 적습니다.`,
		`The weaker tokenizer is a byte-level BPE, trained just now on all of this program's English texts, half of its Korean
ones and the syllables of KS X 1001. Nobody outside knows the real predecessor's r: ratios for r = 1 stand beside.`},
	CodeGenerationsColumns: {"요청|설계|한 단계|범위 (ms)|1,000자|최대 메모리|GB·초/1,000자", "sequences|design|step|range (ms)|1,000 chars|peak memory|GB-s / 1,000 chars"},
	CodeGenerationsRatios:  {"요청|대역 대비|시간|메모리|비용 (GB·초)|시간, r = 1|비용, r = 1|시간*|비용*", "sequences|against the stand-in|time|memory|cost (GB-s)|time, r = 1|cost, r = 1|time*|cost*"},
	CodeGenerationsLG:      {"LG의 발표 (EXAONE 3.0 대 2.0)", "LG's claim (EXAONE 3.0 against 2.0)"},
	CodeGenerationsBound: {
		`* 16비트 설계의 한 단계가 메모리를 읽는 시간(가장 빠를 때 %s GB/s)보다 길지 않다고 치고 다시 셈한 것입니다.
대역에 가장 유리한 값입니다. 실제로 대역은 요청이 %[3]d개일 때 %[2]s GB/s로 읽었습니다: 나머지는 16비트 계산에 든 시간입니다.`,
		`* with the steps of 16-bit designs as short as memory allows (the fastest read %s GB/s): what is best for the stand-in.
With %[3]d sequences it read %[2]s GB/s as measured; the rest of its time went into 16-bit arithmetic.`},
	CodeGenerationsMemory: {"이 엔진의 메모리: %s (요청 %d개), 목표 ≤ %s: %s", "this engine, memory: %s (%d sequences), goal ≤ %s: %s"},
	CodeGenerationsCost:   {"이 엔진의 GB·초: %s (요청 %d개), 목표 ≤ %s: %s", "this engine, GB-seconds: %s (%d sequences), goal ≤ %s: %s"},
	CodeGenerationsMissed: {"못 미침", "missed"},
	CodeGenerationsNoPeak: {
		"이 운영체제에서는 최대 메모리를 알 수 없어 메모리와 비용은 비어 있습니다.",
		"The peak of memory is not known on this system, so memory and cost are left out."},

	"generations_predecessor": {"앞 세대의 대역", "stand-in predecessor"},
	"generations_exaone16":    {"EXAONE 3.0 설계, 16비트", "EXAONE 3.0's design, 16 bits"},
	"generations_this":        {"이 엔진 (4비트, KV 8비트)", "this engine (4 bits, cache 8)"},
}
