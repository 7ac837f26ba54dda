package chat

// The codes of what the command line says, but for its help, whose codes are derived (helpTexts).
const (
	CodeCLIWelcome       Code = "cli_welcome"
	CodeCLIHelpHint      Code = "cli_help_hint"
	CodeCLIArguments     Code = "cli_arguments"
	CodeCLICommands      Code = "cli_commands"
	CodeCLIOptions       Code = "cli_options"
	CodeCLIGlobalOptions Code = "cli_global_options"
	CodeCLIExample       Code = "cli_example"

	CodeCLIUsage      Code = "cli_usage"  // what, the command that helps
	CodeCLIFailed     Code = "cli_failed" // what
	CodeCLIInternal   Code = "cli_internal"
	CodeCLIStopped    Code = "cli_stopped"
	CodeCLIEndedLate  Code = "cli_ended_late" // seconds
	CodeCLINoCommand  Code = "cli_no_command" // words
	CodeCLINoDataDir  Code = "cli_no_data_dir"
	CodeCLINotAFile   Code = "cli_not_a_file"   // path
	CodeCLINoKeyboard Code = "cli_no_keyboard"  // what --yes would mean
	CodeCLIBadSize    Code = "cli_bad_size"     // text
	CodeCLIBadCPU     Code = "cli_bad_cpu"      // text, kernels
	CodeCLIBadSpan    Code = "cli_bad_span"     // text
	CodeCLIBadIDs     Code = "cli_bad_ids"      // text
	CodeCLIBadLine    Code = "cli_bad_line"     // number, what
	CodeCLINotBuilt   Code = "cli_not_in_build" // command

	CodeCLISourceFailed Code = "cli_source_failed" // source, what
	CodeCLILeft         Code = "cli_left"          // time
	CodeCLIAskName      Code = "cli_ask_name"
	CodeCLIAskLicence   Code = "cli_ask_licence"  // title
	CodeCLIAccepted     Code = "cli_accepted"     // title
	CodeCLINotAccepted  Code = "cli_not_accepted" // model
	CodeCLIPulled       Code = "cli_pulled"       // model, directory
	CodeCLIAlreadyHere  Code = "cli_already_here" // model, directory
	CodeCLIAskRemove    Code = "cli_ask_remove"   // model, size
	CodeCLIRemoved      Code = "cli_removed"      // model, size
	CodeCLINotPrepared  Code = "cli_not_prepared" // model, why
	CodeCLISlim         Code = "cli_slim"         // model, size
	CodeCLISlimAlready  Code = "cli_slim_already" // model
	CodeCLIHereSlim     Code = "cli_here_slim"
	CodeCLINotSlim      Code = "cli_not_slim"     // model, why
	CodeCLIRestored     Code = "cli_restored"     // model, path
	CodeCLINotRestored  Code = "cli_not_restored" // model, why
	CodeCLINotRemoved   Code = "cli_not_removed"  // model
	CodeCLIModelColumns Code = "cli_model_columns"
	CodeCLIModelsHint   Code = "cli_models_hint"
	CodeCLITooBig       Code = "cli_too_big"
	CodeCLIYes          Code = "cli_yes"
	CodeCLIDamaged      Code = "cli_damaged"
	CodeCLITokens       Code = "cli_tokens"     // number
	CodeCLIMemoryFor    Code = "cli_memory_for" // size, tokens

	CodeCLIFactName      Code = "cli_fact_name"
	CodeCLIFactTitle     Code = "cli_fact_title"
	CodeCLIFactNote      Code = "cli_fact_note"
	CodeCLIFactLanguages Code = "cli_fact_languages"
	CodeCLIFactNumbers   Code = "cli_fact_numbers"
	CodeCLIFactWindow    Code = "cli_fact_window"
	CodeCLIFactSize      Code = "cli_fact_size"
	CodeCLIFactMemory    Code = "cli_fact_memory"
	CodeCLIFactFits      Code = "cli_fact_fits"
	CodeCLIFactLicence   Code = "cli_fact_licence"
	CodeCLIFactAliases   Code = "cli_fact_aliases"
	CodeCLIFactHere      Code = "cli_fact_here"
	CodeCLIFactBrought   Code = "cli_fact_brought"

	CodeCLIKeyCreated Code = "cli_key_created" // id
	CodeCLIKeyRevoked Code = "cli_key_revoked" // id
	// CodeCLIPrefixesLeft: the folder that holds what was not deleted.
	CodeCLIPrefixesLeft Code = "cli_prefixes_left"
	// CodeCLIKeyNotForgotten: the folder that holds what was not deleted.
	CodeCLIKeyNotForgotten Code = "cli_key_not_forgotten"

	CodeCLINoKeys       Code = "cli_no_keys"
	CodeCLIKeyColumns   Code = "cli_key_columns"
	CodeCLIStateGood    Code = "cli_state_good"
	CodeCLIStateExpired Code = "cli_state_expired"
	CodeCLIStateRevoked Code = "cli_state_revoked"
)

