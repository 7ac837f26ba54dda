package chat

// The codes of what synth and bench say.
const (
	CodeCLIMade       Code = "cli_made"        // path, size
	CodeCLINotWritten Code = "cli_not_written" // path, what, size

	CodeBenchFailed    Code = "bench_failed" // model, what
	CodeBenchNow       Code = "bench_now"    // measure
	CodeBenchHead      Code = "bench_head"   // model, size, size read per token, threads, kernels, limits
	CodeBenchLimits    Code = "bench_limits" // GB/s, GOPS, instruction, ops a cycle and core
	CodeBenchNoLimits  Code = "bench_no_limits"
	CodeBenchVoid      Code = "bench_void"
	CodeBenchColumns   Code = "bench_columns"
	CodeBenchGoals     Code = "bench_goals"
	CodeBenchCrowded   Code = "bench_crowded"   // percent
	CodeBenchDiscarded Code = "bench_discarded" // number, of how many
	CodeBenchEmpty     Code = "bench_empty"     // number
)

// benchTexts are the texts of synth and bench, help included.
var benchTexts = map[Code]text{
	CodeCLIMade: {"%s 파일을 만들었습니다: %s", "wrote %s: %s"},
	CodeCLINotWritten: {
		"%s 파일을 쓰지 못했습니다(%s). %s가 필요하며, 쓰던 것은 지웠습니다.",
		"%s could not be written (%s); it takes %s, and what had been written was removed"},
	"cli_phase_write": {"%s: 쓰는 중", "%s: writing"},
	"cli_group_speed": {"속도", "Speed"},

	"cli_help_synth": {
		"크기와 모양만 진짜이고 값은 무작위인 모델 파일을 만듭니다",
		"make a model file of real shapes and random weights, to measure speed with"},
	"cli_detail_synth": {
		`이름은 7.8b(EXAONE 3.0), 2.4b(EXAONE 3.5), 135m(SmolLM2), 형식은 q4, q4_k_m, q8, f16, bf16입니다.
q4는 Q4_0에 출력층만 Q6_K이고, q4_k_m은 llama.cpp의 Q4_K_M과 같은 구성입니다. 답은 아무 뜻이 없지만
속도와 메모리는 진짜 모델과 같습니다. --metadata llama를 쓰면 다른 프로그램도 모두 읽을 수 있습니다.`,
		`NAME is 7.8b (EXAONE 3.0), 2.4b (EXAONE 3.5) or 135m (SmolLM2); types are q4, q4_k_m, q8, f16 and bf16. q4 is
Q4_0 with a head of Q6_K; q4_k_m mixes types as llama.cpp's Q4_K_M does. Its answers mean nothing, but it takes
the time and memory of the real model. With --metadata llama every other program reads it too.`},
	"cli_example_synth": {
		"exaone synth 135m --type q4 --out small.gguf",
		"exaone synth 135m --type q4 --out small.gguf"},
	"cli_arg_synth":     {"7.8b, 2.4b 또는 135m", "7.8b, 2.4b or 135m"},
	"cli_flag_metadata": {"파일에 적을 구조 이름 (llama, 기본: 모델의 것)", "the architecture the file claims (llama; default: the model's own)"},

	CodeBenchFailed:   {"‘%s’ 모델을 재지 못했습니다: %s", "model %q could not be measured: %s"},
	CodeBenchNow:      {"재는 중: %s", "measuring: %s"},
	CodeBenchHead:     {"%s: %s, 토큰마다 가중치 %s을(를) 읽습니다\n스레드 %d개, 커널 %s\n%s", "%s: %s, of which one token reads %s\n%d threads, %s kernels\n%s"},
	CodeBenchLimits:   {"메모리 읽기 %s GB/s, 8비트 곱셈 %s GOPS (%s, 코어의 한 클록에 %s번)", "memory is read at %s GB/s, 8-bit products run at %s GOPS (%s, %s a cycle and core)"},
	CodeBenchNoLimits: {"이 컴퓨터의 한계는 재지 않았습니다.", "the limits of this machine were not measured"},
	CodeBenchVoid: {
		"8비트 곱셈의 한계는 쓸 수 없습니다. 다른 프로그램이 코어를 쓰고 있었습니다.",
		"the peak of 8-bit products is void: something else was using the cores"},
	CodeBenchCrowded: {
		"재는 동안 다른 프로그램이 프로세서의 %s%%를 썼습니다. 다른 엔진과의 비율은 특히 믿기 어렵습니다.",
		"other programs took %s%% of the processors meanwhile; ratios to other engines suffer most"},
	CodeBenchColumns:   {"측정|중앙값|범위|횟수|한계 대비", "measure|median|range|times|of the limit"},
	CodeBenchGoals:     {"비율|측정값|목표|도달", "ratio|found|goal|met"},
	CodeBenchDiscarded: {"메모리가 느린 동안 잰 %d쌍은 버렸습니다 (모두 %d쌍).", "%d pairs of %d were taken while the memory was slow, and discarded"},
	CodeBenchEmpty: {
		"다른 프로그램이 프로세서를 쓰거나 너무 빨리 끝나 토큰 속도가 나오지 않은 %d쌍은 버렸습니다.",
		"%d pairs gave no figure, because other programs had the processors or the clock was too coarse, and were discarded"},

	"bench_load_to_first_token": {"불러와서 첫 토큰까지", "load to first token"},
	"bench_load_next_token":     {"불러온 뒤의 한 토큰", "one token, once loaded"},
	"bench_decode":              {"토큰 생성", "decode"},
	"bench_prefill":             {"프롬프트 읽기, 토큰", "prefill, tokens:"},
	"bench_streams":             {"동시 생성, 요청", "streams at once:"},
	"bench_prefix_cold":         {"공유 앞부분: 처음", "shared prefix: cold"},
	"bench_prefix_warm":         {"공유 앞부분: 다시", "shared prefix: warm"},
	"bench_prefix_other_scope":  {"공유 앞부분: 다른 범위", "shared prefix: another scope"},
	"bench_prefix_restarted":    {"공유 앞부분: 다시 시작한 뒤", "shared prefix: after a restart"},
	"bench_stall_longest_gap":   {"긴 프롬프트가 올 때 가장 긴 멈춤", "longest gap while a prompt arrives"},
	"bench_stall_prompt":        {"그때 그 프롬프트 읽기", "that prompt meanwhile"},
	"bench_busy_decode":         {"다른 프로그램이 바쁠 때 생성", "decode beside a busy process"},
	"bench_memory_context":      {"메모리를 잰 길이", "memory: sequence"},
	"bench_memory_peak":         {"메모리: 최대", "memory: peak"},
	"bench_memory_anonymous":    {"메모리: 프로그램의 것", "memory: anonymous"},
	"bench_memory_file":         {"메모리: 파일", "memory: of files"},
	"bench_memory_cache":        {"메모리: 그중 KV", "memory: keys and values"},

	"cli_help_bench": {
		"모델이 이 컴퓨터에서 얼마나 빠른지, 컴퓨터의 한계와 견주어 잽니다",
		"measure how fast a model runs here, beside the limits of this machine"},
	"cli_detail_bench": {
		`측정: load, decode, prefill, streams, prefix, stall, busy, memory. 재는 동안 메모리 읽기 속도와 8비트 곱셈 속도를
번갈아 재므로, 다른 프로그램과 나누어 쓰는 컴퓨터에서도 비율은 믿을 수 있습니다. 큰 모델은 몇 분이 걸리며
--quick은 40초 안에 끝납니다. --peer는 tools/peer가 만드는 프로그램과 번갈아 잽니다.`,
		`Measures are load, decode, prefill, streams, prefix, stall, busy and memory. The speed of memory and of 8-bit
products is taken in turn with each, so ratios hold on a machine that others share. A large model takes some
minutes; --quick ends within 40 seconds. --peer takes turns with a program that tools/peer makes.`},
	"cli_example_bench": {
		"exaone bench ./small.gguf --only decode --read-size 64MiB",
		"exaone bench ./small.gguf --only decode --read-size 64MiB"},
	"cli_arg_bench":      {"모델 이름, 파일 또는 폴더 (기본: 여기 있는 모델)", "the name of a model, a file or a folder (default: one that is here)"},
	"cli_flag_quick":     {"적게 재고 40초 안에 끝냅니다", "measure less, and end within 40 seconds"},
	"cli_flag_json":      {"사람이 읽는 글 대신 JSON을 씁니다", "write JSON in place of text for people"},
	"cli_flag_only":      {"이것만 잽니다, 예: decode,prefill", "measure these alone, as in decode,prefill"},
	"cli_flag_read_size": {"읽기 속도를 잴 메모리의 크기 (기본: 3GiB)", "how much memory the read limit goes over (default: 3GiB)"},
	"cli_flag_peer":      {"견줄 엔진의 프로그램 (여러 번 쓸 수 있음)", "a program of another engine to compare with (may be repeated)"},
}
