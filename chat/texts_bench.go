package chat

// The codes of what synth and bench say.
const (
	CodeCLIMade       Code = "cli_made"        // path, size
	CodeCLINotWritten Code = "cli_not_written" // path, what, size
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
}