// cliTexts are the texts of the command line.
var cliTexts = map[Code]text{
	CodeCLIWelcome: {
		`exaone: EXAONE과 여러 언어 모델을 내 컴퓨터에서 돌립니다.

먼저 해 볼 두 가지:
  exaone serve                   나오는 주소를 브라우저로 열고 물어보세요
  exaone chat "파이썬이 뭐야?"    여기서 바로 물어봅니다`,
		`exaone: EXAONE and other language models, on your own computer.

Two things to try first:
  exaone serve                   open the address it prints, and ask
  exaone chat "What is Python?"  ask right here`},
	CodeCLIHelpHint: {
		"exaone help 명령    그 명령의 쓰임과 옵션, 예를 보여 줍니다",
		"exaone help COMMAND    shows what a command does, its options, and an example"},
	CodeCLIArguments:     {"인자", "Arguments"},
	CodeCLICommands:      {"하위 명령", "Commands"},
	CodeCLIOptions:       {"옵션", "Options"},
	CodeCLIGlobalOptions: {"모든 명령의 옵션", "Options of every command"},
	CodeCLIExample:       {"예", "Example"},

	CodeCLIUsage: {
		"명령을 이해할 수 없습니다: %s\n도움말: %s",
		"the command cannot be understood: %s\nfor help: %s"},
	CodeCLIFailed: {"exaone: %s", "exaone: %s"},
	CodeCLIInternal: {
		"exaone: 문제가 생겼습니다. 같은 명령에 --debug를 붙이면 원인을 볼 수 있습니다.",
		"exaone: something went wrong; run the same command with --debug to see the cause"},
	CodeCLIStopped: {"exaone: 멈췄습니다.", "exaone: stopped"},
	CodeCLIEndedLate: {
		"exaone: %d초가 지나도 끝나지 않는 일이 있어 그대로 끝냅니다.",
		"exaone: something did not end within %d seconds and is left behind"},
	CodeCLINoCommand: {
		"‘%s’ 명령은 없습니다",
		"there is no command %q"},
	CodeCLINoDataDir: {
		"데이터를 둘 폴더를 정할 수 없습니다. --data 폴더로 알려 주세요.",
		"there is no home directory to keep data in; name one with --data DIR"},
	CodeCLINotAFile: {
		"%s 파일을 열 수 없습니다.",
		"%s cannot be opened"},
	CodeCLINoKeyboard: {
		"물어볼 사람이 없습니다(터미널이 아닙니다). 동의한다면 %s 옵션을 붙이세요.",
		"there is nobody to ask (this is not a terminal); if you agree, add %s"},
	CodeCLIBadSize: {
		"크기 ‘%s’을(를) 이해할 수 없습니다. 4GiB, 800MiB처럼 쓰세요.",
		"size %q is not understood; write it like 4GiB or 800MiB"},
	CodeCLIBadCPU: {
		"이 컴퓨터에는 ‘%s’ 커널이 없습니다. 쓸 수 있는 커널: %s",
		"there are no %q kernels on this machine, want one of: %s"},
	CodeCLIBadSpan: {
		"기간 ‘%s’을(를) 이해할 수 없습니다. 30d, 12h처럼 쓰세요.",
		"period %q is not understood; write it like 30d or 12h"},
	CodeCLIBadIDs: {
		"토큰 번호 ‘%s’을(를) 이해할 수 없습니다. 1,2,3처럼 쓰세요.",
		"token ids %q are not understood; write them like 1,2,3"},
	CodeCLIBadLine: {
		"%d번째 줄을 이해할 수 없습니다: %s",
		"line %d is not understood: %s"},
	CodeCLINotBuilt: {
		"이 빌드에는 %s 명령의 실행부가 없습니다.",
		"this build cannot run %s"},

	CodeCLISourceFailed: {"%s에서는 받지 못했습니다: %s", "not from %s: %s"},
	CodeCLILeft:         {"남은 시간 %s", "%s left"},
	CodeCLIAskName: {
		"동의하는 사람의 이름을 적으세요:",
		"Type the name of the person who accepts:"},
	CodeCLIAskLicence: {
		"‘%s’에 동의하시겠습니까? [y/N]",
		"Do you accept the %s? [y/N]"},
	CodeCLIAccepted: {
		"‘%s’에 동의한 것을 기록했습니다.",
		"recorded that the %s was accepted"},
	CodeCLINotAccepted: {
		"동의하지 않아 ‘%s’ 모델을 받지 않았습니다.",
		"the licence was not accepted, so model %q was not brought"},
	CodeCLIPulled: {
		"‘%[1]s’ 모델을 받았습니다: %[2]s\n이제 exaone chat --model %[1]s로 물어보세요.",
		"brought %[1]s to %[2]s\nnow ask it: exaone chat --model %[1]s"},
	CodeCLIAlreadyHere: {
		"‘%s’ 모델은 이미 있습니다: %s",
		"%s is here already: %s"},
	CodeCLIAskRemove: {
		"‘%s’ 모델(%s)을 지울까요? [y/N]",
		"Remove %s (%s)? [y/N]"},
	CodeCLINotPrepared: {
		"‘%s’의 준비된 파일을 쓸 수 없어 원본을 그대로 씁니다(더 느립니다): %v",
		"the prepared form of %q could not be written; the original is used, which is slower: %v"},
	CodeCLISlim: {
		"‘%s’의 원본을 지웠습니다. 디스크 %s를 돌려받았습니다. 되돌리려면: exaone models restore",
		"the original of %q is gone, %s of disk are free; exaone models restore brings it back"},
	CodeCLISlimAlready: {
		"‘%s’은(는) 이미 준비된 파일만 있습니다.",
		"%q has only its prepared form already"},
	CodeCLIHereSlim: {"예, 원본 없음", "yes, slim"},
	CodeCLINotSlim: {
		"‘%s’의 원본을 지우지 않았습니다: %v",
		"the original of %q was not removed: %v"},
	CodeCLIRestored: {
		"‘%s’의 원본이 있습니다: %s",
		"the original of %q is here: %s"},
	CodeCLINotRestored: {
		"‘%s’의 원본을 되살리지 못했습니다: %v",
		"the original of %q was not brought back: %v"},
	CodeCLIRemoved: {
		"‘%s’ 모델을 지웠습니다. %s가 비었습니다.",
		"removed %s; %s are free again"},
	CodeCLINotRemoved: {"‘%s’ 모델을 지우지 않았습니다.", "%s was not removed"},
	CodeCLIModelColumns: {
		"이름|크기|메모리|한도(토큰)|라이선스|맞음|여기|말",
		"name|size|memory|window|licence|fits|here|languages"},
	CodeCLIModelsHint: {
		"받기: exaone pull 이름    자세히: exaone models show 이름",
		"bring one: exaone pull NAME    more about it: exaone models show NAME"},
	CodeCLIYes:           {"예", "yes"},
	CodeCLIDamaged:       {"손상됨", "damaged"},
	CodeCLITokens:        {"%d토큰", "%d tokens"},
	CodeCLIMemoryFor:     {"%s (%d토큰 대화)", "%s (for a conversation of %d tokens)"},
	CodeCLIFactName:      {"이름", "name"},
	CodeCLIFactTitle:     {"모델", "model"},
	CodeCLIFactNote:      {"설명", "note"},
	CodeCLIFactLanguages: {"말", "languages"},
	CodeCLIFactNumbers:   {"매개변수", "parameters"},
	CodeCLIFactWindow:    {"한도", "window"},
	CodeCLIFactSize:      {"크기", "size"},
	CodeCLIFactMemory:    {"메모리", "memory"},
	CodeCLIFactFits:      {"맞음", "fits"},
	CodeCLIFactLicence:   {"라이선스", "licence"},
	CodeCLIFactAliases:   {"다른 이름", "aliases"},
	CodeCLIFactHere:      {"여기", "here"},
	CodeCLIFactBrought:   {"받은 날", "brought"},
	CodeCLITooBig:        {"너무 큼", "too big"},

	"cli_class_open":       {"오픈 라이선스: 누구나 자유롭게 쓸 수 있습니다.", "open licence: anybody may use it"},
	"cli_class_terms":      {"약관이 있는 라이선스: 읽고 동의해야 합니다.", "a licence with terms: read and accept them"},
	"cli_class_research":   {"연구용 라이선스: 상업적으로 쓸 수 없습니다.", "a research licence: no commercial use"},
	"cli_class_unknown":    {"라이선스를 알 수 없습니다. 받는 사람이 확인해야 합니다.", "an unknown licence: whoever brings it must see to it"},
	"cli_licence_open":     {"오픈", "open"},
	"cli_licence_terms":    {"약관", "terms"},
	"cli_licence_research": {"연구용", "research"},
	"cli_licence_unknown":  {"모름", "unknown"},

	"cli_phase_wait":     {"%s: 다른 곳에서 받는 중이라 기다립니다", "%s: waiting for somebody else who is bringing it"},
	"cli_phase_ask":      {"%s: 어디서 받을지 알아봅니다", "%s: asking where it can be had"},
	"cli_phase_download": {"%s: 받는 중", "%s: downloading"},
	"cli_phase_unpack":   {"%s: 푸는 중", "%s: unpacking"},
	"cli_phase_copy":     {"%s: 복사하는 중", "%s: copying"},
	"cli_phase_verify":   {"%s: 온전한지 확인하는 중", "%s: checking that it is whole"},
	"cli_phase_prepare":  {"%s: 빠르게 실행하도록 준비하는 중", "%s: preparing it to run fast"},

	CodeCLIKeyCreated: {
		"키 %s을(를) 만들었습니다. 아래 비밀값은 지금 한 번만 보이고 어디에도 저장되지 않습니다.",
		"made key %s; the secret below is shown this once and kept nowhere"},
	CodeCLIKeyRevoked: {
		"키 %s을(를) 폐기했습니다. 이제 쓸 수 없습니다.",
		"revoked key %s; it can no longer be used"},
	CodeCLIPrefixesLeft: {
		"그 모델에 물은 것을 디스크에서 다 지우지 못했습니다. 서버가 꺼져 있을 때 %s 폴더를 지우세요.",
		"what was asked of the model could not all be deleted from disk; delete the folder %s while no server runs"},
	CodeCLIKeyNotForgotten: {
		"그 키로 물은 것을 디스크에서 다 지우지 못했습니다. 서버가 꺼져 있을 때 %s 폴더를 지우세요.",
		"what was asked with the key could not all be deleted from disk; delete the folder %s while no server runs"},
	CodeCLINoKeys: {
		"API 키가 없습니다. exaone key create 이름으로 만드세요.",
		"there are no API keys; make one with exaone key create NAME"},
	CodeCLIKeyColumns: {
		"번호|이름|앞부분|범위|분당|만료|마지막 사용|상태",
		"id|name|begins|scopes|per minute|expires|last used|state"},
	CodeCLIStateGood:    {"쓸 수 있음", "good"},
	CodeCLIStateExpired: {"만료됨", "expired"},
	CodeCLIStateRevoked: {"폐기됨", "revoked"},
}
