package chat

// The codes of errors and notices. Each package's codes stand together.
const (
	// engine
	CodeTooLong       Code = "too_long"        // prompt tokens, window
	CodeTooManyTokens Code = "too_many_tokens" // prompt tokens, asked for, window
	CodeBusy          Code = "busy"            // waiting, limit
	CodeNoModel       Code = "no_model"        // name
	CodeNoModelYet    Code = "no_model_yet"
	CodeModelTooLarge Code = "model_too_large" // name, needed MiB, budget MiB
	CodeShuttingDown  Code = "shutting_down"
	CodeInternal      Code = "internal"     // id
	CodeBadRequest    Code = "bad_request"  // what
	CodeBadField      Code = "bad_field"    // field, found, wanted
	CodeUnsupported   Code = "unsupported"  // what
	CodeBadModel      Code = "bad_model"    // name, what
	CodeNoAdapter     Code = "no_adapter"   // adapter, model
	CodeBadTemplate   Code = "bad_template" // what
)

var catalogue = map[Code]text{
	CodeTooLong: {
		"입력이 %d토큰이라 이 모델의 한도 %d토큰을 넘습니다. 입력을 줄이거나 한도가 더 큰 모델을 고르세요.",
		"the prompt has %d tokens, more than this model's window of %d; shorten it or choose a model with a larger window"},
	CodeTooManyTokens: {
		"입력 %d토큰에 답변 %d토큰을 더하면 이 모델의 한도 %d토큰을 넘습니다.",
		"a prompt of %d tokens and an answer of up to %d tokens exceed this model's window of %d"},
	CodeBusy: {
		"지금은 요청이 많습니다(대기 %d건, 한도 %d건). 잠시 뒤에 다시 시도하세요.",
		"too many requests are waiting (%d, limit %d); try again in a moment"},
	CodeNoModel: {
		"‘%s’ 모델을 찾을 수 없습니다. 있는 모델은 exaone models로 볼 수 있습니다.",
		"there is no model %q here; exaone models lists those there are"},
	CodeNoModelYet: {
		"아직 사용할 수 있는 모델이 없습니다. 모델을 받는 중이라면 잠시 기다리고, 아니면 exaone pull로 받으세요.",
		"there is no model to answer yet; wait if one is being downloaded, else bring one with exaone pull"},
	CodeModelTooLarge: {
		"‘%s’ 모델은 메모리 %d MiB가 필요하지만 쓸 수 있는 메모리는 %d MiB입니다.",
		"model %q needs %d MiB of memory, but only %d MiB may be used"},
	CodeShuttingDown: {
		"프로그램을 종료하는 중입니다.",
		"the program is shutting down"},
	CodeInternal: {
		"문제가 생겼습니다. 관리자에게 이 번호를 알려 주세요: %s",
		"something went wrong; tell your administrator this id: %s"},
	CodeBadRequest: {
		"요청을 이해할 수 없습니다: %s",
		"the request cannot be understood: %s"},
	CodeBadField: {
		"%s 값이 올바르지 않습니다: %v (허용: %s)",
		"%s: found %v, want %s"},
	CodeUnsupported: {
		"지원하지 않습니다: %s",
		"not supported: %s"},
	CodeBadModel: {
		"‘%s’ 모델을 열 수 없습니다: %s",
		"model %q cannot be opened: %s"},
	CodeNoAdapter: {
		"‘%[2]s’ 모델에 ‘%[1]s’ 어댑터가 없습니다.",
		"there is no adapter %q for model %q"},
	CodeBadTemplate: {
		"모델의 대화 형식을 적용할 수 없습니다: %s",
		"the model's chat template cannot be applied: %s"},
}
