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
	CodeCLINoCommand  Code = "cli_no_command" // words
	CodeCLINoDataDir  Code = "cli_no_data_dir"
	CodeCLINotAFile   Code = "cli_not_a_file"   // path
	CodeCLINoKeyboard Code = "cli_no_keyboard"  // what --yes would mean
	CodeCLIBadSize    Code = "cli_bad_size"     // text
	CodeCLIBadSpan    Code = "cli_bad_span"     // text
	CodeCLIBadIDs     Code = "cli_bad_ids"      // text
	CodeCLIBadLine    Code = "cli_bad_line"     // number, what
	CodeCLINotBuilt   Code = "cli_not_in_build" // command

	CodeCLIKeyCreated   Code = "cli_key_created" // id
	CodeCLIKeyRevoked   Code = "cli_key_revoked" // id
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

	CodeCLIKeyCreated: {
		"키 %s을(를) 만들었습니다. 아래 비밀값은 지금 한 번만 보이고 어디에도 저장되지 않습니다.",
		"made key %s; the secret below is shown this once and kept nowhere"},
	CodeCLIKeyRevoked: {
		"키 %s을(를) 폐기했습니다. 이제 쓸 수 없습니다.",
		"revoked key %s; it can no longer be used"},
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
