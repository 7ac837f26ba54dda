package chat

// The codes of what quantize and convert say.
const (
	CodeConvertDone     Code = "convert_done"      // path, size, types
	CodeConvertFell     Code = "convert_fell"      // number of tensors, type, wanted type, columns
	CodeConvertLost     Code = "convert_lost"      // what
	CodeConvertLeft     Code = "convert_left"      // what
	CodeConvertExists   Code = "convert_exists"    // path
	CodeConvertDiskFull Code = "convert_disk_full" // path
	CodeConvertFolder   Code = "convert_folder"    // path
	CodeConvertSpecial  Code = "convert_special"   // path
	CodeConvertNoModel  Code = "convert_no_model"  // path
	CodeConvertOther    Code = "convert_other"     // path, file
	CodeConvertInput    Code = "convert_input"     // path
	CodeConvertPrepared Code = "convert_prepared"  // path
	CodeConvertBusy     Code = "convert_busy"      // path
	CodeConvertFailed   Code = "convert_failed"    // model, what
	CodeConvertBadType  Code = "convert_bad_type"  // text, types
)

// convertTexts are the texts of quantize and convert, help included.
var convertTexts = map[Code]text{
	CodeConvertDone: {"%s 파일을 만들었습니다: %s, 텐서 %s", "wrote %s: %s, tensors %s"},
	CodeConvertFell: {
		"텐서 %d개는 %[3]s 대신 %[2]s입니다. 한 줄의 길이 %[4]d이(가) 블록으로 나누어떨어지지 않습니다.",
		"%d tensors are %s in place of %s: rows of %d are no whole blocks"},
	CodeConvertLost: {
		"GGUF로는 나타낼 수 없어 뺐습니다: %s",
		"left out, because GGUF cannot say it: %s"},
	CodeConvertLeft: {
		"원래 폴더에서 옮기지 않았습니다: %s",
		"not copied from the old folder: %s"},
	CodeConvertExists: {
		"%s이(가) 이미 있습니다. 바꾸려면 --force를 붙이세요.",
		"%s is there already; add --force to replace it"},
	CodeConvertFolder: {
		"%s은(는) 폴더입니다. 만들 파일의 이름을 적으세요.",
		"%s is a folder; name the file to write"},
	CodeConvertSpecial: {
		"%s은(는) 보통 파일이나 폴더가 아니라서(장치, 파이프, 링크) 바꾸지 않습니다.",
		"%s is a device, a pipe or a link, and is not replaced"},
	CodeConvertNoModel: {
		"%s 폴더에는 모델이 없어(config.json, model.safetensors) 바꾸지 않습니다.",
		"%s is a folder that holds no checkpoint (config.json, model.safetensors), and is not replaced"},
	CodeConvertOther: {
		"%s 폴더에 변환으로 만들지 않은 파일 %q이(가) 있어 바꾸지 않습니다. 그 파일을 옮기거나 다른 이름을 고르세요.",
		"%s holds %q, which no conversion writes, and is not replaced; move that away or choose another name"},
	CodeConvertInput: {
		"%s은(는) 읽고 있는 모델의 일부라 바꾸지 않습니다. 다른 이름을 고르세요.",
		"%s is part of the model that is read, and is not replaced; choose another name"},
	CodeConvertPrepared: {
		"%s: 이름이 .prepared로 끝나는 파일은 exaone이 모델에서 준비한 파일이라 직접 쓰지 않습니다. 다른 이름을 고르세요.",
		"%s: only what exaone prepares of a model has a name that ends in .prepared; choose another name"},
	CodeConvertBusy: {
		"다른 프로그램이 지금 %s을(를) 쓰고 있습니다. 끝난 뒤에 다시 시도하세요.",
		"another process is just writing %s; try again when that is done"},
	CodeConvertDiskFull: {
		"디스크 공간이 모자라 %s을(를) 쓰지 못했습니다. 쓰던 것은 지웠습니다.",
		"the disk has no room for %s; what had been written was removed"},
	CodeConvertFailed: {
		"‘%s’ 모델을 바꾸지 못했습니다. 쓰던 것은 지웠습니다. %s",
		"model %q could not be converted, and nothing was left behind: %s"},
	CodeConvertBadType: {
		"형식 ‘%s’은(는) 없습니다. 쓸 수 있는 것: %s",
		"there is no type %q; there are %s"},
	"cli_phase_convert": {"%s: 바꾸는 중", "%s: converting"},

	"cli_help_quantize": {
		"모델을 4~8비트로 줄여 GGUF 파일로 씁니다",
		"make a model smaller: a GGUF file of 4 to 8 bits"},
	"cli_detail_quantize": {
		`safetensors 폴더나 GGUF 파일을 받습니다. 형식은 q4_0, q4_1, q4_k_s, q4_k_m, q5_0, q5_1, q5_k_s, q5_k_m,
q6_k, q8_0이며, 텐서마다 쓰는 형식은 llama.cpp의 같은 이름과 같습니다. 보통은 q4_k_m이 알맞습니다.
정규화 가중치와 편향은 줄이지 않습니다. 파일은 다 만들어진 뒤에만 나타나고, Ctrl-C로 멈추면 아무것도 남지 않습니다.`,
		`MODEL is a safetensors folder or a GGUF file. Types are q4_0, q4_1, q4_k_s, q4_k_m, q5_0, q5_1, q5_k_s, q5_k_m,
q6_k and q8_0, and give each tensor what llama.cpp's types of these names do; q4_k_m suits most.
Norms and biases stay as they are. The file appears when it is whole; after Ctrl-C nothing is left.`},
	"cli_example_quantize": {
		"exaone quantize ./tiny --type q4_k_m --out tiny-q4.gguf",
		"exaone quantize ./tiny --type q4_k_m --out tiny-q4.gguf"},
	"cli_arg_quantize": {"모델 이름, 파일 또는 폴더", "the name of a model, a file or a folder"},
	"cli_help_convert": {
		"모델을 GGUF나 safetensors로 바꿉니다",
		"turn a model into GGUF or safetensors"},
	"cli_detail_convert": {
		`토크나이저와 대화 형식도 함께 옮깁니다. --type을 쓰지 않으면 수의 형식이 그대로이고,
양자화된 수는 safetensors에서 f16이 됩니다. GGUF로 바꿀 때는 quantize의 형식도 쓸 수 있습니다.`,
		`The tokenizer and the chat format come along. Without --type numbers stay as they are stored, and quantised
ones become f16 in safetensors. To GGUF, the types of quantize will do too.`},
	"cli_example_convert": {
		"exaone convert ./tiny --to gguf --type bf16 --out tiny.gguf",
		"exaone convert ./tiny --to gguf --type bf16 --out tiny.gguf"},
	"cli_arg_convert": {"모델 이름, 파일 또는 폴더", "the name of a model, a file or a folder"},
	"cli_flag_type":   {"수의 형식", "the type of the numbers"},
	"cli_flag_to":     {"파일 형식", "the format"},
	"cli_flag_force":  {"이미 있는 파일이나 폴더를 바꿉니다", "replace what is there already"},
}
